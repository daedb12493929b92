"""The gallery: the plots of a period, drawn once for all who look at them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from weakref import WeakKeyDictionary

from markupsafe import Markup

from api.dashboard.desk import Desk
from api.dashboard.plots.charts import Recorded, plots_of
from api.dashboard.plots.heat import draw_heat, places_used, run_times
from api.dashboard.plots.strips import Cell, Strip, buckets_of, draw_strips
from api.dashboard.plots.svg import Over, draw
from domain.runs import EntryState
from domain.timetable import Entry
from jobs.health.watching import Watch
from jobs.job import Env
from jobs.lanes import Lane
from jobs.timetable import TIMETABLE
from storage.telemetry_records import AttemptEnding, Mark, Window

POINTS_MAX = 160
DRAWN_SECONDS_MIN = 5.0
WORKERS_PERIOD = "1h"
MARKS_MAX = 12  # told of in words, the latest
Tallies = Mapping[tuple[str, AttemptEnding], Sequence[int]]

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A time up to now that can be looked at, the buckets of the schedule in it, and its points.

    A point is as long as a sample of the telemetry, or some of them.
    """

    label: str
    length: timedelta
    bucket: timedelta
    points_max: int = POINTS_MAX


PERIODS: Mapping[str, Period] = {
    # Every second is kept for so long; a point of three of them is two pixels wide.
    "10min": Period("10 minutes", timedelta(minutes=10), timedelta(minutes=1), 210),
    "1h": Period("1 hour", timedelta(hours=1), timedelta(minutes=1)),
    "24h": Period("24 hours", timedelta(hours=24), timedelta(minutes=20)),
    "7d": Period("7 days", timedelta(days=7), timedelta(hours=2)),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """The plots of a period, its schedule, the last things that happened, and when it was drawn."""

    plots: Markup
    strips: Markup
    marks: Sequence[Mark]
    drawn_at: datetime


class Gallery:
    """Draws a period anew when there is something new, and not more often than is of use."""

    def __init__(self, env: Env) -> None:
        self._env = env
        self._drawn: dict[tuple[str, Lane | None], Drawn] = {}
        self._drawing = asyncio.Lock()

    async def show(self, period: str, lane: Lane | None = None) -> Drawn:
        """Return the plots of a period, of one lane or of all. Raises UnavailableError."""
        async with self._drawing:
            now = self._env.clock()
            drawn = self._drawn.get((period, lane))
            if drawn is None or now - drawn.drawn_at >= _lasts(period):
                drawn = await self._draw(period, lane, now)
                self._drawn[period, lane] = drawn
            return drawn

    async def show_workers(self, slots: Mapping[str, int]) -> Markup:
        """Return how much of its places each worker has used; `slots` are those, by its name.

        Raises UnavailableError.
        """
        now = self._env.clock()
        window, over = await self._window(WORKERS_PERIOD, now)
        return draw_heat(places_used(Recorded(window.series, over.count), over, slots), over)

    async def _window(self, period: str, now: datetime) -> tuple[Window, Over]:
        length, points_max = PERIODS[period].length, PERIODS[period].points_max
        window = await self._env.store.telemetry.window(
            now - length, now, points_max=points_max
        )
        return window, over_of(window, until=now)

    async def _draw(self, period: str, lane: Lane | None, now: datetime) -> Drawn:
        length = PERIODS[period].length
        window, over = await self._window(period, now)
        recorded = Recorded(window.series, over.count, lane)
        plots = Markup().join(draw(plot, over) for plot in plots_of(recorded))
        plots += draw_heat(run_times(recorded, over), over)
        buckets = buckets_of(now - length, now, PERIODS[period].bucket)
        strips = draw_strips(await self._strips(window, over, buckets), buckets)
        marks = sorted(window.marks, key=lambda mark: mark.at, reverse=True)
        return Drawn(plots, strips, marks[:MARKS_MAX], now)

    async def _strips(self, window: Window, over: Over, buckets: Over) -> Sequence[Strip]:
        store, now = self._env.store, self._env.clock()
        tallies = await store.telemetry.tallies(
            buckets.starts_at, buckets.ends_at, buckets.step
        )
        dated = await store.schedule.dated.read()
        seen = _seen(window, over, buckets)
        return [
            Strip(
                entry.job,
                str(entry.when),
                due=_due(entry, buckets, until=now),
                run=_run(tallies, dated.get(entry.job), entry.job, buckets),
                seen=seen,
                remembered=_remembered(dated.get(entry.job), buckets),
            )
            for entry in TIMETABLE
        ]


def gallery_of(desk: Desk) -> Gallery:
    """Return the gallery of a desk: the page and what is sent live show the same drawings."""
    gallery = _GALLERIES.get(desk.watch)
    if gallery is None:
        gallery = _GALLERIES[desk.watch] = Gallery(desk.env)
    return gallery


_GALLERIES: WeakKeyDictionary[Watch, Gallery] = WeakKeyDictionary()


def over_of(window: Window, *, until: datetime) -> Over:
    """Return the time that a window is over; `until` is where it was asked to end."""
    steps = -((window.starts_at - until) // window.step)
    count = max((len(values) for values in window.series.values()), default=steps)
    return Over(window.starts_at, window.step, count, window.marks)


def _seen(window: Window, over: Over, buckets: Over) -> Sequence[bool]:
    """Return for each bucket whether the service was there: whether anything was sampled."""
    seen = [False] * buckets.count
    for place, column in enumerate(zip(*window.series.values(), strict=True)):
        if any(value is not None for value in column):
            first = (over.at(place) - buckets.starts_at) // buckets.step
            last = (over.at(place + 1) - INSTANT - buckets.starts_at) // buckets.step
            for bucket in range(max(first, 0), min(last, buckets.count - 1) + 1):
                seen[bucket] = True
    return seen


def _due(entry: Entry, over: Over, *, until: datetime) -> Sequence[int]:
    """Return how often an entry was due in each bucket, its first instant included."""
    edges = [min(over.at(place), until) - INSTANT for place in range(over.count + 1)]
    return [entry.when.passed(a, b, latest_max=0).count for a, b in pairwise(edges)]


def _run(tallies: Tallies, state: EntryState | None, job: str, over: Over) -> Sequence[int]:
    """Return how often a job was run in each bucket; a dated run counts where it was due."""
    counts = [0] * over.count
    for (kind, _ending), found in tallies.items():
        if kind == job:
            counts = [a + b for a, b in zip(counts, found, strict=False)]
    for run in state.runs if state else ():
        place = (run.due_at - over.starts_at) // over.step
        if 0 <= place < over.count:
            counts[place] = max(counts[place], 1)
    return counts


def _remembered(state: EntryState | None, over: Over) -> Mapping[int, Cell]:
    """Return the places of the buckets in which a dated run was due that has failed or goes on."""
    runs = [run for run in (state.runs if state else ()) if not run.succeeded]
    return {
        (run.due_at - over.starts_at) // over.step: Cell.FAILED
        if run.finished_at
        else Cell.UNDER_WAY
        for run in runs
    }


def _lasts(period: str) -> timedelta:
    """Return for how long a drawing is as good as a new one: for half of one of its points."""
    of_a_point = PERIODS[period].length / PERIODS[period].points_max
    return max(timedelta(seconds=DRAWN_SECONDS_MIN), of_a_point / 2)
