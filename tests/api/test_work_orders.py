"""Work orders over HTTP: what is answered at once, later, and never twice."""

import asyncio
import json
import time
from datetime import datetime

import httpx2
import pytest

from config import Config
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from tests.jobs.orders import DOCUMENT, bury

FACTS = {"company": "Lone Star Boring"}


async def post(client: httpx2.AsyncClient, **asked: object) -> httpx2.Response:
    return await client.post("/work-orders", json=FACTS, **asked)


async def test_an_accepted_order_is_answered_with_its_receipt(
    client: httpx2.AsyncClient, config: Config
) -> None:
    """202 means: it is on the disk, it has a number, and here is where its ticket will be."""
    answer = await post(client)

    receipt = answer.json()
    order = config.root / "work_orders" / receipt["work_order_id"] / "order.json"
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/tickets/{receipt['ticket_id']}"
    assert receipt["state"] == "accepted"
    assert receipt["ticket"] is receipt["reason"] is None
    assert json.loads(order.read_text())["stated"]["company"] == "Lone Star Boring"


async def test_the_receipt_tells_how_far_an_order_has_come(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """Accepted, then extracted, with the ticket in the same answer."""
    receipt = (await post(client)).json()
    address = f"/work-orders/{receipt['work_order_id']}"

    before = (await client.get(address)).json()
    await ExtractTicket(work_order_id=receipt["work_order_id"]).run(env)
    after = (await client.get(address)).json()

    assert before == receipt
    assert after["state"] == "extracted"
    assert after["ticket"]["ticket"]["id"] == receipt["ticket_id"]
    assert after["received_at"] == receipt["received_at"]


async def test_the_receipt_of_a_buried_order_says_why(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """A client that waits for a ticket that will not come must be told."""
    receipt = (await post(client)).json()
    order = await env.store.work_orders.get(receipt["work_order_id"])
    await bury(env, order, reason="OSError: the paper was wet")

    seen = (await client.get(f"/work-orders/{order.id}")).json()

    assert seen["state"] == "buried"
    assert seen["reason"] == "OSError: the paper was wet"
    assert seen["ticket"] is None


async def test_a_client_that_waits_gets_the_ticket_as_soon_as_it_is_there(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """A conversation cannot poll: one request, one answer, and 200 says that it is complete."""
    headers = {"Idempotency-Key": "talk-1"}
    first = (await post(client, headers=headers)).json()
    started = time.monotonic()
    waiting = asyncio.create_task(post(client, headers=headers, params={"wait": 20}))
    await asyncio.sleep(0.2)

    await ExtractTicket(work_order_id=first["work_order_id"]).run(env)
    answer = await waiting

    assert answer.status_code == 200
    assert answer.json()["state"] == "extracted"
    assert answer.json()["ticket"]["ticket"]["company"] == "Lone Star Boring"
    assert answer.headers["Location"] == f"/tickets/{first['ticket_id']}"
    assert time.monotonic() - started < 5


async def test_a_client_whose_time_is_up_gets_its_receipt(client: httpx2.AsyncClient) -> None:
    """Nobody is at work: better a 202 in time than a ticket too late."""
    started = time.monotonic()

    answer = await post(client, params={"wait": 0.3})

    assert answer.status_code == 202
    assert answer.json()["state"] == "accepted"
    assert 0.3 <= time.monotonic() - started < 2


async def test_a_client_that_waits_for_a_buried_order_is_told_at_once(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """To wait for what will not come would cost the conversation its answer."""
    headers = {"Idempotency-Key": "talk-1"}
    first = (await post(client, headers=headers)).json()
    await bury(env, await env.store.work_orders.get(first["work_order_id"]))
    started = time.monotonic()

    answer = await post(client, headers=headers, params={"wait": 20})

    assert answer.json()["state"] == "buried"
    assert answer.status_code == 202
    assert time.monotonic() - started < 5


async def test_a_document_may_come_with_stated_facts(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """The paper and what the sender knows better, in one order."""
    answer = await client.post(
        "/work-orders",
        files={"file": ("C:\\orders\\order.txt", DOCUMENT)},
        data={"fields": json.dumps({"county": "Hays"})},
    )

    order = await env.store.work_orders.get(answer.json()["work_order_id"])
    assert order.stated.county == "Hays"
    assert order.filename == "order.txt"
    assert await env.store.work_orders.document(order.id) == DOCUMENT


async def test_when_the_work_was_asked_for_is_the_clients_to_say(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """The legal clock starts with the request, not with our receipt of it."""
    asked_at = "2026-03-02T09:00:00-06:00"

    answer = await client.post("/work-orders", json={**FACTS, "requested_at": asked_at})

    order = await env.store.work_orders.get(answer.json()["work_order_id"])
    assert order.requested_at == datetime.fromisoformat(asked_at)
    assert order.received_at > order.requested_at


@pytest.mark.parametrize("times", [8])
async def test_the_same_key_at_the_same_moment_makes_one_order(
    env: Env, client: httpx2.AsyncClient, times: int
) -> None:
    """An impatient client sends again before we have answered."""
    headers = {"Idempotency-Key": "talk-1"}

    answers = await asyncio.gather(*(post(client, headers=headers) for _ in range(times)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    assert len(await env.owed()) == 1


async def test_two_orders_without_a_key_are_two_orders(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """Two poles may need the same words; only a key says that it is the same request."""
    ids = {(await post(client)).json()["work_order_id"] for _ in range(2)}

    assert len(ids) == 2
    assert len(await env.owed()) == 2


OPEN_TICKET = {
    "header": {"formatVersion": "0.5", "ticketNumber": "26-001", "standardType": "Normal"},
    "workSite": {"stateProvince": "TX", "county": "Travis", "place": "Austin"},
    "excavator": {"name": "Lone Star Boring", "callerPhone": "(512) 555-0142"},
}


async def test_an_open_ticket_becomes_a_ticket_with_its_facts(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """Other centers and members hand their tickets on in this format."""
    answer = await client.post("/work-orders", json=OPEN_TICKET)
    assert answer.status_code == 202
    receipt = answer.json()

    await ExtractTicket(work_order_id=receipt["work_order_id"]).run(env)

    ticket = (await client.get(f"/tickets/{receipt['ticket_id']}")).json()["ticket"]
    assert ticket["company"] == "Lone Star Boring"
    assert (ticket["county"], ticket["city"]) == ("Travis", "Austin")


async def test_an_open_ticket_of_a_later_version_is_refused(client: httpx2.AsyncClient) -> None:
    """A name may mean another thing there; the client is told which version is read."""
    later = {**OPEN_TICKET, "header": {"formatVersion": "2.0"}}

    answer = await client.post("/work-orders", json=later)

    assert answer.status_code == 422
    assert "header.formatVersion" in answer.text
    assert "version 1.0" in answer.text


async def test_what_an_open_ticket_says_in_vain_is_warned_about(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """A text that is too long for its field is not cut and not lost from sight."""
    document = {**OPEN_TICKET, "excavator": {"name": "A" * 250}}

    receipt = (await client.post("/work-orders", json=document)).raise_for_status().json()
    await ExtractTicket(work_order_id=receipt["work_order_id"]).run(env)

    ticket = await env.store.tickets.get(receipt["ticket_id"])
    assert ticket.company is None
    [warning] = ticket.extraction_warnings
    assert warning.startswith("open_ticket: company: ")
