"""`python -m tests.worker.lasting UNTIL DRAIN`: a worker as a platform runs it, with a long errand.

The errand takes so many seconds, or until there is a file of that name; a worker that is told to stop waits DRAIN seconds for it,
as JOB_DRAIN_SECONDS says. It says `begun` and `done` on its standard output.
"""

import asyncio
import os
import sys
from pathlib import Path

from jobs.job import Done, Env, Outcome
from tests.worker.errands import errand_that
from worker import command, settings


async def last(_env: Env) -> Outcome:
    say("begun")
    if is_by_clock:
        await asyncio.sleep(float(until))
    else:
        while not may_end():
            await asyncio.sleep(0.02)
    say("done")
    return Done()


def may_end() -> bool:
    return Path(until).exists()


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    until, os.environ["JOB_DRAIN_SECONDS"] = sys.argv[1:3]
    is_by_clock = until.replace(".", "", 1).isdigit()
    settings.JOBS = (errand_that(last, seconds_max=120),)
    sys.argv[1:] = sys.argv[3:]
    sys.exit(command.main())
