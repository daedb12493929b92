"""How the facts of a ticket are written where a person keys them in: plain words, one line each.

A value is one line, because a field of one line swallows a pasted line break ("gate" and "north"
become "gatenorth"), and the members get the text in an e-mail of fixed layout, which a break
would tear. So the lines of a text are joined by "; ", and characters that cannot be seen go.
"""

import json
import re
import unicodedata
from datetime import date, timedelta

from domain.errors import RejectedError
from domain.facts import PriorityLevel, TicketType
from domain.geometry import to_wkt
from domain.location import Geometry
from domain.moment import as_site_time
from domain.texas import find_county, zone_named
from domain.ticket import Ticket

INCHES_IN_A_FOOT = 12
A_LENGTH = re.compile(r"""(\d+(?:\.\d+)?)\s*-?(in|inch|inches|"|ft|foot|feet|')\.?""")
SOME_DAYS = re.compile(r"(\d+)\s*-?days?\.?")
ENDS_A_SENTENCE = (".", ",", ";", ":", "!", "?")

# The portal's own ticket types: it knows neither a demolition nor a type for re-marking.
CENTER_TYPES = {
    TicketType.NORMAL: "Normal",
    TicketType.EMERGENCY: "Emergency",
    TicketType.NO_RESPONSE: "No Response",
    TicketType.UPDATE: "Update",
    TicketType.UPDATE_REMARK: "Update",
    TicketType.DIG_UP: "DigUp",
    TicketType.DEMOLITION: "Normal",
    TicketType.SURVEY_DESIGN: "Survey/Design",
    TicketType.RECALL: "Recall",
}

# The words by which the center and its members tell these from other tickets.
REMARK_WORDS = {
    TicketType.UPDATE: "Update",
    TicketType.UPDATE_REMARK: "Update & Remark",
    TicketType.DIG_UP: "DigUp",
}

# What Texas811 has no slot for, and the word that goes before it in the remarks.
REMARKS = {
    "work_category": "Category",
    "pole_id": "Pole",
    "transformer_id": "Transformer",
    "meter_number": "Meter",
    "service_address": "Service address",
    "additional_references": "References",
    "damage_claim_number": "Damage claim",
    "continuation_reference": "Continues",
    "work_order_ref": "Work order",
}
REMARKED_FIELDS = ("previous_ticket_number", "type_of_work", *REMARKS, "priority_level")


def one_line(text: str) -> str:
    """Return a text as one line, without what cannot be seen or typed."""
    lines = (" ".join(_visible(line).split()) for line in text.splitlines())
    joined = ""
    for line in filter(None, lines):
        if joined:
            joined += " " if joined.endswith(ENDS_A_SENTENCE) else "; "
        joined += line
    return joined


