"""Second people: of two who may be called, the one who gave the notice and the one on site.

Where a ticket names a caller and a contact, each in the company's block, the contact is who is
met at the site. Where an order names who asked for it and who speaks for the contractor, the
caller is the contractor's.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from extraction.candidates import Candidate
from extraction.labels.concepts import name_of
from extraction.pairs import Pair
from extraction.roles import Role
from extraction.values.plain import plain_text

OF_THE_COMPANY = frozenset({Role.EXCAVATOR, Role.CALLER, Role.NONE})
REACHED_BY = frozenset({"phone", "mobile", "extension"})
ASKERS = frozenset(
    ["requested by", "requestor", "requester", "requested by name", "submitted by"]
)
OWN = re.compile(r"\b(?:contractor|excavator|company|firm)\b")
ASKERS_WORTH = 0.5  # where the contractor names its own


def with_second_people(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs of running text with the contact beside a caller given to the site."""
    found = list(pairs)
    callers = [pair for pair in pairs if _is_person(pair, "caller")]
    if not callers:
        return found
    for n, pair in enumerate(pairs):
        is_second = _is_person(pair, "contact") and pair.label.role is None
        beside = [one for one in callers if one.block == pair.block]
        if not is_second or not beside or _same(pair, beside):
            continue
        found[n] = replace(pair, role=Role.ONSITE)
        for k in range(n + 1, min(n + 3, len(pairs))):
            if pairs[k].label.concept not in REACHED_BY or pairs[k].label.role is not None:
                break
            found[k] = replace(pairs[k], role=Role.ONSITE)
    return found


def _is_person(pair: Pair, concept: str) -> bool:
    return (
        pair.label.concept == concept
        and not pair.is_structured
        and pair.role in OF_THE_COMPANY
        and plain_text(pair.value) is not None
    )


def _same(pair: Pair, others: Sequence[Pair]) -> bool:
    name = pair.value.casefold().strip()
    return any(name == other.value.casefold().strip() for other in others)


def without_askers(candidates: Sequence[Candidate], pairs: Sequence[Pair]) -> list[Candidate]:
    """Return the candidates; who only asked for the work is no caller beside the contractor's."""
    spans = {pair.spans for pair in pairs if name_of(pair.words) in ASKERS and pair.spans}
    has_own = any(_speaks_for_the_company(pair) and plain_text(pair.value) for pair in pairs)
    if not spans or not has_own:
        return list(candidates)
    return [
        replace(one, strength=ASKERS_WORTH)
        if one.field == "contact_name" and one.spans in spans
        else one
        for one in candidates
    ]


def _speaks_for_the_company(pair: Pair) -> bool:
    """Say whether this is the contractor's own contact, by the words of its label."""
    is_caller = pair.label.concept == "name" and pair.label.role is Role.CALLER
    is_contact = pair.label.concept in ("contact", "caller") or is_caller
    is_own = pair.label.role is Role.EXCAVATOR or OWN.search(name_of(pair.words))
    return is_contact and bool(is_own)
