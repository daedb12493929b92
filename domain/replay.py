"""A ticket made again from its history, which tells every version of it.

An event tells each field that changed, before and after. What no event tells follows from what
they tell: the version from their number, `updated_at` from their times, and the gaps from the
rules, which look again wherever a validation was. So the gaps are those that the rules of today
find.
"""

from collections.abc import Iterable

from pydantic import JsonValue, ValidationError

from domain.audit import AuditEvent, event_id
from domain.errors import RejectedError
from domain.extraction import Extraction
from domain.ticket import Ticket
from domain.validation import validated

# The steps that can validate; one that did has set `last_validated_at` to its own time.
VALIDATING_ACTIONS = frozenset(
    {"ticket_created", "ticket_edited", "ticket_reopened", "ticket_validated"}
)
# They follow from the gaps, and may differ from what the rules of that time found.
FOUND_AGAIN = frozenset({"gap_count", "validation_status"})

REMEDY = "Restore the ticket from a backup."


def replayed(events: Iterable[AuditEvent], extraction: Extraction | None = None) -> Ticket:
    """Return the newest version of the one ticket that these events are about, in any order.

    `extraction` is what was read from its work order. Raises RejectedError, saying what is
    missing, if the events do not tell the whole story.
    """
    ticket: Ticket | None = None
    for version, event in enumerate(versions_in(events), start=1):
        ticket = _made_by(event, version, ticket)
        is_validation = event.action in VALIDATING_ACTIONS
        if is_validation and ticket.last_validated_at == event.timestamp:
            ticket = validated(ticket, extraction, now=event.timestamp)
    if ticket is None:
        raise RejectedError("The history tells of no version.", remedy=REMEDY)
    return ticket


def versions_in(events: Iterable[AuditEvent]) -> list[AuditEvent]:
    """Return the event of each version of one ticket, that of its first version first.

    Raises RejectedError naming a version that is not told, or is told in two ways.
    """
    told: dict[str, AuditEvent] = {}
    # A refusal, or a note, made no version: nothing stood anywhere after it.
    for event in filter(_made_a_version, events):
        if told.setdefault(event.id, event) != event:
            raise RejectedError(f"The event {event.id} is told in two ways.", remedy=REMEDY)
    ticket_id = next((str(event.ticket_id) for event in told.values()), "")
    ids = [event_id(ticket_id, version) for version in range(1, len(told) + 1)]
    for version, id_ in enumerate(ids, start=1):
        if id_ not in told:
            raise RejectedError(f"The history does not tell version {version}.", remedy=REMEDY)
    return [told[id_] for id_ in ids]


def _made_a_version(event: AuditEvent) -> bool:
    return event.to_status is not None


def _made_by(event: AuditEvent, version: int, before: Ticket | None) -> Ticket:
    """Return the ticket that an event made out of the version before it."""
    facts: dict[str, JsonValue] = before.model_dump(mode="json") if before else {}
    for name, told in event.field_changes.items():
        match told:
            case {"before": earlier, "after": later}:
                if name not in FOUND_AGAIN and facts.get(name) != earlier:
                    raise _contradicted(version, name)
                facts[name] = later
            case _:
                raise _contradicted(version, name)
    try:
        return Ticket.model_validate(
            {**facts, "updated_at": event.timestamp, "version": version}
        )
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise _contradicted(version, field) from None


def _contradicted(version: int, field: str) -> RejectedError:
    return RejectedError(
        f"What the history tells of {field} in version {version} does not fit what is before it.",
        field=field,
        remedy=REMEDY,
    )
