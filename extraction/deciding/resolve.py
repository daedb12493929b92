"""Resolving: of all candidates for a field, the one to give, the others as alternatives."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import JsonValue

from domain.extraction import Alternative, DocumentKind, Finding, Span
from extraction.candidates import Candidate
from extraction.deciding.confidence import Evidence, calibration
from extraction.deciding.plausible import PHONES, TEXAS, is_plausible
from extraction.deciding.usual_shape import is_shaped
from extraction.document import Document
from extraction.intake import Medium
from extraction.labels.concepts import find_label
from extraction.places.agreement import MAP, TABLE
from extraction.value import value
from extraction.values.normalise import normalise
from extraction.values.phones import is_possible
from extraction.values.plain_measures import is_plain

ALTERNATIVES_MAX = 5
ALTERNATIVES_WEIGHED = 20
TIE = 0.0101  # a runner-up this close is as good
KEYS_MAX = 2_048  # values whose spelling is remembered
# A company is written with its legal form and without.
LEGAL_FORM = re.compile(r"\s(?:inc|llc|l\.l\.c|lp|ltd|corp|pllc)\.?$")
SAME_SITE_DEGREES = 0.01  # about a kilometre
IMPOSSIBLE_PHONE = 0.62  # stated plainly for its role, but no such number can ring
LABELLED = re.compile(r"((?:[A-Z][\w/#.']{0,20}[ ]?){1,4}):(?=\s)")
NO_LETTERS = re.compile(r"[^a-z0-9.-]+")
# Fields whose candidates may differ without contradicting each other.
UNCONTESTED = frozenset(
    {"type_of_work", "phone", "onsite_phone", "work_area_description", "work_start_at"}
    | {"document_created_at", "email", "marking_instructions"}
)


@value
class Choice:
    """A candidate with the value that its words give."""

    candidate: Candidate
    value: JsonValue
    strength: float
    key: str  # the value in plain letters
    bare: str  # the same without the legal form of a company: values are the same by it


@dataclass(frozen=True, slots=True)
class Source:
    """What the document as a whole says about its values."""

    kind: DocumentKind
    medium: Medium
    qualities: dict[tuple[str, int, int], float]
    state: str | None = None  # of the site; most likely Texas if none is named

    @classmethod
    def of(cls, document: Document, kind: DocumentKind, state: str | None = None) -> "Source":
        """Return what this document says; the quality of each line that was recognised."""
        qualities = {
            (line.part, line.page, line.number): line.quality
            for line in document.lines
            if line.quality is not None
        }
        return cls(kind, document.medium, qualities, state)

    def quality(self, spans: Sequence[Span]) -> float:
        """Return how legible the words are that stand here: the worst of them, 0 to 1."""
        if not self.qualities:
            return 1.0  # nothing was recognised: it was text
        places = [(span.part, span.page, span.line) for span in spans]
        return min((self.qualities.get(place, 1.0) for place in places), default=1.0)


@value
class Decision:
    """What is given for a field, and the evidence for it."""

    finding: Finding
    evidence: Evidence


def decided(candidates: Iterable[Candidate], source: Source) -> dict[str, Decision]:
    """Return the decision for each field that has a candidate with a value."""
    by_field: dict[str, list[Choice]] = {}
    for candidate in candidates:
        choice = _choice(candidate)
        if choice is not None:
            by_field.setdefault(candidate.field, []).append(choice)
    return {field: _decided(choices, source) for field, choices in sorted(by_field.items())}


def _choice(candidate: Candidate) -> Choice | None:
    value = normalise(candidate.field, candidate.raw)
    if value is None or value == "":
        return None
    key = _plain(str(value))
    return Choice(candidate, value, _weighed(candidate, value), key, LEGAL_FORM.sub("", key))


def _weighed(candidate: Candidate, value: JsonValue) -> float:
    """Lower the strength where the value itself is doubtful."""
    if candidate.field in PHONES and not is_possible(str(value)):
        return min(candidate.strength, IMPOSSIBLE_PHONE)
    return candidate.strength


def _decided(choices: list[Choice], source: Source) -> Decision:
    # What is plainly labelled goes before what is merely plausible: an impossible phone is
    # given with a low confidence, and the other number stays an alternative.
    ranked = sorted(choices, key=_rank)
    evidence = _evidence(ranked[0], ranked, source)
    confidence = calibration().confidence(evidence)
    best = ranked[0]
    finding = Finding(
        value=best.value,
        confidence=confidence,
        producer=best.candidate.producer,
        rule=best.candidate.rule,
        spans=list(best.candidate.spans),
        alternatives=_alternatives(ranked, source, confidence),
    )
    return Decision(finding, evidence)


def _evidence(choice: Choice, choices: Sequence[Choice], source: Source) -> Evidence:
    """Return what speaks for and against one of several choices."""
    field = choice.candidate.field
    others = [other for other in choices if not _is_same(other, choice)]
    witnesses = _witnesses(choice, choices)
    rivals = [] if field in UNCONTESTED else others
    margin = min((choice.strength - other.strength for other in rivals), default=1.0)
    return Evidence(
        field=field,
        strength=choice.strength,
        producer=choice.candidate.producer,
        # The rule of a template names the template, and not how the value was derived.
        is_derived=choice.candidate.rule is not None
        and choice.candidate.producer != "template",
        agreeing=len(witnesses) - 1,
        rivals=len({other.key for other in rivals}),
        margin=max(0.0, margin),
        is_valid=is_plausible(field, choice.value, source.state) and _is_plain(choice),
        is_shaped=is_shaped(field, choice.value, is_texan=source.state in (None, TEXAS)),
        kind=source.kind,
        medium=source.medium,
        equals=sum(1 for other in others if _is_equal(other, choice)),
        quality=source.quality(choice.candidate.spans),
    )


def _witnesses(choice: Choice, choices: Sequence[Choice]) -> list[Choice]:
    """Return the choice with those of other producers that read the same in other words.

    Two that read one and the same words are one witness; a table or the map knows by itself.
    """
    found = [choice]
    for other in choices:
        is_new = all(_is_another(other.candidate, one.candidate) for one in found)
        if is_new and _is_same(other, choice):
            found.append(other)
    return found


def _is_another(left: Candidate, right: Candidate) -> bool:
    if left.producer == right.producer:
        return False
    knows = {left.producer, right.producer} & {TABLE, MAP}
    return bool(knows) or not _is_over_the_same(left.spans, right.spans)


def _is_over_the_same(left: Sequence[Span], right: Sequence[Span]) -> bool:
    return any(
        (one.part, one.page, one.line, one.path)
        == (other.part, other.page, other.line, other.path)
        and one.start < max(other.end, other.start + 1)
        and other.start < max(one.end, one.start + 1)
        for one in left
        for other in right
    )


def _is_equal(other: Choice, choice: Choice) -> bool:
    """Say whether the same label says something else just as strongly: the rows of a table."""
    one, two = other.candidate, choice.candidate
    is_label = bool(one.label) and (one.label, one.rule) == (two.label, two.rule)
    return is_label and other.strength >= choice.strength - TIE


def _is_plain(choice: Choice) -> bool:
    """Say whether the words leave no doubt of a measure; a unit in a key has no place."""
    candidate = choice.candidate
    is_by_key = any(span.start == span.end for span in candidate.spans[1:])
    return is_plain(candidate.field, candidate.raw, choice.value, is_by_key=is_by_key)


def _rank(choice: Choice) -> tuple[float, float, int]:
    return (-round(choice.candidate.strength, 3), -choice.strength, choice.candidate.order)


def _is_same(left: Choice, right: Choice) -> bool:
    one, other = left.value, right.value
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_is_near(one.get(key), other.get(key)) for key in ("latitude", "longitude"))
    return left.bare == right.bare


def _is_near(left: JsonValue, right: JsonValue) -> bool:
    """Do two degrees mean the same work site?"""
    is_number = isinstance(left, float) and isinstance(right, float)
    return is_number and abs(float(str(left)) - float(str(right))) < SAME_SITE_DEGREES


@lru_cache(KEYS_MAX)
def _plain(text: str) -> str:
    return NO_LETTERS.sub(" ", text.lower()).strip()


def _alternatives(
    ranked: Sequence[Choice], source: Source, ceiling: float
) -> list[Alternative]:
    """Return the other values, each with the confidence it would have, below the best."""
    seen: dict[str, Choice] = {}
    for choice in ranked[1:]:
        if not _is_same(choice, ranked[0]) and not _holds_a_label(choice.value):
            seen.setdefault(choice.key, choice)
    found = [
        Alternative(
            value=choice.value,
            confidence=min(
                ceiling, calibration().confidence(_evidence(choice, ranked, source))
            ),
            spans=list(choice.candidate.spans),
        )
        for choice in list(seen.values())[:ALTERNATIVES_WEIGHED]
    ]
    return sorted(found, key=lambda one: -one.confidence)[:ALTERNATIVES_MAX]


def _holds_a_label(value: JsonValue) -> bool:
    """Say whether words of another label stand within: more than one value was taken."""
    text = value if isinstance(value, str) and ":" in value else ""
    heads = [found[1].split() for found in LABELLED.finditer(text)]
    return any(
        find_label(" ".join(head[at:])) is not None for head in heads for at in range(len(head))
    )
