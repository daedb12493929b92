"""`texas811 tickets at, revert, restore`: a ticket as it was, and made so again by one version more."""

import asyncio
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import completing
from cli.backup_parts import with_env
from cli.tables import print_json, print_table
from cli.tickets import AsJson, TicketId, app, open_store, stated_moment, whole_id
from domain.audit import Actor, Author
from domain.errors import NotFoundError, RejectedError
from domain.questions import label, shown
from domain.ticket import Ticket
from storage.layout import checked_name

if TYPE_CHECKING:
    from jobs.job import Env
    from jobs.reverting import Returned
    from storage.store import Store

HOLD_IT = (
    "Its time is over: place a legal hold on it (`texas811 holds place`), or the retention removes "
    "it again.\n"
)

At = Annotated[
    str | None, typer.Option(help="This moment, with its zone: 2026-11-20T10:00-06:00.")
]
By = Annotated[str, typer.Option(help="Who does it.")]
Reason = Annotated[str, typer.Option(help="Why.")]
From = Annotated[
    str,
    typer.Option("--from", metavar="BACKUP", help="Which.", autocompletion=completing.backups),
]


@app.command("at")
def show_as_it_was(
    ticket_id: TicketId,
    *,
    at: At = None,
    version: Annotated[int | None, typer.Option(help="Or this version.")] = None,
    backup: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="BACKUP",
            help="Or what this backup holds.",
            autocompletion=completing.backups,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a ticket as it was at a moment, in a version, or in a backup.

    Exit status: 2 if its history is not complete, 3 if there was no such ticket then.
    """
    _expect_one({"--at": at, "--version": version, "--from": backup})
    ticket, told = asyncio.run(_as_it_was(ticket_id, at, version, backup))
    if as_json:
        print_json({**ticket.model_dump(mode="json"), "version": ticket.version, **told})
        return
    event = told["event"]
    made = f"{event['action']} by {event['actor']}, {event['timestamp']}" if event else "untold"
    sys.stdout.write(f"Ticket {ticket.id}, version {ticket.version}: {made}.\n")
    if event and event["notes"]:
        sys.stdout.write(f"{event['notes']}\n")
    facts = {"status": ticket.status, **ticket.stated()}
    print_table(("field", "value"), [(label(name), shown(facts[name])) for name in facts])


@app.command("revert")
def revert_ticket(  # noqa: PLR0913 - each is an option of the command line
    ticket_id: TicketId,
    *,
    by: By,
    reason: Reason,
    at: At = None,
    to_version: Annotated[
        int | None, typer.Option(help="Or what it said in this version.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a ticket say again what it said then, as its next version; what happened stays.

    Exit status: 2 if that may not be or its history does not tell, 3 if there was no such version.
    """
    _expect_one({"--at": at, "--to-version": to_version})
    moment = stated_moment(at, "at") if at else None
    author = Author(actor=Actor.USER, name=by, reason=reason)

    async def run(env: "Env") -> Ticket:
        from jobs.reverting import revert_ticket

        to = moment or to_version or 0
        return await revert_ticket(env, whole_id(env.store, ticket_id), to, by=author)

    _say(asyncio.run(with_env(run)), "reverted", as_json=as_json)


@app.command("restore")
def restore_ticket(
    ticket_id: TicketId,
    *,
    backup: From,
    by: By,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Put a ticket back as a backup holds it, with its work order if that is missing.

    A ticket that is whole is reverted: its next version says what the backup does. One that was
    removed because its time was over is brought back. Exit status: 2 if that may not be, 3 if the
    backup does not hold it.
    """
    author = Author(actor=Actor.USER, name=by, reason=reason)

    async def run(env: "Env") -> "Returned":
        from jobs.reverting import restore_from_backup

        whole = _id_of(env.store, ticket_id)
        return await restore_from_backup(env, whole, backup, by=author)

    returned = asyncio.run(with_env(run))
    back = returned.put_back
    told = {
        "source": back.restored.source if back.restored else None,
        "work_order_restored": back.has_order_back,
        "reverted": returned.is_reverted,
    }
    what = "reverted" if returned.is_reverted else "restored"
    _say(returned.ticket, what, as_json=as_json, told=told)
    if back.has_order_back and not as_json:
        sys.stdout.write(f"Its work order {returned.ticket.work_order_id} is back, too.\n")
    if back.was_removed and not as_json:
        sys.stdout.write(HOLD_IT)


async def _as_it_was(
    start: str, at: str | None, version: int | None, backup: str | None
) -> tuple[Ticket, dict[str, Any]]:
    from storage.ticket_times import TicketTimes

    store = open_store()
    ticket_id, times = _id_of(store, start), TicketTimes(store)
    if backup:
        stored = await times.in_backup(ticket_id, backup)
        ticket, event = stored.ticket, stored.event
    else:
        then = await (
            times.in_version(ticket_id, version)
            if version is not None
            else times.at(ticket_id, stated_moment(at or "", "at"))
        )
        ticket, event = then.ticket, then.event
    return ticket, {"event": event.model_dump(mode="json") if event else None}


def _id_of(store: "Store", start: str) -> str:
    """Return the whole id of a ticket, also of one whose file is not there: that is given whole."""
    try:
        return whole_id(store, start)
    except NotFoundError:
        return checked_name("ticket_id", start)


def _expect_one(given: dict[str, object]) -> None:
    if sum(value is not None for value in given.values()) != 1:
        raise RejectedError(
            f"Give one of {', '.join(given)}.", remedy="See the command's --help."
        )


def _say(
    ticket: Ticket, what: str, *, as_json: bool, told: Mapping[str, object] | None = None
) -> None:
    if as_json:
        print_json(
            {
                "ticket_id": ticket.id,
                "version": ticket.version,
                "status": ticket.status,
                **(told or {}),
            }
        )
    else:
        sys.stdout.write(
            f"Ticket {ticket.id} is {what}: version {ticket.version}, {ticket.status}.\n"
        )
