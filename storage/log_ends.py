"""Where each day of the audit log ends, and which of them a crash has torn."""

from pathlib import Path
from typing import NamedTuple

from storage.audit_reading import days_of
from storage.file_locks import FileLock
from storage.layout import Layout
from storage.lines import Lines


class DayEnd(NamedTuple):
    """A day's file: its length, and that of its whole lines (bytes)."""

    path: Path
    size: int
    whole: int

    @property
    def is_torn(self) -> bool:
        return self.size != self.whole


def day_ends(layout: Layout) -> dict[str, DayEnd]:
    """Return how each day ends (UTC day -> its end), while nobody writes. Blocks. Raises OSError.

    Under the lock of the log: what is not whole then, nobody is about to finish.
    """
    with FileLock(layout.audit_lock):
        return {day: _end_of(path) for day, path in days_of(layout)}


def _end_of(path: Path) -> DayEnd:
    with Lines(path, is_read_only=True) as lines:
        size = lines.identity.size
        return DayEnd(path, size, lines.end_of_last_line(size))
