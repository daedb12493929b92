"""A cause: something that is wrong with the service, in words; and the rule that finds it.

Stuck: what was accepted does not get done, or nothing can be accepted. Degraded: it gets done, and
somebody should look. A cause at the level healthy is a note: worth knowing, and nothing to do now.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jobs.health.seen import Seen


class Level(StrEnum):
    """How things stand, or how much something matters."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    STUCK = "stuck"

    @property
    def rank(self) -> int:
        """0, 1 or 2: the higher, the worse."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class Cause:
    """What is wrong: what it is about, a sentence, what helps, and since when it is so."""

    level: Level
    about: str
    said: str
    remedy: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """That a rule strikes, and its words. `name` is what it strikes; `remedy` if it has its own."""

    said: str
    since: datetime | None = None
    name: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked at, how much it matters, and what helps; `{name}` is what it strikes."""

    about: str
    level: Level
    finds: Callable[[Seen], Iterator[Found]]
    remedy: str

    def causes(self, seen: Seen) -> Iterator[Cause]:
        for found in self.finds(seen):
            about = f"{self.about} {found.name}".rstrip()
            remedy = found.remedy or self.remedy.format(name=found.name)
            yield Cause(self.level, about, found.said, remedy, found.since)
