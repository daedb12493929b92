"""Moments: always aware, always UTC."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.moment import Moment, StatedMoment, as_utc

NAIVE = datetime(2026, 7, 1, 12)  # noqa: DTZ001 - what an old file holds


def test_a_moment_without_a_zone_is_taken_to_be_utc() -> None:
    """The customer's files were written with `utcnow()`, which knows no zone."""
    assert as_utc(NAIVE) == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_a_moment_of_another_zone_is_converted() -> None:
    """Noon in Austin is not noon in Greenwich."""
    noon = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("America/Chicago"))

    assert as_utc(noon).isoformat() == "2026-07-01T17:00:00+00:00"


def test_our_own_files_may_give_a_time_without_a_zone() -> None:
    """They are read long after anybody could be asked."""
    moment = TypeAdapter(Moment).validate_json('"2026-07-01 12:00:00"')

    assert moment == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_a_client_must_give_the_zone_of_a_time() -> None:
    """A guess could be six hours wrong, and a deadline hangs on it."""
    stated = TypeAdapter(StatedMoment)

    assert stated.validate_python("2026-07-01T12:00:00-05:00").isoformat() == (
        "2026-07-01T17:00:00+00:00"
    )
    with pytest.raises(ValidationError, match="timezone"):
        stated.validate_python("2026-07-01T12:00:00")


@pytest.mark.parametrize(
    "stated", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1999-12-31T23:00:00Z"]
)
def test_a_time_that_no_work_order_can_mean_is_refused(stated: str) -> None:
    """At the ends of the calendar even the change to UTC fails; that is not our accident."""
    with pytest.raises(ValidationError):
        TypeAdapter(StatedMoment).validate_python(stated)


def test_a_stored_time_beyond_the_calendar_is_refused_and_not_an_accident() -> None:
    """A file that holds it is damaged, and named so."""
    with pytest.raises(ValidationError):
        TypeAdapter(Moment).validate_python("0001-01-01T00:00:00+14:00")


@pytest.mark.parametrize("number", [0, 1767000000, 1767000000.5, True])
def test_a_number_is_no_time_that_a_person_states(number: object) -> None:
    """Seconds since when? A start that is hours wrong is a fine."""
    with pytest.raises(ValidationError, match="write the time as text with its zone"):
        TypeAdapter(StatedMoment).validate_python(number)


@pytest.mark.parametrize(
    "given",
    [1563892213, 1563892213.5, "1563892213", " 1563892213 ", "-1.5e9", "1563892213.25"],
    ids=repr,
)
def test_a_number_is_no_time_that_a_client_may_give(given: object) -> None:
    """In a query everything is text; seconds or milliseconds, and since when, nobody says."""
    with pytest.raises(ValidationError, match="not as a number"):
        TypeAdapter(StatedMoment).validate_python(given)
