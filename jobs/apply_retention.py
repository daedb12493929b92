"""Remove what is over for long enough, once a night: archived first, and told of in the audit log."""

import asyncio
import logging
import signal
from datetime import datetime
from pathlib import Path
from typing import ClassVar, NamedTuple

import anyio
import anyio.to_process
from anyio import BrokenWorkerProcess

from domain.errors import UnavailableError
from domain.keeping import Keeping
from jobs.job import Cancel, Done, Env, HouseJob, Outcome
from jobs.kinship import die_with_parent
from storage.retention_doubt import ClockDoubtError
from storage.retention_plan import Kind
from storage.retiring import Retired, Retiring
from storage.store import Store

log = logging.getLogger(__name__)


class _Wanted(NamedTuple):
    """What the process apart is given: the data directory, how long what is over is kept, the time."""

    root: Path
    keeping: Keeping
    now: datetime


class ApplyRetention(HouseJob):
    """Archive and remove what is over for longer than it is kept; what is held stays.

    It may take long, and is done in a process apart: it holds up no other job. Killed anywhere,
    the next run goes on.
    """

    name: ClassVar[str] = "apply_retention"

    async def run(self, env: Env) -> Outcome:
        env.board.report(self.id, "looking for what is over", 0)
        root = env.store.quarantine.layout.root
        try:
            retired = await _retired(_Wanted(root, env.keeping, env.clock()))
        except ClockDoubtError as doubt:
            log.warning("%s %s", doubt.problem, doubt.remedy)
            return Cancel(doubt.problem)
        env.board.report(self.id, "removed what is over", 100)
        if retired.changed:
            log.info("%d things were changed or held before they went", len(retired.changed))
        if not retired.removed:
            return Cancel(f"nothing is over for long enough; {len(retired.kept)} kept back")
        counts = ", ".join(f"{retired.count(kind)} {kind}s" for kind in Kind)
        return Done(f"removed {counts.replace('_', ' ')}; {len(retired.kept)} kept back")


async def _retired(wanted: _Wanted) -> Retired:
    """Return what a process apart has removed; it ends when we are cancelled.

    Raises what `Retiring.retire` does, and UnavailableError if somebody has killed it.
    """
    alone = anyio.CapacityLimiter(1)  # a limit of its own: the shared one counts the readers
    try:
        return await anyio.to_process.run_sync(
            _retire_in_child, wanted, cancellable=True, limiter=alone
        )
    except BrokenWorkerProcess:
        problem = "The process that removed what is over has died."
        raise UnavailableError(problem) from None


def _retire_in_child(wanted: _Wanted) -> Retired:
    die_with_parent(signal.SIGKILL)
    return asyncio.run(_retire(wanted))


async def _retire(wanted: _Wanted) -> Retired:
    store = Store(wanted.root)
    try:
        return await Retiring(store, wanted.keeping, clock=lambda: wanted.now).retire()
    finally:
        await store.close()
