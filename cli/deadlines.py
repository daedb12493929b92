"""`texas811 deadlines`: when digging may begin, and every other date that follows from a notice.

For one notice, or for a whole CSV file of them (`--batch`). It needs neither a store nor a
service, and looks at no clock.
"""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from cli.tables import bar, print_json, print_table
from domain.deadlines import DATES, Deadline, Deadlines
from domain.deadlines import deadlines as dates_of
from domain.errors import RejectedError
from domain.facts import TicketType
from domain.moment import in_our_time
from domain.texas import required_county, zone_named

BATCH_ROWS_MAX = 100_000
SHOWN_CHARACTERS_MAX = 80
ANSWERS = ("earliest_lawful_start", "response_due", "expires_at", "rule")
COLUMN_OF = {"at": "submitted_at", "type": "ticket_type"}  # what an option is called in a file

# Why a date that everybody looks for is not there.
NONE_BECAUSE = {
    "earliest_lawful_start": "a ticket of this type alone never permits digging",
    "response_due": "no deadline for operators is said anywhere",
    "expires": "it has no life of its own",
}
# What may stand between the words of a ticket type, or be left out: `DigUp`, `dig-up`.
BETWEEN_WORDS = re.compile(r"[\s_/&()-]+")


def deadlines(
    at: Annotated[str | None, typer.Option(help="The notice, as ISO 8601 with offset.")] = None,
    county: Annotated[str | None, typer.Option(help="The county of the site.")] = None,
    *,
    kind: Annotated[str, typer.Option("--type", help="The ticket type.")] = TicketType.NORMAL,
    batch: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            readable=True,
            help="A CSV file with submitted_at, county and ticket_type; - is standard input.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON; with --batch, an object a line.")
    ] = False,
) -> None:
    """Say when digging may begin, when operators must have answered, when the life ends."""
    if batch:
        if at or county:
            raise RejectedError("--batch takes its notices from the file.")
        _answer_file(batch, as_json=as_json)
        return
    if not at or not county:
        raise RejectedError("Give --at and --county of a notice, or --batch with a file.")
    found = _answer(at, county, kind)
    if as_json:
        print_json(with_local_times(found))
    else:
        _print(found)


def with_local_times(found: Deadlines) -> dict[str, Any]:
    """Return the dates as JSON, each with the time that clocks at the site show."""
    dates = {
        name: {"at_local": _local(found, date), **date.model_dump(mode="json")}
        for name, date in found.dates.items()
    }
    notice = found.notice_at.astimezone(zone_named(found.timezone))
    return {
        **found.model_dump(mode="json"),
        "notice_at_local": notice.isoformat(),
        **dates,
        "warnings": found.warnings,
    }


def _print(found: Deadlines) -> None:
    rows = []
    for name in DATES:
        date = found.dates.get(name)
        words = name.replace("_", " ")
        if date:
            when = f"{date.at.astimezone(zone_named(found.timezone)):%a %Y-%m-%d %H:%M:%S %Z}"
            rows.append((words, when, str(date.rule), date.source, date.reason))
        elif name in NONE_BECAUSE:
            rows.append((words, "none", "", "", NONE_BECAUSE[name]))
    at_site = f"at the site ({found.county}, {found.timezone})"
    print_table(("date", at_site, "rule", "source", "reason"), rows)
    if found.warnings:
        print_table(("warning",), [(warning,) for warning in found.warnings])


def _local(found: Deadlines, date: Deadline | None) -> str:
    return date.at.astimezone(zone_named(found.timezone)).isoformat() if date else ""


# What is asked.


def _answer(at: str, county: str, kind: str) -> Deadlines:
    """Return the dates of one notice. Raises RejectedError for the first value that is wrong."""
    return dates_of(notice_time(at), required_county(county), ticket_type(kind))


def notice_time(text: str) -> datetime:
    """Return the instant that is written here. Raises RejectedError for one without a zone."""
    shown = repr(text[:SHOWN_CHARACTERS_MAX])
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is not None:
            return in_our_time(moment)
        problem = f"{shown} has no zone, and could be hours wrong."
        remedy = "Add the offset from UTC, as in 2026-12-07T10:00:00-06:00."
    except ValueError:
        problem = f"{shown} is not a time that a notice can have."
        remedy = "Write date, time and offset from UTC, as in 2026-12-07T10:00:00-06:00."
    raise RejectedError(problem, field="at", remedy=remedy)


def ticket_type(text: str) -> TicketType:
    """Return the type of this name, in any case. Raises RejectedError with all that there are."""
    known = {_key(kind): kind for kind in TicketType}
    found = known.get(_key(text))
    if found is None:
        raise RejectedError(
            f"{text[:SHOWN_CHARACTERS_MAX]!r} is not a ticket type.",
            field="type",
            remedy=f"Take one of {', '.join(TicketType)}.",
            suggested_values=list(TicketType),
        )
    return found


