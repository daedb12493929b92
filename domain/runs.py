"""What has been run of each entry of the schedule, and what is to be rung for now.

Pure: `decide` is given what is known and the time, and returns what is known then. Whoever
writes that down first is the one who rings.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from domain.moment import Moment
from domain.timetable import Entry, Missed, Overlap

RUNS_KEPT = 64  # of the latest of an entry; a clock that steps back further may repeat one
RINGS_MAX = 10  # a run that gets lost more often is given up
SAID_CHARACTERS_MAX = 500


class Run(BaseModel):
    """A dated run: for when, since when it is rung for, how often, and how it ended.

    It is rung for again only if the queue has lost it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    due_at: Moment
    rung_at: Moment
    rings: int = 1
    finished_at: Moment | None = None
    succeeded: bool | None = None
    said: str = ""

    def ended(self, *, succeeded: bool, said: str, now: datetime) -> Self:
        """Return the run as it ended."""
        how = {"succeeded": succeeded, "said": said[:SAID_CHARACTERS_MAX]}
        return self.model_copy(update={"finished_at": now, **how})


class EntryState(BaseModel):
    """How far an entry has come: what was due until then is decided.

    `waiting` are the instants whose runs wait until the one before has ended. `missed` counts
    those that have no run of their own, the latest at `missed_at`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    decided_until: Moment
    missed: int = 0
    missed_at: Moment | None = None
    waiting: tuple[Moment, ...] = ()
    runs: tuple[Run, ...] = ()

    @property
    def unfinished(self) -> tuple[Run, ...]:
        """The runs that are queued or under way, as far as anybody knows."""
        return tuple(run for run in self.runs if run.finished_at is None)

    def run_due(self, due_at: datetime) -> Run | None:
        """Return the run that is due at this instant, if there is one."""
        return next((run for run in self.runs if run.due_at == due_at), None)

    def with_run(self, run: Run) -> Self:
        """Return the state with this run in place of the one of the same date."""
        others = [one for one in self.runs if one.due_at != run.due_at]
        runs = sorted([*others, run], key=lambda one: (one.finished_at is None, one.due_at))
        return self.model_copy(update={"runs": tuple(runs[-RUNS_KEPT:])})


@dataclass(frozen=True, slots=True)
class Decision:
    """The instant whose run is to be rung for now, if there is one, and what is known then."""

    progress: EntryState
    ring: datetime | None = None


def decide(entry: Entry, known: EntryState | None, now: datetime) -> Decision:
    """Return what to ring for now. Asked again with what is known then, it does not ring again."""
    if known is None:
        return _first(entry, now)
    decided_until = _not_ahead_of(now, entry, known.decided_until)
    passed = entry.when.passed(decided_until, now, latest_max=entry.missed_max + 1)
    done = [one for one in passed.latest if known.run_due(one)]
    waiting = [one for one in known.waiting if not known.run_due(one)]
    line = [*waiting, *_admitted(entry, known, passed.latest, now)]
    if passed.latest:
        decided_until = passed.latest[-1]
    kept = line[-(entry.missed_max + 1) :]
    ring = kept[0] if kept and not known.unfinished else None
    lost = passed.count - len(done) - (len(kept) - len(waiting))
    after = known.model_copy(
        update={
            "decided_until": decided_until,
            "waiting": tuple(kept[1:] if ring else kept),
            "missed": known.missed + lost,
            "missed_at": max(passed.latest, default=None) if lost else known.missed_at,
        }
    )
    return Decision(_rung(entry, after, ring, now), ring)


def begin(known: EntryState, due_at: datetime, now: datetime) -> tuple[EntryState, Run]:
    """Return the run of this date as it stands when its job begins, and what is known then.

    Whoever rang for it need not have asked first: then it is known from here on.
    """
    run = known.run_due(due_at) or Run(due_at=due_at, rung_at=now)
    return known.with_run(run), run


def ring_again(known: EntryState, due_at: datetime, now: datetime) -> EntryState:
    """Note that the queue has lost a run and it was rung for again; too often, it is given up."""
    run = known.run_due(due_at)
    if run is None or run.finished_at:
        return known
    again = run.model_copy(update={"rung_at": now, "rings": run.rings + 1})
    if again.rings > RINGS_MAX:
        said = f"given up: the queue has lost it {run.rings} times"
        again = again.ended(succeeded=False, said=said, now=now)
    return known.with_run(again)


def _first(entry: Entry, now: datetime) -> Decision:
    """Return the beginning: what was due before an entry was known, nobody has missed."""
    if entry.is_dated or entry.missed is Missed.SKIP:
        return Decision(EntryState(decided_until=now))
    latest = entry.when.latest_until(now)
    return Decision(EntryState(decided_until=latest), latest)


def _not_ahead_of(now: datetime, entry: Entry, decided_until: datetime) -> datetime:
    """Return how far is decided, where the clock may have stepped back.

    Instants that come again are known by their runs. A short period has none: it begins anew,
    a whole period later.
    """
    if decided_until <= now or entry.is_dated:
        return min(decided_until, now)
    return min(decided_until, entry.when.next_after(now))


def _admitted(
    entry: Entry, known: EntryState, passed: tuple[datetime, ...], now: datetime
) -> list[datetime]:
    """Return those of the passed instants that shall have a run, the earliest first."""
    if not passed:
        return []
    is_on_time = now - passed[-1] <= entry.late_max
    late = passed[:-1] if is_on_time else passed
    made_up = late[-entry.missed_max :] if entry.missed is Missed.ALL else ()
    current = passed[-1:] if is_on_time or entry.missed is Missed.ONCE else ()
    is_let_in = not known.unfinished or (
        entry.overlap is Overlap.QUEUE_ONE and not known.waiting
    )
    chosen = [*made_up, *(current if is_let_in else ())]
    return [one for one in chosen if not known.run_due(one)]


def _rung(
    entry: Entry, progress: EntryState, ring: datetime | None, now: datetime
) -> EntryState:
    if ring is None or not entry.is_dated:
        return progress
    return progress.with_run(Run(due_at=ring, rung_at=now))
