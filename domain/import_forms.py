"""The forms in which tickets are brought: a row of CSV, an Open Ticket, a feature, our own JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue
from rapidfuzz import fuzz, process

from domain.errors import MalformedError, RejectedError
from domain.exporting import COLUMNS, unguarded
from domain.facts import LEGAL_STATEMENTS
from domain.importing import FACTS, SHAPES, Brought, brought, status_warning
from domain.location import GeometryType
from domain.open_ticket.reading import is_open_ticket, read_open_ticket
from domain.open_ticket.slots import sections_of, slots_of
from domain.ticket import Ticket

MOMENTS = ("notice_at", "requested_at", "created_at")
BESIDE = ("texas811_ticket_number", *MOMENTS)
SUGGESTIONS_MAX = 3
SUGGESTION_LIKENESS_MIN = 70  # percent; below this a name is not worth offering
SHOWN_CHARACTERS_MAX = 80
DELIMITERS = (",", ";", "\t")  # a spreadsheet writes what its country is used to
FLAGS = {"true": True, "yes": True, "false": False, "no": False}
# For these two the format has one word where we have several.
UNSURE_IN_OPEN_TICKET = frozenset({"ticket_type", "priority_level"})
FEATURE_FACTS = ("ticket_type", "county", "city", "company", "type_of_work")
TYPE_OF_SHAPE = {
    "Point": GeometryType.POINT,
    "Polygon": GeometryType.POLYGON,
    "MultiPolygon": GeometryType.POLYGON,
    "LineString": GeometryType.LINE_BUFFER,
}


def delimiter_of(head: str) -> str:
    """Return what separates the cells of the line that names the columns."""
    return max(DELIMITERS, key=head.count)


def checked_columns(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns, in their order; empty for one without a heading.

    Raises MalformedError if no fact is among them, one stands there twice, or one is not known:
    what stands in it would be lost in silence.
    """
    columns = [COLUMN_OF.get(_heading(name), "") for name in names]
    known = [name for name in columns if name]
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise MalformedError(
            f"The column {twice[0]} stands there twice.",
            field=twice[0],
            remedy="Nothing was taken. Take out one of the two.",
        )
    if not FACTS.intersection(known):
        raise MalformedError(
            "The first line does not name the columns.",
            remedy=f"Begin the file with names of fields, as {', '.join(COLUMNS[10:14])}.",
        )
    for name, column in zip(names, columns, strict=True):
        if not column and name.strip():
            raise _unknown_column(name.strip()[:SHOWN_CHARACTERS_MAX])
    return tuple(columns)


def _heading(name: str) -> str:
    """Reduce a heading to what tells columns apart: `Type of Work` and `type_of_work` are one."""
    return "".join(filter(str.isalnum, name.lower()))


def _unknown_column(name: str) -> MalformedError:
    likely = process.extract(
        _heading(name),
        list(COLUMN_OF),
        scorer=fuzz.WRatio,
        limit=SUGGESTIONS_MAX,
        score_cutoff=SUGGESTION_LIKENESS_MIN,
    )
    near = list(dict.fromkeys(COLUMN_OF[key] for key, _likeness, _index in likely))
    meant = f"Call it {' or '.join(near)} if that is meant" if near else "Call it as a field"
    return MalformedError(
        f"The column {name!r} is not known.",
        field=name,
        remedy=f"Nothing was taken. {meant}, or take the column out.",
        suggested_values=near,
    )


# What tables of other programs call a column; each is one field, whatever else they hold.
SYNONYMS = {
    "street address": "address",
    "site address": "address",
    "company name": "company",
    "contact": "contact_name",
    "phone number": "phone",
    "email address": "email",
    "work type": "type_of_work",
    "directions": "driving_directions",
    "ticket number": "texas811_ticket_number",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
}
COLUMN_OF = {_heading(name): name for name in COLUMNS} | {
    _heading(name): column for name, column in SYNONYMS.items()
}


def from_row(columns: Sequence[str], cells: Sequence[str]) -> Brought:
    """Return what a row of CSV says, as our export writes it.

    Raises RejectedError naming the field.
    """
    if len(cells) != len(columns):
        raise MalformedError(
            f"The row has {len(cells)} cells, and there are {len(columns)} columns.",
            remedy="Put a text with a separator, a quotation mark or an end of line in quotes.",
        )
    said = {
        name: unguarded(cell) or None for name, cell in zip(columns, cells, strict=True) if name
    }
    for name, cell in zip(columns, cells, strict=True):
        if not name and cell.strip():
            raise MalformedError(
                f"{cell[:40]!r} stands in a column that has no heading.",
                remedy="Name the field that is meant in the first line, or take the cell out.",
            )
    facts: dict[str, Any] = {name: said[name] for name in FACTS.intersection(said)}
    for name in LEGAL_STATEMENTS.intersection(facts):
        facts[name] = _flag(name, facts[name])
    compared = {*facts} | {name for name in BESIDE if said.get(name)}
    if {"latitude", "longitude"} <= said.keys():
        compared.add("place")
        if said["latitude"] or said["longitude"]:
            place = {"latitude": said["latitude"], "longitude": said["longitude"]}
            facts["gps_coordinates"] = place
    beside: dict[str, Any] = {name: said.get(name) for name in BESIDE}
    if "members" in said:
        compared.add("codes")
        beside["members"] = [{"code": code} for code in (said["members"] or "").split()]
    return brought(
        _said(facts),
        ticket_id=said.get("id"),
        beside=beside,
        compared=frozenset(compared),
        warnings=status_warning(said.get("status")),
    )