def _key(name: str) -> str:
    return BETWEEN_WORDS.sub("", name).lower()


# A file of notices.


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the file: the line on which it begins, and its cells or why it has none."""

    line: int
    cells: Sequence[str] = ()
    failure: RejectedError | None = None


PARSE: dict[str, Callable[[str], Any]] = {
    "submitted_at": notice_time,
    "county": required_county,
    "ticket_type": ticket_type,
}


def _answer_file(path: Path, *, as_json: bool) -> None:
    """Print the answers to a file. Raises RejectedError if a row could not be answered."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    wrong_count = 0
    # A byte that is not UTF-8 can only make the value wrong in which it stands.
    with (
        TextIOWrapper(_opened(path), "utf-8-sig", errors="replace", newline="") as lines,
        bar("rows", total=None, is_wanted=not (as_json or sys.stdout.isatty())) as step,
    ):
        records = records_of(lines)
        places = places_of(next(records, Record(line=1)))
        if not as_json:
            writer.writerow((*PARSE, *ANSWERS))
        for record in records:
            answer, failures = _answer_record(record, places)
            if failures:
                wrong_count += 1
                _report(record.line, failures)
            elif as_json:
                _write_object(record.line, answer)
            else:
                writer.writerow(answer)
            step()
    if wrong_count:
        raise RejectedError(f"Rows without an answer: {wrong_count}.")


def _write_object(line: int, answer: Sequence[str]) -> None:
    named = dict(zip((*PARSE, *ANSWERS), answer, strict=True))
    told = {"line": line} | {name: value or None for name, value in named.items()}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


def _opened(path: Path) -> IO[bytes]:
    # Not left to `exists` and `allow_dash` of typer: 0.29 takes `-` for a file that is missing.
    if path == Path("-"):
        return sys.stdin.buffer
    if not path.exists():
        raise RejectedError(f"There is no file {path}.", field="batch")
    return path.open("rb")


def records_of(lines: Iterable[str], rows_max: int = BATCH_ROWS_MAX) -> Iterator[Record]:
    """Yield the header and the rows that are not blank; one record stands for too many."""
    reader = csv.reader(lines, strict=True)
    records = (one for one in iter(partial(_record, reader), None) if one.cells or one.failure)
    yield from islice(records, rows_max + 1)
    beyond = next(records, None)
    if beyond:
        problem = f"There are more than {rows_max:,} rows; from here on nothing was read."
        failure = RejectedError(problem, field="rows", remedy="Split the file.")
        yield Record(beyond.line, failure=failure)


def _record(reader: Any) -> Record | None:
    """Return the next record of a CSV reader, or None at the end of its file."""
    line = reader.line_num + 1
    try:
        return Record(line, next(reader))
    except StopIteration:
        return None
    except csv.Error as error:
        remedy = "Mend its quotes: they may hide the rows that follow."
        return Record(line, failure=RejectedError(f"{error}.", field="row", remedy=remedy))


def places_of(header: Record) -> list[int]:
    """Return where the columns that are asked stand. Raises RejectedError if one is missing."""
    if header.failure:
        raise header.failure
    names = [name.strip().lower() for name in header.cells]
    missing = [name for name in PARSE if name not in names]
    if missing:
        raise RejectedError(
            f"The first line names no column {' and no column '.join(missing)}.",
            field=f"line {header.line}",
            remedy=f"It must name {', '.join(PARSE)}; further columns are ignored.",
        )
    return [names.index(name) for name in PARSE]


def _answer_record(
    record: Record, places: Sequence[int]
) -> tuple[list[str], list[RejectedError]]:
    """Return the row to be printed, or everything that is wrong with this one."""
    if record.failure:
        return [], [record.failure]
    cells = [record.cells[place] if place < len(record.cells) else "" for place in places]
    values, failures = [], []
    for field, cell in zip(PARSE, cells, strict=True):
        try:
            values.append(_parsed(field, cell))
        except RejectedError as failure:
            failures.append(failure)
    if failures:
        return [], failures
    try:
        found = dates_of(*values)
    except RejectedError as failure:  # no policy is so old
        return [], [failure]
    dates = (found.earliest_lawful_start, found.response_due, found.expires)
    return [*cells, *(_local(found, date) for date in dates), found.rule], []


def _parsed(field: str, cell: str) -> Any:
    if not cell.strip():
        raise RejectedError("There is no value.", field=field, remedy="Fill it in.")
    return PARSE[field](cell)


def _report(line: int, failures: Iterable[RejectedError]) -> None:
    for failure in failures:
        field = COLUMN_OF.get(str(failure.field), failure.field)
        sys.stderr.write(f"line {line}, {field}: {failure.problem} {failure.remedy}\n")
