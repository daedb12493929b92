"""A damage or an exposed line: what is held, and what is due at once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.audit import Actor, Author, Change, event_id
from domain.digging import DamageFound, Release, report_damage
from domain.errors import RejectedError
from domain.responses import ResponseStatus
from domain.statements import Damage
from domain.ticket import Ticket, TicketStatus
from tests.builders import NOW
from tests.domain.lives import (
    ANSWERED,
    DANA,
    DIGGING,
    EMERGENCY,
    LATE,
    SECOND,
    make_life,
)

Status = TicketStatus
NOBODY = Author(actor=Actor.USER)
FOUND: dict[str, Any] = {
    "occurred_at": ANSWERED,
    "place": "Rear easement",
    "facility": "gas service",
}
DUE = (
    "Wed 2026-03-04 10:00 CST: D: the center is told of a damage as soon as practical, within 1 "
    "hour at most (16 TAC 18.11(b)). Fri 2026-04-03 09:00 CDT: D: the damage is reported (TDRF) "
    "within 30 days (16 TAC 18.11(a)-(b))."
)


def damaged(ticket: Ticket, *, now: datetime = DIGGING, **found: Any) -> Change:
    return report_damage(
        ticket, DamageFound.model_validate({**FOUND, **found}), now=now, by=DANA
    )


@pytest.mark.parametrize(
    "status",
    [
        Status.SUBMITTED,
        Status.RESPONSES_IN,
        Status.READY_TO_DIG,
        Status.EXPIRING,
        Status.EXPIRED,
        Status.DAMAGED,
    ],
)
def test_a_damage_holds_the_ticket_and_says_what_is_due(status: TicketStatus) -> None:
    """One hour for the center, thirty days for the Railroad Commission; also after the end."""
    ticket = make_life(status, closed_at=None)

    change = damaged(ticket, now=LATE, description="Scratched coating.")

    [damage] = change.ticket.damages
    assert change.ticket.status is Status.DAMAGED
    assert change.ticket.response_status is ResponseStatus.DAMAGED
    assert damage == Damage(
        **FOUND,
        description="Scratched coating.",
        id=damage.id,
        reported_at=LATE,
        reported_by="Dana Ruiz",
        notice_due_at=ANSWERED + timedelta(hours=1),
        # By the clocks at the site, which went forward in between.
        report_due_at=ANSWERED + timedelta(days=30, hours=-1),
    )
    event = change.event
    assert (event.action, event.id) == ("damage_reported", event_id(ticket.id, 1))
    assert (event.from_status, event.to_status) == (status, "Damaged")
    assert event.notes == (
        "Dana Ruiz: gas service at Rear easement. If product escapes, call 911 at once. " + DUE
    )
    assert event.compliance_relevant


def test_a_center_that_was_told_starts_the_operators_hours() -> None:
    """It responds within four (16 TAC 18.5(d)); where nothing escapes, no alarm is raised."""
    change = damaged(
        make_life(Status.READY_TO_DIG),
        center_told_at=DIGGING,
        occurred_at=DIGGING,
        product_released=False,
        called_911_at=DIGGING,
        dig_up_ticket_number="2606500009",
    )

    [damage] = change.ticket.damages
    assert damage.answer_due_at == DIGGING + timedelta(hours=4)
    assert (damage.called_911_at, damage.dig_up_ticket_number) == (DIGGING, "2606500009")
    notes = change.event.notes or ""
    assert notes.startswith("Dana Ruiz: gas service at Rear easement. Fri 2026-03-06 10:00 CST")
    assert notes.endswith(
        "Fri 2026-03-06 13:00 CST: D: an operator that is told of damage to its pipeline "
        "responds within 4 hours (16 TAC 18.5(d))."
    )
    escaping = damaged(make_life(Status.READY_TO_DIG), product_released=True)
    assert "call 911" in (escaping.event.notes or "")


def test_a_damage_is_reported_whatever_is_misspelt() -> None:
    """Where the county is not known, the center's clock is taken."""
    ticket = make_life(Status.READY_TO_DIG).revised(now=DIGGING, county="Bexer")

    assert damaged(ticket).ticket.status is Status.DAMAGED


