"""The desk: what every page of the dashboard is given."""

from dataclasses import dataclass

from api.visits import Visits
from jobs.health.watching import Watch
from jobs.job import Env


@dataclass(frozen=True, slots=True)
class Desk:
    """The store and the queue, how all of it stands, who visits, and which version this is."""

    env: Env
    watch: Watch
    visits: Visits
    version: str
