"""A longer life: what both parties agreed on in writing, for every member."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.audit import Actor, Author
from domain.digging import AGREED_LIFE_MAX, extend_life
from domain.errors import RejectedError
from domain.lifecycle import IN_FORCE
from domain.ticket import TicketStatus
from tests.domain.lives import (
    AGREEMENT,
    DANA,
    DIGGING,
    EXPIRY,
    GAS,
    LATE,
    POWER,
    SECOND,
    START,
    make_life,
    make_response,
    taken,
)

Status = TicketStatus
NOBODY = Author(actor=Actor.USER)
POWER_AGREES = AGREEMENT.model_copy(
    update={"member_code": "ONC01", "until": datetime(2026, 4, 1, 22, 0, tzinfo=UTC)}
)
# The day on which it is already tomorrow in UTC, at the site.
EVENING = datetime(2026, 3, 11, 3, 0, tzinfo=UTC)


def test_a_life_is_longer_once_every_member_has_agreed() -> None:
    """And as long as the shortest agreement; one signature of two extends nothing."""
    answers = [make_response(), make_response("ONC01", None)]
    ticket = make_life(Status.EXPIRING, members=[GAS, POWER], member_responses=answers)
    lower = AGREEMENT.model_copy(update={"member_code": "atm 01"})

    one = extend_life(ticket, lower, now=LATE, by=DANA)
    both = extend_life(taken(one), POWER_AGREES, now=LATE, by=DANA)

    assert one.ticket.life_agreements == [AGREEMENT]
    assert (one.ticket.expires_at, one.ticket.status) == (EXPIRY, Status.EXPIRING)
    assert one.event.notes == (
        "Dana Ruiz: agreed with ATM01, signed 2026-03-10: Fri 2026-04-03 17:00 CDT. The life is "
        "longer once every member has agreed."
    )
    assert both.ticket.expires_at == both.ticket.marking_expires_at == POWER_AGREES.until
    assert both.ticket.status is Status.READY_TO_DIG
    assert both.event.action == "life_extended"
    assert both.event.notes == (
        "Dana Ruiz: agreed with ONC01, signed 2026-03-10: Wed 2026-04-01 17:00 CDT. The ticket "
        "lives until Wed 2026-04-01 17:00 CDT (16 TAC 18.3(f))."
    )
    assert {"expires_at", "refresh_by_at", "life_agreements"} <= set(both.event.changed_fields)


def test_an_agreement_on_a_year_is_taken() -> None:
    """What is longer is a typing error."""
    year = AGREEMENT.model_copy(update={"until": LATE + AGREED_LIFE_MAX})

    assert extend_life(
        make_life(Status.EXPIRING), year, now=LATE, by=DANA
    ).ticket.expires_at == (year.until)


def test_a_short_extension_still_expires_soon() -> None:
    """A day more leaves no time for a refresh."""
    short = AGREEMENT.model_copy(update={"until": EXPIRY + timedelta(days=1)})

    change = extend_life(make_life(Status.EXPIRING), short, now=LATE, by=DANA)

    assert change.ticket.expires_at == short.until
    assert change.ticket.status is Status.EXPIRING


@pytest.mark.parametrize(
    ("fields", "said", "now", "refusal"),
    [
        (
            {},
            {"member_code": "NOBODY"},
            DIGGING,
            (
                "member_code",
                "NOBODY is not among the members that were notified.",
                "Correct the code, or record the member first.",
            ),
        ),
        (
            {},
            {},
            EXPIRY,
            (
                "status",
                "The ticket's life ended at Fri 2026-03-20 23:59 CDT.",
                "Give notice by a new ticket.",
            ),
        ),
        (
            {"member_list_missing": True},
            {},
            DIGGING,
            (
                "members",
                "Which members must agree on a longer life is not recorded.",
                "Record the whole list of members first.",
            ),
        ),
        (
            {},
            {"signed_on": date(2026, 3, 11)},
            EVENING,
            (
                "signed_on",
                "The agreement is signed in the future, or before the notice.",
                "Give the day on which both signed.",
            ),
        ),
        (
            {},
            {"signed_on": date(2026, 3, 1)},
            DIGGING,
            (
                "signed_on",
                "The agreement is signed in the future, or before the notice.",
                "Give the day on which both signed.",
            ),
        ),
        (
            {},
            {"signed_by_operator": "DANA RUIZ"},
            DIGGING,
            (
                "signed_by_operator",
                "One person cannot sign for both parties.",
                "Name who signed for the operator.",
            ),
        ),
        (
            {},
            {"until": DIGGING + AGREED_LIFE_MAX + SECOND},
            DIGGING,
            (
                "until",
                "A life of more than 366 days is not taken.",
                "Correct the time, or refresh the ticket when it is due.",
            ),
        ),
        (
            {},
            {"until": EXPIRY},
            DIGGING,
            (
                "until",
                "The agreement does not extend the life of the ticket.",
                "Give a time after the present end of its life.",
            ),
        ),
    ],
    ids=[
        "a stranger",
        "too late",
        "unknown members",
        "signed tomorrow",
        "signed before",
        "one for both",
        "endless",
        "no longer",
    ],
)
def test_an_agreement_that_extends_nothing_is_refused(
    fields: dict[str, Any],
    said: dict[str, Any],
    now: datetime,
    refusal: tuple[str, str, str],
) -> None:
    """It would be taken for a right to dig."""
    ticket = make_life(Status.READY_TO_DIG, **fields)
    before = ticket.model_copy(deep=True)
    agreement = AGREEMENT.model_copy(update={"signed_on": date(2026, 3, 2), **said})

    with pytest.raises(RejectedError) as no:
        extend_life(ticket, agreement, now=now, by=DANA)

    assert (no.value.field, no.value.problem, no.value.remedy) == refusal
    assert ticket == before


def test_an_agreement_signed_today_at_the_site_is_taken() -> None:
    """In the evening it is tomorrow in UTC; the day of a signature is that of the site."""
    ticket = make_life(Status.READY_TO_DIG)

    change = extend_life(ticket, AGREEMENT, now=EVENING, by=DANA)

    assert change.ticket.expires_at == AGREEMENT.until
    with pytest.raises(RejectedError, match="Nobody is named"):
        extend_life(ticket, AGREEMENT, now=EVENING, by=NOBODY)


@pytest.mark.parametrize("status", [one for one in Status if one not in IN_FORCE])
def test_only_a_life_that_goes_on_is_extended(status: TicketStatus) -> None:
    """A dead ticket takes a new notice."""
    with pytest.raises(
        RejectedError, match=f"There is no life to extend for a {status} ticket"
    ):
        extend_life(make_life(status), AGREEMENT, now=LATE, by=DANA)


def test_a_life_without_a_known_end_is_not_extended() -> None:
    """A file in the customer's own shape may lack it."""
    bare = make_life(Status.SUBMITTED).revised(now=START, notice_at=None, expires_at=None)

    with pytest.raises(RejectedError, match="No end of the ticket's life is known"):
        extend_life(bare, AGREEMENT, now=LATE, by=DANA)
    kept = bare.revised(now=START, expires_at=EXPIRY)
    change = extend_life(kept, AGREEMENT, now=LATE, by=DANA)
    assert change.ticket.expires_at == EXPIRY
    assert (change.event.notes or "").endswith("once every member has agreed.")
