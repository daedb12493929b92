"""The audit log proved from end to end: how much of it there is, and where it is broken.

The chain shows that a line was changed, taken out or put in. It cannot show that the newest lines
of a day were cut off, or that somebody has made the whole log anew: a head that was noted elsewhere
can. It names every line on which no other hangs, so that no day can be shortened behind its back.
"""

import re
from collections.abc import Callable, Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict

from domain.errors import RejectedError
from domain.moment import Moment
from storage.audit_anchor import Anchor, believed_anchor
from storage.audit_reading import AuditReader
from storage.chain import Line
from storage.clock import Clock
from storage.failures import unreadable
from storage.layout import AUDIT_FILE, Layout
from storage.log_lines import DamagedLine, days_ahead
from storage.retired_lines import ArchiveTold, Tip, archive_told, is_archived, lost_archives

TIP = re.compile(r"([0-9]{8})/([1-9][0-9]{0,17}):([0-9a-f]{64})")
BREAKS_MAX = 100  # as many are told one by one
LINES_A_STEP = 1_000


class NotedHead(BaseModel):
    """The ends of the log at some moment, the newest first: on them hangs every other line.

    Mostly it is one, the last line of the newest day. Where lines came late to earlier days, or
    the newest day was dated by a wrong clock, the last line of each such day is an end, too.
    """

    model_config = ConfigDict(frozen=True)

    tips: tuple[Tip, ...]

    @classmethod
    def parsed(cls, text: str) -> Self:
        """Return a head as `str` writes it. Raises RejectedError."""
        matches = [TIP.fullmatch(part) for part in text.strip().split("+")]
        if not all(matches):
            raise RejectedError(
                f"{text[:80]!r} is no head of the audit log.",
                field="since_head",
                remedy="Give it whole, as `texas811 audit verify` prints it: "
                "20261129/512:<64 hex digits>, several of them joined by +.",
            )
        return cls(tips=tuple(Tip(one[1], int(one[2]), one[3]) for one in matches if one))

    def __str__(self) -> str:
        return "+".join(map(str, self.tips))


