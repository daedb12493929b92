"""A backup of a store in use, beside the specification's own way and beside tar and zstd.

    python bench/backup.py [--quick] [--rounds 3] [--directory DIR]

10,000 tickets, each with its order, its document and its line of the log: 80 MB. What others make
is of no one moment, has no digests, is not synced and was never read back; ours is all of that.
Then ours again and again, under 20 writes a second, and how long those wait. At the end everything is
restored, stage by stage. The ratios count: disks differ, and wander. DIR must lie on a disk. --quick has 1,000 tickets, and shows no bounds.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

from _material import NOW, Fleet, filed, ticket
from _restoring import print_stages, restoring, whole_seconds

from domain.work_order import Submission
from jobs.backup_apart import make_apart
from storage.archive_reading import unpack, verify
from storage.audit import AuditLog
from storage.chain import entry
from storage.layout import Layout
from storage.store import Store

TICKETS, QUICK = 10_000, 1_000
CHUNK = 1_000
MEBIBYTE = 1024 * 1024
WRITES_A_SECOND = 20
LOAD_SECONDS, QUICK_LOAD_SECONDS = 60.0, 8.0
SECONDS_MAX = 5.0
MEMORY_MB_MAX = 100.0
SLOWER_MAX = 2.0
ALL = ("tickets", "sessions", "audit", "config", "work_orders", "dead_letters", "quarantine")
LINE = "Call before you dig. The site is in the rear easement, ten feet from the pole.\n"


class Cost(NamedTuple):
    """Seconds; the most memory of its process, and how much that grew; what was written (MiB)."""

    seconds: float
    peak_mb: float
    own_mb: float
    written_mb: float = 0.0


class Waits(NamedTuple):
    """How long writers waited (ms), and how many writes there were."""

    p50_ms: float
    p99_ms: float
    most_ms: float
    count: int


def fill(root: Path, count: int) -> int:
    """Write these tickets, their orders and their lines, without the syncs; return the bytes."""
    asyncio.run(_opened(root))
    layout = Layout(root)
    audit = AuditLog(layout)
    for start in range(0, count, CHUNK):
        works = [filed(number) for number in range(start, min(start + CHUNK, count))]
        for number, work in enumerate(works, start):
            (layout.tickets / work.name).write_bytes(work.content)
            _accept(layout, number)
        audit.append([entry(work.change.event) for work in works])
    os.sync()
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


def _accept(layout: Layout, number: int) -> None:
    document = f"Work order {number}\n{LINE * (number % 24)}".encode()
    sent = Submission.model_validate({"document": document, "filename": "order.txt"})
    order = sent.as_work_order(work_order_id=f"order-{number:06}", now=NOW)
    folder = layout.work_order(order.id)
    folder.mkdir()
    (folder / "order.json").write_bytes(order.model_dump_json(indent=2).encode())
    (folder / "document").write_bytes(document)


async def _opened(root: Path) -> Store:
    store = Store(root)
    await store.open()
    return store


# Each of these runs in a process of its own.


def making(root: Path) -> Cost:
    """Make a backup of ours, as the job of the night does."""
    return _measured(lambda: root / "backups/daily" / make_apart(root).filename)


def verifying(archive: Path) -> Cost:
    """Read a backup to its end."""
    return _measured(lambda: verify(archive) and None)


def unpacking(archive: Path, into: Path) -> Cost:
    """Unpack a backup, durably."""
    return _measured(lambda: unpack(archive, into) and None)


def specified(root: Path, archive: Path) -> Cost:
    """Make a backup in the specification's way, orders among it."""

    def pack() -> Path:
        with tarfile.open(archive, "w:gz") as tar:
            for name in ALL:
                tar.add(root / name, arcname=name)
        return archive

    return _measured(pack)


def zstd(root: Path, archive: Path) -> Cost:
    """Make one with the tools of the system."""

    def pack() -> Path:
        command = f"tar -cf - {' '.join(ALL)} | zstd -q -3 -f -o {archive}"
        subprocess.run(command, shell=True, cwd=root, check=True)  # noqa: S602 - a pipe of our own words
        return archive

    return _measured(pack)


def _measured(act: Callable[[], Path | None]) -> Cost:
    before, began = _peak_mb(), time.perf_counter()
    made = act()
    seconds = time.perf_counter() - began
    size = made.stat().st_size / MEBIBYTE if made else 0
    return Cost(seconds, _peak_mb(), _peak_mb() - before, size)


def _peak_mb() -> float:
    # Not what getrusage says: that begins with the memory of whoever has started us.
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def writing(root: Path, seconds: float) -> list[tuple[float, float]]:
    """Commit 20 times a second for so long; return when each began, and how long it waited (s)."""
    return asyncio.run(_writing(root, seconds))


async def _writing(root: Path, seconds: float) -> list[tuple[float, float]]:
    store = await _opened(root)
    fleet = Fleet([await store.tickets.get(ticket(number).id) for number in range(50)])
    works = fleet.edits(number % 50 for number in range(int(seconds * WRITES_A_SECOND)))
    start, waits = time.monotonic(), []
    for number, work in enumerate(works):
        await asyncio.sleep(max(0.0, start + number / WRITES_A_SECOND - time.monotonic()))
        began = time.monotonic()
        await store.commit(work.change)
        waits.append((began, time.monotonic() - began))
    await store.close()
    return waits


