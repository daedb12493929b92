"""Heat maps: one colour, laid on the thicker the more there was; what was not recorded is a gap.

Pure. What is seen is said in words too, row by row, in a table below it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.dashboard.plots.axes import moments
from api.dashboard.plots.charts import Recorded
from api.dashboard.plots.paths import Value
from api.dashboard.plots.strips import stretches_of
from api.dashboard.plots.svg import LABEL_ROOM, LEFT, NOTHING, RIGHT, TOP, WIDTH, Over
from jobs.run_times import LENGTHS, series_of

LEVELS = 5  # classes `h1` to `h5` of the style sheet
COLUMNS_MAX = 52  # or one would be too narrow to be seen
ROW, GAP = 14, 1  # pixels
AXIS = 20  # pixels below the rows
NAME_CHARACTERS_MAX = 8
SECOND_MS = 1000
TOLD_AS = Markup('<figure class="card plot heat"><figcaption>{}</figcaption>')


@dataclass(frozen=True, slots=True)
class Band:
    """One row: how much there was in each step, from nothing (0) to all there can be (1).

    `total` sums it up in a few words, `most` says when it was the most.
    """

    name: str
    shares: Sequence[Value]
    total: str
    most: str = ""


@dataclass(frozen=True, slots=True)
class Heat:
    """Rows from the top down; `heading` names what `total` tells, `said` how to read it."""

    title: str
    heading: str
    bands: Sequence[Band]
    said: str = ""


def run_times(recorded: Recorded, over: Over) -> Heat:
    """Return how many jobs took how long, the longest on top."""
    rates = {length: _rates(recorded, length) for length in reversed(LENGTHS)}
    highest = max((one for each in rates.values() for one in each if one), default=0.0)
    bands = []
    for length, each in rates.items():
        known = [one for one in each if one is not None]
        count = round(sum(known) * over.step.total_seconds())
        # By the root, or a few slow ones beside many fast ones could not be seen.
        shares = [None if one is None else math.sqrt(one / (highest or 1.0)) for one in each]
        bands.append(
            Band(
                _length(length),
                shares,
                f"{count:,}" if known else "not known",
                _when(each, over),
            )
        )
    said = "Each row counts the jobs that took up to so long: the darker, the more of them."
    return Heat("Jobs by their time to run", "jobs", bands, said)


def places_used(recorded: Recorded, over: Over, slots: Mapping[str, int]) -> Heat:
    """Return how much of its places each worker has used; `slots` are its places, by its name."""
    bands = []
    for name in sorted(slots, key=lambda one: (len(one), one)):
        used = recorded.one(f"worked_s_per_s:{name}")
        shares = [None if one is None else min(1.0, one / max(1, slots[name])) for one in used]
        known = [one for one in shares if one is not None]
        total = f"{sum(known) / len(known):.0%}" if known else "not known"
        bands.append(Band(name, shares, total, _when(shares, over)))
    said = "The darker, the more of its places were in use; where there is no colour, none was."
    return Heat("Workers: places in use", "on average", bands, said)


def draw_heat(heat: Heat, over: Over) -> Markup:
    """Return a heat map with its title, and its rows in words."""
    is_known = any(one is not None for band in heat.bands for one in band.shares)
    if not is_known:
        return TOLD_AS.format(heat.title) + Markup("<p>{}</p></figure>").format(NOTHING)
    rows = [
        Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>').format(
            band.name, band.total, band.most
        )
        for band in heat.bands
    ]
    table = Markup(
        '<table class="legend"><thead><tr><th scope="col"></th><th scope="col">{}</th>'
        '<th scope="col">most at</th></tr></thead><tbody>{}</tbody></table>'
    ).format(heat.heading, Markup().join(rows))
    parts = [
        TOLD_AS.format(heat.title),
        _svg(heat, over),
        Markup("<p>{}</p>").format(heat.said),
    ]
    return Markup().join([*parts, table, Markup("</figure>")])


def in_words(heat: Heat, over: Over) -> str:
    """Return what a heat map shows, for whoever cannot see it."""
    span = f"{over.written(over.starts_at)} to {over.written(over.ends_at)} UTC"
    said = [
        f"{band.name}: {band.total}{f', most at {band.most}' if band.most else ''}."
        for band in heat.bands
    ]
    return f"{heat.title}, {span}, {heat.heading}. {' '.join(said)}"


def _svg(heat: Heat, over: Over) -> Markup:
    bottom = TOP + ROW * len(heat.bands)
    begin = Markup(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}"><g class="value">'
    ).format(WIDTH, bottom + AXIS, in_words(heat, over))
    names = [
        Markup('<text x="{}" y="{}">{}</text>').format(
            LEFT - 5, TOP + ROW * place + 11, _short(band.name)
        )
        for place, band in enumerate(heat.bands)
    ]
    ground = Markup('</g><path class="seen" d="{}"/>').format(_boxes(heat, over, 0))
    levels = [
        Markup('<path class="h{}" d="{}"/>').format(level, boxes)
        for level in range(1, LEVELS + 1)
        if (boxes := _boxes(heat, over, level))
    ]
    return Markup().join(
        [begin, *names, ground, *levels, *_axis(over, bottom), Markup("</svg>")]
    )


def _axis(over: Over, bottom: int) -> Iterator[Markup]:
    yield Markup('<g class="time">')
    for moment, label in moments(over.starts_at, over.ends_at):
        x = over.x(moment)
        if LEFT + LABEL_ROOM <= x <= RIGHT - LABEL_ROOM:
            yield Markup('<path d="M{} {}v4"/><text x="{}" y="{}">{}</text>').format(
                x, bottom, x, bottom + AXIS - 5, label
            )
    yield Markup("</g>")


def _boxes(heat: Heat, over: Over, level: int) -> str:
    """Return a box for each stretch of this level in each row; of level 0, of all that was seen."""
    return "".join(
        _row(over, band, TOP + ROW * place, level) for place, band in enumerate(heat.bands)
    )


def _row(over: Over, band: Band, y: int, level: int) -> str:
    together = -(-over.count // COLUMNS_MAX)
    columns = [
        _level(band.shares[start : start + together])
        for start in range(0, over.count, together)
    ]
    places = [
        place
        for place, found in enumerate(columns)
        if found is not None and (level in (found, 0))
    ]
    boxes = ""
    for first, last in stretches_of(places):
        left = over.x(over.at(first * together))
        right = over.x(over.at(min((last + 1) * together, over.count)))
        boxes += f"M{left} {y}H{right}v{ROW - GAP}H{left}z"
    return boxes


def _level(shares: Sequence[Value]) -> int | None:
    """Return how thick the colour is laid on for these steps; whatever there was, is seen."""
    known = [one for one in shares if one is not None]
    return math.ceil(LEVELS * sum(known) / len(known)) if known else None


def _rates(recorded: Recorded, length: int | None) -> Sequence[Value]:
    columns = zip(
        *(recorded.one(series_of(lane, length)) for lane in recorded.lanes), strict=True
    )
    return [None if None in column else sum(one or 0.0 for one in column) for column in columns]


def _when(values: Sequence[Value], over: Over) -> str:
    """Return when it was the most; nothing where there never was anything."""
    place = max(range(len(values)), key=lambda one: values[one] or 0.0, default=0)
    return over.written(over.at(place)) if values and values[place] else ""


def _length(length: int | None) -> str:
    """Return a length (ms) as a row is named by it."""
    if length is None:
        return f"> {_length(LENGTHS[-2])}"
    return f"{length // SECOND_MS} s" if length >= SECOND_MS else f"{length} ms"


def _short(name: str) -> str:
    return name if len(name) <= NAME_CHARACTERS_MAX else f"{name[: NAME_CHARACTERS_MAX - 1]}…"
