"""Mending: a person has a damaged ticket put back, or a file forgotten; by whom and why is audited.

The event comes first, as with a pause: what was asked for and refused leaves a trace too many,
and what was done never one too few.
"""

from uuid import uuid5

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, named
from domain.errors import NotFoundError, RejectedError
from jobs.job import Env
from storage.layout import checked_name
from storage.restoring import Restored, Restoring

FILE_CHARACTERS_MAX = 500


async def restore_ticket(
    env: Env, ticket_id: str, *, by: Author, reason: str, accepts_older: bool = False
) -> Restored:
    """Put the newest good version of a ticket back.

    Raises RejectedError if there is no reason, and what `Restoring.restore` raises.
    """
    checked_name("ticket_id", ticket_id)  # nothing else is worth an event
    await _note(env, "restore_asked", f"ticket {ticket_id} restored", by, reason)
    restoring = Restoring(env.store, clock=env.clock)
    return await restoring.restore(ticket_id, by=by, accepts_older=accepts_older)


async def dismiss_file(env: Env, file: str, *, by: Author, reason: str) -> None:
    """Mark a file in the quarantine as seen to.

    Raises RejectedError if there is no reason, and what `Restoring.dismiss` raises.
    """
    if len(file) > FILE_CHARACTERS_MAX or not file.isprintable():
        raise NotFoundError("Nothing in the quarantine has such a name.", field="file")
    await _note(env, "dismissal_asked", f"{file} dismissed", by, reason)
    await Restoring(env.store, clock=env.clock).dismiss(file, by=by)


async def _note(env: Env, action: str, what: str, by: Author, reason: str) -> None:
    name = named(by)
    if not reason.strip():
        raise RejectedError("No reason is given.", field="reason", remedy="Say why.")
    now, notes = env.clock(), f"{name} wants {what}: {reason.strip()}"
    event = AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, f"{action}/{notes}/{now.isoformat()}")),
        timestamp=now,
        actor=by.actor,
        action=action,
        notes=notes,
        compliance_relevant=True,
        **by.way,
    )
    await env.store.note(event)