class Break(BaseModel):
    """A line that cannot be believed, or does not hang on the one before it.

    `file` is a path below the data directory. `believed_until` is when the last event before it
    happened (UTC); `follows` counts the lines behind it that are whole in themselves.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    line: int
    problem: str
    believed_until: Moment | None
    follows: int


class ChainProof(BaseModel):
    """What the log holds and proves; times are UTC.

    `head` is what to note elsewhere. `has_noted_head` says whether a head noted earlier is still in
    the log or in an archive of its removed days; None if none was asked for, or if that cannot be
    proven. `removed_until` is the last line of those days, `archive` where they are.
    `lost_archives` says which archives of what was removed are not as they were, a sentence each;
    `days_ahead` are days (YYYYMMDD) of the log that have not come yet.
    """

    model_config = ConfigDict(frozen=True)

    days: int
    lines: int
    first_at: Moment | None = None
    last_at: Moment | None = None
    head: str | None = None
    removed_until: str | None = None
    archive: str | None = None
    breaks: list[Break] = []
    breaks_total: int = 0
    lost_archives: list[str] = []
    days_ahead: list[str] = []
    noted_head: str | None = None
    has_noted_head: bool | None = None

    @property
    def is_whole(self) -> bool:
        """Is all as it was written, and what was noted proven to be in it?"""
        is_proven = self.noted_head is None or self.has_noted_head is True
        return is_proven and not (self.breaks_total or self.lost_archives or self.days_ahead)


def lines_in(layout: Layout) -> int:
    """Return how many lines the log has, without reading what they say. Blocks."""
    total = 0
    with unreadable(layout.audit):
        for path in layout.existing(layout.audit).glob("*/audit_*.jsonl"):
            with path.open("rb") as file:
                while block := file.read(1024 * 1024):
                    total += block.count(b"\n")
    return total


def proved(
    layout: Layout,
    noted: NotedHead | None = None,
    on_step: Callable[[], None] = lambda: None,
    clock: Clock | None = None,
) -> ChainProof:
    """Return the proof of the whole log, read line by line. Blocks.

    `on_step` is called after every LINES_A_STEP lines. Without a clock no day is ahead. Raises
    NotFoundError if this is no data directory, UnavailableError if the disk does not give it.
    """
    with unreadable(layout.audit):
        proving = _Proving(noted, on_step)
        for damaged in AuditReader(layout).verify_all(proving.see):
            proving.see_break(damaged)
        ahead = days_ahead(layout, clock()) if clock else []
        anchor = believed_anchor(layout)
        lost = [one.sentence for one in lost_archives(layout, proving.archives)]
        found: dict[str, object] = {
            "lost_archives": lost,
            "days_ahead": ahead,
            **_removed(anchor),
        }
        if noted:
            missing = [one for one in noted.tips if one not in proving.has]
            has = whether_kept(layout, anchor, missing)
            found |= {"noted_head": str(noted), "has_noted_head": has}
        return proving.result().model_copy(update=found)


def _removed(anchor: Anchor | None) -> dict[str, str]:
    if anchor is None:
        return {}
    last = anchor.last
    return {"removed_until": f"{last.place}:{last.sha256}", "archive": anchor.archive}


def whether_kept(layout: Layout, anchor: Anchor | None, tips: Sequence[Tip]) -> bool | None:
    """Return whether these lines, which the log has not, are in what was removed from it.

    None if nobody can tell: the archive of that day is not here. Blocks.
    """
    if anchor is None or any(tip.day > anchor.last.day for tip in tips):
        return not tips
    known = {(one.day, one.number): one.sha256 for one in (anchor.last, *anchor.held)}
    answers = [
        known[tip.day, tip.number] == tip.sha256
        if (tip.day, tip.number) in known
        else is_archived(layout, tip)
        for tip in tips
    ]
    return False if False in answers else None if None in answers else True


class _Proving:
    """What was seen on the way: a few numbers a day, however many lines there are."""

    def __init__(self, noted: NotedHead | None, on_step: Callable[[], None]) -> None:
        self._on_step = on_step
        self._noted = {(tip.day, tip.number): tip for tip in noted.tips} if noted else {}
        self.has: set[Tip] = set()
        self.archives: set[ArchiveTold] = set()
        self._lines = 0
        self._counts: dict[str, int] = {}
        self._last: dict[str, Line] = {}
        self._first: Line | None = None
        self._committed: dict[
            str, int
        ] = {}  # day -> the last number on which a later day hangs
        self._breaks: list[tuple[Break, int]] = []
        self._breaks_total = 0

    def see(self, day: str, line: Line) -> None:
        """Take note of a line that is whole."""
        self._lines += 1
        self._counts[day] = self._counts.get(day, 0) + 1
        self._last[day] = line
        self._first = self._first or line
        noted = self._noted.get((day, line.head.number))
        if noted and noted.sha256 == line.head.sha256:
            self.has.add(noted)
        if line.link and line.link.after:
            earlier, _, number = line.link.after.partition("/")
            self._committed[earlier] = max(int(number), self._committed.get(earlier, 0))
        if told := archive_told(line.event):
            self.archives.add(told)
        if self._lines % LINES_A_STEP == 0:
            self._on_step()

    def see_break(self, damaged: DamagedLine) -> None:
        """Take note of a line that cannot be believed, and of when the last event before it was."""
        self._breaks_total += 1
        if len(self._breaks) == BREAKS_MAX:
            return
        match = AUDIT_FILE.fullmatch(damaged.file)
        day = match[1] if match else ""  # the anchor stands before all days
        # That the first line of a day hangs on nothing is told when all days have been seen.
        earlier = [
            one for one in self._last if one < day or (one == day and damaged.number > 1)
        ]
        told = Break(
            file=damaged.path,
            line=damaged.number,
            problem=damaged.problem,
            believed_until=self._last[max(earlier)].event.timestamp if earlier else None,
            follows=0,
        )
        before = sum(count for one, count in self._counts.items() if one in earlier)
        self._breaks.append((told, before))

    def result(self) -> ChainProof:
        breaks = [
            one.model_copy(update={"follows": self._lines - before})
            for one, before in self._breaks
        ]
        last = self._last[max(self._last)] if self._last else None
        return ChainProof(
            days=len(self._counts),
            lines=self._lines,
            first_at=self._first.event.timestamp if self._first else None,
            last_at=last.event.timestamp if last else None,
            head=str(NotedHead(tips=self._tips())) if last else None,
            breaks=breaks,
            breaks_total=self._breaks_total,
        )

    def _tips(self) -> tuple[Tip, ...]:
        """Return the ends of the log, the newest day first."""
        ends = {day: line.head for day, line in sorted(self._last.items(), reverse=True)}
        return tuple(
            Tip(day, head.number, head.sha256)
            for day, head in ends.items()
            if head.number > self._committed.get(day, 0)
        )
