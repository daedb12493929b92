"""The queue at the door: its depth lane by lane, and pauses that hold."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from config import Config
from jobs import LANE_OF
from jobs.job import Env, Job
from jobs.lanes import LANES, Lane
from jobs.queue import ANSWER_SECONDS_MAX, ArqQueue, connect
from storage.clock import system_clock
from storage.pauses import REASON_CHARACTERS_MAX
from tests.conftest import serving
from tests.jobs.orders import accepted, bury, forget_the_queue
from tests.worker.errands import Bench, at_work, errand_that, until

DANA = {"by": "Dana Ruiz", "reason": "the volume is full"}
HEED_SECONDS_MAX = 1.0
AWAY = ("unix:///nowhere.sock", "redis://127.0.0.1:1")


def of_lane(lane: Lane, bench: Bench, name: str | None = None) -> type[Job]:
    """A kind of job of its own name in this lane."""
    named = {"lane": lane, "name": name or f"errand_{lane}"}
    return type("Some", (errand_that(bench),), named)


def away(env: Env, address: str = AWAY[0]) -> Env:
    return replace(env, queue=ArqQueue(connect(address), system_clock))


async def pause(client: httpx2.AsyncClient, name: str, **said: Any) -> httpx2.Response:
    return await client.put(f"/queue/pauses/{name}", json=DANA | said)


async def resume(client: httpx2.AsyncClient, name: str, by: str = "Bob") -> httpx2.Response:
    return await client.delete(f"/queue/pauses/{name}", params={"by": by})


def problem_of(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """Return what an error says, if it is one of ours with this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status
    assert said["problem"]
    assert said["remedy"]
    return dict(said)


async def test_the_queue_is_told_lane_by_lane_with_what_is_owed_and_buried(
    client: httpx2.AsyncClient, env: Env
) -> None:
    """All that a dashboard shows, in one answer."""
    buried, _waiting = [await accepted(env) for _ in range(2)]
    await bury(env, buried)
    await env.queue.put(of_lane("whenever", Bench())())

    state = (await client.get("/queue")).json()

    assert [one["lane"] for one in state["lanes"]] == list(LANES)
    assert [one["waiting"] for one in state["lanes"]] == [2, 0, 1]
    assert (state["waiting"], state["deferred"], state["running"]) == (3, 0, 0)
    assert state["oldest_seconds"] >= 0
    assert (state["owed"], state["dead_letters"]) == (1, 1)
    assert (state["queue"], state["paused"], state["troubles"]) == ("answers", [], [])
    assert state["counted_at"] <= state["as_of"]


async def test_a_lane_that_is_paused_waits_while_the_others_go_on(
    client: httpx2.AsyncClient, config: Config, env: Env
) -> None:
    """And begins within a second when it is resumed."""
    held, free = Bench(), Bench()
    held.go_on.set()
    free.go_on.set()
    slow, fast = of_lane("whenever", held), of_lane("within_1s", free)

    async with at_work(config, slow, fast):
        answer = await pause(client, "whenever")
        await asyncio.sleep(HEED_SECONDS_MAX)
        await env.queue.put(slow(), fast())
        await until(lambda: free.times)
        await asyncio.sleep(0.2)
        state = (await client.get("/queue")).json()
        while_paused = held.times
        ended = await resume(client, "whenever")
        await until(lambda: held.times, seconds=HEED_SECONDS_MAX)

    assert answer.status_code == ended.status_code == 200
    assert while_paused == 0
    assert answer.json() == ended.json() == state["paused"][0]
    assert (answer.json()["what"], answer.json()["by"]) == ("lane", "Dana Ruiz")
    assert {one["lane"]: one["waiting"] for one in state["lanes"]}["whenever"] == 1


