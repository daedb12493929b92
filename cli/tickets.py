"""`texas811 tickets`: what is in the store, read from the disk and from nowhere else."""

import asyncio
import os
import sys
from datetime import datetime
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from cli import completing
from cli.tables import bar, print_json, print_table
from config import Config
from domain.audit import AuditEvent
from domain.conditions import ConditionName
from domain.errors import NotFoundError, RejectedError
from domain.exporting import Export, ExportFormat
from domain.facts import TicketType
from domain.gaps import GapSeverity, ValidationGap
from domain.moment import StatedMoment
from domain.questions import label, shown
from domain.ticket import Ticket, TicketStatus, ValidationStatus
from jobs.finding import Search, find_tickets, read_in_parts
from storage.clock import system_clock
from storage.queries import TicketQuery
from storage.store import Store
from storage.tombstones import retired_ids

TICKETS_AT_ONCE = 100  # in memory, however many are exported
SHORT_ID_CHARACTERS = 8
SHOWN_CHARACTERS_MAX = 80
NOT_SAID = "-"

app = typer.Typer(help="List, show and export tickets.", no_args_is_help=True)

TicketId = Annotated[
    str,
    typer.Argument(help="The id, or its first characters.", autocompletion=completing.tickets),
]
Status = Annotated[
    list[TicketStatus] | None, typer.Option(help="Only these; give it again for another.")
]
County = Annotated[str | None, typer.Option(help="Only in this county.")]
Company = Annotated[str | None, typer.Option(help="Only of this company.")]
Month = Annotated[str | None, typer.Option(help="Only last changed in this month: YYYY-MM.")]
ExpiringBefore = Annotated[
    str | None, typer.Option(help="Only whose life ends before this moment, with its zone.")
]
Text = Annotated[str | None, typer.Option(help="Only with all these words.")]
Validation = Annotated[ValidationStatus | None, typer.Option(help="Only so validated.")]
Type = Annotated[TicketType | None, typer.Option(help="Only of this type.")]
NotReadyBecause = Annotated[
    ConditionName | None, typer.Option(help="Only where this is missing for the digging now.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_tickets(  # noqa: PLR0913 - an option for each thing that can be asked
    *,
    status: Status = None,
    county: County = None,
    company: Company = None,
    month: Month = None,
    expiring_before: ExpiringBefore = None,
    text: Text = None,
    validation_status: Validation = None,
    ticket_type: Type = None,
    not_ready_because: NotReadyBecause = None,
    as_json: AsJson = False,
) -> None:
    """List tickets, the latest change first."""
    end = _moment(expiring_before)
    query = TicketQuery(
        _any_of(status), county, company, month, end, text, validation_status, ticket_type
    )
    tickets, damaged = asyncio.run(_list(open_store(), Search(query, not_ready_because)))
    if as_json:
        print_json([ticket.model_dump(mode="json") for ticket in tickets])
    else:
        columns = ("ticket", "status", "county", "city", "company", "confidence", "open gaps")
        print_table(columns, map(_row, tickets))
    _tell_of_damage(damaged)


@app.command("export")
def export_tickets(  # noqa: PLR0913 - an option for each thing that can be asked
    *,
    written_as: Annotated[
        ExportFormat, typer.Option("--format", help="How they are written.")
    ] = ExportFormat.CSV,
    bom: Annotated[
        bool,
        typer.Option("--bom", help="Begin CSV with the mark by which spreadsheets know UTF-8."),
    ] = False,
    status: Status = None,
    county: County = None,
    company: Company = None,
    month: Month = None,
    expiring_before: ExpiringBefore = None,
    text: Text = None,
    validation_status: Validation = None,
    ticket_type: Type = None,
    not_ready_because: NotReadyBecause = None,
    as_json: Annotated[bool, typer.Option("--json", help="As --format json.")] = False,
) -> None:
    """Write tickets for other programs to standard output; what is left out is told beside it."""
    end = _moment(expiring_before)
    query = TicketQuery(
        _any_of(status), county, company, month, end, text, validation_status, ticket_type
    )
    wanted = ExportFormat.JSON if as_json else written_as
    export = Export(wanted, system_clock(), has_mark=bom)
    search = Search(query, not_ready_because)
    _tell_of_damage(asyncio.run(_export(open_store(), search, export)))
    for one in export.left_out:
        sys.stderr.write(f"{one['id']} is left out: {one['problem']}\n")


@app.command("history")
def show_history(
    ticket_id: TicketId,
    *,
    action: Annotated[str | None, typer.Option(help="Only this, as step_refused.")] = None,
    newest_first: Annotated[
        bool, typer.Option("--newest-first", help="Begin with what happened last.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what happened to a ticket, by whom, and why."""
    _ticket, history = asyncio.run(_read(open_store(), ticket_id))
    events = [event for event in history if action in (None, event.action)]
    if newest_first:
        events.reverse()
    if as_json:
        print_json([event.model_dump(mode="json") for event in events])
        return
    rows = [(*_event_row(event), event.notes or "") for event in events]
    print_table(("when (UTC)", "who", "what", "status", "notes"), rows)


@app.command("show")
def show_ticket(
    ticket_id: TicketId,
    *,
    as_json: AsJson = False,
) -> None:
    """Show a ticket: its facts, its open gaps, its history."""
    ticket, history = asyncio.run(_read(open_store(), ticket_id))
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


def open_store() -> Store:
    """Return the store that the settings name."""
    return Store(Config.from_env(os.environ).root)


def _any_of(statuses: list[TicketStatus] | None) -> tuple[TicketStatus, ...] | None:
    return tuple(statuses) if statuses else None


def _tell_of_damage(damaged: list[str]) -> None:
    for name in damaged:
        sys.stderr.write(f"{name} cannot be read and is not listed.\n")


def _moment(text: str | None) -> datetime | None:
    return stated_moment(text, "expiring_before") if text else None


def stated_moment(text: str, field: str) -> datetime:
    """Return the instant that is written here. Raises RejectedError, saying what is wrong."""
    try:
        return TypeAdapter(StatedMoment).validate_python(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        is_ours = first["type"] == "value_error"  # such as a year that no ticket can have
        why = f": {first['msg'].removeprefix('Value error, ')}" if is_ours else ""
        raise RejectedError(
            f"{text[:SHOWN_CHARACTERS_MAX]!r} is not a moment{why}.",
            field=field,
            remedy="Write date, time and offset from UTC, as in 2026-12-07T10:00:00-06:00 or "
            "2026-12-07T16:00:00Z.",
        ) from None


async def _list(store: Store, search: Search) -> tuple[list[Ticket], list[str]]:
    """Return the tickets that are asked for, and the names of files that cannot be read."""
    page = await find_tickets(store, search, system_clock())
    found = await store.tickets.batch([entry.id for entry in page.entries])
    return [ticket for ticket in found.values() if ticket], page.damaged


async def _export(store: Store, search: Search, export: Export) -> list[str]:
    """Write tickets, and return the names of files that cannot be read."""
    page = await find_tickets(store, search, system_clock())
    ids = [entry.id for entry in page.entries]
    sys.stdout.write(export.begin())
    with bar("tickets", total=len(ids), is_wanted=not sys.stdout.isatty()) as advance:
        async for tickets in read_in_parts(store, ids, TICKETS_AT_ONCE):
            sys.stdout.write(export.part(tickets))
            for _ticket in tickets:
                advance()
    sys.stdout.write(export.end())
    return page.damaged


async def _read(store: Store, start: str) -> tuple[Ticket, list[AuditEvent]]:
    ticket_id = whole_id(store, start)
    return await store.tickets.get(ticket_id), (await store.history(ticket_id)).events


def whole_id(store: Store, start: str) -> str:
    """Return the one id that starts so, also of a ticket that was removed when it was over.

    Raises NotFoundError, or RejectedError for several.
    """
    layout = store.quarantine.layout
    matching = sorted(id_ for id_ in store.tickets.ids() if id_.startswith(start))
    if not matching:
        matching = sorted(id_ for id_ in retired_ids(layout) if id_.startswith(start))
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