def alone(act: Callable[..., Any], *arguments: object) -> Any:
    """Return what an act answers in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(act, *arguments).result()


def under_load(root: Path, seconds: float) -> tuple[Waits, Waits, list[Cost]]:
    """Return how writers wait alone, how while backups are made, and what those took.

    Each backup is followed by a rest of the same length: disks wander, and both shall be seen.
    """
    costs, spans = [], []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as writers:
        written = writers.submit(writing, root, seconds)
        while not written.done():
            began = time.monotonic()
            costs.append(alone(making, root))
            spans.append((began, time.monotonic()))
            time.sleep(time.monotonic() - began)
        waits = written.result()
    beside = [any(began <= at <= end for began, end in spans) for at, _waited in waits]
    usual = [one for one, is_beside in zip(waits, beside, strict=True) if not is_beside]
    meanwhile = [one for one, is_beside in zip(waits, beside, strict=True) if is_beside]
    return _waits(usual), _waits(meanwhile), costs


def _waits(waits: Sequence[tuple[float, float]]) -> Waits:
    taken = [1000 * seconds for _began, seconds in waits]
    return Waits(median(taken), quantiles(taken, n=100)[98], max(taken), len(taken))


def compared(root: Path, folder: Path, rounds: int) -> dict[str, Cost]:
    """Return what each way costs by itself, the medians of some rounds in turn."""
    made = root / "backups/daily"
    ways: dict[str, Callable[[], Cost]] = {
        "ours: made, read back, listed": partial(alone, making, root),
        "ours: read back": lambda: alone(verifying, max(made.iterdir())),
        "ours: unpacked, durable": lambda: _unpacked(max(made.iterdir()), folder),
        "specification: tarfile, gzip 9": partial(
            alone, specified, root, folder / "spec.tar.gz"
        ),
    }
    if shutil.which("tar") and shutil.which("zstd"):
        ways["tar + zstd 3"] = partial(alone, zstd, root, folder / "tar.zst")
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for _round in range(rounds):
        for name, way in ways.items():
            costs[name].append(way())
    return {name: Cost(*map(median, zip(*found, strict=True))) for name, found in costs.items()}


def _unpacked(archive: Path, folder: Path) -> Cost:
    # Removed at the end: for some seconds ext4 gives no inode of a file that was removed to another,
    # and whoever makes 30,000 files meanwhile searches three times as long. A restore removes last.
    return alone(unpacking, archive, folder / f"restored-{time.monotonic_ns()}")


def print_costs(costs: dict[str, Cost]) -> None:
    """Print what each way costs, and how often ours would fit into it."""
    ours = next(iter(costs.values()))
    print(f"\n  {'way':34}{'s':>8}{'to ours':>9}{'peak MiB':>10}{'own MiB':>9}{'file MiB':>10}")
    for name, cost in costs.items():
        print(
            f"  {name:34}{cost.seconds:8.2f}{cost.seconds / ours.seconds:9.2f}"
            f"{cost.peak_mb:10.0f}{cost.own_mb:9.0f}{cost.written_mb:10.1f}"
        )
    if "tar + zstd 3" not in costs:
        print("  tar + zstd: not both are on this machine")


def print_load(usual: Waits, meanwhile: Waits, costs: Sequence[Cost]) -> None:
    """Print how long writers wait, alone and beside backups."""
    print(
        f"\n  {WRITES_A_SECOND} writes a second{'p50 ms':>18}{'p99 ms':>9}{'most ms':>9}{'writes':>8}"
    )
    for name, waits in (("alone", usual), ("while backups are made", meanwhile)):
        print(
            f"  {name:26}{waits.p50_ms:10.2f}{waits.p99_ms:9.2f}{waits.most_ms:9.1f}{waits.count:8}"
        )
    seconds = [cost.seconds for cost in costs]
    print(
        f"  {len(costs)} backups meanwhile: {median(seconds):.2f} s each, {max(seconds):.2f} at most"
    )


def print_bounds(found: Sequence[tuple[str, float, float]]) -> None:
    """Print what must be shown, how far it may go, what was measured, and whether it is met."""
    print(f"\n{'It must show':44}{'at most':>10}{'measured':>11}")
    for name, at_most, measured in found:
        verdict = "met" if measured <= at_most else "NOT MET"
        print(f"  {name:42}{at_most:>10g}{measured:11.2f}  {verdict}")


def main(directory: Path | None, rounds: int, *, is_quick: bool) -> None:
    """Measure everything, and print it."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=directory) as name:
        root = Path(name) / "data"
        count = QUICK if is_quick else TICKETS
        size = fill(root, count) / MEBIBYTE
        print(f"{count:,} tickets, {size:.0f} MiB")
        print_costs(costs := compared(root, Path(name), rounds))
        seconds = QUICK_LOAD_SECONDS if is_quick else LOAD_SECONDS
        usual, meanwhile, made = under_load(root, seconds)
        print_load(usual, meanwhile, made)
        print_stages(stages := alone(restoring, root))
    if not is_quick:
        _ours, read_back, unpacked, *_others = costs.values()
        bounds = [
            ("backup under writes, s", SECONDS_MAX, median(cost.seconds for cost in made)),
            ("memory of its process, MiB", MEMORY_MB_MAX, max(cost.peak_mb for cost in made)),
            ("p99 of writers, to the usual", SLOWER_MAX, meanwhile.p99_ms / usual.p99_ms),
            ("reading it back, s", SECONDS_MAX, read_back.seconds),
            ("unpacking it, s", SECONDS_MAX, unpacked.seconds),
            ("restoring everything, s", SECONDS_MAX, whole_seconds(stages)),
        ]
        print_bounds(bounds)
    print(f"\n{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--directory", type=Path)
    asked = parser.parse_args()
    main(asked.directory, asked.rounds, is_quick=asked.quick)
