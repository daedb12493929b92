"""The packet: what a person keys into the portal of Texas811, in the order of the portal.

Every fact of a ticket has its slot here, so what is confirmed is all that is sent, and the
fingerprint of the packet changes when a fact does, and only then: status, gaps and the dates
that follow from the notice are no part of it. What Texas811 has no slot for goes to the remarks.
How a value is written is in `domain.wording`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from domain import wording
from domain.errors import RejectedError
from domain.facts import TicketType
from domain.gaps import GapSeverity
from domain.readiness import NO_DIGGING
from domain.start import waits_for_a_start
from domain.ticket import Ticket

NOT_STATED = "(nobody has said)"

REFERS_BACK = frozenset(
    {
        TicketType.NO_RESPONSE,
        TicketType.UPDATE,
        TicketType.UPDATE_REMARK,
        TicketType.RECALL,
    }
)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PacketEntry(_Frozen):
    """One slot of the portal: its word, and the text exactly as it is to be keyed in.

    `fields` are the ticket's fields that say it; of a slot that nothing fills, those that would.
    Such a slot stands here only if the law or the center asks for it.
    """

    label: str
    value: str
    fields: tuple[str, ...]
    is_required: bool


class PacketSection(_Frozen):
    """One part of the portal's form."""

    title: str
    entries: tuple[PacketEntry, ...]


