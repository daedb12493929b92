"""Whereabouts: does a dispatcher's narrative say where to dig, or only what has happened?"""

import re
from dataclasses import replace

from extraction.candidates import Candidate
from extraction.sentences.work import POSITION
from extraction.values.streets import HAS_STREET

TOLD_NOWHERE = 0.50  # offered, and never filled in
PLACE = re.compile(
    r"\b(?:near|across|next to|in front|in back|beside|underneath|at the|middle of"
    r"|road(?:way)?|street|hwy|highway|lanes?|sidewalk|bridge|apts?|apartments?|bldg|building|house|garage|barn|shed|porch|attic|basement"
    r"|entrance|exit|gate|field|pasture|creek|tree line|treeline|trees?|manhole|hydrant|valve|ramp|service rd|frontage"
    r"|[ns][ew]?/?b|[nsew]/o|[nsew] of|[ns][ew] corner|block|rear|back of|ft|feet|mm|mile ?marker)\b",
    re.IGNORECASE,
)


def tells_place(raw: str) -> bool:
    """Say whether these words name a place, a position or a street."""
    return any(one.search(raw) for one in (POSITION, PLACE, HAS_STREET))


def no_surer(candidate: Candidate) -> Candidate:
    """Return a narrative as an area; one that names no place and no position is only offered."""
    is_told = tells_place(candidate.raw)
    strength = candidate.strength if is_told else min(candidate.strength, TOLD_NOWHERE)
    return replace(candidate, strength=strength)
