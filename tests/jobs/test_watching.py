"""The watch: everything at one look, however slow a part is; and since when it is so."""

import asyncio
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config import Config
from domain.errors import UnavailableError
from domain.runs import EntryState, Run
from domain.timetable import Entry
from jobs.check_store import CheckStore
from jobs.health import seeing
from jobs.health.parts import Part
from jobs.health.verdict import Level
from jobs.health.watching import Watch
from jobs.job import Done, Env
from jobs.recover_work import RecoverWork
from jobs.timetable import TIMETABLE
from jobs.wiring import make_env
from storage.backup_notes import BackupNote
from storage.examining import volume_at
from storage.incarnations import new_incarnation
from tests.builders import make_order
from tests.jobs.attempts import an_attempt
from tests.jobs.processes import a_worker

NOW = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


async def test_a_service_at_work_is_healthy(env: Env) -> None:
    """Its workers are known by their locks, their places by what they tell."""
    incarnation, now = new_incarnation("worker-1"), env.clock()
    await env.store.telemetry.tell_process(a_worker(incarnation, now))
    await env.queue.put(RecoverWork())

    with env.store.incarnations.alive(incarnation):
        seen = await Watch(env).look()
        verdict = await Watch(env).verdict()

    assert verdict.level is Level.HEALTHY, verdict.sentence
    assert seen.alive == [incarnation]
    assert [one.id for one in seen.workers] == [incarnation]
    lane = seen.lanes["within_1s"]
    assert (lane.ready, lane.running, lane.dead, lane.slots) == (1, 0, 0, 8)
    assert seen.disk
    assert 0 < seen.disk.used_share < 1
    assert seen.troubles == []


async def test_who_was_killed_is_told_with_the_jobs_that_run_again(env: Env) -> None:
    """A minute long: whoever looks then knows why things were slow."""
    incarnation, now = new_incarnation("worker-1"), env.clock()
    telemetry = env.store.telemetry
    await telemetry.tell_process(a_worker(incarnation, now))
    await telemetry.record_attempts([an_attempt(incarnation, now)])
    await telemetry.note_end(incarnation, now, "killed by signal 9")

    verdict = await Watch(env).verdict()

    told = {cause.about: cause for cause in verdict.causes}
    assert "killed by signal 9): 1 job of it run again" in told["process worker-1"].said
    assert told["workers"].since == told["process worker-1"].since


async def test_who_was_told_to_stop_is_not_mourned(env: Env) -> None:
    """At each deploy all of them stop."""
    incarnation, now = new_incarnation("worker-1"), env.clock()
    await env.store.telemetry.tell_process(a_worker(incarnation, now))
    await env.store.telemetry.note_end(incarnation, now, "exit status 0")

    assert (await Watch(env).look()).lost == []


async def test_all_who_ask_within_a_second_share_one_look(env: Env) -> None:
    """Fifty pages must not cost fifty looks."""
    watch = Watch(env)

    first, second = await asyncio.gather(watch.look(), watch.look())

    assert first is second
    assert await watch.look() is first


async def test_what_the_disk_tells_is_seen_while_redis_is_away(config: Config) -> None:
    """Redis is one part of many."""
    away = make_env(config.model_copy(update={"redis_url": "unix:///nowhere/redis.sock"}))
    await away.store.open()
    await away.store.work_orders.accept(make_order(), b"a work order")
    watch = Watch(away)

    seen = await watch.look()
    await away.queue.close()

    assert seen.redis.problem
    assert seen.redis.since is None, "it was away before anybody looked"
    assert {lane.ready for lane in seen.lanes.values()} == {None}
    assert seen.owed
    assert seen.owed.count == 1
    assert seen.troubles == [], "a cause of its own tells it"


