"""The places of a worker, shared out to the lanes, and what is paused."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from domain.errors import UnavailableError
from jobs.lanes import LANES, Lane
from storage.pauses import Pause, Pauses

# Places that a lane, with all that are slower, leaves free: a backup that takes an hour must
# never be what a person waits for.
RESERVED: Mapping[Lane, int] = MappingProxyType(
    {"within_1s": 0, "within_30s": 1, "whenever": 2}
)
HEED_SECONDS = 0.5  # how long a pause, or its end, can go unnoticed

log = logging.getLogger(__name__)


class Places:
    """How many jobs of each lane a worker runs, and how many more it may take."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._taken: Counter[Lane] = Counter()

    def take(self, lane: Lane) -> None:
        self._taken[lane] += 1

    def give_back(self, lane: Lane) -> None:
        self._taken[lane] -= 1

    @property
    def free(self) -> int:
        return self._places - self._taken.total()

    def most(self) -> dict[Lane, int]:
        """Return how many more jobs each lane, together with all slower ones, may take.

        A worker with few places reserves fewer: every lane has at least one.
        """
        most: dict[Lane, int] = {}
        for at, lane in enumerate(LANES):
            taken = sum(self._taken[slower] for slower in LANES[at:])
            reserved = min(RESERVED[lane], self._places - 1)
            most[lane] = max(0, self._places - reserved - taken)
        return most


class Paused:
    """What is paused, as the file of pauses said when it was last looked at."""

    def __init__(self, pauses: Pauses | None) -> None:
        self._pauses = pauses
        self._known: Sequence[Pause] | None = () if pauses is None else None
        self._trouble = ""  # what was said about it last

    @property
    def lanes(self) -> set[Lane]:
        if self._known is None:
            return set(LANES)  # nobody can tell: what a person has paused must not begin
        names = {pause.name for pause in self._known if pause.what == "lane"}
        return {lane for lane in LANES if lane in names}

    @property
    def kinds(self) -> list[str]:
        return [pause.name for pause in self._known or () if pause.what == "job"]

    async def look(self) -> bool:
        """Look at the file; return whether something has changed.

        A file that cannot be read leaves everything as it was: what a person has paused must
        not begin because a disk is ill.
        """
        if self._pauses is None:
            return False
        try:
            found = await self._pauses.list()
        except UnavailableError as error:
            if error.problem != self._trouble:
                self._trouble = error.problem
                log.critical(
                    "nothing is begun until the pauses can be read: %s"
                    if self._known is None
                    else "the pauses are as they were: %s",
                    error.problem,
                )
            return False
        self._trouble = ""
        if found == self._known:
            return False
        if found or self._known:
            log.info(
                "paused: %s",
                "; ".join(f"{one.what} {one.name} by {one.by}: {one.reason}" for one in found)
                or "nothing",
            )
        self._known = found
        return True

    async def heed(self, on_change: Callable[[], None]) -> None:
        """Look again and again, and say when something has changed; for ever."""
        while True:
            if await self.look():
                on_change()
            await asyncio.sleep(HEED_SECONDS)
