"""A ticket says again what it said once; what has happened stays, and history only grows."""

from datetime import timedelta

import pytest

from domain import drafting
from domain.audit import Actor, AuditEvent, Author, Change
from domain.drafting import open_ticket
from domain.errors import NotFoundError, RejectedError
from domain.replay import as_of, as_of_version, replayed
from domain.reverting import revert
from domain.ticket import Ticket, TicketStatus
from tests.builders import NOW, make_extraction, make_order
from tests.domain.lives import DANA, make_life, taken

READ = make_extraction(0.7, county=None)
REVERTER = Author(actor=Actor.USER, name="Lee Park", reason="Wrong county.")
HOUR = timedelta(hours=1)
AFTERWARDS = NOW + 9 * HOUR


def lived() -> tuple[list[Ticket], list[AuditEvent]]:
    """Return the versions of a draft, an hour apart, and their events."""
    changes: list[Change] = [open_ticket(make_order(), READ, now=NOW)]
    for hours, county in enumerate(("Travis", "Bexar", None), start=1):
        stated = {"county": county, "depth_inches": hours}
        before, now = taken(changes[-1]), NOW + hours * HOUR
        changes.append(drafting.edit(before, stated, READ, now=now, by=DANA))
    return [taken(change) for change in changes], [change.event for change in changes]


def test_a_draft_says_again_what_it_said_and_its_history_tells_that() -> None:
    """One version more, made again from its events like every other."""
    versions, events = lived()

    change = revert(versions[-1], versions[1], READ, now=AFTERWARDS, by=REVERTER)

    after = taken(change)
    assert (after.version, after.county, after.depth_inches) == (5, "Travis", 1)
    assert after.confirmed_fields == versions[1].confirmed_fields
    assert after.status is versions[1].status
    assert change.event.action == "ticket_reverted"
    assert change.event.compliance_relevant
    assert change.event.notes == (
        "Lee Park reverted it to what it said in version 2. Reason: Wrong county."
    )
    assert replayed([*events, change.event], READ) == after


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_each_moment_of_a_ticket_is_told_by_its_history(version: int) -> None:
    """Up to the very instant of the next change."""
    versions, events = lived()
    made = NOW + (version - 1) * HOUR

    for moment in (made, made + HOUR - timedelta(microseconds=1)):
        then = as_of(events, moment, READ)
        assert (then.ticket, then.event) == (versions[version - 1], events[version - 1])
    assert as_of_version(events, version, READ).ticket == versions[version - 1]


def test_what_a_history_does_not_tell_is_refused_and_not_guessed() -> None:
    """The missing version may have been made a moment after the one before it."""
    versions, events = lived()
    torn = [event for event in events if event is not events[1]]

    for moment in (NOW, NOW + HOUR, NOW + 9 * HOUR):
        with pytest.raises(RejectedError, match="does not tell version 2"):
            as_of(torn, moment, READ)
    assert as_of_version(torn, 1, READ).ticket == versions[0]
    with pytest.raises(NotFoundError, match="no ticket yet"):
        as_of(events, NOW - HOUR)
    for version in (0, 5):
        with pytest.raises(NotFoundError, match="no version"):
            as_of_version(events, version)


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (TicketStatus.READY, "Reopen it"),
        (TicketStatus.SUBMITTED, "make a new ticket"),
        (TicketStatus.READY_TO_DIG, "make a new ticket"),
        (TicketStatus.EXPIRED, "make a new ticket"),
    ],
)
def test_what_the_center_was_told_is_not_reverted(status: TicketStatus, remedy: str) -> None:
    """Notice was given for the packet that a person confirmed, and for no other."""
    ticket = make_life(status)
    other = ticket.revised(now=NOW, work_area_description="Front yard")

    with pytest.raises(RejectedError, match="not what was confirmed") as refused:
        revert(ticket, other, None, now=AFTERWARDS, by=REVERTER)

    assert remedy in str(refused.value.remedy)


def test_a_submitted_ticket_that_somebody_has_altered_gets_back_what_was_confirmed() -> None:
    """Number, notice, answers and status are what happened, and stay."""
    ticket = make_life(TicketStatus.READY_TO_DIG)
    altered = ticket.revised(now=AFTERWARDS, city="Elsewhere", version=7)

    after = revert(altered, ticket, None, now=AFTERWARDS + HOUR, by=REVERTER).ticket

    assert after.city == ticket.city
    kept = {"status", "texas811_ticket_number", "notice_at", "member_responses", "site_check"}
    assert after.model_dump(include=kept) == altered.model_dump(include=kept)
    assert after.version == 7


def test_a_reversion_is_refused_without_a_name_or_without_a_difference() -> None:
    """A version that changes nothing would only hide the one before it."""
    versions, _events = lived()
    cancelled = make_life(TicketStatus.CANCELLED)
    other = cancelled.revised(now=NOW, city="Elsewhere")

    with pytest.raises(RejectedError, match="Nobody is named"):
        revert(versions[3], versions[0], READ, now=AFTERWARDS, by=Author(actor=Actor.USER))
    with pytest.raises(RejectedError, match="what it said in version 4"):
        revert(versions[3], versions[3], READ, now=AFTERWARDS, by=REVERTER)
    with pytest.raises(RejectedError, match="locked"):
        revert(cancelled, other, None, now=AFTERWARDS, by=REVERTER)
