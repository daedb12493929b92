"""What is decided about a ticket that was submitted: its notice, its cancellation, its end."""

from datetime import datetime, timedelta

import pytest

from domain.audit import Actor, Author
from domain.errors import RejectedError
from domain.submitting import cancel, close, correct_notice, supersede
from domain.ticket import TicketStatus
from tests.builders import NOW
from tests.domain.lives import (
    AFTER,
    AGREEMENT,
    DAMAGE,
    DANA,
    DIGGING,
    EXPIRY,
    LATE,
    NOTICE,
    SECOND,
    make_life,
)

Status = TicketStatus
NOBODY = Author(actor=Actor.USER, name=" ")


# To correct the notice.


def test_a_corrected_notice_moves_every_date_and_says_why() -> None:
    """It was given on Tuesday, not on Monday: everything is a day later."""
    ticket = make_life(Status.SUBMITTED, member_responses=[])
    tuesday = NOTICE + timedelta(days=1)

    change = correct_notice(ticket, tuesday, now=tuesday, by=DANA, reason="Misread.")

    after, event = change.ticket, change.event
    assert after.notice_at == tuesday
    assert after.earliest_lawful_start == tuesday + timedelta(days=2)
    assert after.expires_at == EXPIRY + timedelta(days=3)
    assert event.action == "notice_corrected"
    assert (event.notes or "").startswith(
        "Dana Ruiz: Misread. Notice given Tue 2026-03-03 10:00 CST. Earliest lawful start: "
    )
    assert {"notice_at", "expires_at", "earliest_lawful_start"} <= set(event.changed_fields)


def test_a_corrected_start_in_the_future_stops_the_digging() -> None:
    """Somebody digs by a start that was never lawful."""
    digging = make_life(Status.READY_TO_DIG)
    thursday = NOTICE + timedelta(days=3)

    change = correct_notice(digging, thursday, now=DIGGING, by=DANA, reason="Misread.")

    assert change.ticket.status is Status.RESPONSES_IN
    assert (change.event.from_status, change.event.to_status) == ("ReadyToDig", "ResponsesIn")


def test_a_corrected_end_in_the_past_ends_the_ticket() -> None:
    """It was given two weeks earlier: nobody may dig for another second."""
    long_ago = NOTICE - timedelta(days=21)
    ticket = make_life(Status.READY_TO_DIG, created_at=long_ago)

    change = correct_notice(ticket, long_ago, now=DIGGING, by=DANA, reason="Misread.")

    assert change.ticket.status is Status.EXPIRED
    assert change.ticket.expires_at is not None
    assert change.ticket.expires_at < DIGGING


def test_a_correction_keeps_the_centers_start_and_the_agreements() -> None:
    """They are other people's words."""
    ticket = make_life(Status.SUBMITTED, center_start_at=DIGGING, life_agreements=[AGREEMENT])

    change = correct_notice(ticket, NOTICE, now=DIGGING, by=DANA, reason="Looked again.")

    assert change.ticket.expires_at == AGREEMENT.until
    assert change.ticket.earliest_lawful_start == DIGGING
    assert "The center gives a later start" in (change.event.notes or "")


@pytest.mark.parametrize("notice_at", [NOW - SECOND, DIGGING + SECOND], ids=["early", "future"])
def test_a_notice_is_corrected_to_a_possible_time_only(notice_at: datetime) -> None:
    """Before the ticket there was nothing to notify, and the future is not known."""
    with pytest.raises(RejectedError, match="The notice must have been given after") as no:
        correct_notice(
            make_life(Status.SUBMITTED), notice_at, now=DIGGING, by=DANA, reason="Misread."
        )

    assert (no.value.field, no.value.remedy) == (
        "notice_at",
        "Give the time at which the center took the notice.",
    )


@pytest.mark.parametrize(
    ("status", "now"),
    [
        (Status.READY, DIGGING),
        (Status.EXPIRED, AFTER),
        (Status.CANCELLED, DIGGING),
        (Status.DAMAGED, DIGGING),
        # Its turn has not been made yet, but its life has ended.
        (Status.READY_TO_DIG, EXPIRY),
    ],
)
def test_no_correction_brings_a_dead_ticket_back(status: TicketStatus, now: datetime) -> None:
    """Expired ends the right to dig for ever."""
    with pytest.raises(RejectedError, match=f"The notice of a {status} ticket") as no:
        correct_notice(make_life(status), DIGGING, now=now, by=DANA, reason="Misread.")

    assert (no.value.field, no.value.remedy) == (
        "status",
        "Correct it while the ticket is in force.",
    )
    with pytest.raises(RejectedError, match="Nobody is named"):
        correct_notice(make_life(status), NOTICE, now=now, by=NOBODY, reason="Misread.")


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
    with pytest.raises(RejectedError, match="The work is closed already") as twice:
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
