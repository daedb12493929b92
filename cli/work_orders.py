"""`texas811 work-orders`: followed to their end, cancelled while there is time."""

import asyncio
import json
import os
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config import Config
from domain.audit import Actor, Author
from domain.errors import UnavailableError

if TYPE_CHECKING:
    from jobs.standing import Standing

# 7: as `ring` ends when the job that it waited for has failed.
STATUS_OF = {"extracted": 0, "buried": 7, "cancelled": 8}

app = typer.Typer(help="Follow and cancel work orders.", no_args_is_help=True)

WorkOrderId = Annotated[str, typer.Argument(metavar="WORK_ORDER_ID", help="Its id.")]


@app.command("follow")
def follow_order(
    work_order_id: WorkOrderId,
    *,
    wait: Annotated[
        float | None, typer.Option(metavar="SECONDS", min=0.0, help="At most so long.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object a line.")
    ] = False,
) -> None:
    """Print the stage and percent of a work order at each change, until it is over.

    Exit status: 0 if it has become its ticket, 7 if it was given up, 8 if it was cancelled, 5 if
    it is not over in time.
    """
    state = asyncio.run(_follow(work_order_id, wait, as_json=as_json))
    raise typer.Exit(STATUS_OF[state])


@app.command("cancel")
def cancel_order(
    work_order_id: WorkOrderId,
    *,
    by: Annotated[str, typer.Option(help="Who cancels it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
) -> None:
    """Cancel a work order: it becomes no ticket. One that has become a ticket stays as it is.

    Exit status: 0 if it is cancelled, now or by an earlier decision, which is shown; 3 if there is
    no such order, 4 if it has become its ticket.
    """
    sys.stdout.write(asyncio.run(_cancel(work_order_id, by, reason)) + "\n")


async def _follow(work_order_id: str, wait: float | None, *, as_json: bool) -> str:
    """Tell how an order stands, and return its state when it is over."""
    from jobs.standing import follow
    from jobs.wiring import make_env

    env, said = make_env(Config.from_env(os.environ)), ""
    try:
        order = await env.store.work_orders.get(work_order_id)
        async with asyncio.timeout(wait), aclosing(follow(env, order)) as standings:
            async for now in standings:
                told = _told(now, as_json=as_json)
                if told != said:
                    sys.stdout.write(told + "\n")
                    sys.stdout.flush()
                said = told
    except TimeoutError:
        raise UnavailableError(
            f"The work order is not over within {wait:g} s.",
            remedy="It is on its way: follow it again, or see `texas811 queue`.",
        ) from None
    finally:
        await env.queue.close()
    return now.state


def _told(now: "Standing", *, as_json: bool) -> str:
    ticket_id = now.ticket.id if now.ticket else None
    if as_json:
        told: dict[str, Any] = {
            "state": now.state,
            "stage": now.stage,
            "percent": now.percent,
            "reason": now.reason,
            "ticket_id": ticket_id,
        }
        said = {name: value for name, value in told.items() if value is not None}
        return json.dumps(said, ensure_ascii=False)
    if not now.is_over:
        return f"{now.stage}  {now.percent} %"
    return ": ".join(filter(None, (now.state, now.reason, ticket_id)))


async def _cancel(work_order_id: str, by: str, reason: str) -> str:
    from jobs.cancelling import cancel_order
    from jobs.wiring import make_env

    env = make_env(Config.from_env(os.environ))
    try:
        author = Author(actor=Actor.USER, name=by)
        stands = await cancel_order(env, work_order_id, by=author, reason=reason)
    finally:
        await env.queue.close()
    return f"{work_order_id} is cancelled, by {stands.by} at {stands.at:%Y-%m-%d %H:%M:%SZ}."
