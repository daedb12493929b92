"""What is asked of a person: an open question of a ticket, or a field that is told unasked."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from domain.errors import RejectedError
from domain.facts import TicketFacts
from domain.gaps import GapSeverity, ValidationGap
from domain.location import CoordinateSource, Geometry, GeometrySource, GPSCoordinate
from domain.texas import find_county
from domain.ticket import Ticket

NAME_CHARACTERS_MAX = 80
SHOWN_CHARACTERS_MAX = 80
# A yes or a no before the name of a county.
AGREEMENT = re.compile(
    r"(?:(?:yes|yeah|yep|correct|right|sure|ok|okay)(?:\s*[,;:.!-]\s*|\s+)"
    r"|(?P<no>no|nope|nah)\s*[,;:.!-]\s*)(?=[^\W\d_])",
    re.IGNORECASE,
)
READ_SHAPES = (GeometrySource.EXTRACTED, GeometrySource.GEOCODED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, of what field; `current` is what the ticket says there now.

    `county` is that of the ticket; `is_stated` says that a person gave the current value.
    """

    field: str
    problem: str = ""
    is_required: bool = False
    suggested_values: tuple[str, ...] = ()
    current: object = None
    prompt: str = ""
    county: str = ""
    is_stated: bool = False


def asked_of(ticket: Ticket, name: str) -> Asked:
    """Return the open question of this id, or about this field; a field may be told unasked.

    Raises RejectedError for what is neither.
    """
    gaps = [gap for gap in ticket.open_gaps if name in (gap.id, gap.field)]
    if gaps:
        return _asked(gaps[0], ticket)
    if name in TicketFacts.model_fields or name == "location":
        return Asked(name, current=_current(ticket, name))
    shown = name[:NAME_CHARACTERS_MAX]
    near = get_close_matches(shown, TicketFacts.model_fields, n=3)
    raise RejectedError(
        f"There is no open gap and no ticket field {shown}.",
        field=shown,
        remedy=f"Did you mean {' or '.join(near)}?"
        if near
        else "Answer an open gap by its id, or a ticket field by its name.",
        suggested_values=near,
    )


def offered(asked: Asked) -> str | None:
    """Return the value that the question itself names and asks to confirm, if it does.

    `Kyle lies in Hays County. Is that right?` does; what only stands among the suggestions does
    not, because nobody was asked for it.
    """
    if len(asked.suggested_values) != 1:
        return None
    [value] = asked.suggested_values
    named = re.escape(value)
    pattern = rf"\b{named}\b.*\bIs that right\?|\b(?:Did you mean|Is it) {named}\?"
    return value if re.search(pattern, asked.prompt) else None


def without_agreement(asked: Asked, text: str) -> str:
    """Return what follows a yes or a no: `Yes, Lamar` and `No, it is Lamar` name a county."""
    found = AGREEMENT.match(text)
    if found is None:
        return text
    county, named = find_county(text[found.end() :]), offered(asked)
    if found["no"] and named and county and county == find_county(named):
        raise RejectedError(
            f"“{text[:SHOWN_CHARACTERS_MAX]}” says no, and names what was asked.",
            field="county",
            remedy="Answer with yes, or with the county that is right.",
        )
    return text[found.end() :]


def _asked(gap: ValidationGap, ticket: Ticket) -> Asked:
    county = find_county(ticket.county or "")
    return Asked(
        gap.field,
        gap.problem,
        is_required=gap.severity is GapSeverity.REQUIRED,
        suggested_values=tuple(gap.suggested_values),
        current=_current(ticket, gap.field),
        prompt=gap.suggested_prompt or "",
        county=county.name if county else "",
        is_stated=_is_stated(ticket, gap.field),
    )


def _is_stated(ticket: Ticket, name: str) -> bool:
    """Did a person give this value? Of a place its source tells what was only read."""
    value = _current(ticket, name)
    if name in ticket.confirmed_fields:
        return True
    if isinstance(value, GPSCoordinate):
        return value.source not in (CoordinateSource.EXTRACTED, CoordinateSource.GEOCODED)
    return not (isinstance(value, Geometry) and value.geometry_source in READ_SHAPES)


def _current(ticket: Ticket, name: str) -> object:
    if name == "location":
        return ticket.address or ticket.gps_coordinates
    return getattr(ticket, name, None)
