"""Reporters: who told of a damage or a trouble, and in an order is no more than a witness.

`rp: neighbor Ms Lee 512-...` beside `811 caller: Ann Day`: the second is called, never the first.
"""

from collections.abc import Sequence

from domain.extraction import Span
from extraction.labels.concepts import name_of
from extraction.pairs import Pair
from extraction.values.plain import plain_text

PEOPLE = frozenset({"caller", "contact"})
NUMBERS = frozenset({"phone", "mobile"})
REPORTERS = (
    *("rp", "reporting party", "reported by", "complainant", "complainant name"),
    *("hit by", "damaged by", "witness"),
)


def is_reporter(pair: Pair) -> bool:
    """Tell if the words of a label mean whoever reported it: `RP`, `RP phone`."""
    name = name_of(pair.words)
    return any(name == one or name.startswith(f"{one} ") for one in REPORTERS)


def spans_of_reporters(pairs: Sequence[Pair]) -> set[tuple[Span, ...]]:
    """Return where a reporter and his number stand, if another is named as caller or contact."""
    people = [p for p in pairs if p.label.concept in PEOPLE and plain_text(p.value)]
    if all(map(is_reporter, people)):
        return set()
    return {
        p.spans
        for p in pairs
        if p.label.concept in PEOPLE | NUMBERS and is_reporter(p) and p.spans
    }
