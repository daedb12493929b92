"""Amending: a dead letter whose arguments are wrong is given others, then replayed; audited.

What was wrong and what was put in its place stands in the audit log: nobody should wonder later
why a job did something else than it was asked.
"""

from collections.abc import Mapping
from uuid import uuid5

from pydantic import JsonValue

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, named
from domain.errors import ConflictError, NotFoundError, RejectedError
from jobs.job import Env, Job
from jobs.replaying import KINDS, Replay, job_of, replay
from storage.dead_letters import DeadLetter, safe_key

Arguments = Mapping[str, JsonValue]


def amended(
    letter: DeadLetter, arguments: Arguments, kinds: Mapping[str, type[Job]] = KINDS
) -> DeadLetter:
    """Return a letter with these arguments in place of its own, filed as their job will be.

    Raises RejectedError if its job does not take them, or if they are those that it has.
    """
    if dict(arguments) == letter.arguments:
        raise RejectedError(
            "These are the arguments that it has.",
            field="arguments",
            remedy="Replay it as it is, or correct them first.",
        )
    changed = letter.model_copy(update={"arguments": dict(arguments)})
    try:
        job = job_of(changed, kinds)
    except RejectedError as error:
        remedy = "Correct them." if error.field == "arguments" else error.remedy
        raise RejectedError(error.problem, field=error.field, remedy=remedy) from None
    key = safe_key(job.key)
    return (
        changed
        if key == letter.key
        else changed.model_copy(update={"key": key, "job_id": None})
    )


async def replay_amended(
    env: Env, letter: DeadLetter, arguments: Arguments, *, by: Author, reason: str
) -> Replay:
    """Give a letter these arguments and replay it; return what became of it.

    The letter has them from then on: if the queue loses the job, it is replayed with them.
    Raises RejectedError for arguments that will not do and if nobody is named, ConflictError if
    another letter is filed under what they make of it, NotFoundError if the letter is gone, and
    UnavailableError if the queue or the disk fails.
    """
    named(by)
    kept, changed = env.store.dead_letters, amended(letter, arguments)
    is_moved = changed.key != letter.key
    if await kept.find(letter.job, letter.key) is None:
        raise NotFoundError(
            f"There is no dead letter {letter.id} any more.",
            field="key",
            remedy="Its job has succeeded since, or somebody has replayed it with other arguments.",
        )
    if is_moved and await kept.find(changed.job, changed.key):
        raise ConflictError(
            f"{changed.id} has a dead letter of its own.",
            field="arguments",
            remedy="Replay that one, and drop this one.",
        )
    # First the event: a letter that says something else without a trace is worse than a trace
    # too many.
    await env.store.note(_event(env, letter, changed, by, reason))
    await kept.bury(changed)
    if is_moved:
        await kept.forget(letter.job, letter.key)
    [replayed] = [one async for one in replay(env, [changed], by=by, reason=reason)]
    return replayed


def _event(
    env: Env, letter: DeadLetter, changed: DeadLetter, by: Author, reason: str
) -> AuditEvent:
    now = env.clock()
    told = f"dead_letter/{letter.id}/{letter.buried_at.isoformat()}/amended/{now.isoformat()}"
    became = f", now {changed.id}" if changed.id != letter.id else ""
    change: JsonValue = {"before": letter.arguments, "after": changed.arguments}
    return AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, told)),
        timestamp=now,
        actor=by.actor,
        action="dead_letter_amended",
        notes=f"{by.name}: {reason} The arguments of {letter.id}{became} are others.",
        changed_fields=["arguments"],
        field_changes={"arguments": change},
        compliance_relevant=True,
        **by.way,
    )
