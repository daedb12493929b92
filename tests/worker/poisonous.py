"""`python -m tests.worker.poisonous`: a worker whose one job kills it, and others beside it."""

import asyncio
import os
import signal
from pathlib import Path
from typing import ClassVar

from config import Config
from jobs.job import Done, Env, Outcome
from tests.worker.errands import Errand, at_work
from worker import run

NAME = "doomed"
POISON = "the-well"


class Draught(Errand):
    """Whoever drinks at the well dies of it; elsewhere it takes a moment."""

    lost_workers_max: ClassVar[int] = 4

    async def run(self, _env: Env) -> Outcome:
        if self.place == POISON:
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.sleep(0.2)
        return Done("refreshed")


async def main() -> None:
    run.SUSPECT_SECONDS_MAX = 1.0
    config = Config(data_dir=Path(os.environ["DATA_DIR"]), redis_url=os.environ["REDIS_URL"])
    async with at_work(config, Draught, name=NAME):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