async def test_a_kind_of_job_that_is_paused_waits_in_a_lane_that_goes_on(
    client: httpx2.AsyncClient, config: Config, env: Env
) -> None:
    """One kind misbehaves; the rest of its lane has done nothing."""
    held, free = Bench(), Bench()
    held.go_on.set()
    free.go_on.set()
    name = "expire_sessions"
    bad, good = of_lane("within_30s", held, name), of_lane("within_30s", free)

    async with at_work(config, bad, good):
        answer = await pause(client, name)
        await asyncio.sleep(HEED_SECONDS_MAX)
        await env.queue.put(bad(), good())
        await until(lambda: free.times)
        await asyncio.sleep(0.2)
        while_paused = held.times
        await resume(client, name)
        await until(lambda: held.times, seconds=HEED_SECONDS_MAX)

    assert answer.json()["what"] == "job"
    assert while_paused == 0


async def test_a_pause_outlives_redis_and_every_worker(
    client: httpx2.AsyncClient, config: Config, env: Env
) -> None:
    """A deploy or a flush is no reason to begin."""
    bench, other = Bench(), Bench()
    bench.go_on.set()
    other.go_on.set()
    kind, free = of_lane("whenever", bench), of_lane("within_1s", other)
    await pause(client, "whenever")
    async with at_work(config, kind, free):
        await asyncio.sleep(0.1)
    await forget_the_queue(env)
    await env.queue.put(kind(), free())

    async with at_work(config, kind, free, name="worker-2"):
        await until(lambda: other.times)
        await asyncio.sleep(0.2)
        while_paused = bench.times
        still = (await client.get("/queue")).json()["paused"]
        await resume(client, "whenever")
        await until(lambda: bench.times, seconds=HEED_SECONDS_MAX)

    assert while_paused == 0
    assert [one["name"] for one in still] == ["whenever"]


@pytest.mark.parametrize("address", AWAY)
async def test_while_redis_is_away_the_rest_is_told_soon_and_nothing_is_zero(
    config: Config, env: Env, address: str
) -> None:
    """This is when somebody looks; a zero that nobody has counted would calm him."""
    await accepted(env)
    async with serving(config, away(env, address)) as client:
        paused = await pause(client, "within_1s")
        started = time.monotonic()
        answer = await client.get("/queue")
        took = time.monotonic() - started
        resumed = await resume(client, "within_1s")

    state = answer.json()
    assert (paused.status_code, answer.status_code, resumed.status_code) == (200, 200, 200)
    assert took < ANSWER_SECONDS_MAX + 1
    assert state["queue"] == "unavailable"
    assert {state[name] for name in ("waiting", "deferred", "running", "oldest_seconds")} == {
        None
    }
    assert [one["waiting"] for one in state["lanes"]] == [None] * 3
    assert (state["owed"], state["dead_letters"]) == (1, 0)
    assert state["paused"] == [paused.json()]
    assert "The queue does not answer" in state["troubles"][0]["problem"]
    assert state["troubles"][0]["remedy"]


async def test_pauses_that_cannot_be_read_are_said_to_be_so(
    client: httpx2.AsyncClient, config: Config
) -> None:
    """The depth is told all the same; nobody pauses or resumes on top of it."""
    (config.root / "config" / "pauses.json").write_text("{")

    state = (await client.get("/queue")).json()
    refused = [await pause(client, "whenever"), await resume(client, "whenever")]

    assert (state["queue"], state["waiting"], state["paused"]) == ("answers", 0, None)
    assert "pauses.json cannot be read" in state["troubles"][0]["problem"]
    for answer in refused:
        said = problem_of(answer, 503)
        assert "pauses.json cannot be read" in said["problem"]
        assert "Restore config/pauses.json" in said["remedy"]


BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "neither lane nor job": ("whatever", {}, "name"),
    "a path": ("..%2f..%2fx", {}, "name"),
    "a name in unicode": ("whenev\u00e9r", {}, "name"),
    "the recovery": ("recover_work", {}, "name"),
    "an empty reason": ("whenever", {"reason": ""}, "reason"),
    "a blank reason": ("whenever", {"reason": "\u3000\n"}, "reason"),
    "an invisible reason": ("whenever", {"reason": "\u200b"}, "reason"),
    "a reason of a page": ("whenever", {"reason": "x" * 501}, "reason"),
    "a reason with an escape": ("whenever", {"reason": "x\x1b[2J"}, "reason"),
    "no reason": ("whenever", {"reason": None}, "reason"),
    "an empty name": ("whenever", {"by": " "}, "by"),
    "nobody": ("whenever", {"by": None}, "by"),
    "the system itself": ("whenever", {"actor": "System"}, "actor"),
    "an unknown field": ("whenever", {"until": "noon"}, "until"),
}


