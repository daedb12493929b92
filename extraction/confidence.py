"""Confidence: a small table of features to a score, set by hand and not yet calibrated.

The numbers say which value to ask about first; they are not probabilities. A value is never
certain: only a person can make it so.
"""

from domain.extraction import DocumentKind

HIGHEST = 0.98
LOWEST = 0.05
AGREEMENT_GAIN = 0.02  # another producer gives the same value
CONFLICT_LOSS = 0.12  # an equally strong candidate says something else
IMPOSSIBLE_PHONE = 0.62  # stated plainly for its role, but no such number can ring

# How far a value can be trusted, given what kind of document it stands in.
CEILINGS = {
    DocumentKind.CORRESPONDENCE: 0.75,
    DocumentKind.NOT_A_WORK_ORDER: 0.50,
    DocumentKind.UNREADABLE: 0.30,
}


def scored(strength: float, *, agreeing: int, is_contested: bool, kind: DocumentKind) -> float:
    """Return the confidence of a value from what speaks for and against it."""
    score = strength + AGREEMENT_GAIN * min(agreeing, 2) - CONFLICT_LOSS * is_contested
    return round(max(LOWEST, min(score, HIGHEST, CEILINGS.get(kind, HIGHEST))), 3)
