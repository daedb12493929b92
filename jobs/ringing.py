"""Ringing by hand: a person has a job run now; by whom, and why, is audited.

A job that waits or runs already is not queued a second time, so to ring twice is harmless.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid5

import pydantic_core
from pydantic import ValidationError

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, named
from domain.errors import RejectedError
from domain.runs import EntryState
from domain.timetable import Entry
from jobs import JOBS
from jobs.job import Env, Job

KINDS: Mapping[str, type[Job]] = {kind.name: kind for kind in JOBS}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rung:
    """A job that was rung for; `is_new` says that it neither waited nor ran before."""

    job_id: str
    is_new: bool


async def run_now(env: Env, job: Job, *, by: Author, reason: str) -> Rung:
    """Queue a job because a person wants it run, and return what came of it.

    Raises RejectedError if nobody is named or no reason is given, and UnavailableError if the
    queue does not take it, or the disk its event: then nothing is rung for.
    """
    name = named(by)
    if not reason.strip():
        raise RejectedError("No reason is given.", field="reason", remedy="Say why.")
    # First the event: a job that ran without a trace of who wanted it is worse than a trace of
    # what a queue that is away, or a crash, kept from being done.
    notes = f"{name} asked for {job.id} to be run: {reason.strip()}"
    await env.store.note(_event(job, notes, by, env.clock()))
    rung = Rung(job.id, is_new=bool(await env.queue.put(job)))
    outcome = "is queued" if rung.is_new else "was queued or under way already"
    log.info("rung for by hand: it %s", outcome, extra={"job_id": job.id})
    return rung


def job_again(kind: str, job_id: str, arguments: str) -> Job:
    """Return a job that was run before, made of the arguments that are remembered, in JSON.

    Raises RejectedError if this release has no such job, or if they do not make that very job:
    they may have been cut, or be those of an earlier release.
    """
    known = KINDS.get(kind)
    if known is None:
        raise RejectedError(
            f"This release has no job {kind!r}.",
            field="job",
            remedy="Run it with a release that has.",
        )
    try:
        job = known.model_validate(pydantic_core.from_json(arguments))
    except (ValidationError, ValueError):
        job = None
    if job is None or job.id != job_id:
        raise RejectedError(
            f"What is remembered of {job_id} does not make it again.",
            field="arguments",
            remedy="What is owed is rung for by itself; what was given up is replayed from its "
            "dead letter.",
        )
    return job


def due_for_hand(entry: Entry, known: EntryState | None, now: datetime) -> datetime | None:
    """Return the date that a run by hand would be for: the latest, if it is not finished yet.

    None if it is, or if the entry has no dates: then the run is one beside the schedule.
    """
    if not entry.is_dated:
        return None
    due_at = entry.when.latest_until(now)
    run = known.run_due(due_at) if known else None
    return None if run and run.finished_at else due_at


def job_of(entry: Entry, due_at: datetime | None) -> Job:
    """Return the job of an entry for this date, or the one beside the schedule."""
    return KINDS[entry.job].model_validate({"due_at": due_at} if due_at else {})


def _event(job: Job, notes: str, by: Author, now: datetime) -> AuditEvent:
    return AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, f"job_rung/{job.id}/{notes}/{now.isoformat()}")),
        timestamp=now,
        actor=by.actor,
        action="job_rung",
        notes=notes,
        compliance_relevant=True,
        **by.way,
    )
