"""Numbers and spans of time as a person reads them."""

from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)
# Each unit, and how many of it there may be before the next larger one is used.
UNITS = (("s", 60, 120), ("min", 60, 120), ("h", 24, 48))
KIBI = 1024
OF_MANY = {"is": "are", "was": "were", "has": "have"}


def span(length: timedelta) -> str:
    """Return a span of time: `3 s`, `4 min`, `26 h`, `3 days`."""
    left = max(0.0, length.total_seconds())
    for unit, to_next, most in UNITS:
        if left < most:
            return f"{left:.0f} {unit}"
        left /= to_next
    return f"{left:.0f} days"


def count(number: int, thing: str, verb: str = "") -> str:
    """Return so many things, and what they do: `1 job`, `2 jobs`, `1 job is`, `2 jobs are`."""
    does = f" {verb if number == 1 else OF_MANY[verb]}" if verb else ""
    return f"{number:,} {thing}{'' if number == 1 else 's'}{does}"


def share(part: float) -> str:
    """Return a share as a percentage, never rounded up: `90 %`."""
    return f"{int(part * 100)} %"


def size(number: float) -> str:
    """Return a number of bytes: `512 B`, `1.5 GiB`."""
    if number < KIBI:
        return f"{number:.0f} B"
    units = ("KiB", "MiB", "GiB", "TiB")
    for unit in units:
        number /= KIBI
        if number < KIBI or unit == units[-1]:
            break
    return f"{number:.1f} {unit}"


def clock(moment: datetime, *, now: datetime) -> str:
    """Return a moment in UTC; without the day if that is today."""
    utc = moment.astimezone(UTC)
    return f"{utc:%H:%M:%SZ}" if utc.date() == now.date() else f"{utc:%Y-%m-%d %H:%M:%SZ}"
