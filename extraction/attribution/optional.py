"""Optional: a number that a form does not insist on, beside one that it asks for.

`Mobile` and `Office (optional)` of one person: the first is where he is called.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from extraction.candidates import Candidate
from extraction.values.normalise import normalise

FIELDS = frozenset({"phone", "onsite_phone", "work_for_phone", "email"})
OPTIONAL = re.compile(
    r"[(\[,-]\s?(?:optional|if any|if different|if available|if you have one|secondary|backup|alternate)\b"
)
BEHIND = 0.04
SURE = 0.60


def without_optional(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates; what is optional goes behind what the same form asks for."""
    asked: dict[str, float] = {}
    for one in candidates:
        is_asked = one.field in FIELDS and one.label and not OPTIONAL.search(one.label)
        if is_asked and normalise(one.field, one.raw) is not None:
            asked[one.field] = max(asked.get(one.field, 0.0), one.strength)
    return [
        replace(one, strength=min(one.strength, round(asked[one.field] - BEHIND, 3)))
        if asked.get(one.field, 0.0) >= SURE and OPTIONAL.search(one.label)
        else one
        for one in candidates
    ]
