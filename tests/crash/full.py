"""A disk that is really full: a small tmpfs, filled to the last block or the last inode.

    python -m tests.crash.full

The disk is filled, then again with a little less, and so on; each time every operation of the
store either succeeds or fails with `UnavailableError`. What was to be replaced stands, reads go
on, no temporary file is left, and once there is space again everything works. Needs root or a
user namespace for the mount. Ends with 1 if a promise is broken, with 2 if nothing was mounted.
"""

import asyncio
import errno
import logging
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from domain.audit import event_id
from domain.errors import UnavailableError
from domain.ticket import Ticket
from storage.index import TicketQuery
from storage.store import Store
from tests.builders import LATER, make_change, make_order, make_ticket
from tests.crash.eyes import events_in, untidy_in
from tests.crash.workloads import conversation, letter, refusal
from tests.saving import save_session

BLOCK_BYTES = 4096
MOUNT = ("mount", "-t", "tmpfs", "-o", "size=2m,nr_inodes=500", "tmpfs")
NAMESPACES = (("unshare", "-m"), ("unshare", "-Urm"))
SPARE_BLOCKS_MAX = 9  # left over when the disk is filled: from none to this
SPARE_INODES_MAX = 3
CHANGED_TICKETS = 3  # the newest
NOT_TO_BE_HAD = 2

Operation = Callable[[], Awaitable[object]]


@dataclass
class Trial:
    """A store on a small disk, what was answered, and what came of it."""

    disk: Path
    tickets: dict[str, Ticket] = field(default_factory=dict)
    number: int = 0
    taken: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = self.disk / "data"
        self.store = Store(self.root)

    def __str__(self) -> str:
        return (
            f"a full disk took {self.taken} operations and refused {self.refused}; "
            f"{len(self.faults)} promises broken"
        )

    async def run(self) -> None:
        """Fill the disk and free it, again and again, each time filling a little less."""
        await self.store.open()
        await self.store.recover()
        await self.with_space()
        for spare in range(SPARE_BLOCKS_MAX + 1):
            with blocks_taken(self.disk, spare=spare):
                await self.without_space(is_full=not spare)
            await self.with_space()
        for spare in range(SPARE_INODES_MAX + 1):
            with inodes_taken(self.disk, spare=spare):
                await self.without_space(is_full=not spare)
            await self.with_space()

    async def with_space(self) -> None:
        """Everything works."""
        for name, operation in self.operations():
            if await self.is_refused(name, operation):
                self.faults.append(f"{name} refused though there is space")
        self.faults += [fault async for fault in self.faults_now()]
        self.faults += self.faults_in_the_log()

    async def without_space(self, *, is_full: bool) -> None:
        """What is refused changes nothing, and the rest goes on; a full disk takes no ticket."""
        for name, operation in self.operations():
            if await self.is_refused(name, operation):
                self.refused += 1
            else:
                self.taken += 1
                if is_full and "ticket" in name:
                    self.faults.append(f"{name} taken by a disk without space")
            self.faults += untidy_in(self.root)
        self.faults += [fault async for fault in self.faults_now()]
        await Store(self.root).open()

    async def is_refused(self, name: str, operation: Operation) -> bool:
        try:
            await operation()
        except UnavailableError:
            return True
        except OSError as error:
            self.faults.append(f"{name} refused without a word to the caller: {error}")
            return True
        return False

    def operations(self) -> Iterator[tuple[str, Operation]]:
        """Yield one of each kind, different each time."""
        self.number += 1
        number, store = self.number, self.store
        for ticket in list(self.tickets.values())[-CHANGED_TICKETS:]:
            yield f"change of {ticket.id}", partial(self.change, ticket)
        yield "new ticket", lambda: self.create(f"ticket-{number}")
        yield "refusal", lambda: store.note(refusal(f"{number}"))
        yield (
            "conversation",
            lambda: save_session(store.sessions, conversation("one", f"{number}")),
        )
        yield "dead letter", lambda: store.dead_letters.bury(letter("one", attempts=number))
        yield "work order", lambda: store.work_orders.accept(make_order(f"order-{number}"), b"")
        yield "recovery", lambda: Store(self.root).recover()

    async def create(self, ticket_id: str) -> None:
        self.tickets[ticket_id] = await self.store.commit(make_change(make_ticket(ticket_id)))

    async def change(self, ticket: Ticket) -> None:
        change = make_change(ticket, now=LATER, city=f"City {self.number}")
        self.tickets[ticket.id] = await self.store.commit(change)

    async def faults_now(self) -> AsyncIterator[str]:
        """Yield where a read does not give what was answered last."""
        page = await self.store.index.find(TicketQuery())
        if {entry.id: entry.version for entry in page.entries} != {
            ticket.id: ticket.version for ticket in self.tickets.values()
        }:
            yield f"the index lists {page.entries}"
        for ticket in self.tickets.values():
            if await self.store.tickets.get(ticket.id) != ticket:
                yield f"{ticket.id} is not what was answered"
            history = await self.store.history(ticket.id)
            if history.damaged or len(history.events) != ticket.version:
                yield f"{ticket.id} has {len(history.events)} of {ticket.version} events"

    def faults_in_the_log(self) -> Iterator[str]:
        """Yield where there is not one event for each version, once all had to be settled."""
        counts = Counter(event.id for event in events_in(self.root))
        for ticket in self.tickets.values():
            for version in range(1, ticket.version + 1):
                if counts[event_id(ticket.id, version)] != 1:
                    yield f"the log has {counts[event_id(ticket.id, version)]} of {version}"
        yield from (f"{line.file}: {line.problem}" for line in self.store.audit.verify_all())


@contextmanager
def blocks_taken(disk: Path, *, spare: int) -> Iterator[None]:
    """Fill the disk up to so many blocks, while the block runs."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while can_take(lambda: file.write(bytes(BLOCK_BYTES))):
            pass
        file.truncate((ballast.stat().st_size // BLOCK_BYTES - spare) * BLOCK_BYTES)
    yield
    ballast.unlink()


@contextmanager
def inodes_taken(disk: Path, *, spare: int) -> Iterator[None]:
    """Fill the disk up to so many inodes, while the block runs."""
    taken: list[Path] = []
    while can_take((disk / f"ballast-{len(taken)}").touch):
        taken.append(disk / f"ballast-{len(taken)}")
    for _number in range(spare):
        taken.pop().unlink()
    yield
    for path in taken:
        path.unlink()


def can_take(call: Callable[[], object]) -> bool:
    try:
        call()
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
    return True


def on_a_small_disk(disk: Path) -> int:
    """Run the trial on a disk that is mounted; return the exit code."""
    logging.disable()
    trial = Trial(disk)
    asyncio.run(trial.run())
    sys.stdout.write("".join(f"{line}\n" for line in [*trial.faults[:20], trial]))
    return 1 if trial.faults else 0


def main() -> int:
    """Mount a small disk that nobody else sees, and run the trial there."""
    if len(sys.argv) > 1:
        return on_a_small_disk(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory(prefix="texas811-full-") as disk:
        script = '"$@" || exit 2; exec "$PYTHON" -m tests.crash.full "$DISK"'
        environment = {**os.environ, "PYTHON": sys.executable, "DISK": disk}
        for namespace in NAMESPACES:
            command = [*namespace, "sh", "-c", script, "sh", *MOUNT, disk]
            probe = [*namespace, *MOUNT, disk]
            if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
                return subprocess.run(command, env=environment, check=False).returncode
    sys.stdout.write("No disk could be mounted: neither as root nor in a user namespace.\n")
    return NOT_TO_BE_HAD


if __name__ == "__main__":
    sys.exit(main())
