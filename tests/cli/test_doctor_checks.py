"""What `texas811 doctor` thinks of what it sees: no disk, no Redis, no service."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from cli import doctor_checks as checks
from cli import doctor_machine as machine
from cli.diagnosis import Diagnosis, State
from cli.doctor_settings import drain, masked, settings, usable
from config import VARIABLES, Config
from domain.errors import RejectedError, UnavailableError
from jobs.examining import HEARTBEAT_SECONDS, RedisSeen
from storage.examining import Mount, Probe, Volume
from tests.cli.commands import ROOT
from worker.settings import HEALTH_SECONDS

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
GIBIBYTE = 1024**3
INFO = {"connected_clients": 3, "maxclients": 100, "used_memory": 1_000_000, "role": "master"}
GOOD = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory": "0"}
NOEVICTION = {"maxmemory-policy": "noeviction"}


def state_of(found: Any, name: str) -> State:
    [one] = [one for one in found if one.name == name]
    return State(one.state)


def test_every_setting_is_shown_with_where_it_comes_from() -> None:
    """The first thing that is wrong is another environment than one thinks."""
    environ = {
        "RAILWAY_ENVIRONMENT_ID": "e",
        "RAILWAY_VOLUME_MOUNT_PATH": "/data",
        "PORT": "8080",
        "LOG_LEVEL": "",
    }
    config, refused = usable(environ)

    found = {one.name: one.seen for one in settings(environ, config, refused)}

    assert refused == {}
    assert set(VARIABLES) <= set(found)
    assert found["PORT"] == "8080 (environment variable PORT)"
    assert found["DATA_DIR"] == "/data/data (Railway's variable RAILWAY_VOLUME_MOUNT_PATH)"
    assert found["HOST"] == "* (Railway's variable RAILWAY_ENVIRONMENT_ID)"
    assert found["LOG_LEVEL"] == "INFO (default)"


@pytest.mark.parametrize(
    "environ",
    [
        {"RAILWAY_ENVIRONMENT_ID": "e", "RAILWAY_PUBLIC_DOMAIN": "no domain"},
        dict.fromkeys(VARIABLES, "\x00 nothing"),
        {"RAILWAY_ENVIRONMENT_ID": "e", "PORT": "x", "HOST": "127.0.0.1"},
    ],
    ids=["derived", "all", "railway"],
)
def test_settings_that_cannot_be_used_are_left_out_one_by_one(environ: dict[str, str]) -> None:
    """However many, and whatever they follow from."""
    config, refused = usable(environ)

    assert isinstance(config, Config)
    assert refused


@pytest.mark.parametrize(
    ("variable", "value", "shown"),
    [
        ("REDIS_URL", "redis://h:6379/0", "redis://h:6379/0"),
        ("REDIS_URL", "redis://user:a@b@h:6379/0", "redis://user:***@h:6379/0"),
        ("REDIS_URL", "rediss://:secret@h?x=secret", "rediss://:***@h"),
        ("REDIS_URL", "redis://:pa/ss@h:1", "redis://:***@h:1"),
        ("REDIS_URL", "redis://secret@h:1", "redis://***@h:1"),
        ("REDIS_URL", "redis://h:1?password=secret", "redis://h:1"),
        ("REDIS_URL", "redis://[u:pw@h", "***"),
        ("REDIS_URL", "secret", "***"),
        ("API_KEYS", "abc", "***"),
        ("API_KEYS", "none", "none"),
        ("LLM_API_KEY", "secret", "***"),
        ("LLM_TOKENS_PER_DAY_MAX", "200000", "200000"),
        ("PUBLIC_URL", "none", "none"),
        ("HOST", "127.0.0.1", "127.0.0.1"),
    ],
)
def test_no_secret_is_shown(variable: str, value: str, shown: str) -> None:
    """What doctor prints is pasted into a request for help."""
    assert masked(variable, value) == shown


@pytest.mark.parametrize(
    ("given", "jobs", "state"),
    [(0, 20, "wrong"), (29, 20, "wrong"), (30, 20, "ok"), (30, 60, "wrong"), (70, 60, "ok")],
)
def test_the_platform_must_wait_longer_than_a_stop_takes(
    given: int, jobs: float, state: str
) -> None:
    """Its default is not to wait at all."""
    config = Config(railway_draining_seconds=given, job_drain_seconds=jobs)

    assert [one.state for one in drain(config, is_on_railway=True)] == [state]
    assert [one.state for one in drain(config, is_on_railway=False)] == ["ok"]


def test_a_sign_of_life_lasts_as_long_as_workers_make_it_last() -> None:
    """arq lets it vanish a second after the next one is due."""
    assert HEARTBEAT_SECONDS == HEALTH_SECONDS + 1


def a_volume(**seen: Any) -> Volume:
    place = Path("/data")
    whole: dict[str, Any] = {
        "directory": place,
        "exists": True,
        "is_store": True,
        "can_be_made": True,
        "free_bytes": 50 * GIBIBYTE,
        "total_bytes": 100 * GIBIBYTE,
        "free_files": 1_000_000,
        "total_files": 2_000_000,
        "mount": Mount("ext4", place),
        "probe": Probe(seconds=0.01),
    }
    return Volume(**(whole | seen))


@pytest.mark.parametrize(
    ("seen", "name", "state"),
    [
        ({}, "data directory", "ok"),
        ({"is_store": False}, "data directory", "note"),
        ({"exists": False, "probe": None}, "data directory", "ok"),
        ({"exists": False, "probe": None, "can_be_made": False}, "data directory", "wrong"),
        ({"probe": Probe(problem="Read-only file system")}, "writable", "wrong"),
        ({"probe": Probe(seconds=2.0)}, "writable", "note"),
        ({"free_bytes": 10 * GIBIBYTE}, "space", "note"),
        ({"free_bytes": 50 * 1024**2}, "space", "wrong"),
        ({"free_bytes": 0, "total_bytes": 0}, "space", "ok"),
        ({"free_files": 10}, "files", "wrong"),
        ({"mount": Mount("tmpfs", Path("/"))}, "file system", "note"),
        ({"mount": Mount("nfs4", Path("/data"))}, "file system", "note"),
    ],
)
def test_what_is_thought_of_a_volume(seen: dict[str, Any], name: str, state: str) -> None:
    """Wrong is what will lose or refuse something; a note is what will, one day."""
    found = checks.volume(a_volume(**seen), None, is_on_railway=False)

    assert state_of(found, name) == state


@pytest.mark.parametrize(
    ("mount", "state"), [("/data", "ok"), ("/elsewhere", "wrong"), (None, "wrong")]
)
def test_on_railway_the_data_must_lie_on_the_volume(mount: str | None, state: str) -> None:
    """What lies beside it is gone at the next deploy."""
    kind = "ext4" if mount == "/data" else "overlay"
    seen = a_volume(mount=Mount(kind, Path("/")))

    found = list(checks.volume(seen, mount, is_on_railway=True))

    assert state_of(found, "file system") == state


def a_redis(**seen: Any) -> RedisSeen:
    whole: dict[str, Any] = {
        "version": "redis 7.2.4",
        "latency_seconds": 0.001,
        "settings": GOOD | NOEVICTION,
        "info": INFO,
        "ahead_seconds": 0.0,
        "heartbeat_seconds": 1.0,
    }
    return RedisSeen(**(whole | seen))


@pytest.mark.parametrize(
    ("seen", "name", "state"),
    [
        ({}, "persistence", "ok"),
        ({"settings": GOOD | NOEVICTION | {"appendonly": "no"}}, "persistence", "note"),
        ({"settings": GOOD | {"maxmemory-policy": "allkeys-lru"}}, "eviction", "note"),
        (
            {"settings": GOOD | {"maxmemory-policy": "allkeys-lru", "maxmemory": "1000000"}},
            "eviction",
            "wrong",
        ),
        ({"settings": None}, "settings", "note"),
        ({"latency_seconds": 0.2}, "server", "note"),
        ({"info": INFO | {"connected_clients": 90}}, "clients", "note"),
        ({"info": INFO | {"role": "slave"}}, "role", "wrong"),
        ({"info": INFO | {"aof_last_write_status": "err"}}, "its disk", "wrong"),
        ({"ahead_seconds": 5.0}, "clock", "wrong"),
    ],
)
def test_what_is_thought_of_redis(seen: dict[str, Any], name: str, state: str) -> None:
    """The queue may be lost; it must not be eaten from within, or be told another time."""
    assert state_of(checks.redis(a_redis(**seen), is_our_own=False), name) == state


def test_a_redis_of_our_own_need_not_keep_anything() -> None:
    """What is owed stands in the store."""
    seen = a_redis(settings=GOOD | NOEVICTION | {"appendonly": "no"})

    assert state_of(checks.redis(seen, is_our_own=True), "persistence") == "ok"


def test_a_worker_that_speaks_to_another_redis_is_found_out() -> None:
    """The service and this command have two environments."""
    assert checks.heartbeat(None, ["worker-1.x"]).state == "wrong"
    assert checks.heartbeat(None, []).state == "ok"
    assert checks.heartbeat(3.0, []).state == "ok"


@pytest.mark.parametrize(
    ("failure", "seen"),
    [
        (RejectedError("This is not the URL of a Redis: 'secret'"), "not the URL of a Redis."),
        (UnavailableError("Redis does not answer: refused."), "does not answer: refused."),
    ],
    ids=["no url", "away"],
)
def test_why_redis_could_not_be_seen_is_told(failure: Any, seen: str) -> None:
    """Without what may be a part of a password."""
    found = checks.no_redis(failure)

    assert (found.state, found.seen.endswith(seen)) == ("wrong", True)
    assert "secret" not in found.seen


def told(found: Any) -> dict[str, State]:
    return {one.name: one.state for one in found}


def test_what_is_thought_of_the_clock() -> None:
    """Every lawful date is counted from it."""
    steady = {"jumped_seconds": 0.01, "logged_at": NOW}
    ok: Any = told(machine.clock(NOW, **steady))
    early = told(machine.clock(NOW.replace(year=1970), jumped_seconds=0.0, logged_at=None))
    jumping = told(machine.clock(NOW, jumped_seconds=-3.0, logged_at=None))
    behind = told(machine.clock(NOW, jumped_seconds=0.0, logged_at=NOW + timedelta(minutes=5)))

    assert set(ok.values()) == {State.OK}
    assert early["now"] == State.WRONG
    assert jumping["steady"] == State.WRONG
    assert behind["history"] == State.WRONG


@pytest.mark.parametrize("year", [2026, 2027, 2032])
def test_the_zones_of_texas_are_right_in_every_year(year: int) -> None:
    """Summer time begins on the second Sunday of March and ends on the first of November."""
    assert set(told(machine.zones(year)).values()) == {State.OK}


def test_zones_that_are_old_or_missing_are_wrong() -> None:
    """A system without summer time in Texas would be an hour off for two thirds of a year."""

    def missing(name: str) -> ZoneInfo:
        raise ZoneInfoNotFoundError(name)

    assert set(told(machine.zones(2026, missing)).values()) == {State.WRONG}
    assert set(told(machine.zones(2026, lambda _: ZoneInfo("Etc/GMT+6"))).values()) == {
        State.WRONG
    }


def test_what_is_installed_is_held_against_the_lock() -> None:
    """Another version of arq is the first thing to know."""
    lock = (ROOT / "requirements" / "run.lock").read_text("utf-8")
    pins = machine.pins_of(lock)
    older = {**pins, "arq": "0.26.0", "texas811": "0.1.0"}

    as_locked = told(machine.versions(lock, {**pins, "texas811": "0.1.0"}.get))
    found = {one.name: one for one in machine.versions(lock, older.get)}
    nothing = told(machine.versions(None, {}.get))

    assert {"arq", "redis", "pydantic"} <= set(pins)
    assert set(as_locked.values()) == {State.OK}
    assert (found["lock"].state, "arq 0.26.0, not " in found["lock"].seen) == ("note", True)
    assert nothing["packages"] == State.WRONG


def test_what_answers_in_place_of_the_api_is_told_apart() -> None:
    """A port that another service has is not one that is free."""
    found: dict[bool | None, list[Diagnosis]] = {
        answers: list(checks.service(None, [], wanted=1, answers=answers))
        for answers in (True, False, None)
    }

    assert [state_of(found[one], "API") for one in (True, False, None)] == ["ok", "ok", "wrong"]
