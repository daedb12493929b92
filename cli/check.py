"""`texas811 check`: is everything in the store as it should be, and what mends what is not?

It may run while the service does. What is damaged is restored from here too.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from cli import completing
from cli.statuses import Status
from cli.tables import bar, print_json, print_table
from config import Config
from domain.audit import SYSTEM, Actor, Author

ROWS_MAX = 100


def check(  # noqa: PLR0913 - each is an option of the command line
    *,
    restore: Annotated[
        str | None,
        typer.Option(
            metavar="TICKET_ID",
            help="Put the newest good version of a ticket back.",
            autocompletion=completing.damaged_tickets,
        ),
    ] = None,
    accept_older: Annotated[
        bool, typer.Option("--accept-older", help="Restore it also if a later version is lost.")
    ] = False,
    dismiss: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Nothing is missing without this quarantined file."),
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who restores or dismisses it.")] = None,
    documents: Annotated[
        bool, typer.Option("--documents", help="Also read the document of every work order.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check every file of the data directory, and tell what mends it.

    Exit status: 0 if everything is as it should be, 1 if something was found, 3 if this is no data
    directory. With --restore or --dismiss: 0 if it was done, 2, 3 or 5 if it cannot be.
    """
    author = Author(actor=Actor.USER, name=by) if by else SYSTEM
    if restore:
        restored = asyncio.run(_restore(restore, author, accepts_older=accept_older))
        _say(restored, as_json=as_json)
    if dismiss:
        asyncio.run(_dismiss(dismiss, author))
        _say({"dismissed": dismiss}, as_json=as_json)
    if not (restore or dismiss):
        asyncio.run(_check(reads_documents=documents, as_json=as_json))


async def _check(*, reads_documents: bool, as_json: bool) -> None:
    from storage.checking import StoreCheck
    from storage.findings import Finding
    from storage.store import Store

    class Watched(StoreCheck):
        """A check that says when it comes to a ticket."""

        def look_at_ticket(self, ticket_id: str) -> Iterator[Finding]:
            step()
            return super().look_at_ticket(ticket_id)

    store = Store(Config.from_env(os.environ).root)
    total = sum(1 for _id in store.tickets.ids())
    with bar("checking", total=total, is_wanted=not as_json) as step:
        report = await Watched(store, reads_documents=reads_documents).run()
    if as_json:
        print_json(report.model_dump(mode="json", exclude_none=True))
    elif report.is_clean:
        sys.stdout.write(f"{report.tickets} tickets: everything is as it should be.\n")
    else:
        rows = [(one.file, one.problem, one.remedy) for one in report.damaged]
        rows += [(one.file, one.problem, one.remedy) for one in report.findings]
        print_table(("file", "problem", "remedy"), rows[:ROWS_MAX])
        if len(rows) > ROWS_MAX:
            sys.stdout.write(f"And {len(rows) - ROWS_MAX} more: see --json.\n")
    if not report.is_clean:
        raise typer.Exit(Status.FOUND)


async def _restore(ticket_id: str, author: Author, *, accepts_older: bool) -> dict[str, Any]:
    from storage.restoring import Restoring
    from storage.store import Store

    restoring = Restoring(Store(Config.from_env(os.environ).root))
    restored = await restoring.restore(ticket_id, by=author, accepts_older=accepts_older)
    ticket = restored.ticket
    return {
        "restored": ticket.id,
        "version": ticket.version,
        "status": ticket.status,
        "source": restored.source,
    }


async def _dismiss(file: str, author: Author) -> None:
    from storage.restoring import Restoring
    from storage.store import Store

    await Restoring(Store(Config.from_env(os.environ).root)).dismiss(file, by=author)


def _say(done: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(done)
    elif "dismissed" in done:
        sys.stdout.write(
            f"{done['dismissed']} was seen to. Its bytes stay in the quarantine.\n"
        )
    else:
        sys.stdout.write(
            f"Ticket {done['restored']} is whole: version {done['version']}, "
            f"{done['status']}, from the {done['source']}.\n"
        )
