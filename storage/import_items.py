"""A file to import, read as it is written: what stands on each line, or what is wrong with it."""

import codecs
import csv
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pydantic import JsonValue, ValidationError
from pydantic_core import from_json

from domain.errors import MalformedError, RejectedError, Texas811Error
from domain.import_forms import checked_columns, delimiter_of, from_row
from domain.import_forms import from_json as form_of
from domain.importing import Brought, refusal_of
from domain.json_elements import elements
from storage.files import BLOCK_BYTES
from storage.incoming import RawLine, lines_of, text_of, too_long
from storage.portable import (
    READ,
    RECORD_BYTES_MAX,
    Head,
    Record,
    Seal,
    Tail,
    line_of_value,
)

ROW_BYTES_MAX = 1024 * 1024
BYTE_ORDER_MARK = "\ufeff"


class ImportFormat(StrEnum):
    """How a file is written. An element of JSON says by itself what it is."""

    NDJSON = "ndjson"
    JSON = "json"
    CSV = "csv"
    OPEN_TICKET = "open-ticket"
    GEOJSON = "geojson"


FORMAT_OF_SUFFIX = {
    ".ndjson": ImportFormat.NDJSON,
    ".jsonl": ImportFormat.NDJSON,
    ".json": ImportFormat.JSON,
    ".csv": ImportFormat.CSV,
    ".geojson": ImportFormat.GEOJSON,
}


class Item(NamedTuple):
    """What stands on a line, by the line's number; `ticket_id` is whose record it is."""

    line: int
    what: Record | Brought | Texas811Error
    ticket_id: str | None = None


def format_of(path: Path) -> ImportFormat:
    """Return how a file is written, by its name. Raises RejectedError if that does not tell."""
    found = FORMAT_OF_SUFFIX.get(path.suffix.lower())
    if found is None:
        raise RejectedError(
            f"The name {path.name[:80]} does not tell how the file is written.",
            field="--format",
            remedy="Say it.",
            suggested_values=[*ImportFormat],
        )
    return found


def items_of(file: BinaryIO, written_as: ImportFormat) -> Iterator[Item]:
    """Yield what stands in a file, line by line.

    Raises MalformedError or TooLargeError where it cannot be read on, and UnavailableError.
    """
    if written_as is ImportFormat.CSV:
        yield from _rows(file)
    else:
        yield from _records(values_of(file, written_as))


class Value(NamedTuple):
    """A value of JSON, where it begins, and the line that it had or has as NDJSON."""

    line: int
    value: JsonValue | Texas811Error
    content: bytes

    @property
    def kind(self) -> str:
        """What a record says that it is; empty for a ticket without history."""
        if isinstance(self.value, Texas811Error):
            return "unreadable"
        return str(self.value.get("kind", "")) if isinstance(self.value, dict) else ""


def values_of(file: BinaryIO, written_as: ImportFormat) -> Iterator[Value]:
    """Yield the values of a file of JSON. Raises as `items_of`."""
    return _json_lines(file) if written_as is ImportFormat.NDJSON else _json_elements(file)


def _json_lines(file: BinaryIO) -> Iterator[Value]:
    for line in lines_of(file, RECORD_BYTES_MAX):
        if line.content is None:
            yield Value(line.number, too_long(RECORD_BYTES_MAX), b"")
        elif content := _plain(line.content):
            yield Value(line.number, _parsed(content), content)


def _plain(line: bytes) -> bytes:
    """Return a line without what a program adds that only opens a file and saves it."""
    return line.removeprefix(BYTE_ORDER_MARK.encode()).strip()


def _json_elements(file: BinaryIO) -> Iterator[Value]:
    for element in elements(_pieces(file), characters_max=RECORD_BYTES_MAX):
        value = _parsed(element.text.encode("utf-8", "surrogatepass"))
        content = b"" if isinstance(value, Texas811Error) else line_of_value(value)
        yield Value(element.line, value, content)


