"""The settings: each variable, its default, and what is said of one that cannot be used."""

from pathlib import Path

import pytest

from config import EVERY_ADDRESS, LOOPBACK, VARIABLES, Config, refusal
from domain.errors import RejectedError
from domain.responses import Outcome

SOCKET_PATH_CHARACTERS_MAX = 100  # sockaddr_un has 108 on Linux and 104 elsewhere


def refused_in(environ: dict[str, str]) -> RejectedError:
    with pytest.raises(RejectedError) as refused:
        Config.from_env(environ)
    return refused.value


def test_an_empty_environment_gives_a_service_that_runs() -> None:
    """`make run` on a fresh machine needs no settings at all."""
    config = Config.from_env({})

    assert config == Config()
    assert config.root == Path("data").resolve()
    assert (config.port, config.workers) == (8000, 1)
    assert config.redis_url is None
    assert config.document_bytes_max == 10 * 1024 * 1024


@pytest.mark.parametrize(
    ("variable", "value", "setting", "meant"),
    [
        (
            "CENTER_CODES",
            '{"In Progress": "Delayed", "C-1": "Clear"}',
            "center_codes",
            {"inprogress": Outcome.DELAYED, "c1": Outcome.CLEAR},
        ),
        ("DATA_DIR", "/srv/tickets", "data_dir", Path("/srv/tickets")),
        (
            "FILE_HOSTS",
            "Files.example.com, *.example.org",
            "file_hosts",
            ("files.example.com", "*.example.org"),
        ),
        ("HOST", "127.0.0.1", "host", "127.0.0.1"),
        ("LOG_LEVEL", "DEBUG", "log_level", "DEBUG"),
        ("MAX_FILE_SIZE_MB", "25", "max_file_size_mb", 25),
        ("PORT", "9000", "port", 9000),
        ("REDIS_URL", "redis://queue:6379", "redis_url", "redis://queue:6379"),
        ("PUBLIC_URL", "https://a.test/", "public_url", "https://a.test"),
        ("RATE_LIMIT_PER_MINUTE", "30", "rate_limit_per_minute", 30),
        ("WORKERS", "4", "workers", 4),
    ],
)
def test_each_variable_sets_what_it_is_named_for(
    variable: str, value: str, setting: str, meant: object
) -> None:
    """The names are the platform's and the customer's; a typing error would be silent."""
    assert getattr(Config.from_env({variable: value}), setting) == meant


def test_every_variable_has_a_setting_and_every_setting_a_variable() -> None:
    """A setting that nobody can set is a constant in disguise."""
    assert sorted(VARIABLES.values()) == sorted(Config.model_fields)


@pytest.mark.parametrize("variable", sorted(VARIABLES))
def test_an_empty_variable_is_as_good_as_none(variable: str) -> None:
    """Platforms set what is left blank to an empty text."""
    assert Config.from_env({variable: ""}) == Config()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FILE_HOSTS", "*"),
        ("FILE_HOSTS", "*.com"),
        ("FILE_HOSTS", "https://files.example.com"),
        ("FILE_HOSTS", "files.example.com:8443"),
        ("FILE_HOSTS", ","),
        ("PUBLIC_URL", "http://tickets.example.com"),
        ("PUBLIC_URL", "tickets.example.com"),
        ("PUBLIC_URL", "https://tickets.example.com/?a=b"),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("RATE_LIMIT_PER_MINUTE", "0"),
        ("WORKERS", "0"),
        ("WORKERS", "65"),
        ("WORKERS", "two"),
        ("MAX_FILE_SIZE_MB", "0"),
        ("MAX_FILE_SIZE_MB", "101"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(variable: str, value: str) -> None:
    """A service that started with another value than was set would surprise for months."""
    said = refused_in({variable: value})

    assert said.field == variable
    assert value in said.problem or variable in {"FILE_HOSTS", "PUBLIC_URL"}
    assert "environment variable" in (said.remedy or "")


SECRET = "hunter2"  # noqa: S105 - of nobody
KEY_OF_AGE = f"AGE-SECRET-KEY-1{SECRET.upper()}"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("API_KEYS", SECRET),
        ("BACKUP_BUCKET_ENDPOINT", f"http://user:{SECRET}@s3.example.com"),
        ("BACKUP_BUCKET_PREFIX", f"{SECRET}!"),
        ("BACKUP_ENABLED", SECRET),
        ("BACKUP_RECIPIENTS", KEY_OF_AGE),
        ("BACKUP_RECIPIENTS", f"age1short,{KEY_OF_AGE.lower()}"),
        ("BACKUP_RECIPIENTS", SECRET),
        ("FILE_HOSTS", f"https://user:{SECRET}@files.example.com"),
        ("PUBLIC_URL", f"https://user:{SECRET}@tickets.example.com"),
    ],
)
def test_no_secret_is_repeated_by_who_declines_it(variable: str, value: str) -> None:
    """Where a person pastes the wrong of two texts, the log would keep it."""
    said = refused_in({variable: value})

    assert said.field == variable
    assert SECRET not in refusal(said).lower()


