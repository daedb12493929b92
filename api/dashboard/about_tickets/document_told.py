"""What a ticket says beside what was read from its document: who has said it, and whether it differs."""

from collections.abc import Iterator

from api.dashboard.about_tickets.ticket_facts import words_of
from domain.extraction import STATED, Extraction, Finding
from domain.facts import TicketFacts
from domain.location import PROVENANCE_FIELDS
from domain.ticket import Ticket
from extraction.showing.sheet import OnTicket

BY_A_PERSON = "a person has said or confirmed it"
BY_THE_SENDER = "stated by the order's sender"
NOT_READ = "not read from the document"
PUT_IN_ORDER = "as it was read, put in order"
LEFT_OUT = "left out, or taken off since"


def told_on_ticket(ticket: Ticket, extraction: Extraction) -> dict[str, OnTicket]:
    """Return what the ticket says, by the names of the fields; nothing where it is what was read."""
    return dict(_told(ticket, extraction))


def _told(ticket: Ticket, extraction: Extraction) -> Iterator[tuple[str, OnTicket]]:
    stated = ticket.stated()
    for name in TicketFacts.model_fields:
        finding = extraction.fields.get(name)
        if name not in stated:
            if finding and finding.is_taken:
                yield name, OnTicket("", LEFT_OUT, differs=True)
            continue
        differs = finding is None or _differs(ticket, name, finding)
        is_by_person = name in ticket.confirmed_fields
        if differs or is_by_person or finding is None:
            origin = BY_A_PERSON if is_by_person else _origin(finding)
            yield name, OnTicket(words_of(stated[name], ticket), origin, differs)


def _origin(finding: Finding | None) -> str:
    if finding is None or not finding.is_taken:
        return NOT_READ
    return BY_THE_SENDER if finding.producer == STATED else PUT_IN_ORDER


def _differs(ticket: Ticket, name: str, finding: Finding) -> bool:
    """Say whether the ticket has something else than was read, however it came to be known."""
    on_ticket = ticket.model_dump(mode="json", include={name})[name]
    return bool(_plain(on_ticket) != _plain(finding.value))


def _plain(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {
        part: said
        for part, said in value.items()
        if said is not None and part not in PROVENANCE_FIELDS
    }
