"""To confirm a ticket and to record that it was submitted."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.audit import Actor, Author, event_id
from domain.errors import ConflictError, RejectedError
from domain.moving import explained
from domain.packet import packet_of
from domain.responses import MEMBERS_MAX, Member, ResponseStatus
from domain.submitting import CenterReceipt, confirm, submit
from domain.ticket import Ticket, TicketStatus
from tests.builders import NOW
from tests.domain.lives import (
    AFTER,
    DANA,
    DIGGING,
    EMERGENCY,
    EXPIRY,
    GAS,
    LATE,
    NOTICE,
    POWER,
    REFRESH_BY,
    SECOND,
    START,
    make_life,
)
from tests.domain.moves import GAP

Status = TicketStatus
RECORDED = NOTICE + timedelta(minutes=5)
RECEIPT: dict[str, Any] = {
    "texas811_ticket_number": "2606100001",
    "notice_at": NOTICE,
    "members": [GAS, POWER],
}
# What a ticket has gathered before anything was sent.
UNSENT: dict[str, Any] = {
    "texas811_ticket_number": None,
    "notice_at": None,
    "members": [],
    "member_responses": [],
    "site_check": None,
}
EARLIER_TOLD = (
    " ALARM: the center gives an earlier start, Wed 2026-03-04 23:59 CST, than the law as read "
    "here; the later one holds. Ask the center."
)
NOBODY = Author(actor=Actor.USER, name=" ")


def waiting(**fields: Any) -> Ticket:
    """Return a whole ticket that waits for its confirmation."""
    return make_life(Status.VALID_PENDING_CONFIRM, **{**UNSENT, "confirmation": None, **fields})


def ready(**fields: Any) -> Ticket:
    return make_life(Status.READY, **{**UNSENT, **fields})


def receipt(**more: Any) -> CenterReceipt:
    return CenterReceipt.model_validate({**RECEIPT, **more})


# To confirm.


def test_a_named_person_confirms_exactly_this_packet() -> None:
    """Who, when, and what: the fingerprint stands for every field that is keyed in."""
    ticket = waiting()
    fingerprint = packet_of(ticket).fingerprint

    change = confirm(ticket, now=NOW, by=DANA, emergency_attested=False)

    said = change.ticket.confirmation
    assert change.ticket.status is Status.READY
    assert said is not None
    assert (said.confirmed_at, said.confirmed_by) == (NOW, "Dana Ruiz")
    assert (said.emergency_attested, said.packet_fingerprint) == (False, fingerprint)
    event = change.event
    assert event.action == "ticket_confirmed"
    assert event.notes == f"Dana Ruiz confirms the packet {fingerprint[:12]}."
    assert event.changed_fields == ["status", "confirmation"]
    assert event.compliance_relevant


def test_an_emergency_is_confirmed_by_who_attests_it() -> None:
    """A false claim costs 1,000 to 2,000 dollars: somebody stands for it (251.155(d))."""
    ticket = waiting(**EMERGENCY)

    with pytest.raises(RejectedError, match="Nobody attests that it is an emergency"):
        confirm(ticket, now=NOW, by=DANA, emergency_attested=False)
    change = confirm(ticket, now=NOW, by=DANA, emergency_attested=True)

    assert change.ticket.confirmation is not None
    assert change.ticket.confirmation.emergency_attested
    assert (change.event.notes or "").endswith(" and attests the emergency.")


@pytest.mark.parametrize(
    ("ticket", "now", "said"),
    [
        (waiting(validation_gaps=[GAP]), NOW, "The packet is not complete. The county"),
        (waiting(edited_at=NOW + SECOND), NOW, "not validated as it is now"),
        (waiting(planned_start_at=START - SECOND), NOW, "the earliest that the law allows"),
        (waiting(), NOW + timedelta(days=3), "the earliest that the law allows"),
        (waiting(planned_start_at=LATE), NOW, "more than 14 days"),
        (make_life(Status.DRAFT), NOW, "A Draft ticket cannot become Ready"),
        (ready(), NOW, "A Ready ticket cannot become Ready"),
    ],
    ids=["gap", "edited", "too early", "too late to send", "too far", "draft", "twice"],
)
def test_what_is_not_whole_and_lawful_is_not_confirmed(
    ticket: Ticket, now: datetime, said: str
) -> None:
    """A confirmation is the last look that anybody takes before the center has it."""
    with pytest.raises(RejectedError, match=said):
        confirm(ticket, now=now, by=DANA, emergency_attested=False)


@pytest.mark.parametrize("nobody", [NOBODY, Author(actor=Actor.USER)], ids=["blank", "none"])
def test_a_confirmation_by_nobody_is_refused(nobody: Author) -> None:
    """A confirmation without a person binds nobody."""
    with pytest.raises(RejectedError, match="Nobody is named") as no:
        confirm(waiting(), now=NOW, by=nobody, emergency_attested=False)

    assert (no.value.field, no.value.remedy) == ("by", "Name the person who does this.")


# To submit.


def test_a_submitted_ticket_has_every_date_and_each_is_explained() -> None:
    """The event is what will be read back in a dispute."""
    ticket = ready()

    change = submit(ticket, receipt(submission_confirmation="C-1"), now=RECORDED, by=DANA)

    after, event = change.ticket, change.event
    assert after.status is Status.SUBMITTED
    assert (after.texas811_ticket_number, after.submission_confirmation) == (
        "2606100001",
        "C-1",
    )
    assert (after.notice_at, after.policy_version) == (NOTICE, "2007-09")
    assert (after.earliest_lawful_start, after.response_due_at) == (START, START)
    assert (after.refresh_by_at, after.expires_at) == (REFRESH_BY, EXPIRY)
    assert after.members == [GAS, POWER]
    assert (after.response_status, after.updated_at) == (ResponseStatus.PENDING, RECORDED)
    assert event.notes == (
        "Dana Ruiz: notice given Mon 2026-03-02 10:00 CST. " + explained(after)
    )
    assert (event.action, event.id) == ("ticket_submitted", event_id(ticket.id, 1))
    assert (event.from_status, event.to_status) == ("Ready", "Submitted")
    assert event.field_changes["expires_at"] == {
        "before": None,
        "after": "2026-03-21T04:59:59Z",
    }
    assert event.compliance_relevant


def test_a_list_that_could_not_be_had_is_said_to_be_missing() -> None:
    """Then the answers can never be complete, and nobody digs."""
    change = submit(
        ready(), receipt(members=[], member_list_missing=True), now=RECORDED, by=DANA
    )

    assert change.ticket.member_list_missing
    assert change.ticket.members == []


@pytest.mark.parametrize(
    ("spoil", "now", "said"),
    [
        ({"members": []}, RECORDED, "Which members the center notified is not said"),
        ({"notice_at": RECORDED + SECOND}, RECORDED, "not later than now"),
        ({"notice_at": NOW - SECOND}, RECORDED, "after the ticket was made"),
    ],
    ids=["no members", "future", "before it was made"],
)
def test_a_receipt_that_cannot_be_is_refused(
    spoil: dict[str, Any], now: datetime, said: str
) -> None:
    """Every date follows from it."""
    ticket = ready()
    before = ticket.model_copy(deep=True)

    with pytest.raises(RejectedError, match=said) as no:
        submit(ticket, receipt(**spoil), now=now, by=DANA)

    assert no.value.remedy
    assert ticket == before


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.READY])
def test_only_a_confirmed_ticket_is_submitted(status: TicketStatus) -> None:
    """Nothing reaches the center that nobody confirmed, and nothing twice."""
    with pytest.raises(RejectedError, match=f"A {status} ticket cannot be submitted") as no:
        submit(make_life(status), receipt(members=[POWER]), now=RECORDED, by=DANA)

    assert (no.value.field, no.value.remedy) == (
        "status",
        "Confirm it first; what was submitted is not submitted again.",
    )


def test_a_ticket_changed_after_its_confirmation_is_not_submitted() -> None:
    """What was keyed in is not what was confirmed."""
    changed = ready().revised(now=NOW, city="Waco")

    with pytest.raises(RejectedError, match="The packet is not the one that was confirmed"):
        submit(changed, receipt(), now=RECORDED, by=DANA)
    with pytest.raises(RejectedError, match="Nobody is named"):
        submit(ready(), receipt(), now=RECORDED, by=NOBODY)


def test_a_member_that_is_listed_twice_is_refused() -> None:
    """Two rows of one member: the answer to one would leave the other open."""
    twice = [GAS, Member(code="atm 01")]

    with pytest.raises(ConflictError, match="The member ATM01 is listed twice") as no:
        submit(ready(), receipt(members=twice), now=RECORDED, by=DANA)

    assert (no.value.field, no.value.remedy) == (
        "members",
        "List each member once, with all its facilities.",
    )


@pytest.mark.parametrize(
    ("center", "start", "said"),
    [
        (None, START, ""),
        (START, START, ""),
        (
            DIGGING,
            DIGGING,
            " The center gives a later start, Fri 2026-03-06 09:00 CST, which holds.",
        ),
        (
            START - SECOND,
            START,
            EARLIER_TOLD,
        ),
    ],
    ids=["none", "the same", "later", "earlier"],
)
def test_the_later_start_holds_and_an_earlier_one_is_an_alarm(
    center: datetime | None, start: datetime, said: str
) -> None:
    """Either we or the center are wrong; nobody digs before both are right."""
    change = submit(ready(), receipt(center_start_at=center), now=RECORDED, by=DANA)

    assert change.ticket.earliest_lawful_start == start
    notes = change.event.notes or ""
    assert notes.count("center gives") == bool(said)
    assert notes.endswith(said)


def test_a_start_of_the_center_makes_no_start_where_the_law_has_none() -> None:
    """A design request permits no digging, whatever the portal shows."""
    ticket = ready(ticket_type="Survey/Design")

    change = submit(ticket, receipt(center_start_at=START), now=RECORDED, by=DANA)

    assert change.ticket.earliest_lawful_start is None
    assert "center gives" not in (change.event.notes or "")


def test_a_notice_that_is_recorded_weeks_late_has_expired_at_once() -> None:
    """It was given, and it has run out: nobody may think it is alive."""
    change = submit(ready(), receipt(), now=AFTER, by=DANA)

    assert change.ticket.status is Status.EXPIRED


@pytest.mark.parametrize(
    "spoilt",
    [
        {"texas811_ticket_number": " "},
        {"texas811_ticket_number": "1" * 51},
        {"submission_confirmation": "1" * 101},
        {"notice_at": "2026-03-02T10:00:00"},
        {"center_start_at": "2026-03-02T10:00:00"},
        {"members": [GAS] * (MEMBERS_MAX + 1)},
        {"expires_at": AFTER},
    ],
    ids=lambda spoilt: next(iter(spoilt)) + str(len(str(spoilt))),
)
def test_a_receipt_has_limits_and_no_times_without_a_zone(spoilt: dict[str, Any]) -> None:
    """A notice that is hours wrong makes every date wrong."""
    with pytest.raises(ValidationError):
        receipt(**spoilt)
