"""Warnings: what a person should know before trusting what was read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.extraction import (
    DocumentKind,
    ExtractionWarning,
    Finding,
    WarningCode,
)
from domain.places import counties_of_town
from domain.texas import find_county
from extraction.attribution.second_meanings import KIND_AS_WORK_RULE
from extraction.candidates import Candidate
from extraction.classifying.legibility import misread_words
from extraction.deciding.conflicts import contradictions, placeholders
from extraction.document import Document
from extraction.labels.concepts import closed_up
from extraction.pairs import Pair
from extraction.places.points import swap_warnings
from extraction.places.sites import several_sites
from extraction.roles import SILENT_ROLES
from extraction.values.alternatives import any_of
from extraction.values.normalise import normalise, plain_text
from extraction.values.phones import is_possible
from extraction.values.states import is_in_state

SPANS_MAX = 10
SHOWN_MAX = 3
PHONES = ("phone", "onsite_phone", "work_for_phone")
TEXAS_ZIPS = re.compile(r"^(?:7[5-9]\d{3}|885\d\d|733\d\d)")
CANCELLED = re.compile(r"\b(?:cancel(?:led|lation|ed)?|void(?:ed)?)\b", re.IGNORECASE)
CANCEL_CODE = re.compile(r"\bCANCEL(?:LED|ED|LATION)?\b(?! (?:policy|fee|by|POLICY|FEE|BY))")
CANCEL_FIRST = re.compile(
    r"\W{0,3}(?:please )?cancel(?:led|ed)?\b(?!.{0,20}(?:policy|fee))", re.IGNORECASE
)
TOP_LINES = 6
# A banner that names a kind of ticket, and no remark between stars.
OF_A_KIND = re.compile(
    r"\b(?:notice|request|ticket|locate|priority|meet\w*|call)\b", re.IGNORECASE
)
TEST = any_of(
    r"\btest(?:ing)? (?:ticket|only|message|order)\b|\bthis is (?:only )?a test\b|\* ?test ?\*"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is known about a document when its warnings are made."""

    document: Document
    pairs: list[Pair]
    candidates: list[Candidate]
    kind: DocumentKind
    fields: dict[str, Finding]
    extra: dict[str, Finding]


def warnings_of(reading: Reading) -> list[ExtractionWarning]:
    """Return the warnings in a fixed order."""
    if reading.kind is DocumentKind.UNREADABLE:
        return _empty(reading)
    if reading.kind is DocumentKind.NOT_A_WORK_ORDER:
        return [*_not_a_work_order(reading), *_placeholders(reading)]
    return [
        *_not_a_work_order(reading),
        *_misread(reading),
        *_out_of_state(reading),
        *swap_warnings(reading.candidates),
        *_zip_mismatch(reading),
        *_point_mismatch(reading),
        *_invalid_phones(reading),
        *_placeholders(reading),
        *_many_places(reading),
        *_conflicts(reading),
        *_ticket_kinds(reading),
        *_missing(reading),
    ]


def _warning(
    code: WarningCode, message: str, finding: Finding | None = None, field: str | None = None
) -> ExtractionWarning:
    spans = finding.spans[:SPANS_MAX] if finding else []
    return ExtractionWarning(code=code, message=message, field=field, spans=spans)


def _empty(reading: Reading) -> list[ExtractionWarning]:
    if reading.document.warnings:
        return []
    return [_warning(WarningCode.UNREADABLE, "There is no text in the document.")]


def _not_a_work_order(reading: Reading) -> Iterator[ExtractionWarning]:
    if reading.kind is DocumentKind.NOT_A_WORK_ORDER:
        message = (
            "This does not look like a work order that is filled in; nothing was taken from it."
        )
        yield _warning(WarningCode.NOT_A_WORK_ORDER, message)
    elif reading.kind is DocumentKind.CORRESPONDENCE and not _asks_for_a_dig(reading):
        message = "This is a letter or a mail about the work, not a work order."
        yield _warning(WarningCode.NOT_A_WORK_ORDER, message)


