"""The lines of the audit log as they lie in the files of its days, and what is wrong with them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from storage.chain import (
    CHAIN_FIELD,
    UNKNOWN,
    BrokenLineError,
    Head,
    Line,
    Link,
    UnknownLineError,
    day_of,
    fault_in_chain,
    parsed,
    seal_of,
)
from storage.layout import AUDIT_FILE, Layout
from storage.lines import Lines


@dataclass(frozen=True, slots=True)
class DamagedLine:
    """A line of the log that cannot be believed."""

    file: str
    number: int
    problem: str

    @property
    def path(self) -> str:
        """Where the file lies below the data directory."""
        match = AUDIT_FILE.fullmatch(self.file)
        month = f"{match[1][:4]}-{match[1][4:6]}/" if match else ""
        return f"audit/{month}{self.file}"


def days_of(layout: Layout) -> list[tuple[str, Path]]:
    """Return the days that have an audit file, the oldest first. Blocks."""
    paths = layout.existing(layout.audit).glob("*/audit_*.jsonl")
    # What has the name and is no file has no end that could be read to.
    days = [path for path in paths if is_day(path.name) and path.is_file()]
    return sorted((path.name[6:14], path) for path in days)


def is_day(name: str) -> bool:
    """Is this the name of the file of a day that there can be?"""
    match = AUDIT_FILE.fullmatch(name)
    if match is None:
        return False
    try:
        date.fromisoformat(match[1])
    except ValueError:
        return False
    return True


def days_ahead(layout: Layout, now: datetime) -> list[str]:
    """Return the days (YYYYMMDD) that have a file, and have not come yet. Blocks.

    `now` is a moment behind which the log was looked at, or nobody could have written meanwhile.
    """
    return [day for day, _path in days_of(layout) if day > day_of(now)]


def links_between(days: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Link]]:
    """Yield on what the first line of each day hangs, where it hangs on another day."""
    for day, path in days:
        first = next(read_lines(path), None)
        if isinstance(first, Line) and first.link and first.link.after:
            yield day, first.link


def read_lines(
    path: Path, start: int = 0, head: Head | None = None
) -> Iterator[Line | DamagedLine]:
    """Yield the lines of a file from `start` on, and what is wrong with them.

    A line that is whole but hangs on the wrong one is yielded too, after its fault. A last line
    without its end is not a line.
    """
    head = head or Head()
    number = head.number
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(start)
        for raw in file:
            if not raw.endswith(b"\n"):
                return
            number += 1
            try:
                line = parsed(raw[:-1], number=number)
            except BrokenLineError as error:
                yield DamagedLine(path.name, number, str(error))
                known = error.seal.head if isinstance(error, UnknownLineError) else None
                head = known or Head(number, UNKNOWN, is_chained=head.is_chained)
                continue
            if fault := fault_in_chain(line, head):
                yield DamagedLine(path.name, number, fault)
            head = line.head
            yield line


def head_at(lines: Lines, end: int) -> Head:
    """Return the head of a file that ends at `end`. Raises BrokenLineError for a bad last line."""
    if end == 0:
        return Head()
    line = lines.line_before(end)
    return seal_of(line, number=lines.count_before(end) if CHAIN_FIELD not in line else 0).head


def first_fault(path: Path, start: int, head: Head) -> str | None:
    """Return what is wrong with the first line behind `start` that does not hang together."""
    with path.open("rb") as file:
        file.seek(start)
        for raw in file:
            try:
                seal = seal_of(raw.removesuffix(b"\n"), number=head.number + 1)
            except BrokenLineError as error:
                return f"line {head.number + 1}: {error}"
            if fault := fault_in_chain(seal, head):
                return f"line {head.number + 1}: {fault}"
            head = seal.head
    return None
