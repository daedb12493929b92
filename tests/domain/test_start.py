"""The planned start, held against what a notice given now would allow."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.facts import TicketType
from domain.start import (
    WITHOUT_A_WAIT,
    StartObjection,
    deadlines_if_sent,
    lawful_start_if_sent,
    start_objections,
    waits_for_a_start,
)
from domain.ticket import Ticket
from tests.builders import NOW, make_draft, make_ticket
from tests.domain.lives import SECOND, START

# The last second of the 14th day after the day of the notice, at the site.
LAST_DAY = datetime(2026, 3, 17, 4, 59, 59, tzinfo=UTC)


def planned(at: datetime | None, **fields: Any) -> Ticket:
    return make_ticket(**{"planned_start_at": at, **fields})


def problems(ticket: Ticket, now: datetime = NOW) -> list[str]:
    return [one.problem for one in start_objections(ticket, now)]


def test_a_start_before_the_law_allows_it_is_told_with_the_earliest() -> None:
    """The excavator planned for Wednesday; what he can have is in the answer."""
    assert list(start_objections(planned(START - SECOND), NOW)) == [
        StartObjection(
            problem="before_lawful_start",
            description="The planned start Wed 2026-03-04 23:59 CST is before "
            "Thu 2026-03-05 00:00 CST, the earliest that the law allows if the notice is given "
            "now.",
            prompt="When shall the digging start? The earliest is Thu 2026-03-05 00:00 CST.",
            suggestion="2026-03-05T00:00:00-06:00",
        )
    ]


def test_a_start_that_is_offered_can_still_be_had_when_it_is_answered() -> None:
    """The notice goes on: half an hour is left for the answer, to the next full quarter."""
    at_seven_past = datetime(2026, 3, 3, 16, 7, tzinfo=UTC)

    [found] = start_objections(planned(START), at_seven_past)

    assert "before Thu 2026-03-05 10:07 CST" in found.description
    assert found.prompt.startswith(
        "When shall the digging start? The earliest is Thu 2026-03-05 10:45 CST."
    )
    assert found.suggestion == "2026-03-05T10:45:00-06:00"


def test_a_start_too_far_ahead_is_told_with_the_latest() -> None:
    """At most 14 calendar days: the cautious reading of 251.151(a)."""
    late = datetime(2026, 3, 20, 13, 30, tzinfo=UTC)

    assert list(start_objections(planned(late), NOW)) == [
        StartObjection(
            problem="too_far_ahead",
            description="The planned start is more than 14 days after a notice given now.",
            prompt="Start within 14 days of the notice, or wait with the notice. "
            "When shall the digging start?",
            suggestion="2026-03-16T08:30:00-05:00",
        )
    ]


def test_the_first_and_the_last_lawful_start_are_taken() -> None:
    """The limits themselves are lawful."""
    assert problems(planned(START)) == []
    assert problems(planned(LAST_DAY)) == []
    assert problems(planned(LAST_DAY + SECOND)) == ["too_far_ahead"]


def test_a_start_comes_too_near_while_the_notice_waits() -> None:
    """Confirmed on Monday for Friday and not sent until Thursday: Friday is no longer lawful."""
    friday = planned(START + timedelta(days=1))

    assert problems(friday, NOW) == []
    assert problems(friday, NOW + timedelta(days=3)) == ["before_lawful_start"]


def test_the_day_is_that_of_the_site() -> None:
    """Late on Monday in El Paso it is Tuesday in UTC: the count of days begins on Monday."""
    late = datetime(2026, 3, 3, 6, 30, tzinfo=UTC)
    last = datetime(2026, 3, 17, 5, 59, tzinfo=UTC)

    assert problems(planned(last, county="El Paso"), late) == []
    assert problems(planned(last + timedelta(minutes=1), county="El Paso"), late) == [
        "too_far_ahead"
    ]


@pytest.mark.parametrize("fields", [{"county": None}, {"county": "Bexer"}], ids=str)
def test_no_start_can_be_judged_without_the_county(fields: dict[str, object]) -> None:
    """The county gives the zone; that it is missing is a question of its own."""
    ticket = planned(NOW, **fields)

    assert problems(ticket) == []
    assert deadlines_if_sent(ticket, NOW) is None
    assert lawful_start_if_sent(ticket, NOW) is None


def test_a_start_that_nobody_planned_is_not_too_early() -> None:
    """That it is missing is a question of its own."""
    assert problems(planned(None)) == []


@pytest.mark.parametrize("kind", sorted(WITHOUT_A_WAIT))
def test_a_type_that_does_not_wait_may_start_at_any_time(kind: TicketType) -> None:
    """An emergency begins at once, and on the others nobody digs."""
    ticket = planned(NOW, ticket_type=kind)

    assert problems(ticket) == []
    assert not waits_for_a_start(ticket)


@pytest.mark.parametrize("kind", sorted(set(TicketType) - WITHOUT_A_WAIT))
def test_every_other_type_waits_for_its_lawful_start(kind: TicketType) -> None:
    """A type that is added later waits, until somebody decides that it need not."""
    ticket = planned(NOW, ticket_type=kind)

    assert {one.value for one in WITHOUT_A_WAIT} == {
        "Emergency",
        "No Response",
        "Dig Up",
        "Survey/Design",
        "Recall",
    }
    assert waits_for_a_start(ticket)
    assert problems(ticket) == ["before_lawful_start"]


def test_the_dates_are_those_of_a_notice_given_now() -> None:
    """What would be lawful is shown before anything is sent."""
    ticket = make_draft(county="Travis")
    dates = deadlines_if_sent(ticket, NOW)
    start = lawful_start_if_sent(ticket, NOW)

    assert dates is not None
    assert (dates.notice_at, dates.county) == (NOW, "Travis")
    assert start is not None
    assert start.at == START
    design = make_draft(county="Travis", ticket_type="Survey/Design")
    assert lawful_start_if_sent(design, NOW) is None
