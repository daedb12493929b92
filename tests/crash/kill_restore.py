"""kill -9 of a restore of everything, again and again: the old state or the new, never a mix.

    python -m tests.crash.kill_restore [--rounds 200] [--seed 0] [--directory DIRECTORY]

In each round a real process restores a data directory from a backup, as the supervisor does, and
is killed: at a random moment, or before a random call that changes the disk, in each phase of the
journal as often. Until the exchange begins everything must be as it was, byte for byte. Then new processes go on with it, some are killed as
well, and the last one ends it: everything must be as in the backup, apart from the one event that
tells of the restore, and the restore point must hold what was there before; or as it was, where
three kills before the exchange have made it give up. Ends with 1 if not.
"""

import argparse
import asyncio
import itertools
import logging
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, get_args

from domain.errors import UnavailableError
from storage import exchange as exchanging
from storage.archive_reading import verify
from storage.backup import Backups
from storage.layout import Layout
from storage.restorations import restorations
from storage.restore_journal import Phase, read_journal
from storage.store import Store
from storage.whole_restore import WholeRestore
from tests.crash.eyes import events_in
from tests.crash.forked import Forked
from tests.crash.places import fast_directory
from tests.storage.restores import add, backed_up, clock, restored, state_of, without_day
from tests.storage.trouble import CHANGING

TICKETS = 12
LATER_TICKETS = 5
PHASES: tuple[Phase, ...] = get_args(Phase)
AT_A_CALL_SHARE = 0.7
KILLS_MAX = 3  # in a round; as many before the exchange, and the restore is given up
PATIENCE_SECONDS = 30.0
EVEN = ("0", "2", "4", "6", "8")


class Call(NamedTuple):
    """A call that changes the disk, and the phase in which it is made."""

    number: int
    phase: str


class Case(NamedTuple):
    """A data directory in which a restore is asked for, and the states before and after it."""

    root: Path
    old: Mapping[str, str]
    new: Mapping[str, str]
    calls: Sequence[Call]  # of a restore that nobody kills, and how long it takes
    seconds: float


@dataclass
class Tally:
    """How often was killed, when, and what was found that must not be."""

    rounds: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    given_up: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        phases = ", ".join(f"{phase} {self.kills[phase]}" for phase in (*PHASES, "ended"))
        return (
            f"{self.kills.total()} kills in {self.rounds} rounds ({phases}; given up "
            f"{self.given_up}): "
            f"{len(self.faults)} states were neither the old nor the new"
        )


def prepared(directory: Path) -> Case:
    """Make a directory with a backup in it and something since, and ask for a restore."""
    root = directory / "case"
    asyncio.run(add(root, *(f"{number:02}" for number in range(TICKETS))))
    new, filename = state_of(root), backed_up(root)
    asyncio.run(add(root, *(f"later-{number}" for number in range(LATER_TICKETS))))
    (root / "tickets" / "ticket_ticket-00.json").unlink()
    old = state_of(root)
    restored(root, filename)
    tried = directory / "tried"
    shutil.copytree(root, tried)
    began = time.monotonic()
    Forked(lambda _answer: restore_pending(tried)).result()
    seconds = time.monotonic() - began
    shutil.rmtree(tried)
    shutil.copytree(root, tried)
    return Case(root, old, new, Forked(lambda _answer: _counted(tried)).result(), seconds)


def _counted(root: Path) -> list[Call]:
    """Restore, and return the calls that this has taken."""
    calls: list[Call] = []
    on_each_call(lambda number: calls.append(Call(number, _phase(root))))
    restore_pending(root)
    return calls


def on_each_call(tell: Callable[[int], object]) -> None:
    """Tell of each call of this process that changes the disk, before it is made."""
    numbers = itertools.count()
    exchange_names = exchanging._libc.renameat2  # the one that is not in os

    def telling(call: Callable[..., Any]) -> Callable[..., Any]:
        def told(*args: Any, **options: Any) -> Any:
            tell(next(numbers))
            return call(*args, **options)

        return told

    for name in CHANGING:
        setattr(os, name, telling(getattr(os, name)))
    exchanging._libc = SimpleNamespace(renameat2=telling(exchange_names))  # type: ignore[assignment]  # it stands in for a library


