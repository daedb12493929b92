"""kill -9 of everybody who writes, again and again; only what was answered counts.

    python -m tests.crash.kill [--rounds 1000] [--writers 4] [--directory DIRECTORY]

In each round real processes open the store on the same directory and commit as fast as they
can, to tickets of their own and to tickets of all, and report each answer through a pipe. At a
random moment all are killed. Then a new process recovers the store, in most rounds, and every
answer must be there: the version in the log exactly once, with what was written in it. Ends
with 1 if something is lost, doubled or torn.
"""

import argparse
import asyncio
import os
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import NamedTuple

from domain.audit import AuditEvent, Change, event_id
from domain.errors import ConflictError
from storage.store import Store
from tests.builders import LATER, make_change, make_ticket
from tests.crash.eyes import events_in, untidy_in
from tests.crash.forked import Forked
from tests.crash.places import fast_directory

ALIVE_SECONDS = (0.02, 0.15)
TASKS = 6  # of each writer, so that their changes share syncs
SHARED_TICKETS = 3
ROUNDS_PER_DIRECTORY = 20
UNRECOVERED_SHARE = 0.25  # of the rounds: the next writers begin on what the dead have left

# What tells one writing from all others.
MARK = "work_area_description"


class Answer(NamedTuple):
    """A version that somebody was told he has made, and what he wrote into it."""

    ticket_id: str
    version: int
    mark: str


@dataclass
class Tally:
    """What was promised, and what came of it."""

    rounds: int = 0
    answers: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.torn)

    def __str__(self) -> str:
        return (
            f"{self.answers:,} answers in {self.rounds:,} rounds: {len(self.lost)} lost, "
            f"{len(self.doubled)} doubled, {len(self.torn)} torn"
        )


def rounds(directory: Path, *, count: int, writers: int, seed: int = 0) -> Tally:
    """Kill the writers so many times and return what was found."""
    # Whoever is forked finds everything imported and the first ticket made.
    make_change(make_ticket())
    chance = random.Random(seed)  # noqa: S311 - rounds that can be run again
    tally = Tally()
    answers: list[Answer] = []
    for number in range(count):
        root = directory / f"data-{number // ROUNDS_PER_DIRECTORY}"
        is_last = number % ROUNDS_PER_DIRECTORY == ROUNDS_PER_DIRECTORY - 1
        answers += killed_while_writing(root, number, writers, chance.uniform(*ALIVE_SECONDS))
        tally.rounds += 1
        if is_last or number == count - 1 or chance.random() >= UNRECOVERED_SHARE:
            judge(tally, root, answers)
        if is_last:
            tally.answers += len(answers)
            answers.clear()
            if tally.is_clean:
                shutil.rmtree(root)
    tally.answers += len(answers)
    return tally


def killed_while_writing(
    root: Path, number: int, writers: int, seconds: float
) -> Iterator[Answer]:
    """Let the writers write for a moment, kill them, and yield what they were answered."""
    alive = [Writer(root, f"{number}-{writer}") for writer in range(writers)]
    time.sleep(seconds)
    sent = [writer.kill() for writer in alive]
    for line in b"".join(sent).decode().splitlines():
        ticket_id, version, mark = line.split()
        yield Answer(ticket_id, int(version), mark)


class Writer:
    """A process that writes until it is killed, and says what it was answered."""

    def __init__(self, root: Path, name: str) -> None:
        receiving, sending = os.pipe()
        self._receiving = receiving
        self._child = Forked(lambda _answer: asyncio.run(write(root, name, sending)))
        os.close(sending)

    def kill(self) -> bytes:
        """Kill it; return the whole lines that it sent. Raises RuntimeError if it had failed."""
        self._child.kill()
        with os.fdopen(self._receiving, "rb") as pipe:
            lines = pipe.read()
        return lines[: lines.rfind(b"\n") + 1]


async def write(root: Path, name: str, sending: int) -> None:
    """Commit for ever; each answer is sent as one line."""
    store = Store(root)
    await store.open()
    marks = (f"{name}-{number}" for number in count())

    async def insist(ticket_id: str) -> None:
        while True:
            mark = next(marks)
            with suppress(ConflictError):
                written = await store.commit(await next_change(store, ticket_id, mark))
                os.write(sending, f"{ticket_id} {written.version} {mark}\n".encode())

    own = (f"own-{name}-{task}" for task in range(TASKS - SHARED_TICKETS))
    shared = (f"shared-{task}" for task in range(SHARED_TICKETS))
    await asyncio.gather(*map(insist, (*own, *shared)))


async def next_change(store: Store, ticket_id: str, mark: str) -> Change:
    ticket = await store.tickets.find(ticket_id)
    if ticket is None:
        return make_change(make_ticket(ticket_id, **{MARK: mark}))
    return make_change(ticket, now=LATER, **{MARK: mark})


def judge(tally: Tally, root: Path, answers: Iterable[Answer]) -> None:
    """Recover the store in a new process, and hold all answers against what is there."""
    found: Found = Forked(lambda _answer: asyncio.run(recovered(root))).result()
    tally.torn += found.torn
    told = Counter((answer.ticket_id, answer.version) for answer in answers)
    tally.doubled += [f"{about} was answered {n} times" for about, n in told.items() if n > 1]
    for ticket_id, version, mark in answers:
        events = found.marks.get(event_id(ticket_id, version), [])
        if found.versions.get(ticket_id, 0) < version or mark not in events:
            tally.lost.append(f"{ticket_id} version {version}: {events} instead of {mark}")
    for ticket_id, newest in found.versions.items():
        for version in range(1, newest + 1):
            events = found.marks.pop(event_id(ticket_id, version), [])
            if len(events) != 1:
                tally.doubled.append(f"{ticket_id} version {version}: {len(events)} events")
    tally.doubled += [f"an event of no version: {key}" for key in found.marks]


@dataclass
class Found:
    """What lies there after a recovery: versions by ticket, marks by event, what is torn."""

    versions: dict[str, int] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)
    torn: list[str] = field(default_factory=list)


async def recovered(root: Path) -> Found:
    """Start as a worker does, and tell what is there."""
    found = Found()
    store = Store(root)
    await store.open()
    await store.recover()
    for event in events_in(root):
        found.marks.setdefault(event.id, []).append(mark_of(event))
    for ticket_id in store.tickets.ids():
        ticket = await store.tickets.get(ticket_id)
        found.versions[ticket_id] = ticket.version
        if found.marks.get(event_id(ticket_id, ticket.version)) != [
            ticket.work_area_description
        ]:
            found.torn.append(f"{ticket_id}: its file and its event do not say the same")
    found.torn += [f"{line.file}: {line.problem}" for line in store.audit.verify_all()]
    found.torn += untidy_in(root)
    return found


def mark_of(event: AuditEvent) -> str:
    change = event.field_changes[MARK]
    return str(change["after"]) if isinstance(change, dict) else ""


def main() -> int:
    """Run the rounds, print what came of them; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.kill", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1_000)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument(
        "--directory", type=Path, help="default: in memory, which a kill spares"
    )
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    started = time.monotonic()
    with fast_directory(chosen.directory) as name:
        tally = rounds(
            Path(name), count=chosen.rounds, writers=chosen.writers, seed=chosen.seed
        )
    faults = tally.lost + tally.doubled + tally.torn
    sys.stdout.write("".join(f"{fault}\n" for fault in faults[:20]))
    sys.stdout.write(f"{tally}; {time.monotonic() - started:.0f} s\n")
    return 0 if tally.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
