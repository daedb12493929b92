"""`python -m tests.worker.lasting SECONDS DRAIN`: a worker as a platform runs it, with a long errand.

The errand takes so many seconds; a worker that is told to stop waits DRAIN seconds for it,
as JOB_DRAIN_SECONDS says. It says `begun` and `done` on its standard output.
"""

import asyncio
import os
import sys

from jobs.job import Done, Env, Outcome
from tests.worker.errands import errand_that
from worker import command, settings


async def last(_env: Env) -> Outcome:
    say("begun")
    await asyncio.sleep(seconds)
    say("done")
    return Done()


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    seconds, os.environ["JOB_DRAIN_SECONDS"] = float(sys.argv[1]), sys.argv[2]
    settings.JOBS = (errand_that(last, seconds_max=120),)
    sys.argv[1:] = sys.argv[3:]
    sys.exit(command.main())
