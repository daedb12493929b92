"""May the clock be wrong by which something is old? A clock that jumps must remove nothing.

What lives writes a line into its audit log now and then. A clock that has jumped ahead finds a log
that stopped long before; and what is written under it has all come within a few hours.
"""

from datetime import datetime, timedelta

from domain.errors import ConflictError
from domain.moment import as_utc
from storage.chain import Line
from storage.layout import Layout
from storage.log_lines import days_of, read_lines

IDLE_DAYS_MAX = 31
# A person has as many days to see that the clock is wrong, while lines are written by it.
DAYS_TO_NOTICE = 3


class ClockDoubtError(ConflictError):
    """Nothing was removed, because the clock may be wrong: look at it."""


def doubt_about(layout: Layout, now: datetime) -> str | None:
    """Return why the clock that says `now` may be wrong; None if the log bears it out. Blocks.

    It does if a day from 31 to 3 days ago has a line in the log. Raises OSError.
    """
    today = as_utc(now).date()
    first = f"{today - timedelta(days=IDLE_DAYS_MAX):%Y%m%d}"
    last = f"{today - timedelta(days=DAYS_TO_NOTICE):%Y%m%d}"
    days = days_of(layout)
    lived = (path for day, path in days if first <= day <= last)
    if any(isinstance(line, Line) for path in lived for line in read_lines(path)):
        return None
    before = max((day for day, _path in days if day < first), default=None)
    since = f"; the last before that is of {before}" if before else ""
    return (
        f"It is {today:%Y-%m-%d} by the clock, and the audit log has no line from {first} to "
        f"{last}{since}: the clock may be wrong."
    )


def refusal(doubt: str) -> ClockDoubtError:
    """Return the refusal to remove anything by this clock."""
    return ClockDoubtError(
        doubt,
        remedy="Look at the clock of this machine. If it is right, and nothing was done here for "
        "so long, run `texas811 retention --although-idle --by NAME`.",
    )
