"""Performing one claimed job: read it, call its function within its time, say how it ended.

It does what arq's `run_job` does, without a word to Redis: the payload came with the claim, and
the ending goes with the next. No hook, no result and no payload can stop the worker.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from arq.jobs import SerializationError, deserialize_job_raw, serialize_result
from arq.utils import ms_to_datetime, timestamp_ms
from arq.worker import Function, Retry, RetryJob, Worker

from domain.errors import UnavailableError
from logs import bound
from storage.telemetry_records import AttemptEnding
from worker.attempt_notes import (
    NOBODY,
    Notes,
    Watcher,
    ended,
    in_trace,
    noting,
    returned,
    say_begun,
    say_ended,
    so_far,
)
from worker.claiming import Claim, Disposition
from worker.outcomes import account_for_unrun

RESULT_BYTES_MAX = 1 << 20  # what is larger is not for a queue to keep
UNTOLD_SECONDS = 30.0  # until a job that nobody can run, and nobody would hear of, is looked at

log = logging.getLogger(__name__)

Hook = Callable[[dict[Any, Any]], Awaitable[None]]
Unrun = Callable[[str, bytes | None], Awaitable[object]]
"""Is told of a job that leaves the queue unrun, by its id and payload."""


class Call(NamedTuple):
    """What a payload asks for; `message` is all that stands in it."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    tries: int
    enqueued_ms: int
    enqueued_at: datetime
    function: Function
    message: Mapping[str, Any]


