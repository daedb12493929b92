"""What a ticket says, section by section, with where it was read and how sure the reading was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from api.dashboard.about_tickets.plain_words import field_words
from domain.extraction import STATED, Extraction, Finding
from domain.facts import TicketFacts
from domain.location import Geometry, GPSCoordinate
from domain.readiness import at_site
from domain.ticket import Ticket
from extraction.showing.places import field_anchor

SHOWN_CHARACTERS_MAX = 600
QUOTE_CHARACTERS_MAX = 160

# As the specification has them: the first field of each.
SECTIONS: Mapping[str, str] = {
    "work_order_ref": "Ticket",
    "company": "A. Excavator",
    "work_for": "B. Work",
    "county": "C. Site",
    "work_area_size_description": "D. Marking",
    "emergency_justification": "E. Special conditions",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One field that says something: where the value comes from, and the words that were read.

    `confidence` is in percent; None where nobody read it from a document. `anchor` is where the
    field stands on the page of the document; empty if it is not there.
    """

    label: str
    value: str
    origin: str
    confidence: int | None
    quote: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class FactSection:
    """One section of the ticket."""

    title: str
    facts: tuple[Fact, ...]


def sections_of_facts(ticket: Ticket, extraction: Extraction | None) -> list[FactSection]:
    """Return the sections in which something is said."""
    found: dict[str, list[Fact]] = {}
    title = ""
    stated = ticket.stated()
    for name in TicketFacts.model_fields:
        title = SECTIONS.get(name, title)
        if name in stated:
            finding = extraction.fields.get(name) if extraction else None
            found.setdefault(title, []).append(_fact(ticket, name, stated[name], finding))
    return [FactSection(title, tuple(facts)) for title, facts in found.items()]


def words_of(value: object, ticket: Ticket) -> str:
    """Return a value as a person reads it; moments by the clocks of the site."""
    match value:
        case bool():
            words = "yes" if value else "no"
        case datetime():
            words = at_site(ticket, value)
        case date():
            words = value.isoformat()
        case GPSCoordinate():
            words = f"{value.latitude}, {value.longitude}"
        case Geometry():
            words = ", ".join(_parts_of(value))
        case Enum():
            words = str(value.value)
        case _:
            words = str(value)
    return cut(words, SHOWN_CHARACTERS_MAX)


def cut(text: str, characters_max: int) -> str:
    """Return a text, its end left out where it is too long."""
    return text if len(text) <= characters_max else f"{text[: characters_max - 1]}…"


def _parts_of(shape: Geometry) -> Iterator[str]:
    yield str(shape.geometry_type.value)
    if shape.area_square_feet:
        yield f"{shape.area_square_feet:,.0f} sq ft"
    yield from shape.assumptions
    yield from shape.warnings


def _fact(ticket: Ticket, name: str, value: object, finding: Finding | None) -> Fact:
    label = field_words(name)
    words = words_of(value, ticket)
    # What a person has said since is no longer what was read.
    anchor = field_anchor(name) if finding else ""
    if name in ticket.confirmed_fields:
        return Fact(label, words, "a person", None, "", anchor)
    if finding is None or not finding.is_taken:
        return Fact(label, words, "given", None, "", anchor)
    origin = "the order's sender" if finding.producer == STATED else "read"
    quote = finding.spans[0].quote if finding.spans else ""
    percent = round(finding.confidence * 100)
    return Fact(label, words, origin, percent, cut(quote, QUOTE_CHARACTERS_MAX), anchor)
