"""`texas811 export` and `texas811 import`: everything out of a data directory, and into another."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from cli import completing
from cli.statuses import Status
from cli.tables import bar, plain, print_json, print_table
from config import Config
from domain.audit import Actor, Author
from domain.exporting import Export, ExportFormat
from storage.clock import system_clock
from storage.import_items import ImportFormat, format_of
from storage.store import Store

if TYPE_CHECKING:
    from storage.importing import ImportReport, LineProblem
    from storage.portability import Selection
    from storage.portable import LeftOut

STANDARD_OUTPUT = Path("-")
TICKETS_AT_ONCE = 100


def export(
    *,
    written_as: Annotated[
        ImportFormat,
        typer.Option("--format", help="NDJSON and JSON hold everything, the others tickets."),
    ] = ImportFormat.NDJSON,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where to; - prints it.")
    ] = STANDARD_OUTPUT,
    ticket: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TICKET_ID",
            help="Only this ticket, its order and its events; give it again for another.",
            autocompletion=completing.tickets,
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Only tickets changed since this moment, with its zone.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As --format json.")] = False,
) -> None:
    """Write everything that there is, while the service runs or not; what is left out is told.

    Exit status: 0 if all was written, 1 if something was left out, 3 for no data directory or no
    such ticket, 5 if the disk fails.
    """
    from cli.tickets import stated_moment, whole_id
    from storage.portability import Selection

    store = Store(Config.from_env(os.environ).root)
    written_as = ImportFormat.JSON if as_json else written_as
    ids = dict.fromkeys(whole_id(store, start) for start in ticket or ())
    wanted = Selection(tuple(ids), stated_moment(since, "since") if since else None)
    with _destination(output) as file:
        if written_as in {ImportFormat.NDJSON, ImportFormat.JSON}:
            left_out = _write_all(store, wanted, file, is_array=written_as is ImportFormat.JSON)
        else:
            left_out = _write_tickets(store, wanted, file, ExportFormat(written_as.value))
    if left_out:
        raise typer.Exit(Status.FOUND)


def import_file(  # noqa: PLR0913 - each option is one of the command
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file; - is standard input.")
    ],
    *,
    by: Annotated[str, typer.Option(help="Who imports it.")],
    written_as: Annotated[
        ImportFormat | None,
        typer.Option("--format", help="How it is written, if its name does not tell."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would become of it; write nothing.")
    ] = False,
    accept_changed: Annotated[
        bool,
        typer.Option(
            "--accept-changed",
            help="Also an export that was changed or cut off since, each line by itself.",
        ),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print one JSON object, and one a line for a refusal."),
    ] = False,
) -> None:
    """Take a file in: what an export of everything holds, or tickets that become drafts.

    What is here already is never overwritten, and done twice it is done once. An export is proved
    before anything is taken of it; from a pipe, where that cannot be, its tail is proved at the
    end. Exit status: 0 if all of it is here now, 2 if a line was refused, with all others taken,
    or the file was changed, with nothing taken, 3 if there is no such file, 4 if another import
    is under way, 5 if the disk fails.
    """
    report = asyncio.run(
        _import(
            file,
            written_as or format_of(file),
            by,
            is_dry=dry_run,
            accepts_changed=accept_changed,
            as_json=as_json,
        )
    )
    rows = [(kind, what, number) for (kind, what), number in sorted(report.counts.items())]
    if as_json:
        told = [{"kind": kind, "what": what, "number": number} for kind, what, number in rows]
        print_json({"taken": told, "refused": report.refused, "is_dry_run": dry_run})
    else:
        shown = [(kind.replace("_", " "), what, str(number)) for kind, what, number in rows]
        if report.refused:
            shown.append(("line", "refused", str(report.refused)))
        print_table(
            ("what", "would become of it" if dry_run else "became of it", "number"), shown
        )
    if report.refused:
        raise typer.Exit(Status.REJECTED)


async def _import(  # noqa: PLR0913 - what is taken, by whom, and how
    path: Path,
    written_as: ImportFormat,
    by: str,
    *,
    is_dry: bool,
    accepts_changed: bool,
    as_json: bool,
) -> "ImportReport":
    from storage.importing import Importing

    store = Store(Config.from_env(os.environ).root)
    await store.open()
    with bar("lines", total=None, is_wanted=not as_json) as advance:

        def tell(problem: "LineProblem") -> None:
            _tell(problem, as_json=as_json)

        importing = Importing(
            store,
            by=Author(actor=Actor.USER, name=by),
            is_dry=is_dry,
            accepts_changed=accepts_changed,
            on_problem=tell,
            on_line=advance,
        )
        try:
            return await importing.run(path, written_as)
        finally:
            await store.close()


def _tell(problem: "LineProblem", *, as_json: bool) -> None:
    """Tell of a line that was refused: a sentence for a person, or a JSON object on a line."""
    failure = problem.failure
    if as_json:
        told = {
            "line": problem.line,
            "field": failure.field,
            "problem": failure.problem,
            "remedy": failure.remedy,
        }
        sys.stderr.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    place = f"{failure.field}: " if failure.field else ""
    said = f"line {problem.line}: {place}{failure.problem} {failure.remedy or ''}"
    sys.stderr.write(plain(said.rstrip()) + "\n")


@contextmanager
def _destination(output: Path) -> Iterator[BinaryIO]:
    """Yield what to write to: a file that gets its name when it is whole, or standard output."""
    if output == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    from storage.outgoing import written_whole

    with written_whole(output) as file:
        yield file


def _write_all(store: Store, wanted: "Selection", file: BinaryIO, *, is_array: bool) -> bool:
    """Write every record as a line, or as an element of one array; was something left out?"""
    from storage.portability import Portability
    from storage.portable import LeftOut, Record, sealed

    left_out = False

    def told(records: Iterator[Record]) -> Iterator[Record]:
        nonlocal left_out
        for record in records:
            if isinstance(record, LeftOut):
                left_out = True
                _tell_left_out(record)
            yield record

    with bar("tickets", total=_total(store, wanted), is_wanted=not sys.stdout.isatty()) as step:
        records = Portability(store).records(wanted, on_ticket=step)
        between = b"[\n" if is_array else b""
        for line in sealed(told(records)):
            file.write(between + line + (b"" if is_array else b"\n"))
            between = b",\n" if is_array else b""
        file.write(b"\n]\n" if is_array else b"")
    return left_out


def _total(store: Store, wanted: "Selection") -> int:
    return len(wanted.ticket_ids) or sum(1 for _id in store.tickets.ids())


def _tell_left_out(record: "LeftOut") -> None:
    sys.stderr.write(plain(f"{record.what} is left out: {record.problem}") + "\n")


def _write_tickets(
    store: Store, wanted: "Selection", file: BinaryIO, written_as: ExportFormat
) -> bool:
    """Write tickets in a format of other programs; was one left out?"""
    from storage.portability import Portability
    from storage.portable import LeftOut

    export = Export(written_as, system_clock())
    damaged = False
    file.write(export.begin().encode())
    with bar("tickets", total=_total(store, wanted), is_wanted=not sys.stdout.isatty()) as step:
        for found in Portability(store).tickets(wanted, on_ticket=step):
            if isinstance(found, LeftOut):
                damaged = True
                _tell_left_out(found)
            else:
                file.write(export.part([found]).encode())
    file.write(export.end().encode())
    for one in export.left_out:
        sys.stderr.write(plain(f"{one['id']} is left out: {one['problem']}") + "\n")
    return damaged or bool(export.left_out)
