"""Claims: one call to Redis says which jobs have ended, takes the next, and says when to look again.

A job that is claimed stays in its queue, where stock clients look for it, but moves to the time
at which its lease ends. A hash remembers who holds it, by which token, and the place that it
had; a sorted set of the leases, when they end. So what runs never stands in the way of what
waits, a claim that nobody renews ends by itself, and whoever looks next puts the job back
where it was.

Jobs of which only so many may run at once, because they are of one ticket, are passed by while
others of their group run: a set for each group holds the ids of these, and an id that is not in
the hash of what runs does not count, so that no crash leaves a group closed.

A job that this worker may not run, because its kind is paused or unknown here, is put off: it
keeps its place in a hash beside the queue, and gets it back when it is looked for again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import pydantic_core
from arq.connections import ArqRedis

from jobs.lanes import (
    FENCE_KEY,
    GROUP_KEY,
    LANES,
    LEASES_KEY,
    PATIENCE_SECONDS,
    POSTPONED_KEY,
    QUEUES,
    RUNNING_KEY,
    WAKE_KEY,
    Lane,
)
from worker.claim_script import TURN

UNKNOWN_POSTPONED_MS = 5_000  # another worker may know it: he must not wait long for a look
PAUSED_POSTPONED_MS = 60_000  # whoever resumes the kind calls `recall`
BLOCKED_MAX = 50  # as many of busy groups are passed by in a look; the others are put off
BLOCKED_POSTPONED_MS = 1_000
LOOK_MAX = 500  # as many jobs of a lane are looked at in one call
EXPIRED_MAX = 500  # as many leases are ended in one call
KEYS = (RUNNING_KEY, LEASES_KEY, POSTPONED_KEY, FENCE_KEY, WAKE_KEY, *QUEUES.values())
RETRY_SECONDS = 88_400  # arq's: how long the count of the attempts is kept


class Limit(NamedTuple):
    """Of the jobs with the same value in this argument, so many may run at once."""

    argument: str
    most: int


class Claim(NamedTuple):
    """A job that is ours until its lease ends, and the token that says so.

    `group` is what it shares with those with which it may not run; empty if it has no such.
    """

    job_id: str
    token: str
    due_ms: int
    tries: int
    lane: Lane
    group: str
    payload: bytes


class Disposition(NamedTuple):
    """What became of a claim.

    `over`: the job is gone for good. `later`: it goes back into its queue, due at `due_ms` or
    where it stood. `back`: it goes back where it stood, and the attempt does not count.
    """

    claim: Claim
    how: Literal["over", "later", "back"] = "over"
    due_ms: int | None = None
    result: bytes | None = None
    result_ms: int = 0  # how long the result is kept; 0 is for ever


@dataclass(frozen=True, slots=True)
class Wish:
    """What a worker would take: so many jobs, of these kinds.

    `most` bounds a lane together with all that are slower.
    """

    free: int
    most: Mapping[Lane, int]
    kinds: Sequence[str]
    paused_kinds: Sequence[str] = ()
    paused_lanes: Collection[Lane] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """What one call has brought.

    `wait_seconds` is how long it is until something is due, or a lease ends; None if nothing
    is known to. `forgot` says that this Redis has no memory of us: it is new, or was emptied.
    `lost` are the jobs whose ending came too late: somebody else has them, or had them.
    """

    claimed: list[Claim]
    wait_seconds: float | None
    forgot: bool = False
    lost: Sequence[str] = ()
    recovered: Sequence[str] = ()
    gone: Sequence[str] = ()
    unknown: Sequence[str] = ()


class Claims:
    """Claims jobs for one worker, and tells Redis how they ended."""

    def __init__(
        self,
        redis: ArqRedis,
        name: str,
        lease_seconds: float,
        limits: Mapping[str, Limit] = MappingProxyType({}),
    ) -> None:
        self._script = redis.register_script(TURN)
        self._asked: dict[str, Any] = {
            "name": name,
            "lease": int(lease_seconds * 1000),
            "unknown_ms": UNKNOWN_POSTPONED_MS,
            "paused_ms": PAUSED_POSTPONED_MS,
            "blocked_max": BLOCKED_MAX,
            "blocked_ms": BLOCKED_POSTPONED_MS,
            "look_max": LOOK_MAX,
            "expired_max": EXPIRED_MAX,
            "retry_seconds": RETRY_SECONDS,
            "group": GROUP_KEY,
            "limits": dict(limits),
        }

    async def turn(self, wish: Wish, ended: Sequence[Disposition], *, now_ms: int) -> Turn:
        """Say how these have ended and claim the next. Raises RedisError or OSError.

        To say it twice is harmless: who has lost his claim, or given it up, changes nothing.
        """
        arguments: list[Any] = [b""]
        asked = {
            **self._asked,
            "now": now_ms,
            "free": min(wish.free, LOOK_MAX),
            "lanes": [
                {
                    "name": lane,
                    "most": wish.most[lane],
                    "is_open": lane not in wish.paused_lanes,
                    "patience": PATIENCE_SECONDS[lane] * 1000,
                }
                for lane in LANES
            ],
            "kinds": dict.fromkeys(wish.kinds, True),
            "paused": dict.fromkeys(wish.paused_kinds, True),
            "ended": [_told(ending, arguments) for ending in ended],
        }
        arguments[0] = pydantic_core.to_json(asked)
        return _turn(*await self._script(KEYS, arguments))


def _told(ending: Disposition, arguments: list[Any]) -> dict[str, Any]:
    """Return an ending as the script takes it; a result becomes an argument of its own."""
    told: dict[str, Any] = {
        "id": ending.claim.job_id,
        "token": ending.claim.token,
        "how": ending.how,
        "group": ending.claim.group,
    }
    if ending.due_ms is not None:
        told["due"] = ending.due_ms
    if ending.result is not None:
        arguments.append(ending.result)
        told |= {"result": len(arguments), "result_ms": ending.result_ms}
    return told


def _turn(said: bytes, *payloads: bytes) -> Turn:
    # The name of an unknown kind may be anything, and is only for people to read.
    told = pydantic_core.from_json(said.decode(errors="replace"))
    wait = told.pop("wait", None)
    claimed = [
        Claim(job_id, token, _whole(due), tries, lane, group, payload)
        for (job_id, token, due, tries, lane, group), payload in zip(
            told.pop("claimed"), payloads, strict=True
        )
    ]
    return Turn(claimed, None if wait is None else wait / 1000, **told)


def _whole(score: str) -> int:
    """Return a score as arq wants it; whoever wrote none that is a time wants it at once."""
    try:
        return int(float(score))
    except (ValueError, OverflowError):
        return 0