class Packet(_Frozen):
    """What a person confirms and then keys in; `center_type` is the portal's own ticket type."""

    ticket_id: str
    ticket_type: TicketType
    center_type: str
    sections: tuple[PacketSection, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of the portal, the fields that fill it, and how they are written in it.

    Without `words` the fields are written one after the other.
    """

    label: str
    fields: tuple[str, ...]
    words: Callable[[Ticket], str] | None = None
    is_required: Callable[[Ticket], bool] = lambda _ticket: False


def _always(_ticket: Ticket) -> bool:
    return True


def _emergency(ticket: Ticket) -> bool:
    return ticket.ticket_type is TicketType.EMERGENCY


def _refers_back(ticket: Ticket) -> bool:
    return ticket.ticket_type in REFERS_BACK


def _needs_an_end(ticket: Ticket) -> bool:
    """Must the completion be keyed in? A duration in words stands in the slot before."""
    return ticket.ticket_type not in NO_DIGGING and not ticket.duration_description


# What is required is what validation lets nobody confirm without; a test holds the two together.
SECTIONS: dict[str, tuple[Slot, ...]] = {
    "Caller and excavator": (
        Slot("Ticket type", ("ticket_type",), wording.center_type, _always),
        Slot("Caller name", ("contact_name",), None, _always),
        Slot("Caller phone", ("phone",), None, _always),
        Slot("Caller extension", ("phone_extension",)),
        Slot("Caller e-mail", ("email",), None, _always),
        Slot("Company", ("company",), None, _always),
        Slot("Company address", ("address_line_1", "address_line_2"), None, _always),
        Slot("Company city, state, ZIP", ("city_state_zip",), None, _always),
        Slot("On-site contact", ("onsite_contact_name",)),
        Slot("On-site phone", ("onsite_phone",)),
        Slot("On-site extension", ("onsite_phone_extension",)),
        Slot("Receive positive responses", ("email",), wording.response_method, _always),
    ),
    "Work": (
        Slot("Work done for", ("work_for",)),
        Slot("Work done for, phone", ("work_for_phone",)),
        Slot("Work type", ("type_of_work",), wording.work_type, _always),
        Slot("Explosives", ("is_blasting",), None, _always),
        Slot("Directional boring", ("is_boring",)),
        Slot("Trenchless", ("is_trenchless",)),
        Slot("Area marked in white", ("white_lines_painted",)),
        Slot("Equipment", ("equipment_type",)),
        Slot("Depth", ("depth_inches", "depth_description"), wording.depth),
        Slot("Duration", ("duration_days", "duration_description"), wording.duration),
    ),
    "Location": (
        Slot("County", ("county",), wording.county, _always),
        Slot("Place", ("city",), None, _always),
        Slot("Street address", ("address",)),
        Slot("Subdivision", ("subdivision",)),
        Slot("Lot and block", ("lot_block",)),
        Slot("Section, township, range", ("section_township_range",)),
        # One slot of the portal for two fields of the specification.
        Slot("Nearest intersection", ("cross_street", "nearest_intersection")),
        Slot("Driving directions", ("driving_directions",)),
        Slot("Coordinates", ("gps_coordinates",), wording.coordinates),
    ),
    "Map and marking": (
        Slot("Work area", ("work_area_description",), None, _always),
        Slot("Work area size", ("work_area_size_description",)),
        Slot("Marking instructions", ("marking_instructions",)),
        Slot("Map", ("geometry",), wording.shape),
        Slot("Remarks", wording.REMARKED_FIELDS, wording.remarks),
    ),
    "Dates": (
        Slot("Start", ("planned_start_at",), wording.start, waits_for_a_start),
        Slot(
            "Expected completion",
            ("expected_completion_on", "planned_start_at", "duration_days"),
            wording.completion,
            _needs_an_end,
        ),
        Slot("Emergency justification", ("emergency_justification",), None, _emergency),
        Slot("Previous ticket number", ("previous_ticket_number",), None, _refers_back),
    ),
}


def packet_of(ticket: Ticket) -> Packet:
    """Return what is to be keyed in for this ticket.

    Raises RejectedError, naming every open required gap, while a ticket that nobody has
    confirmed has one. A confirmed ticket always has its packet: a copy must be at hand within an
    hour (16 TAC 18.4(c)), and its facts are locked.
    """
    if ticket.confirmation is None:
        _refuse_gaps(ticket)
    sections = sections_of(ticket)
    return Packet(
        ticket_id=ticket.id,
        ticket_type=ticket.ticket_type,
        center_type=wording.center_type(ticket),
        sections=sections,
        fingerprint=_fingerprint(ticket.ticket_type, sections),
    )


def sections_of(ticket: Ticket) -> tuple[PacketSection, ...]:
    """Return the sections of the packet as far as they can be filled: a preview, if gaps are open."""
    return tuple(
        PacketSection(title=title, entries=tuple(_entries(ticket, slots)))
        for title, slots in SECTIONS.items()
    )


def as_text(packet: Packet) -> str:
    """Return the packet as a person reads it while keying in; each value is one line to copy."""
    entries = [entry for section in packet.sections for entry in section.entries]
    width = max(len(entry.label) for entry in entries) + 2
    lines = [f"Packet of ticket {packet.ticket_id}: {packet.center_type}"]
    for section in packet.sections:
        lines += ["", section.title.upper()]
        lines += [_line(entry, width) for entry in section.entries]
    lines += ["", "* asked for by the law or the center", f"Fingerprint {packet.fingerprint}"]
    return "\n".join(lines) + "\n"


def _entries(ticket: Ticket, slots: tuple[Slot, ...]) -> Iterator[PacketEntry]:
    for slot in slots:
        is_required = slot.is_required(ticket)
        value = slot.words(ticket) if slot.words else wording.words(ticket, slot.fields)
        if value or is_required:
            said = wording.stated(ticket, slot.fields)
            yield PacketEntry(
                label=slot.label,
                value=value,
                fields=said or slot.fields,
                is_required=is_required,
            )


def _fingerprint(ticket_type: TicketType, sections: tuple[PacketSection, ...]) -> str:
    """Return the SHA-256 (hex) of what is keyed in, and of our type: two of ours are one there."""
    content = {
        "ticket_type": ticket_type.value,
        "sections": [section.model_dump(mode="json") for section in sections],
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _line(entry: PacketEntry, width: int) -> str:
    mark = "*" if entry.is_required else " "
    return f"{mark} {entry.label:<{width}}{entry.value or NOT_STATED}"


def _refuse_gaps(ticket: Ticket) -> None:
    open_gaps = [gap for gap in ticket.open_gaps if gap.severity is GapSeverity.REQUIRED]
    if not open_gaps:
        return
    named = [
        gap.user_friendly_description or f"{gap.field}: {gap.problem}." for gap in open_gaps
    ]
    raise RejectedError(
        f"The packet is not complete. {' '.join(dict.fromkeys(named))}",
        field=open_gaps[0].field,
        remedy=open_gaps[0].suggested_prompt or f"State the {open_gaps[0].field}.",
        suggested_values=open_gaps[0].suggested_values,
    )
