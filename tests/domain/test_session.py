"""A conversation about one ticket."""

import re
from datetime import timedelta

import pytest
from pydantic import ValidationError

from domain.errors import TooLargeError
from domain.session import (
    MESSAGES_MAX,
    SESSION_BYTES_MAX,
    ConversationState,
    SessionUpdate,
    TicketSession,
    extended,
    remembered,
    session_fingerprint,
    updated,
)
from tests.builders import LATER, NOW

MINUTE = timedelta(minutes=1)
HOURS = timedelta(hours=4)


def make_session(**fields: object) -> TicketSession:
    """Return a conversation that ends at LATER."""
    times = {"created_at": NOW, "updated_at": NOW, "last_activity_at": NOW}
    return TicketSession.model_validate(
        {"session_key": "abc123", "expires_at": LATER, **times, **fields}
    )


def test_a_conversation_lapses_at_the_very_instant_it_expires() -> None:
    """At the end of the fourth hour four hours are over."""
    session = make_session()

    assert not session.is_lapsed(now=LATER - timedelta(microseconds=1))
    assert session.is_lapsed(now=LATER)
    assert session.is_lapsed(now=LATER + timedelta(microseconds=1))


def test_a_new_conversation_is_active_and_empty() -> None:
    """The defaults are the specification's."""
    session = make_session()

    assert session.conversation_state is ConversationState.ACTIVE
    assert (session.session_data, session.messages, session.completed_steps) == ({}, [], [])


def test_a_conversation_is_the_same_after_a_round_trip() -> None:
    """It lives in two places, and both must tell the same."""
    session = make_session(messages=[{"role": "user", "n": 1}], session_data={"deep": [None]})

    assert TicketSession.model_validate_json(session.model_dump_json()) == session


def test_a_conversation_in_an_unknown_state_is_refused() -> None:
    """Nobody would know whether to go on."""
    with pytest.raises(ValidationError, match="conversation_state"):
        make_session(conversation_state="asleep")


def after(session: TicketSession, **said: object) -> TicketSession:
    """The conversation after a turn of a minute later."""
    update = SessionUpdate.model_validate(said)
    return updated(session, update, now=NOW + MINUTE, lasts=HOURS)


def test_a_turn_merges_data_adds_messages_and_replaces_the_rest() -> None:
    """What a client does not mention stays as it was."""
    session = make_session(
        ticket_id="ticket-1",
        session_data={"county": "Travis", "city": "Austin", "depth": 72},
        messages=[{"role": "user", "text": "hello", "at": "then"}],
        completed_steps=["greeting"],
        pending_validations=["county"],
        current_step="county",
    )

    next_ = after(
        session,
        session_data={"city": "Manor", "depth": None, "shape": {"radius": 20}},
        messages=[{"role": "user", "text": "Manor"}, {"text": "at noon", "at": "noon"}],
        completed_steps=["greeting", "city"],
        current_step=None,
        conversation_state="paused",
    )

    assert next_.session_data == {"county": "Travis", "city": "Manor", "shape": {"radius": 20}}
    assert next_.messages == [
        {"role": "user", "text": "hello", "at": "then"},
        {"role": "user", "text": "Manor", "at": "2026-03-02T15:01:00Z"},
        {"text": "at noon", "at": "noon"},
    ]
    assert (next_.completed_steps, next_.current_step) == (["greeting", "city"], None)
    assert (next_.ticket_id, next_.pending_validations) == ("ticket-1", ["county"])
    assert next_.conversation_state is ConversationState.PAUSED


def test_a_turn_is_activity_and_counts() -> None:
    """Also one that says nothing."""
    next_ = after(make_session())

    assert (next_.version, next_.created_at) == (2, NOW)
    assert next_.last_activity_at == next_.updated_at == NOW + MINUTE
    assert next_.expires_at == NOW + MINUTE + HOURS


def test_a_conversation_is_never_cut_short() -> None:
    """Whoever was promised a week has a week."""
    later = NOW + timedelta(days=7)
    session = make_session(expires_at=later)

    assert after(session).expires_at == later
    assert extended(session, now=NOW, lasts=MINUTE).expires_at == later
    assert extended(session, now=later, lasts=MINUTE).expires_at == later + MINUTE


