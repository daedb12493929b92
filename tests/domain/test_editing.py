"""What a person does to a ticket that was not submitted yet: edit, reopen; and what time does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.audit import SYSTEM, Actor, Author, event_id
from domain.drafting import edit, open_ticket, reopen, withdraw_unlawful_start
from domain.errors import RejectedError
from domain.submitting import confirm
from domain.ticket import Ticket, TicketStatus, ValidationStatus
from tests.builders import LATER, NOW, make_extraction, make_finding, make_order, make_ticket
from tests.domain.lives import DANA, START, make_life, taken

Status = TicketStatus
EDITABLE = {Status.DRAFT, Status.VALIDATING_FIELDS, Status.VALID_PENDING_CONFIRM}


def opened(**values: Any) -> Ticket:
    """Return the stored ticket of an order whose document says all, changed in what is given."""
    return taken(open_ticket(make_order(), make_extraction(**values), now=NOW))


def confirmed(**values: Any) -> Ticket:
    """Return such a ticket as a person has confirmed it."""
    return taken(confirm(opened(**values), now=NOW, by=DANA, emergency_attested=False))


# To edit.


def test_a_stated_fact_is_taken_validated_and_told() -> None:
    """The last required answer makes a draft wait for its confirmation."""
    draft = opened(county=None)

    change = edit(draft, {"county": "Travis", "depth_inches": 48}, None, now=LATER, by=DANA)

    ticket, event = change.ticket, change.event
    assert (draft.status, ticket.status) == (Status.DRAFT, Status.VALID_PENDING_CONFIRM)
    assert (ticket.county, ticket.depth_inches) == ("Travis", 48)
    assert ticket.validation_status is ValidationStatus.VALID
    assert ticket.edited_at == ticket.last_validated_at == ticket.updated_at == LATER
    assert (event.action, event.notes) == (
        "ticket_edited",
        "Dana Ruiz stated county, depth_inches.",
    )
    assert event.field_changes["depth_inches"] == {"before": 72, "after": 48}
    assert (event.id, event.actor) == (event_id(draft.id, 2), Actor.USER)
    assert not event.compliance_relevant


def test_an_edit_by_nobody_in_particular_is_told_without_a_name() -> None:
    """A client may state facts; only what binds needs a person."""
    change = edit(
        opened(), {"city": "Waco"}, None, now=LATER, by=Author(actor=Actor.CUSTOM_GPT)
    )

    assert change.event.notes == "Stated: city."


def test_a_stated_value_is_not_asked_about_again() -> None:
    """A person said it: that the document was hard to read matters no more."""
    read = make_extraction(city=make_finding("Austin", 0.65))
    weak = taken(open_ticket(make_order(), read, now=NOW))
    assert [gap.problem for gap in weak.open_gaps] == ["please_confirm"]

    ticket = edit(weak, {"city": "Austin", "county": "Travis"}, read, now=LATER, by=DANA).ticket

    assert ticket.confirmed_fields == ["city", "county"]
    assert ticket.open_gaps == []


def test_an_unsaid_fact_is_open_again() -> None:
    """What nobody stands for any more is asked."""
    said = taken(edit(opened(), {"county": "Travis"}, None, now=LATER, by=DANA))

    ticket = edit(said, {"county": None}, None, now=LATER, by=DANA).ticket

    assert (ticket.county, ticket.status, ticket.confirmed_fields) == (None, Status.DRAFT, [])
    assert "county" in {gap.field for gap in ticket.open_gaps}


def test_what_was_read_is_offered_after_an_edit_and_a_reopening() -> None:
    """The document is still there to be asked."""
    read, ready = make_extraction(), confirmed()
    blank = ready.revised(now=NOW, city=None)
    late = NOW + timedelta(days=3)
    withdrawn = withdraw_unlawful_start(blank, read, now=late)
    assert withdrawn is not None

    for change in (
        edit(opened(), {"city": None}, read, now=LATER, by=DANA),
        reopen(blank, read, now=LATER, by=DANA, reason="Look again."),
        withdrawn,
    ):
        [gap] = [gap for gap in change.ticket.open_gaps if gap.field == "city"]
        assert gap.suggested_values == ["Austin"]


def test_an_edit_leaves_the_other_fields_and_their_confirmation() -> None:
    """One answer at a time, in any order."""
    first = taken(edit(opened(), {"city": "Waco"}, None, now=LATER, by=DANA))

    second = edit(first, {"address": "1 Pecan St"}, None, now=LATER, by=DANA).ticket

    assert (second.city, second.address) == ("Waco", "1 Pecan St")
    assert second.confirmed_fields == ["address", "city"]


@pytest.mark.parametrize(
    ("stated", "field", "problem", "remedy"),
    [
        ({}, None, "Nothing is stated.", "State at least one ticket field."),
        (
            {"status": "Ready"},
            "status",
            "Extra inputs are not permitted.",
            "Correct the value, or leave the field out.",
        ),
        (
            {"depth_inches": -1},
            "depth_inches",
            "Input should be greater than or equal to 0.",
            "Correct the value, or leave the field out.",
        ),
        (
            {"city": "Waco", "gps_coordinates": {"latitude": 99}},
            "gps_coordinates.latitude",
            "Input should be less than or equal to 90.",
            "Correct the value, or leave the field out.",
        ),
        ({"ticket_type": None}, "ticket_type", "A ticket always has a ticket_type.", "Name"),
        (
            {"priority_level": None},
            "priority_level",
            "A ticket always has a priority_level.",
            "Name another value.",
        ),
    ],
    ids=str,
)
def test_an_edit_that_does_not_fit_is_refused_and_changes_nothing(
    stated: dict[str, object], field: str | None, problem: str, remedy: str
) -> None:
    """The first field that is wrong is named, with what to do."""
    ticket = opened()
    before = ticket.model_copy(deep=True)

    with pytest.raises(RejectedError) as no:
        edit(ticket, stated, None, now=LATER, by=DANA)

    assert (no.value.field, no.value.problem) == (field, problem)
    assert (no.value.remedy or "").startswith(remedy)
    assert ticket == before


def test_the_kind_of_a_ticket_can_be_stated() -> None:
    """Only to unsay it is impossible."""
    ticket = edit(opened(), {"ticket_type": "Demolition"}, None, now=LATER, by=DANA).ticket

    assert ticket.ticket_type == "Demolition"


@pytest.mark.parametrize("status", [one for one in Status if one not in EDITABLE])
def test_the_fields_of_a_ticket_are_locked_from_its_confirmation_on(
    status: TicketStatus,
) -> None:
    """What a person confirmed is what the center and the members were told."""
    remedies = {
        Status.READY: "Reopen it, edit it, and confirm it again.",
        Status.EXTRACTING: "Wait until the reading has ended.",
    }

    with pytest.raises(RejectedError, match=f"The fields of a {status} ticket are lock") as no:
        edit(make_life(status), {"city": "Waco"}, None, now=LATER, by=DANA)

    assert no.value.field == "status"
    assert no.value.remedy == remedies.get(
        status, "If place, scope or marking change: cancel it and make a new ticket."
    )


@pytest.mark.parametrize("status", sorted(EDITABLE))
def test_a_ticket_before_its_confirmation_can_be_edited(status: TicketStatus) -> None:
    """Progressive validation: it may be corrected as often as it takes."""
    change = edit(make_life(status), {"city": "Waco"}, None, now=LATER, by=DANA)

    assert change.ticket.status is Status.VALID_PENDING_CONFIRM


# To reopen.


def test_a_reopened_ticket_has_lost_its_confirmation() -> None:
    """Whatever is sent next must be confirmed as it is then."""
    ready = confirmed()

    change = reopen(ready, None, now=LATER, by=DANA, reason="The city was wrong.")

    assert ready.confirmation is not None
    assert change.ticket.confirmation is None
    assert change.ticket.status is Status.VALID_PENDING_CONFIRM
    event = change.event
    assert (event.action, event.notes) == ("ticket_reopened", "The city was wrong.")
    assert (event.from_status, event.to_status) == ("Ready", "ValidPendingConfirm")
    assert event.compliance_relevant


def test_a_ticket_that_waits_for_confirmation_becomes_a_draft_again() -> None:
    """Somebody is not done with it yet."""
    change = reopen(opened(), None, now=LATER, by=DANA, reason="Wait.")

    assert change.ticket.status is Status.DRAFT


@pytest.mark.parametrize(
    "status",
    [Status.DRAFT, Status.SUBMITTED, Status.READY_TO_DIG, Status.EXPIRED, Status.CANCELLED],
)
def test_nothing_else_can_be_reopened(status: TicketStatus) -> None:
    """What the center knows cannot be unsaid, and what has ended has ended."""
    with pytest.raises(RejectedError, match=f"A {status} ticket cannot become Draft"):
        reopen(make_life(status), None, now=LATER, by=DANA, reason="Again.")


# What time does to a confirmed ticket that nobody sends.


def test_a_start_that_came_too_near_withdraws_the_confirmation() -> None:
    """Confirmed on Monday for Friday, not sent by Thursday: Friday is no longer lawful."""
    ready = confirmed()
    thursday = NOW + timedelta(days=3)

    change = withdraw_unlawful_start(ready, make_extraction(), now=thursday)

    assert change is not None
    assert (change.ticket.status, change.ticket.confirmation) == (Status.DRAFT, None)
    assert "before_lawful_start" in {gap.problem for gap in change.ticket.open_gaps}
    assert (change.event.action, change.event.actor) == ("ticket_reopened", SYSTEM.actor)
    assert change.event.notes == (
        "The planned start Fri 2026-03-06 08:00 CST is before Mon 2026-03-09 09:00 CDT, the "
        "earliest that the law allows if the notice is given now."
    )
    assert withdraw_unlawful_start(taken(change), None, now=thursday) is None


def test_a_start_that_is_still_lawful_is_left() -> None:
    """A confirmation holds as long as what it says can be sent."""
    assert withdraw_unlawful_start(confirmed(), None, now=LATER) is None


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.READY])
def test_only_a_ticket_that_waits_to_be_sent_is_withdrawn(status: TicketStatus) -> None:
    """Before that nobody confirmed it, and after that its notice was given."""
    late = datetime(2026, 6, 1, tzinfo=UTC)

    assert late > START
    assert withdraw_unlawful_start(make_ticket(status=status), None, now=late) is None
