"""Dropping what was given up: it is not done, unless somebody rings for it since."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from config import Config
from domain.audit import SYSTEM, Actor, Author
from domain.errors import ConflictError, NotFoundError, RejectedError, UnavailableError
from domain.work_order import WorkOrder
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from jobs.queue import ArqQueue, connect
from jobs.replaying import Fate, drop, letter_of
from storage.clock import system_clock
from storage.dead_letters import DeadLetter
from tests.conftest import working
from tests.jobs.orders import queued
from tests.jobs.test_replaying import DANA, audited, buried_order, has_no_file, kept, replayed
from tests.worker.errands import until


async def test_a_letter_that_is_dropped_is_out_of_sight_and_audited_whole(env: Env) -> None:
    """What a person has decided is kept with everything that he decided about."""
    order, letter = await buried_order(env)

    await drop(env, "extract_ticket", order.id, by=DANA, reason="a duplicate")

    [event] = await audited(env)
    assert (event.action, event.changed_fields) == ("dead_letter_dropped", ["dead_letter"])
    assert (event.notes or "").startswith("Dana Ruiz: a duplicate extract_ticket:")
    changes: Any = event.field_changes["dead_letter"]
    assert changes["before"]["arguments"] == {"work_order_id": order.id}
    assert changes["after"] is None
    assert await env.store.dead_letters.list() == []
    assert letter.key in await env.store.dead_letters.keys("extract_ticket")


async def test_what_was_dropped_is_not_owed_any_more(env: Env) -> None:
    """The recovery would else bring it back within seconds."""
    order, _letter = await buried_order(env)

    await drop(env, "extract_ticket", order.id, by=DANA)

    assert await env.owed() == []


async def test_what_was_dropped_can_be_replayed_after_all(env: Env, config: Config) -> None:
    """People change their minds; nothing was lost by dropping."""
    order, _letter = await buried_order(env)
    dropped = await drop(env, "extract_ticket", order.id, by=DANA)

    [one] = await replayed(env, [dropped], by=SYSTEM)
    async with working(config):
        await until(lambda: env.store.tickets.find(order.ticket_id))
        await until(lambda: has_no_file(config))

    assert one.fate is Fate.REPLAYED


async def test_a_replay_without_redis_leaves_what_was_dropped_dropped(env: Env) -> None:
    """Else it would be a task for somebody again, and nobody has done anything for it."""
    order, _letter = await buried_order(env)
    dropped = await drop(env, "extract_ticket", order.id, by=DANA)
    away = replace(env, queue=ArqQueue(connect("unix:///nowhere.sock"), system_clock))

    with pytest.raises(UnavailableError):
        await replayed(away, [dropped])

    kept = await letter_of(env.store.dead_letters, "extract_ticket", order.id)
    assert kept.dropped == dropped.dropped


async def queued_replay(env: Env) -> tuple[WorkOrder, DeadLetter]:
    """Return an order that is replayed, and whose job waits: nobody works."""
    order, letter = await buried_order(env)
    await replayed(env, [letter])
    await asyncio.sleep(0.002)  # the queue counts in milliseconds
    return order, letter


async def test_a_replay_that_is_queued_is_not_begun_once_it_is_dropped(
    env: Env, config: Config
) -> None:
    """Its success would undo what a person has decided since."""
    order, letter = await queued_replay(env)
    await drop(env, "extract_ticket", order.id, by=DANA)

    async with working(config):
        await until(lambda: _is_no_more_queued(env, letter.id))

    assert not await env.store.tickets.find(order.ticket_id)
    kept = await letter_of(env.store.dead_letters, "extract_ticket", order.id)
    assert kept.dropped
    assert kept.dropped.by == "Dana Ruiz"


async def test_a_replay_that_is_dropped_and_replayed_again_is_run(
    env: Env, config: Config
) -> None:
    """It was in the queue all the time; the last decision holds."""
    order, _letter = await queued_replay(env)
    dropped = await drop(env, "extract_ticket", order.id, by=DANA)

    [one] = await replayed(env, [dropped])
    async with working(config):
        await until(lambda: env.store.tickets.find(order.ticket_id))
        await until(lambda: has_no_file(config))

    assert one.fate is Fate.QUEUED


async def test_what_was_dropped_is_run_if_somebody_rings_for_it_since(
    env: Env, config: Config
) -> None:
    """A ticket is edited a month later, and has to be validated like any other."""
    order, _letter = await buried_order(env)
    await drop(env, "extract_ticket", order.id, by=DANA)

    await env.queue.put(ExtractTicket(work_order_id=order.id))
    async with working(config):
        await until(lambda: env.store.tickets.find(order.ticket_id))
        await until(lambda: has_no_file(config))


async def test_a_letter_that_was_dropped_while_others_were_replayed_stays_dropped(
    env: Env,
) -> None:
    """A replay of thousands takes minutes; who looked at this very one knows better."""
    order, letter = await buried_order(env)
    await drop(env, "extract_ticket", order.id, by=DANA)

    [one] = await replayed(env, [letter])

    assert one.fate is Fate.GONE
    assert await queued(env) == set()


async def test_a_letter_is_dropped_once_and_by_somebody(env: Env) -> None:
    """Who finds it dropped learns by whom."""
    await kept(env)

    with pytest.raises(RejectedError):
        await drop(env, "validate_ticket", "t-1", by=Author(actor=Actor.USER, name=" "))
    with pytest.raises(NotFoundError):
        await drop(env, "validate_ticket", "t-2", by=DANA)
    await drop(env, "validate_ticket", "t-1", by=DANA)
    with pytest.raises(ConflictError, match="Dana Ruiz"):
        await drop(env, "validate_ticket", "t-1", by=DANA)

    assert len(await audited(env)) == 1


async def _is_no_more_queued(env: Env, job_id: str) -> bool:
    return job_id not in await queued(env)
