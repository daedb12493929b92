"""kill -9 of whoever makes backups, while others write; each that is listed restores byte for byte.

    python -m tests.crash.kill_backup [--rounds 200] [--seed 0] [--directory DIRECTORY]

In each round one process commits and one makes backups, which is killed at a random moment, or
just before or after a random system call. Then each backup that is listed must unpack to what its
manifest says, hold every write that was answered before it was begun, and open as a store in which
a check finds nothing; those of earlier rounds must be the files that they were. The next backup
must work and leave nothing half made lying about. Ends with 1 if anything is otherwise.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from domain.errors import ConflictError, Texas811Error
from storage.archive_reading import unpack
from storage.backup import Backups
from storage.backup_ledger import digest_of
from storage.checking import StoreCheck
from storage.layout import Layout
from storage.store import Store
from tests.builders import make_change, make_order, make_ticket
from tests.crash.eyes import events_in
from tests.crash.forked import Forked
from tests.crash.kill import mark_of, next_change
from tests.crash.places import fast_directory

ROUNDS_PER_DIRECTORY = 20
TICKETS = 8
PAUSE_SECONDS = 0.004
ALIVE_SECONDS = (0.0, 0.15)
# What a maker is killed at, and how many such calls he makes before, at most.
CALLS = {
    "open": 30, "write": 8, "pwrite": 6, "fsync": 8, "link": 12, "rename": 3, "replace": 3,
    "unlink": 30, "mkdir": 3, "rmdir": 3,
}  # fmt: skip
LIVES_SECONDS_MAX = 2.0  # where the call never comes


class Answer(NamedTuple):
    """A version that somebody was told he has made, and what he wrote into it."""

    ticket_id: str
    version: int
    mark: str


@dataclass
class Tally:
    """What was done, and what is wrong."""

    rounds: int = 0
    answers: int = 0
    listed: int = 0
    adopted: int = 0
    leftovers: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.rounds:,} kills, {self.answers:,} answers: {self.listed:,} backups listed and "
            f"restored, {self.adopted:,} of them adopted, {self.leftovers:,} leftovers swept, "
            f"{len(self.faults)} faults"
        )


def rounds(directory: Path, *, count: int, seed: int = 0) -> Tally:
    """Kill the maker so many times and return what was found."""
    make_change(make_ticket())  # whoever is forked finds everything imported
    chance = random.Random(seed)  # noqa: S311 - rounds that can be run again
    tally = Tally()
    for start in range(0, count, ROUNDS_PER_DIRECTORY):
        place = _Place(directory / f"round-{start}", tally)
        for number in range(start, min(start + ROUNDS_PER_DIRECTORY, count)):
            place.round(number, chance)
        tally.answers += len(place.answers())
        if not tally.faults:
            shutil.rmtree(place.folder)
    return tally


class _Place:
    """A data directory, and beside it what was answered and which backups were begun when."""

    def __init__(self, folder: Path, tally: Tally) -> None:
        folder.mkdir()
        self.folder, self._tally = folder, tally
        self._root = folder / "data"
        self._answers, self._begun = folder / "answers", folder / "begun"
        self._answers.touch()
        self._begun.touch()
        self._layout = Layout(self._root)
        self._known: dict[str, str] = {}

    def answers(self, end: int | None = None) -> list[Answer]:
        """Return what was answered, as far as the file of answers reached."""
        lines = self._answers.read_bytes()[:end].decode().splitlines()
        return [Answer(one, int(two), three) for one, two, three in map(str.split, lines)]

    def round(self, number: int, chance: random.Random) -> None:
        writer = Forked(lambda _answer: asyncio.run(_write(self._root, number, self._answers)))
        before = self._answers.stat().st_size
        while self._answers.stat().st_size == before:
            time.sleep(0.001)
        lives = self._killed_maker(chance)
        writer.kill()
        self._tally.rounds += 1
        whole = {path.name for path in self._layout.daily_backups.glob("backup_*")}
        self._judge(f"round {number}, {lives}", whole)

    def _killed_maker(self, chance: random.Random) -> str:
        """Let somebody make backups until he is killed; return how that was."""
        if chance.random() < 1 / 2:
            seconds = chance.uniform(*ALIVE_SECONDS)
            maker = Forked(lambda _answer: self._make())
            time.sleep(seconds)
            maker.kill()
            return f"killed after {seconds:.3f} s"
        call = chance.choice(list(CALLS))
        left, is_after = chance.randrange(CALLS[call]), chance.random() < 1 / 2

        def make(_answer: object) -> None:
            signal.alarm(int(LIVES_SECONDS_MAX))
            _die_at(call, left, is_after=is_after)
            self._make()

        with suppress(RuntimeError):  # it dies without a word
            Forked(make).result()
        return f"killed {'after' if is_after else 'before'} {call} {left}"

    def _make(self) -> None:
        backups = Backups(self._layout)
        with self._begun.open("ab", buffering=0) as begun:
            while True:
                begun.write(f"{self._answers.stat().st_size}\n".encode())
                note = backups.make_now("asked")
                begun.write(f"{note.filename}\n".encode())

    def _judge(self, what: str, whole: set[str]) -> None:
        """Look at what the killed one has left, then make a backup, and look again."""
        backups = Backups(self._layout)
        try:
            listed = {note.filename for note in backups.notes_now()}
            self._expect(what, listed <= whole, f"listed without an archive: {listed - whole}")
            begun = {filename: self._begun_at(filename) for filename in whole}
            self._look_at(what, listed, begun)
            self._tally.leftovers += len(list(self._layout.backups.rglob(".*")))
            end = self._answers.stat().st_size
            note = backups.make_now("asked")
            self._tally.adopted += len(whole - listed)
            after = {one.filename for one in backups.notes_now()}
            self._expect(
                what, after == whole | {note.filename}, f"not adopted: {whole - after}"
            )
            self._expect(
                what, not list(self._layout.backups.rglob(".*")), "leftovers are not swept"
            )
            self._look_at(what, after, begun | {note.filename: end})
        except Texas811Error as error:
            self._tally.faults.append(f"{what}: {error.problem}")

    def _look_at(self, what: str, listed: set[str], begun: Mapping[str, int]) -> None:
        """Hold each backup against what it was, or a new one against all that was answered."""
        for filename in sorted(listed):
            path = self._layout.daily_backups / filename
            if filename in self._known:
                is_same = digest_of(path) == self._known[filename]
                self._expect(what, is_same, f"{filename} is another file")
                continue
            self._known[filename] = digest_of(path)
            self._tally.listed += 1
            into = self.folder / "restored"
            for fault in self._faults_in(path, into, self.answers(begun[filename])):
                self._tally.faults.append(f"{what}: {filename}: {fault}")
            shutil.rmtree(into)

    def _begun_at(self, filename: str) -> int:
        """Return how far the answers reached when this backup was begun.

        One whose maker was killed before he told its name is the last that he had begun.
        """
        end = 0
        for line in self._begun.read_text().splitlines():
            if line == filename:
                break
            end = int(line) if line.isdigit() else end
        return end

    def _faults_in(self, path: Path, into: Path, answered: list[Answer]) -> Iterator[str]:
        """Yield what is wrong with a backup that is restored beside the data."""
        manifest = unpack(path, into)
        for member in manifest.members:
            if digest_of(into / member.name) != member.sha256:
                yield f"{member.name} is not what the manifest says"
        versions, marks, told = Forked(lambda _answer: asyncio.run(_opened(into))).result()
        yield from told
        for ticket_id, version, mark in answered:
            if versions.get(ticket_id, 0) < version or mark not in marks:
                yield f"{ticket_id} version {version} was answered and is not there"

    def _expect(self, what: str, is_so: bool, fault: str) -> None:  # noqa: FBT001 - as assert
        if not is_so:
            self._tally.faults.append(f"{what}: {fault}")


async def _write(root: Path, number: int, answers: Path) -> None:
    """Accept and commit for ever; each answer is one line."""
    store = Store(root)
    await store.open()
    sending = os.open(answers, os.O_WRONLY | os.O_APPEND)
    marks = (f"{number}-{one}" for one in count())

    async def edit(ticket_id: str) -> None:
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            mark = next(marks)
            with suppress(ConflictError):
                written = await store.commit(await next_change(store, ticket_id, mark))
                os.write(sending, f"{ticket_id} {written.version} {mark}\n".encode())

    await store.work_orders.accept(make_order(f"order-{number}", document=b"x"), b"x")
    await asyncio.gather(*(edit(f"ticket-{one}") for one in range(TICKETS)))


async def _opened(root: Path) -> tuple[dict[str, int], set[str], list[str]]:
    """Start on a restored directory; return versions, what was written, and what is wrong."""
    store = Store(root)
    await store.open()
    settled = await store.recover()
    report = await StoreCheck(store, reads_documents=True).run()
    told = [f"{one.file}: {one.problem}" for one in (*report.damaged, *report.findings)]
    if settled > report.tickets:
        told.append(f"{settled} events were settled for {report.tickets} tickets")
    versions = {id_: (await store.tickets.get(id_)).version for id_ in store.tickets.ids()}
    return versions, {mark_of(event) for event in events_in(root)}, told


def _die_at(call: str, left: int, *, is_after: bool) -> None:
    """Have this process killed at one of its calls to the system, after so many others."""
    real: Callable[..., Any] = getattr(os, call)

    def counted(*args: Any, **options: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0 and not is_after:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(*args, **options)
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(os, call, counted)


def main() -> int:
    """Run the rounds, print what came of them; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.crash.kill_backup", description=__doc__
    )
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--directory", type=Path, help="default: in memory, which a kill spares"
    )
    chosen = parser.parse_args()
    started = time.monotonic()
    with fast_directory(chosen.directory) as name:
        tally = rounds(Path(name), count=chosen.rounds, seed=chosen.seed)
    sys.stdout.write("".join(f"{fault}\n" for fault in tally.faults[:20]))
    sys.stdout.write(f"{tally}; {time.monotonic() - started:.0f} s\n")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
