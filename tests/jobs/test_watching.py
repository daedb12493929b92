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
from jobs.health.seen import LaneSeen
from jobs.health.verdict import Level
from jobs.health.watching import Memory, Watch
from jobs.job import Done, Env
from jobs.recover_work import RecoverWork
from jobs.timetable import TIMETABLE
from jobs.wiring import make_env
from storage.incarnations import new_incarnation
from storage.telemetry_records import AttemptRecord, ProcessKind, ProcessRecord
from tests.builders import make_order

NOW = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def a_worker(incarnation: str, at: datetime) -> ProcessRecord:
    return ProcessRecord(
        id=incarnation,
        kind=ProcessKind.WORKER,
        name="worker-1",
        pid=1,
        host="vm",
        version="1",
        started_at=at,
        told_at=at,
        slots=8,
    )


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
    attempt = AttemptRecord(
        token=1,
        job_id="extract_ticket:1",
        kind="extract_ticket",
        lane="within_1s",
        number=1,
        worker=incarnation,
        enqueued_at=now,
        due_at=now,
        started_at=now,
    )
    await telemetry.record_attempts([attempt])
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
    assert first.disk
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


def test_a_lane_is_late_from_a_while_beyond_its_target_until_it_is_kept_again() -> None:
    """Or it would flap with each burst, and around its target with each look."""
    memory, lane = Memory(), LaneSeen("within_1s", 1.0)

    waits = [0.5, 5.9, 6.1, 3.0, 1.1, 1.0, 5.9]
    since = [memory.late_since(replace(lane, oldest_seconds=wait), NOW) for wait in waits]

    began = ago(seconds=5.1)
    assert since == [None, None, began, began, began, None, None]


def test_what_is_owed_stands_still_while_it_does_not_become_less() -> None:
    """A backlog that grows while tickets are made does move."""
    memory = Memory()

    def at(minute: int, owed: int, *, made_some: bool = False) -> datetime | None:
        now = NOW + timedelta(minutes=minute)
        return memory.owed_unmoved_since(owed, now, made_some=made_some)

    assert at(0, 0) is None
    assert at(1, 5) == at(2, 6) == NOW + timedelta(minutes=1)
    assert at(3, 7, made_some=True) == NOW + timedelta(minutes=3)
    assert at(4, 6) == NOW + timedelta(minutes=4)
    assert at(5, 0) is None


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
