"""`texas811 work-orders`: followed to their end, cancelled while there is time."""

import asyncio
import json

import pytest

from config import Config
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from tests.cli.commands import Said, texas811
from tests.jobs.orders import DOCUMENT, accepted, bury

NO_REDIS = "redis://127.0.0.1:1"
WHO = ("--by", "Dana Ruiz", "--reason", "The pole stays.")


async def work_orders(*arguments: str, config: Config, redis_url: str | None = None) -> Said:
    places = {
        "DATA_DIR": str(config.root),
        "REDIS_URL": redis_url or config.redis_address,
    }
    said = await texas811("work-orders", *arguments, **places)
    assert "Traceback" not in said.error
    return said


async def test_an_order_is_followed_to_its_ticket(env: Env, config: Config) -> None:
    """Each change a line, and 0 because it went well."""
    order = await accepted(env, DOCUMENT)
    job_id = f"extract_ticket:{order.id}"
    env.board.report(job_id, "reading", 0)
    following = asyncio.create_task(work_orders("follow", order.id, "--json", config=config))
    while not await env.queue._redis.pubsub_numpat():
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)

    await ExtractTicket(work_order_id=order.id).run(env)
    said = await following

    lines = [json.loads(line) for line in said.out.splitlines()]
    assert said.status == 0
    assert lines[0] == {"state": "accepted", "stage": "reading", "percent": 0}
    assert lines[-1]["state"] == "extracted"
    assert lines[-1]["ticket_id"] == order.ticket_id


@pytest.mark.parametrize(("state", "status"), [("buried", 7), ("cancelled", 8)])
async def test_an_order_that_becomes_no_ticket_ends_with_another_status(
    env: Env, config: Config, state: str, status: int
) -> None:
    """Also where there is no Redis."""
    order = await accepted(env, DOCUMENT)
    if state == "buried":
        await bury(env, order, reason="The pole stays.")
    else:
        await work_orders("cancel", order.id, *WHO, config=config)

    said = await work_orders("follow", order.id, config=config, redis_url=NO_REDIS)

    assert said.status == status
    assert said.out == f"{state}: The pole stays.\n"


async def test_who_has_waited_long_enough_is_told_so(env: Env, config: Config) -> None:
    """Nobody is at work."""
    order = await accepted(env, DOCUMENT)

    said = await work_orders("follow", order.id, "--wait", "0.5", config=config)

    assert said.status == 5
    assert said.out == "queued  0 %\n"
    assert "not over within 0.5 s" in said.error


async def test_an_order_is_cancelled_by_a_person_with_a_reason(
    env: Env, config: Config
) -> None:
    """Twice is as once, Redis or not; the first decision is shown."""
    order = await accepted(env, DOCUMENT)

    first = await work_orders("cancel", order.id, *WHO, config=config)
    again = await work_orders(
        *("cancel", order.id, "--by", "Somebody Else", "--reason", "Late."),
        config=config,
        redis_url=NO_REDIS,
    )

    assert (first.status, again.status) == (0, 0)
    assert first.out == again.out
    assert "is cancelled, by Dana Ruiz at " in first.out
    assert await env.owed() == []


async def test_what_cannot_be_cancelled_is_refused(env: Env, config: Config) -> None:
    """3 for an order that nobody sent, 4 for one that is a ticket, 2 without a name."""
    order = await accepted(env, DOCUMENT)
    await ExtractTicket(work_order_id=order.id).run(env)

    unknown = await work_orders("cancel", "order-none", *WHO, config=config)
    late = await work_orders("cancel", order.id, *WHO, config=config)
    nameless = await work_orders("cancel", order.id, "--reason", "x", config=config)

    assert (unknown.status, late.status, nameless.status) == (3, 4, 2)
    assert "Cancel the ticket" in late.error
