"""Burying: a job that ended badly, whichever way, becomes a dead letter."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from jobs import JOBS
from jobs.job import Env, Job
from jobs.queue import decode
from storage.dead_letters import (
    NAMELESS,
    DeadLetter,
    Ending,
    fingerprint_of,
    safe_job,
    safe_key,
)
from storage.telemetry_records import AttemptEnding
from worker.attempt_notes import ended, so_far
from worker.fingerprints import Fingerprint, fingerprint

KINDS: Mapping[str, type[Job]] = {kind.name: kind for kind in JOBS}
REASON_CHARACTERS_MAX = 2_000
PAYLOAD_CHARACTERS_MAX = 10_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """How a job ended badly, and what is left of it.

    `job` is the name of its kind, None where nothing says it; `key` its own where it is known,
    else it is taken from `job_id`. `attempts` are the failures in code, `lost_workers` the
    processes that died under it. `home` is the package that it is defined in.
    """

    job_id: str
    ending: Ending
    reason: str
    job: str | None = None
    key: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    payload: bytes | None = None
    attempts: int = 0
    lost_workers: int = 0
    enqueued_at: datetime | None = None
    error: BaseException | None = None
    home: str = ""


async def bury(env: Env, failure: Failure) -> DeadLetter:
    """Write the letter of a job that ended badly, and return it.

    Raises UnavailableError if the disk does not take it: then the job must stay in the queue.
    """
    letter = _letter(failure, env.clock())
    await env.store.dead_letters.bury(letter)
    log.error(
        "job buried: %s",
        letter.reason,
        extra={
            "job": letter.id,
            "ending": letter.ending,
            "fingerprint": letter.fingerprint,
            **so_far(),
        },
    )
    ended(
        AttemptEnding.BURIED, letter.reason, error=letter.error, fingerprint=letter.fingerprint
    )
    return letter


async def bury_unrun(env: Env, job_id: str, payload: bytes | None) -> DeadLetter | None:
    """Bury a job that the engine could not begin, for what its payload shows.

    None if nothing is lost with it. Without a payload (it has expired, or Redis has dropped
    it), with one that nobody can read, of a kind that nobody knows, or given up by the engine
    itself. Raises UnavailableError as `bury` does.
    """
    failure = _unrun(job_id, payload)
    kind = KINDS.get(failure.job or job_id.partition(":")[0])
    if kind and not kind.is_buried:
        log.warning(
            "job given up: %s", failure.reason, extra={"job": _printable(job_id), **so_far()}
        )
        ended(AttemptEnding.GIVEN_UP, failure.reason)
        return None
    return await bury(env, failure)


def key_in(job_id: str, job: str) -> str:
    """Return the key in the id of a job, safe whatever id a stock arq client made."""
    return safe_key(job_id.removeprefix(f"{job}:"))


def _unrun(job_id: str, payload: bytes | None) -> Failure:
    if not payload:
        reason = "its payload was gone when its turn came"
        return Failure(job_id=job_id, ending=Ending.EXPIRED, reason=reason)
    try:
        message = decode(payload)
        job, unnamed, named = str(message["f"]), list(message["a"]), dict(message["k"])
    except (ValueError, KeyError, TypeError) as error:
        reason = f"its payload cannot be read: {type(error).__name__}: {error}"
        return Failure(
            job_id=job_id, ending=Ending.UNREADABLE, reason=reason, payload=payload, error=error
        )
    is_known = job in KINDS
    return Failure(
        job_id=job_id,
        ending=Ending.FAILED if is_known else Ending.UNKNOWN,
        reason="the engine gave it up" if is_known else f"no worker knows a job {job!r}",
        job=job,
        key=_own_key(job, named),
        arguments={**named, "unnamed": unnamed} if unnamed else named,
    )


def _own_key(job: str, arguments: Mapping[str, Any]) -> str | None:
    """Return the key that the job has by its arguments, None where they do not say."""
    try:
        return KINDS[job].model_validate(arguments).key
    except (KeyError, ValidationError):
        return None


def _letter(failure: Failure, now: datetime) -> DeadLetter:
    # What nothing is known of must not be taken for the job that it may have been: it would
    # hold down what is owed, and could never be replayed.
    job = safe_job(failure.job) if failure.job is not None else NAMELESS
    own = (
        failure.key
        if failure.key is not None
        else failure.job_id.removeprefix(f"{failure.job}:")
    )
    failed = _fingerprint(failure)
    payload = (failure.payload or b"").decode("utf-8", "backslashreplace")
    return DeadLetter(
        job=job,
        key=safe_key(own),
        arguments=dict(failure.arguments),
        reason=_capped(_printable(failure.reason), REASON_CHARACTERS_MAX),
        attempts=failure.attempts,
        buried_at=now,
        job_id=_printable(failure.job_id),
        ending=failure.ending,
        error=failed.error if failed else None,
        place=failed.place if failed else None,
        trace=failed.trace if failed else [],
        fingerprint=failed.group if failed else _group(failure),
        lost_workers=failure.lost_workers,
        enqueued_at=failure.enqueued_at,
        payload=_capped(payload, PAYLOAD_CHARACTERS_MAX) if payload else None,
    )


def _fingerprint(failure: Failure) -> Fingerprint | None:
    """Return that of the job's error; how a payload cannot be read tells nothing of a cause."""
    if failure.error is None or failure.ending is Ending.UNREADABLE:
        return None
    return fingerprint(failure.error, home=failure.home)


def _group(failure: Failure) -> str:
    """Return the name of the group where no error tells it: the way it ended, and the kind."""
    kind = failure.job if failure.job is not None else failure.job_id.partition(":")[0]
    return fingerprint_of(failure.ending, kind)


def _printable(text: str) -> str:
    """Return a text that UTF-8 can hold: an id in Redis may be any bytes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _capped(text: str, characters_max: int) -> str:
    return text if len(text) <= characters_max else text[: characters_max - 1] + "…"