def rounds(directory: Path, *, count: int, seed: int = 0) -> Tally:
    """Kill restores so many times and return what was found."""
    chance, tally, case = random.Random(seed), Tally(), prepared(directory)  # noqa: S311 - can be run again
    for number in range(count):
        root = directory / f"data-{number}"
        shutil.copytree(case.root, root)
        for _kill in range(chance.randint(1, KILLS_MAX)):
            phase = _killed(root, case, chance)
            tally.kills[phase] += 1
            tally.faults += [f"{root}: {fault}" for fault in faults_after_kill(root, case)]
        Forked(lambda _answer, root=root: restore_pending(root)).result()
        faults = list(faults_at_the_end(root, case))
        tally.faults += [f"{root}: {fault}" for fault in faults]
        tally.rounds += 1
        tally.given_up += restorations(Layout(root))[-1].problem is not None
        if not faults:
            shutil.rmtree(root)
    return tally


def _killed(root: Path, case: Case, chance: random.Random) -> str:
    """Let a process restore, kill it at some moment, and return how far it had come."""
    if chance.random() < AT_A_CALL_SHARE:
        phase = chance.choice(PHASES)
        last = chance.choice([call.number for call in case.calls if call.phase == phase])
        child = Forked(lambda _answer: _doomed(root, last))
        with suppress(RuntimeError):  # it dies without a word
            child.result()
    else:
        child = Forked(lambda _answer: (restore_pending(root), time.sleep(PATIENCE_SECONDS)))
        time.sleep(chance.uniform(0, case.seconds * 1.1))
        child.kill()
    return _phase(root)


def _doomed(root: Path, last: int) -> None:
    """Restore, and be killed before this call, or at the end if it takes less of them."""
    me = os.getpid()
    on_each_call(lambda number: os.kill(me, signal.SIGKILL) if number == last else None)
    restore_pending(root)
    os.kill(me, signal.SIGKILL)


def _phase(root: Path) -> str:
    journal = read_journal(Layout(root))
    return journal.phase if journal else "ended"


def restore_pending(root: Path) -> None:
    """Do what the supervisor does before its children start; in each second round, also while
    they work.
    """
    with Store(root).owned() as is_free:
        if not is_free:
            raise RuntimeError("somebody is alive who was killed")
        restoring = WholeRestore(Layout(root), clock)
        if root.name.endswith(EVEN):
            restoring.prepare_now()
        restoring.run_now()
        restoring.tidy_now()


def faults_after_kill(root: Path, case: Case) -> Iterator[str]:
    """Yield what is not as it must be while the restore may still be undone, or has ended."""
    journal = read_journal(Layout(root))
    if journal is None:
        yield from _differences(without_day(state_of(root)), case.new)
    elif not journal.is_only_forward:
        yield from _differences(state_of(root), case.old)
    elif journal.phase == "exchanging":
        with suppress(UnavailableError):
            asyncio.run(Store(root).open())
            yield "it could be opened while everything was being replaced"


def faults_at_the_end(root: Path, case: Case) -> Iterator[str]:
    """Yield what is not as in the backup, or, where it was given up, not as it was before."""
    layout = Layout(root)
    (outcome,) = restorations(layout)
    told = sum(event.action == "data_restored" for event in events_in(root))
    for leftover in (*root.glob(".restore-*"), *root.glob("restore.json")):
        yield f"{leftover.name} is left"
    if outcome.problem:
        yield from _differences(state_of(root), case.old)
        return
    yield from _differences(without_day(state_of(root)), case.new)
    if told != 1:
        yield f"{told} events tell of it"
    point = verify(Backups(layout).path_of(outcome.restore_point or ""))
    held = {one.name: one.sha256 for one in point.members if one.name in case.old}
    yield from _differences(held, case.old)


def _differences(found: Mapping[str, str], expected: Mapping[str, str]) -> Iterator[str]:
    differing = {
        name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)
    }
    if differing:
        yield f"{len(differing)} files are others, {min(differing)} the first"


def main() -> int:
    """Run the rounds, print what came of them; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.crash.kill_restore", description=__doc__
    )
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--directory", type=Path, help="default: in memory, which a kill spares"
    )
    chosen = parser.parse_args()
    logging.disable()  # each restore says that it is one
    started = time.monotonic()
    with fast_directory(chosen.directory) as name:
        tally = rounds(Path(name), count=chosen.rounds, seed=chosen.seed)
    sys.stdout.write("".join(f"{fault}\n" for fault in tally.faults[:20]))
    sys.stdout.write(f"{tally}; {time.monotonic() - started:.0f} s\n")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