class Performance:
    """One attempt at one job, for an arq worker that has its settings and counts.

    `by` is the name of the worker; the `watcher` is told how it goes.
    """

    def __init__(
        self,
        worker: Worker,
        claim: Claim,
        on_unrun: Unrun | None = None,
        *,
        by: str = "",
        watcher: Watcher = NOBODY,
    ) -> None:
        self._worker = worker
        self._claim = claim
        self._on_unrun = on_unrun
        self._by = by
        self._watcher = watcher

    async def __call__(self) -> Disposition:
        """Make the attempt. Never raises, but for what ends the whole task or process."""
        with noting(self._claim, self._by, self._watcher) as notes:
            try:
                return await self._make(notes)
            except Exception as error:  # nobody foresaw it, and it would come again for ever
                log.critical(
                    "the engine failed", exc_info=True, extra={"job": self._claim.job_id}
                )
                reason = f"the engine failed: {type(error).__name__}: {error}"
                return await self._throw_out(notes, reason)

    async def _make(self, notes: Notes) -> Disposition:
        try:
            call = self._read()
        except (SerializationError, TypeError, ValueError, OverflowError) as error:
            return await self._throw_out(notes, str(error))
        ctx = self._ctx(call.tries)
        ctx["enqueue_time"] = call.enqueued_at
        notes.kind, notes.enqueued_ms = call.name, call.enqueued_ms
        notes.arguments = {**call.kwargs, "unnamed": call.args} if call.args else call.kwargs
        if hook := self._worker.on_job_start:
            await self._heed(hook, ctx)
        with in_trace(notes, call.message) as span, bound(**notes.ids()):
            say_begun(notes)
            ending = await self._attempt(call, ctx, notes)
            say_ended(notes, span)
        if ending.how != "back":
            for hook in (self._worker.on_job_end, self._worker.after_job_end):
                if hook:
                    await self._heed(hook, ctx)
        return ending

    def _ctx(self, tries: int) -> dict[Any, Any]:
        """Return what arq tells a job about itself, and the fencing token of its claim."""
        return {
            **self._worker.ctx,
            "job_id": self._claim.job_id,
            "job_try": tries,
            "score": self._claim.due_ms,
            "token": self._claim.token,
        }

    def _read(self) -> Call:
        """Return what the payload asks for. Raises what says that it asks for nothing."""
        message: dict[str, Any] = {}
        deserialize = self._worker.job_deserializer

        def opened(payload: bytes) -> dict[str, Any]:
            nonlocal message
            message = deserialize(payload) if deserialize else {}
            return message

        name, args, kwargs, tries, enqueued_ms = deserialize_job_raw(
            self._claim.payload, deserializer=opened if deserialize else None
        )
        function = self._worker.functions.get(name) if isinstance(name, str) else None
        if not isinstance(function, Function):
            raise TypeError(f"there is no function {name!r}")
        call = Call(
            name,
            tuple(args),
            dict(kwargs),
            max(self._claim.tries, int(tries or 0)),
            int(enqueued_ms),
            ms_to_datetime(int(enqueued_ms)),
            function,
            message,
        )
        most = self._worker.max_tries if function.max_tries is None else function.max_tries
        if call.tries > most:
            raise ValueError(f"it was begun {call.tries - 1} times")
        return call

    async def _attempt(self, call: Call, ctx: dict[Any, Any], notes: Notes) -> Disposition:
        started_ms = notes.started_ms
        try:
            result = await self._perform(call, ctx)
        except (Retry, RetryJob) as again:
            return self._again(again)
        except asyncio.CancelledError as cancelled:
            if self._claim.job_id not in self._worker.aborting_tasks:
                return self._handed_back(notes)
            self._worker.aborting_tasks.discard(self._claim.job_id)
            ended(AttemptEnding.GIVEN_UP, "it was aborted")
            return self._over(call, cancelled, started_ms, is_success=False)
        except Exception as error:  # whatever a job raises ends the job, and nothing else
            log.exception("job failed", extra={"job": self._claim.job_id})
            reason = f"{type(error).__name__}: {error}"
            untold = await self._tell_of_unrun(reason)
            if notes.ending is None:
                ended(AttemptEnding.GIVEN_UP, reason, error=type(error).__name__)
            return untold or self._over(call, error, started_ms, is_success=False)
        returned(result)
        return self._over(call, result, started_ms, is_success=True)

    def _again(self, again: Retry | RetryJob) -> Disposition:
        self._worker.jobs_retried += 1
        defer_ms = getattr(again, "defer_score", None)
        due_ms = timestamp_ms() + defer_ms if defer_ms else None
        cause = again.__cause__
        ended(
            AttemptEnding.RETRY,
            f"{type(cause).__name__}: {cause}" if cause else "",
            error=type(cause).__name__ if cause else None,
            retry_ms=due_ms or timestamp_ms(),
        )
        return Disposition(self._claim, "later", due_ms)

    def _handed_back(self, notes: Notes) -> Disposition:
        self._worker.jobs_retried += 1
        ended(AttemptEnding.LOST if notes.is_taken else AttemptEnding.HANDED_BACK)
        log.info(
            "job lost: another worker has it" if notes.is_taken else "job handed back",
            extra={"job": self._claim.job_id, **so_far()},
        )
        return Disposition(self._claim, "back")

    async def _perform(self, call: Call, ctx: dict[Any, Any]) -> Any:
        """Call the function within its own time. Raises TimeoutError beyond it."""
        job_id, task = self._claim.job_id, asyncio.current_task()
        seconds = call.function.timeout_s
        if task:
            self._worker.job_tasks[job_id] = task
        try:
            async with asyncio.timeout(
                self._worker.job_timeout_s if seconds is None else seconds
            ):
                return await call.function.coroutine(ctx, *call.args, **call.kwargs)
        finally:
            self._worker.job_tasks.pop(job_id, None)

    def _over(
        self, call: Call, result: Any, started_ms: int, *, is_success: bool
    ) -> Disposition:
        if is_success:
            self._worker.jobs_complete += 1
        else:
            self._worker.jobs_failed += 1
        seconds = _first(call.function.keep_result_s, self._worker.keep_result_s)
        for_ever = _first(call.function.keep_result_forever, self._worker.keep_result_forever)
        if not for_ever and seconds <= 0:
            return Disposition(self._claim)
        kept = self._serialized(call, result, started_ms, is_success=is_success)
        return Disposition(
            self._claim, result=kept, result_ms=0 if for_ever else int(seconds * 1000)
        )

    def _serialized(
        self, call: Call, result: Any, started_ms: int, *, is_success: bool
    ) -> bytes | None:
        """Return the result as arq keeps it; in place of one too large, that it was."""

        def kept(what: Any) -> bytes | None:
            return serialize_result(
                call.name, call.args, call.kwargs, call.tries, call.enqueued_ms, is_success, what,
                started_ms, timestamp_ms(), f"{self._claim.job_id}:{call.name}",
                self._worker.queue_name, self._claim.job_id,
                serializer=self._worker.job_serializer,
            )  # fmt: skip

        whole = kept(result)
        if whole is None or len(whole) <= RESULT_BYTES_MAX:
            return whole
        log.warning("result too large", extra={"job": self._claim.job_id, "bytes": len(whole)})
        less = kept(f"a result of {len(whole)} bytes was not kept")
        # The arguments stand beside it; where they are what is too large, nothing is kept.
        return less if less and len(less) <= RESULT_BYTES_MAX else None

    async def _throw_out(self, notes: Notes, reason: str) -> Disposition:
        """Be rid of what nobody can run, as soon as somebody has been told of it."""
        if untold := await self._tell_of_unrun(reason):
            return untold
        self._worker.jobs_failed += 1
        if notes.ending is None:
            ended(AttemptEnding.GIVEN_UP, reason)
        log.error("job thrown out: %s", reason, extra={"job": self._claim.job_id, **so_far()})
        return Disposition(self._claim)

    async def _tell_of_unrun(self, reason: str) -> Disposition | None:
        """Tell of a job that is not going to be run; the ending that keeps it, if in vain."""
        if self._on_unrun is None:
            return None
        try:
            await self._on_unrun(self._claim.job_id, self._claim.payload)
            await account_for_unrun(self._ctx(self._claim.tries), reason)
        except UnavailableError as error:
            why = error.problem
            log.error("job kept, untold: %s", why, extra={"job": self._claim.job_id})  # noqa: TRY400 - it says it all
        except Exception:  # it must not leave the queue without a word
            log.critical("job kept, untold", exc_info=True, extra={"job": self._claim.job_id})
        else:
            return None
        due_ms = timestamp_ms() + int(UNTOLD_SECONDS * 1000)
        ended(
            AttemptEnding.RETRY,
            f"kept, because nobody could be told: {reason}",
            retry_ms=due_ms,
        )
        return Disposition(self._claim, "later", due_ms)

    async def _heed(self, hook: Hook, ctx: dict[Any, Any]) -> None:
        """Call a hook; one that fails is told of, and changes nothing."""
        try:
            await hook(ctx)
        except Exception:
            log.exception("a hook failed", extra={"job": self._claim.job_id})


def _first(own: Any, general: Any) -> Any:
    return general if own is None else own
