"""Reverting: a ticket is made to say again what it said in an earlier version, or in a backup.

It is a step like any other: brought up to the present first, committed as the next version with
an event of its own, and a refusal leaves its trace.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.audit import Author, Change, named
from domain.errors import RejectedError
from domain.reverting import revert
from domain.ticket import Ticket
from jobs.acting import Scene, act
from jobs.job import Env
from storage.single_restore import PutBack, SingleRestore
from storage.ticket_times import TicketTimes


@dataclass(frozen=True, slots=True)
class Returned:
    """A ticket after it was put back from a backup: what was put back, and whether it was reverted."""

    ticket: Ticket
    put_back: PutBack
    is_reverted: bool


async def revert_ticket(
    env: Env, ticket_id: str, to: int | datetime, *, by: Author, version: int | None = None
) -> Ticket:
    """Make a ticket say what it said in this version, or at this moment; return it.

    With `version` only if that is its newest one still. `domain/reverting.py` says what comes back and what stays. Raises RejectedError if nobody is
    named, no reason given, the history does not tell, or it may not be; NotFoundError if there
    was no such version; ConflictError and UnavailableError.
    """
    _expect_reason(by)
    times = TicketTimes(env.store)
    if isinstance(to, datetime):
        then = await times.at(ticket_id, to)
    else:
        then = await times.in_version(ticket_id, to)
    return await _reverted(env, then.ticket, by, version)


async def restore_from_backup(
    env: Env, ticket_id: str, filename: str, *, by: Author
) -> Returned:
    """Put a ticket back as a backup holds it, with its work order where that is missing.

    What is damaged, gone or removed is restored to its newest good version first. Where the ticket
    then says something else than in the backup, it is reverted: a version more, never one less.
    Raises what `SingleRestore.put_back` and `revert_ticket` raise.
    """
    _expect_reason(by)
    put_back = await SingleRestore(env.store, env.clock).put_back(ticket_id, filename, by=by)
    found = await env.store.tickets.get(ticket_id)
    if (put_back.restored or put_back.has_order_back) and _says_the_same(found, put_back.held):
        return Returned(found, put_back, is_reverted=False)
    ticket = await _reverted(env, put_back.held, by)
    return Returned(ticket, put_back, is_reverted=True)


async def _reverted(
    env: Env, earlier: Ticket, by: Author, version: int | None = None
) -> Ticket:
    def step(scene: Scene) -> Change:
        return revert(scene.ticket, earlier, scene.extraction, now=scene.now, by=scene.by)

    return await act(env, earlier.id, step, by=by, version=version)


def _says_the_same(ticket: Ticket, held: Ticket) -> bool:
    return ticket.stated() == held.stated()


def _expect_reason(by: Author) -> None:
    named(by)
    if not (by.reason or "").strip():
        raise RejectedError("No reason is given.", field="reason", remedy="Say why.")
