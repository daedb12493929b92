"""Tickets written for other programs, a part at a time: CSV, JSON, Open Ticket 1.0 and GeoJSON.

Each ticket is written as time has left it at one moment, whether that was committed yet or not.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import JsonValue
from pydantic_core import to_json

from domain.errors import RejectedError
from domain.facts import TicketFacts
from domain.moving import as_of
from domain.open_ticket.site import site_of
from domain.open_ticket.writing import open_ticket_of
from domain.ticket import Ticket

BYTE_ORDER_MARK = "\ufeff"  # by it a spreadsheet knows UTF-8
# With these a cell begins that a spreadsheet would compute; the last four are their wide forms.
# Source: OWASP, CSV Injection.
FORMULA_BEGINNINGS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

DATES = (
    "requested_at",
    "notice_at",
    "response_due_at",
    "earliest_lawful_start",
    "positive_response_at",
    "refresh_by_at",
    "expires_at",
    "closed_at",
    "created_at",
    "updated_at",
)
_SHAPES = {"gps_coordinates", "geometry"}
_FACTS = tuple(name for name in TicketFacts.model_fields if name not in _SHAPES)
_ABOUT = (
    "id",
    "status",
    "validation_status",
    "response_status",
    "gap_count",
    "texas811_ticket_number",
    "work_order_id",
    "work_order_filename",
    "previous_ticket_id",
    "superseded_by_number",
)
COLUMNS = (*_ABOUT, *_FACTS, *DATES, "latitude", "longitude", "members", "version")
PROPERTIES = (
    "id",
    "status",
    "ticket_type",
    "county",
    "city",
    "company",
    "type_of_work",
    *DATES,
)


class ExportFormat(StrEnum):
    """How tickets are written."""

    CSV = "csv"
    JSON = "json"
    OPEN_TICKET = "open-ticket"
    GEOJSON = "geojson"


MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
    ExportFormat.OPEN_TICKET: "application/json",
    ExportFormat.GEOJSON: "application/geo+json",
}
SUFFIXES = {ExportFormat.CSV: "csv", ExportFormat.GEOJSON: "geojson"}


class Export:
    """One export as it is written: begun, a part after the other, ended.

    `left_out` names the tickets that the format cannot hold, each with the reason: in Open Ticket
    what was neither confirmed nor submitted, in GeoJSON what has no site that can be drawn.
    """

    def __init__(
        self, written_as: ExportFormat, now: datetime, *, has_mark: bool = False
    ) -> None:
        self.left_out: list[dict[str, JsonValue]] = []
        self._format = written_as
        self._now = now
        self._has_mark = has_mark
        self._separator = "\n"

    def begin(self) -> str:
        """Return what stands before the first ticket."""
        if self._format is ExportFormat.CSV:
            return (BYTE_ORDER_MARK if self._has_mark else "") + csv_line(COLUMNS)
        is_geojson = self._format is ExportFormat.GEOJSON
        return '{"type":"FeatureCollection","features":[' if is_geojson else "["

    def part(self, tickets: Iterable[Ticket]) -> str:
        """Return these tickets as they are written."""
        current = [as_of(ticket, self._now) for ticket in tickets]
        if self._format is ExportFormat.CSV:
            return "".join(csv_line(row_of(ticket)) for ticket in current)
        written = []
        for ticket in current:
            try:
                written.append(self._separator + _json(self._value_of(ticket)))
                self._separator = ",\n"
            except RejectedError as refusal:
                self.left_out.append({"id": ticket.id, "problem": refusal.problem})
        return "".join(written)

    def end(self) -> str:
        """Return what stands after the last ticket.

        In GeoJSON a member of our own, `left_out`, as RFC 7946 allows it.
        """
        if self._format is ExportFormat.CSV:
            return ""
        if self._format is ExportFormat.GEOJSON:
            return f'\n],"left_out":{_json(self.left_out)}}}\n'
        return "\n]\n"

    def _value_of(self, ticket: Ticket) -> dict[str, JsonValue]:
        if self._format is ExportFormat.JSON:
            return {**ticket.model_dump(mode="json"), "version": ticket.version}
        if self._format is ExportFormat.OPEN_TICKET:
            return open_ticket_of(ticket)
        return feature_of(ticket)


def row_of(ticket: Ticket) -> Iterator[object]:
    """Yield the values of a ticket in the order of `COLUMNS`."""
    place = ticket.gps_coordinates
    beside: dict[str, Any] = {
        "version": ticket.version,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "members": " ".join(member.code for member in ticket.members),
    }
    said = ticket.model_dump(mode="json", include={*COLUMNS} - beside.keys())
    return (beside.get(name, said.get(name)) for name in COLUMNS)


def csv_line(values: Iterable[object]) -> str:
    """Return one line of CSV (RFC 4180), in which no cell is computed by a spreadsheet.

    A text that begins like a formula gets an apostrophe before it, also behind apostrophes of its
    own: so that what `unguarded` takes off is never the text's.
    """
    lines: list[str] = []
    csv.writer(_Kept(lines)).writerow([_cell(value) for value in values])
    return "".join(lines)


def unguarded(cell: str) -> str:
    """Return a cell as it was before `csv_line` kept it from being computed."""
    return cell[1:] if cell.startswith("'") and _may_be_computed(cell) else cell


def feature_of(ticket: Ticket) -> dict[str, JsonValue]:
    """Return the work site as a GeoJSON feature, a circle or a strip as the polygon that it is.

    Raises RejectedError for a ticket without a site, and for a shape that cannot be drawn.
    """
    site, faults = site_of(ticket)
    if site is None:
        raise RejectedError(
            faults[0].message if faults else "The ticket has neither a shape nor a point.",
            field="geometry",
            remedy="State the coordinates of the site, or its shape.",
        )
    said = ticket.model_dump(mode="json", include=set(PROPERTIES))
    return {
        "type": "Feature",
        "id": ticket.id,
        "geometry": site.geojson,
        "properties": {
            **{name: said[name] for name in PROPERTIES},
            "number": ticket.texas811_ticket_number,
            "geometry_type": site.geometry_type.value,
        },
    }


class _Kept:
    """What the csv module writes to."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and _may_be_computed(value):
        return f"'{value}"
    return value


def _may_be_computed(text: str) -> bool:
    return text.lstrip("'").startswith(FORMULA_BEGINNINGS)


def _json(value: object) -> str:
    return to_json(value).decode()
