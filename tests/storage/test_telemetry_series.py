"""The series: what a window tells of the samples, and that they never outgrow their rings."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from storage import series
from storage.series import Ring
from storage.store import Store
from storage.telemetry_file import TelemetryFile
from tests.storage.telemetries import MINUTE, NOON, SECOND

HOUR, DAY = 60 * MINUTE, timedelta(days=1)


def sample_each(store: Store, moments: Sequence[datetime], **values: float) -> None:
    """Sample at each of these moments, in one transaction."""

    def write(connection: object) -> None:
        for at in moments:
            series.sample(connection, at, values)  # type: ignore[arg-type] - only storage names SQLite

    file: TelemetryFile = store.telemetry._file
    file.write(write)


async def test_a_window_tells_the_mean_of_a_rate_and_the_highest_of_all_else(
    store: Store,
) -> None:
    """A peak of one second must be seen in the plot of a day, and a rate must add up."""
    for at in range(20):
        peak = {"ready:whenever": 100.0} if at == 3 else {"ready:whenever": 1.0}
        await store.telemetry.sample(NOON + at * SECOND, {**peak, "out_per_s:whenever": at})

    window = await store.telemetry.window(NOON, NOON + 20 * SECOND, points_max=3)

    assert (window.starts_at, window.step) == (NOON, 10 * SECOND)
    assert window.series == {
        "ready:whenever": [100.0, 1.0],
        "out_per_s:whenever": [4.5, 14.5],
    }


async def test_a_second_that_nobody_sampled_is_not_zero(store: Store) -> None:
    """Nor is a value that was not known, or that is no number."""
    await store.telemetry.sample(NOON, {"a": 1.0, "x_per_s": 4.0})
    await store.telemetry.sample(NOON + 2 * SECOND, {"a": math.nan, "b": 2.0, "c": math.inf})

    fine = await store.telemetry.window(NOON, NOON + 3 * SECOND, points_max=3)
    coarse = await store.telemetry.window(NOON, NOON + MINUTE, points_max=2)

    assert fine.series == {
        "a": [1.0, None, None],
        "b": [None, None, 2.0],
        "x_per_s": [4.0, None, None],
    }
    assert coarse.series == {"a": [1.0], "b": [2.0], "x_per_s": [4.0]}
    assert await store.telemetry.latest() == (NOON + 2 * SECOND, {"b": 2.0})


@pytest.mark.parametrize(
    ("length", "points_min", "step_max"),
    [(10 * MINUTE, 120, 5 * SECOND), (HOUR, 120, 30 * SECOND), (DAY, 120, 12 * MINUTE),
     (7 * DAY, 120, HOUR), (30 * DAY, 120, 4 * HOUR)],
    ids=["ten minutes", "hour", "day", "week", "month"],
)  # fmt: skip
async def test_a_window_of_any_length_has_many_points_and_never_too_many(
    store: Store, length: timedelta, points_min: int, step_max: timedelta
) -> None:
    """A plot is as wide as the page, whatever it is of."""
    until = NOON + timedelta(seconds=7, milliseconds=300)
    sample_each(store, [until - length / 2, until - SECOND], a=5)

    window = await store.telemetry.window(until - length, until)

    assert points_min <= len(window.series["a"]) <= 240
    assert window.step <= step_max
    assert window.starts_at <= until - length < window.starts_at + window.step
    assert [value for value in window.series["a"] if value is not None] == [5, 5]
    last = window.starts_at + len(window.series["a"]) * window.step
    assert last - window.step < until <= last


async def test_rings_hold_a_fixed_number_of_samples_whatever_the_clock_does(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Years of samples, and a clock that is put forward and back, take no more room."""
    rings = (Ring(0, 1_000, 10), Ring(1_000, 10_000, 6), Ring(2_000, 60_000, 5))
    monkeypatch.setattr(series, "RINGS", rings)
    steps = [*range(400), *range(10_000, 10_100), *range(-500, 0)]
    sample_each(store, [NOON + at * SECOND for at in steps], a=1)

    (kept,) = store.telemetry._file.read(
        lambda connection: connection.execute("SELECT count(*) FROM samples").fetchone()
    )
    window = await store.telemetry.window(NOON - 10 * SECOND, NOON, points_max=10)

    assert kept == sum(ring.keeps for ring in rings)
    assert window.series == {"a": [1.0] * 10}
    latest = await store.telemetry.latest()
    assert latest == (NOON - SECOND, {"a": 1.0})


async def test_a_window_across_the_end_of_a_ring_is_in_order(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest lie behind the newest there."""
    monkeypatch.setattr(series, "RINGS", (Ring(0, 1_000, 7),))
    for at in range(20):
        await store.telemetry.sample(NOON + at * SECOND, {"a": at})

    window = await store.telemetry.window(NOON + 13 * SECOND, NOON + 20 * SECOND)

    assert window.series == {"a": [13, 14, 15, 16, 17, 18, 19]}


async def test_a_window_of_the_past_is_told_by_the_ring_that_still_reaches_it(
    store: Store,
) -> None:
    """The seconds of yesterday are gone, its minutes are not."""
    yesterday = NOON - DAY - HOUR
    sample_each(store, [yesterday, NOON], a=3)

    window = await store.telemetry.window(yesterday, yesterday + 10 * MINUTE)

    assert window.step == MINUTE
    assert window.series["a"][0] == 3


async def test_no_more_than_so_many_series_are_known(store: Store) -> None:
    """Whoever makes names of what comes from outside must not fill the disk."""
    names = [f"n{number}" for number in range(series.NAMES_MAX + 50)]
    await store.telemetry.sample(NOON, dict.fromkeys(names, 1.0))

    latest = await store.telemetry.latest()

    assert latest
    assert len(latest[1]) == series.NAMES_MAX
