"""Plots: what was not recorded is a gap, axes are round, and words say what lines show."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.dashboard.plots.axes import Unit, moments, ticks, told
from api.dashboard.plots.charts import Recorded, plots_of
from api.dashboard.plots.paths import area_between, line_through, stacked
from api.dashboard.plots.strips import (
    Cell,
    Strip,
    buckets_of,
    draw_strips,
)
from api.dashboard.plots.strips import (
    in_words as strip_in_words,
)
from api.dashboard.plots.svg import (
    BOTTOM,
    LEFT,
    NOTHING,
    RIGHT,
    TOP,
    Limit,
    Line,
    Over,
    Plot,
    draw,
    in_words,
)
from jobs.lanes import LANES
from storage.telemetry_records import Mark, MarkKind

START = datetime(2026, 11, 29, 8, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OVER = Over(START, MINUTE, 6)
PATH = re.compile(r'<path class="(line|area)[^"]*" d="([^"]*)"')


def paths(drawn: str, kind: str) -> list[str]:
    """Return the ways of the lines or areas of a drawing."""
    return [way for found, way in PATH.findall(drawn) if found == kind]


def line(*values: float | None, name: str = "ready") -> Line:
    return Line(name, values, "s1")


def strip(due: Sequence[int], run: Sequence[int], *, seen: Sequence[bool] = ()) -> Strip:
    return Strip("sweep", "every 5 min", due, run, seen or [True] * len(due))


# Axes.


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("highest", [0.0, 0.07, 1.0, 7.3, 99.0, 4_321.0, 86_400.0, 9e7])
def test_the_ticks_of_an_axis_are_few_and_reach_the_highest(unit: Unit, highest: float) -> None:
    found = ticks(highest, unit)

    assert found[0] == 0
    assert found[-1] >= highest
    assert 2 <= len(found) <= 5
    assert len({told(value, unit) for value in found}) == len(found)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0, Unit.COUNT, "0"),
        (1234, Unit.COUNT, "1234"),
        (12_345, Unit.COUNT, "12.3k"),
        (0.25, Unit.PER_SECOND, "0.25/s"),
        (90, Unit.SECONDS, "1.5 min"),
        (7200, Unit.SECONDS, "2 h"),
        (850, Unit.MILLISECONDS, "850 ms"),
        (1500, Unit.MILLISECONDS, "1.5 s"),
    ],
)
def test_a_value_is_written_short_and_with_its_unit(
    value: float, unit: Unit, words: str
) -> None:
    assert told(value, unit) == words


def test_a_time_axis_has_round_times_and_a_long_one_has_days() -> None:
    hour = moments(START + timedelta(seconds=7), START + timedelta(hours=1))
    week = moments(START, START + timedelta(days=7))

    assert [label for _at, label in hour] == [
        "08:40",
        "08:50",
        "09:00",
        "09:10",
        "09:20",
        "09:30",
    ]
    assert [label for _at, label in week] == ["01 Dec", "03 Dec", "05 Dec"]


# Lines and areas.


def test_a_level_stretch_is_drawn_by_its_ends_alone() -> None:
    assert line_through([(0, 9), (2, 9), (4, 9), (6, 5), (8, 5)]) == "M0 9h4l2 -4h2"


def test_a_value_that_stands_alone_is_seen_all_the_same() -> None:
    assert line_through([(7, 3)]) == "M7 3h2"
    assert area_between([(7, 3)], [(7, 9)]) == "M6 3h2V9h-2z"


def test_where_nothing_was_recorded_a_line_has_a_gap_and_no_zero() -> None:
    drawn = draw(Plot("Depth", Unit.COUNT, lines=[line(4, 4, None, None, 4, 4)]), OVER)

    (way,) = paths(drawn, "line")
    assert way.count("M") == 2
    assert str(BOTTOM) not in way


def test_what_is_not_known_of_one_part_is_not_known_of_the_sum() -> None:
    assert stacked([(1, None, 2), (3, 4, None)]) == [(1, None, None), (4, None, None)]


def test_every_coordinate_is_whole_and_inside_the_drawing() -> None:
    values = [0.123 * number**2 for number in range(160)]
    over = Over(START, timedelta(seconds=22.5), 160)
    drawn = draw(Plot("Depth", Unit.COUNT, lines=[Line("ready", values, "s1")]), over)

    (way,) = paths(drawn, "line")
    assert "." not in way
    steps = re.findall(r"[Mlh](-?\d+)(?: (-?\d+))?", way)
    assert int(steps[0][0]) >= LEFT
    assert sum(int(right) for right, _down in steps) <= RIGHT
    assert sum(int(down or 0) for _right, down in steps) >= TOP


def test_a_target_is_drawn_also_when_all_values_are_far_below_it() -> None:
    plot = Plot("Age", Unit.SECONDS, lines=[line(0.1)], limit=Limit(450, "target"))

    drawn = draw(plot, Over(START, MINUTE, 1))

    (height,) = re.findall(rf'class="limit" d="M{LEFT} (\d+)H{RIGHT}"', drawn)
    assert TOP < int(height) < BOTTOM
    assert ">7.5 min<" in drawn


def test_a_plot_says_in_words_its_last_lowest_and_highest_and_what_is_missing() -> None:
    said = in_words(Plot("Depth", Unit.COUNT, areas=[line(5, 9, None, 2, 3, 4)]), OVER)

    assert said == (
        "Depth, 08:30 to 08:36 UTC. "
        "ready: last 4, lowest 2, highest 9 at 08:31, not recorded for 1 of 6 points."
    )
    assert in_words(Plot("Depth", Unit.COUNT, lines=[line(None, None)]), OVER).endswith(NOTHING)


def test_what_happened_is_a_line_that_tells_it_and_cannot_become_markup() -> None:
    marks = [
        Mark(START + MINUTE, MarkKind.LOST, "<script>worker-1</script> died"),
        Mark(START + MINUTE, MarkKind.START, "it was started"),
        Mark(START - MINUTE, MarkKind.STOP, "long ago"),
    ]
    over = Over(START, MINUTE, 6, marks)

    drawn = draw(Plot("<i>", Unit.COUNT, lines=[line(1, 2, 3, 4, 5, 6)]), over)

    assert drawn.count('class="mark lost"') == 1
    assert "08:31 &lt;script&gt;worker-1" in drawn
    assert "it was started" in drawn
    assert "long ago" not in drawn
    assert "<script>" not in drawn
    assert "<i>" not in drawn


# Which plots there are.


def test_the_depth_of_all_lanes_is_a_gap_where_one_lane_is_not_known() -> None:
    series = {f"ready:{lane}": [1.0, 1.0] for lane in LANES} | {"ready:whenever": [1.0, None]}

    depth = next(plots_of(Recorded(series, 2)))

    assert {area.name: area.values for area in depth.areas}["ready"] == [3.0, None]


def test_an_error_that_a_sample_does_not_name_has_not_happened_in_it() -> None:
    series = {"busy": [1.0, 1.0, None], "failures_per_s:TimeoutError": [0.5, None, None]}

    failures = next(p for p in plots_of(Recorded(series, 3)) if p.title.startswith("Failures"))

    assert [(area.name, area.values) for area in failures.areas] == [
        ("TimeoutError", [0.5, 0.0, None])
    ]


def test_the_waits_of_all_lanes_are_said_to_be_those_of_the_slowest() -> None:
    of_all = [plot.title for plot in plots_of(Recorded({}, 3))]
    of_one = [plot.title for plot in plots_of(Recorded({}, 3, "within_30s"))]

    assert "Wait until begun (the slowest lane)" in of_all
    assert "Wait until begun" in of_one


def test_in_a_short_time_moments_are_told_to_the_second() -> None:
    assert Over(START, timedelta(seconds=3), 200).written(START) == "08:30:00"


def test_one_lane_alone_has_its_own_plots() -> None:
    titles = [plot.title for plot in plots_of(Recorded({}, 3, "within_30s"))]

    assert "Oldest age: within_30s" in titles
    assert "Oldest age: whenever" not in titles


# Strips.


def test_a_bucket_in_which_something_was_due_and_nothing_ran_is_missed() -> None:
    told = strip([1, 0, 1, 0, 1, 1], [1, 0, 0, 0, 1, 0])

    assert told.cells == [
        Cell.RUN,
        Cell.NONE_DUE,
        Cell.MISSED,
        Cell.NONE_DUE,
        Cell.RUN,
        Cell.UNSEEN,  # it is not over yet
    ]
    assert strip_in_words(told, OVER) == "missed: 08:32 to 08:33"
    assert 'class="bad" d="M12 0' in draw_strips([told], OVER)


def test_a_run_that_came_a_bucket_later_was_late_and_not_missed() -> None:
    assert strip([0, 1, 0, 0], [0, 0, 1, 0]).cells[1] is Cell.LATE


def test_a_dated_run_that_failed_is_no_run_and_one_that_goes_on_is_neither() -> None:
    """Green for a nightly check that was given up would be a lie."""
    remembered = {1: Cell.FAILED, 3: Cell.UNDER_WAY}
    told = replace(strip([1, 1, 1, 1], [1, 1, 1, 1]), remembered=remembered)

    assert told.cells == [Cell.RUN, Cell.FAILED, Cell.RUN, Cell.UNDER_WAY]
    assert strip_in_words(told, OVER) == "failed: 08:31 to 08:32; under way: 08:33 to 08:34"
    assert 'class="missed"' in draw_strips([told], OVER)


def test_what_nobody_could_see_was_not_missed() -> None:
    told = strip([1, 1, 1, 1], [0, 0, 0, 1], seen=[True, False, True, True])

    assert told.missed == []
    assert told.cells == [Cell.UNSEEN, Cell.UNSEEN, Cell.UNSEEN, Cell.RUN]


def test_buckets_begin_at_even_times_and_reach_to_the_end() -> None:
    over = buckets_of(START + timedelta(seconds=7), START + timedelta(minutes=60.2), MINUTE)

    assert over.starts_at == START
    assert over.at(over.count - 1) == START + timedelta(minutes=60)
