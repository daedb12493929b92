"""The timetable of this service, in the nights in which Texas changes its clocks, and all year."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from arq.connections import ArqRedis

from domain.recurrence import Every, Fold, Gap
from domain.runs import EntryState
from domain.timetable import Entry, stamp
from jobs import JOBS
from jobs.job import Env
from jobs.timetable import CHECK_AT, TIMETABLE
from storage.schedule_state import Known
from tests.domain.minutes import seen_by_watching
from tests.worker.dated import Clock, take
from worker.schedule import ScheduleKeeper

KINDS = {kind.name: kind for kind in JOBS}
FIVE_SECONDS = timedelta(seconds=5)  # the shortest period of the timetable
HALF_AN_HOUR, DAY = timedelta(minutes=30), timedelta(days=1)
# From before the change until after half past two, which comes thirty minutes later in March.
NIGHTS = {
    "8 March": (datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 3, 8, 8, tzinfo=UTC)),
    "1 November": (
        datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
    ),
}
[CHECK] = [entry for entry in TIMETABLE if entry.job == "check_store"]
DATED = {entry.job for entry in TIMETABLE if entry.is_dated}


def every_five_seconds(start: datetime, end: datetime) -> Iterator[datetime]:
    moment = start
    while (moment := moment + FIVE_SECONDS) <= end:
        yield moment


def due(entry: Entry, start: datetime, end: datetime) -> list[datetime]:
    """Return when an entry is due, told by one who only looks at a clock."""
    if isinstance(entry.when, Every):
        period = int(entry.when.period.total_seconds())
        times = every_five_seconds(start, end)
        return [one for one in times if int(one.timestamp()) % period == 0]
    when = entry.when
    return seen_by_watching(when.at, when.zone, (start, end), gap=when.gap, fold=when.fold)


def id_of(entry: Entry, due_at: datetime) -> str:
    if entry.is_dated:
        return f"{entry.job}:{stamp(due_at)}"
    return KINDS[entry.job].model_validate({}).id


def ended(state: EntryState) -> EntryState:
    for run in state.unfinished:
        state = state.with_run(run.ended(succeeded=True, said="done: ", now=run.due_at))
    return state


async def end_all(env: Env) -> None:
    """Note that every run has ended, as its worker would."""

    def step(known: Known) -> Known:
        return {job: ended(state) if job in DATED else state for job, state in known.items()}

    await env.store.schedule.dated.change(step)


@pytest.mark.parametrize("night", NIGHTS)
async def test_each_entry_is_rung_for_when_it_is_due_in_such_a_night(
    env: Env, redis: ArqRedis, night: str
) -> None:
    """No silence, no phantoms: told every five seconds, by a clock under control."""
    start, falls_at = NIGHTS[night]
    end = falls_at + timedelta(minutes=10)
    clock = Clock(start)
    keepers = [ScheduleKeeper(clock.of(env)) for _ in range(2)]
    await keepers[0].look()  # the first look rings for all that has no date
    await take(redis)

    found: Counter[tuple[datetime, str]] = Counter()
    for clock.now in every_five_seconds(start, end):
        for keeper in keepers:
            await keeper.look()
        rung = await take(redis)
        found.update((clock.now, job_id) for job_id in rung)
        if any(job_id.partition(":")[0] in DATED for job_id in rung):
            await end_all(env)

    expected = Counter(
        (due_at, id_of(entry, due_at))
        for entry in TIMETABLE
        for due_at in due(entry, start, end)
    )
    assert found == expected
    assert found[falls_at, f"check_store:{stamp(falls_at)}"] == 1


async def test_the_store_is_checked_once_each_night_of_the_year(
    env: Env, redis: ArqRedis
) -> None:
    """Under an id per date, and in all nights but two at half past two."""
    assert (CHECK.when, CHECK_AT.gap, CHECK_AT.fold) == (CHECK_AT, Gap.NEXT, Fold.FIRST)
    start = datetime(2026, 1, 1, 18, tzinfo=UTC)  # about noon
    clock = Clock(start)
    keepers = [ScheduleKeeper(clock.of(env), [CHECK]) for _ in range(2)]

    found = []
    for look in range(365 * DAY // HALF_AN_HOUR):
        clock.now = start + look * HALF_AN_HOUR
        for keeper in keepers:
            await keeper.look()
        if 6 <= clock.now.hour <= 12 and (rung := await take(redis)):
            found += rung
            await end_all(env)

    expected = due(CHECK, start, start + 365 * DAY)
    assert await take(redis) == []
    assert len(expected) == 365
    assert found == [f"check_store:{stamp(due_at)}" for due_at in expected]
    assert "check_store:20260308T0800Z" in found
    assert "check_store:20261101T0830Z" in found
