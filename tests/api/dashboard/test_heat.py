"""Heat maps: the more there was, the darker; what was not recorded is a gap; and all of it in words."""

from datetime import UTC, datetime, timedelta

from api.dashboard.plots.charts import Recorded
from api.dashboard.plots.heat import draw_heat, in_words, places_used, run_times
from api.dashboard.plots.svg import NOTHING, Over

START = datetime(2026, 11, 29, 8, 30, tzinfo=UTC)
OVER = Over(START, timedelta(minutes=1), 4)
LANE = "within_1s"


def test_the_times_to_run_are_rows_from_the_longest_to_the_shortest() -> None:
    """Two kinds of job beside one another have a percentile that is true of neither."""
    series = {
        f"ran_per_s:{LANE}:{length}": [0.0, 0.0, 0.0, None]
        for length in (10, 30, 100, 300, 1000, 3000, 10_000, "longer")
    }
    series[f"ran_per_s:{LANE}:10"] = [9.0, 1.0, 0.0, None]
    series[f"ran_per_s:{LANE}:longer"] = [0.0, 0.0, 1 / 60, None]

    heat = run_times(Recorded(series, 4, LANE), OVER)

    assert [band.name for band in heat.bands] == [
        "> 10 s",
        "10 s",
        "3 s",
        "1 s",
        "300 ms",
        "100 ms",
        "30 ms",
        "10 ms",
    ]
    assert in_words(heat, OVER).startswith(
        "Jobs by their time to run, 08:30 to 08:34 UTC, jobs. > 10 s: 1, most at 08:32."
    )
    assert "10 ms: 600, most at 08:30." in in_words(heat, OVER)
    drawn = draw_heat(heat, OVER)
    assert drawn.count('class="h5"') == 1  # the most of all
    assert 'class="h1"' in drawn  # and one slow job is seen all the same
    assert "style=" not in drawn


def test_each_worker_is_a_row_of_how_much_of_its_places_it_used() -> None:
    """One that does nothing while the others are full is what somebody looks for."""
    series = {"worked_s_per_s:worker-1": [4.0, 8.0, None, 0.0]}

    heat = places_used(Recorded(series, 4), OVER, {"worker-2": 8, "worker-1": 8})

    first, second = heat.bands
    assert (first.name, first.shares, first.total, first.most) == (
        "worker-1",
        [0.5, 1.0, None, 0.0],
        "50%",
        "08:31",
    )
    assert (second.name, second.total) == ("worker-2", "not known")


def test_where_nothing_was_recorded_a_heat_map_says_so() -> None:
    assert NOTHING in draw_heat(run_times(Recorded({}, 4), OVER), OVER)
