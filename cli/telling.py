"""What `texas811 dead-letters replay` tells, letter by letter, to a person or to a program."""

import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cli.tables import print_json_line

if TYPE_CHECKING:
    from jobs.replaying import Replay


@dataclass(slots=True)
class Telling:
    """Tells what became of each letter, and at the end of how many."""

    is_rehearsal: bool
    as_json: bool
    fates: Counter[str] = field(default_factory=Counter)

    def tell(self, one: "Replay") -> None:
        self.fates[one.fate] += 1
        job, key = one.letter.job, one.letter.key
        if self.as_json:
            told = {"job": job, "key": key, "fate": one.fate, "problem": one.problem}
            print_json_line(told | {"is_rehearsal": self.is_rehearsal})
            return
        problem = f": {one.problem}" if one.problem else ""
        sys.stdout.write(f"{job} {key}  {one.fate}{problem}\n")

    def sum_up(self) -> None:
        if not self.as_json:
            done = "In a replay: " if self.is_rehearsal else ""
            counted = ", ".join(f"{count} {fate}" for fate, count in self.fates.items())
            sys.stdout.write(f"{done}{counted or 'nothing to replay'}.\n")
