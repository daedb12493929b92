"""The settings as `texas811 doctor` sees them: each value with where it comes from, no secret shown."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit, urlunsplit

from cli.diagnosis import Diagnosis, Group
from config import EVERY_ADDRESS, VARIABLES, Config
from domain.errors import RejectedError

SETTINGS = Group("settings")
DRAIN = Group("drain")
SECRET = re.compile(r"KEY|SECRET|TOKEN|PASSWORD", re.IGNORECASE)
MASK, NONE = "***", "none"
SHOWN_CHARACTERS_MAX = 100
ON_RAILWAY = "RAILWAY_ENVIRONMENT_ID"
# What Railway says, and which of our settings follows from it where nothing else is set.
FOLLOWS_FROM = {
    "DATA_DIR": "RAILWAY_VOLUME_MOUNT_PATH",
    "HOST": ON_RAILWAY,
    "PUBLIC_URL": "RAILWAY_PUBLIC_DOMAIN",
}
LIKE_OURS = 0.85  # so much like one of our names, a variable is taken for a slip of the pen
# A worker finishes what it holds for 20 s, its supervisor waits for 25 s, and then insists.
DRAINING = "RAILWAY_DEPLOYMENT_DRAINING_SECONDS"
DRAINING_SECONDS_MIN = 30


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
            refused[name] = failure
            # Where a variable is missing, what asks for it is taken away.
            sources = (name, FOLLOWS_FROM.get(name, name), ON_RAILWAY)
            del left[next(one for one in sources if left.get(one))]


def settings(
    environ: Mapping[str, str], config: Config, refused: Mapping[str, RejectedError]
) -> Iterator[Diagnosis]:
    """Yield each setting, what is wrong with those that cannot be used, and slips of the pen."""
    for variable, failure in refused.items():
        problem = (
            masked(variable, failure.problem) if environ.get(variable) else failure.problem
        )
        yield SETTINGS.wrong(variable, problem, failure.remedy or "")
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


def drain(environ: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Yield whether the platform waits for as long as our workers may take to stop."""
    if not environ.get(ON_RAILWAY):
        yield DRAIN.ok("time to stop", f"not on Railway; give it {DRAINING_SECONDS_MIN} s")
        return
    given = environ.get(DRAINING, "0")
    is_enough = given.isdecimal() and int(given) >= DRAINING_SECONDS_MIN
    seen = f"{DRAINING} is {given or 'not set'}"
    remedy = f"Set {DRAINING}={DRAINING_SECONDS_MIN}: after it every process is killed."
    yield DRAIN.unless(
        None if is_enough else f"{seen}: too short.", "time to stop", seen, remedy
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
    is_no_url = variable.endswith("_URL") and value != NONE and "://" not in value
    if SECRET.search(variable) or is_no_url:
        return MASK
    try:
        parts = urlsplit(value)
        secret = parts.password
    except ValueError:
        return MASK  # it looks like a URL, and nobody can say where its password stands
    if not secret:
        return re.sub(r"(://[^:/@\s]*):\S*@", rf"\1:{MASK}@", value)
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
