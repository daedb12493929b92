"""Conversations that lapsed are put aside: all of them, once, and not lost."""

from datetime import timedelta

import pytest

from config import Config
from domain.errors import UnavailableError
from jobs.expire_sessions import ExpireSessions
from jobs.job import Cancel, Done, Env
from tests.builders import NOW
from tests.jobs.clocks import at
from tests.jobs.conversations import conversation
from tests.saving import save_session

SECOND = timedelta(seconds=1)


def aside(config: Config) -> list[str]:
    folder = config.root / "sessions" / "expired"
    return sorted(path.name for path in folder.iterdir())


async def test_what_has_lapsed_is_put_aside_and_the_rest_goes_on(
    env: Env, config: Config
) -> None:
    """A conversation ends at its instant and not a second before."""
    for key, expires_at in {"a": NOW - SECOND, "b": NOW, "c": NOW + SECOND}.items():
        await save_session(env.store.sessions, conversation(key, expires_at=expires_at))

    outcome = await ExpireSessions().run(at(env, NOW))

    assert outcome == Done("put 2 conversations aside")
    assert aside(config) == ["session_a.json", "session_b.json"]
    assert [one.session_key for one in (await env.store.sessions.survey()).sessions] == ["c"]


async def test_a_second_run_finds_nothing_to_put_aside(env: Env) -> None:
    """Every minute, and most minutes nobody has walked away."""
    await save_session(env.store.sessions, conversation("a", expires_at=NOW))
    await ExpireSessions().run(at(env, NOW))

    assert await ExpireSessions().run(at(env, NOW)) == Cancel("no conversation has lapsed")


async def test_one_that_the_disk_does_not_take_does_not_keep_the_others(
    env: Env, config: Config
) -> None:
    """The others end; that it failed is said, and the next minute is the next attempt."""
    for key in "abc":
        await save_session(env.store.sessions, conversation(key, expires_at=NOW))
    (config.root / "sessions" / "expired" / "session_a.json").mkdir()

    with pytest.raises(UnavailableError, match="1 of 3 conversations"):
        await ExpireSessions().run(at(env, NOW))

    assert [one.session_key for one in (await env.store.sessions.survey()).sessions] == ["a"]
    assert not ExpireSessions.is_buried


async def test_one_that_is_damaged_does_not_keep_the_others(env: Env, config: Config) -> None:
    """It is left to a person; the run has done what can be done."""
    for key in "ab":
        await save_session(env.store.sessions, conversation(key, expires_at=NOW))
    (config.root / "sessions" / "session_a.json").write_bytes(b"{")

    assert await ExpireSessions().run(at(env, NOW)) == Done("put 1 conversations aside")
