"""Conflicts and placeholders: what a document says twice, and what it leaves unsaid in words.

Two values contradict each other only if they are equally placed: under labels of the same words
and role, or told by the same rule. A town and its code, a number of a job and one of a call, or
the digger and a company of the list of members are no contradiction.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from domain.extraction import Finding, Span
from domain.facts import TicketFacts
from extraction.candidates import Candidate, field_of
from extraction.labels import name_of
from extraction.normalise import is_placeholder, normalise
from extraction.pairs import Pair
from extraction.roles import SILENT_ROLES

CONTESTED = ("company", "work_order_ref", "city")
# A depth is a fact of law: another that is plainly stated is told, though weaker.
PLAIN_DEPTH = 0.66
DEPTH = "depth_inches"
PLACEHOLDERS_MIN = 2
NO_IS_AN_ANSWER = frozenset(
    {"is_boring", "is_blasting", "is_trenchless", "white_lines", "marked_how", "type"}
)
ZERO_IS_NONE = frozenset(
    {"phone", "latitude", "longitude", "pole", "meter", "work_order", "transformer", "point"}
)
# `TBD`, `Value` and `Not Supplied` stand in for a value; `none` and `same` are answers.
STANDS_IN = re.compile(
    r"\b(?:value|string|tb[da]|null|not\s(?:supplied|provided|given|listed|specified|entered|available)"
    r"|to be (?:determined|announced)|enter .{1,30}|x{3,})\b|^\W{0,3}\?{2,}",
    re.IGNORECASE,
)
NOT_APPLICABLE = re.compile(r"^\W{0,2}n\W?/?a\W{0,2}$", re.IGNORECASE)
# A job always has these: that they are said not to apply is no answer.
ALWAYS_THERE = frozenset(
    {
        "company",
        "contact",
        "caller",
        "phone",
        "email",
        "meter",
        "pole",
        "transformer",
        "work_order",
    }
    | {"latitude", "longitude", "point"}
)

Place = tuple[str, int, int, int]  # part, page, line, start


def contradictions(
    candidates: Sequence[Candidate], pairs: Sequence[Pair], fields: Mapping[str, Finding]
) -> Iterator[tuple[str, Finding, JsonValue]]:
    """Yield each field with its finding and the value that contradicts it."""
    labels = {
        _at(span): (name_of(pair.words), str(pair.role))
        for pair in pairs
        for span in pair.spans
    }
    for field in (*CONTESTED, DEPTH):
        finding = fields.get(field)
        if finding is None or not finding.spans:
            continue
        told = [c for c in candidates if c.field == field and c.spans]
        place = _at(finding.spans[0])
        best = next((c for c in told if _at(c.spans[0]) == place), None)
        for other in told if best else ():
            value = normalise(field, other.raw)
            if value is None or _agree(value, finding.value):
                continue
            if (field == DEPTH and other.strength >= PLAIN_DEPTH) or (
                best and _is_equal(best, other, labels)
            ):
                yield field, finding, value
                break


def _at(span: Span) -> Place:
    return span.part, span.page, span.line, span.start


def _is_equal(
    best: Candidate, other: Candidate, labels: Mapping[Place, tuple[str, str]]
) -> bool:
    """Do both stand under labels of the same words, or were both told by one rule?"""
    ours, theirs = labels.get(_at(best.spans[0])), labels.get(_at(other.spans[0]))
    is_alike = ours == theirs and (ours is not None or best.rule == other.rule)
    return is_alike and other.strength >= best.strength


def _agree(left: JsonValue, right: JsonValue) -> bool:
    """Are two values one: equal, one within the other, or one cut short to its letters?"""
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right
    one, other = (re.sub(r"[^a-z0-9]", "", str(value).lower()) for value in (left, right))
    return one in other or other in one


def placeholders(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs with placeholders: two at least, one of them in a field of the ticket."""
    stated = {
        (pair.label.concept, pair.role) for pair in pairs if not is_placeholder(pair.value)
    }
    found = [
        pair
        for pair in pairs
        if pair.role not in SILENT_ROLES
        and is_placeholder(pair.value)
        and _stands_in(pair)
        and (pair.label.concept, pair.role) not in stated
    ]
    is_asked = any(_is_asked(pair) for pair in found)
    return found if len(found) >= PLACEHOLDERS_MIN and is_asked else []


def _is_asked(pair: Pair) -> bool:
    field, loss = field_of(pair)
    return pair.label.concept in ALWAYS_THERE or (
        field in TicketFacts.model_fields and not loss
    )


def _stands_in(pair: Pair) -> bool:
    """Did somebody write this in place of a value that the document should have?"""
    concept = pair.label.concept
    if concept in NO_IS_AN_ANSWER or not pair.spans:
        return False
    if STANDS_IN.search(pair.value) or (concept in ZERO_IS_NONE and "0" in pair.value):
        return True
    return concept in ALWAYS_THERE and NOT_APPLICABLE.match(pair.value) is not None
