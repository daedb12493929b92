"""How many jobs there are of each state: what waits and runs now, what has ended in a day."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.dashboard.about_jobs.states import RUNNING, SCHEDULED, WAITING
from api.dashboard.desk import Desk
from domain.errors import UnavailableError
from storage.telemetry_records import AttemptEnding

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Counts:
    """The jobs by their states; those that ended, since then. What is not known is left out."""

    by_state: Mapping[str, int]
    since: datetime


async def counts_of(desk: Desk) -> Counts:
    """Return how many jobs there are of each state, in all lanes together."""
    now = desk.env.clock()
    # Whole hours: a day of them is counted at once.
    since = now.replace(minute=0, second=0, microsecond=0) - DAY + HOUR
    return Counts({**await _present(desk), **await _ended(desk, since, now)}, since)


async def _present(desk: Desk) -> Mapping[str, int]:
    lanes = (await desk.watch.look()).lanes.values()
    told = {
        RUNNING: [lane.running for lane in lanes],
        WAITING: [lane.ready for lane in lanes],
        SCHEDULED: [_later(lane.scheduled, lane.retrying) for lane in lanes],
    }
    known = {name: [one for one in each if one is not None] for name, each in told.items()}
    return {name: sum(each) for name, each in known.items() if len(each) == len(told[name])}


async def _ended(desk: Desk, since: datetime, now: datetime) -> Mapping[str, int]:
    try:
        tallies = await desk.env.store.telemetry.tallies(since, now, DAY)
    except UnavailableError:
        return {}
    counted = Counter({ending.value: 0 for ending in AttemptEnding})
    for (_kind, ending), counts in tallies.items():
        counted[ending.value] += sum(counts)
    return counted


def _later(scheduled: int | None, retrying: int | None) -> int | None:
    """Return how many are due later, those that failed and come again among them."""
    return None if scheduled is None else scheduled + (retrying or 0)
