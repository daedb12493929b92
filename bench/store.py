"""The store beside the limit of its disk, the specification's way, aiofiles and SQLite.

    python bench/store.py [--quick] [--rounds 9] [--directory DIR]

Commits with 1 to 128 writers; reading, listing, filtering and opening with 20 to 200,000 tickets;
audit appends on a day of up to 1,000,000 events. Figures of one run belong together: disks differ,
and wander, so the ratios count. DIR must lie on a disk, not in memory. At the end stands what it
must show. --quick leaves the largest sizes out.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from _audit import SIZES as DAYS
from _audit import AuditCost, array_costs, audit_costs
from _commits import STORE, Contest, contest
from _sizes import SIZES, SizeCost, size_costs

TO_RAW_MIN = 0.85
GAIN_MIN = 2.5  # of 32 writers over one
FILTER_MS_MAX = 5
OPEN_20_000_S_MAX, OPEN_200_000_S_MAX = 1, 10
FLAT = 1.5  # a cost is flat if it grows by no more than this


class Bound(NamedTuple):
    """What must be shown, how far it may go, what was measured, and whether it is met."""

    name: str
    bound: str
    measured: float
    is_met: bool


def print_commits(measured: Contest) -> None:
    """Print what a commit costs, by way and by number of writers."""
    print("\nCommits: a ticket and its event, durable; to raw: how many times as fast as")
    print("write + fsync + rename + fsync of the directory, by one thread")
    print(f"  {'way':34}{'writers':>8}{'per s':>9}{'to raw':>8}{'p50 ms':>9}{'p99 ms':>9}")
    for row in measured.rows():
        print(
            f"  {row.way:34}{row.writers:8}{row.per_second:9,.0f}{row.to_raw:8.2f}"
            f"{row.p50_ms:9.2f}{row.p99_ms:9.2f}"
        )


def print_sizes(costs: Sequence[SizeCost]) -> None:
    """Print what everything else costs, a column for each number of tickets."""
    sizes = "".join(f"{cost.tickets:>11,}" for cost in costs)
    print(f"\n{'With so many tickets':44}{sizes}")
    _line("open, no snapshot, s", [cost.build_s for cost in costs])
    _line("open, with its snapshot, s", [cost.open_s for cost in costs])
    _line("memory of the index, MiB", [cost.memory_mb for cost in costs])
    for way in costs[0].read_us:
        _line(f"read one, {way}, us", [cost.read_us[way] for cost in costs])
    for way in costs[0].list_ms:
        _line(f"list the latest, {way}, ms", [cost.list_ms[way] for cost in costs])
    for name, ways in costs[0].filter_ms.items():
        for way in ways:
            _line(f"filter by {name}, {way}, ms", [cost.filter_ms[name][way] for cost in costs])
    _line("commit, store, ms", [cost.commit_ms for cost in costs])
    _line("commit, to raw", [cost.commit_to_raw for cost in costs])


def _line(name: str, values: Sequence[float]) -> None:
    print(f"  {name:42}" + "".join(f"{value:11,.3f}" for value in values))


def print_audit(costs: Sequence[AuditCost], arrays: Sequence[AuditCost]) -> None:
    """Print what one more event costs."""
    print("\nOne more audit event on a day with so many")
    print(f"  {'':34}{'events':>10}{'append us':>11}{'to 0':>7}{'synced us':>11}{'to 0':>7}")
    for way, rows in (("store", costs), ("the specification's array", arrays)):
        for row in rows:
            print(
                f"  {way:34}{row.events:10,}{row.append_us:11,.0f}{row.append_ratio:7.2f}",
                end="",
            )
            if row.note_us is not None and row.note_ratio is not None:
                print(f"{row.note_us:11,.0f}{row.note_ratio:7.2f}", end="")
            print()


def bounds(
    commits: Contest, sizes: Sequence[SizeCost], audit: Sequence[AuditCost]
) -> list[Bound]:
    """Return all bounds that the sizes of this run can tell."""
    one, many = (STORE, 1), (STORE, 32)
    to_raw = commits.ratio(one, ("raw", 1))
    gain = commits.ratio(many, one)
    by_size = {cost.tickets: cost for cost in sizes}
    slowest = max(ways["store"] for ways in by_size[20_000].filter_ms.values())
    opened = by_size[20_000].open_s
    found = [
        _at_least("one at a time, to raw", to_raw, TO_RAW_MIN),
        _at_least("32 writers, to one", gain, GAIN_MIN),
        _at_most("any filter over 20,000, ms", slowest, FILTER_MS_MAX),
        _at_most("opening 20,000, s", opened, OPEN_20_000_S_MAX),
        _at_most(f"audit append, {audit[-1].events:,} to 0", audit[-1].append_ratio, FLAT),
    ]
    largest = by_size.get(SIZES[-1])
    if largest is None:
        return found
    return found + _bounds_of_growth(by_size[2_000], largest)


def _bounds_of_growth(small: SizeCost, large: SizeCost) -> list[Bound]:
    """Return the bounds that tell whether a ticket costs more among many."""
    each = large.tickets / small.tickets
    growth = {
        "read": large.read_us["store"] / small.read_us["store"],
        "commit, to raw": small.commit_to_raw / large.commit_to_raw,
        "memory, a ticket": large.memory_mb / small.memory_mb / each,
    } | {
        f"filter by {name}, a ticket": ways["store"] / small.filter_ms[name]["store"] / each
        for name, ways in large.filter_ms.items()
    }
    return [
        _at_most("opening 200,000, s", large.open_s, OPEN_200_000_S_MAX),
        *(_at_most(f"{name}, 200,000 to 2,000", times, FLAT) for name, times in growth.items()),
    ]


def _at_least(name: str, measured: float, bound: float) -> Bound:
    return Bound(name, f"at least {bound:g}", measured, is_met=measured >= bound)


def _at_most(name: str, measured: float, bound: float) -> Bound:
    return Bound(name, f"at most {bound:g}", measured, is_met=measured <= bound)


def print_bounds(found: Sequence[Bound]) -> None:
    """Print what must be shown, and whether it is."""
    print(f"\n{'It must show':44}{'bound':>16}{'measured':>11}")
    for bound in found:
        verdict = "met" if bound.is_met else "NOT MET"
        print(f"  {bound.name:42}{bound.bound:>16}{bound.measured:11.2f}  {verdict}")


def main(directory: Path | None, rounds: int, *, is_quick: bool) -> None:
    """Measure everything side by side, and print it."""
    began = time.perf_counter()
    sizes = SIZES[:-1] if is_quick else SIZES
    days = DAYS[:-1] if is_quick else DAYS
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        root = Path(folder)
        commits = asyncio.run(contest(root / "commits", rounds=rounds))
        print_commits(commits)
        audit = asyncio.run(audit_costs(root / "audit", days))
        print_audit(audit, array_costs(root / "audit"))
        costs = list(size_costs(root / "sizes", sizes))
        print_sizes(costs)
    print_bounds(bounds(commits, costs, audit))
    print(f"\n{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--directory", type=Path)
    asked = parser.parse_args()
    main(asked.directory, asked.rounds, is_quick=asked.quick)