@pytest.mark.parametrize(
    "status",
    [
        Status.DRAFT,
        Status.EXTRACTING,
        Status.VALIDATING_FIELDS,
        Status.VALID_PENDING_CONFIRM,
        Status.READY,
        Status.CANCELLED,
    ],
)
def test_a_ticket_on_which_nobody_can_have_dug_takes_no_damage(status: TicketStatus) -> None:
    """It belongs to the ticket that was dug on."""
    with pytest.raises(RejectedError, match=f"A {status} ticket cannot become Damaged"):
        damaged(make_life(status))


def test_a_damage_has_happened_and_somebody_reports_it() -> None:
    """It cannot lie in the future."""
    ticket = make_life(Status.READY_TO_DIG)
    found = DamageFound.model_validate(FOUND)

    with pytest.raises(RejectedError, match=r"^The damage cannot lie in the future[.]$") as no:
        damaged(ticket, occurred_at=DIGGING + SECOND)
    with pytest.raises(RejectedError, match="Nobody is named"):
        report_damage(ticket, found, now=DIGGING, by=NOBODY)

    assert (no.value.field, no.value.remedy) == (
        "occurred_at",
        "Give the time at which it happened.",
    )
    assert damaged(ticket, occurred_at=DIGGING).ticket.status is Status.DAMAGED


@pytest.mark.parametrize(
    ("said", "field", "problem", "remedy"),
    [
        (
            {"occurred_at": NOW - SECOND},
            "occurred_at",
            "The damage is older than the ticket.",
            "Report it on the ticket under which was dug.",
        ),
        *(
            (
                {name: at},
                name,
                "Nobody can have been told before the damage, or later than now.",
                "Correct the time, or leave it out.",
            )
            for name in ("called_911_at", "center_told_at")
            for at in (ANSWERED - SECOND, DIGGING + SECOND)
        ),
        (
            {"dig_up_ticket_number": "2606100001"},
            "dig_up_ticket_number",
            "This is the number of the ticket itself.",
            "Give the number of the DigUp ticket.",
        ),
    ],
    ids=str,
)
def test_a_damage_that_cannot_be_is_refused(
    said: dict[str, Any], field: str, problem: str, remedy: str
) -> None:
    """Hours are counted from each of its times."""
    with pytest.raises(RejectedError) as no:
        damaged(make_life(Status.READY_TO_DIG), **said)

    assert (no.value.field, no.value.problem, no.value.remedy) == (field, problem, remedy)


def test_a_damage_that_was_told_before_it_was_typed_in_is_taken() -> None:
    """The center was called from the site; the ticket was made at the desk, a day later at most."""
    day_before = NOW - timedelta(days=1)
    emergency = make_life(Status.READY_TO_DIG, **EMERGENCY)

    assert damaged(emergency, occurred_at=day_before).ticket.status is Status.DAMAGED
    with pytest.raises(RejectedError, match="older than the ticket"):
        damaged(emergency, occurred_at=day_before - SECOND)


@pytest.mark.parametrize(
    ("kind", "spoilt"),
    [
        (DamageFound, {"occurred_at": "2026-03-04T10:00:00"}),
        (DamageFound, {"called_911_at": "2026-03-04T10:00:00"}),
        (DamageFound, {"center_told_at": "2026-03-04T10:00:00"}),
        (DamageFound, {"place": " "}),
        (DamageFound, {"place": "x" * 2001}),
        (DamageFound, {"facility": " "}),
        (DamageFound, {"facility": "x" * 201}),
        (DamageFound, {"description": "x" * 2001}),
        (DamageFound, {"dig_up_ticket_number": "1" * 51}),
        (DamageFound, {"released_at": DIGGING}),
        (Release, {"released_by": " "}),
        (Release, {"released_by": "x" * 201}),
        (Release, {"dig_up_ticket_number": "1" * 51}),
        (Release, {"released_at": DIGGING}),
    ],
    ids=lambda given: str(given)[:40] if isinstance(given, dict) else given.__name__,
)
def test_what_is_reported_has_limits_and_no_time_without_a_zone(
    kind: type[DamageFound | Release], spoilt: dict[str, Any]
) -> None:
    """An hour is counted from it."""
    whole = FOUND if kind is DamageFound else {"released_by": "Lee Park"}

    kind.model_validate(whole)
    with pytest.raises(ValidationError):
        kind.model_validate({**whole, **spoilt})
