"""Claims made by hand, in the name of a worker that is not there."""

import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from arq.connections import ArqRedis

from jobs.lanes import LANES
from worker.claiming import Claim, Claims, Disposition, Limit, Turn, Wish

LEASE_SECONDS = 60.0


def now_ms() -> int:
    return time.time_ns() // 1_000_000


async def turn(
    redis: ArqRedis,
    name: str = "worker-1",
    ended: Sequence[Disposition] = (),
    *,
    lease_seconds: float = LEASE_SECONDS,
    limits: Mapping[str, Limit] = MappingProxyType({}),
    **wish: Any,
) -> Turn:
    """One call of a worker with room for all, unless `wish` says otherwise."""
    wished = {"free": 100, "most": dict.fromkeys(LANES, 100), "kinds": ["errand"], **wish}
    claims = Claims(redis, name, lease_seconds, limits)
    return await claims.turn(Wish(**wished), ended, now_ms=now_ms())


async def claimed(redis: ArqRedis, name: str = "worker-1", **wish: Any) -> list[Claim]:
    """Claim all that is due."""
    return (await turn(redis, name, **wish)).claimed
