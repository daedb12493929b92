"""An Open Ticket read: lenient about how things are spelled, strict about what they say.

Real tickets are older than the text of the specification and spell its sections in several ways
(`geography`, `timeLine`, `customFieldGroups`), in any case. What is unknown is passed over; what
does not fit its field is left out and said in `warnings`, never cut, guessed or invented. The
facts are read in `domain.open_ticket.facts`, the site in `domain.open_ticket.shapes`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError

from domain.facts import TicketFacts
from domain.moment import StatedMoment
from domain.open_ticket.facts import MOMENT, facts_in, said_by
from domain.open_ticket.format import Fault, OpenTicketError
from domain.open_ticket.slots import (
    Slots,
    first_in,
    items_of,
    sections_of,
    short_text,
    slots_of,
    text_in,
)
from domain.responses import Member

NUMBER_CHARACTERS_MAX = 50
MEMBERS_MAX = 200
SHOWN_CHARACTERS_MAX = 20

NOTICE_TIME = TypeAdapter[datetime](StatedMoment)
VERSION = re.compile(r"(?P<major>[0-9]{0,3})(?:[.][0-9]{1,3}){0,2}")
MAJOR_MAX = 1


class OpenTicketRead(BaseModel):
    """What an Open Ticket says: the facts, and what is known of the ticket beside them.

    `warnings` names each slot that was left out, and why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    facts: TicketFacts
    number: str | None = None
    notice_at: StatedMoment | None = None
    members: tuple[Member, ...] = ()
    warnings: tuple[Fault, ...] = ()


def is_open_ticket(value: object) -> bool:
    """Is this JSON an Open Ticket: a header, and its version or another section beside it?"""
    sections = sections_of(value)
    header = slots_of(sections.pop("header", None))
    has_section = any(isinstance(section, Mapping | list) for section in sections.values())
    return bool(header) and ("formatversion" in header or has_section)


def facts_of_open_ticket(value: object) -> TicketFacts:
    """Return the facts that an Open Ticket states, and no others.

    Raises OpenTicketError, a RejectedError, for a version of the format that is not known here.
    """
    return read_open_ticket(value).facts


def read_open_ticket(value: object) -> OpenTicketRead:
    """Return all that is read here from an Open Ticket.

    Raises OpenTicketError, a RejectedError, for a version of the format that is not known here.
    """
    sections = sections_of(value)
    header, timeline = slots_of(sections.get("header")), slots_of(sections.get("timeline"))
    warnings = list(_version_faults(header))
    return OpenTicketRead(
        facts=facts_in(sections, warnings),
        number=_number(first_in(header, "ticketnumber"), warnings),
        notice_at=_notice_at(first_in(timeline, "createdon"), warnings),
        members=tuple(_members(sections.get("memberList"), warnings)),
        warnings=tuple(warnings),
    )


def _version_faults(header: Slots) -> Iterator[Fault]:
    """Refuse a later format, in which a name may mean another thing; warn of what is none."""
    shown = short_text(header.get("formatversion"))[:SHOWN_CHARACTERS_MAX]
    found = VERSION.fullmatch(shown)
    if not shown or found is None:
        sentence = "The version of the format is missing, or is none."
        yield Fault("header.formatVersion", "INVALID_FORMAT_VERSION", sentence)
    elif int(found["major"] or 0) > MAJOR_MAX:
        sentence = f"Version {shown} of the format is not known here."
        raise OpenTicketError(
            "The Open Ticket cannot be read.",
            [Fault("header.formatVersion", "UNSUPPORTED_VERSION", sentence)],
            remedy="Send it in version 1.0.",
        )


def _number(said: JsonValue, warnings: list[Fault]) -> str | None:
    """Return the center's number of the ticket, if it is one that a ticket of ours can have."""
    if said is None:
        return None
    if isinstance(said, str) and len(said.strip()) <= NUMBER_CHARACTERS_MAX:
        return said.strip()
    sentence = f"The ticket's number is no text of up to {NUMBER_CHARACTERS_MAX} characters."
    warnings.append(Fault("header.ticketNumber", "INVALID_DATA_TYPE", sentence))
    return None


def _notice_at(said: JsonValue, warnings: list[Fault]) -> datetime | None:
    """Return when the center made the ticket; without a zone it could be hours wrong."""
    if said is None:
        return None
    try:
        return NOTICE_TIME.validate_python(said if MOMENT.fullmatch(short_text(said)) else None)
    except ValidationError:
        sentence = "The time of the notice is not an ISO 8601 time with its zone."
        warnings.append(Fault("timeline.createdOn", "INVALID_DATE_FORMAT", sentence))
        return None


def _members(said: JsonValue, warnings: list[Fault]) -> Iterator[Member]:
    """Yield the members by code; one that is listed for each of its facilities is one member."""
    names: dict[str, str] = {}
    facilities: dict[str, list[str]] = {}
    for one in map(slots_of, items_of(said)):
        code = text_in(one, "memberid").upper()
        if code:
            names.setdefault(code, text_in(one, "membername"))
            facilities.setdefault(code, []).extend(_facilities(one))
    if len(names) > MEMBERS_MAX:
        warnings.append(_too_much("memberList", f"It names more than {MEMBERS_MAX} members."))
        return
    for code, name in names.items():
        distinct = list(dict.fromkeys(facilities[code]))
        try:
            yield Member(code=code, name=name, facilities=distinct)
        except ValidationError as error:
            sentence = f"Member {code[:SHOWN_CHARACTERS_MAX]} is left out: {said_by(error)}."
            warnings.append(_too_much("memberList", sentence))


def _facilities(member: Slots) -> Iterator[str]:
    """Yield what a member has at the site: names, or objects that have one."""
    for one in items_of(first_in(member, "facilitytypelist", "facilitytypes")):
        name = one.strip() if isinstance(one, str) else text_in(slots_of(one), "typename")
        if name:
            yield name


def _too_much(field: str, sentence: str) -> Fault:
    return Fault(field, "FIELD_TOO_LONG", sentence)