def _pieces(file: BinaryIO) -> Iterator[str]:
    """Yield a file as text. Raises MalformedError for what is no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    at = 0
    try:
        while piece := file.read(BLOCK_BYTES):
            yield decoder.decode(piece)
            at += len(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise MalformedError(
            f"The file is not UTF-8: see its byte {at + error.start + 1}.",
            remedy="Save the file as UTF-8, and import it again.",
        ) from None


def _parsed(content: bytes) -> JsonValue | Texas811Error:
    try:
        value: JsonValue = from_json(content, allow_inf_nan=False)
    except ValueError as error:
        return MalformedError(
            f"This is no JSON: {error}.", remedy="Correct the line, and import the file again."
        )
    return value


class TailCheck:
    """Holds the values of a file against its tail, one after the other."""

    def __init__(self) -> None:
        self._seal = Seal()
        self._has_head = self._has_tail = False

    def take(self, value: Value) -> MalformedError | None:
        """Take the next value; return what is wrong if it is the tail, and does not fit."""
        if value.kind == Tail.model_fields["kind"].default:
            self._has_tail = True
            return None if value.value == self._seal.tail().model_dump() else _CHANGED
        self._has_head = self._has_head or value.kind == Head.model_fields["kind"].default
        self._seal.add(value.kind, value.content)
        return None

    def end(self) -> MalformedError | None:
        """Return what is wrong if the tail of an export is missing."""
        return _CUT_OFF if self._has_head and not self._has_tail else None


def _records(values: Iterator[Value]) -> Iterator[Item]:
    """Yield records of an export of everything, whose tail must fit, and tickets without history."""
    check, line = TailCheck(), 0
    for one in values:
        line = one.line
        if fault := check.take(one):
            yield Item(line, fault)
        elif isinstance(one.value, Texas811Error):
            yield Item(line, one.value)
        elif not (isinstance(one.value, dict) and "kind" in one.value):
            yield Item(line, _form(one.value))
        elif not isinstance(what := _record(one.value), Tail):
            yield Item(line, what, _ticket_in(one.value))
    if fault := check.end():
        yield Item(line, fault)


def _record(value: JsonValue) -> Record | Texas811Error:
    try:
        return READ.validate_python(value)
    except ValidationError as error:
        return refusal_of(error)


def _ticket_in(value: JsonValue) -> str | None:
    match value:
        case {"kind": "ticket", "ticket": {"id": str(ticket_id)}}:
            return ticket_id
    return None


def _form(value: JsonValue) -> Brought | Texas811Error:
    try:
        return form_of(value)
    except Texas811Error as error:
        return error


# CSV.


class _TextLines:
    """The lines of a file for the csv module: it goes on behind one that is refused."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = lines_of(file, ROW_BYTES_MAX)
        self.number = 0

    def __iter__(self) -> "_TextLines":
        return self

    def __next__(self) -> str:
        line: RawLine = next(self._lines)
        self.number = line.number
        return text_of(line, ROW_BYTES_MAX) + "\n"


def _rows(file: BinaryIO) -> Iterator[Item]:
    """Yield the rows of a CSV file, each by the line on which it begins."""
    lines = _TextLines(file)
    head = next(lines, "").removeprefix(BYTE_ORDER_MARK)
    delimiter = delimiter_of(head)
    try:
        columns = checked_columns(next(csv.reader([head], delimiter=delimiter), []))
    except csv.Error:
        raise _NO_LINES from None
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = lines.number + 1
        try:
            cells = next(rows)
            if cells:
                yield Item(start, from_row(columns, cells))
        except StopIteration:
            return
        except csv.Error as error:
            problem = f"This is no row of CSV: {error}."
            yield Item(start, MalformedError(problem, remedy="Look at its quotation marks."))
        except Texas811Error as error:
            yield Item(start, error)


_TAKEN = "What was taken stays: refused was only a ticket that contradicts its own event."
_CHANGED = MalformedError(
    "What stands before the tail is not what was exported: lines are missing, or were changed.",
    field="sha256",
    remedy=f"Export again, and import that. {_TAKEN}",
)
_CUT_OFF = MalformedError(
    "The file ends without its tail: it was cut off.",
    field="sha256",
    remedy=f"Export again, and import the whole file. {_TAKEN}",
)
_NO_LINES = MalformedError(
    "The first line is no row of CSV: the lines of the file do not end as they should.",
    remedy="Save the file as CSV with line ends of Windows or Unix (LF), and import it again.",
)
