"""Bystanders: who is named in a document and will not dig.

Who calls the dispatcher reports a danger; his name and number are not the excavator's, unless
his own crew has hit the line. Who applies for a permit does not dig if he names a contractor.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.extraction import DocumentKind, Span
from extraction.candidates import Candidate
from extraction.values.streets import HAS_STREET, crossing, is_numbered, is_street

BYSTANDER = 0.40
WITH_COMPANY = 0.72
OF_A_CALLER = frozenset(
    {
        "contact_name",
        "phone",
        "phone_extension",
        "email",
        "company",
        "onsite_contact_name",
        "onsite_phone",
    }
    | {"address_line_1", "city_state_zip"}
)
SLOT_RULE = "slot_of_dispatch"
OF_A_SLOT = frozenset({"address", "nearest_intersection", "city", "county"})
CUT_LABEL = 0.60
NARRATIVE = frozenset(
    {"emergency_justification", "work_area_description", "remarks", "description", "nature"}
)
DIGS_HIMSELF = re.compile(
    r"\b(?:his|her|their|our|my|rp'?s?)\s(?:own\s)?(?:crew|men|guys|workers|employees|contractor)\b"
    r"|\b(?:rp|caller|we|i)\s(?:\w+\s){0,4}?(?:hit|cut|struck|dug|damaged|ruptured)\b",
    re.IGNORECASE,
)
# `ALMA BRANDT W/ NORTH FORK FENCE`: the person, and the company that he calls for.
WITH = re.compile(
    r"^(?P<person>[A-Za-z .'-]{4,40}?)\s(?:w/|with|from|of)\s?(?P<company>[A-Z][\w &.,'-]{3,60})$"
)
APPLICANT_RULES = frozenset({"company_will_do_it", "owner_is_named"})
CONTRACTOR_RULES = frozenset(
    {"contractor_is_named", "work_is_done_by", "contractor_is_hired", "permit_is_given_to"}
)


def without_bystanders(candidates: Sequence[Candidate], kind: DocumentKind) -> list[Candidate]:
    """Return the candidates with those of bystanders made mere suggestions."""
    if kind is DocumentKind.DISPATCH:
        return _cut(list(_without_callers(candidates)))
    return _without_applicant(candidates)


def _without_callers(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    told = " . ".join(c.raw for c in candidates if c.field in NARRATIVE)
    digs_himself = DIGS_HIMSELF.search(told) is not None
    for candidate in candidates:
        if candidate.field not in OF_A_CALLER:
            yield candidate
        elif digs_himself:
            yield from _of_a_company(candidate)
        else:
            yield replace(candidate, strength=min(candidate.strength, BYSTANDER))


def _cut(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Let a slot go before a labelled value that begins with it and runs on into the next slot."""
    slots = {
        (c.field, place.part, place.line, place.start): place.end
        for c in candidates
        if c.rule == SLOT_RULE
        for place in c.spans
    }
    is_placed = any(
        c.field == "address" and c.rule == SLOT_RULE and HAS_STREET.search(c.raw)
        for c in candidates
    )
    return [
        replace(c, strength=min(c.strength, BYSTANDER))
        if is_placed and (_is_of_a_shop(c) or _is_only_a_place(c))
        else replace(c, strength=min(c.strength, CUT_LABEL))
        if _runs_on(c, slots)
        else c
        for c in candidates
    ]


def _is_only_a_place(candidate: Candidate) -> bool:
    """Is this the site once more, and no description of what lies there?"""
    raw = candidate.raw.strip()
    is_area = candidate.field == "work_area_description"
    return is_area and (is_numbered(raw) or is_street(raw) or crossing(raw) is not None)


def _is_of_a_shop(candidate: Candidate) -> bool:
    """Is this only the name of a place, although its label asks for an address?"""
    is_address = candidate.field == "address" and candidate.rule != SLOT_RULE
    return is_address and not (
        HAS_STREET.search(candidate.raw) or re.search(r"\d", candidate.raw)
    )


def _runs_on(candidate: Candidate, slots: dict[tuple[str, str, int, int], int]) -> bool:
    if candidate.rule == SLOT_RULE or candidate.field not in OF_A_SLOT:
        return False
    return any(
        slots.get((candidate.field, place.part, place.line, place.start), place.end) < place.end
        for place in candidate.spans
    )


def _of_a_company(candidate: Candidate) -> Iterator[Candidate]:
    match = WITH.match(candidate.raw.strip()) if candidate.field == "contact_name" else None
    if match is None or len(candidate.spans) != 1:
        yield candidate
        return
    for field, group, strength in (
        ("contact_name", "person", candidate.strength),
        ("company", "company", WITH_COMPANY),
    ):
        span = _part(candidate.spans[0], match[group])
        yield replace(
            candidate, field=field, raw=match[group], spans=(span,), strength=strength
        )


def _part(span: Span, words: str) -> Span:
    at = max(0, span.quote.find(words))
    start = span.start + at
    return span.model_copy(update={"quote": words, "start": start, "end": start + len(words)})


def _without_applicant(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Lower a company that the sentences call the owner, if they name a contractor."""
    has_contractor = any(
        c.field == "company" and c.rule in CONTRACTOR_RULES for c in candidates
    )
    owners = {
        _key(c.raw) for c in candidates if c.field == "work_for" and c.rule in APPLICANT_RULES
    }
    if not has_contractor or not owners:
        return list(candidates)
    return [
        replace(c, strength=min(c.strength, BYSTANDER))
        if c.field == "company" and _key(c.raw) in owners
        else c
        for c in candidates
    ]


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()
