"""The one wrapper round every job: parse, run within its time, retry, bury, report."""

import asyncio
import logging
import random
import time
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from arq import Retry
from arq.typing import WorkerCoroutine
from pydantic import ValidationError

from domain.errors import UnavailableError
from jobs.job import Cancel, Done, Env, Job, Outcome
from logs import bound
from storage.dead_letters import NAMELESS, Dropped, Ending, safe_key
from storage.telemetry_records import AttemptEnding
from worker.attempt_notes import ended, lost_before, notes_here, so_far
from worker.burying import Failure, bury, key_in
from worker.outcomes import accounted
from worker.tries import Tries

BACKOFF_SECONDS_BASE = 0.5
BACKOFF_SECONDS_MAX = 300.0
UNBURIED_SECONDS = 30.0  # until a disk that did not take a letter is asked again
# From so many on a job is a suspect: of these a process runs one at a time, so that none is
# condemned for what another did. What is no suspect runs beside it, and may die with it.
SUSPECT_LOST_WORKERS = 2
SUSPECT_SECONDS_MAX = 10.0  # until a suspect that could not run alone is looked at again
MILLISECOND = timedelta(milliseconds=1)
DEAF_SECONDS = 10.0  # beyond its limit: then the job does not hear that it is to stop

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)

_alone = asyncio.Lock()  # never waited for, so it is of no loop


def runner(kind: type[Job]) -> WorkerCoroutine:
    """Return the coroutine function that arq calls for this kind of job."""

    async def run(ctx: dict[str, Any], *unnamed: Any, **arguments: Any) -> str:
        # Ours have names always; what a stock arq client sends without is buried with them.
        given = {**arguments, "unnamed": list(unnamed)} if unnamed else arguments
        attempt = Attempt(kind, given, ctx)
        if notes_here():  # its lines say already what they are about
            return await accounted(ctx, attempt.make)
        with bound(job=ctx["job_id"]):
            return await accounted(ctx, attempt.make)

    return run


