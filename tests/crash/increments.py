"""Two processes count on the same tickets, as fast as they can: the sum must be exact.

    python -m tests.crash.increments [--count 10000] [--processes 2] [--directory DIRECTORY]

Whoever was slower is told so by a `ConflictError`, reads again and repeats his change, as any
client would. Ends with 1 if an increment is lost or counted twice.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from pathlib import Path

from domain.audit import event_id
from storage.store import Store
from tests.builders import make_change, make_ticket
from tests.crash.eyes import events_in, untidy_in
from tests.crash.forked import Forked
from tests.crash.places import fast_directory
from tests.storage.processes import dig_deeper

TICKETS = tuple(f"ticket-{number}" for number in range(5))


def counted(root: Path, *, count: int, processes: int) -> list[str]:
    """Let each process add so many inches to the tickets; return what is wrong then."""
    Forked(lambda _answer: asyncio.run(begin(root))).result()
    workers = [Forked(lambda _answer: asyncio.run(dig(root, count))) for _ in range(processes)]
    for worker in workers:
        worker.result()
    total = count * processes
    faults: list[str] = Forked(lambda _answer: asyncio.run(faults_in(root, total))).result()
    return faults


async def begin(root: Path) -> None:
    store = Store(root)
    await store.open()
    for ticket_id in TICKETS:
        await store.commit(make_change(make_ticket(ticket_id, depth_inches=0)))


async def dig(root: Path, count: int) -> None:
    """Add so many inches, to every ticket the same number, several at a time."""
    store = Store(root)
    await store.open()

    async def dig_one(ticket_id: str) -> None:
        for _inch in range(count // len(TICKETS)):
            await dig_deeper(store, ticket_id)

    await asyncio.gather(*map(dig_one, TICKETS))


async def faults_in(root: Path, total: int) -> list[str]:
    """Return where the tickets and the log do not tell of exactly so many inches."""
    store = Store(root)
    await store.open()
    tickets = [await store.tickets.get(ticket_id) for ticket_id in TICKETS]
    dug = sum(ticket.depth_inches or 0 for ticket in tickets)
    faults = [] if dug == total else [f"{dug} inches instead of {total}"]
    counts = Counter(event.id for event in events_in(root))
    for ticket in tickets:
        versions = range(1, (ticket.depth_inches or 0) + 2)
        wrong = [version for version in versions if counts[event_id(ticket.id, version)] != 1]
        if wrong or ticket.version != versions[-1]:
            faults.append(f"{ticket.id}: version {ticket.version}, not one event of {wrong}")
    faults += [
        f"{line.file}, {line.number}: {line.problem}" for line in store.audit.verify_all()
    ]
    return [*faults, *untidy_in(root)]


def main() -> int:
    """Count, print what came of it, return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.crash.increments", description=__doc__
    )
    parser.add_argument("--count", type=int, default=10_000, help="by each process")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--directory", type=Path, help="default: in memory")
    chosen = parser.parse_args()
    started = time.monotonic()
    with fast_directory(chosen.directory) as name:
        faults = counted(Path(name) / "data", count=chosen.count, processes=chosen.processes)
    seconds = time.monotonic() - started
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    sys.stdout.write(
        f"{chosen.processes} processes, {chosen.count:,} increments each on {len(TICKETS)} "
        f"tickets in {seconds:.0f} s: {'wrong' if faults else 'the sum is exact'}\n"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
