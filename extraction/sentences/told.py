"""Told: what a sentence says about a field, and what it becomes."""

from extraction.candidates import Candidate
from extraction.sentences.prose import Passage
from extraction.value import value

ORDER = 20_000  # behind all that has a label
PRODUCER = "finder"


@value
class Told:
    """A value in a passage: its field, where it stands, how surely it is meant, and by which rule."""

    field: str
    start: int
    end: int
    strength: float
    rule: str


def candidate_of(told: Told, passage: Passage) -> Candidate:
    """Return a candidate whose quote is the value."""
    spans = passage.spans(told.start, told.end)
    raw = passage.text[told.start : told.end]
    order = ORDER + passage.order
    return Candidate(told.field, raw, spans, PRODUCER, told.strength, told.rule, order)
