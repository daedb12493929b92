"""Each line that protects the work, taken out in turn: a test must turn red.

    python -m tests.chaos.mutants [--only WORDS]

Works on a copy of the project. Prints each line, and the first test that misses it. What is
true of the disk alone is in `tests.storage.protections`.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.chaos.protections import CHAOS, MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
COPIED = ("domain", "extraction", "storage", "jobs", "worker", "api", "cli", "samples", "tests")
SECONDS_MAX = 240
CHAOS_SEEDS = ("--seeds", "2", "--seconds", "15", "--probes", "0")


def main() -> int:
    """Take out every line that is asked for; return 1 if one is not missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="those whose name has these words")
    only = parser.parse_args().only
    unnoticed = 0
    chosen = [mutant for mutant in MUTANTS if only in mutant.name]
    with tempfile.TemporaryDirectory(prefix="texas811-mutants-") as directory:
        place = Path(directory)
        copied(place)
        for mutant in chosen:
            red, is_caught = judged(place, mutant)
            unnoticed += not is_caught
            sys.stdout.write(f"{mutant.name:<40} {red}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} mutants, {unnoticed} not missed by any test\n")
    return int(unnoticed > 0)


def judged(place: Path, mutant: Mutant) -> tuple[str, bool]:
    """Return what the tests say without this line, and whether that counts as caught."""
    if (place / mutant.file).read_text().count(mutant.line) != 1:
        return f"THE LINE IS NOT IN {mutant.file}: this list must change with it", False
    if red := red_already(place, mutant.tests):
        return f"RED WITH IT AS WELL: {red}", False
    red = missed_by(place, mutant)
    return red or "NOBODY NOTICES", red is not None


def copied(place: Path) -> None:
    """Copy what the tests need."""
    for name in COPIED:
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config.py", "logs.py", "pyproject.toml"):
        shutil.copy(ROOT / name, place / name)


def missed_by(place: Path, mutant: Mutant) -> str | None:
    """Take a line out, run its tests, put it back; return the first that turned red."""
    file = place / mutant.file
    content = file.read_text()
    file.write_text(content.replace(mutant.line, mutant.without))
    try:
        return first_red(place, mutant.tests)
    finally:
        file.write_text(content)


@cache
def red_already(place: Path, tests: str) -> str | None:
    """Return the first of these tests that is red with every line in its place."""
    return first_red(place, tests)


def first_red(place: Path, tests: str) -> str | None:
    """Run tests on the copy and return the first that is red."""
    try:
        run = subprocess.run(
            [sys.executable, *arguments(tests)],
            cwd=place,
            env=environ(place),
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{tests} (waits for ever)"
    finally:
        end_what_runs_in(place)
    return told_red(run.stdout) or (run.stderr[-200:] if run.returncode else None)


def end_what_runs_in(place: Path) -> None:
    """End what a mutant has left behind: without its protection, a child outlives its parent."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (folder / "cwd").readlink().is_relative_to(place):
                os.kill(int(folder.name), signal.SIGKILL)


def arguments(tests: str) -> tuple[str, ...]:
    """Return the arguments of Python that run these tests."""
    if tests == CHAOS:
        return ("-m", "tests.chaos", *CHAOS_SEEDS)
    return ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests.split())


def environ(place: Path) -> dict[str, str]:
    """Return an environment in which the copy is imported, and not what is installed."""
    return {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}


def told_red(said: str) -> str | None:
    """Return the first test, or the first broken promise, that a run tells of."""
    for line in said.splitlines():
        if line.startswith(("FAILED tests", "ERROR tests")):
            return line.split(" ")[1].removeprefix("tests/")
        if line.startswith("  BROKEN"):
            return f"{CHAOS}: {line.strip()[:100]}"
    return None


if __name__ == "__main__":
    sys.exit(main())
