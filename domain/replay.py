"""A ticket made again from its history, which tells every version of it.

An event tells each field that changed, before and after. What no event tells follows from what
they tell: the version from their number, `updated_at` from their times, and the gaps from the
rules, which look again wherever a validation was. So the gaps are those that the rules of today
find.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue, ValidationError

from domain.audit import AuditEvent, event_id
from domain.errors import NotFoundError, RejectedError
from domain.extraction import Extraction
from domain.ticket import Ticket
from domain.validation import validated

# The steps that can validate; one that did has set `last_validated_at` to its own time.
VALIDATING_ACTIONS = frozenset(
    {
        "ticket_created",
        "ticket_edited",
        "ticket_imported",
        "ticket_reopened",
        "ticket_reverted",
        "ticket_validated",
    }
)
# They follow from the gaps, and may differ from what the rules of that time found.
FOUND_AGAIN = frozenset({"gap_count", "validation_status"})

REMEDY = "Restore the ticket from a backup."
# So many versions in a row may be missing before the rest of a history is not recognised.
MISSING_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Then:
    """A ticket as it was, and the event that had made it so."""

    ticket: Ticket
    event: AuditEvent


def replayed(events: Iterable[AuditEvent], extraction: Extraction | None = None) -> Ticket:
    """Return the newest version of the one ticket that these events are about, in any order.

    `extraction` is what was read from its work order. Raises RejectedError, saying what is
    missing, if the events do not tell the whole story.
    """
    ticket: Ticket | None = None
    for ticket in every_version(events, extraction):  # noqa: B007 - the last one is wanted
        pass
    if ticket is None:
        raise RejectedError("The history tells of no version.", remedy=REMEDY)
    return ticket


def every_version(
    events: Iterable[AuditEvent], extraction: Extraction | None = None
) -> Iterator[Ticket]:
    """Yield each version of a ticket, the first one first, as `replayed` makes the newest.

    Each is made of the one before it, so all of them cost what the newest alone does.
    """
    ticket: Ticket | None = None
    for version, event in enumerate(versions_in(events), start=1):
        ticket = _made_by(event, version, ticket)
        is_validation = event.action in VALIDATING_ACTIONS
        if is_validation and ticket.last_validated_at == event.timestamp:
            ticket = validated(ticket, extraction, now=event.timestamp)
        yield ticket


def as_of_version(
    events: Iterable[AuditEvent], version: int, extraction: Extraction | None = None
) -> Then:
    """Return the ticket in one of its versions.

    Raises NotFoundError for a version that there never was, RejectedError, saying what is missing,
    if the events do not tell all that led to it.
    """
    known = _versions(_told_once(events))
    if not 1 <= version <= max(known, default=0):
        raise NotFoundError(
            f"There is no version {version}; the newest that is told is {max(known, default=0)}.",
            field="version",
            remedy="See `texas811 tickets history` for what there was.",
        )
    return _then(known, version, extraction)


def as_of(
    events: Iterable[AuditEvent], moment: datetime, extraction: Extraction | None = None
) -> Then:
    """Return the ticket as it was stored at a moment; what time made of it later is not told.

    Order is that of the versions, also where a clock was set back. Raises NotFoundError if there was
    no ticket yet, RejectedError, saying what is missing, if the events do not tell which version
    it was, or what led to it.
    """
    known = _versions(_told_once(events))
    until = [version for version, event in known.items() if event.timestamp <= moment]
    version = max(until, default=0)
    if version < max(known, default=0) and version + 1 not in known:
        raise _untold(version + 1)  # it may have been made before this moment
    if not version:
        first = known.get(1)
        raise NotFoundError(
            f"There was no ticket yet at {moment:%Y-%m-%d %H:%M:%S} UTC."
            + (f" It was created at {first.timestamp:%Y-%m-%d %H:%M:%S} UTC." if first else ""),
            field="at",
            remedy="See `texas811 tickets history` for what there was.",
        )
    return _then(known, version, extraction)


def newest_told(events: Iterable[AuditEvent]) -> int:
    """Return the newest version of which these events of one ticket tell, 0 if of none."""
    told = {event.id: event for event in events if _made_a_version(event)}
    return max(_versions(told), default=0)


def versions_in(events: Iterable[AuditEvent]) -> list[AuditEvent]:
    """Return the event of each version of one ticket, that of its first version first.

    Raises RejectedError naming a version that is not told, or is told in two ways.
    """
    told = _told_once(events)
    ids = _ids(told, len(told))
    for version, id_ in enumerate(ids, start=1):
        if id_ not in told:
            raise _untold(version)
    return [told[id_] for id_ in ids]


def _told_once(events: Iterable[AuditEvent]) -> dict[str, AuditEvent]:
    """Return the events that made versions by their ids. Raises RejectedError for two of one id."""
    told: dict[str, AuditEvent] = {}
    # A refusal, or a note, made no version: nothing stood anywhere after it.
    for event in filter(_made_a_version, events):
        if told.setdefault(event.id, event) != event:
            raise RejectedError(f"The event {event.id} is told in two ways.", remedy=REMEDY)
    return told


def _versions(told: Mapping[str, AuditEvent]) -> dict[int, AuditEvent]:
    """Return the events by the versions that they made; some may be missing."""
    ids = _ids(told, len(told) + MISSING_MAX) if told else []
    return {version: told[id_] for version, id_ in enumerate(ids, start=1) if id_ in told}


def _ids(told: Mapping[str, AuditEvent], versions: int) -> list[str]:
    ticket_id = next((str(event.ticket_id) for event in told.values()), "")
    return [event_id(ticket_id, version) for version in range(1, versions + 1)]


def _then(known: Mapping[int, AuditEvent], version: int, extraction: Extraction | None) -> Then:
    missing = next((one for one in range(1, version + 1) if one not in known), None)
    if missing:
        raise _untold(missing)
    events = [known[one] for one in range(1, version + 1)]
    return Then(replayed(events, extraction), events[-1])


def _untold(version: int) -> RejectedError:
    return RejectedError(f"The history does not tell version {version}.", remedy=REMEDY)


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
