"""Coming and leaving: who signed in to the dashboard, with which key, and who signed out, audited."""

import logging
from uuid import uuid5

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, named
from domain.errors import UnavailableError
from jobs.job import Env

log = logging.getLogger(__name__)


async def signed_in(env: Env, *, by: Author) -> None:
    """Note that a person came in. Raises RejectedError if nobody is named."""
    await _note(env, "signed_in", f"{named(by)} signed in to the dashboard.", by)


async def signed_out(env: Env, *, by: Author) -> None:
    """Note that a person left. Raises RejectedError if nobody is named."""
    await _note(env, "signed_out", f"{named(by)} signed out of the dashboard.", by)


async def _note(env: Env, action: str, notes: str, by: Author) -> None:
    """Note it, if the disk takes it: with a full one, somebody must come in and see that.

    What he does then is not done without its own event.
    """
    now = env.clock()
    told = f"{action}/{by.key_id}/{by.request_id}/{notes}/{now.isoformat()}"
    event = AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, told)),
        timestamp=now,
        actor=by.actor,
        action=action,
        notes=notes,
        compliance_relevant=True,
        **by.way,
    )
    try:
        await env.store.note(event)
    except UnavailableError as trouble:
        log.error("the audit log does not tell that %s %s", notes, trouble.problem)  # noqa: TRY400 - it says it all
