"""How an order stands: its end from the store alone, its way from the board."""

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace

from domain.audit import Actor, Author
from domain.work_order import WorkOrder
from jobs.cancelling import cancel_order
from jobs.extract_ticket import PERCENT_AT, ExtractTicket, Stage
from jobs.job import Env
from jobs.progress_board import RedisBoard
from jobs.queue import connect
from jobs.standing import Standing, WorkOrderState, follow, standing_now
from storage.clock import system_clock
from tests.jobs.orders import DOCUMENT, accepted, bury

DANA = Author(actor=Actor.USER, name="Dana Ruiz")


def without_redis(env: Env) -> Env:
    return replace(env, board=RedisBoard(connect("unix:///nowhere.sock"), system_clock))


async def followed(env: Env, order: WorkOrder) -> list[Standing]:
    """Follow an order to its end, and return each change."""
    seen: list[Standing] = []
    async with asyncio.timeout(20), aclosing(follow(env, order)) as standings:
        async for now in standings:
            if not seen or now != seen[-1]:
                seen.append(now)
    return seen


async def test_an_order_is_followed_from_the_queue_to_its_ticket(env: Env) -> None:
    """Each stage once, in their order, and the ticket at last."""
    order = await accepted(env, DOCUMENT)
    following = asyncio.create_task(followed(env, order))
    await asyncio.sleep(0.3)

    await ExtractTicket(work_order_id=order.id).run(env)
    seen = await following

    stages = [now.stage for now in seen]
    percents = [now.percent for now in seen]
    assert stages[:2] == [Stage.QUEUED, Stage.READING]
    assert stages == sorted(stages, key=lambda stage: list(Stage).index(Stage(stage or "")))
    assert percents == sorted(percents, key=lambda percent: percent or 0)
    assert seen[-1].state is WorkOrderState.EXTRACTED
    assert seen[-1].percent == 100
    assert seen[-1].ticket
    assert [now.is_over for now in seen] == [*[False] * (len(seen) - 1), True]


async def test_the_end_is_seen_without_redis_within_about_a_second(env: Env) -> None:
    """The store alone says that it is over."""
    order, deaf = await accepted(env, DOCUMENT), without_redis(env)
    following = asyncio.create_task(followed(deaf, order))
    await asyncio.sleep(0.3)
    await ExtractTicket(work_order_id=order.id).run(deaf)
    started = time.monotonic()

    seen = await following

    assert time.monotonic() - started < 1.5
    assert [now.stage for now in seen] == [Stage.QUEUED, Stage.DONE]


async def test_a_cancellation_is_heard_of_at_once(env: Env) -> None:
    """Also by who follows through another process."""
    order = await accepted(env, DOCUMENT)
    following = asyncio.create_task(followed(env, order))
    await asyncio.sleep(0.3)
    started = time.monotonic()

    await cancel_order(env, order.id, by=DANA, reason="The pole stays.")
    seen = await following

    assert time.monotonic() - started < 0.5
    assert (seen[-1].state, seen[-1].reason) == (WorkOrderState.CANCELLED, "The pole stays.")
    assert seen[-1].cancellation
    assert seen[-1].cancellation.by == "Dana Ruiz"


async def test_an_order_that_was_given_up_says_why(env: Env) -> None:
    """A person must look; nobody need wait longer."""
    order = await accepted(env, DOCUMENT)
    await bury(env, order, reason="OSError: the paper was wet")

    [seen] = await followed(env, order)

    assert (seen.state, seen.reason) == (WorkOrderState.BURIED, "OSError: the paper was wet")
    assert (seen.stage, seen.percent) == (None, None)


async def test_an_attempt_that_failed_is_told_as_waiting(env: Env) -> None:
    """It is not read any more, and not lost."""
    order = await accepted(env, DOCUMENT)

    async def fail(*_document: object) -> None:
        raise OSError("the disk is wet")

    try:
        await ExtractTicket(work_order_id=order.id).run(
            replace(env, read=fail)  # type: ignore[arg-type]  # a reader that fails
        )
    except OSError:
        await asyncio.sleep(0.1)
    now = await standing_now(env, order)

    assert (now.state, now.stage) == (WorkOrderState.ACCEPTED, Stage.WAITING)


def test_each_stage_has_its_percent_but_the_end_that_has_none() -> None:
    """They only grow on the way."""
    way = [PERCENT_AT[stage] for stage in Stage if stage in PERCENT_AT]

    assert way == sorted(way)
    assert set(Stage) - set(PERCENT_AT) == {Stage.CANCELLED}
