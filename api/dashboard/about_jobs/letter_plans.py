"""What a replay, or a drop, of dead letters would do: told before anybody does it.

The letters are chosen one by one, by their cause, or all there are; what was given up after the
choice was looked at is none of them.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

from domain.errors import NotFoundError, RejectedError
from jobs import LANE_OF
from jobs.job import Env
from jobs.lanes import Lane
from jobs.replaying import PER_SECOND, Fate, rehearse
from jobs.replays import Filed
from storage.letter_lines import LetterLine
from storage.pauses import Pause

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
class Rehearsed:
    """What would become of the letter of a job, and why it would be refused."""

    fate: Fate
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done with which letters; of the first of them what would become of each.

    `rehearsed` is by the ids of their jobs. `pauses` are those of a lane or a kind of job among them.
    """

    act: Act
    choice: Choice
    lines: Sequence[LetterLine]
    rehearsed: Mapping[str, Rehearsed] = field(default_factory=dict)
    pauses: Sequence[Pause] = ()

    @property
    def lanes(self) -> Mapping[Lane | None, int]:
        """How many letters would be queued in each lane; None for what no lane would take.

        What was looked at and would be refused is not counted.
        """
        return Counter(
            LANE_OF.get(line.job) for line in self.lines if not self._is_refused(line)
        )

    @property
    def fates(self) -> Mapping[str, int]:
        """What would become of those that were looked at."""
        return Counter(str(one.fate) for one in self.rehearsed.values())

    def rehearsed_of(self, line: LetterLine) -> Rehearsed | None:
        """Return what would become of a letter; None if that was not looked at."""
        return self.rehearsed.get(line.job_id)

    def _is_refused(self, line: LetterLine) -> bool:
        one = self.rehearsed_of(line)
        return one is not None and one.fate is Fate.REFUSED

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
    rehearsed = {}
    for line in lines[:REHEARSED_MAX]:
        if found := await _rehearsed(env, line):
            rehearsed[line.job_id] = found
    kinds = {line.job for line in lines}
    return Plan(act, choice, lines, rehearsed, await pauses_of(env, kinds))


async def pauses_of(env: Env, kinds: Collection[str]) -> Sequence[Pause]:
    """Return the pauses for which jobs of these kinds would wait. Raises UnavailableError."""
    held = {*kinds, *(LANE_OF[kind] for kind in kinds if kind in LANE_OF)}
    return [one for one in await env.store.pauses.list() if one.name in held]


async def _rehearsed(env: Env, line: LetterLine) -> Rehearsed | None:
    """Return what would become of a letter; None if it is gone.

    The letter itself is let go of: one may hold a whole document, and many are looked at.
    """
    letter = await env.store.dead_letters.find(line.job, line.key)
    async for one in rehearse([letter] if letter else []):
        return Rehearsed(one.fate, one.problem)
    return None


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
