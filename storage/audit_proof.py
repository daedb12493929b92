"""The audit log proved from end to end: how much of it there is, and where it is broken.

The chain shows that a line was changed, taken out or put in. It cannot show that the newest lines
were cut off, or that somebody has made the whole log anew: a head that was noted elsewhere can.
"""

import re
from collections.abc import Callable
from typing import Self

from pydantic import BaseModel, ConfigDict

from domain.errors import RejectedError
from domain.moment import Moment
from storage.audit_anchor import Anchor, read_anchor
from storage.audit_reading import AuditReader, DamagedLine
from storage.chain import Line
from storage.failures import unreadable
from storage.layout import AUDIT_FILE, Layout

HEAD = re.compile(r"([0-9]{8})/([1-9][0-9]{0,17}):([0-9a-f]{64})")
BREAKS_MAX = 100  # as many are told one by one
LINES_A_STEP = 1_000


class NotedHead(BaseModel):
    """The last line of the log at some moment: its UTC day (YYYYMMDD), its number, its SHA-256."""

    model_config = ConfigDict(frozen=True)

    day: str
    number: int
    sha256: str

    @classmethod
    def parsed(cls, text: str) -> Self:
        """Return a head as `str` writes it. Raises RejectedError."""
        match = HEAD.fullmatch(text.strip())
        if match is None:
            raise RejectedError(
                f"{text[:80]!r} is no head of the audit log.",
                field="since_head",
                remedy="Give it as `texas811 audit verify` prints it: 20261129/512:<64 hex digits>.",
            )
        return cls(day=match[1], number=int(match[2]), sha256=match[3])

    def __str__(self) -> str:
        return f"{self.day}/{self.number}:{self.sha256}"


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
    the log, None if none was asked for, or its days were removed because their time was over.
    `removed_until` is the last line of those days, `archive` where they are.
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
    noted_head: str | None = None
    has_noted_head: bool | None = None

    @property
    def is_whole(self) -> bool:
        return not self.breaks_total and self.has_noted_head is not False


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
    layout: Layout, noted: NotedHead | None = None, on_step: Callable[[], None] = lambda: None
) -> ChainProof:
    """Return the proof of the whole log, read line by line. Blocks.

    `on_step` is called after every LINES_A_STEP lines. Raises NotFoundError if this is no data
    directory, UnavailableError if the disk does not give it.
    """
    with unreadable(layout.audit):
        proving = _Proving(read_anchor(layout), noted, on_step)
        for damaged in AuditReader(layout).verify_all(proving.see):
            proving.see_break(damaged)
        return proving.result()


class _Proving:
    """What was seen on the way: a few numbers a day, however many lines there are."""

    def __init__(
        self, anchor: Anchor | None, noted: NotedHead | None, on_step: Callable[[], None]
    ) -> None:
        self._anchor, self._noted, self._on_step = anchor, noted, on_step
        self._lines = 0
        self._counts: dict[str, int] = {}
        self._last: dict[str, Line] = {}
        self._first: Line | None = None
        self._has_noted = False
        self._breaks: list[tuple[Break, int]] = []
        self._breaks_total = 0

    def see(self, day: str, line: Line) -> None:
        """Take note of a line that is whole."""
        self._lines += 1
        self._counts[day] = self._counts.get(day, 0) + 1
        self._last[day] = line
        self._first = self._first or line
        noted = self._noted
        if noted and (day, line.head.number) == (noted.day, noted.number):
            self._has_noted = line.head.sha256 == noted.sha256
        if self._lines % LINES_A_STEP == 0:
            self._on_step()

    def see_break(self, damaged: DamagedLine) -> None:
        """Take note of a line that cannot be believed, and of when the last event before it was."""
        self._breaks_total += 1
        if len(self._breaks) == BREAKS_MAX:
            return
        match = AUDIT_FILE.fullmatch(damaged.file)
        day = match[1] if match else ""
        # That the first line of a day hangs on nothing is told when all days have been seen.
        earlier = [
            one for one in self._last if one < day or (one == day and damaged.number > 1)
        ]
        told = Break(
            file=f"audit/{day[:4]}-{day[4:6]}/{damaged.file}",
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
        newest = max(self._last, default=None)
        last = self._last[newest] if newest else None
        return ChainProof(
            days=len(self._counts),
            lines=self._lines,
            first_at=self._first.event.timestamp if self._first else None,
            last_at=last.event.timestamp if last else None,
            head=f"{newest}/{last.head.number}:{last.head.sha256}" if last else None,
            **self._removed(),
            breaks=breaks,
            breaks_total=self._breaks_total,
            noted_head=str(self._noted) if self._noted else None,
            has_noted_head=self._whether_noted(),
        )

    def _removed(self) -> dict[str, str]:
        if self._anchor is None:
            return {}
        last = self._anchor.last
        return {"removed_until": f"{last.place}:{last.sha256}", "archive": self._anchor.archive}

    def _whether_noted(self) -> bool | None:
        """Return whether the noted head is in the log; None if nobody can tell, or has asked."""
        noted, anchor = self._noted, self._anchor
        if noted is None:
            return None
        if self._has_noted or anchor is None or noted.day > anchor.last.day:
            return self._has_noted
        place = (noted.day, noted.number)
        kept = [one for one in (anchor.last, *anchor.held) if (one.day, one.number) == place]
        # Of a removed line that nothing hangs on, only the archive can tell.
        return kept[0].sha256 == noted.sha256 if kept else None
