"""Conversations and their copies: Redis is quick, the file is the truth, and they never differ."""

import json
import os
from datetime import timedelta

import pytest

from config import Config
from domain.errors import NotFoundError, RejectedError
from jobs.expire_sessions import ExpireSessions
from jobs.job import Done, Env
from jobs.session_copies import PREFIX
from jobs.wiring import make_env
from storage.layout import Layout
from tests.builders import NOW
from tests.jobs.clocks import at
from tests.jobs.conversations import KEY, begun, conversation, redis_of, say, texts, turn
from tests.jobs.orders import forget_the_queue

HOURS = timedelta(hours=4)
ODD_KEYS = ["../config/evil", "", "a/b", "x" * 65, "über", "a b", "a\x00", "a\n", "*"]


async def commands_of(env: Env) -> list[int]:
    """Return how often Redis was asked to give, keep or forget something."""
    stats = await redis_of(env).info("commandstats")
    return [
        stats.get(f"cmdstat_{name}", {"calls": 0})["calls"] for name in ("get", "set", "del")
    ]


async def test_redis_holds_a_copy_that_customers_programs_can_read(env: Env) -> None:
    """Under the key of the specification, for as long as the conversation has left."""
    await begun(env)
    session = await say(env, "¿Sí?")

    copy = json.loads(await redis_of(env).get("texas811:session:talk-1"))
    left = await redis_of(env).pttl("texas811:session:talk-1")

    assert copy.pop("_meta").keys() == {"file"}
    assert copy == session.model_dump(mode="json")
    assert HOURS - timedelta(minutes=1) < timedelta(milliseconds=left) <= HOURS


async def test_a_copy_is_really_used(env: Env, config: Config) -> None:
    """Or Redis would stand in front of nothing: the file's content is not read."""
    session = await begun(env)
    path = Layout(config.root).session(KEY)
    status = path.stat()
    with path.open(
        "r+b"
    ) as file:  # in place, with its times put back: as nobody of ours writes
        file.write(b"!")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert await env.sessions.get(KEY, now=NOW) == session


async def test_a_conversation_is_the_same_after_redis_has_forgotten_it(env: Env) -> None:
    """Between any two turns; and the copy is put back."""
    await begun(env)
    for said in "abc":
        await say(env, said)
        await forget_the_queue(env)
        assert texts(await env.sessions.get(KEY, now=NOW))[-1] == said
        assert await redis_of(env).exists(PREFIX + KEY)

    assert texts(await env.sessions.get(KEY, now=NOW)) == ["a", "b", "c"]


async def test_a_conversation_is_the_same_after_a_restart(env: Env, config: Config) -> None:
    """A deploy comes when it likes, and takes Redis with it."""
    await begun(env)
    session = await say(env, "a")
    await forget_the_queue(env)
    await env.queue.close()

    next_ = make_env(config)
    found = await next_.sessions.get(KEY, now=NOW)
    after = await say(next_, "b")
    await next_.queue.close()

    assert found == session
    assert texts(after) == ["a", "b"]


async def test_a_copy_is_not_believed_after_somebody_wrote_without_redis(
    env: Env, config: Config
) -> None:
    """Redis was away from one process, and not from the other: the copy there is older."""
    await begun(env)
    await say(env, "a")
    away = make_env(config.model_copy(update={"redis_url": "unix:///nowhere.sock"}))
    await say(away, "b")
    stale = json.loads(await redis_of(env).get(PREFIX + KEY))

    found = await env.sessions.get(KEY, now=NOW)
    await away.queue.close()

    assert len(stale["messages"]) == 1
    assert texts(found) == ["a", "b"]
    renewed = json.loads(await redis_of(env).get(PREFIX + KEY))
    assert len(renewed["messages"]) == 2


async def test_a_writer_who_reaches_redis_late_does_not_bring_the_past_back(env: Env) -> None:
    """He wrote first and was slow to say so."""
    await begun(env)
    first = await env.store.sessions.current(KEY)
    second = await say(env, "a")
    assert first
    await env.sessions._copies.put(first, now=NOW)

    assert await env.sessions.get(KEY, now=NOW) == second


