"""Series of figures, one sample a second, in rings: each resolution has a fixed number of places.

A sample is written over the oldest of its ring, so the file cannot grow, whatever the clock does.
The coarser rings are made of the finer ones at every sample: of a rate (`..._per_s`) they hold the
mean, of anything else the highest value.
"""

import math
import sqlite3
import struct
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from storage.telemetry_records import Window
from storage.telemetry_times import moment_of, ms_of
from storage.telemetry_trouble import readable

NAMES_MAX = 256  # what comes under a further name is left out
ABSENT = -math.inf
PER_SECOND = "_per_s"
RING_PLACES = 1_000_000
VALUE_BYTES, VALUE_MAX = 4, 3e38


class Ring(NamedTuple):
    """One resolution: where its places begin, its step, and how many steps it keeps."""

    first: int
    step_ms: int
    keeps: int

    def place(self, number: int) -> int:
        """Return the place of the step with this number."""
        return self.first + number % self.keeps


# Those of 20 seconds, ten minutes and an hour are there so that a plot of an hour, a day, a week or
# a month reads some hundred rows and not thousands.
RINGS = (
    Ring(0, 1_000, 600),  # ten minutes
    Ring(RING_PLACES, 10_000, 8_640),  # a day
    Ring(2 * RING_PLACES, 20_000, 2_160),  # half a day
    Ring(3 * RING_PLACES, 60_000, 43_200),  # thirty days
    Ring(4 * RING_PLACES, 600_000, 4_320),
    Ring(5 * RING_PLACES, 3_600_000, 720),
)

Row = Sequence[float]  # a value for each name, ABSENT where there is none


def sample(connection: sqlite3.Connection, at: datetime, values: Mapping[str, float]) -> None:
    """Write one second's values, and what follows from them for the coarser rings."""
    names = _names(connection, values)
    at_ms, rates = ms_of(at), _rates(names)
    told = [values.get(name, ABSENT) for name in names]
    row = [value if abs(value) < VALUE_MAX else ABSENT for value in told]
    _put(connection, RINGS[0], at_ms, row)
    for finer, coarser in pairwise(RINGS):
        starts_ms = _floor(at_ms, coarser.step_ms)
        rows = _rows(connection, finer, starts_ms, starts_ms + coarser.step_ms, len(names))
        _put(connection, coarser, at_ms, _merged([seen for _at_ms, seen in rows], rates))
    connection.execute(
        "INSERT OR REPLACE INTO last_sample VALUES (1, ?)", (_floor(at_ms, 1_000),)
    )


def latest(connection: sqlite3.Connection) -> tuple[datetime, Mapping[str, float]] | None:
    """Return the last sample that was written; None if there is none."""
    found = connection.execute("SELECT at_ms FROM last_sample").fetchone()
    if found is None:
        return None
    names = _names(connection)
    for at_ms, seen in _rows(connection, RINGS[0], found[0], found[0] + 1_000, len(names)):
        values = zip(names, seen, strict=True)
        return moment_of(at_ms), {name: value for name, value in values if value != ABSENT}
    return None


