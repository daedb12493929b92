"""The state of the queue, as people watch it: each lane's depth, what is owed, buried, paused.

Whatever cannot be told is None, with the reason among the troubles, and never a zero: while
Redis is away the disk still says what is owed, and a pause that cannot be read hides no depth.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from domain.errors import UnavailableError
from domain.moment import Moment
from jobs.depth import together
from jobs.job import Env, QueueDepth
from jobs.lanes import LANES, Lane
from storage.pauses import Pause

# To count what is owed may list every work order and ticket: 0.1 s of the processor for 20,000.
# So it is done every few seconds at most, and may take this part of one core.
COUNT_SECONDS_MIN = 3.0
COUNT_SHARE_MAX = 0.1
COUNT_PATIENCE_SECONDS = 0.5  # who asks meanwhile is told the last count

Told = TypeVar("Told")


class Depth(BaseModel):
    """How many jobs are due and wait, are due later, and run; how long the oldest has waited."""

    waiting: int | None
    deferred: int | None
    running: int | None
    oldest_seconds: float | None


class LaneState(Depth):
    """The depth of one lane."""

    lane: Lane


class Trouble(BaseModel):
    """What could not be told, why, and what helps."""

    problem: str
    remedy: str | None


class QueueState(Depth):
    """All lanes together, each by itself, and what a person must look at.

    `owed` are the work orders that have neither ticket nor dead letter; they and the dead
    letters were counted at `counted_at`, the rest at `as_of`.
    """

    queue: Literal["answers", "unavailable"]
    as_of: Moment
    lanes: list[LaneState]
    owed: int | None
    dead_letters: int | None
    counted_at: Moment | None
    paused: list[Pause] | None
    troubles: list[Trouble]


@dataclass(frozen=True, slots=True)
class _Count:
    """What was counted on the disk, and when."""

    owed: int
    dead_letters: int
    counted_at: datetime


class QueueWatch:
    """Tells the state of the queue to whoever asks, however often; one for a process.

    Who cannot wait for a count is told the last one.
    """

    def __init__(
        self, env: Env, *, patience_seconds: float | None = COUNT_PATIENCE_SECONDS
    ) -> None:
        self._env = env
        self._patience = patience_seconds
        self._count: _Count | None = None
        self._trouble: UnavailableError | None = None
        self._counting: asyncio.Task[None] | None = None
        self._count_again_at = 0.0

    async def look(self) -> QueueState:
        """Return how things stand. Asks Redis twice, and waits for it no longer than a second."""
        troubles: list[Trouble] = []
        depths, paused, count = await asyncio.gather(
            _told(self._env.queue.depths, troubles),
            _told(self._env.store.pauses.list, troubles),
            _told(self._counted, troubles),
        )
        return QueueState(
            **_shown(together(depths.values()) if depths else None),
            queue="unavailable" if depths is None else "answers",
            as_of=self._env.clock(),
            lanes=_lanes(depths),
            owed=count.owed if count else None,
            dead_letters=count.dead_letters if count else None,
            counted_at=count.counted_at if count else None,
            paused=None if paused is None else list(paused),
            troubles=troubles,
        )

    async def _counted(self) -> _Count | None:
        """Return the last count, a new one if it is time; None if the first is not ready yet.

        Raises UnavailableError if the disk did not let it be made.
        """
        is_idle = self._counting is None or self._counting.done()
        if is_idle and asyncio.get_running_loop().time() >= self._count_again_at:
            self._counting = asyncio.create_task(self._count_now())
        if self._counting:
            done, _under_way = await asyncio.wait({self._counting}, timeout=self._patience)
            for task in done:
                task.result()  # an accident is not passed over
        if self._trouble:
            raise self._trouble
        return self._count

    async def _count_now(self) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            now, owed = self._env.clock(), await self._env.owed()
            dead_letters = await self._env.store.dead_letters.count()
            self._count, self._trouble = _Count(len(owed), dead_letters, now), None
        except UnavailableError as error:
            self._count, self._trouble = None, error
        ended = loop.time()
        pause = max(COUNT_SECONDS_MIN, (ended - started) / COUNT_SHARE_MAX)
        self._count_again_at = ended + pause


async def _told(ask: Callable[[], Awaitable[Told]], troubles: list[Trouble]) -> Told | None:
    """Return an answer, or None and put among the troubles why there is none."""
    try:
        return await ask()
    except UnavailableError as error:
        troubles.append(Trouble(problem=error.problem, remedy=error.remedy))
        return None


def _lanes(depths: Mapping[Lane, QueueDepth] | None) -> list[LaneState]:
    return [LaneState(lane=lane, **_shown(depths[lane] if depths else None)) for lane in LANES]


def _shown(depth: QueueDepth | None) -> dict[str, Any]:
    return {
        "waiting": depth.waiting if depth else None,
        "deferred": depth.deferred if depth else None,
        "running": depth.running if depth else None,
        "oldest_seconds": round(depth.oldest_seconds, 3) if depth else None,
    }
