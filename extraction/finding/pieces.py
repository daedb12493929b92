"""Pieces: pairs of one block that make a value together, and how it is put together.

What every kind of composed value needs; which kinds there are is in `compose`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from extraction.candidates import Candidate, strength_of
from extraction.pairs import Pair
from extraction.roles import Role

COMPOSED_LOSS = 0.01
OFFICE = (Role.EXCAVATOR, Role.CALLER)
SITES = (Role.SITE, Role.NONE, Role.WORK, Role.JOB)

Spoken = list[tuple[int, Pair]]


def made(
    field: str,
    raw: str,
    parts: Iterable[tuple[int, Pair]],
    rule: str,
    loss: float = COMPOSED_LOSS,
) -> Candidate:
    """Return the candidate that pieces make, as sure as the least sure of them."""
    pieces = list(parts)
    return Candidate(
        field=field,
        raw=raw,
        spans=tuple(span for _order, pair in pieces for span in pair.spans),
        producer="composed",
        strength=min(strength_of(pair) for _order, pair in pieces) - loss,
        rule=rule,
        order=pieces[0][0],
        is_opened=pieces[0][1].is_opened,
    )


def beside(
    spoken: Spoken, order: int, pair: Pair, concept: str, reach: int = 8
) -> tuple[int, Pair] | None:
    """Return the nearest pair of this concept in the same block, at most a few pairs away."""
    found = [
        (at, other)
        for at, other in near(spoken, order, reach)
        if other.label.concept == concept and is_of_one_block(pair, other)
    ]
    return min(found, key=lambda other: (abs(other[0] - order), other[0])) if found else None


def near(spoken: Spoken, order: int, reach: int) -> Spoken:
    """Return what stands at most so many pairs away; pairs come in their order."""
    first = bisect_left(spoken, order - reach, key=_order)
    return spoken[first : bisect_right(spoken, order + reach, key=_order)]


def _order(spoken: tuple[int, Pair]) -> int:
    return spoken[0]


def is_of_one_block(pair: Pair, other: Pair) -> bool:
    """Do both speak of the same thing? Members of one object do, whatever each is called."""
    is_one_object = pair.is_structured and other.is_structured and bool(pair.trail)
    return other.trail == pair.trail and (is_one_object or other.role is pair.role)
