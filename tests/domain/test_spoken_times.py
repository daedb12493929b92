"""When, as people in Texas say it; it is Sunday, November 29, 2026, ten in the morning."""

import pytest

from tests.domain.answers import EL_PASO, facts_of, refusal_of


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("12/1/2026 8am", "2026-12-01T08:00:00-06:00"),
        ("12/1/26 at 8:00 AM", "2026-12-01T08:00:00-06:00"),
        ("12-01-2026 07:00 CST", "2026-12-01T07:00:00-06:00"),
        ("12/1 at 1 pm", "2026-12-01T13:00:00-06:00"),
        ("1/5 8am", "2027-01-05T08:00:00-06:00"),
        ("Dec 1st, 2026 at 7", "2026-12-01T07:00:00-06:00"),
        ("december 1 7:30 a.m.", "2026-12-01T07:30:00-06:00"),
        ("the 3rd of December at 9", "2026-12-03T09:00:00-06:00"),
        ("Thursday the 3rd at 8 AM", "2026-12-03T08:00:00-06:00"),
        ("1 Dec 2026 0730", "2026-12-01T07:30:00-06:00"),
        ("tomorrow at 7:30", "2026-11-30T07:30:00-06:00"),
        ("tomorrow morning at 8", "2026-11-30T08:00:00-06:00"),
        ("noon tomorrow", "2026-11-30T12:00:00-06:00"),
        ("day after tomorrow, 9 am", "2026-12-01T09:00:00-06:00"),
        ("in two days at 8 am", "2026-12-01T08:00:00-06:00"),
        ("Tuesday 9 AM", "2026-12-01T09:00:00-06:00"),
        ("Tuesday, December 1, at 7:30 in the morning", "2026-12-01T07:30:00-06:00"),
        ("12/3/2026 at 13:30", "2026-12-03T13:30:00-06:00"),
        ("2026-12-01T08:00:00-06:00", "2026-12-01T08:00:00-06:00"),
        ("2026-12-01T14:00:00Z", "2026-12-01T08:00:00-06:00"),
        ("2026-12-01 08:00", "2026-12-01T08:00:00-06:00"),
        ("as soon as possible", "2026-12-01T10:30:00-06:00"),
    ],
)
def test_a_start_is_read_by_the_clocks_of_the_site(said: str, start: str) -> None:
    """Month before day; a morning hour is a morning hour."""
    assert facts_of("planned_start_at", said) == {"planned_start_at": start}


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("12/1/2026 8am", "2026-12-01T08:00:00-07:00"),
        ("12/1/2026 8 AM Central time", "2026-12-01T07:00:00-07:00"),
    ],
)
def test_a_start_in_el_paso_is_read_in_mountain_time(said: str, start: str) -> None:
    """Unless another zone is said."""
    assert facts_of("planned_start_at", said, EL_PASO) == {"planned_start_at": start}


@pytest.mark.parametrize(
    ("said", "suggested"),
    [
        ("2026-12-01", ("2026-12-01T07:00:00-06:00", "2026-12-01T08:00:00-06:00")),
        ("tomorrow", ("2026-11-30T07:00:00-06:00", "2026-11-30T08:00:00-06:00")),
        ("8am", ("2026-11-30T08:00:00-06:00", "2026-12-01T08:00:00-06:00")),
        ("tomorrow at 5", ("2026-11-30T05:00:00-06:00", "2026-11-30T17:00:00-06:00")),
        ("next Tuesday 8am", ("2026-12-01T08:00:00-06:00", "2026-12-08T08:00:00-06:00")),
        ("Sunday 11 am", ("2026-11-29T11:00:00-06:00", "2026-12-06T11:00:00-06:00")),
        ("Sunday 8 am", ("2026-12-06T08:00:00-06:00",)),
        ("3/14/2027 2:30 am", ("2027-03-14T01:30:00-06:00", "2027-03-14T03:30:00-05:00")),
        ("11/7/2027 1:30 am", ("2027-11-07T01:30:00-05:00", "2027-11-07T01:30:00-06:00")),
        ("soon", ()),
        ("8-10 am tomorrow", ()),
        ("after 8 tomorrow", ()),
        ("13/1/2026 8am", ()),
        ("2/30/2027 8 am", ()),
        ("Wednesday, Dec 1 8am", ()),
        ("tomorrow 25:00", ()),
        ("1 " * 100, ()),
    ],
)
def test_a_start_that_could_be_two_or_none_is_asked_again(
    said: str, suggested: tuple[str, ...]
) -> None:
    """With the moments that may be meant, if there are such."""
    refused = refusal_of("planned_start_at", said)

    assert refused.field in ("planned_start_at", None)
    assert refused.remedy
    assert refused.suggested_values == suggested


def test_the_earliest_start_is_not_known_before_the_county() -> None:
    """Whose clocks, and whose holidays?"""
    assert "county" in refusal_of("planned_start_at", "ASAP", EL_PASO).problem
