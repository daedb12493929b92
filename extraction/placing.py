"""Placing: what only the whole document can tell, such as whether "Contact" is the caller.

Pairs are given a better role, and candidates whose concept fits two fields are put in one.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from domain.extraction import DocumentKind
from extraction.candidates import Candidate
from extraction.labels import name_of
from extraction.normalise import plain_text
from extraction.pairs import Pair
from extraction.roles import SILENT_ROLES, Role

OF_EXCAVATOR = re.compile(r"^excavator (?:id|type|#|code|industry)\b")
UTILITY_WORDS = re.compile(
    r"\b(?:power|line|lines|wires?|gas|leak|water|main|electric\w*|pole|transformer|arcing|sewer|outage"
    r"|utility|cable|fiber|light|meter|odor)\b",
    re.IGNORECASE,
)
KIND_OF_TICKET = re.compile(
    r"(?:new )?(?:emergency|routine|normal|update|no response|demolition|dig[- ]?up)"
    r"(?: (?:ticket|request|locate|notice))?",
    re.IGNORECASE,
)
FULL_STRENGTH = 0.94
KIND_AS_TYPE = 0.80
REMARKS_AS_AREA = 0.80
DESCRIPTION = 0.74
JOB_TYPE_AS_WORK = 0.91
OFFICE_AS_SITE = 0.70
JOB_ID_AS_ORDER = 0.62
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
    has_company_label = any(
        pair.label.concept == "company" and pair.role in (Role.EXCAVATOR, Role.CALLER)
        for pair in pairs
    )
    meant = [
        _meant(candidate, kind, has_company_label=has_company_label) for candidate in candidates
    ]
    present = {candidate.field for candidate in meant if plain_text(candidate.raw)}
    if "address" not in present:
        meant = [moved for candidate in meant for moved in _without_site(candidate)]
    second = [
        more for candidate in meant for more in _second_meanings(candidate, present, kind)
    ]
    return [*meant, *second]


def _meant(candidate: Candidate, kind: DocumentKind, *, has_company_label: bool) -> Candidate:
    if candidate.field == "utility_name" and kind is DocumentKind.LOCATE_TICKET:
        return replace(candidate, field="member_name")
    if candidate.field == "company_or_contact":
        return replace(candidate, field="contact_name" if has_company_label else "company")
    if candidate.field == "contact_or_onsite":
        return replace(candidate, field="contact_name", strength=candidate.strength - 0.02)
    if candidate.field == "type_or_nature":
        is_call = kind is DocumentKind.DISPATCH
        return replace(candidate, field="nature" if is_call else "")
    if candidate.field in ("type_of_work", "job_type") and KIND_OF_TICKET.fullmatch(
        candidate.raw.strip()
    ):
        return replace(candidate, field="ticket_type", strength=KIND_AS_TYPE)
    return candidate


def _without_site(candidate: Candidate) -> Iterator[Candidate]:
    """Offer an address that only follows the excavator's name as the site: there is no other."""
    if not candidate.is_opened or candidate.field not in ("address_line_1", "city_state_zip"):
        yield candidate
        return
    field = "address" if candidate.field == "address_line_1" else "city"
    yield replace(candidate, strength=SITE_OF_OFFICE)
    yield replace(
        candidate, field=field, strength=OFFICE_AS_SITE, rule="the_only_address_is_the_site"
    )


def _second_meanings(
    candidate: Candidate, present: set[str], kind: DocumentKind
) -> Iterator[Candidate]:
    """Yield what a candidate is worth in another field if that has nothing better."""
    for source, target, strength, rule in SECOND_MEANINGS:
        if candidate.field == source and target not in present:
            worth = round(strength * min(1.0, candidate.strength / FULL_STRENGTH), 3)
            yield replace(candidate, field=target, strength=worth, rule=rule)
    if candidate.field == "emergency_flag" and candidate.raw.strip().lower() in TICKED:
        yield replace(
            candidate, field="ticket_type", raw="Emergency", rule="emergency_is_ticked"
        )
    if candidate.field == "nature" and UTILITY_WORDS.search(candidate.raw):
        yield replace(
            candidate, field="type_of_work", strength=NATURE_AS_WORK, rule="nature_of_call"
        )
    if candidate.field == "source_ticket_number" and kind is not DocumentKind.LOCATE_TICKET:
        rule = "ticket_is_the_order"
        if "work_order_ref" not in present:
            yield replace(
                candidate, field="work_order_ref", strength=TICKET_AS_ORDER, rule=rule
            )


TICKED = frozenset({"true", "y", "yes", "x"})
SECOND_MEANINGS = (
    ("marking_instructions", "work_area_description", MARKING_AS_AREA, "marking_is_the_area"),
    ("remarks", "work_area_description", REMARKS_AS_AREA, "remarks_are_the_area"),
    ("description", "work_area_description", DESCRIPTION, "description_is_the_area"),
    ("description", "type_of_work", DESCRIPTION, "description_is_the_work"),
    ("incident_number", "work_order_ref", INCIDENT_AS_ORDER, "incident_is_the_order"),
    ("job_name", "work_order_ref", JOB_NAME_AS_ORDER, "job_name_is_the_order"),
    ("job_id", "work_order_ref", JOB_ID_AS_ORDER, "job_id_is_the_order"),
    ("job_type", "type_of_work", JOB_TYPE_AS_WORK, "job_type_is_the_work"),
    ("service_address", "address", SERVICE_AS_SITE, "service_address_is_the_site"),
)
