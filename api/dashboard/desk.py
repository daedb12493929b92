"""The desk: what every page of the dashboard is given."""

from dataclasses import dataclass, field

from api.visits import Visits
from jobs.health.watching import Watch
from jobs.job import Env
from jobs.reader import Readers


@dataclass(frozen=True, slots=True)
class Desk:
    """The store and the queue, how all of it stands, who visits, and which version this is.

    The `readers` show documents; they are this process's own, apart from those of the workers.
    """

    env: Env
    watch: Watch
    visits: Visits
    version: str
    readers: Readers = field(default_factory=Readers)