async def test_an_ended_conversation_does_not_come_back_from_its_copy(
    env: Env, config: Config
) -> None:
    """Ended where Redis was away."""
    await begun(env)
    away = make_env(config.model_copy(update={"redis_url": "unix:///nowhere.sock"}))
    await away.sessions.delete(KEY, now=NOW)
    await away.queue.close()
    is_copy_there = await redis_of(env).exists(PREFIX + KEY)

    with pytest.raises(NotFoundError):
        await env.sessions.get(KEY, now=NOW)
    again = await begun(env)

    assert is_copy_there
    assert await env.sessions.get(KEY, now=NOW) == again


GARBAGE = {
    "nothing": b"",
    "brace": b"{",
    "list": b"[]",
    "number": b"7",
    "bytes": b"\xff\x00",
    "no meta": b'{"session_key": "talk-1"}',
    "odd meta": b'{"_meta": {"file": 7}}',
    "odd file": b'{"_meta": {"file": [1, 2]}, "session_key": "talk-1"}',
    "deep": b"[" * 10_000,
}


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_in_redis_does_not_hurt_and_is_overwritten(
    env: Env, garbage: str
) -> None:
    """Whoever can write there must not be able to break a conversation."""
    session = await begun(env)
    good = await redis_of(env).get(PREFIX + KEY)
    await redis_of(env).set(PREFIX + KEY, GARBAGE[garbage])

    assert await env.sessions.get(KEY, now=NOW) == session
    assert await redis_of(env).get(PREFIX + KEY) == good


async def test_another_type_at_the_key_does_not_hurt_and_is_overwritten(env: Env) -> None:
    """A list, where a text should be."""
    session = await begun(env)
    good = await redis_of(env).get(PREFIX + KEY)
    for _ in range(2):
        await redis_of(env).delete(PREFIX + KEY)
        await redis_of(env).rpush(PREFIX + KEY, "a", "b")
        assert await env.sessions.get(KEY, now=NOW) == session
        assert await redis_of(env).get(PREFIX + KEY) == good


async def test_the_copy_of_another_conversation_is_not_believed(env: Env) -> None:
    """One caller must not be shown what another has said, not even with the right file named."""
    session = await begun(env)
    await begun(env, "talk-2")
    ours, strange = [
        json.loads(await redis_of(env).get(PREFIX + key)) for key in (KEY, "talk-2")
    ]
    for meta in (strange["_meta"], ours["_meta"]):
        await redis_of(env).set(PREFIX + KEY, json.dumps(strange | {"_meta": meta}))
        assert await env.sessions.get(KEY, now=NOW) == session


@pytest.mark.parametrize("key", ODD_KEYS, ids=ascii)
async def test_a_key_that_cannot_be_a_name_reaches_neither_disk_nor_redis(
    env: Env, config: Config, key: str
) -> None:
    """It comes from a client, and may be a megabyte long."""
    asked_before = await commands_of(env)
    for act in (
        env.sessions.create(key, ticket_id=None, now=NOW),
        env.sessions.get(key, now=NOW),
        env.sessions.update(key, turn("a"), now=NOW),
        env.sessions.extend(key, now=NOW),
        env.sessions.delete(key, now=NOW),
        env.sessions.expire(key),
    ):
        with pytest.raises(RejectedError) as refused:
            await act
        assert refused.value.field == "session_key"

    assert await commands_of(env) == asked_before
    assert (await env.store.sessions.survey()).sessions == []


async def test_the_sweep_removes_the_copy_too(env: Env) -> None:
    """What has ended is nowhere to be read as if it went on."""
    lapsed = conversation("a", expires_at=NOW)
    await env.store.sessions.change("a", lambda _before: lapsed, now=NOW - HOURS)
    await env.sessions.get("a", now=NOW - HOURS)
    assert await redis_of(env).exists(PREFIX + "a")

    outcome = await ExpireSessions().run(at(env, NOW))

    assert outcome == Done("put 1 conversations aside")
    assert not await redis_of(env).exists(PREFIX + "a")
