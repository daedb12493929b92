"""The facts of a draft as a form: each with what the ticket says, and what was changed in it.

What was changed is told by the texts: an input that still holds what it was shown with is not
sent, whatever a browser makes of a time or of a line break. An input that was emptied unsays its
fact.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from api.bodies import Edit
from api.dashboard.about_tickets.form_fields import FormField, form_fields, read_form, wall_time
from api.dashboard.about_tickets.plain_words import field_words
from api.dashboard.about_tickets.ticket_facts import SECTIONS
from domain.drafting import ALWAYS_SAID
from domain.errors import RejectedError
from domain.facts import TicketFacts
from domain.location import CoordinateSource, GPSCoordinate
from domain.readiness import COUNTY_UNKNOWN
from domain.texas import find_county, zone_named
from domain.ticket import Ticket

# It is drawn from the point and the size that is described; nobody types it.
DRAWN = "geometry"
POINT = "gps_coordinates"
NUMBERS_OF_A_POINT = 2
START = "planned_start_at"
APART = frozenset(({*Edit.model_fields} - {*TicketFacts.model_fields}) | {DRAWN})


@dataclass(frozen=True, slots=True)
class FieldSection:
    """The inputs of one section of a ticket."""

    title: str
    fields: tuple[FormField, ...]


def fact_fields(ticket: Ticket) -> tuple[FormField, ...]:
    """Return an input for each fact, which holds what the ticket says of it."""
    zone = _zone(ticket.county)
    return tuple(_filled(one, ticket, zone) for one in form_fields(Edit, without=APART))


def in_sections(fields: tuple[FormField, ...]) -> list[FieldSection]:
    """Return these inputs by the sections of the specification."""
    found: dict[str, list[FormField]] = {}
    title = ""
    by_name = {one.field: one for one in fields}
    for name in TicketFacts.model_fields:
        title = SECTIONS.get(name, title)
        if name in by_name:
            found.setdefault(title, []).append(by_name[name])
    return [FieldSection(title, tuple(some)) for title, some in found.items()]


def changed(fields: tuple[FormField, ...], typed: Mapping[str, str]) -> tuple[FormField, ...]:
    """Return the inputs that hold something else than they were shown with, with what was typed.

    Where the county was changed to one of another zone, the planned start is meant by its clocks.
    """
    now = {one.name: _plain(typed.get(one.name, one.value)) for one in fields}
    was = {one.name: _plain(one.value) for one in fields}
    names = {name for name in now if now[name] != was[name]}
    if now[START] and _zone(now["county"]) is not _zone(was["county"]):
        names.add(START)
    return tuple(replace(one, value=now[one.name]) for one in fields if one.name in names)


def stated(ticket: Ticket, altered: tuple[FormField, ...], now: datetime) -> dict[str, object]:
    """Return what these inputs state, as the body of an edit takes it; what is empty is unsaid.

    Raises RejectedError for a point, or a time, that is none.
    """
    typed = {one.name: one.value for one in altered}
    said = read_form(altered, typed, _zone(typed.get("county", ticket.county)), now)
    if POINT in said:
        said[POINT] = _point(str(said[POINT]))
    return {one.field: said.get(one.field) for one in altered}


def _filled(field: FormField, ticket: Ticket, zone: ZoneInfo) -> FormField:
    value = _text(getattr(ticket, field.field), zone)
    # An input of one line would swallow the break, and seem to have been changed.
    kind = "long" if field.kind == "text" and "\n" in value else field.kind
    options = field.options
    if field.field in ALWAYS_SAID:
        options = tuple(one for one in options if one[0])
    return replace(
        field, label=field_words(field.field), kind=kind, options=options, value=value
    )


def _text(value: object, zone: ZoneInfo) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return wall_time(value, zone)
        case GPSCoordinate():
            numbers = (value.latitude, value.longitude)
            return ", ".join("" if one is None else f"{one}" for one in numbers)
        case _:
            return str(value)


def _point(text: str) -> dict[str, object]:
    """Return the two numbers of a point; what they are is looked at with the other facts."""
    numbers = text.replace(",", " ").split()
    if len(numbers) != NUMBERS_OF_A_POINT:
        raise RejectedError(
            "A point has two numbers: latitude and longitude.",
            field=POINT,
            remedy="Write it in degrees, as 30.2672, -97.7431.",
        )
    latitude, longitude = numbers
    return {"latitude": latitude, "longitude": longitude, "source": CoordinateSource.MANUAL}


def _zone(county: str | None) -> ZoneInfo:
    """Return whose clocks are meant: those of the county, or of the center where there is none."""
    return zone_named((find_county(county or "") or COUNTY_UNKNOWN).timezone)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
