"""Own number: of the numbers that a paper bears, the one of the order itself.

A request or a call of a customer made a work order; where both are numbered, the order's number
is the one that crews and locators know it by.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from extraction.candidates import Candidate
from extraction.values.normalise import normalise

FIELD = "work_order_ref"
BEHIND = 0.04
SURE = 0.70
OF_AN_ORDER = re.compile(
    r"\W{0,3}(?:work ?orders?|wo|w\.o\.|w/o|job ?orders?|service ?orders?)\b"
)
OF_A_REQUEST = re.compile(
    r"\W{0,3}(?:c?sr|srn|service req\w*|(?:customer|citizen) (?:service )?req\w*|request|incident|inc|case|call|311|notification|complaint)\b"
)


def with_own_number(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates; the number of a request goes behind that of a work order."""
    orders = [c.strength for c in candidates if _is_called(c, OF_AN_ORDER)]
    best = max(orders, default=0.0)
    if best < SURE:
        return list(candidates)
    return [
        replace(c, strength=min(c.strength, round(best - BEHIND, 3)))
        if _is_called(c, OF_A_REQUEST)
        else c
        for c in candidates
    ]


def _is_called(candidate: Candidate, words: re.Pattern[str]) -> bool:
    is_labelled = candidate.field == FIELD and candidate.producer == "label"
    return (
        is_labelled
        and words.match(candidate.label) is not None
        and normalise(FIELD, candidate.raw) is not None
    )