class Attempt:
    """One attempt at a job. It ends in an outcome, a retry, or a dead letter."""

    def __init__(self, kind: type[Job], arguments: dict[str, Any], ctx: dict[str, Any]) -> None:
        self._kind = kind
        self._arguments = arguments
        self._env: Env = ctx["env"]
        self._job_id: str = ctx["job_id"]
        self._enqueued_at: datetime | None = ctx.get("enqueue_time")
        self._tries = Tries.of(ctx)
        self._job: Job | None = None
        self._started = time.perf_counter()
        self._is_out_of_time = False

    async def make(self) -> str:
        """Make the attempt and return its outcome in a few words.

        Raises arq's Retry where another attempt is due.
        """
        await self._tries.recall()
        lost = self._tries.lost_workers
        lost_before(lost)
        if lost >= self._kind.lost_workers_max:
            # Not even its arguments are looked at: that may be what kills.
            return await self._bury(Ending.POISON, f"its worker died under it {lost} times")
        try:
            self._job = job = self._kind.model_validate(self._arguments)
        except ValidationError as error:
            return await self._bury(
                Ending.INVALID, f"its arguments are not valid: {error}", error
            )
        if self._seconds_left() <= 0:
            return await self._bury(Ending.LATE, f"its turn came after {self._deadline()}")
        if dropped := await self._dropped(job):
            await self._tries.forget()
            return self._report(Cancel(f"{dropped.by} has dropped it"))
        if lost < SUSPECT_LOST_WORKERS:
            return await self._make(job)
        if _alone.locked():
            ended(AttemptEnding.RETRY, "it has to run alone, and another job does")
            raise Retry(defer=random.uniform(1, SUSPECT_SECONDS_MAX))  # noqa: S311 - no secret
        async with _alone:
            return await self._make(job)

    async def _make(self, job: Job) -> str:
        await self._tries.begin()
        self._started = time.perf_counter()
        try:
            outcome = await self._run(job)
        except asyncio.CancelledError as error:
            return await self._give_back_or_bury(error)
        except self._kind.retry_on as error:
            return await self._retry_or_bury(error)
        except Exception as error:
            # Whatever else a job raises ends as a dead letter, where a person will see it.
            log.exception("job failed")
            return await self._bury(self._failed(), _said(error), error)
        await self._tries.forget()
        await self._forget_letters(job)
        return self._report(outcome)

    async def _run(self, job: Job) -> Outcome:
        """Run the job within its time. Raises TimeoutError, saying the limit, beyond it."""
        limit = min(self._kind.seconds_max, self._seconds_left())
        try:
            async with asyncio.timeout(limit) as timer:
                return await job.run(self._env)
        except TimeoutError as error:
            if timer.expired():
                self._is_out_of_time = True
                raise TimeoutError(f"it took more than {limit:g} s") from error
            raise

    async def _retry_or_bury(self, error: Exception) -> str:
        number = self._tries.failures + 1
        if number >= self._kind.attempts_max:
            return await self._bury(self._failed(), _said(error), error)
        seconds = backoff_seconds(number)
        if seconds >= self._seconds_left():
            reason = f"{_said(error)}; the next attempt would come after {self._deadline()}"
            return await self._bury(Ending.LATE, reason, error)
        log.warning(
            "job will be tried again: %s",
            _said(error),
            extra={"attempt": number, "in_s": seconds, **so_far()},
        )
        await self._tries.fail()
        raise Retry(defer=seconds) from error

    async def _give_back_or_bury(self, error: asyncio.CancelledError) -> str:
        """Let go of a job in the middle. Raises CancelledError if it was we who were told to."""
        task = asyncio.current_task()
        if not (task and task.cancelling()):
            # It waited for something of its own that was cancelled; given back it would come
            # again at once, for ever.
            reason = "CancelledError: what it waited for was cancelled"
            return await self._bury(Ending.FAILED, reason, error)
        # Another task, because one that was cancelled cannot speak to Redis any more.
        limit = self._kind.seconds_max
        if time.perf_counter() - self._started > limit + DEAF_SECONDS:
            self._is_out_of_time = True
            reason = f"TimeoutError: it went on after its {limit:g} s and had to be ended"
            return await _in_another_task(self._bury(Ending.TIMED_OUT, reason, error))
        await _in_another_task(self._tries.hand_back())
        raise error

    async def _bury(
        self, ending: Ending, reason: str, error: BaseException | None = None
    ) -> str:
        attempts = self._tries.failures + (error is not None)
        if not self._kind.is_buried:
            await self._tries.forget()
            log.warning("job given up: %s", reason, extra={"attempt": attempts, **so_far()})
            kind = type(error).__name__ if error else None
            ended(AttemptEnding.GIVEN_UP, reason, error=kind)
            return f"given up: {reason}"
        failure = Failure(
            job_id=self._job_id,
            ending=ending,
            reason=reason,
            job=self._kind.name,
            key=self._job.key if self._job else None,
            arguments=self._arguments,
            attempts=attempts,
            lost_workers=self._tries.lost_workers,
            enqueued_at=self._enqueued_at,
            error=error,
            home=self._kind.__module__.partition(".")[0],
        )
        try:
            await bury(self._env, failure)
        except UnavailableError as trouble:
            # Without its letter the job must not leave the queue: nothing else would tell of it.
            log.error("job not buried: %s", trouble.problem)  # noqa: TRY400 - it says it all
            await self._tries.pause()
            raise Retry(defer=UNBURIED_SECONDS) from trouble
        await self._tries.forget()
        return f"buried: {reason}"

    async def _dropped(self, job: Job) -> Dropped | None:
        """Return who has decided, since the job was queued, that it shall not be done.

        Whoever rings after that means it: he has changed what it is about, or his mind.
        """
        letters, filed = self._env.store.dead_letters, (self._kind.name, safe_key(job.key))
        if not self._enqueued_at or not letters.has_any() or not letters.is_kept(*filed):
            return None
        try:
            letter = await letters.find(*filed)
        except UnavailableError as error:
            log.warning("not known whether it was dropped: %s", error.problem)
            return None
        dropped = letter.dropped if letter else None
        # The queue tells milliseconds, and what was queued after the decision must be run.
        return dropped if dropped and self._enqueued_at < dropped.at - MILLISECOND else None

    async def _forget_letters(self, job: Job) -> None:
        """Remove the letters that say that this job was given up: it has been done after all."""
        letters, name = self._env.store.dead_letters, self._kind.name
        if not self._kind.is_buried or not letters.has_any():
            return
        for filed in {
            (name, safe_key(job.key)),
            (name, key_in(self._job_id, name)),
            (NAMELESS, safe_key(self._job_id)),
        }:
            try:
                if letters.is_kept(*filed):
                    await letters.forget(*filed)
            except UnavailableError as error:
                # What is done is done; a replay would find nothing to do, and try this again.
                log.warning("letter not removed: %s", error.problem)

    def _report(self, outcome: Outcome) -> str:
        spent_ms = round((time.perf_counter() - self._started) * 1000, 1)
        # Nothing to do is the everyday end of a recovery; at info it would drown the rest.
        level = logging.DEBUG if isinstance(outcome, Cancel) else logging.INFO
        said = outcome.reason if isinstance(outcome, Cancel) else outcome.note
        name = type(outcome).__name__.lower()
        if log.isEnabledFor(level):
            spent = {"attempt": self._tries.failures + 1, "ms": spent_ms, **so_far()}
            log.log(level, "job %s: %s", name, said, extra=spent)
        is_done = isinstance(outcome, Done)
        ended(AttemptEnding.DONE if is_done else AttemptEnding.NOTHING_TO_DO, said)
        return f"{name}: {said}"

    def _failed(self) -> Ending:
        return Ending.TIMED_OUT if self._is_out_of_time else Ending.FAILED

    def _seconds_left(self) -> float:
        """Return how long it is until the job's deadline; without one, for ever."""
        deadline = self._kind.deadline_seconds_max
        if deadline is None or self._enqueued_at is None:
            return float("inf")
        return deadline - (self._env.clock() - self._enqueued_at).total_seconds()

    def _deadline(self) -> str:
        return f"its deadline, {self._kind.deadline_seconds_max:g} s after it was queued"


async def _in_another_task(doing: Coroutine[Any, Any, Answer]) -> Answer:
    return await asyncio.shield(asyncio.ensure_future(doing))


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def backoff_seconds(attempt: int) -> float:
    """Return how long to wait after this attempt (from 1): exponential, with full jitter.

    Source: "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
    """
    ceiling = min(BACKOFF_SECONDS_MAX, BACKOFF_SECONDS_BASE * 2**attempt)
    return random.uniform(0, ceiling)  # noqa: S311 - spreads load, hides nothing
