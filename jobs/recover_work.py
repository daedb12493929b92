"""Ring again for all that is owed.

This is what makes the queue a bell and not a ledger. Redis may have been flushed, the ring
may have failed when the order was accepted, a worker may have died: what is owed stands in
the store, and ringing twice for the same order is harmless.
"""

from typing import ClassVar

from jobs.job import Cancel, Done, Env, Job, Outcome


class RecoverWork(Job):
    """Find what is owed and ring for it. It has no arguments: one is enough at any time."""

    name: ClassVar[str] = "recover_work"
    attempts_max: ClassVar[int] = 1
    is_buried: ClassVar[bool] = False  # the next tick is the next attempt

    @property
    def key(self) -> str:
        return "owed"

    async def run(self, env: Env) -> Outcome:
        owed = await env.owed()
        rung = await env.queue.put(*owed) if owed else 0
        if not rung:
            return Cancel("nothing is owed that is not queued")
        return Done(f"rang for {rung} of {len(owed)} owed jobs")
