"""A conversation about one ticket."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from domain.session import ConversationState, TicketSession
from tests.builders import LATER, NOW


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
