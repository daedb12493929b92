"""Chaos: the real service under faults, and whether it kept every promise that clients hold.

    python -m tests.chaos [--seeds 6] [--first 1] [--seconds 25] [--probes 12] [--keep DIRECTORY]

Each seed runs the whole service (supervisor, API, two workers, Redis) on an empty directory,
with clients that keep their receipts, and a fault every 0.3 to 1 s. Then all must be there
exactly once. At last, in quiet, workers that hold a job are killed or frozen one by one, to
measure how long the job waits. Ends with 1 if a promise was broken.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.faults import SHARES
from tests.chaos.probe import limits_broken, probe
from tests.chaos.recovery import KILLED, STOPPED, Recovery, spread
from tests.chaos.seed import Outcome, run_seed

FAULTS_SHOWN_MAX = 20
EVERY_KIND_SECONDS = 100  # in so long each kind of fault is done


def main() -> int:
    """Run what the arguments ask for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seconds", type=float, default=25)
    parser.add_argument("--probes", type=int, default=12, help="workers killed in quiet")
    parser.add_argument("--keep", type=Path, help="keep the data and the logs there")
    asked = parser.parse_args()
    broken, found, done = 0, list[Recovery](), Counter[str]()
    for seed in range(asked.first, asked.first + asked.seeds):
        with place_for(asked.keep, f"seed-{seed}") as place:
            outcome = asyncio.run(run_seed(seed, asked.seconds, place))
        show(outcome, asked.seconds)
        broken += bool(outcome.verdict.all)
        found += outcome.recoveries
        done.update(outcome.faults)
    show_recoveries("under faults", found)
    if asked.seeds * asked.seconds >= EVERY_KIND_SECONDS:
        for kind in SHARES.keys() - done.keys():
            broken += 1
            say(f"  BROKEN the fault {kind!r} was never done: the run proves less than it says")
    if asked.probes:
        with place_for(asked.keep, "probe") as place:
            quiet = asyncio.run(probe(place, kills=asked.probes, stops=asked.probes // 6))
        show_recoveries("in quiet", quiet)
        for problem in limits_broken(quiet):
            broken += 1
            say(f"  BROKEN {problem}")
    say(f"{broken} runs broke a promise" if broken else "every promise was kept")
    return int(broken > 0)


@contextmanager
def place_for(keep: Path | None, name: str) -> Iterator[Path]:
    """A directory for one run; it is removed afterwards unless it shall be kept."""
    if keep:
        (keep / name).mkdir(parents=True)
        yield keep / name
        return
    with tempfile.TemporaryDirectory(prefix="texas811-chaos-") as directory:
        yield Path(directory)


def show(outcome: Outcome, seconds: float) -> None:
    """Print what one seed came to, and how to run it again if it failed."""
    receipts, verdict = outcome.receipts, outcome.verdict
    faults = ", ".join(f"{count} {kind}" for kind, count in outcome.faults.items())
    say(
        f"seed {outcome.seed}: {len(receipts.accepted)} orders, {len(receipts.edited)} edits; "
        f"{sum(outcome.faults.values())} faults ({faults}); lost {len(verdict.lost)}, "
        f"doubled {len(verdict.doubled)}, wrong {len(verdict.wrong)}; settled in "
        f"{outcome.settle_seconds:.1f} s"
    )
    answers = ", ".join(f"{count} {what}" for what, count in receipts.statuses.most_common())
    say(
        f"  answers: {answers}; failed starts: {outcome.refusals}; "
        f"tracebacks in the log: {outcome.tracebacks}"
    )
    for problem in verdict.all[:FAULTS_SHOWN_MAX]:
        say(f"  BROKEN {problem}")
    if verdict.all:
        say(
            f"  again: python -m tests.chaos --seeds 1 --first {outcome.seed} "
            f"--seconds {seconds:g} --keep DIRECTORY"
        )


def show_recoveries(when: str, found: list[Recovery]) -> None:
    """Print how long interrupted jobs waited."""
    for how in (KILLED, STOPPED):
        of_kind = [one for one in found if one.how == how]
        calm = [one.seconds for one in of_kind if not one.is_disturbed]
        say(
            f"recovery {when}, worker {how}: {spread([one.seconds for one in of_kind])}; "
            f"with no other fault between: {spread(calm)}"
        )


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
