"""Since when something is so, as the samples tell: it may have begun long before anybody looked."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import UnavailableError
from storage.telemetry import Telemetry
from storage.telemetry_records import AttemptEnding, Window

# How far back is looked, if all that is nearer was so: a few hundred steps each time.
SPANS = (timedelta(minutes=10), timedelta(days=1), timedelta(days=30))
POINTS_MAX = 240
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

Sample = Mapping[str, float]
Asked = Callable[[Sample, Sample], bool | None]
"""Was it so in this sample, or None if it does not tell? The other is the one that came next."""


@dataclass(frozen=True, slots=True)
class Run:
    """The steps at the end of a window in which it was so, and the last in which it was not.

    `began_at` is None if it was not so at the end, both are if the window tells nothing.
    """

    began_at: datetime | None
    before_at: datetime | None


class History:
    """What was sampled until `at`. Nothing is read before somebody asks, nor twice.

    All answers together are waited for no longer than `patience_seconds`.
    """

    def __init__(self, telemetry: Telemetry, at: datetime, patience_seconds: float) -> None:
        self.at = at
        self._telemetry = telemetry
        self._until = asyncio.get_running_loop().time() + patience_seconds
        self._windows: dict[tuple[datetime, datetime], Window] = {}

    async def since(self, is_so: Asked) -> datetime | None:
        """Return since when it is so; None if the samples do not tell.

        A time of which there is no sample neither begins nor ends anything. What is long past is
        told as exactly as its samples are kept.
        """
        try:
            async with asyncio.timeout_at(self._until):
                return await self._since(is_so)
        except (TimeoutError, UnavailableError):
            return None

    async def last_sampled_at(self) -> datetime | None:
        """Return when the last sample was taken; None if nobody can tell."""
        try:
            async with asyncio.timeout_at(self._until):
                latest = await self._telemetry.latest()
        except (TimeoutError, UnavailableError):
            return None
        return latest[0] if latest else None

    async def last_ended(self, kind: str, ending: AttemptEnding) -> datetime | None:
        """Return the minute in which a job of this kind ended so last; None for not in an hour."""
        end = self.at.replace(second=0, microsecond=0) + MINUTE
        try:
            async with asyncio.timeout_at(self._until):
                told = await self._telemetry.tallies(end - HOUR, end, MINUTE)
        except (TimeoutError, UnavailableError):
            return None
        minutes = [place for place, count in enumerate(told.get((kind, ending), ())) if count]
        return end - HOUR + minutes[-1] * MINUTE if minutes else None

    async def _since(self, is_so: Asked) -> datetime | None:
        began = None
        for span in SPANS:
            window = await self._window(self.at - span, self.at)
            run = _last_run(window, is_so)
            began = run.began_at or began
            if run.before_at:
                break
        if run.began_at:
            since = run.before_at or run.began_at
            finer = await self._window(since, run.began_at + window.step)
            return _last_run(finer, is_so).began_at or began
        return began

    async def _window(self, since: datetime, until: datetime) -> Window:
        if (since, until) not in self._windows:
            found = await self._telemetry.window(since, until, POINTS_MAX)
            self._windows[since, until] = found
        return self._windows[since, until]


def at_least(name: str, least: float) -> Asked:
    """Was this series so high?"""
    return lambda now, _next: None if (value := now.get(name)) is None else value >= least


def beyond(name: str, most: float) -> Asked:
    """Was this series higher?"""
    return lambda now, _next: None if (value := now.get(name)) is None else value > most


def not_falling(name: str) -> Asked:
    """Was there some of it, and not more than in the next sample?"""

    def asked(now: Sample, after: Sample) -> bool | None:
        if (value := now.get(name)) is None:
            return None
        return 0 < value <= after.get(name, value)

    return asked


def none_ended(now: Sample, _next: Sample) -> bool | None:
    """Was something ready, and did no job end?"""
    ended = [value for name, value in now.items() if name.startswith("out_per_s:")]
    ready = [value for name, value in now.items() if name.startswith("ready:")]
    return any(ready) and not any(ended) if ended and ready else None


def _last_run(window: Window, is_so: Asked) -> Run:
    """Return the run with which a window ends."""
    began_at: datetime | None = None
    after: Sample = {}
    count = max((len(points) for points in window.series.values()), default=0)
    for place in reversed(range(count)):
        told = {name: points[place] for name, points in window.series.items()}
        sample = {name: value for name, value in told.items() if value is not None}
        answer, moment = is_so(sample, after), window.starts_at + place * window.step
        if answer is False:
            return Run(began_at, moment)
        if answer:
            began_at, after = moment, sample
    return Run(began_at, None)
