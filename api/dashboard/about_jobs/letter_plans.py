"""What a replay, or a drop, of dead letters would do: told before anybody does it.

The letters are chosen one by one, by their cause, or all there are; what was given up after the
choice was looked at is none of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from domain.errors import NotFoundError, RejectedError
from jobs import LANE_OF
from jobs.job import Env
from jobs.lanes import Lane
from jobs.replaying import PER_SECOND, Fate, Replay, rehearse
from jobs.replays import Filed
from storage.letter_lines import LetterLine

CHOSEN_MAX = 500  # one by one; a cause may have any number
REHEARSED_MAX = 200  # read and looked at one by one in a dry run, the oldest first
DROPPED_MAX = 500  # at once: each is written and audited by itself


class Act(StrEnum):
    """What is done with the letters."""

    REPLAY = "replay"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which letters are meant: those named, those of one cause, or, with neither, all.

    `until` is when the choice was looked at; None for now.
    """

    named: frozenset[Filed] = frozenset()
    fingerprint: str | None = None
    until: datetime | None = None

    @classmethod
    def of(cls, fields: Mapping[str, str], named: Sequence[str]) -> Self:
        """Return the choice that a form makes. Raises RejectedError if it makes none."""
        until, fingerprint = _moment(fields.get("until", "")), fields.get("group") or None
        if len(named) > CHOSEN_MAX:
            raise RejectedError(
                f"{len(named)} letters are chosen; {CHOSEN_MAX} are the most.",
                field="letter",
                remedy="Choose the whole cause, or fewer.",
            )
        if not (named or fingerprint or fields.get("all")):
            raise RejectedError(
                "No letter is chosen.",
                field="letter",
                remedy="Tick the letters that are meant, or choose the whole cause.",
            )
        if named:
            return cls(frozenset(_filed(one) for one in named), until=until)
        return cls(fingerprint=fingerprint, until=until)

    def among(self, lines: Sequence[LetterLine]) -> Sequence[LetterLine]:
        """Return the letters that are meant, the oldest first. Raises NotFoundError for none."""
        found = [line for line in reversed(lines) if self._means(line)]
        if not found:
            raise NotFoundError(
                "None of these letters is there any more.",
                field="letter",
                remedy="Their jobs have succeeded since, or somebody else has dropped them.",
            )
        return found

    def _means(self, line: LetterLine) -> bool:
        if self.until and line.buried_at > self.until:
            return False
        if self.named:
            return (line.job, line.key) in self.named
        return self.fingerprint in (None, line.group)

    @property
    def fields(self) -> Sequence[tuple[str, str]]:
        """What a form says to make this choice again."""
        until = [("until", self.until.isoformat())] if self.until else []
        if self.named:
            return [*(("letter", "/".join(one)) for one in sorted(self.named)), *until]
        return [("group", self.fingerprint) if self.fingerprint else ("all", "1"), *until]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done with which letters; of the first of them what would become of each."""

    act: Act
    choice: Choice
    lines: Sequence[LetterLine]
    rehearsed: Sequence[Replay] = ()

    @property
    def lanes(self) -> Mapping[Lane | None, int]:
        """How many letters would be queued in each lane; None for what no lane would take.

        What was looked at and would be refused is not counted.
        """
        refused = {one.letter.id for one in self.rehearsed if one.fate is Fate.REFUSED}
        return Counter(LANE_OF.get(one.job) for one in self.lines if one.job_id not in refused)

    @property
    def fates(self) -> Mapping[str, int]:
        """What would become of those that were looked at."""
        return Counter(str(one.fate) for one in self.rehearsed)

    def rehearsed_of(self, line: LetterLine) -> Replay | None:
        """Return what would become of a letter; None if that was not looked at."""
        return next((one for one in self.rehearsed if one.letter.id == line.job_id), None)

    @property
    def seconds(self) -> float:
        """How long a replay of all of them takes, at the rate that it has."""
        return len(self.lines) / PER_SECOND


async def plan(env: Env, act: Act, choice: Choice) -> Plan:
    """Return what would be done. It changes nothing, and asks no queue.

    Raises NotFoundError if there is no such letter, and UnavailableError.
    """
    lines = choice.among((await env.store.letter_lines.list()).lines)
    if act is Act.DROP:
        return Plan(act, choice, lines)
    kept = env.store.dead_letters
    found = [await kept.find(line.job, line.key) for line in lines[:REHEARSED_MAX]]
    return Plan(
        act, choice, lines, [one async for one in rehearse([one for one in found if one])]
    )


def _filed(text: str) -> Filed:
    job, _slash, key = text.partition("/")
    return job, key


def _moment(text: str) -> datetime | None:
    """Return when a choice was looked at. Raises RejectedError for what is no moment."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise RejectedError("This is no moment in time.", field="until")
    return moment
