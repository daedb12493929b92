"""Moments as the telemetry stores them: milliseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
EARLIEST_MS = (datetime.min.replace(tzinfo=UTC) - EPOCH) // MILLISECOND
LATEST_MS = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MILLISECOND


def ms_of(moment: datetime) -> int:
    """Return a moment as it is stored; what is finer than a millisecond is cut off."""
    return (moment - EPOCH) // MILLISECOND


def ms_or_none(moment: datetime | None) -> int | None:
    """Return a moment as it is stored, if there is one."""
    return None if moment is None else ms_of(moment)


def moment_of(ms: int) -> datetime:
    """Return a stored moment. Raises OverflowError for one that no clock shows."""
    return EPOCH + ms * MILLISECOND


def is_moment(ms: int) -> bool:
    """Is this a moment that `moment_of` can return?"""
    return EARLIEST_MS <= ms <= LATEST_MS


def moment_or_none(ms: int | None) -> datetime | None:
    """Return a stored moment, if there is one."""
    return None if ms is None else moment_of(ms)
