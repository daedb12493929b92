"""`texas811 tickets`: what is in the store, read from the disk and from nowhere else."""

import asyncio
import os
import sys
from typing import Annotated

import typer

from cli.tables import print_json, print_table
from config import Config
from domain.audit import AuditEvent
from domain.errors import NotFoundError, RejectedError
from domain.gaps import GapSeverity, ValidationGap
from domain.questions import label, shown
from domain.ticket import Ticket, TicketStatus
from storage.store import Store
from storage.tickets import TicketListing

SHORT_ID_CHARACTERS = 8
NOT_SAID = "-"

app = typer.Typer(help="List and show tickets.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_tickets(
    status: Annotated[TicketStatus | None, typer.Option(help="Only these.")] = None,
    county: Annotated[str | None, typer.Option(help="Only in this county.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List tickets, the latest change first."""
    listing = asyncio.run(_list(_store(), status, county))
    if as_json:
        print_json([ticket.model_dump(mode="json") for ticket in listing.tickets])
    else:
        columns = ("ticket", "status", "county", "city", "company", "confidence", "open gaps")
        print_table(columns, map(_row, listing.tickets))
    for name in listing.damaged:
        sys.stderr.write(f"{name} cannot be read and is not listed.\n")


@app.command("show")
def show_ticket(
    ticket_id: Annotated[str, typer.Argument(help="The id, or its first characters.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show a ticket: its facts, its open gaps, its history."""
    ticket, history = asyncio.run(_read(_store(), ticket_id))
    if as_json:
        events = [event.model_dump(mode="json") for event in history]
        print_json(
            {**ticket.model_dump(mode="json"), "version": ticket.version, "history": events}
        )
        return
    facts = {"status": ticket.status, **ticket.stated()}
    print_table(("field", "value"), [(label(name), shown(facts[name])) for name in facts])
    print_table(("gap", "severity", "question"), map(_gap_row, ticket.open_gaps))
    print_table(("when (UTC)", "who", "what", "status"), map(_event_row, history))


def _store() -> Store:
    return Store(Config.from_env(os.environ).root)


async def _list(store: Store, status: TicketStatus | None, county: str | None) -> TicketListing:
    return await store.tickets.list(status=status, county=county)


async def _read(store: Store, start: str) -> tuple[Ticket, list[AuditEvent]]:
    ticket_id = _whole_id(store, start)
    return await store.tickets.get(ticket_id), await store.audit.about(ticket_id)


def _whole_id(store: Store, start: str) -> str:
    """Return the one id that starts so. Raises NotFoundError, or RejectedError for several."""
    matching = sorted(id_ for id_ in store.tickets.ids() if id_.startswith(start))
    if not matching:
        raise NotFoundError(
            f"There is no ticket {start}.", remedy="See `texas811 tickets list`."
        )
    if len(matching) > 1 and start not in matching:
        raise RejectedError(
            f"{len(matching)} tickets begin with {start}: {', '.join(matching[:3])} …",
            field="ticket_id",
            remedy="Give more of the id.",
        )
    return start if start in matching else matching[0]


def _row(ticket: Ticket) -> tuple[str, ...]:
    required = sum(gap.severity is GapSeverity.REQUIRED for gap in ticket.open_gaps)
    return (
        ticket.id[:SHORT_ID_CHARACTERS],
        ticket.status,
        ticket.county or NOT_SAID,
        ticket.city or NOT_SAID,
        ticket.company or NOT_SAID,
        f"{ticket.extraction_confidence:.2f}",
        f"{ticket.gap_count} ({required} required)",
    )


def _gap_row(gap: ValidationGap) -> tuple[str, ...]:
    suggested = f" [{' | '.join(gap.suggested_values)}]" if gap.suggested_values else ""
    return (label(gap.field), gap.severity, (gap.suggested_prompt or gap.problem) + suggested)


def _event_row(event: AuditEvent) -> tuple[str, ...]:
    moved = f"{event.from_status or NOT_SAID} → {event.to_status or NOT_SAID}"
    return (f"{event.timestamp:%Y-%m-%d %H:%M:%S}", event.actor, event.action, moved)
