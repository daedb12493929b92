"""The lists of an Open Ticket: the custom fields, the members, and what the members answered."""

import re
from collections.abc import Iterator
from datetime import date

from pydantic import JsonValue
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from domain import wording
from domain.facilities import facility_key
from domain.facts import FREE_TEXT_CHARACTERS_MAX, TicketFacts
from domain.open_ticket.format import CUSTOM_GROUPS, Section, at_site
from domain.responses import Member, MemberResponse, Outcome, code_key, find_member
from domain.ticket import Ticket

RESPONSE_CODE_CHARACTERS_MAX = 10
COORDINATES_CHARACTERS_MAX = 24
DATE_CHARACTERS = 10

# The outcomes whose names are longer than a response code may be.
SHORT_CODES = {
    Outcome.NO_MARK_NEEDED: "NoMark",
    Outcome.MARKED_TO_METER: "ToMeter",
    Outcome.CANNOT_LOCATE: "CannotLoc",
    Outcome.STANDBY_REQUIRED: "Standby",
}


def has_field_contact(ticket: Ticket) -> bool:
    """Is the contact on site whole, as a contact list asks for it?"""
    return bool(ticket.onsite_contact_name and ticket.onsite_phone)


# The custom fields.


def custom_groups(ticket: Ticket) -> Iterator[JsonValue]:
    """Yield the facts that the sections of the format do not hold, by group."""
    held = set(_held_elsewhere(ticket))
    for group, names in CUSTOM_GROUPS.items():
        said = wording.stated(ticket, tuple(name for name in names if name not in held))
        if said:
            yield {
                "groupName": group,
                "displayName": _display_name(group),
                "isCenterCreated": False,
                "fieldList": [_custom_field(ticket, name) for name in said],
            }


def _held_elsewhere(ticket: Ticket) -> Iterator[str]:
    """Yield the fields that a section holds already, and holds alone."""
    if not ticket.cross_street:
        yield "nearest_intersection"
    if not ticket.marking_instructions:
        yield "work_area_description"
    if ticket.is_trenchless is None:
        yield "is_boring"
    if has_field_contact(ticket):
        yield from ("onsite_contact_name", "onsite_phone", "onsite_phone_extension")
    if ticket.geometry is None or not wording.coordinates(ticket):
        yield "gps_coordinates"


def _custom_field(ticket: Ticket, name: str) -> JsonValue:
    kind, value, most = _typed(ticket, name)
    return {
        "fieldName": to_camel(name),
        "displayName": _display_name(name),
        "type": kind,
        "value": value,
        "max": most,
    }


def _typed(ticket: Ticket, name: str) -> tuple[str, JsonValue, int | None]:
    """Return a fact's type by the format, its value, and the most that it may be."""
    value: object = getattr(ticket, name)
    most = _most_of(TicketFacts.model_fields[name])
    match value:
        case bool():
            return "Boolean", value, None
        case int():
            return "Integer", value, most
        case date():
            return "String", value.isoformat(), DATE_CHARACTERS
        case str():
            is_long = most == FREE_TEXT_CHARACTERS_MAX
            return ("Text", value, None) if is_long else ("String", value, most)
    return "String", wording.coordinates(ticket), COORDINATES_CHARACTERS_MAX


def _most_of(field: FieldInfo) -> int | None:
    limits = (
        getattr(limit, "max_length", getattr(limit, "le", None)) for limit in field.metadata
    )
    return next((limit for limit in limits if isinstance(limit, int)), None)


def _display_name(name: str) -> str:
    """Return `depth_inches` as `Depth inches`, `workSite` as `Work site`."""
    return re.sub(r"_|(?=[A-Z])", " ", name).capitalize()


# The members and their answers.


def member_list(ticket: Ticket) -> Iterator[JsonValue]:
    """Yield the members that the center notified. Their phones are not known here."""
    for member in ticket.members:
        yield {
            "memberId": member.code,
            "memberName": member.name or member.code,
            "facilityTypeList": [
                {"typeName": facility, "attributes": _attributes(ticket, member, facility)}
                for facility in member.facilities
            ],
            "phoneNumbers": [],
        }


def response_history(ticket: Ticket) -> Iterator[JsonValue]:
    """Yield the answers by member and facility, each list in the order of recording."""
    grouped: dict[tuple[str, str], list[MemberResponse]] = {}
    for one in ticket.member_responses:
        key = (code_key(one.member_code), facility_key(one.facility or ""))
        grouped.setdefault(key, []).append(one)
    for answers in grouped.values():
        latest = answers[-1]
        yield {
            "memberId": latest.member_code,
            "memberName": latest.member_name or latest.member_code,
            "facilityTypeList": [*_facilities(ticket, latest)],
            "responseList": [_answer(ticket, one) for one in answers],
        }


def _facilities(ticket: Ticket, response: MemberResponse) -> list[str]:
    """Return what an answer is about; one without a facility is about all of the member's."""
    if response.facility:
        return [response.facility]
    member = find_member(ticket.members, response.member_code)
    return member.facilities if member else []


def _answer(ticket: Ticket, response: MemberResponse) -> Section:
    outcome = response.outcome
    code = response.center_code or ""
    fits = 0 < len(code) <= RESPONSE_CODE_CHARACTERS_MAX
    return {
        "responseDate": at_site(ticket, response.response_date),
        "responseCode": code if fits else SHORT_CODES.get(outcome, outcome.value),
        "responseDescription": code or outcome.value,
        "respondent": response.member_name or response.member_code,
        "note": response.response_text or None,
    }


def _attributes(ticket: Ticket, member: Member, facility: str) -> Section:
    """Return the color in which a facility was marked, if the latest answer says it."""
    for row in ticket.standings:
        if row.member == member and row.facility == facility and row.latest:
            color = row.latest.marking_color
            return {"color": color} if color else {}
    return {}
