"""Resolving: of all candidates for a field, the one to give, the others as alternatives."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from domain.extraction import Alternative, DocumentKind, Finding
from extraction.candidates import Candidate
from extraction.confidence import IMPOSSIBLE_PHONE, scored
from extraction.normalise import normalise
from extraction.phones import is_possible

ALTERNATIVES_MAX = 5
SAME_SITE_DEGREES = 0.01  # about a kilometre
CONTEST_MARGIN = 0.015  # closer than this, two candidates are equally strong
# Fields whose candidates may differ without contradicting each other.
UNCONTESTED = frozenset(
    {"type_of_work", "phone", "onsite_phone", "work_area_description", "work_start_at"}
    | {"document_created_at", "email", "marking_instructions"}
)
PHONES = frozenset({"phone", "onsite_phone", "work_for_phone"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate with the value that its words give."""

    candidate: Candidate
    value: JsonValue
    strength: float


def resolved(candidates: Iterable[Candidate], kind: DocumentKind) -> dict[str, Finding]:
    """Return the finding for each field that has a candidate with a value."""
    by_field: dict[str, list[Choice]] = {}
    for candidate in candidates:
        choice = _choice(candidate)
        if choice is not None:
            by_field.setdefault(candidate.field, []).append(choice)
    return {field: _decided(choices, kind) for field, choices in sorted(by_field.items())}


def _choice(candidate: Candidate) -> Choice | None:
    value = normalise(candidate.field, candidate.raw)
    if value is None or value == "":
        return None
    return Choice(candidate, value, _weighed(candidate, value))


def _weighed(candidate: Candidate, value: JsonValue) -> float:
    """Lower the strength where the value itself is doubtful."""
    if candidate.field in PHONES and not is_possible(str(value)):
        return min(candidate.strength, IMPOSSIBLE_PHONE)
    return candidate.strength


def _decided(choices: list[Choice], kind: DocumentKind) -> Finding:
    # What is plainly labelled goes before what is merely plausible: an impossible phone is
    # given with a low confidence, and the other number stays an alternative.
    ranked = sorted(choices, key=_rank)
    best = ranked[0]
    same = [choice for choice in ranked[1:] if _is_same(choice.value, best.value)]
    others = [choice for choice in ranked[1:] if not _is_same(choice.value, best.value)]
    is_contested = (
        best.candidate.field not in UNCONTESTED
        and bool(others)
        and others[0].strength > best.strength - CONTEST_MARGIN
    )
    producers = {choice.candidate.producer for choice in same} - {best.candidate.producer}
    confidence = scored(
        best.strength, agreeing=len(producers), is_contested=is_contested, kind=kind
    )
    return Finding(
        value=best.value,
        confidence=confidence,
        producer=best.candidate.producer,
        rule=best.candidate.rule,
        spans=list(best.candidate.spans),
        alternatives=_alternatives(others, confidence),
    )


def _rank(choice: Choice) -> tuple[float, float, int]:
    return (-round(choice.candidate.strength, 3), -choice.strength, choice.candidate.order)


def _is_same(left: JsonValue, right: JsonValue) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return all(_is_near(left.get(key), right.get(key)) for key in ("latitude", "longitude"))
    return _key(left) == _key(right)


def _is_near(left: JsonValue, right: JsonValue) -> bool:
    """Do two degrees mean the same work site?"""
    is_number = isinstance(left, float) and isinstance(right, float)
    return is_number and abs(float(str(left)) - float(str(right))) < SAME_SITE_DEGREES


def _key(value: JsonValue) -> str:
    return re.sub(r"[^a-z0-9.-]+", " ", str(value).lower()).strip()


def _alternatives(others: list[Choice], ceiling: float) -> list[Alternative]:
    seen: dict[str, Choice] = {}
    for choice in others:
        seen.setdefault(_key(choice.value), choice)
    return [
        Alternative(
            value=choice.value,
            confidence=round(max(0.05, min(choice.strength, ceiling)), 3),
            spans=list(choice.candidate.spans),
        )
        for choice in list(seen.values())[:ALTERNATIVES_MAX]
    ]
