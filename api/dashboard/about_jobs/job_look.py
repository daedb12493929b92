"""One job, looked for everywhere: what was attempted, what is queued, its dead letter, its subject."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.dashboard.about_jobs.subjects import subjects_of
from domain.errors import NotFoundError, RejectedError, UnavailableError
from domain.ticket import Ticket
from domain.work_order import WorkOrder
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from jobs.waiting import QueuedJob
from storage.dead_letters import DeadLetter, safe_job, safe_key
from storage.telemetry_records import AttemptRecord

RELATED_MAX = 30
TOKEN_DIGITS_MAX = 18
ATTEMPTS_MAX = 20  # of a job that comes again and again, with what they have logged


@dataclass(frozen=True, slots=True)
class Found:
    """All that is known of a job; what could not be asked is among the troubles.

    `attempts` are the last of them, `attempts_kept` is how many are remembered.
    """

    job_id: str
    attempts: Sequence[AttemptRecord]
    attempts_kept: int
    queued: QueuedJob | None
    letter: DeadLetter | None
    order: WorkOrder | None
    ticket: Ticket | None
    troubles: list[UnavailableError]

    @property
    def kind(self) -> str:
        return self.attempts[-1].kind if self.attempts else self.job_id.partition(":")[0]

    @property
    def lane(self) -> str | None:
        if self.attempts:
            return self.attempts[-1].lane
        return self.queued.lane if self.queued else None

    @property
    def about(self) -> str | None:
        """The id of the work order or ticket that it is about."""
        return _about(self.job_id, self.attempts, self.queued, self.letter)

    @property
    def can_be_cancelled(self) -> bool:
        """Does it make a ticket of a work order, which is not there yet?"""
        is_about = self.order and self.job_id == ExtractTicket(work_order_id=self.order.id).id
        return bool(is_about) and self.ticket is None

    @property
    def latest(self) -> AttemptRecord | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def arguments(self) -> str:
        """What the job was run with, as it is remembered, in JSON."""
        if self.latest:
            return self.latest.arguments
        known = self.queued.arguments if self.queued else None
        known = self.letter.arguments if known is None and self.letter else known
        return json.dumps(known or {})


async def look(env: Env, job_id: str) -> Found:
    """Return all that is known of a job. Raises NotFoundError if nothing is."""
    troubles: list[UnavailableError] = []
    kind, _colon, key = job_id.partition(":")
    attempts, kept, queued, letter = await asyncio.gather(
        or_none(env.store.telemetry.job(job_id, limit=ATTEMPTS_MAX), troubles),
        or_none(env.store.telemetry.count_of_job(job_id), []),
        or_none(env.queue.find(job_id), troubles),
        or_none(env.store.dead_letters.find(safe_job(kind), safe_key(key)), troubles),
    )
    about = _about(job_id, attempts or (), queued, letter)
    order, ticket = await _subject(env, about, troubles) if about else (None, None)
    if not (attempts or queued or letter or order or troubles):
        raise NotFoundError(
            f"Nothing is known of the job {job_id[:80]}.",
            field="job",
            remedy="The last 100,000 attempts are remembered, and what waits in the queue.",
        )
    return Found(job_id, attempts or (), kept or 0, queued, letter, order, ticket, troubles)


async def attempt_of(env: Env, job_id: str, token: str) -> AttemptRecord:
    """Return one attempt at a job with all that it has logged, by the token of its claim.

    Raises NotFoundError if there is no such attempt, and UnavailableError.
    """
    is_token = token.isascii() and token.isdigit() and len(token) <= TOKEN_DIGITS_MAX
    found = (
        await env.store.telemetry.job(job_id, before=int(token) + 1, limit=1)
        if is_token
        else []
    )
    if not found or found[0].token != int(token):
        raise NotFoundError(
            f"No such attempt at {job_id[:80]} is remembered.",
            field="attempt",
            remedy="The last 100,000 attempts are; see the page of the job.",
        )
    return found[0]


async def or_none(asked: Any, troubles: list[UnavailableError]) -> Any:
    """Return an answer, or None and put among the troubles why there is none."""
    try:
        return await asked
    except UnavailableError as error:
        troubles.append(error)
    except (NotFoundError, RejectedError):
        pass  # an id that is none of ours
    return None


def _about(
    job_id: str,
    attempts: Sequence[AttemptRecord],
    queued: QueuedJob | None,
    letter: DeadLetter | None,
) -> str | None:
    """Return the id of the work order or ticket that a job is about."""
    if attempts and attempts[-1].about:
        return attempts[-1].about
    arguments = (queued.arguments if queued else None) or (letter.arguments if letter else {})
    named = (arguments.get(name) for name in ("work_order_id", "ticket_id"))
    if told := next((one for one in named if isinstance(one, str) and one), None):
        return told
    # Nothing remembers it; if its order was accepted, its id says which.
    kind, _colon, key = job_id.partition(":")
    return key if kind == ExtractTicket.name else None


async def _subject(
    env: Env, about: str, troubles: list[UnavailableError]
) -> tuple[WorkOrder | None, Ticket | None]:
    """Return the work order and the ticket that an id leads to, either way."""
    order: WorkOrder | None = await or_none(env.store.work_orders.get(about), troubles)
    ticket_id = order.ticket_id if order else about
    ticket: Ticket | None = await or_none(env.store.tickets.find(ticket_id), troubles)
    if order is None and ticket and ticket.work_order_id:
        order = await or_none(env.store.work_orders.get(ticket.work_order_id), troubles)
    return order, ticket


async def related_to(env: Env, found: Found) -> Sequence[AttemptRecord]:
    """Return the last attempt at each other job about the same order or ticket, the newest first."""
    newest: dict[str, AttemptRecord] = {}
    for subject in await subjects_of(env, found.about) if found.about else ():
        made = env.store.telemetry.attempts(about=subject, limit=RELATED_MAX)
        for one in await or_none(made, []) or ():
            known = newest.get(one.job_id)
            if one.job_id != found.job_id and (known is None or known.token < one.token):
                newest[one.job_id] = one
    return sorted(newest.values(), key=lambda one: -one.token)
