"""The end of a ticket by a person's word: cancelled, finished, or superseded."""

from datetime import datetime

import pytest

from domain.audit import Actor, Author
from domain.errors import RejectedError
from domain.submitting import cancel, close, supersede
from domain.ticket import TicketStatus
from tests.builders import NOW
from tests.domain.lives import (
    AFTER,
    DAMAGE,
    DANA,
    DIGGING,
    LATE,
    NOTICE,
    make_life,
)

Status = TicketStatus
NOBODY = Author(actor=Actor.USER, name=" ")


# To give up.


def test_a_cancelled_ticket_says_who_why_and_whether_the_center_knows() -> None:
    """A cancellation that the center never saw leaves locators on the way."""
    said = {True: " The center was told.", False: " It was not sent to the center."}
    for told, sentence in said.items():
        ticket = make_life(Status.READY_TO_DIG)

        change = cancel(ticket, now=DIGGING, by=DANA, reason="Off.", sent_to_center=told)

        assert change.ticket.status is Status.CANCELLED
        assert change.ticket.cancellation is not None
        assert change.ticket.cancellation.model_dump() == {
            "cancelled_at": DIGGING,
            "cancelled_by": "Dana Ruiz",
            "reason": "Off.",
            "sent_to_center": told,
        }
        assert change.event.action == "ticket_cancelled"
        assert change.event.notes == f"Dana Ruiz: Off.{sentence}"


def test_a_draft_is_given_up_without_a_word_to_the_center() -> None:
    """It has never heard of it."""
    change = cancel(
        make_life(Status.DRAFT), now=NOW, by=DANA, reason="A double.", sent_to_center=None
    )

    assert change.ticket.status is Status.CANCELLED
    assert change.event.notes == "Dana Ruiz: A double."


def test_a_ticket_of_the_center_is_not_given_up_in_silence() -> None:
    """It must be said whether the center was told; what is held or over is not given up."""
    with pytest.raises(RejectedError, match="Whether the cancellation was sent to the center"):
        cancel(
            make_life(Status.SUBMITTED), now=NOW, by=DANA, reason="Off.", sent_to_center=None
        )
    for status in (Status.DAMAGED, Status.EXPIRED, Status.CANCELLED):
        with pytest.raises(RejectedError, match=f"A {status} ticket cannot become Cancelled"):
            cancel(make_life(status), now=NOW, by=DANA, reason="Off.", sent_to_center=True)
    with pytest.raises(RejectedError, match="Nobody is named"):
        cancel(make_life(Status.DRAFT), now=NOW, by=NOBODY, reason="Off.", sent_to_center=True)


# To finish.


@pytest.mark.parametrize(
    ("status", "now", "target"),
    [
        (Status.SUBMITTED, NOW, Status.SUBMITTED),
        (Status.RESPONSES_IN, NOW, Status.RESPONSES_IN),
        (Status.READY_TO_DIG, DIGGING, Status.READY_TO_DIG),
        (Status.READY_TO_DIG, LATE, Status.READY_TO_DIG),
        (Status.EXPIRING, LATE, Status.EXPIRING),
        (Status.EXPIRED, AFTER, Status.EXPIRED),
        (Status.DAMAGED, DIGGING, Status.DAMAGED),
        (Status.DAMAGED, AFTER, Status.EXPIRED),
    ],
)
def test_finished_work_is_closed_and_leaves_the_status(
    status: TicketStatus, now: datetime, target: TicketStatus
) -> None:
    """Only a damage that nobody will release any more ends with the life of its ticket."""
    given = [make_life(Status.RESPONSES_IN).member_responses, []][status is Status.SUBMITTED]
    ticket = make_life(status, member_responses=given, damages=[DAMAGE])

    change = close(ticket, now=now, by=DANA)

    assert (change.ticket.closed_at, change.ticket.status) == (now, target)
    assert (change.event.action, change.event.notes) == (
        "work_closed",
        "Dana Ruiz: the work is finished.",
    )


def test_what_was_not_begun_or_is_closed_is_not_closed() -> None:
    """Nobody can have worked before a notice; and once is enough."""
    for status in (Status.DRAFT, Status.READY, Status.CANCELLED):
        with pytest.raises(RejectedError) as no:
            close(make_life(status), now=NOW, by=DANA)

        assert (no.value.problem, no.value.field, no.value.remedy) == (
            f"There is no finished work on a {status} ticket.",
            "status",
            "Cancel the ticket.",
        )
    with pytest.raises(RejectedError, match=r"^The work is closed already[.]$") as twice:
        close(make_life(Status.SUBMITTED, closed_at=NOW), now=NOW, by=DANA)
    assert twice.value.remedy == "Nothing needs to be done."
    with pytest.raises(RejectedError, match="Nobody is named"):
        close(make_life(Status.SUBMITTED), now=NOW, by=NOBODY)


# To be replaced.


@pytest.mark.parametrize(
    ("status", "now", "target"),
    [
        (Status.SUBMITTED, NOTICE, Status.RESPONSES_IN),
        (Status.RESPONSES_IN, NOTICE, Status.RESPONSES_IN),
        (Status.READY_TO_DIG, DIGGING, Status.RESPONSES_IN),
        (Status.EXPIRING, LATE, Status.RESPONSES_IN),
    ],
)
def test_nobody_digs_on_a_superseded_ticket(
    status: TicketStatus, now: datetime, target: TicketStatus
) -> None:
    """The center has a newer one, with other facts; this one lives on as history until its end."""
    change = supersede(make_life(status), "2606100009", now=now, by=DANA)

    assert change.ticket.superseded_by_number == "2606100009"
    assert change.ticket.status is target
    assert (change.event.action, change.event.notes) == (
        "ticket_superseded",
        "Dana Ruiz: superseded by 2606100009.",
    )


@pytest.mark.parametrize("status", [Status.READY, Status.EXPIRED, Status.DAMAGED])
def test_only_a_ticket_in_force_is_superseded(status: TicketStatus) -> None:
    """The others are no right to dig as it is."""
    with pytest.raises(RejectedError, match=f"A {status} ticket cannot be superseded") as no:
        supersede(make_life(status), "1", now=NOW, by=DANA)

    assert (no.value.field, no.value.remedy) == (
        "status",
        "Only a ticket that is in force can be.",
    )
    with pytest.raises(RejectedError, match="Nobody is named"):
        supersede(make_life(Status.SUBMITTED), "1", now=NOW, by=NOBODY)
    with pytest.raises(
        RejectedError, match=r"^A ticket cannot be superseded by itself[.]$"
    ) as itself:
        supersede(make_life(Status.SUBMITTED), "2606100001", now=NOW, by=DANA)
    assert (itself.value.field, itself.value.remedy) == (
        "superseded_by_number",
        "Give the number of the newer ticket.",
    )
