"""Dead letters by their cause: how many of which age, and the newest as the example. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.letter_lines import LetterLine

# Each letter is counted once, in the first of these that it is not too old for.
AGES: Sequence[tuple[str, timedelta]] = (
    ("last hour", timedelta(hours=1)),
    ("1 to 24 hours", timedelta(hours=24)),
    ("1 to 7 days", timedelta(days=7)),
    ("older", timedelta.max),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Letters of one cause, the latest first, and how many of each age there are."""

    fingerprint: str
    lines: Sequence[LetterLine]
    ages: Sequence[int]

    @property
    def newest(self) -> LetterLine:
        return self.lines[0]

    @property
    def first_at(self) -> datetime:
        return self.lines[-1].buried_at

    @property
    def jobs(self) -> Sequence[str]:
        """The kinds of job among them."""
        return sorted({line.job for line in self.lines})


def grouped(lines: Iterable[LetterLine], now: datetime) -> Sequence[Group]:
    """Return the groups, the one of the most letters first; the lines come the latest first."""
    alike: dict[str, list[LetterLine]] = {}
    for line in lines:
        alike.setdefault(line.group, []).append(line)
    groups = [Group(name, found, ages_of(found, now)) for name, found in alike.items()]
    return sorted(groups, key=lambda group: -len(group.lines))


def ages_of(lines: Iterable[LetterLine], now: datetime) -> Sequence[int]:
    """Return how many letters there are of each of the `AGES`."""
    counted = Counter(_age(now - line.buried_at) for line in lines)
    return [counted[place] for place in range(len(AGES))]


def _age(age: timedelta) -> int:
    return next(place for place, (_name, most) in enumerate(AGES) if age <= most)
