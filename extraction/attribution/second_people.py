"""Second people: of two who may be called, the one who gave the notice and the one on site.

Where a ticket names a caller and a contact, each in the company's block, the contact is who is
met at the site. Where an order names who asked for it and who speaks for the contractor, the
caller is the contractor's.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.extraction import Span
from extraction.candidates import Candidate
from extraction.labels.concepts import name_of
from extraction.pairs import Pair
from extraction.roles import Role
from extraction.sentences.reporters import spans_of_reporters
from extraction.values.plain import plain_text

OF_THE_COMPANY = frozenset({Role.EXCAVATOR, Role.CALLER, Role.NONE})
REACHED_BY = frozenset({"phone", "mobile", "extension"})
REACHED = REACHED_BY | {"alt_phone", "email", "company"}
OF_CONTACT = re.compile(r"contact\b")
ASKERS = frozenset(
    ["requested by", "requestor", "requester", "requested by name", "submitted by"]
)
MANAGERS = frozenset(["project manager", "pm", "coordinator", "project coordinator"])
OWN = re.compile(r"\b(?:contractor|excavator|company|firm)\b")
ASKERS_WORTH = 0.5  # where the contractor names its own


def with_second_people(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs of running text with the contact beside a caller given to the site."""
    found = list(pairs)
    callers = [pair for pair in pairs if _is_person(pair, "caller")]
    if not callers:
        return found
    for n, pair in enumerate(pairs):
        is_plain = pair.label.role is None or OF_CONTACT.match(name_of(pair.words)) is not None
        is_second = _is_person(pair, "contact") and is_plain
        beside = [one for one in callers if one.block == pair.block]
        if not is_second or not beside or _same(pair, beside):
            continue
        found[n] = replace(pair, role=Role.ONSITE)
        for k in range(n + 1, min(n + 3, len(pairs))):
            if pairs[k].label.concept not in REACHED_BY or pairs[k].label.role is not None:
                break
            found[k] = replace(pairs[k], role=Role.ONSITE)
        for k, other in enumerate(pairs):
            if other.block == pair.block and _is_of_contact(other):
                found[k] = replace(other, role=Role.ONSITE)
    return found


def _is_of_contact(pair: Pair) -> bool:
    """Is this `Contact Phone`, which says by its name whose it is?"""
    is_number = pair.label.concept in REACHED_BY and not pair.is_structured
    return (
        is_number
        and pair.label.role is Role.CALLER
        and pair.role in OF_THE_COMPANY
        and OF_CONTACT.match(name_of(pair.words)) is not None
    )


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
    objects = objects_of_diggers(pairs)
    spans = {pair.spans for pair in pairs if _only_asks(pair, objects) and pair.spans}
    spans |= _out_of_reach(pairs)
    told = spans_of_reporters(pairs)
    spans |= told
    has_own = any(
        _speaks_for_the_company(pair, objects) and plain_text(pair.value) for pair in pairs
    )
    has_own = has_own or bool(_out_of_reach(pairs) or told)
    if not spans or not has_own:
        return list(candidates)
    return [
        replace(one, strength=ASKERS_WORTH)
        if (one.field == "contact_name" and one.spans in spans)
        or (one.field == "phone" and one.spans in told)
        else one
        for one in candidates
    ]


def _out_of_reach(pairs: Sequence[Pair]) -> set[tuple[Span, ...]]:
    """Return where who asks is named without a number, if the digger's own block has a contact.

    `1. Requested by: Name ...`, `4. Who digs: Company, Contact, Phone`: the second is called.
    """
    told = [pair for pair in pairs if not pair.is_structured and plain_text(pair.value)]
    blocks: dict[int, set[str]] = {}
    for pair in told:
        blocks.setdefault(pair.block, set()).add(pair.label.concept)
    own = {
        pair.block
        for pair in told
        if pair.role is Role.EXCAVATOR
        and pair.label.concept == "company"
        and {"contact", "phone"} <= blocks[pair.block]
    }
    return {
        pair.spans
        for pair in told
        if own
        and pair.block not in own
        and pair.role is Role.CALLER
        and pair.label.role is None
        and pair.label.concept == "name"
        and blocks[pair.block].isdisjoint(REACHED)
    }


def objects_of_diggers(pairs: Sequence[Pair]) -> set[tuple[str, ...]]:
    """Return the objects of JSON or XML in which the one who digs is named."""
    return {
        pair.trail[1:2]
        for pair in pairs
        if pair.is_structured
        and pair.label.concept == "company"
        and pair.role is Role.EXCAVATOR
        and plain_text(pair.value)
    }


def _only_asks(pair: Pair, objects: set[tuple[str, ...]]) -> bool:
    """Is this who asked for the work, or who manages the whole of it, and not the contractor's?"""
    name = name_of(pair.words)
    is_outside = pair.is_structured and bool(objects) and pair.trail[1:2] not in objects
    return name in ASKERS or (is_outside and name in MANAGERS)


def _speaks_for_the_company(pair: Pair, objects: set[tuple[str, ...]]) -> bool:
    """Say whether this is the contractor's own contact, by the words of its label or its object."""
    is_caller = pair.label.concept == "name" and pair.label.role is Role.CALLER
    is_contact = pair.label.concept in ("contact", "caller") or is_caller
    is_own = pair.label.role is Role.EXCAVATOR or OWN.search(name_of(pair.words))
    is_in_object = pair.is_structured and pair.trail[1:2] in objects
    return is_contact and bool(is_own or is_in_object)
