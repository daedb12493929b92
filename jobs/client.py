"""A client for an API that lives elsewhere: it hands in work orders, and needs a Redis URL alone.

No volume, no settings, no HTTP: `docs/CLIENTS.md` shows it at work. Until an order is said to be
received it is in Redis only, as durable as that Redis is; from then on it is on the service's disk.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from redis.exceptions import RedisError

from domain.errors import ConflictError, RejectedError, UnavailableError
from domain.work_order import ticket_id_for
from jobs.awaiting import Ended, Ring, listen_command, ring_command
from jobs.extract_ticket import ExtractTicket, Stage
from jobs.lanes import QUEUES
from jobs.progress import Progress
from jobs.progress_board import RedisBoard
from jobs.queue import CONNECTIONS_MAX, connect, disconnect, heed_cancellation
from jobs.receive_work_order import CANCELLED, ReceiveWorkOrder
from jobs.wire import words_of
from storage.clock import system_clock

WAIT_SECONDS = 20.0
LISTEN_SECONDS_FIRST = 0.2  # what has just ended may be in the way of what is handed in anew
LISTEN_SECONDS = 2.0  # at a time: a Redis that has forgotten the order is rung again
CROWDED_SECONDS = 0.2  # at a time, when others wait for a connection to listen on
LISTENERS_MAX = CONNECTIONS_MAX // 2  # the other connections are for ringing
ANSWER_SECONDS_MAX = 5.0  # a document of 1 MB over a slow line
PAUSE_SECONDS = 0.2  # before a Redis that is away is asked again

# How the worker puts an end that the sender can do something about.
REFUSED = re.compile(
    r"(?:buried|given up): (?:(?P<error>\w+)Error|its arguments are not valid): (?P<problem>.*)",
    re.DOTALL,
)
REFUSALS = frozenset({None, "Rejected", "TooLarge", "WrongKind"})


@dataclass(frozen=True, slots=True)
class Received:
    """A work order on the disk of the service, and the ticket that it becomes.

    `said` is how the service put it, for instance that the order was cancelled meanwhile.
    """

    work_order_id: str
    ticket_id: str
    said: str


class Client:
    """Hands in work orders; one for all of a process, from any number of tasks of its loop."""

    def __init__(self, redis_url: str) -> None:
        """Take the URL (redis://, rediss:// or unix://); nothing is connected to yet.

        Raises RejectedError for a URL that is none.
        """
        self._redis = connect(redis_url, answer_seconds_max=LISTEN_SECONDS + ANSWER_SECONDS_MAX)
        self._board = RedisBoard(self._redis, system_clock)
        self._listeners = asyncio.Semaphore(LISTENERS_MAX)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections. What was handed in stays so."""
        await self._board.close()
        await disconnect(self._redis)

    async def receive(
        self, order: ReceiveWorkOrder, *, wait_seconds: float = WAIT_SECONDS
    ) -> Received:
        """Hand in an order, and return once it is on the disk of the service.

        To do so again, after any failure or a cancellation, is harmless: it is the same order. A
        Redis that was restarted or emptied meanwhile is handed it anew.

        Raises ConflictError if another order has this id, RejectedError if the service does not
        take it, UnavailableError if Redis does not answer, the order was not received in time (it
        stays queued) or was given up. What was refused or given up is kept there as a dead letter.
        """
        what = Ring(order.name, order.id, order.model_dump(mode="json", exclude_none=True))
        until = time.monotonic() + wait_seconds
        is_anew = True
        while True:
            try:
                await self._ask(ring_command(what, is_anew=is_anew), ANSWER_SECONDS_MAX)
                is_anew = False
                if ended := await self._heard(what, until):
                    return _received(order, ended)
            except (RedisError, OSError, TimeoutError) as error:
                await _pause(error, until)
            if time.monotonic() >= until:
                raise _not_received(order, wait_seconds)

    async def follow(
        self, work_order_id: str, *, wait_seconds: float = WAIT_SECONDS
    ) -> AsyncIterator[Progress]:
        """Yield how far a received order is on its way to a ticket, until it is one or time is up.

        It is news and no record, and Redis forgets it within minutes: the ticket itself is asked
        of the HTTP API. Nothing is yielded while Redis is away.
        """
        until, last = time.monotonic() + wait_seconds, None
        with self._board.listening(ExtractTicket(work_order_id=work_order_id).id) as ear:
            while (left := until - time.monotonic()) > 0:
                news = await ear.next(left)
                if news and news != last:
                    yield news
                    if news.stage in (Stage.DONE, Stage.CANCELLED):
                        return
                last = news

    async def _heard(self, what: Ring, until: float) -> Ended | None:
        """Wait for the end of a job; None if time is up, or Redis has forgotten the job."""
        at_a_time = LISTEN_SECONDS_FIRST
        while (left := until - time.monotonic()) > 0:
            if ended := await self._listen(what.id, min(left, at_a_time)):
                return ended
            at_a_time = LISTEN_SECONDS
            if not await self._ask(["ZSCORE", QUEUES[what.lane], what.id], ANSWER_SECONDS_MAX):
                return None
        return None

    async def _listen(self, job_id: str, seconds_max: float) -> Ended | None:
        async with self._listeners:
            seconds = CROWDED_SECONDS if self._listeners.locked() else seconds_max
            seconds = max(0.01, min(seconds, seconds_max))
            told = await self._ask(
                listen_command(job_id, seconds), seconds + ANSWER_SECONDS_MAX
            )
        return Ended.parsed(told) if isinstance(told, bytes) else None

    async def _ask(self, command: Sequence[str], seconds_max: float) -> Any:
        """Return what Redis answers. Raises RedisError, OSError, TimeoutError."""
        async with asyncio.timeout(seconds_max):
            answered = await self._redis.execute_command(*command)
            heed_cancellation()
        return answered


def _received(order: ReceiveWorkOrder, ended: Ended) -> Received:
    """Return what was received. Raises what was said instead: see `Client.receive`."""
    how, _, said = ended.said.partition(": ")
    # Any other job that had nothing to do may mean that a person has dropped the order unread.
    if how == "done" or said == CANCELLED:
        return Received(order.work_order_id, ticket_id_for(order.work_order_id), said)
    refused = REFUSED.fullmatch(ended.said)
    kept = f"It is kept as the dead letter `{order.name} {order.key}`"
    if refused and refused["error"] == "Conflict":
        raise ConflictError(
            refused["problem"],
            field="idempotency_key" if order.idempotency_key else "work_order_id",
            remedy=f"Use another for another work order. {kept}.",
        )
    if refused and refused["error"] in REFUSALS:
        raise RejectedError(refused["problem"], remedy=f"Correct it. {kept}.")
    raise UnavailableError(
        f"The work order was given up: {said}",
        remedy=f"{kept}, and can be replayed; or hand it in again.",
    )


async def _pause(error: Exception, until: float) -> None:
    """Wait before Redis is asked again. Raises UnavailableError if there is no time for it."""
    if time.monotonic() + PAUSE_SECONDS > until:
        raise UnavailableError(
            f"The queue does not answer: {words_of(error)}.",
            field="REDIS_URL",
            remedy="Hand the work order in again: if it was queued already, it is the same one.",
        ) from error
    await asyncio.sleep(PAUSE_SECONDS)


def _not_received(order: ReceiveWorkOrder, seconds: float) -> UnavailableError:
    return UnavailableError(
        f"The work order {order.work_order_id} was not received within {seconds:g} s.",
        remedy="It stays queued. Hand it in again to go on waiting: it is the same one.",
    )
