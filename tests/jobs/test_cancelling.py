"""Cancelling a work order: what is decided, what follows, and how the work on it ends."""

import asyncio
import os
import time
from dataclasses import replace

import pytest

from config import Config
from domain.audit import Actor, AuditEvent, Author
from domain.cancellation import OrderCancellation
from domain.errors import ConflictError
from domain.work_order import Submission, WorkOrder
from jobs.cancelling import cancel_order
from jobs.extract_ticket import ExtractTicket
from jobs.inbox import accept
from jobs.job import Cancel, Env
from tests.conftest import working
from tests.jobs.orders import DOCUMENT, accepted, bury, forget_the_queue, queued
from tests.jobs.test_reader import LONG_DOCUMENT, reader_children
from tests.worker.processes import is_alive

DANA = Author(actor=Actor.USER, name="Dana Ruiz")
WHY = "The pole stays where it is."
CANCELLED = Cancel("the work order was cancelled")


async def cancel(env: Env, order: WorkOrder) -> None:
    await cancel_order(env, order.id, by=DANA, reason=WHY)


async def told(env: Env) -> list[AuditEvent]:
    """Return what the log says of today's cancellations."""
    events = (await env.store.audit.on(env.clock().date())).events
    return [event for event in events if event.action == "work_order_cancelled"]


async def test_a_cancelled_order_is_owed_no_more_and_its_job_ends(env: Env) -> None:
    """The bell may still ring for it; there is nothing to do."""
    order = await accepted(env, DOCUMENT)

    await cancel(env, order)

    assert await env.owed() == []
    assert await ExtractTicket(work_order_id=order.id).run(env) == CANCELLED
    assert await env.store.tickets.find(order.ticket_id) is None
    assert await env.store.work_orders.extraction(order.id) is None


async def test_the_log_tells_who_has_cancelled_what_and_why(env: Env) -> None:
    """Somebody will ask why nobody came."""
    order = await accepted(env, DOCUMENT)

    await cancel(env, order)

    [event] = await told(env)
    assert event.notes == f"Dana Ruiz: {WHY}"
    assert event.compliance_relevant
    assert event.field_changes["work_order"]["after"]["work_order_id"] == order.id


async def test_a_decision_made_again_is_told_once(env: Env) -> None:
    """A client that got no answer asks again."""
    order = await accepted(env, DOCUMENT)

    for _time in range(3):
        await cancel(env, order)

    assert len(await told(env)) == 1


async def test_a_decision_that_a_crash_kept_from_the_log_is_told_by_the_retry(env: Env) -> None:
    """The file was there, and then the process was gone."""
    order = await accepted(env, DOCUMENT)
    await cancel(env, order)
    for day in (env.store.quarantine.layout.audit).glob("*/*.jsonl"):
        day.unlink()

    other = Author(actor=Actor.USER, name="Somebody Else")
    again = await cancel_order(env, order.id, by=other, reason="Late.")

    [event] = await told(env)
    assert event.timestamp == again.at
    assert event.notes == f"Dana Ruiz: {WHY}"


async def test_an_order_that_was_given_up_can_be_cancelled(env: Env) -> None:
    """Its letter was a task for a person, who has decided; the log keeps what it said."""
    order = await accepted(env, DOCUMENT)
    await bury(env, order, reason="OSError: the paper was wet")

    await cancel(env, order)

    assert await env.store.dead_letters.list() == []
    assert not env.store.dead_letters.is_kept("extract_ticket", order.id)
    [event] = await told(env)
    assert (
        event.field_changes["dead_letter"]["before"]["reason"] == "OSError: the paper was wet"
    )


async def test_an_order_that_has_become_a_ticket_is_not_cancelled_and_nothing_is_told(
    env: Env,
) -> None:
    """The log must not tell of a decision that was none."""
    order = await accepted(env, DOCUMENT)
    await ExtractTicket(work_order_id=order.id).run(env)

    with pytest.raises(ConflictError):
        await cancel(env, order)

    assert await told(env) == []


async def test_nobody_is_rung_for_a_cancelled_order_that_is_handed_in_again(env: Env) -> None:
    """The client's retry is answered with what became of the first."""
    submission = Submission(document=DOCUMENT, filename="order.txt")
    first = await accept(env, submission, work_order_id="order-x")
    await cancel(env, first)
    await forget_the_queue(env)

    again = await accept(env, submission, work_order_id="order-x")

    assert again == first
    assert await queued(env) == set()


@pytest.mark.parametrize("stage", ["reading", "validating", "committing"])
async def test_an_order_that_is_cancelled_in_the_middle_becomes_no_ticket(
    env: Env, stage: str
) -> None:
    """Between the stages it is looked for, and by the writer at the very last."""
    order = await accepted(env, DOCUMENT)
    decided = OrderCancellation.made(order.id, by=DANA, reason=WHY, now=env.clock())

    class Board:
        def report(self, _job_id: str, entered: str, _percent: int) -> None:
            if entered == stage:
                env.store.work_orders._cancel(decided)

    job = ExtractTicket(work_order_id=order.id)
    outcome = await job.run(replace(env, board=Board()))  # type: ignore[arg-type]  # only what is used here

    assert outcome == CANCELLED
    assert await env.store.tickets.find(order.ticket_id) is None


@pytest.mark.slow
async def test_a_long_reading_is_ended_with_its_child_and_the_next_document_is_read(
    env: Env,
) -> None:
    """Nobody waits twenty seconds for what nobody wants any more."""
    await env.read(b"Work order: none", "warm_up.txt", "text/plain")
    [child] = reader_children(os.getpid())
    order, following = await accepted(env, LONG_DOCUMENT), await accepted(env, DOCUMENT)
    reading = asyncio.create_task(ExtractTicket(work_order_id=order.id).run(env))
    await asyncio.sleep(0.5)
    was_at_work = is_alive(child) and not reading.done()

    started = time.monotonic()
    await cancel(env, order)
    outcome = await reading
    spent = time.monotonic() - started

    assert was_at_work
    assert outcome == CANCELLED
    assert not is_alive(child)
    assert spent < 1.5
    await ExtractTicket(work_order_id=following.id).run(env)
    assert (await env.store.tickets.get(following.ticket_id)).county == "Travis"


@pytest.mark.slow
async def test_a_worker_goes_on_after_an_order_was_cancelled_under_it(
    env: Env, config: Config
) -> None:
    """The whole way: the engine counts it as done, and nothing is owed or buried."""
    async with working(config):
        order = await accepted(env, LONG_DOCUMENT)
        async with asyncio.timeout(20):
            while not (found := await env.board.read(f"extract_ticket:{order.id}")):
                await asyncio.sleep(0.01)
        await cancel(env, order)
        following = await accepted(env, DOCUMENT)
        async with asyncio.timeout(20):
            while await env.store.tickets.find(following.ticket_id) is None:
                await asyncio.sleep(0.01)
            while await queued(env):
                await asyncio.sleep(0.01)

    assert found.stage == "reading"
    assert await env.owed() == []
    assert await env.store.dead_letters.list() == []
    assert await env.store.tickets.find(order.ticket_id) is None


@pytest.mark.slow
async def test_a_time_limit_ends_the_reading_of_an_order_that_is_wanted(env: Env) -> None:
    """Who is stopped stops his child too, and is not taken for cancelled."""
    await env.read(b"Work order: none", "warm_up.txt", "text/plain")
    [child] = reader_children(os.getpid())
    order = await accepted(env, LONG_DOCUMENT)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await ExtractTicket(work_order_id=order.id).run(env)

    assert not is_alive(child)
    assert await env.owed() == [ExtractTicket(work_order_id=order.id)]
