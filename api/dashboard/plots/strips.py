"""Strips: for each entry of the schedule, whether what was due was run, bucket by bucket. Pure.

A bucket is missed if something was due in it and nothing was run, although the service was there
to be seen before, then and after. What was seen by nobody is a gap.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from markupsafe import Markup

from api.dashboard.plots.axes import EPOCH
from api.dashboard.plots.svg import Over

CELL, GAP, ROW = 6, 1, 16  # pixels of one bucket, between two, and of the height
TOLD_MAX = 5  # stretches of one kind


class Cell(StrEnum):
    """What is known of one bucket; its value is a class of the style sheet."""

    RUN = "ok"
    LATE = "warn"  # or less often than it was due
    MISSED = "bad"
    FAILED = "failed"  # it was run for its date, and given up
    UNDER_WAY = "running"  # it is rung for, and has not ended
    NONE_DUE = "rest"
    UNSEEN = "unseen"


TROUBLES = {Cell.MISSED: "missed", Cell.FAILED: "failed", Cell.UNDER_WAY: "under way"}


@dataclass(frozen=True, slots=True)
class Strip:
    """An entry of the schedule, and how often it was due and run in each bucket.

    `seen` says in which buckets the service was there, if only for a part of them. `remembered`
    has the places of buckets in which a dated run was due that has failed, or has not ended.
    """

    job: str
    when: str
    due: Sequence[int]
    run: Sequence[int]
    seen: Sequence[bool]
    remembered: Mapping[int, Cell] = field(default_factory=dict)

    @property
    def cells(self) -> Sequence[Cell]:
        return [self._cell(place) for place in range(len(self.due))]

    @property
    def missed(self) -> Sequence[int]:
        """The places of the buckets that were missed."""
        return [place for place, cell in enumerate(self.cells) if cell is Cell.MISSED]

    @property
    def is_bad(self) -> bool:
        """Was it missed, or has it failed?"""
        return not {Cell.MISSED, Cell.FAILED}.isdisjoint(self.cells)

    def _cell(self, place: int) -> Cell:
        due, run = self.due[place], self.run[place]
        if place in self.remembered:  # that is known, whether anybody sampled then or not
            return self.remembered[place]
        if not self.seen[place]:
            return Cell.UNSEEN
        if not due:
            return Cell.NONE_DUE
        if run:
            # What is rung for while it still runs is not rung for twice: some less is no harm.
            is_whole = run >= due / 2 or not self._is_inside(place)
            return Cell.RUN if is_whole else Cell.LATE
        if not self._is_inside(place):
            return Cell.UNSEEN
        is_late = self.run[place + 1] > self.due[place + 1]
        return Cell.LATE if is_late else Cell.MISSED

    def _is_inside(self, place: int) -> bool:
        """Was the service there before this bucket and after it, and so for all of it?"""
        return 0 < place < len(self.seen) - 1 and self.seen[place - 1] and self.seen[place + 1]


def draw_strips(strips: Sequence[Strip], over: Over) -> Markup:
    """Return the strips of a schedule below one another, each with what it says in words."""
    rows = [
        Markup(
            '<li class="{}"><p><b>{}</b> <span class="muted">{}</span> <span>{}</span></p>{}</li>'
        ).format(
            "missed" if strip.is_bad else "",
            strip.job,
            strip.when,
            in_words(strip, over),
            _svg(strip, over),
        )
        for strip in strips
    ]
    begin, end = over.written(over.starts_at), over.written(over.ends_at)
    return Markup(
        '<figure class="card plot strips"><figcaption>Schedule: due and run</figcaption>'
        '<ul>{}</ul><p class="ends"><span>{}</span><span>{} UTC</span></p></figure>'
    ).format(Markup().join(rows), begin, end)


def in_words(strip: Strip, over: Over) -> str:
    """Return what a strip says."""
    if said := [*_troubles(strip, over)]:
        return "; ".join(said)
    if not any(strip.seen):
        return "nothing was recorded in this time"
    if not any(due and seen for due, seen in zip(strip.due, strip.seen, strict=True)):
        return "not due in this time"
    return f"run {sum(strip.run):,} times, none missed"


def _troubles(strip: Strip, over: Over) -> Iterator[str]:
    """Yield when it was missed or has failed, and what has not ended."""
    cells = strip.cells
    for kind, word in TROUBLES.items():
        places = [place for place, cell in enumerate(cells) if cell is kind]
        found = [*stretches_of(places)]
        beyond = len(found) - TOLD_MAX
        if found:
            told = ", ".join(_span(over, *one) for one in found[:TOLD_MAX])
            yield f"{word}: {told}{f' and {beyond} times more' if beyond > 0 else ''}"


def buckets_of(since: datetime, until: datetime, step: timedelta) -> Over:
    """Return a time in even steps that begin where those of every day do; the last is under way."""
    starts_at = EPOCH + (since - EPOCH) // step * step
    return Over(starts_at, step, -((starts_at - until) // step))


def _span(over: Over, first: int, last: int) -> str:
    """Return when the buckets from one to another were."""
    return f"{over.written(over.at(first))} to {over.written(over.at(last + 1))}"


def _svg(strip: Strip, over: Over) -> Markup:
    cells = strip.cells
    drawn = [
        Markup('<path class="{}" d="{}"/>').format(kind, _boxes(cells, kind))
        for kind in dict.fromkeys(cells)
    ]
    return Markup(
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}: {}">{}</svg>'
    ).format(CELL * len(cells), ROW, strip.job, in_words(strip, over), Markup().join(drawn))


def _boxes(cells: Sequence[Cell], kind: Cell) -> str:
    """Return a box for each stretch of cells of a kind."""
    places = [place for place, cell in enumerate(cells) if cell is kind]
    return "".join(
        f"M{first * CELL} 0h{(last - first + 1) * CELL - GAP}v{ROW}H{first * CELL}z"
        for first, last in stretches_of(places)
    )


def stretches_of(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of the places that follow one another."""
    for _offset, found in groupby(enumerate(places), key=lambda pair: pair[1] - pair[0]):
        stretch = [place for _number, place in found]
        yield stretch[0], stretch[-1]
