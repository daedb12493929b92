"""The inbox: durable first, then the bell."""

import logging
from dataclasses import replace

import pytest

from config import Config
from domain.errors import ConflictError
from domain.facts import TicketFacts
from domain.work_order import Submission
from jobs.inbox import accept
from jobs.job import Env
from jobs.queue import ArqQueue, connect
from storage.clock import system_clock
from tests.jobs.orders import queued

SUBMISSION = Submission(stated=TicketFacts(company="Lone Star Boring"))


async def test_an_accepted_order_is_on_the_disk_and_rung_for(env: Env, config: Config) -> None:
    """Both, and in this order: a ring for an order that is not there yet would be buried."""
    order = await accept(env, SUBMISSION, work_order_id="order-1")

    assert (config.root / "work_orders" / "order-1" / "order.json").is_file()
    assert await env.store.work_orders.get("order-1") == order
    assert await queued(env) == {"extract_ticket:order-1"}


async def test_an_order_is_accepted_while_redis_is_away(
    env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """To refuse what the disk has taken would be to lose it for the client's sake."""
    away = replace(env, queue=ArqQueue(connect("unix:///nowhere.sock"), system_clock))

    with caplog.at_level(logging.WARNING):
        order = await accept(away, SUBMISSION, work_order_id="order-1")

    assert await env.owed()
    [line] = [record for record in caplog.records if record.name == "jobs.inbox"]
    assert vars(line)["work_order"] == order.id


async def test_the_same_submission_again_gives_the_order_as_it_was(env: Env) -> None:
    """The receipt of a repeated request is that of the first, to the millisecond."""
    first = await accept(env, SUBMISSION, work_order_id="order-1")

    assert await accept(env, SUBMISSION, work_order_id="order-1") == first


async def test_another_submission_under_the_same_id_is_refused(env: Env) -> None:
    """Silently keeping the first would lose the second."""
    await accept(env, SUBMISSION, work_order_id="order-1")
    other = Submission(stated=TicketFacts(company="Somebody Else"))

    with pytest.raises(ConflictError):
        await accept(env, other, work_order_id="order-1")