@pytest.mark.parametrize(("name", "said", "field"), BAD.values(), ids=BAD)
async def test_a_bad_pause_is_refused_with_its_field_and_pauses_nothing(
    client: httpx2.AsyncClient, name: str, said: dict[str, Any], field: str
) -> None:
    """A pause that nobody can explain is one that nobody dares to end."""
    problem = problem_of(await pause(client, name, **said), 422)

    assert problem["field"] == field
    assert (await client.get("/queue")).json()["paused"] == []


async def test_an_unknown_name_is_answered_with_those_there_are(
    client: httpx2.AsyncClient,
) -> None:
    """Nobody has the lanes in his head."""
    for answer in (await pause(client, "whatever"), await resume(client, "whatever")):
        said = problem_of(answer, 422)
        assert {*LANES, *LANE_OF} == set(said["suggested_values"])


@pytest.mark.parametrize(
    "reason", ["Stra\u00dfe gesperrt \U0001f6a7", "x" * REASON_CHARACTERS_MAX]
)
async def test_a_reason_in_any_language_is_shown_as_it_was_given(
    client: httpx2.AsyncClient, reason: str
) -> None:
    """Crews write as they speak."""
    await pause(client, "whenever", reason=reason)

    assert (await client.get("/queue")).json()["paused"][0]["reason"] == reason


async def test_what_is_paused_already_says_by_whom_and_why(client: httpx2.AsyncClient) -> None:
    """The same again is harmless: a client that lost our answer asks again."""
    first = await pause(client, "whenever")
    again = await pause(client, "whenever")
    other = await pause(client, "whenever", by="Bob")

    assert first.json() == again.json()
    problem = problem_of(other, 409)["problem"]
    assert "Dana Ruiz" in problem
    assert "the volume is full" in problem


async def test_of_two_pauses_at_once_one_is_told_of_the_other(
    client: httpx2.AsyncClient,
) -> None:
    """Neither is lost, and neither believes that his reason stands if it does not."""
    answers = await asyncio.gather(
        *(pause(client, "whenever", by=f"Person {n}", reason=f"reason {n}") for n in range(6)),
        pause(client, "within_30s", by="Ann"),
    )

    statuses = sorted(answer.status_code for answer in answers)
    paused = (await client.get("/queue")).json()["paused"]
    assert statuses == [200, 200, 409, 409, 409, 409, 409]
    assert {one["name"] for one in paused} == {"whenever", "within_30s"}
    done = [answer.json() for answer in answers if answer.status_code == 200]
    assert sorted(done, key=str) == sorted(paused, key=str)


async def test_what_is_not_paused_cannot_be_resumed(client: httpx2.AsyncClient) -> None:
    """Nor by nobody."""
    problem_of(await resume(client, "whenever"), 404)
    await pause(client, "whenever")

    assert problem_of(await client.delete("/queue/pauses/whenever"), 422)["field"] == "by"
    assert problem_of(await resume(client, "whenever", by=" "), 422)["field"] == "by"
    assert len((await client.get("/queue")).json()["paused"]) == 1


async def test_a_pause_is_audited_with_who_made_it_and_from_where(
    client: httpx2.AsyncClient, env: Env
) -> None:
    """The address and the agent are what an action on a ticket has too."""
    await pause(client, "whenever", actor="CustomGPT")
    await resume(client, "whenever")

    history = await env.store.audit.on(system_clock().date())
    assert [(one.action, one.actor) for one in history.events] == [
        ("queue_paused", "CustomGPT"),
        ("queue_resumed", "User"),
    ]
    assert all(one.ip_address == "127.0.0.1" and one.user_agent for one in history.events)
