"""`texas811 tickets`: what is in the store, read from the disk and from nowhere else."""

import asyncio
import os
import sys
from datetime import datetime
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from cli.tables import print_json, print_table
from config import Config
from domain.audit import AuditEvent
from domain.errors import NotFoundError, RejectedError
from domain.gaps import GapSeverity, ValidationGap
from domain.moment import StatedMoment
from domain.questions import label, shown
from domain.ticket import Ticket, TicketStatus
from storage.index import TicketQuery
from storage.store import Store

SHORT_ID_CHARACTERS = 8
SHOWN_CHARACTERS_MAX = 80
NOT_SAID = "-"

app = typer.Typer(help="List and show tickets.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_tickets(  # noqa: PLR0913 - an option for each thing that can be asked
    *,
    status: Annotated[TicketStatus | None, typer.Option(help="Only these.")] = None,
    county: Annotated[str | None, typer.Option(help="Only in this county.")] = None,
    company: Annotated[str | None, typer.Option(help="Only of this company.")] = None,
    month: Annotated[
        str | None, typer.Option(help="Only last changed in this month: YYYY-MM.")
    ] = None,
    expiring_before: Annotated[
        str | None, typer.Option(help="Only whose life ends before this moment, with its zone.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="Only with all these words.")] = None,
    as_json: AsJson = False,
) -> None:
    """List tickets, the latest change first."""
    end = _moment(expiring_before) if expiring_before else None
    query = TicketQuery(status, county, company, month, end, text)
    tickets, damaged = asyncio.run(_list(_store(), query))
    if as_json:
        print_json([ticket.model_dump(mode="json") for ticket in tickets])
    else:
        columns = ("ticket", "status", "county", "city", "company", "confidence", "open gaps")
        print_table(columns, map(_row, tickets))
    for name in damaged:
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


def _moment(text: str) -> datetime:
    """Return the instant that is written here. Raises RejectedError for one without a zone."""
    try:
        return TypeAdapter(StatedMoment).validate_python(text)
    except ValidationError:
        raise RejectedError(
            f"{text[:SHOWN_CHARACTERS_MAX]!r} is not a moment.",
            field="expiring_before",
            remedy="Write date, time and offset from UTC, as in 2026-12-07T10:00:00-06:00.",
        ) from None


async def _list(store: Store, query: TicketQuery) -> tuple[list[Ticket], list[str]]:
    """Return the tickets that are asked for, and the names of files that cannot be read."""
    page = await store.index.find(query)
    found = await store.tickets.batch([entry.id for entry in page.entries])
    return [ticket for ticket in found.values() if ticket], page.damaged


async def _read(store: Store, start: str) -> tuple[Ticket, list[AuditEvent]]:
    ticket_id = _whole_id(store, start)
    return await store.tickets.get(ticket_id), (await store.history(ticket_id)).events


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
