"""Runs a workload, enumerates what crashes can leave of it, and reopens the store on each."""

import asyncio
import itertools
import logging
import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tests.crash.checker import faults_of
from tests.crash.disk import Step
from tests.crash.forked import Forked
from tests.crash.patching import know_inodes, use_boot_id
from tests.crash.places import fast_directory
from tests.crash.recording import Recording, begun_on, boot_id_after, record, written_out
from tests.crash.states import State, crash_states
from tests.crash.workloads import Workload, recovery

T = TypeVar("T")

CHECKERS = os.cpu_count() or 1
SHOWN_STEPS = 6


@dataclass(frozen=True)
class Thoroughness:
    """How many states of one recording are checked, and of how many crashes what comes after
    them is recorded. What is left out is left out by chance that is always the same. A checker
    stops once it has found `failures_max`.
    """

    states: int
    crashes: int
    failures_max: int = 100_000


EVERYTHING = Thoroughness(states=100_000, crashes=100_000)
# Beyond this, what is left after two crashes is hardly ever new.
AFTER_A_CRASH = Thoroughness(states=80, crashes=50)
QUICK = Thoroughness(states=30, crashes=3)


@dataclass(frozen=True)
class Failure:
    """A state on which a promise is broken."""

    number: int
    faults: list[str]
    description: str


@dataclass
class Proof:
    """What came of a workload: `digests` has one for each tree that was checked."""

    call_count: int = 0
    digests: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """A state, and the recording of how it came about."""

    number: int
    state: State
    recording: Recording

    def description(self) -> str:
        """Say after which steps the crash came."""
        kind = "power cut" if self.state.is_power_cut else "kill"
        stop = self.state.stops[-1]
        last = self.recording.steps[max(0, stop - SHOWN_STEPS) : stop]
        steps = "".join(f"\n    {step!s:.160}" for step in last)
        return f"{kind} after {stop} of {len(self.recording.steps)} steps, the last:{steps}"


def proved(
    workload: Workload,
    *,
    thoroughness: Thoroughness | None = None,
    weakened: Callable[[list[Step]], list[Step]] = lambda steps: steps,
    only: int | None = None,
    keep: Path | None = None,
) -> Proof:
    """Run a workload and check the states that a crash can leave of it.

    `weakened` takes something away from the disk, as if a line were missing in the store.
    `only` picks one state by its number; those that fail, or that one, are written into `keep`.
    """
    thoroughness = thoroughness or (AFTER_A_CRASH if workload.has_aftermath else EVERYTHING)
    proof = Proof()
    with fast_directory() as name:
        cases: list[Case] = []
        for recording in recordings(workload, Path(name), thoroughness.crashes):
            proof.call_count += recording.call_count
            recording.steps = weakened(recording.steps)
            states = crash_states(recording.steps, first=recording.began_at)
            for state in sample(states, thoroughness.states):
                cases.append(Case(len(cases), state, recording))
        cases = cases if only is None else [cases[only]]

        def checker(part: Sequence[Case]) -> Forked:
            return Forked(
                lambda _answer: checked(part, Path(name), keep, thoroughness.failures_max)
            )

        checkers = [checker(cases[start::CHECKERS]) for start in range(CHECKERS)]
        failures = itertools.chain.from_iterable(one.result() for one in checkers)
        proof.failures = sorted(failures, key=lambda failure: failure.number)
    if keep and only is not None:
        written_out(cases[0].state.tree, emptied(keep / f"state-{only}"))
    proof.digests = {case.state.digest() for case in cases}
    return proof


def recordings(workload: Workload, directory: Path, crashes_max: int) -> Iterator[Recording]:
    """Record a workload: once, or killed at each step and taken over, or recovered from."""
    whole = record(workload.script, directory / "whole")
    root = directory / "after-a-crash"
    if workload.successor:
        moments = range(whole.began_at, len(whole.steps) + 1)
        for die_after in sample(moments, crashes_max):
            killed = record(workload.script, root, die_after=die_after)
            yield record(workload.successor, root, before=killed)
            shutil.rmtree(root)
    elif workload.is_recovered:
        states = crash_states(whole.steps, first=whole.began_at)
        for state in sample(states, crashes_max):
            yield record(recovery, root, before=begun_on(state, whole, root))
            shutil.rmtree(root)
    else:
        yield whole


def checked(
    cases: Sequence[Case], directory: Path, keep: Path | None, failures_max: int
) -> list[Failure]:
    """Reopen the store on each state; return those that break a promise. For a process alone."""
    logging.disable()
    inodes: dict[int, int] = {}
    know_inodes(inodes)
    failures = []
    with asyncio.Runner() as runner:
        for case in cases:
            if len(failures) >= failures_max:
                break
            root = directory / f"state-{case.number}"
            inodes.clear()
            inodes.update(written_out(case.state.tree, root))
            use_boot_id(boot_id_after(case.state, case.recording))
            faults = runner.run(faults_of(case.state, case.recording.ledger, root))
            shutil.rmtree(root)
            if faults:
                failures.append(Failure(case.number, faults, case.description()))
                if keep:
                    written_out(case.state.tree, emptied(keep / root.name))
    return failures


def sample(items: Sequence[T], count: int) -> Sequence[T]:
    """Return so many of these, in their order; always the same ones."""
    if len(items) <= count:
        return items
    chance = random.Random(count)  # noqa: S311 - the same in every run
    return [items[index] for index in sorted(chance.sample(range(len(items)), count))]


def emptied(path: Path) -> Path:
    """Return a path where nothing lies, and its parent does."""
    shutil.rmtree(path, ignore_errors=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
