"""The dates of a ticket: worked examples, every kind of notice, and what holds for all of them."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from domain.deadlines import (
    DATES,
    Deadlines,
    NoticeRule,
    damage_answer_due,
    damage_notice_due,
    damage_report_due,
    deadlines,
    second_notice_answer_due,
)
from domain.errors import RejectedError
from domain.facts import TicketType
from domain.texas import County, required_county

CASES_CSV = Path(__file__).with_name("deadline_cases.csv")
CASES = list(csv.DictReader(CASES_CSV.read_text(encoding="utf-8").splitlines()))
TRAVIS, EL_PASO, HUDSPETH = map(required_county, ("Travis", "El Paso", "Hudspeth"))
ORDINARY = [
    TicketType.NORMAL,
    TicketType.UPDATE,
    TicketType.UPDATE_REMARK,
    TicketType.DEMOLITION,
    TicketType.RECALL,
]
LIFE = {"refresh_by", "expires"}
MONDAY = "2026-12-07T10:00:00-06:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def dates_of(
    text: str, county: County = TRAVIS, kind: TicketType = TicketType.NORMAL
) -> Deadlines:
    return deadlines(at(text), county, kind)


# Worked examples.


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"][:50])
def test_a_worked_example_has_the_dates_that_were_worked_out(case: dict[str, str]) -> None:
    """Thirty-two notices, each with the reason why it is not like the others."""
    found = dates_of(
        case["submitted_at"], required_county(case["county"]), TicketType(case["ticket_type"])
    )

    names = ("earliest_lawful_start", "response_due", "no_mark_notice_due")
    expected = {name: case[name] for name in names} | {"expires": case["expires_at"]}
    for name, answer in expected.items():
        date_found = found.dates.get(name)
        assert (date_found.at if date_found else None) == (at(answer) if answer else None)
    assert found.rule.startswith(f"{case['rule']}: ")
    assert bool(found.warnings) or not case["is_ambiguous"]
    if found.expires:
        assert found.expires.reason.endswith(f"end on {case['calendar_expiry_on']}")


def test_the_worked_examples_are_all_there() -> None:
    """A table that is not read tests nothing."""
    assert len(CASES) == 32
    assert {case["rule"] for case in CASES} == set(NoticeRule)


# Every kind of notice.


@pytest.mark.parametrize("kind", ORDINARY)
def test_an_ordinary_notice_has_every_date(kind: TicketType) -> None:
    """An update or a correction waits as long as the first notice did."""
    found = dates_of(MONDAY, kind=kind)

    assert tuple(found.dates) == DATES
    assert {date.rule for date in found.dates.values()} == {NoticeRule.ORDINARY}
    assert found.dates == dates_of(MONDAY).dates
    assert found.ticket_type is kind


def test_an_emergency_may_begin_at_once_and_has_an_unsaid_life() -> None:
    """Danger does not wait for a clock; how long such a ticket lives nobody has written down."""
    found = dates_of(MONDAY, kind=TicketType.EMERGENCY)

    assert set(found.dates) == {"earliest_lawful_start"} | LIFE
    assert found.rule == (
        "E: an emergency excavation may begin at once; the center is told as promptly as "
        "practicable (Tex. Util. Code 251.155(b)-(c))"
    )
    assert found.dates["earliest_lawful_start"].at == at(MONDAY)
    assert found.dates["expires"].at == dates_of(MONDAY).dates["expires"].at
    assert found.dates["expires"].warnings == [
        "How long an emergency ticket lives is said nowhere; the normal life is shown."
    ]


def test_a_second_notice_has_an_answer_due_and_permits_nothing() -> None:
    """Silence is not clearance: who gets no answer calls the operator."""
    found = dates_of(MONDAY, kind=TicketType.NO_RESPONSE)

    assert set(found.dates) == {"response_due"}
    assert found.rule == (
        "N: pipeline operators answer a second notice within 4 hours (16 TAC 18.4(e))"
    )
    assert found.warnings == [
        "That 4 hours pass in silence permits nothing: call the operator."
    ]
    assert found.response_due == second_notice_answer_due(at(MONDAY), TRAVIS)


def test_a_dig_up_has_the_answer_to_a_damage_due() -> None:
    """An operator that is told of damage to its pipeline comes within four hours."""
    found = dates_of(MONDAY, kind=TicketType.DIG_UP)

    assert set(found.dates) == {"response_due"}
    assert found.warnings == []
    assert found.response_due == damage_answer_due(at(MONDAY), TRAVIS)


@pytest.mark.parametrize(
    ("wall", "due"),
    [
        (MONDAY, "2026-12-09T10:00:00-06:00"),
        ("2026-12-05T09:00-06:00", "2026-12-08T11:59-06:00"),
    ],
)
def test_a_design_request_has_answers_but_never_a_start(wall: str, due: str) -> None:
    """Whoever draws plans does not dig; the excavation needs a ticket of its own."""
    found = dates_of(wall, kind=TicketType.SURVEY_DESIGN)

    assert set(found.dates) == {"response_due", "no_mark_notice_due"}
    assert found.dates["response_due"].at == at(due)
    assert found.dates["response_due"].source == dates_of(wall).dates["response_due"].source
    assert found.rule.startswith("V: a design request permits no digging; operators answer ")
    assert found.dates["no_mark_notice_due"] == dates_of(wall).dates["no_mark_notice_due"]


def test_damage_is_told_within_an_hour_answered_within_four_and_reported_in_30_days() -> None:
    """Damage waits for no weekend; the report keeps the hour of the wall clock."""
    night = at("2026-10-15T23:30:00-05:00")

    told, answered, reported = (
        due_of(night, TRAVIS)
        for due_of in (damage_notice_due, damage_answer_due, damage_report_due)
    )

    assert told.at == at("2026-10-16T00:30:00-05:00")
    assert answered.at == at("2026-10-16T03:30:00-05:00")
    assert reported.at == at("2026-11-14T23:30:00-06:00")
    assert [due.explanation for due in (told, answered, reported)] == [
        (
            "D: the center is told of a damage as soon as practical, within 1 hour at most "
            "(16 TAC 18.11(b))"
        ),
        (
            "D: an operator that is told of damage to its pipeline responds within 4 hours "
            "(16 TAC 18.5(d))"
        ),
        "D: the damage is reported (TDRF) within 30 days (16 TAC 18.11(a)-(b))",
    ]


# Each date explains itself.


@pytest.mark.parametrize(
    ("wall", "name", "explanation"),
    [
        (
            MONDAY,
            "earliest_lawful_start",
            "A: 48 countable hours at the site after the notice (Tex. Util. Code 251.151(a))",
        ),
        (
            MONDAY,
            "response_due",
            (
                "A: operators answer within 48 countable hours "
                "(Tex. Util. Code 251.157(a)(1); 16 TAC 18.5(a))"
            ),
        ),
        (
            MONDAY,
            "no_mark_notice_due",
            (
                "A: an operator that will not mark says so within 48 hours of every kind of day "
                "(Tex. Util. Code 251.157(d))"
            ),
        ),
        (
            MONDAY,
            "refresh_by",
            (
                "A: a refresh waits like any notice: the end of working day 12 "
                "(16 TAC 18.3(e); Tex. Util. Code 251.151(a))"
            ),
        ),
        (
            MONDAY,
            "expires",
            (
                "A: the end of working day 14 after the notice day; calendar days, the most cautious "
                "reading, end on 2026-12-21 (16 TAC 18.3(e)-(f))"
            ),
        ),
        (
            "2026-12-05T09:15:00-06:00",
            "earliest_lawful_start",
            "S: a Saturday notice allows a start on Tuesday at 11:59 (Tex. Util. Code 251.151(b))",
        ),
        (
            "2027-05-29T09:15:00-05:00",
            "response_due",
            (
                "S: operators answer a Saturday notice by Wednesday at 11:59 "
                "(Tex. Util. Code 251.157(a)(2)-(3))"
            ),
        ),
        (
            "2025-11-08T10:00:00-06:00",
            "earliest_lawful_start",
            (
                "S: the Tuesday after this Saturday notice is a legal holiday: the hour count, on "
                "Thursday at 00:00 (Tex. Util. Code 251.151(b))"
            ),
        ),
        (
            "2028-01-15T10:00:00-06:00",
            "earliest_lawful_start",
            (
                "S: the Wednesday after this Saturday notice is a legal holiday: the hour count, on "
                "Friday at 00:00 (Tex. Util. Code 251.151(b))"
            ),
        ),
    ],
)
def test_a_date_says_its_rule_its_reason_and_its_source(
    wall: str, name: str, explanation: str
) -> None:
    """A dispatcher who is asked why can read the answer aloud."""
    assert dates_of(wall).dates[name].explanation == explanation


def test_the_rule_of_a_ticket_is_that_of_its_start() -> None:
    """Where there is a start, it is what everybody asks about first."""
    assert dates_of(MONDAY).rule == dates_of(MONDAY).dates["earliest_lawful_start"].explanation


def test_the_warnings_of_all_dates_are_said_once() -> None:
    """A start and a refresh may both be in doubt; no sentence is repeated."""
    found = dates_of("2026-12-06T10:00:00-06:00")

    start, refresh = found.dates["earliest_lawful_start"], found.dates["refresh_by"]
    twice = found.model_copy(update={"response_due": start})
    assert found.warnings == twice.warnings == [*start.warnings, *refresh.warnings]
    assert (len(start.warnings), len(refresh.warnings)) == (1, 1)


@pytest.mark.parametrize("kind", TicketType)
def test_every_date_names_the_policy_that_it_follows_from(kind: TicketType) -> None:
    """Who disputes a date must be able to find the law as it was."""
    found = dates_of(MONDAY, kind=kind)

    for date_found in (found, *found.dates.values()):
        assert date_found.policy_version == "2007-09"
        assert date_found.effective_from == date(2007, 9, 1)


def test_the_dates_name_the_notice_the_county_and_its_zone() -> None:
    """What the dates follow from stands beside them, in UTC and in the official spelling."""
    found = dates_of(MONDAY, EL_PASO)

    assert found.notice_at == at(MONDAY)
    assert found.notice_at.tzinfo is UTC
    assert (found.county, found.timezone) == ("El Paso", "America/Denver")


def test_a_date_cannot_be_changed_once_it_is_known() -> None:
    """A date without the reason that belongs to it would be nobody's."""
    found = dates_of(MONDAY)

    for one in (found, found.earliest_lawful_start):
        with pytest.raises(ValidationError, match="frozen"):
            one.policy_version = "mine"


def test_a_notice_older_than_every_policy_is_refused() -> None:
    """Nobody here has read that law."""
    assert dates_of("2007-09-01T00:00:00-05:00").policy_version == "2007-09"
    with pytest.raises(RejectedError, match="2007-08-31"):
        dates_of("2007-08-31T23:59:59-05:00")
