"""`texas811 holds`: legal holds placed, listed and released."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli.tables import print_json, print_table
from config import Config
from domain.audit import Actor, Author

if TYPE_CHECKING:
    from jobs.job import Env
    from storage.legal_holds import Hold

COLUMNS = ("ticket", "matter", "since", "by", "reason", "released")
STAMP = "%Y-%m-%d %H:%M:%SZ"

app = typer.Typer(
    help="Hold tickets for a matter at law, list the holds, and release them.",
    no_args_is_help=True,
)

TicketId = Annotated[str, typer.Argument(metavar="TICKET", help="The id of the ticket.")]
By = Annotated[str, typer.Option(envvar="USER", help="Who does this.")]
Reason = Annotated[str, typer.Option(help="Why; a court may read it.")]
Matter = Annotated[str | None, typer.Option(help="The case or claim, as it is filed.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
T = TypeVar("T")


@app.command("place")
def place_hold(
    ticket_id: TicketId,
    *,
    by: By,
    reason: Reason,
    matter: Matter = None,
    as_json: AsJson = False,
) -> None:
    """Hold a ticket: nothing of it is removed, nor of its chain, until it is released.

    A ticket may be held for several matters. Exit status: 3 if there is no such ticket, 4 if
    somebody else holds it for this matter already.
    """
    from jobs.holding import hold

    author = Author(actor=Actor.USER, name=by)
    placed = asyncio.run(
        _with_env(lambda env: hold(env, ticket_id, by=author, reason=reason, matter=matter))
    )
    _tell(placed, f"{_sentence(placed)} is held{_for(placed)}.", as_json=as_json)


@app.command("release")
def release_hold(
    ticket_id: TicketId,
    *,
    by: By,
    reason: Reason,
    matter: Matter = None,
    as_json: AsJson = False,
) -> None:
    """Release a ticket from a hold; without --matter from the only one.

    A day of the audit log that is held by a line of another tool is released by the name under
    which `holds list` shows it, as audit_20261129.

    Exit status: 2 if several matters hold it and none is named, 3 if it is not held.
    """
    from jobs.holding import release

    author = Author(actor=Actor.USER, name=by)
    ended = asyncio.run(
        _with_env(lambda env: release(env, ticket_id, by=author, reason=reason, matter=matter))
    )
    _tell(ended, f"{_sentence(ended)} is released{_for(ended)}.", as_json=as_json)


@app.command("list")
def list_holds(
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Also those that were released.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the holds that are open, the oldest first."""
    holds = asyncio.run(_with_env(lambda env: env.store.legal_holds.list()))
    shown = [hold for hold in holds if every or hold.is_open]
    if as_json:
        print_json([hold.model_dump(mode="json") for hold in shown])
    elif shown:
        print_table(COLUMNS, [_row(hold) for hold in shown])
    else:
        sys.stdout.write("No ticket is held.\n")


async def _with_env(use: "Callable[[Env], Awaitable[T]]") -> T:
    from jobs.wiring import make_env

    env = make_env(Config.from_env(os.environ))
    try:
        return await use(env)
    finally:
        await env.queue.close()


def _tell(hold: "Hold", sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(hold.model_dump(mode="json"))
    else:
        sys.stdout.write(f"{sentence}\n")


def _sentence(hold: "Hold") -> str:
    return hold.what[0].upper() + hold.what[1:]


def _for(hold: "Hold") -> str:
    return f" for {hold.matter}" if hold.matter else ""


def _row(hold: "Hold") -> tuple[str, ...]:
    ended = hold.released
    return (
        hold.ticket_id,
        hold.matter or "",
        f"{hold.since:{STAMP}}",
        hold.by,
        hold.reason,
        f"{ended.at:{STAMP}} by {ended.by}: {ended.reason}" if ended else "",
    )
