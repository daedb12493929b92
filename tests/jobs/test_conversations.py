"""Conversations: begun, continued by many at once, extended, ended."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from config import Config
from domain.errors import ConflictError, NotFoundError, TooLargeError
from domain.session import SESSION_BYTES_MAX, TicketSession
from jobs.expire_sessions import ExpireSessions
from jobs.job import Cancel, Done, Env
from jobs.session_copies import PREFIX
from jobs.wiring import make_env
from tests.builders import NOW
from tests.jobs.clocks import at
from tests.jobs.conversations import KEY, begun, redis_of, say, texts, turn

HOURS = timedelta(hours=4)


@pytest.fixture
async def other(config: Config) -> AsyncIterator[Env]:
    """Another process over the same directory and the same Redis."""
    other = make_env(config)
    yield other
    await other.queue.close()


async def test_a_conversation_lasts_for_its_hours_from_its_last_turn(env: Env) -> None:
    """Four, if nobody has said otherwise."""
    first = await begun(env)
    later = NOW + timedelta(hours=3)
    second = await env.sessions.update(KEY, turn("a"), now=later)

    assert (first.expires_at, second.expires_at) == (NOW + HOURS, later + HOURS)
    assert await env.sessions.get(KEY, now=later + HOURS - timedelta(microseconds=1)) == second


async def test_the_hours_are_those_of_the_settings(config: Config) -> None:
    """SESSION_TIMEOUT_HOURS says how long."""
    env = make_env(config.model_copy(update={"session_timeout_hours": 0.5}))
    await env.store.open()

    session = await begun(env)
    await env.queue.close()

    assert session.expires_at == NOW + timedelta(minutes=30)


async def test_turns_of_two_processes_at_once_are_all_kept(env: Env, other: Env) -> None:
    """None is lost, and none is refused, where nobody named a version."""
    await begun(env)
    turns = [say((env, other)[number % 2], str(number)) for number in range(30)]

    await asyncio.gather(*turns)

    for one in (env, other):
        found = await one.sessions.get(KEY, now=NOW)
        assert sorted(texts(found), key=int) == [str(number) for number in range(30)]
        assert found.version == 31


async def test_of_turns_on_one_version_exactly_one_is_made(env: Env, other: Env) -> None:
    """The others are told that somebody was faster, and that they should read again."""
    await begun(env)
    turns = [say((env, other)[number % 2], str(number), version=1) for number in range(10)]

    ended = await asyncio.gather(*turns, return_exceptions=True)

    made = [one for one in ended if isinstance(one, TicketSession)]
    refused = [one for one in ended if isinstance(one, ConflictError)]
    assert (len(made), len(refused)) == (1, 9)
    assert {one.field for one in refused} == {"version"}
    assert await other.sessions.get(KEY, now=NOW) == made[0]


async def test_to_begin_again_is_harmless_until_something_was_said(env: Env) -> None:
    """An answer may be lost; what was said must not be."""
    first = await begun(env)
    again = await env.sessions.create(KEY, ticket_id=None, now=NOW + timedelta(minutes=1))
    with pytest.raises(ConflictError, match="under way already"):
        await env.sessions.create(KEY, ticket_id="ticket-1", now=NOW)
    await say(env, "a")
    with pytest.raises(ConflictError) as refused:
        await begun(env)

    assert again == first
    assert refused.value.field == "session_key"


async def test_a_lapsed_conversation_is_put_aside_by_who_asks_for_it(
    env: Env, config: Config
) -> None:
    """At the very instant, and not before; the answer says what to do."""
    await begun(env)
    session = await say(env, "a")

    with pytest.raises(NotFoundError) as ended:
        await env.sessions.get(KEY, now=NOW + HOURS)

    assert ended.value.remedy == "Start a new one."
    assert await env.store.sessions.find(KEY) is None
    assert await env.store.sessions.find_ended(KEY) == session
    assert not await redis_of(env).exists(PREFIX + KEY)


async def test_a_lapsed_conversation_is_neither_continued_nor_extended_nor_ended(
    env: Env,
) -> None:
    """What everybody has left is over; a new one of the same key begins with nothing."""
    late = NOW + HOURS
    for number, act in enumerate(
        (
            lambda: env.sessions.update(KEY, turn("b"), now=late),
            lambda: env.sessions.extend(KEY, now=late),
            lambda: env.sessions.delete(KEY, now=late),
        )
    ):
        await env.sessions.create(KEY, ticket_id=f"ticket-{number}", now=NOW)
        with pytest.raises(NotFoundError):
            await act()

    again = await env.sessions.create(KEY, ticket_id=None, now=late)
    assert (again.created_at, again.messages) == (late, [])


async def test_what_never_was_is_not_there_to_anybody(env: Env) -> None:
    """And nothing is left of the attempt."""
    for act in (
        env.sessions.get(KEY, now=NOW),
        env.sessions.update(KEY, turn("a"), now=NOW),
        env.sessions.extend(KEY, now=NOW),
        env.sessions.delete(KEY, now=NOW),
    ):
        with pytest.raises(NotFoundError) as missing:
            await act
        assert missing.value.field == "session_key"

    assert (await env.store.sessions.survey()).sessions == []


async def test_a_conversation_that_is_extended_waits_longer(env: Env) -> None:
    """So long from now, or as long as any; its copy too."""
    await begun(env)

    day = await env.sessions.extend(KEY, now=NOW, lasts=timedelta(days=1))
    left = await redis_of(env).pttl(PREFIX + KEY)
    same = await env.sessions.extend(KEY, now=NOW)

    assert day.expires_at == same.expires_at == NOW + timedelta(days=1)
    assert timedelta(milliseconds=left) > timedelta(hours=23)


async def test_a_turn_that_is_too_large_changes_nothing(env: Env) -> None:
    """Neither the file nor the copy."""
    session = await begun(env)
    before = await redis_of(env).get(PREFIX + KEY)

    with pytest.raises(TooLargeError):
        await say(env, "x" * SESSION_BYTES_MAX)

    assert await env.sessions.get(KEY, now=NOW) == session
    assert await redis_of(env).get(PREFIX + KEY) == before


async def test_a_turn_that_comes_with_the_sweep_goes_on_or_is_told_that_it_ended(
    env: Env, other: Env
) -> None:
    """Never both, and never is what was said neither here nor there."""
    before, ends = NOW + HOURS - timedelta(seconds=1), NOW + HOURS
    for number in range(20):
        key = f"talk-{number}"
        await env.sessions.create(key, ticket_id=None, now=NOW)
        swept, answered = await asyncio.gather(
            ExpireSessions().run(at(other, ends)),
            env.sessions.update(key, turn("a"), now=before),
            return_exceptions=True,
        )
        if isinstance(answered, NotFoundError):
            assert swept == Done("put 1 conversations aside")
            ended = await env.store.sessions.find_ended(key)
            assert ended
            assert ended.messages == []
        else:
            assert swept == Cancel("no conversation has lapsed")
            assert await env.sessions.get(key, now=ends) == answered
            await env.sessions.delete(key, now=ends)
