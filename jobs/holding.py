"""Legal holds: a person holds a ticket for a matter, and lets it go again; both are audited first.

What is held is not removed, however long it is over, until every hold on it is released.
"""

import asyncio
from contextlib import suppress
from uuid import uuid5

from pydantic import JsonValue, ValidationError

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, named
from domain.errors import ConflictError, NotFoundError, RejectedError
from jobs.job import Env
from storage.failures import DamagedFileError
from storage.layout import checked_name
from storage.legal_holds import PLACED, RELEASED, Hold, Release, holds_told


async def hold(
    env: Env, ticket_id: str, *, by: Author, reason: str, matter: str | None = None
) -> Hold:
    """Hold a ticket until somebody releases it, and return the hold.

    The same person's same wish again is harmless. Another one for the same matter is a
    ConflictError that tells who holds it; for another matter it is a further hold. Raises
    RejectedError for a person, a reason or a matter that will not do, NotFoundError for a
    ticket that is not there, and UnavailableError.
    """
    wanted = _wanted(
        ticket_id=checked_name("ticket_id", ticket_id),
        by=named(by),
        reason=reason,
        matter=matter or None,
        since=env.clock(),
    )
    await _expect(env, ticket_id)
    earlier = next(
        (
            one
            for one in await asyncio.to_thread(env.store.legal_holds.kept_now)
            if one.is_open and (one.ticket_id, one.matter) == (ticket_id, wanted.matter)
        ),
        None,
    )
    if earlier is None:
        # First the event: it holds the ticket, too, should a crash come before the file.
        notes = f"{wanted.by} holds ticket {ticket_id}{_for(wanted)}: {wanted.reason}"
        event = _event(PLACED, notes, by, before=None, after=wanted)
        await env.store.note(event)
        earlier = await env.store.legal_holds.place(wanted)
        # It may have been removed in this very moment: then nothing holds it.
        await _expect(env, ticket_id)
    if (earlier.by, earlier.reason) != (wanted.by, wanted.reason):
        raise ConflictError(
            f"{earlier.by} holds ticket {ticket_id}{_for(earlier)} already, "
            f"since {earlier.since:%Y-%m-%d %H:%M} UTC: {earlier.reason}",
            field="matter",
            remedy="It is held; your reason was not written down. Name another matter if there "
            "is one.",
        )
    return earlier


async def release(
    env: Env, ticket_id: str, *, by: Author, reason: str, matter: str | None = None
) -> Hold:
    """Release a ticket from one hold, and return the hold that has ended.

    Without a matter the only hold is meant. Raises RejectedError for a person or a reason that
    will not do, or if several matters hold the ticket; NotFoundError if it is not held for this;
    ConflictError if somebody else was faster, and UnavailableError.
    """
    checked_name("ticket_id", ticket_id)
    word = _release(by=named(by), at=env.clock(), reason=reason)
    found = await _meant(env, ticket_id, matter or None)
    ended = found.model_copy(update={"released": word})
    notes = f"{word.by} released {found.what}{_for(found)}: {word.reason}"
    await env.store.note(_event(RELEASED, notes, by, before=found, after=ended))
    if await env.store.legal_holds.release(found, word) is None:
        raise ConflictError(
            f"Somebody else has just changed the hold on ticket {ticket_id}.",
            field="ticket_id",
            remedy="See `texas811 holds list` for how it is now.",
        )
    return ended


async def _meant(env: Env, ticket_id: str, matter: str | None) -> Hold:
    """Return the open hold that is meant. Raises NotFoundError, RejectedError."""
    kept = await asyncio.to_thread(env.store.legal_holds.kept_now)
    holds = [one for one in kept if one.is_open and one.ticket_id == ticket_id]
    if not holds:  # then perhaps the log tells of one
        told = await asyncio.to_thread(holds_told, env.store.quarantine.layout)
        holds = [one for one in told if one.ticket_id == ticket_id]
    found = [one for one in holds if matter in (None, one.matter)]
    if not found:
        raise NotFoundError(
            f"Ticket {ticket_id} is not held{f' for {matter}' if matter else ''}.",
            field="matter" if holds else "ticket_id",
            remedy="See `texas811 holds list` for what is.",
            suggested_values=[one.matter for one in holds if one.matter],
        )
    if len(found) > 1:
        raise RejectedError(
            f"Ticket {ticket_id} is held for {len(found)} matters.",
            field="matter",
            remedy="Say which of them has ended.",
            suggested_values=[one.matter or "" for one in found],
        )
    return found[0]


async def _expect(env: Env, ticket_id: str) -> None:
    """Raise NotFoundError if there is no such ticket; one that is damaged is there."""
    with suppress(DamagedFileError):
        await env.store.tickets.get(ticket_id)


def _wanted(**given: object) -> Hold:
    try:
        return Hold.model_validate(given)
    except ValidationError as error:
        raise _refused(error) from None


def _release(**given: object) -> Release:
    try:
        return Release.model_validate(given)
    except ValidationError as error:
        raise _refused(error) from None


def _refused(error: ValidationError) -> RejectedError:
    first = error.errors(include_url=False)[0]
    return RejectedError(
        f"{first['msg'].removeprefix('Value error, ').capitalize()}.",
        field=str(first["loc"][0]),
        remedy="Write it on one line, in plain text: a court may read it.",
    )


def _for(held: Hold) -> str:
    return f" for {held.matter}" if held.matter else ""


def _event(
    action: str, notes: str, by: Author, *, before: Hold | None, after: Hold
) -> AuditEvent:
    """Return the event of a hold, or of its end."""
    now = after.released.at if after.released else after.since
    told: dict[str, JsonValue] = {
        "before": before.model_dump(mode="json", exclude_none=True) if before else None,
        "after": after.model_dump(mode="json", exclude_none=True),
    }
    return AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, f"{action}/{notes}/{now.isoformat()}")),
        ticket_id=after.ticket_id,
        timestamp=now,
        actor=by.actor,
        action=action,
        changed_fields=["legal_hold"],
        field_changes={"legal_hold": told},
        notes=notes,
        compliance_relevant=True,
        legal_hold=True,
        **by.way,
    )
