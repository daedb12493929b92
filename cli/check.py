"""`texas811 check`: is everything in the store as it should be, and what mends what is not?

It may run while the service does, also with --repair. What is damaged is restored from here too.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import completing
from cli.statuses import Status
from cli.tables import bar, print_json, print_table
from config import Config
from domain.audit import SYSTEM, Actor, Author

if TYPE_CHECKING:
    from storage.checking import CheckReport
    from storage.store import Store

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
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what is safe to mend, and tell what is left.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --repair: only tell what would be mended.")
    ] = False,
    by: Annotated[
        str | None, typer.Option(help="Who restores, dismisses or repairs it.")
    ] = None,
    documents: Annotated[
        bool, typer.Option("--documents", help="Also read the document of every work order.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check every file of the data directory, and tell what mends it.

    Exit status: 0 if everything is as it should be, 1 if something was found, 3 if this is no data
    directory. With --repair: 0 if everything is as it should be by now, 1 if something is left for
    a person. With --restore or --dismiss: 0 if it was done, 2, 3 or 5 if it cannot be.
    """
    author = Author(actor=Actor.USER, name=by) if by else SYSTEM
    if restore:
        restored = asyncio.run(_restore(restore, author, accepts_older=accept_older))
        _say(restored, as_json=as_json)
    if dismiss:
        asyncio.run(_dismiss(dismiss, author))
        _say({"dismissed": dismiss}, as_json=as_json)
    look = Look(reads_documents=documents, is_quiet=as_json)
    if repair or dry_run:
        asyncio.run(_repair(look, author, is_dry=dry_run))
    elif not (restore or dismiss):
        asyncio.run(_check(look))


@dataclass(frozen=True, slots=True)
class Look:
    """How the store is looked at: with its documents or without, and whether a bar is shown."""

    reads_documents: bool
    is_quiet: bool


async def _check(look: Look) -> None:
    report = await _looked(look)
    if look.is_quiet:
        print_json(report.model_dump(mode="json", exclude_none=True))
    else:
        _print_report(report)
    if not report.is_clean:
        raise typer.Exit(Status.FOUND)


async def _repair(look: Look, author: Author, *, is_dry: bool) -> None:
    from storage.repairing import Repairing, Repairs, left_by

    found = await _looked(look)
    repairing = Repairing(_store(), by=author)
    if is_dry:
        repairs = Repairs(done=await repairing.plan(found), refused=[])
        left = left_by(repairs.done, found)
    else:
        repairs = await repairing.mend(found)
        left = found if found.is_clean else await _looked(look)
    if look.is_quiet:
        told = repairs.model_dump(mode="json") | {"dry_run": is_dry}
        print_json(told | {"left": left.model_dump(mode="json", exclude_none=True)})
    else:
        _print_rows(
            ("file", "problem", "would be mended" if is_dry else "mended"),
            [(one.file, one.problem, one.done) for one in repairs.done],
        )
        for refusal in repairs.refused:
            sys.stderr.write(f"{refusal}\n")
        if is_dry and left.is_clean and repairs.done:
            sys.stdout.write("Nothing would be left for a person.\n")
        else:
            _print_report(left)
    if not (found if is_dry else left).is_clean:
        raise typer.Exit(Status.FOUND)


async def _looked(look: Look) -> "CheckReport":
    from storage.checking import StoreCheck
    from storage.findings import Finding

    class Watched(StoreCheck):
        """A check that says when it comes to a ticket."""

        def look_at_ticket(self, ticket_id: str) -> Iterator[Finding]:
            step()
            return super().look_at_ticket(ticket_id)

    store = _store()
    total = sum(1 for _id in store.tickets.ids())
    with bar("checking", total=total, is_wanted=not look.is_quiet) as step:
        return await Watched(store, reads_documents=look.reads_documents).run()


def _store() -> "Store":
    from storage.store import Store

    return Store(Config.from_env(os.environ).root)


def _print_report(report: "CheckReport") -> None:
    if report.is_clean:
        sys.stdout.write(f"{report.tickets} tickets: everything is as it should be.\n")
        return
    rows = [(one.file, one.problem, one.remedy) for one in report.damaged]
    rows += [(one.file, one.problem, one.remedy) for one in report.findings]
    _print_rows(("file", "problem", "remedy"), rows)


def _print_rows(columns: tuple[str, str, str], rows: list[tuple[str, str, str]]) -> None:
    if rows:
        print_table(columns, rows[:ROWS_MAX])
    if len(rows) > ROWS_MAX:
        sys.stdout.write(f"And {len(rows) - ROWS_MAX} more: see --json.\n")


async def _restore(ticket_id: str, author: Author, *, accepts_older: bool) -> dict[str, Any]:
    from storage.restoring import Restoring

    restoring = Restoring(_store())
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

    await Restoring(_store()).dismiss(file, by=author)


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
