"""`python -m tests.worker.lasting SECONDS DRAIN`: a worker as a platform runs it, with a long errand.

The errand takes so many seconds; a worker that is told to stop waits DRAIN seconds for it. It
says `begun` and `done` on its standard output.
"""

import asyncio
import os
import sys

from config import Config
from jobs.job import Done, Env, Outcome
from tests.worker.errands import errand_that
from worker import command, settings


async def last(_env: Env) -> Outcome:
    say("begun")
    await asyncio.sleep(float(sys.argv[1]))
    say("done")
    return Done()


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    settings.JOBS = (errand_that(last, seconds_max=120),)
    settings.DRAIN_SECONDS = float(sys.argv[2])
    asyncio.run(command._work(Config.from_env(os.environ), "worker-1"))
