"""The one wrapper round every job: parse, run within its time, retry, bury, report."""

import asyncio
import logging
import random
import re
import time
from typing import Any

from arq import Retry
from arq.typing import WorkerCoroutine
from pydantic import ValidationError

from jobs.job import Cancel, Env, Job, Outcome
from logs import bound
from storage.dead_letters import DeadLetter

BACKOFF_SECONDS_BASE = 0.5
BACKOFF_SECONDS_MAX = 300.0
KEY_CHARACTERS_MAX = 64  # as many as a name in the store may have

log = logging.getLogger(__name__)


def runner(kind: type[Job]) -> WorkerCoroutine:
    """Return the coroutine function that arq calls for this kind of job."""

    async def run(ctx: dict[str, Any], *unnamed: Any, **arguments: Any) -> str:
        # Ours have names always; what a stock arq client sends without is buried with them.
        given = {**arguments, "unnamed": list(unnamed)} if unnamed else arguments
        attempt = Attempt(kind, given, ctx["env"], ctx["job_id"], ctx["job_try"])
        with bound(job=ctx["job_id"]):
            return await attempt.make()

    return run


class Attempt:
    """One attempt at a job. It ends in an outcome, a retry, or a dead letter."""

    def __init__(
        self, kind: type[Job], arguments: dict[str, Any], env: Env, job_id: str, number: int
    ) -> None:
        self._kind = kind
        self._arguments = arguments
        self._env = env
        self._job_id = job_id
        self._number = number

    async def make(self) -> str:
        """Make the attempt and return its outcome in a few words.

        Raises arq's Retry where another attempt is due.
        """
        if self._number > self._kind.attempts_max:
            # The failures that a job answers for were buried when they happened; what comes
            # here lost its worker each time.
            return await self._bury("its worker died in every attempt")
        try:
            job = self._kind.model_validate(self._arguments)
        except ValidationError as error:
            return await self._bury(f"its arguments are not valid: {error}")
        started = time.perf_counter()
        try:
            outcome = await self._run(job)
        except self._kind.retry_on as error:
            return await self._retry_or_bury(error)
        except Exception as error:
            # Whatever else a job raises ends as a dead letter, where a person will see it.
            log.exception("job failed")
            return await self._bury(f"{type(error).__name__}: {error}")
        spent_ms = round((time.perf_counter() - started) * 1000, 1)
        return self._report(outcome, spent_ms)

    def _report(self, outcome: Outcome, spent_ms: float) -> str:
        # Nothing to do is the everyday end of a recovery; at info it would drown the rest.
        level = logging.DEBUG if isinstance(outcome, Cancel) else logging.INFO
        said = outcome.reason if isinstance(outcome, Cancel) else outcome.note
        name = type(outcome).__name__.lower()
        log.log(
            level, "job %s: %s", name, said, extra={"attempt": self._number, "ms": spent_ms}
        )
        return f"{name}: {said}"

    async def _run(self, job: Job) -> Outcome:
        """Run the job within its time. Raises TimeoutError, saying the limit, beyond it."""
        limit = self._kind.seconds_max
        try:
            async with asyncio.timeout(limit) as timer:
                return await job.run(self._env)
        except TimeoutError as error:
            if timer.expired():
                raise TimeoutError(f"it took more than {limit:g} s") from error
            raise

    async def _retry_or_bury(self, error: Exception) -> str:
        reason = f"{type(error).__name__}: {error}"
        if self._number >= self._kind.attempts_max:
            return await self._bury(reason)
        seconds = backoff_seconds(self._number)
        log.warning(
            "job will be tried again: %s",
            reason,
            extra={"attempt": self._number, "in_s": seconds},
        )
        raise Retry(defer=seconds) from error

    async def _bury(self, reason: str) -> str:
        if not self._kind.is_buried:
            log.warning("job given up: %s", reason, extra={"attempt": self._number})
            return f"given up: {reason}"
        # A disk that refuses the letter makes this attempt fail; what is owed is rung for again.
        await self._env.store.dead_letters.bury(
            DeadLetter(
                job=self._kind.name,
                key=self._key(),
                arguments=self._arguments,
                reason=reason,
                attempts=self._number,
                buried_at=self._env.clock(),
            )
        )
        log.error("job buried: %s", reason, extra={"attempt": self._number})
        return f"buried: {reason}"

    def _key(self) -> str:
        """Return what the letter is filed under, safe whatever id a stock arq client made."""
        key = self._job_id.removeprefix(f"{self._kind.name}:")
        return re.sub(r"[^A-Za-z0-9_-]", "_", key)[:KEY_CHARACTERS_MAX] or "_"


def backoff_seconds(attempt: int) -> float:
    """Return how long to wait after this attempt (from 1): exponential, with full jitter.

    Source: "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
    """
    ceiling = min(BACKOFF_SECONDS_MAX, BACKOFF_SECONDS_BASE * 2**attempt)
    return random.uniform(0, ceiling)  # noqa: S311 - spreads load, hides nothing
