"""Which plots the overview shows, and from which series each is made. Pure but for its cache."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.dashboard.plots.axes import Unit
from api.dashboard.plots.paths import Value
from api.dashboard.plots.svg import Limit, Line, Plot
from jobs.lanes import LANES, PATIENCE_SECONDS, Lane

TONES = ("s1", "s2", "s3", "s4", "s5", "s6")
PERCENTILES = ("p50", "p95", "p99")
FAILURES = "failures_per_s:"
DEPTHS = {"running": "s2", "retrying": "s3", "ready": "s1"}  # from the ground up

Series = Mapping[str, Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The series of a time, of one lane or, with None, of all."""

    series: Series
    count: int
    lane: Lane | None = None

    @property
    def lanes(self) -> Sequence[Lane]:
        return (self.lane,) if self.lane else LANES

    def one(self, name: str) -> Sequence[Value]:
        """Return a series; of one that was never recorded, gaps."""
        return self.series.get(name) or [None] * self.count

    def summed(self, name: str) -> Sequence[Value]:
        """Return a series of all lanes together: what is not known of one, is not of the sum."""
        return self._together(name, lambda column: None if None in column else _sum(column))

    def worst(self, name: str) -> Sequence[Value]:
        """Return the highest of all lanes that is known."""
        return self._together(name, _highest)

    def _together(self, name: str, join: Callable[[Sequence[Value]], Value]) -> Sequence[Value]:
        named = (f"{name}:{lane}" for lane in self.lanes)
        found = [self.series[one] for one in named if one in self.series]
        if not found:
            return [None] * self.count
        return [join(column) for column in zip(*found, strict=True)]


def plots_of(recorded: Recorded) -> Iterator[Plot]:
    """Yield every plot of the overview, in the order in which they are looked at."""
    yield _depth(recorded)
    yield from (_oldest(recorded, lane) for lane in recorded.lanes)
    yield _rates(recorded)
    yield _failures(recorded)
    which = "" if recorded.lane else " (the slowest lane)"
    yield _percentiles(recorded, "wait", f"Wait until begun{which}")
    yield _percentiles(recorded, "run", f"Time to run{which}")
    yield _utilisation(recorded)
    yield _timers(recorded)
    yield _owed(recorded)
    yield _recoveries(recorded)
    yield sync_plot(recorded)


def sync_plot(recorded: Recorded) -> Plot:
    """Return how long a write waits until the disk has it."""
    names = ("p50", "p99")
    lines = [Line(name, recorded.one(f"sync_{name}_ms"), tone) for name, tone in _toned(names)]
    return Plot("Disk: time of a sync", Unit.MILLISECONDS, lines=lines)


def _depth(recorded: Recorded) -> Plot:
    areas = [Line(name, recorded.summed(name), tone) for name, tone in DEPTHS.items()]
    dead = Line("dead letters", recorded.one("dead"), "bad")
    return Plot("Queue depth", Unit.COUNT, areas=areas, lines=[dead])


def _oldest(recorded: Recorded, lane: Lane) -> Plot:
    line = Line("oldest ready job", recorded.one(f"oldest_s:{lane}"), "s1")
    limit = Limit(PATIENCE_SECONDS[lane], "target")
    return Plot(f"Oldest age: {lane}", Unit.SECONDS, lines=[line], limit=limit)


def _rates(recorded: Recorded) -> Plot:
    lines = [
        Line("in", recorded.summed("in_per_s"), "s2"),
        Line("out", recorded.summed("out_per_s"), "s1"),
    ]
    return Plot("Jobs in and out", Unit.PER_SECOND, lines=lines)


def _failures(recorded: Recorded) -> Plot:
    names = [name for name in recorded.series if name.startswith(FAILURES)]
    # A class that is not named in a sample has not failed in it.
    is_seen = [any(value is not None for value in column) for column in _columns(recorded)]
    none: Sequence[Value] = [0.0 if seen else None for seen in is_seen]
    areas = [
        Line(
            name.removeprefix(FAILURES),
            [
                zero if value is None else value
                for value, zero in zip(recorded.series[name], none, strict=True)
            ],
            tone,
        )
        for name, tone in _toned(sorted(names))
    ]
    areas = areas or [Line("none", none, TONES[0])]
    return Plot("Failures by error", Unit.PER_SECOND, areas=areas)


def _percentiles(recorded: Recorded, what: str, title: str) -> Plot:
    lines = [
        Line(name, recorded.worst(f"{what}_{name}_ms"), tone)
        for name, tone in _toned(PERCENTILES)
    ]
    return Plot(title, Unit.MILLISECONDS, lines=lines)


def _utilisation(recorded: Recorded) -> Plot:
    return Plot(
        "Slots of all workers",
        Unit.COUNT,
        areas=[Line("busy", recorded.one("busy"), "s1")],
        lines=[Line("there are", recorded.one("slots"), "muted")],
    )


def _timers(recorded: Recorded) -> Plot:
    line = Line("due later", recorded.summed("scheduled"), "s3")
    return Plot("Scheduled for later", Unit.COUNT, areas=[line])


def _owed(recorded: Recorded) -> Plot:
    line = Line("orders", recorded.one("owed"), "s4")
    return Plot("Accepted, not yet a ticket", Unit.COUNT, areas=[line])


def _recoveries(recorded: Recorded) -> Plot:
    line = Line("begun again", recorded.one("recoveries_per_s"), "s5")
    return Plot("Recovered after a lost worker", Unit.PER_SECOND, areas=[line])


def _columns(recorded: Recorded) -> Sequence[Sequence[Value]]:
    return [*zip(*recorded.series.values(), strict=True)]


def _toned(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each name with a tone of its own; beyond the last tone they begin again."""
    return ((name, TONES[number % len(TONES)]) for number, name in enumerate(names))


def _sum(column: Sequence[Value]) -> float:
    return sum(value for value in column if value is not None)


def _highest(column: Sequence[Value]) -> Value:
    return max((value for value in column if value is not None), default=None)
