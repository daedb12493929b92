"""Crash the store at every step of every workload, and open it on all that can be left.

    python -m tests.crash --all
    python -m tests.crash --workload midnight [--state 17] [--keep DIRECTORY]

Prints for each workload the recorded calls that change the disk, the distinct states that
crashes can leave of it and how many of them break a promise. Those are written into
DIRECTORY. Ends with 1 if there is one.
"""

import argparse
import sys
import time
from pathlib import Path

from tests.crash.proving import Failure, proved
from tests.crash.workloads import WORKLOADS

SHOWN_FAILURES = 3
ROW = "{:<26}{:>8}{:>9}{:>8}{:>9}"


def main() -> int:
    """Prove the chosen workloads; return the exit code."""
    chosen = arguments()
    started = time.monotonic()
    calls, digests, failed = 0, set[str](), 0
    say(ROW.format("workload", "calls", "states", "failed", "seconds"))
    for name in chosen.workload or WORKLOADS:
        began = time.monotonic()
        keep = chosen.keep and chosen.keep / name
        proof = proved(WORKLOADS[name], only=chosen.state, keep=keep)
        count, seconds = len(proof.digests), f"{time.monotonic() - began:.1f}"
        say(ROW.format(name, proof.call_count, count, len(proof.failures), seconds))
        for failure in proof.failures[:SHOWN_FAILURES]:
            say(told(name, failure))
        calls += proof.call_count
        digests |= proof.digests
        failed += len(proof.failures)
    seconds = f"{time.monotonic() - started:.1f}"
    say(ROW.format("in all, each state once", calls, len(digests), failed, seconds))
    return 1 if failed else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def told(name: str, failure: Failure) -> str:
    """Return what is broken, how it came about, and how to see it again."""
    return "\n".join(
        [
            f"  state {failure.number}: {failure.description}",
            *(f"    {fault}" for fault in failure.faults[:6]),
            f"    python -m tests.crash --workload {name} --state {failure.number} --keep kept",
        ]
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true", help="prove every workload")
    which.add_argument("--workload", action="append", choices=WORKLOADS)
    parser.add_argument("--state", type=int, help="only this state")
    parser.add_argument("--keep", type=Path, help="where to write the states that fail")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
