"""What was written into the audit log since somebody began to look, and how far it reaches now."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from storage.audit_reading import head_at
from storage.chain import BrokenLineError
from storage.files import NO_FILE, Identity
from storage.layout import AUDIT_FILE, Layout
from storage.lines import Lines

# A line about a ticket begins so.
START = re.compile(rb'\{"id":"[\w-]+","ticket_id":"([A-Za-z0-9_-]{1,64})",')
TAIL_BYTES = 128  # the end of a line, with its digest, by which it is known again


class DayEnd(NamedTuple):
    """How far a day's file reaches: which writing of it, its whole lines (bytes), their end."""

    identity: Identity
    size: int
    tail: bytes


class LogGrowth:
    """Follows the log from the moment at which it is made. Blocks; may raise OSError.

    `ends` says how far each day reached at the last look.
    """

    def __init__(self, layout: Layout) -> None:
        self._folder = layout.existing(layout.audit)
        self.ends = {day: _end_of(path) for day, path, _identity in self._days()}
        self._growing: set[str] = set()

    def news(self) -> set[str] | None:
        """Return the tickets of which a line tells that came since the last look.

        None says that lines that were seen have been taken back: a full disk may do so, and who
        mends the log. Then whatever is said of any ticket may be another thing.
        """
        told: set[str] | None = set()
        days = list(self._days())
        there = {day for day, _path, _identity in days}
        self.ends = {day: end for day, end in self.ends.items() if day in there}
        for day, path, identity in days:
            seen = self.ends.get(day) or DayEnd(NO_FILE._replace(inode=identity.inode), 0, b"")
            # What has grown is always looked at: the times of files tick coarsely.
            if identity == seen.identity and day not in self._growing:
                continue
            self._growing.add(day)
            found = self._news_of(day, path, seen)
            told = None if told is None or found is None else told | found
        return told

    def last_event(self) -> str | None:
        """Return where the last line stands, as `20261129/512`: the day, and its number in it."""
        for day, end in sorted(self.ends.items(), reverse=True):
            if end.size:
                try:
                    with Lines(_path_of(self._folder, day), is_read_only=True) as lines:
                        return f"{day}/{head_at(lines, end.size).number}"
                except BrokenLineError:
                    return f"{day}/?"
        return None

    def _news_of(self, day: str, path: Path, seen: DayEnd) -> set[str] | None:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            file.seek(max(0, seen.size - len(seen.tail)))
            is_as_seen = file.read(len(seen.tail)) == seen.tail
            if status.st_ino != seen.identity.inode or not is_as_seen:
                self.ends[day] = _end_of(path)
                return None
            content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        tail = (seen.tail + whole)[-TAIL_BYTES:]
        self.ends[day] = DayEnd(Identity.of(status), seen.size + len(whole), tail)
        matches = map(START.match, whole.splitlines())
        return {match[1].decode() for match in matches if match}

    def _days(self) -> Iterator[tuple[str, Path, Identity]]:
        """Yield each day, its file, and which writing of it lies there."""
        with os.scandir(self._folder) as months:
            folders = [month.path for month in months if month.is_dir(follow_symlinks=False)]
        for folder in folders:
            with os.scandir(folder) as entries:
                for entry in entries:
                    match = AUDIT_FILE.fullmatch(entry.name)
                    if match and entry.is_file(follow_symlinks=False):
                        yield match[1], Path(entry.path), Identity.of(entry.stat())


def _path_of(folder: Path, day: str) -> Path:
    return folder / f"{day[:4]}-{day[4:6]}" / f"audit_{day}.jsonl"


def _end_of(path: Path) -> DayEnd:
    with Lines(path, is_read_only=True) as lines:
        identity = lines.identity
        end = lines.end_of_last_line(identity.size)
    with path.open("rb") as file:
        file.seek(max(0, end - TAIL_BYTES))
        return DayEnd(identity, end, file.read(min(end, TAIL_BYTES)))
