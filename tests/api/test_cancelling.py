"""Work orders that are cancelled over HTTP."""

import asyncio
import time

import httpx2
import pytest

from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from tests.api.listening import Heard, listen_to, progress_of
from tests.jobs.orders import DOCUMENT, accepted

WHO = {"by": "Dana Ruiz", "reason": "The pole stays."}


async def test_a_cancelled_order_is_shown_so_everywhere(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """In the answer, the receipt, the progress, and to who hands it in again."""
    headers = {"Idempotency-Key": "talk-1"}
    facts = {"company": "Lone Star Boring"}
    first = (await client.post("/work-orders", json=facts, headers=headers)).json()
    address = f"/work-orders/{first['work_order_id']}"

    answer = await client.post(f"{address}/cancel", json=WHO)
    again = await client.post(f"{address}/cancel", json={**WHO, "by": "Somebody Else"})
    shown = (await client.get(address)).json()
    repeated = await client.post(
        "/work-orders", json=facts, headers=headers, params={"wait": 20}
    )
    told = await progress_of(client, first["work_order_id"])

    assert answer.status_code == again.status_code == 200
    assert answer.json() == again.json() == shown == repeated.json()
    assert repeated.status_code == 202
    assert (shown["state"], shown["reason"], shown["ticket"]) == (
        "cancelled",
        "The pole stays.",
        None,
    )
    assert shown["cancellation"]["by"] == "Dana Ruiz"
    assert (told["state"], told["reason"]) == ("cancelled", "The pole stays.")
    assert await env.owed() == []


async def test_an_order_that_has_become_a_ticket_cannot_be_cancelled(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """409, and where the ticket can be."""
    order = await accepted(env, DOCUMENT)
    await ExtractTicket(work_order_id=order.id).run(env)

    answer = await client.post(f"/work-orders/{order.id}/cancel", json=WHO)

    assert answer.status_code == 409
    assert f"/tickets/{order.ticket_id}/cancel" in answer.json()["remedy"]


@pytest.mark.parametrize(
    "body", [{}, {"by": "Dana"}, {"reason": "x"}, {**WHO, "by": "  "}, {**WHO, "whim": 1}]
)
async def test_a_decision_that_is_not_whole_is_refused(
    env: Env, client: httpx2.AsyncClient, body: dict[str, object]
) -> None:
    """Nobody can be asked about it later."""
    order = await accepted(env, DOCUMENT)

    answer = await client.post(f"/work-orders/{order.id}/cancel", json=body)

    assert answer.status_code == 422
    assert not env.store.work_orders.is_cancelled(order.id)


async def test_who_listens_hears_of_a_cancellation_at_once(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """And his stream ends."""
    order, heard = await accepted(env, DOCUMENT), Heard()
    stream = asyncio.create_task(listen_to(client, order.id, heard))
    await asyncio.sleep(0.3)
    started = time.monotonic()

    await client.post(f"/work-orders/{order.id}/cancel", json=WHO)
    await asyncio.wait_for(stream, 5)

    assert time.monotonic() - started < 0.5
    assert heard.states == ["accepted", "cancelled"]