def _asks_for_a_dig(reading: Reading) -> bool:
    """Return whether a letter names the work and its place, so that it serves as an order."""
    taken = {name for name, finding in reading.fields.items() if finding.is_taken}
    return "type_of_work" in taken and bool(taken & {"address", "nearest_intersection", "city"})


def _misread(reading: Reading) -> Iterator[ExtractionWarning]:
    codes = {warning.code for warning in reading.document.warnings}
    words = misread_words(reading.document.text)
    if words and WarningCode.LOW_TEXT_QUALITY not in codes:
        shown = ", ".join(repr(word[0]) for word in words[:SHOWN_MAX])
        message = f"The text was badly recognised ({shown}); a better scan would help."
        yield _warning(WarningCode.LOW_TEXT_QUALITY, message)


def _out_of_state(reading: Reading) -> Iterator[ExtractionWarning]:
    state = reading.extra.get("state")
    if state and state.value != "TX":
        message = f"The site is in {state.value}; this service makes tickets for Texas."
        yield _warning(WarningCode.OUT_OF_STATE, message, state)
    point = reading.fields.get("gps_coordinates")
    if state is None and point is not None and _is_elsewhere(reading, point):
        message = (
            "The point of the site lies outside of Texas; this service makes tickets for Texas."
        )
        yield _warning(WarningCode.OUT_OF_STATE, message, point, "gps_coordinates")


def _is_elsewhere(reading: Reading, point: Finding) -> bool:
    """Tell if the point is far outside of Texas, and neither county nor town says otherwise."""
    from domain.boundaries import is_far_outside

    place = point.value
    if not point.is_taken or not isinstance(place, dict) or point.producer == "geocode":
        return False
    county, city = reading.fields.get("county"), reading.fields.get("city")
    is_named = county is not None and find_county(str(county.value)) is not None
    is_known = city is not None and bool(counties_of_town(str(city.value)))
    if is_named or is_known:
        return False
    return is_far_outside(float(str(place["latitude"])), float(str(place["longitude"])))


def _zip_mismatch(reading: Reading) -> Iterator[ExtractionWarning]:
    place = reading.fields.get("city_state_zip")
    match = re.search(r"\b([A-Z]{2}) (\d{5})", str(place.value)) if place else None
    if match and (match[1] == "TX") != bool(TEXAS_ZIPS.match(match[2])):
        message = f"The zip {match[2]} does not belong to {match[1]}."
        yield _warning(WarningCode.ZIP_STATE_MISMATCH, message, place, "city_state_zip")


def _point_mismatch(reading: Reading) -> Iterator[ExtractionWarning]:
    """Warn of a coordinate that lies far outside of the state that the address names."""
    finding, state = reading.fields.get("gps_coordinates"), reading.extra.get("state")
    point = finding.value if finding else None
    if state and isinstance(point, dict):
        place = float(str(point["latitude"])), float(str(point["longitude"]))
        if not is_in_state(place, str(state.value)):
            message = f"The coordinate {place[0]}, {place[1]} does not lie in {state.value}."
            yield _warning(
                WarningCode.ADDRESS_GPS_MISMATCH, message, finding, "gps_coordinates"
            )


def _invalid_phones(reading: Reading) -> Iterator[ExtractionWarning]:
    for field in PHONES:
        finding = reading.fields.get(field)
        if finding and not is_possible(str(finding.value)):
            message = f"{finding.value} cannot be a telephone number of North America."
            yield _warning(WarningCode.INVALID_PHONE, message, finding, field)


def _placeholders(reading: Reading) -> Iterator[ExtractionWarning]:
    found = placeholders(reading.pairs)
    if found:
        yield ExtractionWarning(
            code=WarningCode.PLACEHOLDER_VALUES,
            message=f"{len(found)} fields hold placeholders such as {found[0].value!r}; they were left empty.",
            spans=[span for pair in found[:SPANS_MAX] for span in pair.spans],
        )


