"""Copy the backups off the volume, soon after each is made, and again until it is done."""

from typing import ClassVar

from jobs.copying_backups import copy_due
from jobs.job import Cancel, Done, Env, Job, Outcome
from jobs.lanes import Lane


class CopyBackups(Job):
    """See that the newest good backup is off the volume too; with it goes all else that is due.

    Rung for every few minutes, it looks no further than the list of backups where it is. A bucket
    that fails is tried again by the next; the health of the service tells if it stays so. What is
    here is as good as it was.
    """

    name: ClassVar[str] = "copy_backups"
    lane: ClassVar[Lane] = "whenever"
    seconds_max: ClassVar[float] = 3600.0
    attempts_max: ClassVar[int] = 1  # the next comes by itself
    is_buried: ClassVar[bool] = False

    @property
    def key(self) -> str:
        return "all"

    async def run(self, env: Env) -> Outcome:
        if env.bucket is None:
            return Cancel("no bucket is named")
        good = [note for note in await env.store.backups.notes() if note.verified_at]
        if not good or good[-1].copied_at:
            return Cancel("the newest backup is in the bucket" if good else "there is none")
        env.board.report(self.id, "copying off the volume", 0)
        carried = await copy_due(env.store, env.bucket, env.clock())
        env.board.report(self.id, "copied off the volume", 100)
        return Done(f"{len(carried.copied)} copied, {len(carried.removed)} removed there")
