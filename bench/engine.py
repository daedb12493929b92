"""The engine beside stock arq, SAQ, taskiq-redis, streaQ, dramatiq, RQ and Celery, as ratios.

    python bench/engine.py [--quick] [--jobs 10000] [--rounds 3] [--pick-ups 90] [--peers A,B]

One worker process each, on the same Redis, which is emptied between; a job appends 16 bytes to
a file, the time at which it ran. Measured: enqueueing singly and in batch, the drain of queued
jobs from the first to the last, the time from enqueueing to running on an idle worker, the
commands that an idle worker costs Redis, and its memory. The rounds go round all who take part,
and their median counts: figures of one run belong together.

Each peer is installed into an environment of its own, in XDG_CACHE_HOME or ~/.cache; one that
cannot be is named, and has no figures. At the end stands what it must show.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from _peers import ALONE, OURS, PEERS, PLACES, Peer, binaries
from _peers_measuring import Extent, Round, measure, merged

from jobs.queue import connect, disconnect
from worker.redis_server import start_server

DRAIN_TO_BEST_MIN = 2.0
BATCH_PER_S_MIN = 20_000
IDLE_COMMANDS_MAX = 5
QUICK = Extent(jobs=2_000, pick_ups=20, idle_seconds=5.0)
IDLE_SECONDS = 6.5

Figures = Mapping[str, float]


class Column(NamedTuple):
    """A figure: its name, its heading, its decimals, and whether more is better."""

    name: str
    heading: str
    decimals: int
    is_more_better: bool


COLUMNS = (
    Column("single_per_s", "singly/s", 0, is_more_better=True),
    Column("batch_per_s", "batch/s", 0, is_more_better=True),
    Column("drain_per_s", "drain/s", 0, is_more_better=True),
    Column("pick_up_p50_ms", "p50 ms", 2, is_more_better=False),
    Column("pick_up_p99_ms", "p99 ms", 2, is_more_better=False),
    Column("idle_commands_per_s", "idle/s", 1, is_more_better=False),
    Column("memory_mb", "MiB", 0, is_more_better=False),
)


async def contest(
    peers: Sequence[Peer], extent: Extent, rounds: int
) -> tuple[dict[str, Figures], dict[str, str]]:
    """Return the figures of all who could be measured, and what ailed the others."""
    found: dict[str, list[Round]] = {peer.name: [] for peer in peers}
    ailing: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        socket = Path(folder) / "redis.sock"
        server = await start_server(socket)
        redis = connect(f"unix://{socket}")
        try:
            for _round in range(rounds):
                for peer in peers:
                    if peer.name in ailing:
                        continue
                    try:
                        found[peer.name].append(await measure(peer, socket, redis, extent))
                    except (RuntimeError, TimeoutError, OSError) as error:
                        ailing[peer.name] = f"failed: {error or type(error).__name__}"
        finally:
            await disconnect(redis)
            server.kill()
            await server.wait()
    return {
        name: merged(shown) for name, shown in found.items() if shown and name not in ailing
    }, ailing


def installed(peers: Sequence[Peer]) -> tuple[list[Peer], dict[str, str]]:
    """Return the peers that have an environment, and what ails the others."""
    ready, ailing = [], {}
    for peer in peers:
        try:
            binaries(peer)
        except subprocess.CalledProcessError as error:
            said = (error.stderr or "").strip().splitlines()[-1:] or [str(error)]
            ailing[peer.name] = f"not installed: {said[0]}"
        except (OSError, subprocess.TimeoutExpired) as error:
            ailing[peer.name] = f"not installed: {error}"
        else:
            ready.append(peer)
    return ready, ailing


def print_figures(
    peers: Sequence[Peer], figures: Mapping[str, Figures], ailing: Mapping[str, str]
) -> None:
    """Print what each has shown, a row each."""
    print(f"\n  {'':20}" + "".join(f"{column.heading:>11}" for column in COLUMNS))
    for peer in peers:
        if peer.name in figures:
            shown = figures[peer.name]
            print(
                f"  {peer.name:20}"
                + "".join(f"{shown[one.name]:11,.{one.decimals}f}" for one in COLUMNS)
            )
        else:
            print(f"  {peer.name:20} {ailing[peer.name]}")


def print_ratios(figures: Mapping[str, Figures]) -> None:
    """Print how many times better ours is than each."""
    mine = figures[OURS]
    print(f"\n  {'ours is better':20}" + "".join(f"{one.heading:>11}" for one in COLUMNS))
    for name, shown in figures.items():
        if name != OURS:
            times = [times_better(column, mine, shown) for column in COLUMNS]
            print(f"  {'than ' + name:20}" + "".join(f"{one:11.2f}" for one in times))


def times_better(column: Column, mine: Figures, other: Figures) -> float:
    """Return how many times better mine is; infinite beside nothing."""
    better, worse = mine[column.name], other[column.name]
    if not column.is_more_better:
        better, worse = worse, better
    return better / worse if worse else float("inf")


def print_settings(peers: Sequence[Peer]) -> None:
    """Print how each was set, and what becomes of its jobs when the worker is killed."""
    print(
        "\n  How each is set; how it enqueues in batch; does a job outlive kill -9 by default?"
    )
    for peer in peers:
        made = f"{', '.join(peer.requirements)}: " if peer.requirements else ""
        print(f"  {peer.name:20} {made}{peer.setting}; {peer.batch}")
        print(f"  {'':20} {peer.survives}")


def print_aims(figures: Mapping[str, Figures]) -> None:
    """Print what must be shown, and whether it is."""
    mine = figures[OURS]
    rivals = {name: shown for name, shown in figures.items() if name not in (OURS, ALONE)}
    print("\n  It must show")
    if rivals:
        for at in ("p50", "p99"):
            key = f"pick_up_{at}_ms"
            best = min(rivals, key=lambda name: rivals[name][key])
            least = rivals[best][key]
            _say(
                f"pick-up {at} at or below the best peer's ({best}, {least:.2f} ms)",
                f"{mine[key]:.2f} ms",
                is_met=mine[key] <= least,
            )
        best = max(rivals, key=lambda name: rivals[name]["drain_per_s"])
        most = rivals[best]["drain_per_s"]
        times = mine["drain_per_s"] / most
        _say(
            f"drain {DRAIN_TO_BEST_MIN:g} times the best peer's at least ({best}, {most:,.0f}/s)",
            f"{times:.2f} times",
            is_met=times >= DRAIN_TO_BEST_MIN,
        )
    batch, idle = mine["batch_per_s"], mine["idle_commands_per_s"]
    _say(
        f"batch enqueue at least {BATCH_PER_S_MIN:,}/s",
        f"{batch:,.0f}/s",
        is_met=batch >= BATCH_PER_S_MIN,
    )
    _say(
        f"at most {IDLE_COMMANDS_MAX} Redis commands a second when idle",
        f"{idle:.1f}/s",
        is_met=round(idle, 1) <= IDLE_COMMANDS_MAX,
    )


def _say(aim: str, measured: str, *, is_met: bool) -> None:
    print(f"    {aim:68}{measured:>14}  {'met' if is_met else 'NOT MET'}")


def main(names: Sequence[str], extent: Extent, rounds: int) -> None:
    """Measure all side by side, and print it."""
    began = time.perf_counter()
    peers = [peer for peer in PEERS if peer.name in (OURS, ALONE, *names)]
    ready, missing = installed(peers)
    for name, what in missing.items():
        print(f"{name}: {what}")
    figures, failed = asyncio.run(contest(ready, extent, rounds))
    print(
        f"{extent.jobs:,} jobs, one worker process, {PLACES} places where they can be set; "
        f"the median of {rounds} rounds, {extent.pick_ups * rounds} pick-ups in all"
    )
    print_figures(peers, figures, {**missing, **failed})
    if OURS in figures:
        print_ratios(figures)
        print_settings(peers)
        print_aims(figures)
    print(f"\n{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    known = [peer.name for peer in PEERS if peer.name not in (OURS, ALONE)]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2,000 jobs, one round")
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pick-ups", type=int, default=90, help="of each, in all rounds")
    parser.add_argument("--peers", default=",".join(known), help="names, with commas between")
    asked = parser.parse_args()
    chosen = [name for name in asked.peers.split(",") if name]
    if strange := sorted(set(chosen) - set(known)):
        sys.exit(f"unknown: {', '.join(strange)}; known: {', '.join(known)}")
    if asked.quick:
        main(chosen, QUICK, 1)
    else:
        each = max(1, asked.pick_ups // asked.rounds)
        main(chosen, Extent(asked.jobs, each, IDLE_SECONDS), asked.rounds)
