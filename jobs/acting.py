"""What a person does to a ticket: brought up to the present, stepped, committed, one call.

Short edits do not queue. A refusal changes nothing and leaves its trace in the audit log.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import uuid5

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, Change, with_reason
from domain.errors import ConflictError, DuplicateError, RejectedError
from domain.extraction import Extraction
from domain.responses import Outcome
from domain.ticket import Ticket, TicketStatus
from jobs.job import Env
from jobs.recompute_timestamps import ring_at_next_turn
from jobs.turning import bring_up_to, extraction_of

ATTEMPTS_MAX = 10
FOLLOW_UPS_MAX = 20
PAUSE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Scene:
    """What a step may look at: the ticket, what was read for it, the time, and who acts.

    `codes` says what the center's response codes mean; `follow_ups` counts the tickets of the
    wanted type that were made out of this one before and given up since.
    """

    ticket: Ticket
    extraction: Extraction | None
    now: datetime
    by: Author
    codes: Mapping[str, Outcome]
    follow_ups: int = 0


Step = Callable[[Scene], Change]
# A step that may find nothing to change.
Look = Callable[[Scene], Change | None]
Made = TypeVar("Made", bound=Change | None)


async def act(
    env: Env, ticket_id: str, step: Look, *, by: Author, version: int | None = None
) -> Ticket:
    """Make a step and return the ticket that it made; what time has changed comes first.

    Where the caller names the version that he saw, another one is a ConflictError; where he
    names none, a step that somebody overtook is made again on the newer ticket. Raises what
    the step raises.
    """
    for overtaken in range(1, 1 if version is not None else ATTEMPTS_MAX):
        try:
            return await _act_once(env, ticket_id, step, by=by, version=version)
        except DuplicateError:
            raise  # it will be one on every newer ticket
        except ConflictError:
            pass
        # Apart from each other, so that those who met here do not meet again.
        await asyncio.sleep(random.uniform(0, overtaken * PAUSE_SECONDS))  # noqa: S311 - no secret
    return await _act_once(env, ticket_id, step, by=by, version=version)


async def follow_up(
    env: Env, ticket_id: str, step: Step, *, by: Author, version: int | None = None
) -> Ticket:
    """Make a further ticket out of one, and return it; asked for again, return the same.

    One that was cancelled since makes room for another.
    """
    scene = await _scene(env, ticket_id, by=by, version=version)
    for number in range(FOLLOW_UPS_MAX):
        change = await _stepped(env, replace(scene, follow_ups=number), step)
        with suppress(ConflictError):
            made = await env.store.tickets.find(change.ticket.id)
            made = made or await env.store.commit(change)
            if made.status is not TicketStatus.CANCELLED:
                return made
            continue
        return await env.store.tickets.get(change.ticket.id)  # somebody was faster
    raise RejectedError(
        f"{FOLLOW_UPS_MAX} tickets of this type were made and cancelled.",
        field="ticket_type",
        remedy="Make a new ticket from a work order.",
    )


async def _act_once(
    env: Env, ticket_id: str, step: Look, *, by: Author, version: int | None
) -> Ticket:
    scene = await _scene(env, ticket_id, by=by, version=version)
    change = await _stepped(env, scene, step)
    after = await env.store.commit(change) if change else scene.ticket
    await ring_at_next_turn(env, after)
    return after


async def _scene(env: Env, ticket_id: str, *, by: Author, version: int | None) -> Scene:
    """Return the ticket brought up to the present, and what belongs to it.

    Raises ConflictError if it is not at the version that the caller saw.
    """
    now = env.clock()
    seen = await env.store.tickets.get(ticket_id)
    if version is not None and version != seen.version:
        raise ConflictError(
            f"Ticket {ticket_id} is at version {seen.version}, not {version}.",
            field="version",
            remedy="Read the ticket again and decide anew.",
        )
    # A confirmed ticket may have been keyed in a moment ago: it is the sweep that withdraws it.
    is_confirmed = seen.status is TicketStatus.READY
    ticket = seen if is_confirmed else await bring_up_to(env, seen, now)
    return Scene(ticket, await extraction_of(env, ticket), now, by, env.codes)


async def note_refusal(env: Env, scene: Scene, refusal: RejectedError) -> None:
    """Leave the trace of a refusal in the audit log; the ticket is as it was."""
    who = scene.by.name and f"{scene.by.name}:"
    said = " ".join(filter(None, (who, refusal.problem, refusal.remedy)))
    await note_of(env, scene, "step_refused", said, is_compliance_relevant=True)


async def note_of(
    env: Env, scene: Scene, action: str, said: str, *, is_compliance_relevant: bool = False
) -> None:
    """Leave the trace of what was asked for and has made no version; the ticket is as it was."""
    ticket, by = scene.ticket, scene.by
    told = f"{ticket.id}/{ticket.version}/{action}/{said}/{scene.now.isoformat()}"
    event = AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, told)),
        ticket_id=ticket.id,
        timestamp=scene.now,
        actor=by.actor,
        action=action,
        from_status=ticket.status,
        notes=with_reason(said, by),
        compliance_relevant=is_compliance_relevant,
        **by.way,
    )
    await env.store.note(event)


async def _stepped(env: Env, scene: Scene, step: Callable[[Scene], Made]) -> Made:
    """Return the change that a step makes; a refusal leaves its trace and is raised on."""
    try:
        return step(scene)
    except RejectedError as refusal:
        await note_refusal(env, scene, refusal)
        raise
