"""A restore of everything, stage by stage: what each takes, and how long the service stands still."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from domain.audit import Actor, Author
from storage.layout import Layout
from storage.whole_restore import WholeRestore

# Each step that a restore tells begins one. Some are done while the service works.
ASKED = "asked for: verified"
STAGES = {
    "unpacking": "unpacked, durable",
    "checking": "recovered and checked",
    "saving": "restore point, read back",
    "putting": "exchanged and noted",
}
TIDIED = "afterwards: what was before is removed"
BESIDE = (ASKED, STAGES["unpacking"], STAGES["checking"], TIDIED)
BY = Author(actor=Actor.USER, name="bench/backup.py")


class Stage(NamedTuple):
    """How long a stage took, and how much of that the processor was at it (seconds)."""

    seconds: float
    processor: float


def restoring(root: Path) -> dict[str, Stage]:
    """Restore everything from the newest backup; return what each stage has taken.

    Raises RuntimeError if it was not restored.
    """
    restore = WholeRestore(Layout(root))
    marks = [(ASKED, *_now())]

    def on_step(step: str) -> None:
        marks.append((STAGES[step.split(maxsplit=1)[0]], *_now()))

    restore.ask_now(
        max(path.name for path in Layout(root).daily_backups.iterdir()),
        by=BY,
        reason="It is measured",
    )
    restore.prepare_now(on_step)
    ended = restore.run_now(on_step)
    if ended is None or ended.problem:
        raise RuntimeError(ended and ended.problem)
    marks.append((TIDIED, *_now()))
    restore.tidy_now()
    ends = [*marks[1:], ("", *_now())]
    return {
        name: Stage(end[1] - seconds, end[2] - processor)
        for (name, seconds, processor), end in zip(marks, ends, strict=True)
    }


def whole_seconds(stages: Mapping[str, Stage]) -> float:
    """Return how long it takes until everything is restored (s)."""
    return sum(stage.seconds for name, stage in stages.items() if name != TIDIED)


def still_seconds(stages: Mapping[str, Stage]) -> float:
    """Return how long the service stands still (s)."""
    return sum(stage.seconds for name, stage in stages.items() if name not in BESIDE)


def print_stages(stages: Mapping[str, Stage]) -> None:
    """Print what each stage has taken."""
    print(f"\n  {'a whole restore':44}{'s':>8}{'processor':>11}")
    for name, stage in stages.items():
        print(f"  {name:44}{stage.seconds:8.2f}{stage.processor:11.2f}")
    print(f"  {'until everything is restored':44}{whole_seconds(stages):8.2f}")
    print(f"  {'of that the service stands still':44}{still_seconds(stages):8.2f}")


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()
