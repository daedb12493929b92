"""Listed: what the rows of a table say of their steps is not what the whole order asks for.

`Job Type` of each step of a transfer says `SET POLE`, `TRANSFER`, `PULL POLE`: which of them is
the work to be done is for a person to say.
"""

from collections.abc import Sequence
from dataclasses import replace

from extraction.candidates import Candidate

STEPS_MIN = 3  # rows under one label that make a list of steps
OF_A_STEP = 0.5  # only offered
WORKS = frozenset({"job_type", "type_of_work"})


def without_steps(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates; the works of several steps are only offered."""
    rows: dict[tuple[str, str], list[str]] = {}
    for one in candidates:
        if one.field in WORKS and one.label:
            rows.setdefault((one.field, one.label), []).append(one.raw.strip().casefold())
    steps = {
        key for key, values in rows.items() if len(values) >= STEPS_MIN and len(set(values)) > 1
    }
    return [
        replace(one, strength=min(one.strength, OF_A_STEP))
        if (one.field, one.label) in steps
        else one
        for one in candidates
    ]
