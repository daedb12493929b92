"""When the digging begins and ends: 251.151, 251.152(6)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.facts import TicketType
from domain.gaps import ValidationGap
from domain.validation import validated
from tests.builders import NOW, make_draft, make_extraction, make_finding, make_ticket
from tests.domain.troubles import RECOMMENDED, REQUIRED, Trouble, gap_of, troubles_of

UNPLANNED: Trouble = ("planned_start_at", "field_missing", REQUIRED)
WAITING = ("Normal", "Update", "Update & Remark", "Demolition")
NOT_WAITING = sorted(set(TicketType) - set(WAITING))


@pytest.mark.parametrize("kind", WAITING)
def test_a_ticket_that_waits_says_when_the_digging_starts(kind: str) -> None:
    """The notice must give date and time; a date alone does not end a count of hours."""
    assert UNPLANNED in troubles_of(ticket_type=kind, planned_start_at=None)

    prompt = str(gap_of(planned_start_at=None).suggested_prompt)
    assert "date" in prompt
    assert "time" in prompt


@pytest.mark.parametrize("kind", NOT_WAITING)
def test_a_ticket_that_does_not_wait_need_not_say_it(kind: str) -> None:
    """An emergency has begun, and on the others nobody digs."""
    assert UNPLANNED not in troubles_of(ticket_type=kind, planned_start_at=None)


@pytest.mark.parametrize(
    ("read", "county", "offered"),
    [
        (None, "Travis", []),
        ("2026-03-09T07:30", "Travis", ["2026-03-09T07:30:00-05:00"]),
        ("2026-03-06T07:30", "El Paso", ["2026-03-06T07:30:00-07:00"]),
        ("2026-03-06T07:30Z", "Travis", ["2026-03-06T01:30:00-06:00"]),
        ("2026-03-09T07:30", None, ["2026-03-09T07:30"]),
        ("2026-03-09", "Travis", ["2026-03-09"]),
        ("Tuesday", "Travis", ["Tuesday"]),
    ],
)
def test_a_start_is_suggested_as_it_was_read_with_the_offset_of_the_site(
    read: str | None, county: str | None, offered: list[str]
) -> None:
    """A document writes the clock on its wall; a time without a zone could be hours wrong."""
    extra = {"work_start_at": make_finding(read)} if read else {}
    extraction = make_extraction(planned_start_at=None).model_copy(update={"extra": extra})
    ticket = make_ticket(planned_start_at=None, county=county)

    found = validated(ticket, extraction, now=NOW).open_gaps

    gaps = [gap for gap in found if gap.field == "planned_start_at"]
    assert [gap.suggested_values for gap in gaps] == [offered]


@pytest.mark.parametrize(
    ("start", "problem", "offered"),
    [
        ("2026-03-05T05:59:59Z", "before_lawful_start", "2026-03-05T00:00:00-06:00"),
        ("2026-03-05T06:00:00Z", None, None),
        ("2026-03-16T23:00:00Z", None, None),
        ("2026-03-17T14:00:00Z", "too_far_ahead", "2026-03-16T09:00:00-05:00"),
    ],
)
def test_a_planned_start_is_held_against_a_notice_given_now(
    start: str, problem: str | None, offered: str | None
) -> None:
    """251.151(a): 48 countable hours at least, 14 days at most."""
    gaps = validated(make_ticket(planned_start_at=start), None, now=NOW).open_gaps

    found = [(gap.problem, gap.severity.value, gap.suggested_values) for gap in gaps]
    assert found == ([(problem, REQUIRED, [offered])] if problem else [])


def test_a_ticket_that_was_sent_is_held_against_its_own_notice() -> None:
    """A look at it in the week of the digging must not find that the notice comes too late."""
    sent = make_ticket(notice_at=NOW)

    during_the_work = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)

    assert validated(sent, None, now=during_the_work).open_gaps == []
    assert validated(make_ticket(), None, now=during_the_work).open_gaps != []


# A notice on the Wednesday before Christmas, at nine in the morning.
CHRISTMAS = datetime(2026, 12, 23, 15, 0, tzinfo=UTC)
# July 4, 2026 is a Saturday: whether the Saturday rule holds on a holiday is said nowhere.
FOURTH_OF_JULY = datetime(2026, 7, 4, 15, 0, tzinfo=UTC)


def warned(now: datetime, start: str, **edit: Any) -> list[ValidationGap]:
    """Return the warnings of a whole ticket with this start."""
    ticket = make_ticket(planned_start_at=start, **edit)
    gaps = validated(ticket, None, now=now).open_gaps
    return [gap for gap in gaps if gap.problem == "center_may_count_later"]


@pytest.mark.parametrize(
    ("now", "start", "safe"),
    [
        (CHRISTMAS, "2026-12-28T15:00:00Z", "2026-12-29T09:00:00-06:00"),
        (CHRISTMAS, "2026-12-29T14:59:00Z", "2026-12-29T09:00:00-06:00"),
        (CHRISTMAS, "2026-12-29T15:00:00Z", None),
        (CHRISTMAS, "2026-12-28T14:00:00Z", None),  # not lawful: that is said, and no more
        (FOURTH_OF_JULY, "2026-07-07T17:00:00Z", "2026-07-08T00:00:00-05:00"),
        (FOURTH_OF_JULY, "2026-07-08T05:00:00Z", None),
        (NOW, "2026-03-06T14:00:00Z", None),
    ],
)
def test_a_start_that_another_reading_puts_later_is_warned_about(
    now: datetime, start: str, safe: str | None
) -> None:
    """The wider set of holidays may only ever warn of a start."""
    gaps = warned(now, start)

    assert [gap.suggested_values for gap in gaps] == ([[safe]] if safe else [])
    assert [gap.severity.value for gap in gaps] == (["warning"] if safe else [])


@pytest.mark.parametrize(
    "edit", [{"county": None}, {"ticket_type": "Emergency"}, {"ticket_type": "Recall"}], ids=str
)
def test_where_no_start_is_counted_no_other_reading_is_warned_about(
    edit: dict[str, Any],
) -> None:
    """Without a county there is no clock, and other types do not wait."""
    assert warned(CHRISTMAS, "2026-12-28T15:00:00Z", **edit) == []


@pytest.mark.parametrize(
    ("edit", "trouble"),
    [
        ({"duration_days": None}, ("duration_days", "field_missing", REQUIRED)),
        (
            {"duration_days": None, "duration_description": "TBD"},
            ("duration_days", "field_missing", REQUIRED),
        ),
        ({"duration_days": None, "duration_description": "about a week"}, None),
        ({"duration_days": None, "expected_completion_on": "2026-03-06"}, None),
        ({"expected_completion_on": "2026-03-06"}, None),
        (
            {"expected_completion_on": "2026-03-05"},
            ("expected_completion_on", "before_start", REQUIRED),
        ),
        # 23:30 on the Thursday at the site, Friday in UTC.
        (
            {
                "expected_completion_on": "2026-03-05",
                "planned_start_at": "2026-03-06T05:30:00Z",
            },
            None,
        ),
        (
            {
                "county": "El Paso",
                "expected_completion_on": "2026-03-05",
                "planned_start_at": "2026-03-06T06:30:00Z",
            },
            None,
        ),
        (
            {
                "ticket_type": "Emergency",
                "emergency_justification": "Gas leak",
                "planned_start_at": None,
                "expected_completion_on": "2026-03-01",
            },
            None,
        ),
    ],
    ids=str,
)
def test_a_ticket_says_when_the_work_is_completed(
    edit: dict[str, Any], trouble: Trouble | None
) -> None:
    """251.152(6), by a day, by a number of days or in words; never before it starts."""
    assert troubles_of(**edit) == ([trouble] if trouble else [])


@pytest.mark.parametrize("kind", ["No Response", "Dig Up", "Recall"])
def test_a_completion_is_only_recommended_where_nobody_digs(kind: str) -> None:
    """There is nothing to be completed."""
    edit = {"ticket_type": kind, "previous_ticket_number": "2600123456"}

    assert troubles_of(**edit, duration_days=None) == [
        ("duration_days", "field_missing", RECOMMENDED)
    ]


def test_a_draft_without_a_county_is_held_against_the_zone_of_the_center() -> None:
    """Most of Texas keeps it, and the county is asked for anyhow."""
    facts = {"planned_start_at": NOW, "expected_completion_on": "2026-03-01"}

    gaps = validated(make_draft(**facts), None, now=NOW).open_gaps

    assert "before_start" in {gap.problem for gap in gaps}
