"""The law in force: which policy a day is under, and what every policy must hold to."""

from dataclasses import FrozenInstanceError, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.deadlines import Deadlines, deadlines
from domain.errors import NotFoundError, RejectedError
from domain.facts import TicketType
from domain.policy import POLICIES, Policy, policy_of_version, policy_on
from domain.texas import required_county

OLD = POLICIES[-1]
NEW = replace(
    OLD,
    version="2027-09",
    effective_from=date(2027, 9, 1),
    notice_hours=72,
    life_days=10,
    refresh_days=7,
    second_notice_hours=6,
)
LAW = (OLD, NEW)
TRAVIS = required_county("Travis")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_first_policy_is_the_law_as_it_was_read() -> None:
    """Each number has its section in texas811.md; a change of one is a change of the law."""
    assert POLICIES[0] == Policy(
        version="2007-09",
        effective_from=date(2007, 9, 1),
        notice_hours=48,
        notice_days_max=14,
        saturday_notice_before=time(11, 59),
        saturday_start=time(11, 59),
        no_mark_notice_hours=48,
        life_days=14,
        refresh_days=12,
        second_notice_hours=4,
        damage_notice_hours=1,
        damage_response_hours=4,
        damage_report_days=30,
    )


def test_policies_follow_each_other_and_have_names_of_their_own() -> None:
    """A ticket finds its policy by its version, for as long as it lives."""
    begins = [policy.effective_from for policy in POLICIES]

    assert begins == sorted(set(begins))
    assert len({policy.version for policy in POLICIES}) == len(POLICIES)


@pytest.mark.parametrize("policy", LAW, ids=lambda policy: policy.version)
def test_the_last_refresh_of_a_policy_leaves_no_gap(policy: Policy) -> None:
    """Life, wait and refresh are three numbers of which nobody should change one alone."""
    days_of_wait = timedelta(days=policy.life_days - policy.refresh_days)

    assert days_of_wait == timedelta(hours=policy.notice_hours)


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2007-09-01", "2007-09"),
        ("2027-08-31", "2007-09"),
        ("2027-09-01", "2027-09"),
        ("2040-01-01", "2027-09"),
    ],
)
def test_a_day_is_under_the_latest_policy_that_has_begun(day: str, version: str) -> None:
    """A new law governs from its first day, and never the day before."""
    assert policy_on(date.fromisoformat(day), LAW).version == version


def test_a_day_before_the_first_policy_is_refused() -> None:
    """A date by a law that nobody has read would be a guess."""
    with pytest.raises(RejectedError) as refused:
        policy_on(date(2007, 8, 31))

    assert refused.value.field == "at"
    assert refused.value.problem == (
        "The rules of 2007-08-31 are not known here; the oldest are of 2007-09-01."
    )
    assert refused.value.remedy == "Give a later time."


def test_the_oldest_policy_is_the_one_that_the_refusal_names() -> None:
    """Whoever is refused learns from which day on it works."""
    with pytest.raises(RejectedError, match="the oldest are of 2007-09-01"):
        policy_on(date(1999, 1, 1), LAW)


def test_a_policy_is_found_by_its_version() -> None:
    """The version is what a ticket keeps."""
    assert policy_of_version("2007-09") is POLICIES[0]
    assert policy_of_version("2027-09", LAW) is NEW


@pytest.mark.parametrize("version", ["2000-01", "2010-01", "2099-01", ""])
def test_an_unknown_version_is_not_found(version: str) -> None:
    """A ticket of another program must not be dated by the law next to its own."""
    with pytest.raises(NotFoundError) as missing:
        policy_of_version(version, LAW)

    assert missing.value.field == "policy_version"
    assert missing.value.problem == f"There is no policy {version}."


def test_a_policy_cannot_be_changed() -> None:
    """The law of a ticket that is out in the field is not edited; a new one is added."""
    with pytest.raises(FrozenInstanceError):
        OLD.notice_hours = 24


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        ("2026-12-04", True),  # Friday
        ("2026-12-05", False),  # Saturday
        ("2026-12-06", False),  # Sunday
        ("2026-12-07", True),  # Monday
        ("2026-11-27", False),  # the Friday after Thanksgiving
        ("2026-12-24", True),  # no legal holiday
        ("2026-12-25", False),
        ("2028-12-26", True),
    ],
)
def test_a_day_counts_from_monday_to_friday_unless_it_is_a_legal_holiday(
    day: str, *, counts: bool
) -> None:
    """What counts is the law's; the two days on which the center may rest do count."""
    assert OLD.is_countable(date.fromisoformat(day)) is counts


def test_a_policy_has_its_own_holidays() -> None:
    """A legislature that adds a holiday changes one field of one policy."""
    with_a_new_day = replace(OLD, legal=lambda year: {date(year, 12, 8): "a new day"})

    assert not with_a_new_day.is_countable(date(2026, 12, 8))
    assert with_a_new_day.is_countable(date(2026, 12, 25))


# The law changes.


def under_the_new_law(text: str, kind: TicketType = TicketType.NORMAL) -> Deadlines:
    wall = at(text).astimezone(ZoneInfo(TRAVIS.timezone))
    return deadlines(wall, TRAVIS, kind, policy=policy_on(wall.date(), LAW))


def test_one_new_policy_is_the_whole_change_of_the_law() -> None:
    """The day before is dated as ever; from the first local midnight on the new numbers hold."""
    before = under_the_new_law("2027-09-01T04:59:59+00:00")
    after = under_the_new_law("2027-09-01T05:00:00+00:00")

    assert before == deadlines(at("2027-08-31T23:59:59-05:00"), TRAVIS, TicketType.NORMAL)
    assert after.dates["earliest_lawful_start"].at == at("2027-09-07T00:00:00-05:00")
    assert after.dates["expires"].at == at("2027-09-16T23:59:59-05:00")
    assert after.rule.startswith("A: 72 countable hours")
    assert {one.policy_version for one in after.dates.values()} == {"2027-09"}
    assert {one.effective_from for one in after.dates.values()} == {date(2027, 9, 1)}


def test_a_ticket_that_keeps_its_policy_keeps_its_dates() -> None:
    """A law that comes later moves no date of a ticket that is out in the field."""
    notice = at("2027-09-02T10:00:00-05:00")

    kept = deadlines(notice, TRAVIS, TicketType.NORMAL, policy=POLICIES[0])

    assert kept == deadlines(notice, TRAVIS, TicketType.NORMAL)
    assert kept != under_the_new_law("2027-09-02T10:00:00-05:00")


def test_a_new_policy_reaches_the_other_kinds_of_notice_too() -> None:
    """Every number of the law is in the policy."""
    found = under_the_new_law("2027-09-02T10:00:00-05:00", TicketType.NO_RESPONSE)

    assert found.dates["response_due"].at == at("2027-09-02T16:00:00-05:00")
    assert "6 hours" in found.rule
