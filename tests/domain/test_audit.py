"""The event that explains a change, and the change that cannot be without it."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.audit import (
    HOUSEKEEPING,
    SYSTEM,
    Actor,
    AuditEvent,
    Author,
    Change,
    change,
    event_id,
    field_changes,
    named,
)
from domain.errors import RejectedError
from tests.builders import LATER, NOW, STATED, make_change, make_draft, make_event, make_ticket


def test_a_change_whose_event_speaks_of_another_ticket_is_refused() -> None:
    """A history that explains somebody else is worse than none."""
    mine, yours = make_ticket("mine"), make_ticket("yours")

    with pytest.raises(ValidationError, match="about yours, not mine"):
        Change(ticket=mine, event=make_event(yours))


def test_a_change_is_one_value_and_cannot_be_altered() -> None:
    """Ticket and event are committed together or not at all."""
    change = make_change(make_ticket())

    with pytest.raises(ValidationError, match="frozen"):
        change.ticket = make_ticket("other")


def test_an_event_cannot_be_altered_afterwards() -> None:
    """An audit trail that can be edited proves nothing."""
    event = make_event(make_ticket())

    with pytest.raises(ValidationError, match="frozen"):
        event.actor = Actor.SYSTEM


def test_an_event_is_the_same_after_a_round_trip() -> None:
    """It is read back from the ticket's file when a crash kept it from the log."""
    event = make_event(make_ticket())

    assert AuditEvent.model_validate_json(event.model_dump_json()) == event


def test_an_event_claims_no_more_than_is_said() -> None:
    """The defaults are the specification's."""
    event = AuditEvent(id="e", timestamp=NOW, actor=Actor.SYSTEM, action="looked")

    assert (event.changed_fields, event.field_changes) == ([], {})
    assert (event.compliance_relevant, event.legal_hold) == (False, False)
    assert event.ticket_id is None


def test_the_event_of_a_version_has_the_same_id_in_every_rerun() -> None:
    """That is how a repeated append is noticed."""
    assert event_id("t", 1) == event_id("t", 1)
    assert len({event_id("t", 1), event_id("t", 2), event_id("u", 1)}) == 3
    assert UUID(event_id("t", 1)).version == 5


def test_a_creation_lists_what_was_said_and_nothing_else() -> None:
    """Fifty fields that say nothing would hide the ten that do."""
    changes = field_changes(None, make_ticket(status="Cancelled"))

    assert set(changes) == {*STATED, "id", "status", "created_at", "requested_at"}
    assert changes["depth_inches"] == {"before": None, "after": 72}
    assert changes["is_blasting"] == {"before": None, "after": False}


def test_an_edit_lists_values_before_and_after_as_json() -> None:
    """What was it before? is the question an audit answers."""
    before = make_ticket(gps_coordinates={"latitude": 30.0, "longitude": -97.0})
    after = before.revised(
        now=LATER, city="Dallas", gps_coordinates=None, expires_at=LATER, is_boring=None
    )

    assert field_changes(before, after) == {
        "city": {"before": "Austin", "after": "Dallas"},
        "is_boring": {"before": False, "after": None},
        "gps_coordinates": {
            "before": {
                "latitude": 30.0,
                "longitude": -97.0,
                "source": None,
                "confidence": None,
            },
            "after": None,
        },
        "expires_at": {"before": None, "after": "2026-03-02T16:00:00Z"},
    }


def test_what_moves_with_every_change_is_not_worth_a_line() -> None:
    """The time of the change is the event's own, and gaps have a history of theirs."""
    before = make_draft()
    gap = {
        "id": "g",
        "category": "required_field",
        "field": "city",
        "problem": "field_missing",
        "severity": "required",
        "created_at": NOW,
        "resolved_at": NOW,
    }

    after = before.revised(now=LATER, version=5, validation_gaps=[gap])

    assert field_changes(before, after) == {}


def test_a_change_tells_who_did_what_by_which_way() -> None:
    """Months later it is asked from which machine a ticket was confirmed."""
    before = make_ticket(version=4)
    after = before.revised(now=LATER, city="Dallas", status="Draft")
    author = Author(
        actor=Actor.CUSTOM_GPT,
        name="Dana Ruiz",
        session_id="s-1",
        ip_address="203.0.113.7",
        user_agent="curl/8",
        request_id="request-1",
        key_id="key-1",
    )

    made = change(before, after, by=author, action="ticket_moved", notes="Moved.")

    assert made.ticket is after
    assert made.event.model_dump(exclude={"field_changes"}) == {
        "id": event_id("ticket-1", 5),
        "ticket_id": "ticket-1",
        "timestamp": LATER,
        "actor": Actor.CUSTOM_GPT,
        "action": "ticket_moved",
        "from_status": "Draft",
        "to_status": "Draft",
        "changed_fields": ["city"],
        "session_id": "s-1",
        "ip_address": "203.0.113.7",
        "user_agent": "curl/8",
        "request_id": "request-1",
        "key_id": "key-1",
        "notes": "Moved.",
        "compliance_relevant": True,
        "legal_hold": False,
    }
    assert made.event.field_changes == {"city": {"before": "Austin", "after": "Dallas"}}


def test_a_creation_comes_from_no_status() -> None:
    """There was nothing before it."""
    made = change(None, make_ticket(), by=SYSTEM, action="ticket_created")

    assert (made.event.from_status, made.event.to_status) == (None, "Draft")
    assert (made.event.actor, made.event.notes) == (Actor.SYSTEM, None)
    assert "city" in made.event.changed_fields


@pytest.mark.parametrize(
    "action", [*sorted(HOUSEKEEPING), "ticket_submitted", "never heard of"]
)
def test_every_action_matters_to_a_court_but_the_housekeeping(action: str) -> None:
    """An action that is added later matters, until somebody decides that it does not."""
    made = change(None, make_ticket(), by=SYSTEM, action=action)

    assert made.event.compliance_relevant is (action not in HOUSEKEEPING)
    assert {"ticket_created", "ticket_edited", "ticket_validated"} == HOUSEKEEPING


@pytest.mark.parametrize("name", [None, "", "  "])
def test_who_acts_is_a_named_person(name: str | None) -> None:
    """A statement of nobody binds nobody."""
    with pytest.raises(RejectedError, match=r"^Nobody is named[.]$") as no:
        named(Author(actor=Actor.USER, name=name))

    assert (no.value.field, no.value.remedy) == ("by", "Name the person who does this.")
    assert named(Author(actor=Actor.USER, name=" Dana Ruiz ")) == "Dana Ruiz"


def test_an_event_of_an_earlier_release_is_written_as_it_was() -> None:
    """It lies in its ticket and in the log, and the two are compared byte for byte."""
    event = AuditEvent(id="e", timestamp=NOW, actor=Actor.USER, action="looked")

    assert not {"request_id", "key_id"} & event.model_dump().keys()
    assert b"request_id" not in event.model_dump_json().encode()
