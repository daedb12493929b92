"""Candidates: which field a pair or a finding may fill, and how strongly it is meant.

Pairs become candidates by concept and role; finders and prose add weaker ones. Nothing here
decides between candidates.
"""

import re

from domain.extraction import Span
from extraction.lines.pair import Pair
from extraction.roles import SILENT_ROLES, Role
from extraction.value import value


@value
class Candidate:
    """A value that a field might have, as written, with where it stands and why."""

    field: str
    raw: str
    spans: tuple[Span, ...]
    producer: str
    strength: float
    rule: str | None = None
    order: int = 0
    is_opened: bool = False  # a label, not a heading, said whose this is
    label: str = ""  # as written, with the role of its block


THINGS = frozenset({"pole_id", "transformer_id", "meter_number"})
MANY = re.compile(r"(?:poles|transformers|xfmrs|meters|count|qty|quantity)$", re.IGNORECASE)
COUNT = re.compile(r"\d{1,2}(?:\s?(?:each|ea|total|poles?|nos?))?\W{0,2}", re.IGNORECASE)

# How sure a pair is of its field before anything is known about the value: set by hand.
LABEL_STRENGTH = 0.94
STRUCTURE_STRENGTH = 0.95
SECOND_CHOICE_LOSS = 0.06  # a label that fits, but a better one may exist
NO_ROLE_LOSS = 0.05  # a plain label outside of any section
PARTY_AT_SITE_LOSS = 0.26  # a customer most often lives where the work is
NEXT_LINE_LOSS = 0.06
ALTERNATE_ONSITE_LOSS = 0.22  # likely the number of the alternate contact
ALTERNATE_LOSS = 0.36  # the second number of a person is only offered
GUESSED_LABEL_LOSS = 0.12
BARE_LABEL_LOSS = 0.10  # `Pole # 7` in the middle of a sentence

PARTY = (Role.NONE, Role.EXCAVATOR, Role.CALLER, Role.JOB, Role.WORK)
ANY = tuple(role for role in Role if role not in (*SILENT_ROLES, Role.MAIL))
SITE = (Role.SITE, Role.NONE, Role.WORK, Role.JOB)
JOB = (Role.NONE, Role.WORK, Role.JOB, Role.SITE, Role.EXCAVATOR, Role.CALLER)

