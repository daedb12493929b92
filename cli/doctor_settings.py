"""The settings as `texas811 doctor` sees them: each value with where it comes from, no secret shown."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit, urlunsplit

from cli.diagnosis import Diagnosis, Group
from config import EVERY_ADDRESS, VARIABLES, Config
from domain.errors import RejectedError
from domain.keeping import CLAIM_DAYS, CLAIM_MONTHS

SETTINGS = Group("settings")
DRAIN = Group("drain")
KEEPING = Group("keeping")
SECRET = re.compile(r"KEY|SECRET|TOKEN(?!S_)|PASSWORD", re.IGNORECASE)
MASK, NONE = "***", "none"
SHOWN_CHARACTERS_MAX = 100
ON_RAILWAY = "RAILWAY_ENVIRONMENT_ID"
# What Railway says, and which of our settings follows from it where nothing else is set.
FOLLOWS_FROM = {
    "DATA_DIR": "RAILWAY_VOLUME_MOUNT_PATH",
    "HOST": ON_RAILWAY,
    "PUBLIC_URL": "RAILWAY_PUBLIC_DOMAIN",
}
# What is needed before something may leave for elsewhere, and which variable names that.
NEEDED_BY = dict.fromkeys(
    (
        "BACKUP_RECIPIENTS",
        "BACKUP_BUCKET_ACCESS_KEY_ID",
        "BACKUP_BUCKET_SECRET_ACCESS_KEY",
        "BACKUP_BUCKET_ENDPOINT",
    ),
    "BACKUP_BUCKET_NAME",
) | {"LLM_MODEL": "LLM_BASE_URL"}
LIKE_OURS = 0.85  # so much like one of our names, a variable is taken for a slip of the pen
DRAINING = "RAILWAY_DEPLOYMENT_DRAINING_SECONDS"


def usable(environ: Mapping[str, str]) -> tuple[Config, dict[str, RejectedError]]:
    """Return the settings without those that cannot be used, and what is wrong with each of them.

    Without a usable directory for the data, that is the default one.
    """
    refused: dict[str, RejectedError] = {}
    left = dict(environ)
    while True:
        try:
            return Config.from_env(left), refused
        except RejectedError as failure:
            name = failure.field or ON_RAILWAY
            refused.setdefault(name, failure)
            # Where a variable is missing, what asks for it is taken away.
            asks = NEEDED_BY.get(name, ON_RAILWAY)
            sources = (name, FOLLOWS_FROM.get(name, name), asks)
            del left[next(one for one in sources if left.get(one))]


def settings(
    environ: Mapping[str, str], config: Config, refused: Mapping[str, RejectedError]
) -> Iterator[Diagnosis]:
    """Yield each setting, what is wrong with those that cannot be used, and slips of the pen."""
    for variable, failure in refused.items():
        # A refusal repeats nothing that may be secret.
        yield SETTINGS.wrong(variable, failure.problem, failure.remedy or "")
    for variable, name in VARIABLES.items():
        if variable not in refused:
            value = masked(variable, _shown(getattr(config, name)))
            yield SETTINGS.ok(variable, f"{value} ({origin(variable, environ)})")
    for variable in sorted(environ):
        likely = get_close_matches(variable, VARIABLES, n=1, cutoff=LIKE_OURS)
        if likely and variable not in VARIABLES:
            seen = "It is set, and nobody reads it."
            yield SETTINGS.note(variable, seen, f"Did you mean {likely[0]}?")
    if (
        environ.get(ON_RAILWAY)
        and config.host != EVERY_ADDRESS
        and config.host.startswith("127")
    ):
        seen = f"HOST is {config.host}: nobody outside reaches the API."
        yield SETTINGS.wrong(
            "reachable", seen, "Unset HOST: on Railway every address is served."
        )


def drain(config: Config, *, is_on_railway: bool) -> Iterator[Diagnosis]:
    """Yield whether the platform waits for as long as our workers may take to stop."""
    wanted = config.draining_seconds_min
    if not is_on_railway:
        yield DRAIN.ok("time to stop", f"not on Railway; give it {wanted} s")
        return
    seen = f"{DRAINING} is {config.railway_draining_seconds}"
    remedy = f"Set {DRAINING}={wanted}: after it every process is killed."
    trouble = f"{seen}: too short." if config.railway_draining_seconds < wanted else None
    yield DRAIN.unless(trouble, "time to stop", seen, remedy)


def keeping(config: Config) -> Iterator[Diagnosis]:
    """Yield whether what is over is kept for as long as a claim for damages may be brought."""
    for variable, kept, claimed, unit in (
        ("DATA_RETENTION_DAYS", config.keeping.data_days, CLAIM_DAYS, "days"),
        ("AUDIT_RETENTION_MONTHS", config.keeping.audit_months, CLAIM_MONTHS, "months"),
    ):
        seen = f"{variable} is {kept} {unit}"
        if kept >= claimed:
            yield KEEPING.ok(variable, seen)
        else:
            yield KEEPING.note(
                variable,
                f"{seen}: a damage claim lives two years.",
                f"Set {variable}={claimed}, or hold what is claimed: `texas811 holds place`.",
            )


def origin(variable: str, environ: Mapping[str, str]) -> str:
    """Return where the value of a setting comes from."""
    if environ.get(variable):
        return f"environment variable {variable}"
    source = FOLLOWS_FROM.get(variable)
    if source and environ.get(source):
        return f"Railway's variable {source}"
    return "default"


def masked(variable: str, value: str) -> str:
    """Return a value without what is secret in it: a whole key, or the password of a URL."""
    if value == NONE:
        return NONE
    is_no_url = variable.endswith("_URL") and "://" not in value
    if SECRET.search(variable) or is_no_url:
        return MASK
    try:
        parts = urlsplit(value)
        secret = parts.password
    except ValueError:
        return MASK  # it looks like a URL, and nobody can say where its password stands
    if not secret:
        place = value.partition("?")[0] if variable.endswith("_URL") else value
        hidden = re.sub(r"(://[^:/@\s]*):\S*@", rf"\1:{MASK}@", place)
        return re.sub(r"://[^:/@\s]+@", f"://{MASK}@", hidden)
    user = f"{parts.username or ''}:{MASK}@"
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, user + place, parts.path, "", ""))


def _shown(value: object) -> str:
    if value in (None, "", (), {}):
        return NONE
    if isinstance(value, Mapping):
        return f"{len(value)} of them"
    text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return text[:SHOWN_CHARACTERS_MAX]
