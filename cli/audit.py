"""`texas811 audit`: the audit log proved from end to end, and read."""

import os
import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import completing
from cli.audit_bundle import bundle
from cli.statuses import Status
from cli.tables import bar, print_json, print_json_line, print_table
from config import Config
from domain.errors import RejectedError

if TYPE_CHECKING:
    from domain.audit import AuditEvent
    from storage.audit_proof import ChainProof
    from storage.audit_reading import DamagedLine

STAMP = "%Y-%m-%d %H:%M:%SZ"
COLUMNS = ("at", "actor", "action", "ticket", "status", "what was noted")

app = typer.Typer(help="Prove the audit log, and read it.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("verify")
def verify(
    *,
    since_head: Annotated[
        str | None,
        typer.Option(metavar="HEAD", help="Also see that this head, noted earlier, is in it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove every line of the audit log, and that they hang together.

    A log that was cut off at its end, or made anew as a whole, hangs together too. So note the head
    that this prints somewhere else, and give it with --since-head later.

    The head is DAY/NUMBER:SHA256 of the newest day's last line, as 20261129/512:9f3c...; where
    lines came late to earlier days, that of each such day too, joined by +. Every line of the
    log hangs on one of these. Note it whole.

    Exit status: 0 if the log is whole, 1 if it is broken, if it is not proven to hold that head
    (in itself, or in the archives of its removed days), if such an archive is lost, or if it has
    days that have not come yet; 2 for what is no head, 3 if this is no data directory.
    """
    from storage.audit_proof import LINES_A_STEP, NotedHead, lines_in, proved
    from storage.clock import system_clock
    from storage.layout import Layout

    layout = Layout(Config.from_env(os.environ).root)
    noted = NotedHead.parsed(since_head) if since_head else None
    total = lines_in(layout) // LINES_A_STEP
    with bar("proving, a thousand lines", total=total, is_wanted=not as_json) as step:
        proof = proved(layout, noted, step, system_clock)
    if as_json:
        print_json({"is_whole": proof.is_whole, **proof.model_dump(mode="json")})
    else:
        _tell(proof)
    if not proof.is_whole:
        raise typer.Exit(Status.FOUND)


@app.command("show")
def show(
    *,
    day: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Of which UTC day.")
    ] = None,
    ticket: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="About which ticket.", autocompletion=completing.tickets
        ),
    ] = None,
    array: Annotated[
        bool, typer.Option("--array", help="Print one JSON array, as the specification has it.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object a line.")
    ] = False,
) -> None:
    """Show the events of a day, or those about a ticket, as they were written.

    Exit status: 0 if all could be read, 1 if a line cannot be believed, 2 if neither or both are
    named, 3 if this is no data directory.
    """
    from storage.audit_reading import DamagedLine
    from storage.layout import Layout

    layout = Layout(Config.from_env(os.environ).root)
    damaged: list[DamagedLine] = []
    found = _events(layout, day, ticket, damaged)
    if array:
        print_json([event.model_dump(mode="json") for event in found])
    elif as_json:
        for event in found:
            print_json_line(event.model_dump(mode="json"))
    else:
        print_table(COLUMNS, (_row(event) for event in found))
    for line in damaged:
        sys.stderr.write(f"{line.file}: line {line.number}: {line.problem}.\n")
    if damaged:
        raise typer.Exit(Status.FOUND)


app.command("bundle")(bundle)


def _events(
    layout: Any, day: str | None, ticket: str | None, damaged: "list[DamagedLine]"
) -> "Iterator[AuditEvent]":
    """Yield what was asked for; what cannot be believed is added to `damaged`."""
    from storage.audit_reading import AuditReader, DamagedLine, read_lines
    from storage.layout import checked_name

    layout.existing(layout.audit)
    if (day is None) == (ticket is None):
        raise RejectedError(
            "Name a day or a ticket.", field="day", remedy="Give either --day or --ticket."
        )
    if ticket is not None:
        history = AuditReader(layout).search_about(checked_name("ticket_id", ticket))
        damaged += history.damaged
        yield from history.events
        return
    for found in read_lines(layout.audit_file(f"{_day(str(day)):%Y%m%d}")):
        if isinstance(found, DamagedLine):
            damaged.append(found)
        else:
            yield found.event


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RejectedError(
            f"{text[:80]!r} is no day.", field="day", remedy="Write it like 2026-11-29."
        ) from None


def _row(event: "AuditEvent") -> tuple[str, ...]:
    status = " → ".join(filter(None, (event.from_status, event.to_status)))
    who = (f"{event.timestamp:{STAMP}}", event.actor, event.action)
    return (*who, event.ticket_id or "", status, event.notes or "")


def _tell(proof: "ChainProof") -> None:
    if proof.breaks:
        columns = ("file", "line", "problem", "believed until", "whole lines behind it")
        rows = [
            (
                one.file,
                str(one.line),
                one.problem,
                f"{one.believed_until:{STAMP}}" if one.believed_until else "no line before it",
                str(one.follows),
            )
            for one in proof.breaks
        ]
        print_table(columns, rows)
    if proof.first_at and proof.last_at:
        reach = f", from {proof.first_at:{STAMP}} to {proof.last_at:{STAMP}}"
    else:
        reach = ""
    days = "1 day" if proof.days == 1 else f"{proof.days} days"
    sys.stdout.write(f"{proof.lines:,} lines of {days} can be believed{reach}.\n")
    if proof.removed_until:
        sys.stdout.write(
            f"What is before it was removed, up to {proof.removed_until}; it is in {proof.archive}.\n"
        )
    for lost in proof.lost_archives:
        sys.stdout.write(f"{lost}\n")
    for day in proof.days_ahead:
        sys.stdout.write(f"{day} has not come yet: it was written by a wrong clock.\n")
    if proof.noted_head:
        sys.stdout.write(f"{_of_noted(proof)}\n")
    if proof.head:
        sys.stdout.write(f"Head: {proof.head}\n")
    end = f"The chain is broken in {proof.breaks_total} places."
    sys.stdout.write(end + "\n" if proof.breaks_total else "The chain is whole.\n")


def _of_noted(proof: "ChainProof") -> str:
    """Return what became of the head that was noted earlier."""
    match proof.has_noted_head:
        case True:
            return "It holds the head that was noted: nothing before it was changed."
        case False:
            return f"It does not hold the head {proof.noted_head}: the log was cut off, or written anew."
    return (
        f"The head {proof.noted_head} is of days that were removed, and no archive in "
        "backups/retired/ holds it: bring that archive back."
    )