# concept -> [(roles, field, loss of strength)]: the first row that fits is taken.
FIELDS: dict[str, list[tuple[tuple[Role, ...], str, float]]] = {
    "company": [
        ((Role.WORK_FOR,), "work_for", 0.02),
        ((Role.ONSITE, Role.SITE), "", 0),
        (ANY, "company", 0),
    ],
    "name": [
        ((Role.CALLER,), "contact_name", 0),
        ((Role.ONSITE,), "onsite_contact_name", 0),
        ((Role.WORK_FOR,), "work_for", 0),
        ((Role.EXCAVATOR,), "company_or_contact", 0),
        ((Role.JOB,), "job_name", 0),
    ],
    "contact": [
        ((Role.ONSITE, Role.SITE), "onsite_contact_name", 0),
        ((Role.WORK_FOR,), "", 0),
        (ANY, "contact_or_onsite", 0),
    ],
    "attention": [((Role.EXCAVATOR, Role.CALLER), "contact_name", 0.02)],
    "created_by": [((Role.EXCAVATOR, Role.CALLER), "contact_name", 0.08)],
    "caller": [(ANY, "contact_name", 0)],
    "onsite": [(ANY, "onsite_contact_name", 0)],
    "work_for": [(ANY, "work_for", 0)],
    "phone": [
        ((Role.ONSITE,), "onsite_phone", 0),
        ((Role.SITE,), "onsite_phone", SECOND_CHOICE_LOSS),
        ((Role.WORK_FOR,), "work_for_phone", 0),
        ((Role.EXCAVATOR, Role.CALLER), "phone", 0),
        (PARTY, "phone", NO_ROLE_LOSS),
    ],
    "mobile": [
        ((Role.ONSITE, Role.SITE), "onsite_phone", SECOND_CHOICE_LOSS),
        ((Role.WORK_FOR,), "work_for_phone", SECOND_CHOICE_LOSS),
        (PARTY, "phone", SECOND_CHOICE_LOSS + 0.03),
    ],
    "alt_phone": [
        ((Role.ONSITE,), "onsite_phone", ALTERNATE_ONSITE_LOSS),
        ((Role.EXCAVATOR, Role.CALLER), "phone", ALTERNATE_LOSS),
    ],
    "extension": [
        ((Role.ONSITE,), "onsite_phone_extension", 0),
        (PARTY, "phone_extension", 0),
    ],
    "email": [
        ((Role.EXCAVATOR, Role.CALLER), "email", 0),
        ((Role.ONSITE,), "email", PARTY_AT_SITE_LOSS),
        (PARTY, "email", NO_ROLE_LOSS),
    ],
    "address": [
        ((Role.EXCAVATOR, Role.CALLER), "address_line_1", 0),
        ((Role.SITE,), "address", 0),
        (SITE, "address", NO_ROLE_LOSS),
        ((Role.WORK_FOR, Role.ONSITE), "address", PARTY_AT_SITE_LOSS),
    ],
    "address_2": [((Role.EXCAVATOR, Role.CALLER), "address_line_2", 0.03)],
    "service_address": [(ANY, "service_address", 0)],
    "city": [
        ((Role.SITE,), "city", 0),
        (SITE, "city", NO_ROLE_LOSS),
        ((Role.WORK_FOR,), "city", PARTY_AT_SITE_LOSS),
    ],
    "county": [
        ((Role.EXCAVATOR, Role.CALLER, Role.ONSITE), "", 0),
        ((Role.WORK_FOR,), "county", PARTY_AT_SITE_LOSS),
        (ANY, "county", 0),
    ],
    "city_state_zip": [
        ((Role.EXCAVATOR, Role.CALLER), "city_state_zip", 0),
        (SITE, "city", NO_ROLE_LOSS),
    ],
    "cross_1": [(SITE, "nearest_intersection", 0)],
    "cross_2": [(SITE, "cross_street", 0)],
    "subdivision": [(SITE, "subdivision", 0)],
    "lot_block": [(SITE, "lot_block", 0)],
    "str": [(SITE, "section_township_range", 0)],
    "directions": [(ANY, "driving_directions", 0)],
    "utility": [((Role.WORK_FOR,), "work_for", 0.03), (ANY, "utility_name", 0)],
    "type_of_work": [(ANY, "type_of_work", 0.01)],
    "job_type": [(ANY, "job_type", 0)],
    "work_activity": [(ANY, "type_of_work", 0)],
    "nature": [(ANY, "nature", 0)],
    "work_category": [(ANY, "work_category", 0)],
    "is_boring": [(ANY, "is_boring", 0)],
    "is_trenchless": [(ANY, "is_trenchless", 0)],
    "is_blasting": [(ANY, "is_blasting", 0)],
    "white_lines": [(ANY, "white_lines_painted", 0)],
    "marked_how": [(ANY, "white_lines_painted", 0.05)],
    "depth": [(ANY, "depth_description", 0)],
    "duration": [(ANY, "duration_description", 0)],
    "equipment": [(ANY, "equipment_type", 0)],
    "scope": [(ANY, "scope", 0)],
    "method": [(ANY, "method", 0)],
    "reason": [(ANY, "reason", 0)],
    "problem": [(ANY, "problem", 0)],
    "reference": [(JOB, "work_order_ref", SECOND_CHOICE_LOSS + 0.06)],
    "size": [(ANY, "work_area_size_description", 0)],
    "extent": [(ANY, "work_area_description", 0)],
    "marking": [(ANY, "marking_instructions", 0)],
    "remarks": [(ANY, "remarks", 0)],
    "pole": [(ANY, "pole_id", 0)],
    "transformer": [(ANY, "transformer_id", 0)],
    "meter": [(ANY, "meter_number", 0)],
    "work_request": [(JOB, "work_order_ref", 0.03)],
    "number": [((Role.JOB,), "work_order_ref", 0.08)],
    "id": [((Role.JOB,), "job_id", 0)],
    "type": [((Role.JOB,), "type_of_work", 0.10), (ANY, "type_or_nature", 0)],
    "description": [((Role.WORK, Role.JOB), "type_of_work", 0.06), (ANY, "description", 0)],
    "work_order": [(JOB, "work_order_ref", 0)],
    "incident": [(ANY, "incident_number", 0)],
    "ticket": [(ANY, "source_ticket_number", 0)],
    "previous_ticket": [(ANY, "previous_ticket_number", 0)],
    "damage_claim": [(ANY, "damage_claim_number", 0)],
    "continuation": [(ANY, "continuation_reference", 0)],
    "ticket_type": [(ANY, "ticket_type", 0)],
    "is_emergency": [(ANY, "emergency_flag", 0)],
    "priority": [(ANY, "priority_level", 0)],
    "emergency_reason": [(ANY, "emergency_justification", 0)],
    "work_start_at": [(ANY, "work_start_at", 0)],
    "expires_at": [(ANY, "expires_at", 0)],
    "document_created_at": [(ANY, "document_created_at", 0)],
}


def candidates_of(pairs: list[Pair]) -> list[Candidate]:
    """Return the candidates that labels make, in reading order."""
    found = []
    for order, pair in enumerate(pairs):
        field, loss = field_of(pair)
        if field and pair.value and not _is_count(pair, field):
            found.append(_candidate(pair, field, loss, order))
    return found


def _is_count(pair: Pair, field: str) -> bool:
    """Say whether this is how many there are: `Poles: 5`."""
    is_many = field in THINGS and MANY.search(pair.words) is not None
    return is_many and COUNT.fullmatch(pair.value.strip()) is not None


def field_of(pair: Pair) -> tuple[str, float]:
    """Return the field that a pair fills, and what its label loses as a second choice."""
    if pair.role in SILENT_ROLES:
        is_member = pair.role is Role.MEMBER and pair.label.concept in ("name", "member_name")
        return ("member_name" if is_member else ""), 0.0
    if pair.label.concept == "member_name":
        return "member_name", 0.0
    for roles, field, loss in FIELDS.get(pair.label.concept, ()):
        if pair.role in roles:
            return field, loss
    return "", 0.0


def _candidate(pair: Pair, field: str, loss: float, order: int) -> Candidate:
    return Candidate(
        field=field,
        raw=pair.value,
        spans=pair.spans,
        producer="structure" if pair.is_structured else "label",
        strength=strength_of(pair) - loss,
        order=order,
        is_opened=pair.is_opened,
        label=f"{pair.words.strip().lower()} {pair.role}",
    )


def strength_of(pair: Pair) -> float:
    """Return how sure a pair is of what it says, before its value is looked at."""
    strength = STRUCTURE_STRENGTH if pair.is_structured else LABEL_STRENGTH
    strength -= NEXT_LINE_LOSS * pair.is_next_line + BARE_LABEL_LOSS * pair.is_bare
    return strength - GUESSED_LABEL_LOSS * pair.label.is_guessed