def stated(ticket: Ticket, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of the fields say something."""
    return tuple(name for name in fields if getattr(ticket, name) not in (None, ""))


def words(ticket: Ticket, fields: tuple[str, ...]) -> str:
    """Return what these fields say, one after the other; answers are Yes or No."""
    return _joined(*(_said(getattr(ticket, name)) for name in fields))


# The slots that are not written as they are.


def center_type(ticket: Ticket) -> str:
    """Return the type under which the portal takes this ticket."""
    return CENTER_TYPES[ticket.ticket_type]


def response_method(ticket: Ticket) -> str:
    """Return how the excavator takes positive responses; the notice must say it (18.3(b))."""
    address = _said(ticket.email)
    return f"By e-mail to {address}" if address else ""


def work_type(ticket: Ticket) -> str:
    """Return the work type; a DigUp must be called just that, a demolition must say so."""
    work = _said(ticket.type_of_work)
    if ticket.ticket_type is TicketType.DIG_UP:
        return "DigUp"
    if ticket.ticket_type is TicketType.DEMOLITION and "demoli" not in work.lower():
        return f"Demolition - {work}" if work else "Demolition"
    return work


def depth(ticket: Ticket) -> str:
    """Return the depth in inches, and in feet, as `72 in (6 ft)`; words that say more follow."""
    inches, described = ticket.depth_inches, _said(ticket.depth_description)
    if inches is None:
        return described
    counted = f"{inches} in ({inches / INCHES_IN_A_FOOT:,.4g} ft)"
    return _joined(counted, "" if _inches(described) == inches else described)


def duration(ticket: Ticket) -> str:
    """Return how long the digging takes; words that say more than the days follow them."""
    days, described = ticket.duration_days, _said(ticket.duration_description)
    if days is None:
        return described
    counted = f"{days} {'day' if days == 1 else 'days'}"
    found = SOME_DAYS.fullmatch(described.lower())
    return _joined(counted, "" if found and int(found[1]) == days else described)


def county(ticket: Ticket) -> str:
    """Return the county by its official name, as the portal lists it."""
    known = find_county(ticket.county or "")
    return known.name if known else _said(ticket.county)


def coordinates(ticket: Ticket) -> str:
    """Return latitude and longitude with six decimals; half a coordinate is no place."""
    place = ticket.gps_coordinates
    if place is None or place.latitude is None or place.longitude is None:
        return ""
    return f"{place.latitude:.6f}, {place.longitude:.6f}"


def shape(ticket: Ticket) -> str:
    """Return the drawn site as Well-Known Text, with how far it reaches to each side."""
    site = ticket.geometry
    if site is None:
        return ""
    feet = site.buffer_distance_feet
    reach = "" if feet is None else f", {feet:,g} ft to each side"
    return f"{site.geometry_type}: {_well_known(site)}{reach}"


def remarks(ticket: Ticket) -> str:
    """Return what the center reads by its fixed words, then what it has no slot for."""
    kind = REMARK_WORDS.get(ticket.ticket_type)
    number, work = _said(ticket.previous_ticket_number), _said(ticket.type_of_work)
    is_dig_up = ticket.ticket_type is TicketType.DIG_UP
    is_urgent = ticket.priority_level is not PriorityLevel.STANDARD
    named = {word: _said(getattr(ticket, name)) for name, word in REMARKS.items()}
    return _joined(
        f"{kind} - {number}" if kind and number else kind or "",
        # The slot of the work type holds the word DigUp alone.
        f"Work: {work}" if is_dig_up and work else "",
        *(f"{word}: {value}" for word, value in named.items() if value),
        f"Priority: {ticket.priority_level}" if is_urgent else "",
    )


def start(ticket: Ticket) -> str:
    """Return the planned start by the clocks at the site, to the minute, with their zone.

    Seconds are rounded up: a start that is keyed too early could be before the lawful one.
    """
    moment = ticket.planned_start_at
    if moment is None:
        return ""
    whole = moment.replace(second=0, microsecond=0)
    return as_site_time(
        whole if whole == moment else whole + timedelta(minutes=1), _zone(ticket)
    )


def completion(ticket: Ticket) -> str:
    """Return the day on which the work is to end: as stated, or counted from the start.

    Of a duration every day counts: the excavator digs on weekends too, or may.
    """
    day = ticket.expected_completion_on or _last_day(ticket)
    return f"{day:%a %Y-%m-%d}" if day else ""


def _last_day(ticket: Ticket) -> date | None:
    if ticket.planned_start_at is None or ticket.duration_days is None:
        return None
    zone = zone_named(_zone(ticket) or "UTC")
    first = ticket.planned_start_at.astimezone(zone).date()
    return first + timedelta(days=ticket.duration_days)


def _zone(ticket: Ticket) -> str | None:
    known = find_county(ticket.county or "")
    return known.timezone if known else None


def _well_known(site: Geometry) -> str:
    """Return the shape as Well-Known Text, or as GeoJSON where it is none that we can draw."""
    try:
        return to_wkt(site.geojson)
    except RejectedError:
        return one_line(json.dumps(site.geojson, sort_keys=True))


def _inches(text: str) -> float | None:
    """Return the length that a text says and nothing besides, or None."""
    found = A_LENGTH.fullmatch(text.lower())
    if found is None:
        return None
    is_in_inches = found[2] in {"in", "inch", "inches", '"'}
    return float(found[1]) * (1 if is_in_inches else INCHES_IN_A_FOOT)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "" if value is None else one_line(str(value))


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))


def _visible(line: str) -> str:
    """Return the line with control characters as blanks, and without what shows nothing.

    A mark that turns the direction of the text would show another text than is keyed in.
    """
    kinds = ((letter, unicodedata.category(letter)) for letter in line)
    return "".join(
        " " if kind == "Cc" else letter
        for letter, kind in kinds
        if kind == "Cc" or not kind.startswith("C")
    )
