"""Limits by key: jobs of one ticket run one after the other, and nobody waits for them in vain."""

import asyncio
from typing import ClassVar

import pytest
from arq.connections import ArqRedis

from config import Config
from jobs import JOBS
from jobs.job import Done, Env, Outcome
from jobs.lanes import GROUP_KEY
from tests.worker.claims import turn
from tests.worker.errands import Errand, at_work, until
from worker.claiming import Claim, Disposition, Limit
from worker.leasing import release

LIMITS = {"errand": Limit("place", 1), "visit": Limit("place", 1)}
KINDS = ["errand", "visit"]


class Guest(Errand):
    """An errand that is told from others by who runs it, and not by where."""

    who: str = "anna"

    @property
    def key(self) -> str:
        return f"{self.place}-{self.who}"


class Visit(Guest):
    name: ClassVar[str] = "visit"


async def claim(redis: ArqRedis, name: str = "worker-1", **how: object) -> list[Claim]:
    limits = how.pop("limits", LIMITS)
    return (await turn(redis, name, kinds=KINDS, limits=limits, **how)).claimed  # type: ignore[arg-type]  # named by the test


def ids(claims: list[Claim]) -> set[str]:
    return {one.job_id for one in claims}


async def test_of_one_group_one_runs_and_the_rest_are_passed_by(
    env: Env, redis: ArqRedis
) -> None:
    """Whatever their kind is; who stands behind them does not wait."""
    await env.queue.put(Guest(place="town", who="anna"))
    await env.queue.put(Guest(place="town", who="bert"), Visit(place="town", who="cleo"))
    await env.queue.put(Guest(place="harbour", who="dora"))

    first = await claim(redis, free=2)
    others = await claim(redis, "worker-2")

    assert ids(first) == {"errand:town-anna", "errand:harbour-dora"}
    assert others == []


@pytest.mark.parametrize("how", ["over", "later", "back"])
async def test_whoever_ends_makes_room_for_the_next_in_the_same_call(
    env: Env, redis: ArqRedis, how: str
) -> None:
    """However it ends; and what is over leaves nothing behind."""
    await env.queue.put(Guest(place="town", who="anna"))
    [first] = await claim(redis)
    await env.queue.put(Guest(place="town", who="bert"))
    ending = Disposition(first, how, None if how == "over" else first.due_ms + 60_000)  # type: ignore[arg-type]  # named by the test

    if how == "back":  # it has its place again, and goes first
        ending = Disposition(first, "back")
    [second] = await claim(redis, ended=[ending])

    assert second.job_id == ("errand:town-anna" if how == "back" else "errand:town-bert")
    await claim(redis, ended=[Disposition(second)], free=0)
    assert await redis.keys(f"{GROUP_KEY}*") == []


async def test_more_than_one_may_run_where_the_limit_says_so(env: Env, redis: ArqRedis) -> None:
    """One client may have some of the places, and never all."""
    await env.queue.put(*(Guest(place="town", who=f"guest-{number}") for number in range(5)))
    limits = {"errand": Limit("place", 2)}

    first = await claim(redis, limits=limits)
    second = await claim(redis, limits=limits, ended=[Disposition(first[0])])

    assert (len(first), len(second)) == (2, 1)


async def test_no_crash_leaves_a_group_closed(env: Env, redis: ArqRedis) -> None:
    """The supervisor releases a dead worker, or its lease ends: the ticket goes on."""
    await env.queue.put(Guest(place="town", who="anna"), Guest(place="harbour", who="anna"))
    assert len(await claim(redis, "dead", lease_seconds=0.2)) == 2
    await env.queue.put(Guest(place="town", who="bert"), Guest(place="harbour", who="bert"))

    await release(redis, "dead")
    by_release = await claim(redis, "dead-too", lease_seconds=0.05)
    await asyncio.sleep(0.1)
    by_lease = await claim(redis, "alive")

    assert len(by_release) == 2
    assert ids(by_lease) == ids(by_release)


async def test_a_zombie_does_not_open_the_group_of_whoever_came_after(
    env: Env, redis: ArqRedis
) -> None:
    """Its ending comes too late: another runs the job now, and its group is still closed."""
    await env.queue.put(Guest(place="town", who="anna"))
    [lost] = await claim(redis, "zombie", lease_seconds=0.05)
    await env.queue.put(Guest(place="town", who="bert"))
    await asyncio.sleep(0.1)
    [_held] = await claim(redis, "alive")

    late = await claim(redis, "zombie", ended=[Disposition(lost)])

    assert late == []


async def test_a_value_is_taken_from_its_own_argument_alone(env: Env, redis: ArqRedis) -> None:
    """A text that looks like the argument stands in quotes of its own."""
    await env.queue.put(Guest(place="town", who="anna"))
    await env.queue.put(Guest(place='x", "place":"town', who="bert"))

    assert len(await claim(redis)) == 2


async def test_two_jobs_of_one_ticket_never_overlap_in_two_workers(
    config: Config, env: Env
) -> None:
    """The engine itself: twelve jobs of three places, and all are done, one a place at a time."""
    running: dict[str, int] = {}
    most: dict[str, int] = {}
    done: list[str] = []

    class Stay(Guest):
        limited_by: ClassVar[str | None] = "place"

        async def run(self, _env: Env) -> Outcome:
            running[self.place] = running.get(self.place, 0) + 1
            most[self.place] = max(most.get(self.place, 0), running[self.place])
            await asyncio.sleep(0.02)
            running[self.place] -= 1
            done.append(self.key)
            return Done()

    jobs = [Stay(place=f"place-{n % 3}", who=f"guest-{n}") for n in range(12)]
    async with at_work(config, Stay), at_work(config, Stay, name="worker-2"):
        await env.queue.put(*jobs)
        await until(lambda: len(done) == len(jobs), seconds=5)

    assert most == {"place-0": 1, "place-1": 1, "place-2": 1}


def test_the_jobs_that_change_one_ticket_share_its_group() -> None:
    """Two at once would only refuse each other's commit."""
    limited = {kind.name for kind in JOBS if kind.limited_by == "ticket_id"}

    assert limited == {"validate_ticket", "recompute_timestamps"}
    assert all(kind.limited_by in kind.model_fields for kind in JOBS if kind.limited_by)
