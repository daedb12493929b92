"""Replaying: what was given up is queued once more, or dropped for good; by whom is audited.

A letter stays until its job has succeeded, so a replay can be lost with the queue and made
again, and one that fails leaves the letter of its new failure.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid5

from pydantic import JsonValue, ValidationError

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, named
from domain.errors import ConflictError, NotFoundError, RejectedError
from jobs import JOBS
from jobs.job import Env, Job
from storage.dead_letters import (
    NAMELESS,
    DeadLetter,
    DeadLetters,
    Dropped,
    safe_job,
    safe_key,
)

KINDS: Mapping[str, type[Job]] = {kind.name: kind for kind in JOBS}
PER_SECOND = 20.0
FILED_WITHIN = timedelta(seconds=2)  # a job that succeeds before its letter is filed leaves it


class Fate(StrEnum):
    """What became of a letter that was to be replayed; would become of it, in a dry run.

    Queued: it waits or runs already, so nothing was done. Gone: somebody else has dropped it, or
    its job has succeeded.
    """

    REPLAYED = "replayed"
    QUEUED = "queued already"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Replay:
    """A letter, what became of it, and why it was refused."""

    letter: DeadLetter
    fate: Fate
    problem: str | None = None


def job_of(letter: DeadLetter, kinds: Mapping[str, type[Job]] = KINDS) -> Job:
    """Return the job that a letter tells of. Raises RejectedError if it can no longer be run."""
    if letter.job == NAMELESS:
        raise RejectedError(
            "Nothing says what it was: its payload was gone or could not be read.",
            field="job",
            remedy="What is owed is rung for by itself; drop this letter.",
        )
    kind = kinds.get(letter.job)
    if kind is None:
        raise RejectedError(
            f"This release has no job {letter.job!r}.",
            field="job",
            remedy="Replay it with a release that has, or drop it.",
        )
    try:
        return kind.model_validate(letter.arguments)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise RejectedError(
            f"Its arguments are not valid: {place}: {first['msg']}.",
            field="arguments",
            remedy="Replay it with a release that takes them, or drop it.",
        ) from None


async def rehearse(
    letters: Iterable[DeadLetter], kinds: Mapping[str, type[Job]] = KINDS
) -> AsyncIterator[Replay]:
    """Yield what a replay would make of each letter; changes nothing and asks no queue."""
    for letter in letters:
        yield _judged(letter, kinds)


async def replay(  # noqa: PLR0913 - who, why and how fast are said apart
    env: Env,
    letters: Iterable[DeadLetter],
    *,
    by: Author,
    reason: str | None = None,
    per_second: float = PER_SECOND,
    kinds: Mapping[str, type[Job]] = KINDS,
) -> AsyncIterator[Replay]:
    """Queue the jobs of these letters, at most so many a second, and yield what became of each.

    Each has its own arguments and a fresh budget of tries; the reason is audited with each.
    Raises UnavailableError if the queue or the disk fails; what was replayed until then is true,
    and to begin again is harmless. Nothing is queued whose event the disk does not take.
    """
    loop = asyncio.get_running_loop()
    free_at = loop.time()
    for letter in letters:
        judged = _judged(letter, kinds)
        if judged.fate is Fate.REPLAYED:
            await asyncio.sleep(max(0.0, free_at - loop.time()))
            free_at = max(free_at, loop.time()) + 1 / per_second
            judged = Replay(letter, await _ring(env, letter, job_of(letter, kinds), by, reason))
        yield judged


async def drop(
    env: Env, job: str, key: str, *, by: Author, reason: str | None = None
) -> DeadLetter:
    """Decide that a job shall not be done any more, and return its letter.

    The letter is kept out of sight and holds its job down. A replay that is queued already is
    not begun any more; one that is under way goes on, and if it succeeds, the letter is gone.
    Raises RejectedError if nobody is named, NotFoundError if there is no such letter,
    ConflictError if it was dropped before.
    """
    name = named(by)
    letter = await letter_of(env.store.dead_letters, job, key)
    if letter.dropped:
        raise ConflictError(
            f"{letter.dropped.by} has dropped it already.",
            field="key",
            remedy="Replay it, if it shall be done after all.",
        )
    now = env.clock()
    before = letter.model_dump(mode="json", exclude_none=True)
    gone: JsonValue = {"before": before, "after": None}
    # First the event: a letter that is gone without a trace is worse than a trace too many.
    event = _event("dead_letter_dropped", letter, by, now, notes=reason)
    changes = {"changed_fields": ["dead_letter"], "field_changes": {"dead_letter": gone}}
    await env.store.note(event.model_copy(update=changes))
    dropped = Dropped(by=name, at=now, reason=reason)
    return await env.store.dead_letters.drop(letter.job, letter.key, dropped)


async def letter_of(letters: DeadLetters, job: str, key: str) -> DeadLetter:
    """Return the letter that is filed so, or whose job has this key. Raises NotFoundError."""
    letter = await letters.find(job if job == NAMELESS else safe_job(job), safe_key(key))
    if letter is None:
        raise NotFoundError(
            f"There is no dead letter of {job} {key}.",
            field="key",
            remedy="See `texas811 dead-letters list`.",
        )
    return letter


def _judged(letter: DeadLetter, kinds: Mapping[str, type[Job]]) -> Replay:
    try:
        job_of(letter, kinds)
    except RejectedError as error:
        return Replay(letter, Fate.REFUSED, error.problem)
    return Replay(letter, Fate.REPLAYED)


async def _ring(env: Env, letter: DeadLetter, job: Job, by: Author, reason: str | None) -> Fate:
    """Queue the job of a letter, if the letter is still there; audited before it is done."""
    kept = env.store.dead_letters
    found = await kept.find(letter.job, letter.key)
    if found is None or (found.dropped and not letter.dropped):
        return Fate.GONE
    # First the event: a replay without a trace of who wanted it is worse than a trace of what a
    # queue that is away, or a crash, kept from being done.
    event = _event("dead_letter_replayed", letter, by, env.clock(), notes=reason)
    await env.store.note(event)
    is_as_filed = safe_key(job.key) == letter.key and not letter.dropped
    is_new = await (env.queue.put(job) if is_as_filed else _ring_and_file(env, letter, job))
    return Fate.REPLAYED if is_new else Fate.QUEUED


async def _ring_and_file(env: Env, letter: DeadLetter, job: Job) -> int:
    """Queue the job of a letter, and file the letter as one of that job that is not dropped.

    A queue that is away leaves the letter as it was. The job is rung for once more at the end:
    a worker may have taken it off meanwhile, because it was dropped.
    """
    kept, key = env.store.dead_letters, safe_key(job.key)
    is_new = await env.queue.put(job, at=env.clock() + FILED_WITHIN)
    await kept.bury(letter.model_copy(update={"key": key, "dropped": None}))
    if key != letter.key:
        # It was buried under an id that a stock arq client had made; its success will be
        # known by its own.
        await kept.forget(letter.job, letter.key)
    await env.queue.put(job)
    return is_new


def _event(
    action: str, letter: DeadLetter, by: Author, now: datetime, *, notes: str | None = None
) -> AuditEvent:
    told = f"dead_letter/{letter.id}/{letter.buried_at.isoformat()}/{action}/{now.isoformat()}"
    who = f"{by.name}:" if by.name else None
    ended = f"{letter.id} had ended so: {letter.reason.partition(chr(10))[0]}"
    return AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, told)),
        timestamp=now,
        actor=by.actor,
        action=action,
        notes=" ".join(filter(None, (who, notes, ended))),
        compliance_relevant=True,
        **by.way,
    )
