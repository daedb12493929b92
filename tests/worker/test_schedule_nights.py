"""The nights of 2026 in which Texas changes its clocks, minute by minute, and two who keep watch.

What shall be rung for is told by one who looks at a clock on the wall.
"""

from datetime import UTC, datetime, time, timedelta

import pytest
from arq.connections import ArqRedis

from domain.recurrence import DailyAt, Every, Fold, Gap
from domain.timetable import Entry, Missed, stamp
from jobs.job import Env
from tests.domain.minutes import minutes, seen_by_watching
from tests.worker.dated import CHORE, KINDS, Clock, ledger, take
from tests.worker.test_schedule import end_all
from worker.schedule import ScheduleKeeper

ZONE = "America/Chicago"
EVENINGS = {
    "8 March": datetime(2026, 3, 8, 5, tzinfo=UTC),
    "1 November": datetime(2026, 11, 1, 5, tzinfo=UTC),
}
NIGHT = timedelta(hours=5)
TIMES = [time(0, 30), time(1), time(1, 30), time(2), time(2, 30), time(3)]
POLICIES = [
    pytest.param({"gap": Gap.NEXT, "fold": Fold.FIRST}, id="once"),
    pytest.param({"gap": Gap.SKIP, "fold": Fold.BOTH}, id="as shown", marks=pytest.mark.slow),
]


async def kept(env: Env, redis: ArqRedis, entry: Entry, moments: list[datetime]) -> list[str]:
    """Return what two keepers ring for who look at these moments; each run ends at once."""
    clock = Clock(moments[0])
    keepers = [ScheduleKeeper(clock.of(env), [entry, CHORE], KINDS) for _ in range(2)]
    found: list[str] = []
    for clock.now in moments:
        for keeper in keepers:
            await keeper.look()
        if ids := await take(redis):
            found += ids
            if entry.job + ":" in " ".join(ids):
                await end_all(env)
    return found


@pytest.mark.parametrize("night", EVENINGS)
@pytest.mark.parametrize("daily", POLICIES)
@pytest.mark.parametrize("at", TIMES, ids=str)
async def test_a_daily_run_is_rung_for_when_a_watcher_of_the_wall_clock_would(
    env: Env, redis: ArqRedis, night: str, daily: dict[str, str], at: time
) -> None:
    """No silence, no phantoms, whichever way the clocks go."""
    start = EVENINGS[night]
    entry = ledger(when=DailyAt(at, ZONE, **daily), missed=Missed.SKIP)

    found = await kept(env, redis, entry, [start, *minutes(start, start + NIGHT)])

    expected = seen_by_watching(
        at, ZONE, (start, start + NIGHT), gap=daily["gap"], fold=daily["fold"]
    )
    assert [one for one in found if "ledger" in one] == [
        f"ledger:{stamp(due_at)}" for due_at in expected
    ]


@pytest.mark.parametrize("night", EVENINGS)
async def test_what_is_due_each_quarter_of_an_hour_is_due_in_those_nights_too(
    env: Env, redis: ArqRedis, night: str
) -> None:
    """Stock arq is silent for 65 minutes in November and fires twelve times at once in March."""
    start = EVENINGS[night]
    entry = ledger(when=Every(timedelta(minutes=15)), missed=Missed.SKIP)

    found = await kept(env, redis, entry, [start, *minutes(start, start + NIGHT)])

    expected = [one for one in minutes(start, start + NIGHT) if one.minute % 15 == 0]
    assert [one for one in found if "ledger" in one] == [
        f"ledger:{stamp(due_at)}" for due_at in expected
    ]
    assert found.count("chore:all") == NIGHT // timedelta(minutes=1) + 1


@pytest.mark.parametrize("night", EVENINGS)
@pytest.mark.parametrize(
    ("missed", "count"), [(Missed.SKIP, 0), (Missed.ONCE, 1), (Missed.ALL, 3)], ids=str
)
async def test_after_a_downtime_over_such_a_night_each_policy_does_what_it_says(
    env: Env, redis: ArqRedis, night: str, missed: Missed, count: int
) -> None:
    """Off from the evening before for three days; half past two is missing on one of them."""
    start = EVENINGS[night] - timedelta(days=1)
    back = start + timedelta(days=3, hours=11)
    entry = ledger(when=DailyAt(time(2, 30), ZONE), missed=missed, missed_max=3)

    found = await kept(env, redis, entry, [start, *minutes(back, back + timedelta(minutes=5))])

    due = entry.when.passed(start, back, latest_max=10).latest
    assert len(due) == 4
    assert [one for one in found if "ledger" in one] == [
        f"ledger:{stamp(due_at)}" for due_at in due[len(due) - count :]
    ]
