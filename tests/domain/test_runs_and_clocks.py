"""What is rung for where the clock steps, where others ring too, and whatever comes together."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.runs import RINGS_MAX, RUNS_KEPT, EntryState, Run, begin, ring_again
from domain.timetable import Entry, Missed, Overlap
from tests.domain.schedulers import (
    DAY,
    FIVE_SECONDS,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    Scheduler,
    hourly,
    nightly,
)


@pytest.mark.parametrize("entry", [hourly(), nightly(missed=Missed.ALL)], ids=lambda e: e.job)
def test_a_clock_that_steps_back_does_not_fire_twice(entry: Entry) -> None:
    """Half an hour, over the instant that has just been rung for, and on from there."""
    due = entry.when.next_after(NOON)
    one = Scheduler(entry)
    one.look(due)

    for minutes in range(-30, 31):
        one.look(due + minutes * MINUTE)

    assert one.rung == [due]


def test_a_clock_that_was_a_year_ahead_does_not_silence_the_schedule() -> None:
    """Somebody has set it right: each coming date is run, and none that has been."""
    one = Scheduler(nightly())
    one.look(NOON + DAY)
    one.look(NOON + 365 * DAY)

    for hours in range(24, 3 * 24 + 1):
        one.look(NOON + hours * HOUR)

    assert [f"{run:%m%d}" for run in one.rung] == ["0303", "0302", "0304", "0305"]


def test_a_short_period_goes_on_where_the_clock_has_stepped_back() -> None:
    """An hour of silence would be an hour in which nothing is recovered."""
    one = Scheduler(FIVE_SECONDS, NOON)
    one.rung.clear()

    for tenths in range(300):
        one.look(NOON - HOUR + tenths * SECOND / 10)

    assert len(one.rung) in (4, 5)
    assert one.rung[0] <= NOON - HOUR + 10 * SECOND


def test_a_tick_is_not_repeated_where_the_clock_is_slewed() -> None:
    """Some milliseconds back and forth round the tick are everyday."""
    one = Scheduler(FIVE_SECONDS, NOON)
    one.rung.clear()

    for milliseconds in (5001, 4999, 5000, 4998, 5003, 9999, 10001, 9998, 10002):
        one.look(NOON + milliseconds * SECOND / 1000)

    assert one.rung == [NOON + 5 * SECOND, NOON + 10 * SECOND]


def test_a_run_that_somebody_else_has_rung_for_is_not_rung_for_again() -> None:
    """A clock beside ours was a second faster."""
    one = Scheduler(hourly())
    assert one.progress
    one.progress, run = begin(one.progress, NOON + HOUR, NOON + HOUR - SECOND)

    assert run.finished_at is None
    assert one.look(NOON + HOUR) == []
    assert one.missed == 0


def test_a_run_that_waits_and_was_made_by_somebody_else_waits_no_longer() -> None:
    """Two hours are made up in turn; a clock beside ours has rung for the second."""
    one = Scheduler(hourly(missed=Missed.ALL), finishes=False)
    now = NOON + 2 * HOUR + 30 * MINUTE
    assert one.look(now) == [NOON + HOUR]
    assert one.progress
    one.progress, _run = begin(one.progress, NOON + 2 * HOUR, now)
    one.finish(now)

    assert one.look(now) == []
    assert one.progress.waiting == ()


def test_a_run_that_has_ended_is_known_to_whoever_begins_it_again() -> None:
    """Its id came back after the queue had let go of it."""
    one = Scheduler(hourly())
    one.look(NOON + HOUR)
    assert one.progress

    progress, run = begin(one.progress, NOON + HOUR, NOON + 2 * HOUR)

    assert progress == one.progress
    assert (run.succeeded, run.said) == (True, "done: ")


def test_a_run_that_the_queue_keeps_losing_is_given_up() -> None:
    """It may be what makes the queue lose it; and the next ones must have their turn."""
    one = Scheduler(hourly(), finishes=False)
    one.look(NOON + HOUR)
    progress = one.progress
    assert progress

    for _ in range(RINGS_MAX + 5):
        progress = ring_again(progress, NOON + HOUR, NOON + 2 * HOUR)

    [run] = progress.runs
    assert (run.succeeded, run.rings) == (False, RINGS_MAX + 1)
    assert "lost" in run.said
    assert ring_again(progress, NOON, NOON) == progress


def test_the_runs_that_are_remembered_have_a_limit() -> None:
    """The latest, and those that have not ended whatever their date."""
    progress = EntryState(decided_until=NOON).with_run(Run(due_at=NOON, rung_at=NOON))
    for hours in range(1, 200):
        run = Run(due_at=NOON + hours * HOUR, rung_at=NOON)
        progress = progress.with_run(run.ended(succeeded=True, said="x" * 999, now=NOON))

    assert len(progress.runs) == RUNS_KEPT
    assert progress.run_due(NOON) == progress.unfinished[0]
    assert progress.run_due(NOON + 199 * HOUR)
    assert max(len(run.said) for run in progress.runs) == 500


Policy = st.builds(
    dict,
    missed=st.sampled_from(Missed),
    overlap=st.sampled_from(Overlap),
    missed_max=st.integers(1, 5),
)
Make = Callable[..., Entry]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([hourly, nightly]),
    Policy,
    st.lists(st.tuples(st.integers(0, 4000), st.booleans()), max_size=40),
)
def test_every_instant_is_run_or_missed_or_waits_and_none_twice(
    make: Make, policy: dict[str, Any], steps: list[tuple[int, bool]]
) -> None:
    """Whatever the downtimes, and however long the runs take: no silence, no phantoms."""
    entry = make(**policy)
    one, now = Scheduler(entry, finishes=False), NOON
    for minutes, ends in steps:
        now += minutes * MINUTE
        if ends:
            one.finish(now)
        one.look(now)

    assert one.progress
    passed = entry.when.passed(NOON, now, latest_max=100_000)
    assert len(set(one.rung)) == len(one.rung)
    assert set(one.rung) <= set(passed.latest)
    assert len(one.rung) + one.missed + len(one.progress.waiting) == passed.count


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([hourly, nightly]),
    Policy,
    st.lists(st.integers(-300, 600), max_size=60),
)
def test_no_clock_however_it_jumps_makes_a_run_twice(
    make: Make, policy: dict[str, Any], jumps: list[int]
) -> None:
    """Back and forth by hours; and afterwards each instant is kept again."""
    entry = make(**policy)
    one, now = Scheduler(entry), NOON
    for minutes in jumps:
        now += minutes * MINUTE
        one.look_until_quiet(now)
    ahead = max(now, *one.rung, NOON)
    before = set(one.rung)

    coming = entry.when.passed(ahead, ahead + DAY, latest_max=1000).latest
    for minutes in range(int((ahead - now + DAY) / MINUTE) + 1):
        one.look(now + minutes * MINUTE)

    assert len(set(one.rung)) == len(one.rung)
    assert set(coming) <= set(one.rung) - before
