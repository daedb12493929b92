"""A ticket written as an Open Ticket 1.0: strict, whole, or not at all.

What the format requires and nobody has said is an error; nothing is guessed, no yes or no least
of all. The facts without a slot go to custom fields, so that nothing is lost on the way. Names,
limits and codes of the format are in `domain.open_ticket.format`.
"""

from collections.abc import Iterator

import phonenumbers
from pydantic import JsonValue

from domain import wording
from domain.facts import PriorityLevel, TicketType
from domain.open_ticket.format import (
    CANCEL,
    FORMAT_VERSION,
    PRIORITIES,
    STANDARD_TYPES,
    Fault,
    OpenTicketError,
    Section,
    at_site,
    faults_in,
)
from domain.open_ticket.lists import (
    custom_groups,
    has_field_contact,
    member_list,
    response_history,
)
from domain.open_ticket.site import geometry_section, site_of
from domain.postal import city_of, street_of
from domain.rules.notice import is_dialable
from domain.ticket import Ticket, TicketStatus

CENTER_NAME = "Texas811"
SOURCE = "Web Portal"  # a person keys the packet into it
EXCAVATOR_TYPE = "Business"  # a company digs; whether for itself or for others, nobody has said

# These go out at once, whatever priority the ticket was given.
URGENT = {
    TicketType.EMERGENCY: PriorityLevel.EMERGENCY,
    TicketType.DIG_UP: PriorityLevel.RUSH,
    TicketType.NO_RESPONSE: PriorityLevel.RUSH,
}


def open_ticket_of(ticket: Ticket) -> dict[str, JsonValue]:
    """Return the ticket as an Open Ticket 1.0.

    Raises OpenTicketError, with everything that is missing or does not fit in `errors`.
    """
    site, shape_faults = site_of(ticket)
    document: Section = {
        "header": _header(ticket),
        "workSite": _work_site(ticket),
        "geometry": geometry_section(site) if site else None,
        "markingInformation": _marking(ticket),
        "timeline": _timeline(ticket),
        "project": _project(ticket),
        "excavator": _excavator(ticket),
        "customFieldGroupList": [*custom_groups(ticket)],
        "memberList": [*member_list(ticket)],
        "responseHistory": [*response_history(ticket)],
        "attachmentList": [],
    }
    faults = [*_unconfirmed(ticket), *faults_in(document)]
    if shape_faults:
        faults = [*(fault for fault in faults if fault.field != "geometry"), *shape_faults]
    if faults:
        raise OpenTicketError(
            "The ticket cannot be written as an Open Ticket.",
            faults,
            remedy="State what is missing, shorten what is too long, and write it again.",
        )
    return document


def _unconfirmed(ticket: Ticket) -> Iterator[Fault]:
    """Refuse to hand on what nobody stands for."""
    if ticket.confirmation is None and not ticket.texas811_ticket_number:
        yield Fault(
            "header", "NOT_CONFIRMED", "The ticket was neither confirmed nor submitted."
        )


# The sections.


def _header(ticket: Ticket) -> Section:
    is_cancelled = ticket.status is TicketStatus.CANCELLED
    kind = ticket.ticket_type
    again = "2nd Notice" if kind is TicketType.NO_RESPONSE else "New"
    levels = list(PriorityLevel)
    urgency = max(ticket.priority_level, URGENT.get(kind, levels[0]), key=levels.index)
    return {
        "formatVersion": FORMAT_VERSION,
        "ticketNumber": ticket.texas811_ticket_number,
        "ticketVersion": None,
        "sequence": None,
        "source": SOURCE,
        "type": wording.center_type(ticket),
        # Whoever receives a cancelled ticket must not take it for a live one.
        "standardType": CANCEL if is_cancelled else STANDARD_TYPES[kind],
        "action": CANCEL if is_cancelled else again,
        "class": kind.value if kind is TicketType.DEMOLITION else None,
        "priority": PRIORITIES[urgency],
        "isTest": None,
        "centerName": CENTER_NAME,
        "memberIds": [member.code for member in ticket.members],
        "trace": [],
    }


def _work_site(ticket: Ticket) -> Section:
    street = street_of(ticket.address or "")
    return {
        "countryCode": "US",
        "stateProvince": "TX",
        "county": wording.county(ticket) or None,
        "place": ticket.city,
        "fullAddress": ticket.address or None,
        "addressNumber": street.number,
        "addressPrefix": street.prefix,
        "addressStreetName": street.name,
        "addressStreetType": street.kind,
        "addressSuffix": street.suffix,
        "intersection": ticket.cross_street or ticket.nearest_intersection,
    }


def _marking(ticket: Ticket) -> Section:
    said = filter(None, (ticket.work_area_description, ticket.marking_instructions))
    return {
        "isWhiteLined": ticket.white_lines_painted,
        # The specification names this slot twice, otherwise in its text than in its example;
        # the example was changed last, together with the name of the section.
        "markingInstructions": "\n".join(said) or None,
        "remarks": ticket.additional_references or None,
        "drivingDirections": ticket.driving_directions or None,
    }


def _timeline(ticket: Ticket) -> Section:
    return {
        "createdOn": at_site(ticket, ticket.notice_at),
        "responseDue": at_site(ticket, ticket.response_due_at),
        "legalOn": at_site(ticket, ticket.earliest_lawful_start),
        "workOn": at_site(ticket, ticket.planned_start_at),
        "updateBy": at_site(ticket, ticket.refresh_by_at),
        "expiresOn": at_site(ticket, ticket.expires_at),
    }


def _project(ticket: Ticket) -> Section:
    return {
        "workType": ticket.type_of_work,
        "workDoneFor": ticket.work_for or None,
        # Trenchless work goes through unseen ground like a bore does.
        "isDirectionalBoring": True if ticket.is_trenchless else ticket.is_boring,
        "isExplosives": ticket.is_blasting,
        "isRoadWork": None,
        "projectReference": ticket.work_order_ref or None,
    }


def _excavator(ticket: Ticket) -> Section:
    city = city_of(ticket.city_state_zip or "")
    caller = _contact(
        "Caller", ticket.contact_name, ticket.phone, ticket.phone_extension, ticket.email
    )
    return {
        "name": ticket.company,
        "excavatorType": EXCAVATOR_TYPE,
        "streetAddress": ticket.address_line_1,
        "city": city.name if city else None,
        "state": city.state if city else None,
        "postalCode": city.postal_code if city else None,
        "contactList": [caller, *_field_contact(ticket)],
    }


def _field_contact(ticket: Ticket) -> list[JsonValue]:
    """Return the contact on site if both name and number are known, as the format asks."""
    if not has_field_contact(ticket):
        return []
    name, phone = ticket.onsite_contact_name, ticket.onsite_phone
    return [_contact("Field Contact", name, phone, ticket.onsite_phone_extension, None)]


def _contact(kind: str, name: str | None, *ways: str | None) -> JsonValue:
    phone, extension, email = ways
    digits, inner = _dialled(phone or "")
    return {
        "contactType": kind,
        "name": name,
        "phone": digits,
        "phoneExtension": extension or inner,
        "email": email or None,
    }


def _dialled(phone: str) -> tuple[str, str | None]:
    """Return the digits of a number, and its extension; as it is if it cannot be dialled."""
    if not is_dialable(phone):
        return phone, None
    number = phonenumbers.parse(phone, "US")
    abroad = "" if number.country_code == 1 else str(number.country_code)
    return f"{abroad}{phonenumbers.national_significant_number(number)}", number.extension