def test_no_name_of_a_bucket_is_repeated_either() -> None:
    """The two texts of its key stand beside it, and look alike."""
    said = refused_in({"BACKUP_BUCKET_NAME": SECRET})

    assert said.field == "BACKUP_RECIPIENTS"
    assert SECRET not in refusal(said)


def test_whoever_gives_his_secret_key_is_told_which_one_is_needed() -> None:
    """The pattern of the other one would help nobody."""
    said = refused_in({"BACKUP_RECIPIENTS": KEY_OF_AGE})

    assert said.problem == "that is the secret key: give the public one (age1...)."


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("API_KEYS", ",,,"),
        ("BACKUP_RECIPIENTS", ", ,"),
        ("DATA_DIR", "x" * 120_000),
        ("DATA_DIR", "/" + "ü" * 128),
        ("DATA_DIR", "/x" * 2_000),
        ("RAILWAY_PUBLIC_DOMAIN", "no domain"),
    ],
    ids=["no key", "nobody", "a long name", "in bytes", "a long path", "no domain"],
)
def test_what_would_only_fail_later_or_do_nothing_is_declined(
    variable: str, value: str
) -> None:
    """In a sentence that somebody can read to its end."""
    said = refused_in({variable: value})

    assert said.field == variable
    assert len(refusal(said)) < 500


def test_on_railway_the_data_lies_on_the_volume() -> None:
    """What lies beside the volume is gone at the next deploy."""
    config = Config.from_env(
        {"RAILWAY_ENVIRONMENT_ID": "e", "RAILWAY_VOLUME_MOUNT_PATH": "/mnt/volume"}
    )

    assert config.root == Path("/mnt/volume/data")


def test_on_railway_a_service_without_a_volume_is_refused() -> None:
    """It would run well, until the deploy that loses every ticket."""
    said = refused_in({"RAILWAY_ENVIRONMENT_ID": "e"})

    assert said.field == "RAILWAY_VOLUME_MOUNT_PATH"
    assert "volume" in (said.remedy or "")


def test_nobody_else_reaches_a_service_on_a_desk() -> None:
    """It has no password yet: only where a platform stands before it does it listen to all."""
    railway = {"RAILWAY_ENVIRONMENT_ID": "e", "RAILWAY_VOLUME_MOUNT_PATH": "/mnt/volume"}

    assert Config.from_env({}).host == LOOPBACK
    assert Config.from_env(railway).host == EVERY_ADDRESS
    assert Config.from_env({**railway, "HOST": "10.0.0.7"}).host == "10.0.0.7"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        (LOOPBACK, "http://127.0.0.1:8000"),
        (EVERY_ADDRESS, "http://127.0.0.1:8000"),
        ("10.0.0.7", "http://10.0.0.7:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_the_service_is_found_where_it_listens(host: str, url: str) -> None:
    """What `up` prints must open in a browser."""
    assert Config(host=host).url == url


def test_a_refusal_names_field_problem_and_remedy_in_one_line() -> None:
    """It is the last line that a person sees before the prompt."""
    said = refusal(RejectedError("It is too high.", field="PORT", remedy="Lower it."))

    assert said == "PORT: It is too high. Lower it.\n"
    assert refusal(RejectedError("It cannot be.")) == "It cannot be.\n"


def test_a_named_directory_is_no_volume_on_railway() -> None:
    """Whatever it is, only a volume outlives the container; where it lies on one, it is taken."""
    environ = {"RAILWAY_ENVIRONMENT_ID": "e", "DATA_DIR": "/mnt/volume/tickets"}

    assert refused_in(environ).field == "RAILWAY_VOLUME_MOUNT_PATH"
    config = Config.from_env({**environ, "RAILWAY_VOLUME_MOUNT_PATH": "/mnt/volume"})
    assert config.root == Path("/mnt/volume/tickets")
    assert config.volume == Path("/mnt/volume")


def test_the_socket_of_redis_is_short_however_deep_the_data_lies() -> None:
    """The system cuts the path of a socket at about 100 characters, and then refuses it."""
    deep = Config(data_dir=Path("/") / "/".join(["a-long-name"] * 30))

    assert len(str(deep.redis_socket)) < SOCKET_PATH_CHARACTERS_MAX


def test_every_command_finds_the_same_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same directory, whether it is named from here or from the root."""
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)

    named = Config(data_dir=tmp_path / "data").redis_socket

    assert Config(data_dir=Path("data")).redis_socket == named
    assert Config(data_dir=tmp_path / "other").redis_socket != named


def test_redis_is_asked_where_the_url_says_or_at_our_own_socket() -> None:
    """One address, whoever runs the server."""
    own = Config()

    assert own.redis_address == f"unix://{own.redis_socket}"
    assert Config(redis_url="redis://queue").redis_address == "redis://queue"


def test_the_platform_says_where_others_reach_the_service() -> None:
    """It gives a domain alone; what an operator names himself goes before it."""
    given = {"RAILWAY_PUBLIC_DOMAIN": "tickets.up.railway.app"}
    named = given | {"PUBLIC_URL": "https://tickets.example.com"}

    assert Config.from_env(given).public_url == "https://tickets.up.railway.app"
    assert Config.from_env(named).public_url == "https://tickets.example.com"
    assert Config.from_env({}).public_url is None
