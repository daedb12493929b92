"""The one clock."""

from datetime import UTC, timedelta

from storage.clock import system_clock


def test_the_clock_tells_aware_time_in_utc() -> None:
    """A naive time would be taken for another zone by somebody."""
    assert system_clock().tzinfo is UTC


def test_the_clock_tells_the_present_of_this_moment() -> None:
    """It is asked each time and remembers nothing."""
    first = system_clock()

    second = system_clock()

    assert timedelta(0) <= second - first < timedelta(seconds=5)
