"""Recovery: what was accepted and is not finished is rung for, and nothing else."""

from dataclasses import replace

import pytest

from config import Config
from domain.errors import UnavailableError
from jobs.extract_ticket import ExtractTicket
from jobs.job import Cancel, Done, Env
from jobs.owed import owed_work
from jobs.queue import ArqQueue, connect
from jobs.recover_work import RecoverWork
from storage.clock import system_clock
from tests.builders import make_change, make_draft
from tests.jobs.orders import accepted, bury, forget_the_queue, queued

RECOVERY = RecoverWork()


async def test_all_that_is_owed_is_rung_for_when_redis_forgot(env: Env) -> None:
    """The queue is a bell: the ledger is the store."""
    orders = [await accepted(env) for _ in range(3)]
    await forget_the_queue(env)

    outcome = await RECOVERY.run(env)

    assert outcome == Done("rang for 3 of 3 owed jobs")
    assert await queued(env) == {f"extract_ticket:{order.id}" for order in orders}


async def test_what_is_finished_or_buried_is_not_rung_for(env: Env) -> None:
    """A finished order needs nothing, a buried one needs a person."""
    finished, buried, owed = [await accepted(env) for _ in range(3)]
    await ExtractTicket(work_order_id=finished.id).run(env)
    await bury(env, buried)
    await forget_the_queue(env)

    outcome = await RECOVERY.run(env)

    assert outcome == Done("rang for 1 of 1 owed jobs")
    assert await queued(env) == {f"extract_ticket:{owed.id}"}


async def test_what_is_queued_already_is_not_rung_for_again(env: Env) -> None:
    """A backlog is not made shorter by ringing louder."""
    await accepted(env)
    queued_before = await queued(env)

    outcome = await RECOVERY.run(env)

    assert outcome == Cancel("nothing is owed that is not queued")
    assert await queued(env) == queued_before


async def test_where_nothing_is_owed_nothing_is_rung_for(env: Env) -> None:
    """The usual case, every few seconds: it must not even ask Redis."""
    away = replace(env, queue=ArqQueue(connect("unix:///nowhere.sock"), system_clock))

    assert isinstance(await RECOVERY.run(away), Cancel)


async def test_recovery_without_redis_fails_and_may_be_tried_again(env: Env) -> None:
    """The next tick will find the same work owed."""
    await accepted(env)
    away = replace(env, queue=ArqQueue(connect("unix:///nowhere.sock"), system_clock))

    with pytest.raises(UnavailableError):
        await RECOVERY.run(away)

    assert len(await env.owed()) == 1


async def test_what_is_owed_is_the_difference_between_order_and_ticket(
    env: Env, config: Config
) -> None:
    """It is read from the files alone, so it is right whatever happened to the queue."""
    finished, buried, owed = [await accepted(env) for _ in range(3)]
    await ExtractTicket(work_order_id=finished.id).run(env)
    await bury(env, buried)
    await env.store.commit(make_change(make_draft("from-elsewhere")))
    (config.root / "work_orders" / ".half-written.1.0.tmp").mkdir()

    assert await owed_work(env.store) == [ExtractTicket(work_order_id=owed.id)]


async def test_a_letter_of_another_job_does_not_keep_an_order_from_its_ticket(env: Env) -> None:
    """Only an extraction that was given up settles what is owed."""
    order = await accepted(env)
    await bury(env, order)
    [letter] = await env.store.dead_letters.list()
    other = letter.model_copy(update={"job": "validate_ticket"})
    await env.store.dead_letters.bury(other)
    (path,) = env.store._layout.dead_letters.glob("extract_ticket-*.json")
    path.unlink()

    assert await env.owed() == [ExtractTicket(work_order_id=order.id)]
