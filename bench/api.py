"""`POST /work-orders` on loopback, beside the same route without the store, as ratios.

    python bench/api.py [--quick] [--seconds 30] [--directory DIR]

A real API process with its Redis and a key; a load generator in another; 1 KB of JSON over 16
connections that stay open. Each request has its time, and its latency counts from then (an open
loop: a stall is charged for all that would have come). Measured: latencies at 50 a second, alone
and with a worker beside; the most in a closed loop; the highest rate that was held. "Held" means:
each request of --seconds was answered by 202, and the 99th percentile stayed under 100 ms.

Without the store, an accepted order goes nowhere; all else is the same. API, generator, Redis and
worker share the processors of this machine, so the highest rates are those of all together. DIR
must lie on a disk, not in memory. At the end stands what it must show.
"""

import argparse
import asyncio
import math
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from _closed_loop import CONNECTIONS, Most, most
from _load import Load, Plan, load
from _served import BODY_BYTES, WITH_STORE, WITHOUT_STORE, WORKER, Served, served

from storage.files import create_directory_with

RATE = 50
P99_MS_MAX = 20.0
HELD_P99_MS_MAX = 100.0
HELD_AT_LEAST = 0.99  # of the rate that was asked for
WARM_UP_SECONDS = 2.0
PROBE_SECONDS = 3.0
STEP = 0.85  # from one rate to the next lower
HOLDS_MAX = 3  # of full length, until a rate is held
SHARES = (0.95, 0.88, 0.82, 0.76, 0.7, 0.6, 0.5, 0.4, 0.3)  # of the most in a closed loop
DISK_ROUNDS = 100


class Side(NamedTuple):
    """What was measured of one side: with the store, or without."""

    name: str
    steady: Load
    processor_ms: float
    most: Most
    held: Load | None


async def measured(
    name: str, command: Sequence[str], seconds: float, directory: Path | None
) -> Side:
    """Measure one side, in a process of its own each time its data would have grown long."""
    async with served(command, directory=directory) as api:
        await load(_plan(api, RATE, WARM_UP_SECONDS))
        before = api.processor_seconds()
        steady = await load(_plan(api, RATE, seconds))
        spent_ms = (api.processor_seconds() - before) * 1000 / max(1, steady.accepted)
        _print_load(f"{name}, {RATE}/s", steady)
        closed = await most(api, max(4.0, seconds / 4))
        print(
            f"  {name + ', closed loop by ' + closed.by:42}{closed.accepted_per_s:9,.0f}"
            f"{'':9}{closed.error_count:8}{'':18}{closed.p99_ms:9.2f}"
        )
        held = await highest_held(name, api, closed.accepted_per_s, seconds)
    return Side(name, steady, spent_ms, closed, held)


async def highest_held(name: str, api: Served, ceiling: float, seconds: float) -> Load | None:
    """Return the load at the highest rate that was held; None if none of those tried was.

    Short looks go down from the ceiling; from the first that is held, it is tried at full length.
    """
    for share in SHARES:
        rate = ceiling * share
        if is_held(await load(_plan(api, rate, PROBE_SECONDS))):
            break
    for _ in range(HOLDS_MAX):
        found = await load(_plan(api, rate, seconds))
        _print_load(f"{name}, {'held' if is_held(found) else 'not held'}", found)
        if is_held(found):
            return found
        rate *= STEP
    return None


def is_held(found: Load) -> bool:
    """Was each request accepted, in time, and soon?"""
    return (
        found.error_count == 0
        and found.accepted_per_s >= HELD_AT_LEAST * found.rate
        and found.p99_ms <= HELD_P99_MS_MAX
    )


def _plan(api: Served, rate: float, seconds: float) -> Plan:
    return Plan(api.port, api.request, rate, seconds, CONNECTIONS)


def durable_ms(directory: Path | None) -> float:
    """Return the median time that this disk needs for a work order, in ms: a folder, 3 syncs."""
    spent = []
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        for number in range(DISK_ROUNDS):
            began = time.perf_counter()
            create_directory_with(Path(folder) / str(number), {"order.json": b"x" * BODY_BYTES})
            spent.append(time.perf_counter() - began)
    return statistics.median(spent) * 1000


def print_header(directory: Path | None) -> None:
    """Print what is measured where, and the headings."""
    print(
        f"POST /work-orders, {BODY_BYTES} bytes of JSON, {CONNECTIONS} connections, loopback, "
        f"a key; {os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f} at the start"
    )
    print(f"one order made durable on this disk, by one thread: {durable_ms(directory):.2f} ms")
    columns = "".join(f"{one:>9}" for one in ("p50 ms", "p90 ms", "p99 ms", "max ms"))
    print(f"\n  {'':42}{'asked/s':>9}{'202/s':>9}{'errors':>8}{columns}")


def _print_load(name: str, found: Load) -> None:
    times = (found.p50_ms, found.p90_ms, found.p99_ms, found.max_ms)
    print(
        f"  {name:42}{found.rate:9,.0f}{found.accepted_per_s:9,.0f}{found.error_count:8}"
        + "".join(f"{one:9.2f}" for one in times)
        + (f"  {found.errors}" if found.errors else ""),
        flush=True,
    )


def print_ratios(ours: Side, bare: Side) -> None:
    """Print what the store costs."""
    print("\n  With the store, to without")
    for at in ("p50", "p99"):
        times = getattr(ours.steady, f"{at}_ms") / getattr(bare.steady, f"{at}_ms")
        print(f"    {f'latency at {RATE}/s, {at}':40}{times:9.2f} times")
    print(
        f"    {'processor time of the API, a request':40}{ours.processor_ms / bare.processor_ms:9.2f}"
        f" times: {ours.processor_ms:.2f} ms to {bare.processor_ms:.2f} ms"
    )
    rate = ours.most.accepted_per_s / bare.most.accepted_per_s
    print(f"    {'the most in a closed loop':40}{rate:9.2f} times")
    if ours.held and bare.held:
        print(f"    {'the highest rate held':40}{ours.held.rate / bare.held.rate:9.2f} times")


def print_aims(ours: Side, seconds: float) -> None:
    """Print what must be shown, and whether it is."""
    steady, held = ours.steady, ours.held
    is_met = steady.p99_ms < P99_MS_MAX and not steady.error_count
    print("\n  It must show")
    print(
        f"    {f'p99 under {P99_MS_MAX:g} ms at {RATE}/s, fsync, no error':58}"
        f"{steady.p99_ms:9.2f} ms  {'met' if is_met else 'NOT MET'}"
    )
    rate = held.rate if held else math.nan
    print(
        f"    {f'the highest rate held for {seconds:g} s without an error':58}"
        f"{rate:9,.0f} /s  {'printed' if held else 'NONE'}"
    )


async def main(seconds: float, directory: Path | None) -> None:
    """Measure both sides, and print it."""
    began = time.perf_counter()
    print_header(directory)
    bare = await measured("without the store", WITHOUT_STORE, seconds, directory)
    ours = await measured("with the store", WITH_STORE, seconds, directory)
    async with served(WITH_STORE, WORKER, directory=directory) as api:
        await load(_plan(api, RATE, WARM_UP_SECONDS))
        _print_load(
            f"with the store, a worker beside, {RATE}/s", await load(_plan(api, RATE, seconds))
        )
    print_ratios(ours, bare)
    print_aims(ours, seconds)
    print(f"\n{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="5 seconds each")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--directory", type=Path)
    asked = parser.parse_args()
    asyncio.run(main(5.0 if asked.quick else asked.seconds, asked.directory))
