"""Plots: series in, SVG out. Pure; no script, and colours by class alone.

Where nothing was recorded a line has a gap, and never a zero. What a plot shows is said in words
too: in its label, for whoever cannot see it, and in the legend below it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby

from markupsafe import Markup

from api.dashboard.plots.axes import Unit, moments, ticks, told
from api.dashboard.plots.paths import (
    Point,
    Value,
    area_between,
    line_through,
    stacked,
    stretches,
)
from storage.telemetry_records import Mark, MarkKind

# Drawn about as large as it is shown, on a phone and in a column: so its letters can be read.
WIDTH, HEIGHT = 360, 150
LEFT, RIGHT, TOP, BOTTOM = 46, 352, 12, 130
LABEL_ROOM = 16  # half a label of time: nearer to an edge it would be cut off
MARK_ROOM = 6  # pixels in which they would lie on one another
MARK_LINES_MAX = 5  # told of at one place
GRAVEST = (MarkKind.LOST, MarkKind.REDIS, MarkKind.DEPLOY, MarkKind.STOP, MarkKind.START)
NOTHING = "Nothing was recorded in this time."


@dataclass(frozen=True)
class Line:
    """One series under the name that a person reads; `tone` is a class of the style sheet."""

    name: str
    values: Sequence[Value]
    tone: str

    @cached_property
    def known(self) -> Sequence[tuple[int, float]]:
        """The values that were recorded, each with its place."""
        places = enumerate(self.values)
        return [(place, value) for place, value in places if value is not None]


@dataclass(frozen=True, slots=True)
class Limit:
    """A value that should not be passed, and what it is called."""

    value: float
    name: str


@dataclass(frozen=True)
class Plot:
    """Areas that lie on one another, and lines before them. `said` tells how to read it."""

    title: str
    unit: Unit
    areas: Sequence[Line] = ()
    lines: Sequence[Line] = ()
    limit: Limit | None = None
    said: str = ""

    @cached_property
    def series(self) -> Sequence[Line]:
        """All of which something is known, areas first."""
        return [line for line in (*self.areas, *self.lines) if line.known]


@dataclass(frozen=True)
class Over:
    """The time that plots are over, in `count` even steps, and what happened in it."""

    starts_at: datetime
    step: timedelta
    count: int
    marks: Sequence[Mark] = ()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.step * self.count

    def at(self, place: int) -> datetime:
        """Return the moment at which a step begins."""
        return self.starts_at + self.step * place

    def x(self, moment: datetime) -> int:
        """Return how far from the left a moment lies (pixels)."""
        share = (moment - self.starts_at) / (self.ends_at - self.starts_at)
        return round(LEFT + share * (RIGHT - LEFT))

    @cached_property
    def middles(self) -> Sequence[int]:
        """How far from the left the middle of each step lies (pixels)."""
        return [self.x(self.at(place) + self.step / 2) for place in range(self.count)]

    def written(self, moment: datetime) -> str:
        """Return a moment of this time as short as it can be told."""
        if self.step < timedelta(seconds=10):
            return f"{moment:%H:%M:%S}"
        is_long = self.ends_at - self.starts_at > timedelta(days=1)
        return f"{moment:{'%d %b %H:%M' if is_long else '%H:%M'}}"


def draw(plot: Plot, over: Over) -> Markup:
    """Return a plot with its title and its legend."""
    parts = [
        Markup('<figure class="card plot"><figcaption>{}</figcaption>').format(plot.title),
        _svg(plot, over),
        _legend(plot) if plot.series else Markup(),
        Markup("<p>{}</p>").format(plot.said) if plot.said else Markup(),
        Markup("</figure>"),
    ]
    return Markup().join(parts)


def in_words(plot: Plot, over: Over) -> str:
    """Return what a plot shows, for whoever cannot see it."""
    if not plot.series:
        return f"{plot.title}. {NOTHING}"
    said = [_line_in_words(line, plot.unit, over) for line in plot.series]
    if plot.limit:
        said.append(f"{plot.limit.name}: {told(plot.limit.value, plot.unit)}.")
    span = f"{over.written(over.starts_at)} to {over.written(over.ends_at)} UTC"
    return f"{plot.title}, {span}. {' '.join(said)}"


def _line_in_words(line: Line, unit: Unit, over: Over) -> str:
    values = [value for _place, value in line.known]
    place, highest = max(line.known, key=lambda pair: pair[1])
    said = f"last {told(values[-1], unit)}, lowest {told(min(values), unit)}"
    said += f", highest {told(highest, unit)} at {over.written(over.at(place))}"
    gaps = len(line.values) - len(values)
    said += f", not recorded for {gaps} of {len(line.values)} points" if gaps else ""
    return f"{line.name}: {said}."


class _Canvas:
    """Where values lie, once the highest of them is known."""

    def __init__(self, plot: Plot, over: Over) -> None:
        self.plot, self.over = plot, over
        self.areas = [line for line in plot.areas if line.known]
        self.edges = stacked([line.values for line in self.areas])
        self.lines = [line for line in plot.lines if line.known]
        self.ticks = ticks(max(self._values(), default=0.0), plot.unit)

    def _values(self) -> Iterator[float]:
        for values in (*self.edges, *(line.values for line in self.lines)):
            yield from (value for value in values if value is not None)
        if self.plot.limit:
            yield self.plot.limit.value

    def y(self, value: float) -> int:
        """Return how far from the top a value lies (pixels)."""
        return round(BOTTOM - value / self.ticks[-1] * (BOTTOM - TOP))

    def points(self, stretch: Sequence[tuple[int, float]]) -> Sequence[Point]:
        """Return where the values of a stretch lie, each in the middle of its step."""
        middles = self.over.middles
        return [(middles[place], self.y(value)) for place, value in stretch]


def _svg(plot: Plot, over: Over) -> Markup:
    canvas = _Canvas(plot, over)
    drawn = [
        *_values_axis(canvas),
        *_time_axis(over),
        *_areas(canvas),
        *_limit(canvas),
        *_lines(canvas),
        *_marks(over),
    ]
    if not plot.series:
        x, y = (LEFT + RIGHT) // 2, (TOP + BOTTOM) // 2
        drawn.append(Markup('<text class="none" x="{}" y="{}">{}</text>').format(x, y, NOTHING))
    begin = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
        WIDTH, HEIGHT, in_words(plot, over)
    )
    return Markup().join([begin, *drawn, Markup("</svg>")])


def _values_axis(canvas: _Canvas) -> Iterator[Markup]:
    # Where nothing is drawn, what is said lies in the middle.
    values = canvas.ticks if canvas.plot.series else (canvas.ticks[0], canvas.ticks[-1])
    levels = [canvas.y(value) for value in values]
    lines = "".join(f"M{LEFT} {y}H{RIGHT}" for y in levels)
    yield Markup('<path class="grid-line" d="{}"/><g class="value">').format(lines)
    for value, y in zip(values, levels, strict=True):
        label = told(value, canvas.plot.unit)
        yield Markup('<text x="{}" y="{}">{}</text>').format(LEFT - 5, y + 4, label)
    yield Markup("</g>")


def _time_axis(over: Over) -> Iterator[Markup]:
    yield Markup('<g class="time">')
    for moment, label in moments(over.starts_at, over.ends_at):
        x = over.x(moment)
        if LEFT + LABEL_ROOM <= x <= RIGHT - LABEL_ROOM:
            yield Markup('<path d="M{} {}v4"/><text x="{}" y="{}">{}</text>').format(
                x, BOTTOM, x, HEIGHT - 5, label
            )
    yield Markup("</g>")


def _areas(canvas: _Canvas) -> Iterator[Markup]:
    ground: Sequence[Value] = [0.0] * canvas.over.count
    for number, (line, edge) in enumerate(zip(canvas.areas, canvas.edges, strict=True)):
        below = canvas.edges[number - 1] if number else ground
        outline = "".join(
            area_between(
                canvas.points(top), canvas.points([(at, below[at] or 0.0) for at, _ in top])
            )
            for top in stretches(edge)
        )
        yield Markup('<path class="area {}" d="{}"/>').format(line.tone, outline)


def _lines(canvas: _Canvas) -> Iterator[Markup]:
    for line in canvas.lines:
        way = "".join(line_through(canvas.points(one)) for one in stretches(line.values))
        yield Markup('<path class="line {}" d="{}"/>').format(line.tone, way)


def _limit(canvas: _Canvas) -> Iterator[Markup]:
    if limit := canvas.plot.limit:
        y = canvas.y(limit.value)
        yield Markup('<path class="limit" d="M{} {}H{}"/>').format(LEFT, y, RIGHT)


def _marks(over: Over) -> Iterator[Markup]:
    """Yield a line for what happened in about one place; what it was, is said on touching it."""
    inside = [mark for mark in over.marks if over.starts_at <= mark.at <= over.ends_at]
    inside.sort(key=lambda mark: mark.at)
    for _place, found in groupby(inside, lambda mark: over.x(mark.at) // MARK_ROOM):
        marks = [*found]
        gravest = min(marks, key=lambda mark: GRAVEST.index(mark.kind))
        said = [f"{over.written(mark.at)} {mark.said}" for mark in marks[:MARK_LINES_MAX]]
        if len(marks) > MARK_LINES_MAX:
            said.append(f"and {len(marks) - MARK_LINES_MAX} more")
        x = over.x(gravest.at)
        yield Markup(
            '<path class="mark {}" d="M{} {}h8l-4 6zM{} {}V{}"><title>{}</title></path>'
        ).format(gravest.kind, x - 4, 2, x, 8, BOTTOM, "\n".join(said))


def _legend(plot: Plot) -> Markup:
    head = Markup(
        '<table class="legend"><thead><tr><th scope="col">{}</th><th scope="col">last</th>'
        '<th scope="col">highest</th></tr></thead><tbody>'
    ).format(plot.unit)
    rows = [
        Markup(
            '<tr><th scope="row"><svg class="key" viewBox="0 0 10 10" aria-hidden="true">'
            '<path class="{}" d="M0 0h10v10H0z"/></svg>{}</th><td>{}</td><td>{}</td></tr>'
        ).format(
            line.tone,
            line.name,
            told(line.known[-1][1], plot.unit),
            told(max(value for _place, value in line.known), plot.unit),
        )
        for line in plot.series
    ]
    if plot.limit:
        rows.append(
            Markup(
                '<tr><th scope="row"><svg class="key" viewBox="0 0 10 10" aria-hidden="true">'
                '<path class="limit" d="M0 5h10"/></svg>{}</th><td colspan="2">{}</td></tr>'
            ).format(plot.limit.name, told(plot.limit.value, plot.unit))
        )
    return Markup().join([head, *rows, Markup("</tbody></table>")])
