"""Covered: the cover over a pipe is not how deep the digging goes, if that is told too.

A trench is as deep as the pipe lies and more. Where a paper gives `Depth of cover: 5.5 ft` and a
trench `9 ft deep`, the second is the depth; where it gives the cover alone, that is all there is.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from extraction.candidates import Candidate
from extraction.sentences.work import COVER_RULE
from extraction.values.normalise import normalise

FIELD = "depth_description"
ONLY_COVER = 0.50  # offered beside the depth of the digging
SURE = 0.60  # a depth that is told no more surely displaces no cover
COVER = re.compile(
    r"\bcover(?:age)?\b|\bto (?:the )?top of (?:pipe|main|line)\b", re.IGNORECASE
)


def without_cover(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates, a cover only offered where the digging is told to go deeper."""
    depths = [c for c in candidates if c.field == FIELD]
    covers = [c for c in depths if _is_cover(c)]
    dug = [_inches(c) for c in depths if not _is_cover(c) and c.strength >= SURE]
    if not covers or not dug:
        return list(candidates)
    deepest = max(dug)
    return [
        replace(c, strength=min(c.strength, ONLY_COVER))
        if c.field == FIELD and _is_cover(c) and _inches(c) < deepest
        else c
        for c in candidates
    ]


def _is_cover(candidate: Candidate) -> bool:
    words = f"{candidate.label} {candidate.raw}"
    return candidate.rule == COVER_RULE or COVER.search(words) is not None


def _inches(candidate: Candidate) -> float:
    """Return the depth in inches, 0 if the words give none."""
    inches = normalise("depth_inches", candidate.raw)
    return float(inches) if isinstance(inches, (int, float)) else 0.0
