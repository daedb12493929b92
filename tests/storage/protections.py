"""Each line that protects what was accepted, taken out in turn: a test must turn red.

    python -m tests.storage.protections

Works on a copy of the project. Prints each line, and the first test that misses it.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.storage.protective_lines import PROTECTIONS, Protection

ROOT = Path(__file__).parents[2]
COPIED = ("domain", "extraction", "storage", "jobs", "worker", "api", "cli", "tests")
SECONDS_MAX = 120


def copied(place: Path) -> None:
    """Copy what the tests need."""
    for name in COPIED:
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config.py", "logs.py", "pyproject.toml"):
        shutil.copy(ROOT / name, place / name)


def missed_by(place: Path, protection: Protection) -> str | None:
    """Take a protection out, run its tests, put it back; return the first that turned red."""
    file = place / protection.file
    content = file.read_text()
    file.write_text(content.replace(protection.line, protection.without))
    command = ["-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    try:
        run = subprocess.run(
            [sys.executable, *command, f"tests/storage/{protection.tests}"],
            cwd=place,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{protection.tests} (waits for ever)"
    finally:
        file.write_text(content)
    red = [
        line
        for line in run.stdout.splitlines()
        if line.startswith(("FAILED tests", "ERROR tests"))
    ]
    return red[0].split(" - ")[0].partition("tests/storage/")[2] if red else None


def main() -> int:
    """Take out every protection; return 1 if one is not missed."""
    unnoticed = 0
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        copied(place)
        for protection in PROTECTIONS:
            red = missed_by(place, protection)
            unnoticed += red is None
            sys.stdout.write(f"{protection.name:<50} {red or 'NOBODY NOTICES'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(PROTECTIONS)} protections, {unnoticed} not missed by any test\n")
    return int(unnoticed > 0)


if __name__ == "__main__":
    sys.exit(main())
