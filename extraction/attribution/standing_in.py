"""Standing in: what may fill a field that nothing in the document fills by name.

A foreman with a telephone is a caller if no other is named; the utility that heads an order is
whom the contractor works for. A person is asked about each of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.extraction import DocumentKind
from extraction.candidates import Candidate
from extraction.pairs import Pair
from extraction.roles import SILENT_ROLES, Role
from extraction.values.normalise import normalise, plain_text
from extraction.values.phones import phone_of

FOREMAN = 0.76  # can give the notice, but may only be the one who digs
BEHIND_THE_ORDER = 0.08
PHONE_BEHIND_NAME = 0.04
NAME_WORDS_MAX = 9
UTILITY = 0.84  # heads the order: most often the one who gave it
STANDS_IN = {
    "onsite_contact_name": "contact_name",
    "onsite_phone": "phone",
    "onsite_phone_extension": "phone_extension",
}
PEOPLE = {"contact_name": "phone", "onsite_contact_name": "onsite_phone"}


def standing_in(
    candidates: Sequence[Candidate], pairs: Sequence[Pair], kind: DocumentKind
) -> Iterator[Candidate]:
    """Yield what others may stand in for."""
    yield from _behind_names(candidates)
    if kind is not DocumentKind.CORRESPONDENCE:
        yield from _foreman(candidates, pairs)
        yield from _crew_leader(candidates, pairs)
    if kind is not DocumentKind.LOCATE_TICKET:
        yield from _utility(candidates)


def _behind_names(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield the numbers that stand behind the name of a person."""
    for candidate in candidates:
        field = PEOPLE.get(candidate.field)
        if field and phone_of(candidate.raw):
            strength = candidate.strength - PHONE_BEHIND_NAME
            yield replace(candidate, field=field, strength=strength, rule="number_behind_name")


def _foreman(candidates: Sequence[Candidate], pairs: Sequence[Pair]) -> Iterator[Candidate]:
    """Yield the contact on site as the caller, if there is no other and a number is given."""
    said = {c.field for c in candidates if normalise(c.field, c.raw) is not None}
    is_reachable = {"onsite_contact_name", "onsite_phone"} <= said
    if "contact_name" in said or "phone" in said or not is_reachable:
        return
    for candidate in candidates:
        field = STANDS_IN.get(candidate.field)
        if field:
            # Who is only told of in a sentence is less likely the one who calls.
            worth = min(FOREMAN, candidate.strength - BEHIND_THE_ORDER)
            worth = FOREMAN if candidate.producer != "finder" else round(worth, 3)
            yield replace(candidate, field=field, strength=worth, rule="foreman_is_the_caller")
    for order, pair in enumerate(pairs):
        if pair.label.concept == "email" and pair.role is Role.ONSITE and pair.value:
            rule = "foreman_is_the_caller"
            yield Candidate("email", pair.value, pair.spans, "label", FOREMAN, rule, order)


def _crew_leader(candidates: Sequence[Candidate], pairs: Sequence[Pair]) -> Iterator[Candidate]:
    """Yield the leader in whose object the number of the company stands, if no other is named."""
    if any(c.field == "contact_name" and normalise(c.field, c.raw) for c in candidates):
        return
    crews = {
        pair.trail[:2]
        for pair in pairs
        if pair.is_structured and pair.role is Role.EXCAVATOR and pair.label.concept == "phone"
    }
    for order, pair in enumerate(pairs):
        is_leader = pair.label.concept == "onsite" and pair.role not in SILENT_ROLES
        if is_leader and pair.is_structured and pair.value and pair.trail[:2] in crews:
            rule = "foreman_is_the_caller"
            yield Candidate(
                "contact_name", pair.value, pair.spans, "structure", FOREMAN, rule, order
            )


def _utility(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield the utility as the one that is worked for, if another company digs."""
    companies = {_key(c.raw) for c in candidates if c.field == "company" and plain_text(c.raw)}
    if not companies or any(c.field == "work_for" and plain_text(c.raw) for c in candidates):
        return
    for candidate in candidates:
        is_utility = candidate.field == "utility_name" and _is_name(candidate.raw)
        if is_utility and _key(candidate.raw) not in companies:
            rule = "work_is_for_the_utility"
            yield replace(candidate, field="work_for", strength=UTILITY, rule=rule)


def _is_name(raw: str) -> bool:
    """Return whether this is a name, and no sentence that goes on behind the label."""
    return not raw[:1].islower() and len(raw.split()) <= NAME_WORDS_MAX


def _key(raw: str) -> str:
    return " ".join(raw.lower().split()).strip(" .,")
