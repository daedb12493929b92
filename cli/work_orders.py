"""`texas811 work-orders`: handed in, listed, followed to their end, cancelled while there is time."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from cli import completing
from cli.statuses import Status
from cli.tables import print_json, print_json_line, print_table
from config import Config
from domain.audit import Actor, Author
from domain.errors import UnavailableError

if TYPE_CHECKING:
    from domain.cancellation import OrderCancellation
    from domain.work_order import WorkOrder
    from jobs.job import Env
    from jobs.standing import Standing

STATUS_OF = {
    "extracted": Status.DONE,
    "retired": Status.DONE,
    "buried": Status.JOB_FAILED,
    "cancelled": Status.CANCELLED,
}
SHOWN = 50
READ_AT_ONCE = 16
STAMP = "%Y-%m-%d %H:%M:%SZ"
COLUMNS = ("work_order_id", "received_at", "state", "filename", "ticket_id")

app = typer.Typer(
    help="Hand in, list, show, follow and cancel work orders.", no_args_is_help=True
)

WorkOrderId = Annotated[
    str,
    typer.Argument(
        metavar="WORK_ORDER_ID", help="Its id.", autocompletion=completing.work_orders
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
T = TypeVar("T")


@app.command("submit")
def submit_documents(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="The documents, each an order.")
    ],
    *,
    key: Annotated[
        str | None,
        typer.Option(help="Tells this handing in from an earlier one of the same document."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Accept documents as work orders, durably, and print the ids of their orders and tickets.

    A document that was handed in before is the same order. It needs no service and no Redis: a
    worker that starts later finds them. Exit status: 2 if one was refused, with all others
    accepted, 3 if there is no data directory, 5 if the disk does not take one.
    """
    from cli.handing_in import submit

    if not asyncio.run(submit(files, key=key, as_json=as_json)):
        raise typer.Exit(Status.REJECTED)


@app.command("list")
def list_orders(
    *,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = SHOWN,
    as_json: AsJson = False,
) -> None:
    """List the work orders at which something happened last, and how each stands."""
    rows = asyncio.run(_with_env(lambda env: _list(env, limit)))
    if as_json:
        print_json(rows)
    elif rows:
        print_table(COLUMNS, [[str(row[name] or "-") for name in COLUMNS] for row in rows])
    else:
        sys.stdout.write("There are no work orders.\n")


@app.command("show")
def show_order(work_order_id: WorkOrderId, *, as_json: AsJson = False) -> None:
    """Show what was handed in, and how it stands."""
    told = asyncio.run(_with_env(lambda env: _show(env, work_order_id)))
    if as_json:
        print_json(told)
    else:
        print_table(("field", "value"), [(name, str(told[name])) for name in told])


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
    state = asyncio.run(_with_env(lambda env: _follow(env, work_order_id, wait, as_json)))
    raise typer.Exit(STATUS_OF[state])


@app.command("cancel")
def cancel_order(
    work_order_id: WorkOrderId,
    *,
    by: Annotated[str, typer.Option(help="Who cancels it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    as_json: AsJson = False,
) -> None:
    """Cancel a work order: it becomes no ticket. One that has become a ticket stays as it is.

    Exit status: 0 if it is cancelled, now or by an earlier decision, which is shown; 3 if there is
    no such order, 4 if it has become its ticket.
    """
    stands = asyncio.run(_with_env(lambda env: _cancel(env, work_order_id, by, reason)))
    if as_json:
        print_json(stands.model_dump(mode="json"))
        return
    sys.stdout.write(f"{work_order_id} is cancelled, by {stands.by} at {stands.at:{STAMP}}.\n")


async def _with_env(use: "Callable[[Env], Awaitable[T]]") -> T:
    from jobs.wiring import make_env

    env = make_env(Config.from_env(os.environ))
    try:
        return await use(env)
    finally:
        await env.queue.close()


async def _list(env: "Env", limit: int) -> list[dict[str, Any]]:
    ids = await env.store.work_orders.latest(limit)
    room = asyncio.Semaphore(READ_AT_ONCE)

    async def row(work_order_id: str) -> dict[str, Any]:
        from jobs.standing import standing

        async with room:
            order = await env.store.work_orders.get(work_order_id)
            return _row(order, await standing(env, order))

    rows = await asyncio.gather(*map(row, ids))
    return sorted(rows, key=lambda one: one["received_at"], reverse=True)


def _row(order: "WorkOrder", now: "Standing") -> dict[str, Any]:
    return {
        "work_order_id": order.id,
        "received_at": f"{order.received_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "state": now.state,
        "filename": order.filename,
        "ticket_id": order.ticket_id if now.ticket else None,
    }


async def _show(env: "Env", work_order_id: str) -> dict[str, Any]:
    from jobs.standing import standing_now

    order = await env.store.work_orders.get(work_order_id)
    now = await standing_now(env, order)
    told = order.model_dump(mode="json", exclude={"id"}, exclude_none=True)
    ids = {"work_order_id": order.id, "ticket_id": order.ticket_id}
    return ids | _standing(now) | told | ids


async def _follow(env: "Env", work_order_id: str, wait: float | None, as_json: bool) -> str:  # noqa: FBT001 - an option passed on
    """Tell how an order stands, and return its state when it is over."""
    from jobs.standing import follow

    said: Any = None
    order = await env.store.work_orders.get(work_order_id)
    try:
        async with asyncio.timeout(wait), aclosing(follow(env, order)) as standings:
            async for now in standings:
                told = _standing(now) if as_json else _line(now)
                if told != said:
                    _say(told)
                said = told
    except TimeoutError:
        raise UnavailableError(
            f"The work order is not over within {wait:g} s.",
            remedy="It is on its way: follow it again, or see `texas811 queue`.",
        ) from None
    return now.state


def _say(told: dict[str, Any] | str) -> None:
    if isinstance(told, str):
        sys.stdout.write(told + "\n")
        sys.stdout.flush()
    else:
        print_json_line(told)


def _standing(now: "Standing") -> dict[str, Any]:
    told = {
        "state": now.state,
        "stage": now.stage,
        "percent": now.percent,
        "reason": now.reason,
        "ticket_id": now.ticket.id if now.ticket else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _line(now: "Standing") -> str:
    if not now.is_over:
        return f"{now.stage}  {now.percent} %"
    ticket_id = now.ticket.id if now.ticket else None
    return ": ".join(filter(None, (now.state, now.reason, ticket_id)))


async def _cancel(env: "Env", work_order_id: str, by: str, reason: str) -> "OrderCancellation":
    from jobs.cancelling import cancel_order

    author = Author(actor=Actor.USER, name=by)
    return await cancel_order(env, work_order_id, by=author, reason=reason)
