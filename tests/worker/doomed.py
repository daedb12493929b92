"""`python -m tests.worker.doomed SECONDS`: a worker with a lease of so long, whose job never ends."""

import asyncio
import os
import sys
from pathlib import Path

from config import Config
from tests.worker.errands import Bench, at_work, errand_that
from worker import engine


async def main(lease_seconds: float) -> None:
    engine.LEASE_SECONDS = lease_seconds
    engine.RENEW_SECONDS = lease_seconds / 3
    config = Config(data_dir=Path(os.environ["DATA_DIR"]), redis_url=os.environ["REDIS_URL"])
    bench = Bench()
    async with at_work(config, errand_that(bench, seconds_max=60), name="doomed"):
        await bench.begun.wait()
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
