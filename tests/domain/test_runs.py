"""What is rung for now: after downtimes, and over runs that take long."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.recurrence import Every
from domain.timetable import Entry, Missed, Overlap
from tests.domain.schedulers import (
    DAY,
    FIVE_SECONDS,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    WEEK,
    Scheduler,
    hourly,
    nightly,
)


def test_each_instant_is_rung_for_once_however_often_somebody_looks() -> None:
    """Every worker looks, many times a minute."""
    one = Scheduler(hourly())

    for seconds in range(0, 3 * 3600, 7):
        one.look(NOON + seconds * SECOND)

    assert one.rung == [NOON + HOUR, NOON + 2 * HOUR]
    assert one.missed == 0


def test_what_was_due_before_an_entry_was_known_is_not_made_up() -> None:
    """A backup that is new at noon is not two hours after midnight late."""
    one = Scheduler(nightly(missed=Missed.ALL))

    assert one.look(NOON + HOUR) == []
    assert one.look(NOON + DAY) == [datetime(2026, 3, 3, 8, tzinfo=UTC)]


def test_a_short_period_begins_at_once() -> None:
    """What a crash has left is not looked for in five seconds but now."""
    assert Scheduler(FIVE_SECONDS, NOON + SECOND).rung == [NOON]
    skips = Entry("recover", Every(timedelta(seconds=5)), missed=Missed.SKIP)
    assert Scheduler(skips, NOON + SECOND).rung == []


@pytest.mark.parametrize("down", [3 * HOUR, DAY, 3 * WEEK, 200 * WEEK], ids=str)
def test_after_a_downtime_skip_makes_up_nothing(down: timedelta) -> None:
    """What is missed is missed; the next is on time."""
    one = Scheduler(hourly(missed=Missed.SKIP))
    back = NOON + down + 30 * MINUTE

    assert one.look_until_quiet(back) == []
    assert one.missed == down // HOUR
    assert one.look(NOON + down + HOUR) == [NOON + down + HOUR]


@pytest.mark.parametrize("down", [3 * HOUR, DAY, 3 * WEEK, 200 * WEEK], ids=str)
def test_after_a_downtime_once_makes_up_one_run_for_all(down: timedelta) -> None:
    """The latest of them: it does what the others would have done."""
    one = Scheduler(hourly(missed=Missed.ONCE))

    assert one.look_until_quiet(NOON + down + 30 * MINUTE) == [NOON + down]
    assert one.missed == down // HOUR - 1


@pytest.mark.parametrize("down", [3 * HOUR, DAY, 3 * WEEK, 200 * WEEK], ids=str)
def test_after_a_downtime_all_makes_up_each_run_up_to_its_number(down: timedelta) -> None:
    """The latest four, the earliest of them first."""
    one = Scheduler(hourly(missed=Missed.ALL, missed_max=4))
    count = min(4, down // HOUR)

    made_up = one.look_until_quiet(NOON + down + 30 * MINUTE)

    assert made_up == [NOON + down - n * HOUR for n in reversed(range(count))]
    assert one.missed == down // HOUR - count


def test_a_run_that_is_on_time_comes_on_top_of_those_that_are_made_up() -> None:
    """The schedule is back just as the next one is due."""
    one = Scheduler(hourly(missed=Missed.ALL, missed_max=2))

    made_up = one.look_until_quiet(NOON + 5 * HOUR + SECOND)

    assert made_up == [NOON + 3 * HOUR, NOON + 4 * HOUR, NOON + 5 * HOUR]
    assert one.missed == 2


def test_a_look_that_is_a_little_late_has_missed_nothing() -> None:
    """A worker that is restarted over the full hour is no downtime."""
    one = Scheduler(hourly(missed=Missed.SKIP))

    assert one.look(NOON + HOUR + 59 * SECOND) == [NOON + HOUR]
    assert one.look(NOON + 2 * HOUR + 61 * SECOND) == []


def test_a_night_that_was_missed_is_made_up_in_the_morning() -> None:
    """The machine was off from evening to seven."""
    one = Scheduler(nightly())

    assert one.look(datetime(2026, 3, 3, 13, tzinfo=UTC)) == [
        datetime(2026, 3, 3, 8, tzinfo=UTC)
    ]


def test_a_run_is_skipped_while_the_last_one_is_queued_or_runs() -> None:
    """It is counted as missed, and the next one has its turn."""
    one = Scheduler(hourly(), finishes=False)
    one.look(NOON + HOUR)

    assert one.look(NOON + 2 * HOUR) == []
    assert one.missed == 1
    one.finish(NOON + 2 * HOUR + MINUTE)
    assert one.look(NOON + 2 * HOUR + 2 * MINUTE) == []
    assert one.look(NOON + 3 * HOUR) == [NOON + 3 * HOUR]


def test_one_run_waits_behind_the_last_where_that_is_the_policy() -> None:
    """One, not one for each hour that the last has taken; and it waits as long as it takes."""
    one = Scheduler(hourly(overlap=Overlap.QUEUE_ONE, missed=Missed.SKIP), finishes=False)
    one.look(NOON + HOUR)

    for hours in (2, 3, 4):
        assert one.look(NOON + hours * HOUR) == []
    one.finish(NOON + 4 * HOUR + 30 * MINUTE)

    assert one.look(NOON + 4 * HOUR + 31 * MINUTE) == [NOON + 2 * HOUR]
    assert one.missed == 2


def test_runs_that_are_made_up_come_one_after_the_other() -> None:
    """Three backups at once after a long weekend would be slower than three in turn."""
    one = Scheduler(nightly(missed=Missed.ALL), finishes=False)
    back = datetime(2026, 3, 5, 20, tzinfo=UTC)

    first = one.look_until_quiet(back)
    one.finish(back + HOUR)
    second = one.look_until_quiet(back + HOUR)

    assert first == [datetime(2026, 3, 3, 8, tzinfo=UTC)]
    assert second == [datetime(2026, 3, 4, 8, tzinfo=UTC)]
