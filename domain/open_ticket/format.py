"""The Open Ticket format 1.0: its slots, their limits, and what can be wrong in one.

The format is the Open Ticket Specification (fnca-open-standards/ticket, 2025-08-14), by which
centers, members and locators hand tickets on as JSON. Only the format lives here: a ticket is
written to it in `domain.open_ticket` and read from it in `domain.open_ticket.reading`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from pydantic import JsonValue

from domain.errors import RejectedError
from domain.facts import PriorityLevel, TicketType
from domain.texas import find_county, zone_named
from domain.ticket import Ticket

FORMAT_VERSION = "1.0"
SRID = 4326  # WGS-84; the format knows no other

# The national word for each type. A demolition is told apart by the header's class.
STANDARD_TYPES = {
    TicketType.NORMAL: "Normal",
    TicketType.EMERGENCY: "Emergency",
    TicketType.NO_RESPONSE: "No response",
    TicketType.UPDATE: "Update",
    TicketType.UPDATE_REMARK: "Remark",
    TicketType.DIG_UP: "Damage",
    TicketType.DEMOLITION: "Normal",
    TicketType.SURVEY_DESIGN: "Design",
    TicketType.RECALL: "Correction",
}
CANCEL = "Cancel"

PRIORITIES = {
    PriorityLevel.STANDARD: "Normal",
    PriorityLevel.RUSH: "Rush",
    PriorityLevel.EMERGENCY: "Emergency",
}

# The facts that the format itself has no slot for, by the group in which they are shown.
CUSTOM_GROUPS: dict[str, tuple[str, ...]] = {
    "workSite": (
        "cross_street",
        "nearest_intersection",
        "gps_coordinates",
        "subdivision",
        "lot_block",
        "section_township_range",
        "pole_id",
        "transformer_id",
        "meter_number",
        "service_address",
    ),
    "markingInformation": (
        "work_area_description",
        "marking_instructions",
        "work_area_size_description",
    ),
    "project": (
        "work_category",
        "work_for_phone",
        "is_boring",
        "is_trenchless",
        "depth_inches",
        "depth_description",
        "duration_days",
        "duration_description",
        "expected_completion_on",
        "equipment_type",
        "emergency_justification",
    ),
    "excavator": (
        "address_line_2",
        "onsite_contact_name",
        "onsite_phone",
        "onsite_phone_extension",
    ),
    "reference": (
        "previous_ticket_number",
        "damage_claim_number",
        "continuation_reference",
    ),
}


Section = dict[str, JsonValue]


class Fault(NamedTuple):
    """What is wrong in an Open Ticket: where, a code of the specification, and a sentence."""

    field: str
    code: str
    message: str


class OpenTicketError(RejectedError):
    """An Open Ticket cannot be made or read; `errors` names everything that is in the way."""

    def __init__(self, problem: str, errors: Sequence[Fault], *, remedy: str) -> None:
        named = " ".join(dict.fromkeys(fault.message for fault in errors))
        super().__init__(f"{problem} {named}", field=errors[0].field, remedy=remedy)
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Rule:
    """What the format asks of one slot; a text that is missing is null or blank."""

    kind: type | tuple[type, ...] = str
    chars_max: int | None = None
    is_required: bool = True
    may_be_empty: bool = False
    pattern: re.Pattern[str] | None = None
    allowed: tuple[object, ...] = ()
    code: str = "INVALID_ENUM_VALUE"  # for a value that is not allowed or not of the pattern
    missing_code: str = "MISSING_REQUIRED_FIELD"


def _text(chars_max: int | None = None) -> Rule:
    return Rule(chars_max=chars_max)


def _optional(rule: Rule) -> Rule:
    return replace(rule, is_required=False)


def _blank(chars_max: int) -> Rule:
    return Rule(chars_max=chars_max, may_be_empty=True)


SECTION = Rule(kind=dict)
LIST = Rule(kind=list)
PERHAPS_EMPTY = Rule(kind=list, may_be_empty=True)
FLAG = Rule(kind=bool)
NUMBER = Rule(kind=(int, float))
PHONE = Rule(chars_max=15, pattern=re.compile(r"[0-9]+"), code="INVALID_PHONE_FORMAT")
EMAIL = Rule(
    chars_max=255,
    is_required=False,
    pattern=re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    code="INVALID_EMAIL_FORMAT",
)
POSTAL_CODE = Rule(chars_max=5, pattern=re.compile(r"[0-9]{5}"), code="INVALID_POSTAL_CODE")

RULES: dict[str, Rule] = {
    "header": SECTION,
    "header.formatVersion": _text(10),
    "header.ticketNumber": _text(25),
    "header.source": _text(30),
    "header.type": _text(60),
    "header.standardType": Rule(allowed=(*STANDARD_TYPES.values(), CANCEL)),
    "header.action": _text(),
    "header.priority": Rule(allowed=tuple(PRIORITIES.values())),
    "header.centerName": _text(25),
    "header.memberIds": PERHAPS_EMPTY,
    "header.memberIds[]": _text(10),
    "workSite": SECTION,
    "workSite.countryCode": _text(2),
    "workSite.stateProvince": _text(2),
    "workSite.county": _optional(_text(75)),
    "workSite.place": _text(75),
    "workSite.fullAddress": _optional(_text(370)),
    "workSite.addressNumber": _blank(20),
    "workSite.addressPrefix": _blank(10),
    "workSite.addressStreetName": _blank(300),
    "workSite.addressStreetType": _blank(30),
    "workSite.addressSuffix": _blank(10),
    "workSite.intersection": _text(370),
    "geometry": Rule(kind=dict, missing_code="MISSING_GEOMETRY"),
    "geometry.srid": Rule(kind=int, allowed=(SRID,), code="INVALID_SRID"),
    "geometry.longitude": NUMBER,
    "geometry.latitude": NUMBER,
    "geometry.secondaryLongitude": NUMBER,
    "geometry.secondaryLatitude": NUMBER,
    "markingInformation": SECTION,
    "markingInformation.isWhiteLined": _optional(FLAG),
    "timeline": SECTION,
    "timeline.createdOn": _text(),
    "project": SECTION,
    "project.workType": _text(300),
    "project.workDoneFor": _optional(_text(100)),
    "project.isDirectionalBoring": FLAG,
    "project.isExplosives": FLAG,
    "project.projectReference": _optional(_text(100)),
    "excavator": SECTION,
    "excavator.name": _text(300),
    "excavator.excavatorType": _text(100),
    "excavator.streetAddress": _text(300),
    "excavator.city": _text(300),
    "excavator.state": _text(2),
    "excavator.postalCode": POSTAL_CODE,
    "excavator.contactList": LIST,
    "excavator.contactList[].contactType": _text(40),
    "excavator.contactList[].name": _text(150),
    "excavator.contactList[].phone": PHONE,
    "excavator.contactList[].phoneExtension": _optional(_text(10)),
    "excavator.contactList[].email": EMAIL,
    "memberList": PERHAPS_EMPTY,
    "memberList[].memberId": _text(10),
    "memberList[].memberName": _text(300),
    "memberList[].facilityTypeList[].typeName": _text(40),
    "responseHistory": PERHAPS_EMPTY,
    "responseHistory[].memberId": _text(10),
    "responseHistory[].memberName": _text(300),
    "responseHistory[].facilityTypeList[]": _text(40),
    "responseHistory[].responseList[].responseDate": _text(),
    "responseHistory[].responseList[].responseCode": _text(10),
    "responseHistory[].responseList[].responseDescription": _text(300),
    "responseHistory[].responseList[].respondent": _text(255),
    "responseHistory[].responseList[].note": _optional(_text(1000)),
}


def at_site(ticket: Ticket, moment: datetime | None) -> str | None:
    """Return a moment by the clocks at the site: ISO 8601 with offset and milliseconds."""
    if moment is None:
        return None
    known = find_county(ticket.county or "")
    zone = zone_named(known.timezone if known else "UTC")
    return moment.astimezone(zone).isoformat(timespec="milliseconds")


def faults_in(document: Mapping[str, JsonValue]) -> list[Fault]:
    """Return everything in which a document does not keep to the format.

    Of a section that is missing as a whole only that is said.
    """
    found = (
        _fault(path, value, rule)
        for pattern, rule in RULES.items()
        for path, value in _values(document, pattern.replace("[]", ".[]").split("."), "")
    )
    return [fault for fault in found if fault]


def _values(
    value: JsonValue | Mapping[str, JsonValue], names: list[str], path: str
) -> Iterator[tuple[str, JsonValue]]:
    """Yield what stands at a path; in a list, of each item; of what has no parent, nothing."""
    (name, *rest), inner = names, value
    if name == "[]":
        for index, inner in enumerate(value if isinstance(value, list) else []):
            yield from _stepped(inner, rest, f"{path}[{index}]")
    elif isinstance(inner, Mapping):
        yield from _stepped(inner.get(name), rest, f"{path}.{name}".lstrip("."))


def _stepped(value: JsonValue, names: list[str], path: str) -> Iterator[tuple[str, JsonValue]]:
    if names:
        yield from _values(value, names, path)
    else:
        yield path, value


def _fault(path: str, value: JsonValue, rule: Rule) -> Fault | None:
    if value is None or (value in ("", []) and not rule.may_be_empty):
        return (
            Fault(path, rule.missing_code, f"{path} is missing.") if rule.is_required else None
        )
    if not isinstance(value, rule.kind) or (isinstance(value, bool) and rule.kind is not bool):
        return Fault(path, "INVALID_DATA_TYPE", f"{path} is not of the type that is asked for.")
    if isinstance(value, str) and rule.chars_max and len(value) > rule.chars_max:
        sentence = f"{path} has {len(value):,} characters; {rule.chars_max:,} are taken."
        return Fault(path, "FIELD_TOO_LONG", sentence)
    fits = not rule.pattern or (isinstance(value, str) and rule.pattern.fullmatch(value))
    if not fits or (rule.allowed and value not in rule.allowed):
        return Fault(path, rule.code, f"{path} cannot be {str(value)[:40]!r}.")
    return None
