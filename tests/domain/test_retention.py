"""When a ticket is over: not while anything about it is open or due."""

from datetime import timedelta
from typing import Any

import pytest

from domain.retention import over_since
from domain.statements import Damage, Ground, GroundReason, LifeAgreement, Standby
from tests.builders import LATER, NOW, make_ticket

LONG = NOW + timedelta(days=200)
GROUND = Ground(
    id="g",
    reason=GroundReason.NO_RESPONSE,
    raised_at=NOW,
    raised_by="Ann",
    notes="no answer",
    answer_due_at=LATER,
)
DAMAGE = Damage(
    id="d",
    occurred_at=NOW,
    place="at the pole",
    facility="gas",
    reported_at=NOW,
    reported_by="Ann",
    notice_due_at=NOW,
    report_due_at=LONG,
    released_at=LATER,
)
AGREEMENT = LifeAgreement(
    member_code="ABC",
    until=LONG,
    signed_on=NOW.date(),
    signed_by_excavator="Ann",
    signed_by_operator="Bob",
    document="in the drawer",
)
STANDBY = Standby(
    member_code="ABC", arranged_at=NOW, arranged_by="Ann", contact="Bob", meets_at=LONG
)


@pytest.mark.parametrize("status", ["Expired", "Cancelled"])
def test_a_ground_that_nobody_has_settled_keeps_a_ticket_from_being_over(status: str) -> None:
    """That its life has ended settles nothing."""
    settled = GROUND.model_copy(update={"settled_at": LATER})

    assert over_since(make_ticket(status=status, grounds=[GROUND])) is None
    assert over_since(make_ticket(status=status, grounds=[settled])) is not None


@pytest.mark.parametrize(
    "due",
    [
        {"damages": [DAMAGE]},
        {"life_agreements": [AGREEMENT]},
        {"standbys": [STANDBY]},
        {"response_due_at": LONG},
    ],
    ids=lambda due: next(iter(due)),
)
def test_a_ticket_is_over_when_the_last_of_what_was_due_has_passed(due: dict[str, Any]) -> None:
    """A report, a longer life, somebody at the site, an answer."""
    assert over_since(make_ticket(status="Expired", **due)) == LONG
