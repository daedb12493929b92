"""Documents that speak our own language: JSON whose keys are the ticket's field names.

Such a value is taken as it stands if the field accepts it; nothing is read into it.
"""

import json

from pydantic import JsonValue, ValidationError

from domain.extraction import Finding
from domain.facts import TicketFacts
from domain.location import GPSCoordinate
from extraction.document import Document, Line
from extraction.finding.compose import MEASURED
from extraction.intake import Medium
from extraction.values.limits import fits
from extraction.values.normalise import is_placeholder, normalise

OWN_CONFIDENCE = 0.97
PRODUCER = "own_field"


def own_fields(document: Document, *, is_ours: bool = True) -> dict[str, Finding]:
    """Return the values of the top-level keys that are fields of a ticket.

    In a document that is not ours as a whole, `city` and `address` may mean anything: only
    names of several words are taken as they stand.
    """
    if document.medium is not Medium.JSON:
        return {}
    paths = {line.path: line for line in document.lines}
    found = {}
    for name in TicketFacts.model_fields:
        if not is_ours and "_" not in name:
            continue
        line = paths.get(f"$.{name}")
        value = _value(name, line) if line else None
        if line and value is not None:
            found[name] = Finding(
                value=value,
                confidence=OWN_CONFIDENCE,
                producer=PRODUCER,
                rule=None,
                spans=[line.span()],
            )
    found |= _measured(found)
    point = _point(paths)
    return found | ({"gps_coordinates": point} if point else {})


def _measured(found: dict[str, Finding]) -> dict[str, Finding]:
    """Return the numbers that a description states, where the number itself is not given."""
    return {
        number: words.model_copy(update={"value": value, "rule": "units_converted"})
        for description, number in MEASURED.items()
        if number not in found
        and (words := found.get(description))
        and (value := normalise(number, str(words.value))) is not None
    }


def _value(name: str, line: Line) -> JsonValue:
    """Return the value in the type that the field has, or None if it is none."""
    if is_placeholder(line.text) and not line.text.isdigit():
        return None
    if not fits(name, line.text) and not line.text.startswith("{"):
        return None
    stated: object = json.loads(line.text) if line.text.startswith("{") else line.text
    try:
        facts = TicketFacts.model_validate({name: stated})
    except ValidationError:
        return None
    value: JsonValue = facts.model_dump(mode="json")[name]
    return value


def _point(paths: dict[str | None, Line]) -> Finding | None:
    parts = {
        key: line
        for key in GPSCoordinate.model_fields
        if (line := paths.get(f"$.gps_coordinates.{key}"))
    }
    try:
        point = GPSCoordinate.model_validate({key: line.text for key, line in parts.items()})
    except ValidationError:
        return None
    if not point.is_whole:
        return None
    return Finding(
        value=point.model_dump(mode="json"),
        confidence=OWN_CONFIDENCE,
        producer=PRODUCER,
        rule="latitude_and_longitude_joined",
        spans=[line.span() for line in parts.values()],
    )
