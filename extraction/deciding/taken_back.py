"""Taken back: what the words of a document deny, and what they leave open.

An emergency that is denied is none, whatever kind of paper this is; a second county in brackets
makes the first a question.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.extraction import Span
from domain.texas import find_county
from extraction.candidates import Candidate
from extraction.document import Document, Line
from extraction.values.normalise import normalise

LINES_MAX = 2_000
LINE_CHARACTERS_MAX = 2_000
DENIED_PLAINLY = 0.72
FIRST_COUNTY = 0.85
SECOND_COUNTY = 0.84
# `NOT AN EMERGENCY`, `NON-EMERGENCY`, `EMERGENCY: NO`; the non-emergency line is a telephone.
DENIED = re.compile(
    r"\b(?:not|no longer|isn'?t|never) (?:(?:an?|considered|really|true|declared|deemed|be|being) ){0,3}emerg(?:ency)?\b"
    r"|\bnon[- ]?emerg(?:ency|ent)?\b(?! (?:lines?|numbers?|phone|dispatch|no\b|#|tel|requests|tickets|locates|notices|calls|work\b|situations))"
    r"|\bno emergency\b(?! (?:contact|phone|number))"
    r"|\bemerg(?:ency)?(?: (?:ticket|locate|request|work|job|dig))?(?: ?\? ?| ?[:=] ?| ?[-\u2013] ?)(?:(?:no?|false)(?=\s{0,2}(?:$|[,;(|-]|\s{2}|per\b|\.(?!\s?[\d#])))|not\b(?! (?:sure|known|yet)))",
    re.IGNORECASE,
)
# `If this is not an emergency, call the office` denies nothing.
IF = re.compile(r"\b(?:if|unless|whether|when|for)\b[^.;]{0,30}$", re.IGNORECASE)
JUSTIFICATION = "emergency_justification"
JUDGED = frozenset({"dispatch_is_an_emergency", "emergency_is_asked"})
READ_OFF = frozenset({"headline", "subject", "banner"})
NORMAL = {"ticket_type": "Normal", "priority_level": "Standard"}
OTHER_COUNTY = re.compile(
    r"(?P<first>[A-Za-z. ]{3,30}?)\s{0,3}[(\[,]\s?(?:also|and|or|partly|part|some in|possibly|maybe)\s(?P<second>[A-Za-z. ]{3,30})[)\]]?",
    re.IGNORECASE,
)


def without_what_is_denied(
    document: Document, candidates: Sequence[Candidate]
) -> list[Candidate]:
    """Return the candidates without what is denied, and with what is left open."""
    found = [one for candidate in candidates for one in _counties(candidate)]
    denials = list(_denials(document.lines))
    if not denials:
        return found
    if any(map(_is_plain_emergency, found)):
        return [c for c in found if c.field != JUSTIFICATION or not is_denied(c.raw)]
    taken_back = [c for c in found if _is_taken_back(c, {_at(span) for span in denials})]
    normal = [one for c in taken_back if c.field in NORMAL for one in _normal(c, denials)]
    return [*(c for c in found if c not in taken_back), *normal]


def is_denied(text: str) -> bool:
    """Do these words say that there is no emergency?"""
    if "emerg" not in text.lower():
        return False
    return any(
        not IF.search(text[: match.start()][-40:])
        for match in DENIED.finditer(text[:LINE_CHARACTERS_MAX])
    )


def _denials(lines: Sequence[Line]) -> Iterator[Span]:
    """Yield where an emergency is denied; a label of its own is part of the words."""
    for line in lines[:LINES_MAX]:
        label = f"{line.label}: " if line.label else ""
        if is_denied(label + line.text[:LINE_CHARACTERS_MAX]):
            yield line.span(0, min(len(line.text), LINE_CHARACTERS_MAX))


def _at(span: Span) -> tuple[str, int, int]:
    return span.part, span.page, span.line


def _is_plain_emergency(candidate: Candidate) -> bool:
    """Return whether a label says that it is one; what is denied elsewhere is another thing."""
    is_kind = candidate.field in NORMAL and candidate.producer != "finder"
    return is_kind and normalise(candidate.field, candidate.raw) == "Emergency"


def _is_taken_back(candidate: Candidate, denied: set[tuple[str, int, int]]) -> bool:
    """Return whether this rests on an emergency that is denied, anywhere or where it stands."""
    if candidate.field == JUSTIFICATION or candidate.rule in JUDGED:
        return True
    is_own = candidate.rule in READ_OFF and any(_at(s) in denied for s in candidate.spans)
    return is_own and normalise(candidate.field, candidate.raw) == "Emergency"


def _normal(candidate: Candidate, denials: Sequence[Span]) -> Iterator[Candidate]:
    """Yield the kind of a ticket that is no emergency, if a denial says it plainly."""
    value = NORMAL[candidate.field]
    for denial in denials:
        if normalise(candidate.field, denial.quote) == value:
            yield replace(
                candidate,
                raw=value,
                spans=(denial,),
                strength=DENIED_PLAINLY,
                rule="emergency_is_denied",
            )
            return


def _counties(candidate: Candidate) -> Iterator[Candidate]:
    """Yield a county; of two, the second one in brackets, both: one of them is asked about."""
    match = (
        OTHER_COUNTY.fullmatch(candidate.raw.strip()) if candidate.field == "county" else None
    )
    if match is None or not (find_county(match["first"]) and find_county(match["second"])):
        yield candidate
        return
    for name, strength, rule in (
        ("first", FIRST_COUNTY, "first_of_two_counties"),
        ("second", SECOND_COUNTY, "second_of_two_counties"),
    ):
        yield replace(
            candidate, raw=match[name], strength=min(candidate.strength, strength), rule=rule
        )
