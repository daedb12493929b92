"""What a turn has done is remembered, whoever else writes meanwhile."""

import asyncio
from datetime import timedelta

import pytest

from domain.errors import RejectedError
from domain.session import TEXT_CHARACTERS_MAX
from jobs.conversing import remember
from jobs.job import Env
from tests.builders import NOW
from tests.jobs.clocks import at
from tests.jobs.orders import forget_the_queue

KEY = "talk-1"


async def test_a_conversation_begins_with_what_is_remembered_first(env: Env) -> None:
    """Nobody need have created it."""
    session = await remember(
        at(env, NOW), KEY, ticket_id="ticket-1", step="create", message="a pole in Austin"
    )

    assert (session.ticket_id, session.completed_steps) == ("ticket-1", ["create"])
    assert session.messages == [
        {"at": "2026-03-02T15:00:00Z", "role": "user", "text": "a pole in Austin"}
    ]
    assert session.expires_at == NOW + timedelta(hours=4)
    assert await env.sessions.get(KEY, now=NOW) == session


async def test_what_follows_is_added_with_redis_emptied_between(env: Env) -> None:
    """Who said what, in its order; the conversation lasts on."""
    for minutes, (step, role) in enumerate({"create": "user", "answer": "assistant"}.items()):
        now = NOW + timedelta(minutes=minutes)
        session = await remember(at(env, now), KEY, step=step, message=step, role=role)
        await forget_the_queue(env)

    assert [(said["role"], said["text"]) for said in session.messages] == [
        ("user", "create"),
        ("assistant", "answer"),
    ]
    assert session.expires_at == NOW + timedelta(hours=4, minutes=1)


async def test_a_turn_without_words_or_step_keeps_what_was_there(env: Env) -> None:
    """It links a ticket, or only says that somebody is there."""
    await remember(env, KEY, ticket_id="ticket-1", step="create", message="a")

    session = await remember(env, KEY)

    assert (session.ticket_id, session.current_step) == ("ticket-1", "create")
    assert (len(session.messages), session.completed_steps) == (1, ["create"])


async def test_turns_at_the_same_time_are_all_remembered(env: Env) -> None:
    """A GPT may call twice at once."""
    await asyncio.gather(
        *(
            remember(env, KEY, step=f"step-{number}", message=f"{number}")
            for number in range(20)
        )
    )

    session = await env.sessions.get(KEY, now=env.clock())
    assert {said["text"] for said in session.messages} == set(map(str, range(20)))
    assert len(session.completed_steps) == 20


async def test_a_long_message_is_cut(env: Env) -> None:
    """A whole document belongs to the inbox."""
    session = await remember(env, KEY, message="é" * (TEXT_CHARACTERS_MAX + 1))

    assert session.messages[0]["text"] == "é" * TEXT_CHARACTERS_MAX


async def test_a_conversation_that_has_lapsed_begins_anew(env: Env) -> None:
    """What was said before is put aside, and not mixed with this."""
    await remember(at(env, NOW), KEY, message="old")

    session = await remember(at(env, NOW + timedelta(hours=4)), KEY, message="new")

    assert [said["text"] for said in session.messages] == ["new"]
    ended = await env.store.sessions.find_ended(KEY)
    assert ended
    assert [said["text"] for said in ended.messages] == ["old"]


async def test_a_key_that_cannot_be_one_is_refused_by_name(env: Env) -> None:
    """It comes from a client."""
    with pytest.raises(RejectedError) as refused:
        await remember(env, "../evil", message="a")

    assert refused.value.field == "session_key"
