"""Progress: how far a job has come, for whoever follows it.

It is news and no record: kept nowhere but in Redis, for a while, and lost with it. What was
decided is a file, and who needs to be sure looks there.
"""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol, Self

import pydantic_core

from domain.moment import as_utc


class Progress(NamedTuple):
    """The stage that a job is in, how much of its work is surely behind it, and since when."""

    stage: str
    percent: int
    at: datetime

    @classmethod
    def parsed(cls, text: bytes) -> Self:
        """Return what was reported. Raises ValueError for anything else."""
        try:
            told = pydantic_core.from_json(text)
            at = as_utc(datetime.fromisoformat(told["at"]))
            return cls(str(told["stage"]), int(told["percent"]), at)
        except (KeyError, TypeError) as error:
            problem = f"this is no report of progress: {error!r}"
            raise ValueError(problem) from None

    def __bytes__(self) -> bytes:
        return pydantic_core.to_json(self._asdict())


class Listener(Protocol):
    """Who listens to one job."""

    async def next(self, seconds_max: float) -> Progress | None:
        """Wait until something was reported, but not longer; return the last that is known."""


class Board(Protocol):
    """Where jobs post their progress, and others read it. Nothing here fails for want of Redis."""

    def report(self, job_id: str, stage: str, percent: int) -> None:
        """Post how far a job has come; costs it nothing and is not waited for."""

    async def read(self, job_id: str) -> Progress | None:
        """Return what was reported last; None if that is not known."""

    def listening(self, job_id: str) -> AbstractContextManager[Listener]:
        """Listen to a job while the block runs."""
