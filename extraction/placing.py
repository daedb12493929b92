"""Placing: what only the whole document can tell, such as whether "Contact" is the caller.

Pairs are given a better role, and candidates whose concept fits two fields are put in one.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from domain.extraction import DocumentKind
from extraction.candidates import Candidate
from extraction.labels import name_of
from extraction.normalise import free_text, plain_text
from extraction.pairs import Pair
from extraction.roles import SILENT_ROLES, Role

OF_EXCAVATOR = re.compile(r"^excavator (?:id|type|#|code|industry)\b")
UTILITY_WORDS = re.compile(
    r"\b(?:power|line|lines|wires?|gas|leak|water|main|electric\w*|pole|transformer|arcing|sewer|outage"
    r"|utility|cable|fiber|light|meter|odor)\b",
    re.IGNORECASE,
)
REMARKS_AS_AREA = 0.80
MARKING_AS_AREA = 0.84
NATURE_AS_WORK = 0.75
TICKET_AS_ORDER = 0.82
INCIDENT_AS_ORDER = 0.72
JOB_NAME_AS_ORDER = 0.66
SERVICE_AS_SITE = 0.90
SITE_OF_OFFICE = 0.45  # the excavator's own street is seldom the site


def with_roles(pairs: list[Pair]) -> list[Pair]:
    """Return the pairs with the roles that other pairs imply."""
    offices = {
        pair.trail
        for pair in pairs
        if pair.is_structured and OF_EXCAVATOR.match(name_of(pair.words))
    }
    has_caller = any(
        pair.label.concept == "caller" and plain_text(pair.value) for pair in pairs
    )
    return [_with_role(pair, offices, has_caller=has_caller) for pair in pairs]


def _with_role(pair: Pair, offices: set[tuple[str, ...]], *, has_caller: bool) -> Pair:
    if pair.role in SILENT_ROLES:
        return pair
    if pair.is_structured and has_caller and name_of(pair.words).startswith("contact"):
        return replace(pair, role=Role.ONSITE)
    if pair.trail in offices and pair.role is Role.WORK_FOR and pair.label.role is None:
        return replace(pair, role=Role.EXCAVATOR)
    return pair


def placed(
    candidates: list[Candidate], pairs: list[Pair], kind: DocumentKind
) -> list[Candidate]:
    """Return the candidates with those of two meanings put in the field that is meant."""
    present = {candidate.field for candidate in candidates if plain_text(candidate.raw)}
    has_company_label = any(
        pair.label.concept == "company" and pair.role in (Role.EXCAVATOR, Role.CALLER)
        for pair in pairs
    )
    placed_ones = []
    for candidate in candidates:
        if candidate.field == "company_or_contact":
            field = "contact_name" if has_company_label else "company"
            placed_ones.append(replace(candidate, field=field))
        elif candidate.field == "contact_or_onsite":
            placed_ones.append(
                replace(candidate, field="contact_name", strength=candidate.strength - 0.02)
            )
        else:
            placed_ones.append(candidate)
            placed_ones.extend(_second_meanings(candidate, present, kind))
    return placed_ones


def _second_meanings(
    candidate: Candidate, present: set[str], kind: DocumentKind
) -> Iterator[Candidate]:
    """Yield what a candidate is worth in another field if that has nothing better."""
    for source, target, strength, rule in _SECOND:
        if candidate.field == source and target not in present:
            yield replace(
                candidate, field=target, strength=min(strength, candidate.strength), rule=rule
            )
    if candidate.field == "emergency_flag" and candidate.raw.strip().lower() in (
        "true",
        "y",
        "yes",
    ):
        yield replace(
            candidate, field="ticket_type", raw="Emergency", rule="emergency_is_ticked"
        )
    if candidate.field == "nature" and UTILITY_WORDS.search(candidate.raw):
        yield replace(
            candidate, field="type_of_work", strength=NATURE_AS_WORK, rule="nature_of_call"
        )
    is_ticket = kind is DocumentKind.LOCATE_TICKET
    if (
        candidate.field == "source_ticket_number"
        and not is_ticket
        and "work_order_ref" not in present
    ):
        yield replace(
            candidate,
            field="work_order_ref",
            strength=TICKET_AS_ORDER,
            rule="ticket_is_the_order",
        )


_SECOND = (
    ("marking_instructions", "work_area_description", MARKING_AS_AREA, "marking_is_the_area"),
    ("remarks", "work_area_description", REMARKS_AS_AREA, "remarks_are_the_area"),
    ("incident_number", "work_order_ref", INCIDENT_AS_ORDER, "incident_is_the_order"),
    ("job_name", "work_order_ref", JOB_NAME_AS_ORDER, "job_name_is_the_order"),
    ("service_address", "address", SERVICE_AS_SITE, "service_address_is_the_site"),
)
