"""`python -m tests.worker.doomed SECONDS`: a worker with a lease of so long, whose job never ends.

With `deaf` after it, its loop stands still for ever, once the job has begun.
"""

import asyncio
import os
import sys
import threading
from pathlib import Path

from config import Config
from tests.worker.errands import Bench, at_work, errand_that
from worker import engine, leasing


async def main(lease_seconds: float, *, deaf: bool) -> None:
    engine.LEASE_SECONDS = lease_seconds
    engine.RENEW_SECONDS = lease_seconds / 3
    config = Config(data_dir=Path(os.environ["DATA_DIR"]), redis_url=os.environ["REDIS_URL"])
    bench = Bench()
    async with at_work(config, errand_that(bench, seconds_max=60), name="doomed"):
        await bench.begun.wait()
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        if deaf:
            leasing.WATCHDOG_SECONDS = lease_seconds
            threading.Event().wait()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]), deaf="deaf" in sys.argv[2:]))