def test_more_messages_than_are_kept_are_refused() -> None:
    """Exactly at the limit there is still room."""
    session = make_session(messages=[{"n": 1}] * (MESSAGES_MAX - 1))
    full = after(session, messages=[{}])

    assert len(full.messages) == MESSAGES_MAX
    with pytest.raises(TooLargeError, match=f"at most {MESSAGES_MAX} messages"):
        after(full, messages=[{}])


def test_a_conversation_larger_than_is_kept_is_refused() -> None:
    """By the bytes that it has, not by its letters."""
    session = make_session()
    room = SESSION_BYTES_MAX - len(after(session, session_data={"a": ""}).model_dump_json())

    fits = after(session, session_data={"a": "x" * room})
    assert len(fits.model_dump_json()) == SESSION_BYTES_MAX
    for too_long in ("x" * (room + 1), "é" * (room // 2 + 1)):
        with pytest.raises(TooLargeError, match="256 KB"):
            after(session, session_data={"a": too_long})


def nested(levels: int) -> dict[str, object]:
    """Return so many objects within one another."""
    value: dict[str, object] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "value",
    [{"n": 2**63}, {"n": -(2**63)}, {"n": float("nan")}, {"n": [float("inf")]}, nested(21)],
    ids=["large", "small", "nan", "infinite", "deep"],
)
@pytest.mark.parametrize("field", ["session_data", "extraction_results", "messages"])
def test_what_json_could_not_give_back_is_refused(field: str, value: dict[str, object]) -> None:
    """A conversation that was accepted must be readable for ever."""
    with pytest.raises(ValidationError):
        SessionUpdate.model_validate({field: [value] if field == "messages" else value})


def test_what_is_at_the_limits_comes_back_as_it_was() -> None:
    """Twenty levels, the largest number, every letter."""
    data = {"deep": nested(19), "n": 2**63 - 1, "f": 1e308, "t": "\x00\u2028🚧", "b": True}

    session = after(make_session(), session_data=data)

    assert TicketSession.model_validate_json(session.model_dump_json()) == session


def remember(session: TicketSession, step: str | None, text: str) -> TicketSession:
    """The conversation after a turn that has taken effect."""
    said: dict[str, object] = {"role": "user", "text": text}
    return remembered(session, ticket_id="t", step=step, said=said, until=(NOW, HOURS))


def test_a_step_that_is_done_again_stands_once_and_last() -> None:
    """The list says what was done, the latest last."""
    session = make_session()
    for step in ("create", "edit", "create"):
        session = remember(session, step, step)

    assert session.completed_steps == ["edit", "create"]
    assert (session.current_step, session.ticket_id, session.version) == ("create", "t", 4)
    assert [said["text"] for said in session.messages] == ["create", "edit", "create"]


def test_what_took_effect_is_remembered_also_where_there_is_no_room() -> None:
    """The oldest is forgotten: a turn that changed a ticket cannot be refused after it."""
    many = make_session(messages=[{"n": n} for n in range(MESSAGES_MAX)])
    large = make_session(messages=[{"text": "x" * (SESSION_BYTES_MAX // 4)}] * 4)
    full = make_session(session_data={"a": "x" * SESSION_BYTES_MAX})

    of_many, of_large, of_full = (remember(one, "edit", "last") for one in (many, large, full))

    assert (len(of_many.messages), of_many.messages[0]) == (MESSAGES_MAX, {"n": 1})
    assert len(of_large.model_dump_json()) <= SESSION_BYTES_MAX
    assert of_large.messages[-1]["text"] == of_many.messages[-1]["text"] == "last"
    assert (of_full.messages, of_full.completed_steps) == ([], ["edit"])


def test_a_conversation_is_told_by_what_does_not_open_it() -> None:
    """Who reads a log or a history shall not be able to go on with it."""
    key = "gpt-0123456789abcdef"
    told = session_fingerprint(key)

    assert told == session_fingerprint(key) != session_fingerprint("gpt-0123456789abcdee")
    assert re.fullmatch(r"session-[0-9a-f]{16}", told)
    assert told.removeprefix("session-") not in key