def from_json(value: JsonValue) -> Brought:
    """Return what an element of a JSON file says: an Open Ticket, a feature, or a ticket of ours.

    Raises RejectedError naming the field, and MalformedError for what is none of these.
    """
    if not isinstance(value, dict):
        raise MalformedError("This is no object.", remedy="Give each ticket as an object.")
    if value.get("type") == "Feature":
        return from_feature(value)
    if is_open_ticket(value):
        return from_open_ticket(value)
    return from_ticket(value)


def from_ticket(value: Mapping[str, Any]) -> Brought:
    """Return what a ticket says that was written by our export of tickets as JSON."""
    known = {*Ticket.model_fields}
    if strange := sorted(value.keys() - known):
        raise RejectedError(
            f"A ticket has no field {strange[0][:80]}.",
            field=strange[0][:80],
            remedy="Take it out, or name the field that is meant.",
        )
    facts = {name: value[name] for name in FACTS.intersection(value)}
    beside = {name: value.get(name) for name in BESIDE}
    if members := value.get("members"):
        beside["members"] = members
    compared = {*facts} | {name for name in BESIDE if value.get(name)}
    return brought(
        _said(facts),
        ticket_id=value.get("id"),
        beside=beside,
        compared=frozenset(compared | ({"members"} if "members" in value else set())),
        warnings=status_warning(value.get("status")),
    )


def from_open_ticket(value: Mapping[str, Any]) -> Brought:
    """Return what an Open Ticket says; what was left out of it is among the warnings."""
    read = read_open_ticket(value)
    facts = read.facts.stated()
    compared = {*facts} - SHAPES - UNSURE_IN_OPEN_TICKET
    if SHAPES.intersection(facts):
        compared.add("site")
    beside: dict[str, Any] = {
        "texas811_ticket_number": read.number,
        "notice_at": read.notice_at,
        "members": [member.model_dump() for member in read.members],
    }
    compared |= {name for name in ("texas811_ticket_number", "notice_at") if beside[name]}
    compared |= {"codes"} if read.members else set()
    header = slots_of(sections_of(value).get("header"))
    is_over = str(header.get("action", "")).strip().lower() == "cancel"
    warnings = status_warning("Cancelled") if is_over else ()
    return brought(
        _said({name: getattr(read.facts, name) for name in facts}),
        beside=beside,
        compared=frozenset(compared),
        warnings=(*warnings, *(str(fault.message) for fault in read.warnings)),
    )


def from_feature(value: Mapping[str, Any]) -> Brought:
    """Return what a GeoJSON feature says: a site, and what stands beside it under our names."""
    beside_it = value.get("properties")
    said: dict[str, Any] = beside_it if isinstance(beside_it, dict) else {}
    facts = {name: said[name] for name in FEATURE_FACTS if said.get(name) is not None}
    shape = value.get("geometry")
    kind = shape.get("type") if isinstance(shape, dict) else None
    if kind not in TYPE_OF_SHAPE:
        raise RejectedError(
            "The feature has no shape that a site can have.",
            field="geometry",
            remedy="Draw it as a point, a line or a polygon.",
            suggested_values=[*TYPE_OF_SHAPE],
        )
    named = said.get("geometry_type") or TYPE_OF_SHAPE[str(kind)]
    facts["geometry"] = {"geometry_type": named, "geojson": shape}
    beside = {name: said.get(name) for name in MOMENTS}
    beside["texas811_ticket_number"] = said.get("number")
    compared = {*facts} - SHAPES | {"site"} | {name for name in BESIDE if beside.get(name)}
    return brought(
        _said(facts),
        ticket_id=said.get("id"),
        beside=beside,
        compared=frozenset(compared),
        warnings=status_warning(said.get("status")),
    )


def _said(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stated. Raises RejectedError if that is nothing."""
    said = {name: value for name, value in facts.items() if value is not None}
    if not said:
        raise RejectedError("Nothing is stated.", remedy="State at least one ticket field.")
    return said


def _flag(name: str, cell: str | None) -> bool | None:
    if cell is None:
        return None
    answer = FLAGS.get(cell.strip().lower())
    if answer is None:
        raise RejectedError(
            f"{cell[:40]!r} is neither yes nor no.",
            field=name,
            remedy="Write yes or no, true or false, or nothing if nobody has said.",
            suggested_values=[*FLAGS],
        )
    return answer
