"""Conflicts and placeholders: what a document says twice, and what it leaves unsaid in words.

Two values contradict each other only if they are equally placed: under labels of the same words
and role, or told by the same rule. A town and its code, a number of a job and one of a call, or
the digger and a company of the list of members are no contradiction.
What the law asks is stricter: any yes against any no is one, wherever the two stand.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from domain.extraction import ExtractionWarning, Finding, Span, WarningCode
from domain.facts import TicketFacts
from extraction.candidates import Candidate, field_of
from extraction.deciding.confidence import ASKED
from extraction.labels.concepts import name_of
from extraction.pairs import Pair
from extraction.roles import SILENT_ROLES
from extraction.values.normalise import is_placeholder, normalise
from extraction.values.statements import SUBJECTS, statements_in

CONTESTED = ("company", "work_order_ref", "city")
# A depth and a duration are facts of law: another that is plainly stated is told, though weaker.
PLAIN_DEPTH = 0.66
PLAINLY = frozenset({"depth_inches", "duration_days"})
POINT = "gps_coordinates"
OTHER_SITE_DEGREES = 0.02  # about two kilometres: no job is as wide
STATEMENT_MIN = 0.50  # what is weaker contradicts nothing
# What these warn of is asked about, however plainly one of the two is written.
ASKED_ABOUT = frozenset({WarningCode.CONFLICTING_VALUES, WarningCode.MULTIPLE_COUNTIES})
# Running text in which a statement may stand that no producer has taken.
IN_WORDS = frozenset({"remarks", "description", "scope", "method", "extent", "type_of_work"})
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
    for field in (*CONTESTED, *sorted(PLAINLY), POINT):
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
            if (field in PLAINLY and other.strength >= PLAIN_DEPTH) or (
                best and _is_equal(best, other, labels)
            ):
                yield field, finding, value
                break
    yield from _yes_against_no(candidates, pairs, fields)


def _yes_against_no(
    candidates: Sequence[Candidate], pairs: Sequence[Pair], fields: Mapping[str, Finding]
) -> Iterator[tuple[str, Finding, JsonValue]]:
    """Yield the statements of law that the document both makes and denies."""
    words = [
        said
        for pair in pairs
        if pair.label.concept in IN_WORDS and pair.role not in SILENT_ROLES
        for said in statements_in(pair.value)
    ]
    for field in SUBJECTS:
        finding = fields.get(field)
        if finding is None:
            continue
        told = {said.is_so for said in words if said.field == field} | {
            normalise(field, c.raw)
            for c in candidates
            if c.field == field and c.strength >= STATEMENT_MIN
        }
        if (not finding.value) in told:
            yield field, finding, not finding.value


def asked_about(
    fields: Mapping[str, Finding], warnings: Sequence[ExtractionWarning]
) -> dict[str, Finding]:
    """Return the findings, those that are contradicted so doubtful that a person is asked."""
    contested = {w.field for w in warnings if w.code in ASKED_ABOUT}
    return {
        name: _bounded(finding) if name in contested else finding
        for name, finding in fields.items()
    }


def _bounded(finding: Finding) -> Finding:
    others = [
        other.model_copy(update={"confidence": min(other.confidence, ASKED)})
        for other in finding.alternatives
    ]
    confidence = min(finding.confidence, ASKED)
    return finding.model_copy(update={"confidence": confidence, "alternatives": others})


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
    if isinstance(left, dict) and isinstance(right, dict):
        return _is_one_site(left, right)
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right
    one, other = (re.sub(r"[^a-z0-9]", "", str(value).lower()) for value in (left, right))
    return one in other or other in one


def _is_one_site(left: Mapping[str, JsonValue], right: Mapping[str, JsonValue]) -> bool:
    return all(
        abs(float(str(left[axis])) - float(str(right[axis]))) <= OTHER_SITE_DEGREES
        for axis in ("latitude", "longitude")
    )


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
