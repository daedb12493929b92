"""Try once a week whether the newest good backup can be restored: aside, in a process apart."""

import logging
import signal
from pathlib import Path
from typing import ClassVar

import anyio
import anyio.to_process
from anyio import BrokenWorkerProcess

from domain.errors import NotFoundError, RejectedError, Texas811Error, UnavailableError
from jobs.job import Cancel, Done, Env, HouseJob, Outcome
from jobs.kinship import die_with_parent
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.restore_drill import Drilled, drill

MEBIBYTE = 1024 * 1024

log = logging.getLogger(__name__)


class DrillRestore(HouseJob):
    """Unpack the newest good backup, open and check what is in it, and remove it again.

    One that cannot be restored is an error in the log, counts as good no longer, and the job has
    failed: all of that is seen in the health of the service.
    """

    name: ClassVar[str] = "drill_restore"
    attempts_max: ClassVar[int] = 2

    async def run(self, env: Env) -> Outcome:
        env.board.report(self.id, "restoring aside", 0)
        try:
            drilled = await _drilled(env.store.quarantine.layout.root)
        except NotFoundError as error:
            if not env.keeping.makes_backups:
                return Cancel("no backups are made: BACKUP_ENABLED is false")
            raise _failed(error) from error
        except (DamagedFileError, RejectedError, UnavailableError) as error:
            raise _failed(error) from error
        env.board.report(self.id, "restored aside", 100)
        size = f"{drilled.unpacked_bytes / MEBIBYTE:.1f} MiB"
        return Done(
            f"{drilled.filename} can be restored: {drilled.tickets} tickets, "
            f"{drilled.files} files, {size}, in {drilled.seconds} s"
        )


def _failed(error: Texas811Error) -> UnavailableError:
    said = f"The drill of a restore has failed: {error.problem}"
    log.error("%s %s", said, error.remedy or "")
    return UnavailableError(said, remedy=error.remedy)


async def _drilled(root: Path) -> Drilled:
    """Return what a trial comes to that a process apart makes; it ends when we are cancelled.

    Raises what `drill` does, and UnavailableError if somebody has killed it.
    """
    # A limit of its own: the shared one counts the readers, whom nobody must wait for.
    alone = anyio.CapacityLimiter(1)
    try:
        return await anyio.to_process.run_sync(
            _drill_in_child, root, cancellable=True, limiter=alone
        )
    except BrokenWorkerProcess:
        problem = "The process that tried a restore has died."
        raise UnavailableError(problem) from None


def _drill_in_child(root: Path) -> Drilled:
    die_with_parent(signal.SIGKILL)
    return drill(Layout(root))