def _many_places(reading: Reading) -> Iterator[ExtractionWarning]:
    spans = several_sites(reading.candidates, reading.document)
    if spans:
        yield ExtractionWarning(
            code=WarningCode.MULTIPLE_LOCATIONS,
            message="The document names several places of work; a ticket is for one of them.",
            field="address" if "address" in reading.fields else "pole_id",
            spans=spans[:SPANS_MAX],
        )
    finding = reading.fields.get("county")
    near = [
        other
        for other in (finding.alternatives if finding else [])
        if finding and other.confidence > finding.confidence - 0.03
    ]
    if finding and near:
        values = ", ".join(str(other.value) for other in near)
        message = f"The document names several counties: {finding.value}, {values}."
        yield _warning(WarningCode.MULTIPLE_COUNTIES, message, finding, "county")


def _conflicts(reading: Reading) -> Iterator[ExtractionWarning]:
    for field, finding, other in contradictions(
        reading.candidates, reading.pairs, reading.fields
    ):
        message = f"The document says {finding.value} and {other} for {field}."
        yield _warning(WarningCode.CONFLICTING_VALUES, message, finding, field)


def _ticket_kinds(reading: Reading) -> Iterator[ExtractionWarning]:
    types = [c for c in reading.candidates if c.field == "ticket_type" and plain_text(c.raw)]
    is_cancelled = _is_cancelled(reading) or any(
        CANCELLED.search(closed_up(candidate.raw)) for candidate in types
    )
    if is_cancelled:
        yield _warning(
            WarningCode.CANCELLATION, "This cancels a ticket; it asks for no new one."
        )
    elif reading.kind is DocumentKind.LOCATE_TICKET or _asks_for_a_kind(reading.pairs):
        works = {c.spans for c in reading.candidates if c.rule == KIND_AS_WORK_RULE}
        yield from _unmapped(
            [
                c
                for c in types
                if c.spans not in works and (c.rule != "banner" or OF_A_KIND.search(c.raw))
            ]
        )
    if _is_test(reading):
        yield _warning(WarningCode.TEST_TICKET, "This is marked as a test; nobody will dig.")


def _asks_for_a_kind(pairs: list[Pair]) -> bool:
    """Return whether a form asks for the type of the ticket in so many words."""
    return any(p.label.concept == "ticket_type" and "ticket" in p.words.lower() for p in pairs)


def _unmapped(types: list[Candidate]) -> Iterator[ExtractionWarning]:
    if types and all(normalise("ticket_type", c.raw) is None for c in types):
        message = f"{types[0].raw!r} is no kind of ticket that Texas811 knows."
        yield _warning(WarningCode.UNMAPPED_TICKET_TYPE, message, field="ticket_type")


def _is_cancelled(reading: Reading) -> bool:
    """Is this said at the top, in capitals as codes are, or where instructions begin?"""
    top = [line.text[:200] for line in reading.document.lines if line.text.strip()][:TOP_LINES]
    told = [pair.value[:40] for pair in reading.pairs if pair.role not in SILENT_ROLES]
    return any(CANCEL_CODE.search(text) for text in top) or any(
        CANCEL_FIRST.match(text) for text in told
    )


def _is_test(reading: Reading) -> bool:
    flags = [
        line.text for line in reading.document.lines if (line.label or "").lower() == "istest"
    ]
    return "true" in flags or TEST.search(reading.document.text[:20_000].lower()) is not None


def _missing(reading: Reading) -> Iterator[ExtractionWarning]:
    is_asked = reading.kind not in (DocumentKind.NOT_A_WORK_ORDER, DocumentKind.CORRESPONDENCE)
    company = reading.fields.get("company")
    if is_asked and (company is None or not company.is_taken):
        message = "The document does not say which company will dig."
        yield _warning(WarningCode.MISSING_COMPANY, message, field="company")
    ticket_type = reading.fields.get("ticket_type")
    is_emergency = ticket_type is not None and ticket_type.value == "Emergency"
    is_told = "emergency_justification" in reading.fields or _is_test(reading)
    if is_emergency and not is_told:
        message = "This is an emergency, but the document does not say what makes it one."
        yield _warning(
            WarningCode.EMERGENCY_WITHOUT_JUSTIFICATION,
            message,
            field="emergency_justification",
        )
