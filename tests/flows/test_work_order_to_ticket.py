"""The main job, end to end: HTTP in, Redis, worker, store, HTTP out."""

import asyncio

import httpx2

from config import Config
from jobs.job import Env
from tests.conftest import working
from tests.jobs.orders import DOCUMENT


async def test_a_posted_document_becomes_a_ticket(
    config: Config, client: httpx2.AsyncClient
) -> None:
    """This is what the product is for."""
    async with working(config):
        answer = await client.post(
            "/work-orders", files={"file": ("order.txt", DOCUMENT)}, params={"wait": 20}
        )

    assert answer.status_code == 200
    view = answer.json()["ticket"]
    assert view["ticket"]["company"] == "Caprock Line Builders"
    assert view["ticket"]["county"] == "Travis"
    assert view["version"] == 1
    assert [event["action"] for event in view["history"]] == ["ticket_created"]
    spans = view["extraction"]["fields"]["company"]["spans"]
    assert "Caprock Line Builders" in spans[0]["quote"]


async def test_stated_fields_become_a_ticket_with_a_question(
    config: Config, client: httpx2.AsyncClient
) -> None:
    """A CustomGPT sends what it knows; what it does not know comes back as one question."""
    fields = {"company": "Lone Star Boring", "county": "Bexer", "is_blasting": False}

    async with working(config):
        answer = await client.post("/work-orders", json=fields, params={"wait": 20})

    view = answer.json()["ticket"]
    assert view["ticket"]["status"] == "Draft"
    gap = next(gap for gap in view["open_gaps"] if gap["problem"] == "unknown_county")
    assert gap["suggested_values"][0] == "Bexar"
    assert view["next_question"]


async def test_an_order_accepted_without_redis_becomes_a_ticket_later(
    config: Config, env: Env, client: httpx2.AsyncClient
) -> None:
    """Accepted means durable: the bell may be lost, the order may not."""
    receipt = (await client.post("/work-orders", json={"company": "Early Bird Digging"})).json()
    await env.queue._redis.flushall()

    async with working(config):
        for _look in range(200):
            seen = await client.get(f"/work-orders/{receipt['work_order_id']}")
            if seen.json()["state"] == "extracted":
                break
            await asyncio.sleep(0.05)

    assert seen.json()["ticket"]["ticket"]["company"] == "Early Bird Digging"


async def test_the_same_key_gives_the_same_ticket_once(
    config: Config, client: httpx2.AsyncClient
) -> None:
    """A client that lost our answer will ask again; that must be harmless."""
    asked = {
        "files": {"file": ("order.txt", DOCUMENT)},
        "headers": {"Idempotency-Key": "job-7"},
    }

    async with working(config):
        answers = await asyncio.gather(
            *(client.post("/work-orders", **asked) for _ in range(5))
        )
        await client.post("/work-orders", params={"wait": 20}, **asked)
        again = await client.post("/work-orders", **asked)
        other = await client.post(
            "/work-orders", json={"company": "Other"}, headers={"Idempotency-Key": "job-7"}
        )
        listed = (await client.get("/tickets")).json()

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in [*answers, again]}) == 1
    assert other.status_code == 409
    assert listed["total"] == 1


async def test_a_ticket_is_validated_again_on_request(
    config: Config, client: httpx2.AsyncClient
) -> None:
    """Validation finds nothing new, so nothing is committed and no event is made up."""
    async with working(config):
        made = await client.post("/work-orders", json={"city": "Waco"}, params={"wait": 20})
        ticket_id = made.json()["ticket_id"]
        asked = await client.post(f"/tickets/{ticket_id}/validate")
        seen = (await client.get(f"/tickets/{ticket_id}")).json()

    assert asked.status_code == 200
    assert seen["version"] == 1
    assert len(seen["history"]) == 1