@pytest.mark.slow
async def test_a_redis_that_says_nothing_is_not_waited_for(config: Config) -> None:
    """It takes connections and answers none of them: the rest is told at once, and that soon."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        env = make_env(config.model_copy(update={"redis_url": url}))
        await env.store.open()
        watch = Watch(env, patience_seconds=0.05)

        first = await watch.look()
        async with asyncio.timeout(10):
            while (seen := await watch.look()).redis.problem is None:
                await asyncio.sleep(0.1)
        await env.queue.close()

    assert first.redis.problem is None
    assert seen.disk
    assert seen.redis.since, "it was seen to go"


async def test_a_part_that_hangs_is_asked_once_and_said_to_be_silent() -> None:
    """A disk that hangs must not take one thread more at each look."""
    asked = 0

    async def ask() -> str:
        nonlocal asked
        asked += 1
        if asked == 2:
            await asyncio.Event().wait()
        return "here"

    part = Part("The disk", ask, silent_seconds_max=0.05)

    assert await part.answer(1.0) == "here"
    assert await part.answer(0.001) == "here", "the last answer stands in"
    while not part.is_silent:
        await asyncio.sleep(0.01)
    assert await part.answer(0.001) is None
    assert part.trouble
    assert part.trouble.problem.startswith("The disk has not answered for")
    assert asked == 2


async def test_behind_an_answer_that_may_stand_in_nobody_waits() -> None:
    """A page is not to be as slow as a write to the disk."""
    answers = iter(["before", "after"])
    may_answer = asyncio.Event()
    may_answer.set()

    async def ask() -> str:
        await may_answer.wait()
        return next(answers)

    part = Part("The disk", ask, stands_in_seconds=60.0)

    assert await part.answer(60.0) == "before"
    may_answer.clear()
    assert await part.answer(60.0) == "before"
    may_answer.set()
    while (answer := await part.answer(60.0)) == "before":
        await asyncio.sleep(0)
    assert answer == "after"


async def test_a_part_that_fails_says_why_until_it_answers_again() -> None:
    """Nothing that is old is told as if it were so now."""
    answers = iter([UnavailableError("It is full.", remedy="Free space."), "here"])

    async def ask() -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    part = Part("The disk", ask)

    assert await part.answer(1.0) is None
    assert part.trouble
    assert (part.trouble.problem, part.trouble.remedy) == ("It is full.", "Free space.")
    assert await part.answer(1.0) == "here"
    assert part.trouble is None


async def test_rates_are_those_of_half_a_minute(env: Env) -> None:
    """One second in which nothing ended says nothing of when a lane will be empty."""
    now = env.clock()
    for second in range(28, 0, -1):
        values = {"in_per_s:whenever": 1.0, "out_per_s:whenever": 6.0 * (second % 2)}
        await env.store.telemetry.sample(now - second * SECOND, values)

    lane = (await Watch(env).look()).lanes["whenever"]

    assert lane.in_per_s == 1
    assert lane.out_per_s == pytest.approx(3, abs=0.3)
    assert (await Watch(env).look()).lanes["within_1s"].out_per_s is None


def test_blocks_that_are_reserved_are_neither_used_nor_free(env: Env) -> None:
    """As df(1) says: 5 % for root would fire the rule early."""
    volume = replace(
        volume_at(env.store.quarantine.layout.root),
        total_bytes=1000, free_bytes=95, reserved_bytes=50,
        total_files=100, free_files=20, reserved_files=0,
    )  # fmt: skip

    disk = seeing.disk_seen(volume)

    assert disk.used_share == pytest.approx(0.9)
    assert (disk.free_bytes, disk.total_bytes) == (95, 950)
    assert disk.used_files_share == pytest.approx(0.8)


def test_a_death_that_is_yet_to_come_is_not_told() -> None:
    """The clock was put back: it would be told until the clock catches up."""
    died = replace(
        a_worker("worker-1.0", NOW), ended_at=ago(minutes=-5), ended_by="killed by signal 9"
    )

    assert seeing.lost_processes([died], [], NOW) == []
    assert len(seeing.lost_processes([died], [], ago(minutes=-5))) == 1


@pytest.mark.parametrize(
    ("job", "seconds", "is_late"),
    [
        ("recover_work", 12, False),
        ("recover_work", 25, True),
        ("expire_sessions", 110, False),
        ("expire_sessions", 125, True),
    ],
)
def test_an_entry_is_late_once_somebody_should_have_rung(
    job: str, seconds: int, *, is_late: bool
) -> None:
    """A tick that a restart has cost is made up before anybody is told."""
    [entry] = [one for one in TIMETABLE if one.job == job]
    known = {job: EntryState(decided_until=NOW)}

    [seen] = seeing.entries_seen([entry], known, NOW + timedelta(seconds=seconds))

    assert (seen.late_seconds > seen.late_seconds_max) is is_late


def test_an_entry_that_was_never_rung_for_is_not_late() -> None:
    """The first worker begins with it."""
    entry: Entry = TIMETABLE[0]

    assert list(seeing.entries_seen([entry], {}, NOW)) == []


@pytest.mark.slow
async def test_what_the_nightly_check_has_found_is_seen(env: Env) -> None:
    """Its words are read from where the schedule has noted them."""
    (env.store.quarantine.layout.tickets / "ticket_x.json").write_text("no ticket")

    outcome = await CheckStore().run(env)

    assert isinstance(outcome, Done)
    run = Run(due_at=ago(hours=9), rung_at=ago(hours=9))
    ended = run.ended(succeeded=True, said=outcome.note, now=ago(hours=8))
    seen = seeing.audit_seen(None, [], [ended])
    assert (seen.findings, seen.checked_at) == (1, ago(hours=8))
    assert "ticket_x.json" in seen.said


def test_backups_that_did_not_leave_the_volume_are_counted_from_the_last_that_did() -> None:
    """Where there is no bucket, none is expected to."""
    ages = (50, 26, 2)
    notes = [BackupNote(filename=f"b{age}", created=ago(hours=age)) for age in ages]
    copied = [notes[0].model_copy(update={"copied_at": ago(hours=49)}), *notes[1:]]

    def since(known: list[BackupNote], *, has_bucket: bool = True) -> datetime | None:
        return seeing.backups_seen(known, NOW, TIMETABLE, has_bucket=has_bucket).uncopied_since

    assert since(notes) == ago(hours=50)
    assert since(copied) == ago(hours=26)
    assert since(copied[:1]) is None
    assert since(notes, has_bucket=False) is None


def test_what_the_newest_backup_lacks_is_seen() -> None:
    """An older one may lack what was mended since."""
    lacking = BackupNote(
        filename="b1", created=ago(hours=1), left_out=2, left_out_first=("a b", "c d")
    )

    seen = seeing.backups_seen([lacking], NOW, TIMETABLE)
    mended = BackupNote(filename="b0", created=NOW)

    assert (seen.left_out, seen.left_out_first) == (2, "a b")
    assert seeing.backups_seen([lacking, mended], NOW, TIMETABLE).left_out == 0