def window(
    connection: sqlite3.Connection, since: datetime, until: datetime, points_max: int
) -> Window:
    """Return every series from then until then, in at most so many even steps."""
    points_max = max(2, points_max)  # a step may begin before the window
    since_ms, until_ms = ms_of(since), max(ms_of(until), ms_of(since) + 1)
    ring = _ring_for(connection, since_ms, until_ms, points_max)
    step_ms, starts_ms = _steps(ring, since_ms, until_ms, points_max)
    count = -(-(until_ms - starts_ms) // step_ms)
    names = _names(connection)
    rates = _rates(names)
    grouped: dict[int, list[Row]] = {}
    for at_ms, seen in _rows(connection, ring, starts_ms, until_ms, len(names)):
        grouped.setdefault((at_ms - starts_ms) // step_ms, []).append(seen)
    none: list[float | None] = [None] * count
    series = {name: none.copy() for name in names}
    for at, rows in grouped.items():
        for name, value in zip(names, _merged(rows, rates), strict=True):
            if abs(value) < VALUE_MAX:  # of a page that was damaged it may be anything
                series[name][at] = value
    told = {name: points for name, points in series.items() if points != none}
    return Window(moment_of(starts_ms), timedelta(milliseconds=step_ms), told)


def _ring_for(
    connection: sqlite3.Connection, since_ms: int, until_ms: int, points_max: int
) -> Ring:
    """Return the coarsest ring that fills half of the points, or the finest that goes so far back."""
    found = connection.execute("SELECT at_ms FROM last_sample").fetchone()
    last_ms = found[0] if found else until_ms
    reaching = [ring for ring in RINGS if since_ms >= last_ms - ring.step_ms * ring.keeps]
    for ring in reversed(reaching):
        if 2 * (until_ms - since_ms) >= ring.step_ms * points_max:
            return ring
    return reaching[0] if reaching else RINGS[-1]


def _steps(ring: Ring, since_ms: int, until_ms: int, points_max: int) -> tuple[int, int]:
    """Return the step, a multiple of the ring's own, and where the first one begins."""
    steps = -(-(until_ms - since_ms) // (ring.step_ms * points_max))
    step_ms = ring.step_ms * max(1, steps)
    while True:
        starts_ms = _floor(since_ms, step_ms)
        if until_ms - starts_ms <= step_ms * points_max:
            return step_ms, starts_ms
        step_ms += ring.step_ms


def _rows(
    connection: sqlite3.Connection, ring: Ring, since_ms: int, until_ms: int, width: int
) -> list[tuple[int, Row]]:
    """Return the rows of a ring whose steps begin from then until before then, in their order.

    Each has `width` values: earlier ones were written when fewer names were known.
    """
    first, end = since_ms // ring.step_ms, -(-until_ms // ring.step_ms)
    first = max(first, end - ring.keeps)
    places = [(ring.place(first), ring.place(end - 1))]
    if places[0][0] > places[0][1]:  # it goes on at the beginning of the ring
        last = ring.first + ring.keeps - 1
        places = [(places[0][0], last), (ring.first, places[0][1])]
    rows = [
        row
        for some in places
        for row in connection.execute(
            "SELECT at_ms, seen FROM samples"
            " WHERE place BETWEEN ? AND ? AND at_ms >= ? AND at_ms < ? ORDER BY place",
            (*some, first * ring.step_ms, until_ms),
        )
    ]
    return list(readable(lambda at_ms, seen: (int(at_ms), _unpacked(seen, width)), rows))


def _unpacked(seen: bytes, width: int) -> Row:
    row = struct.unpack(f"<{len(seen) // VALUE_BYTES}f", seen)
    return row if len(row) == width else (*row, *[ABSENT] * (width - len(row)))[:width]


def _put(connection: sqlite3.Connection, ring: Ring, at_ms: int, row: Row) -> None:
    number = at_ms // ring.step_ms
    connection.execute(
        "INSERT OR REPLACE INTO samples VALUES (?, ?, ?)",
        (ring.place(number), number * ring.step_ms, struct.pack(f"<{len(row)}f", *row)),
    )


def _rates(names: Sequence[str]) -> list[int]:
    """Return the places of the rates among the names."""
    return [
        place for place, name in enumerate(names) if name.partition(":")[0].endswith(PER_SECOND)
    ]


def _merged(rows: Sequence[Row], rates: Sequence[int]) -> Row:
    """Return one row for many: of a rate the mean, of anything else the highest."""
    if len(rows) == 1:
        return rows[0]
    merged = [*map(max, *rows)]
    for place in rates:
        total = sum(row[place] for row in rows)
        if total == ABSENT and merged[place] != ABSENT:
            told = [row[place] for row in rows if row[place] != ABSENT]
            merged[place] = sum(told) / len(told)
        else:
            merged[place] = total / len(rows)
    return merged


def _names(
    connection: sqlite3.Connection, wanted: Mapping[str, float] | None = None
) -> list[str]:
    """Return the names of the series, each at the place of its values; new ones are added."""
    names = [name for (name,) in connection.execute("SELECT name FROM series ORDER BY id")]
    new = [name for name in wanted or () if name not in {*names}][: NAMES_MAX - len(names)]
    connection.executemany("INSERT INTO series (name) VALUES (?)", [(name,) for name in new])
    return names + new


def _floor(at_ms: int, step_ms: int) -> int:
    return at_ms - at_ms % step_ms
