"""Renewals by token: whose lease it is stands in Redis, and is compared there."""

import asyncio

from arq.connections import ArqRedis

from jobs.lanes import LEASES_KEY, QUEUE_NAME, RUNNING_KEY
from jobs.queue import encode
from tests.worker.claims import claimed, turn
from worker.claiming import Claim, Disposition
from worker.leasing import FORGOTTEN, RENEW, RENEWED, TAKEN

CLAIM = "arq:in-progress:errand:town"


async def test_a_renewal_never_revives_a_lease_that_another_has(redis: ArqRedis) -> None:
    """Owner and token are compared where they stand, in Redis, and in one step."""
    await redis.set(
        "arq:job:errand:town", encode({"t": None, "f": "errand", "a": [], "k": {}, "et": 1})
    )
    await redis.zadd(QUEUE_NAME, {"errand:town": 1})
    [ours] = await claimed(redis, lease_seconds=0.01)
    await asyncio.sleep(0.02)
    # The same name: a worker that was started again is another worker.
    [theirs] = await claimed(redis)
    before = await redis.zscore(LEASES_KEY, "errand:town")

    said = await renewed(redis, ours)
    after = await redis.zscore(LEASES_KEY, "errand:town")

    assert (said, after) == (TAKEN, before)
    assert await redis.get(CLAIM) == f"worker-1 {theirs.token}".encode()
    assert await renewed(redis, theirs) == RENEWED


async def test_a_lease_that_ended_unseen_can_still_be_renewed(redis: ArqRedis) -> None:
    """Nobody has looked since: the job is still ours, and nobody else has begun it."""
    await redis.set(
        "arq:job:errand:town", encode({"t": None, "f": "errand", "a": [], "k": {}, "et": 1})
    )
    await redis.zadd(QUEUE_NAME, {"errand:town": 1})
    [ours] = await claimed(redis, lease_seconds=0.01)
    await asyncio.sleep(0.02)

    assert await renewed(redis, ours) == RENEWED
    assert await claimed(redis, "worker-2") == []
    await turn(redis, ended=[Disposition(ours)])
    assert await renewed(redis, ours) == FORGOTTEN


async def renewed(redis: ArqRedis, claim: Claim) -> int:
    """Return what the renewal of this claim came to."""
    arguments = ["worker-1", 60_000, claim.job_id, claim.token]
    [said] = await redis.eval(RENEW, 2, RUNNING_KEY, LEASES_KEY, *arguments)
    return int(said)
