"""Second meanings: what a value is worth in another field, where that has nothing better.

A scope tells the work and often the area; the remarks of a ticket say where to mark; an incident
is the number that a dispatcher has instead of an order.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from domain.extraction import DocumentKind
from extraction.candidates import Candidate
from extraction.sentences.whereabouts import no_surer, tells_place
from extraction.sentences.work import POSITION, measures_told
from extraction.values.normalise import normalise
from extraction.values.statements import stated

FULL_STRENGTH = 0.94
PRIORITY_AS_TYPE = 0.86
REMARKS_AS_AREA = 0.80
DESCRIPTION = 0.74
SCOPE_AS_WORK = 0.91
PROBLEM_AS_WORK = 0.66
JOB_TYPE_AS_WORK = 0.91
WORKS = ("type_of_work", "scope")
SORT_AS_WORK = 0.70
TELLS_WORK = frozenset({"scope", "description"})
KIND_AS_WORK = 0.70
KIND_AS_WORK_RULE = "kind_is_the_work"
ACTIVITY = re.compile(
    r"\b(?:repair\w*|repl(?:ace\w*)?|install\w*|relocat\w*|remov\w*|transfer\w*|bor(?:e|ing)|trench\w*|excavat\w*|set|bury"
    r"|new (?:service|main|line|pole))\b",
    re.IGNORECASE,
)
JOB_ID_AS_ORDER = 0.62
MARKING_AS_AREA = 0.84
NATURE_AS_WORK = 0.75
TICKET_AS_ORDER = 0.82
INCIDENT_AS_ORDER = 0.72
JOB_NAME_AS_ORDER = 0.66
SERVICE_AS_SITE = 0.90
AREA = "work_area_description"
ONLY_WORK = 0.30  # words that name no side, end or line of anything: work, and no area
LONG_SCOPE = 100  # characters: a scope so long tells the work, and a title names it
NAMED_WORK = 0.80
NOWHERE = 0.45  # remarks that name no place: `Owner approved the estimate.`
WORK_BORES = 0.86
DEPTH_OF_WORK = 0.80
DENIED = frozenset({"scope", "method"})  # `Open cut at main. NO BORE.`
OF_THE_WORK = frozenset({"scope", "type_of_work", "job_type", "equipment_type", "method"})
EMERGENCY = re.compile(r"emergency", re.IGNORECASE)
PRIORITY_OF_TICKET = re.compile(r"norm(?:al)?|emer(?:g(?:ency)?)?|routine", re.IGNORECASE)
# A cry over the whole ticket, and nothing about the place.
CRY = re.compile(
    r"\W{0,6}(?:this is (?:only )?an? )?(?:test\b|do not (?:locate|mark|respond)|cancel\w*|void\w*|training\b).{0,80}",
    re.IGNORECASE,
)
UTILITY_WORDS = re.compile(
    r"\b(?:power|line|lines|wires?|gas|leak|water|main|electric\w*|pole|transformer|arcing|sewer|outage"
    r"|utility|cable|fiber|light|meter|odor)\b",
    re.IGNORECASE,
)
TICKED = re.compile(r"(?:true|y|yes|x)\b|\u2612")
SECOND_MEANINGS = (
    ("scope", "type_of_work", SCOPE_AS_WORK, "scope_is_the_work"),
    ("scope", "work_area_description", DESCRIPTION, "scope_is_the_area"),
    ("problem", "type_of_work", PROBLEM_AS_WORK, "problem_is_the_work"),
    ("reason", "type_of_work", PROBLEM_AS_WORK, "reason_is_the_work"),
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


def second_meanings(
    candidate: Candidate, present: Mapping[str, float], kind: DocumentKind
) -> Iterator[Candidate]:
    """Yield what a candidate is worth in another field if that has nothing better."""
    for made in _by_table(candidate, present):
        is_nowhere = kind is DocumentKind.DISPATCH and made.field == AREA
        yield no_surer(made) if is_nowhere else made
    if _bores(candidate) and present.get("is_boring", 0.0) < WORK_BORES:
        rule = "the_work_is_boring"
        yield replace(candidate, field="is_boring", strength=WORK_BORES, rule=rule)
    yield from _depths(candidate, present)
    if candidate.field == "emergency_flag" and TICKED.match(candidate.raw.strip().lower()):
        yield replace(
            candidate, field="ticket_type", raw="Emergency", rule="emergency_is_ticked"
        )
    if _is_priority_of_ticket(candidate, kind) and "ticket_type" not in present:
        rule = "priority_is_the_type"
        yield replace(candidate, field="ticket_type", strength=PRIORITY_AS_TYPE, rule=rule)
    if candidate.field == "nature" and UTILITY_WORDS.search(candidate.raw):
        yield replace(
            candidate, field="type_of_work", strength=NATURE_AS_WORK, rule="nature_of_call"
        )
    if kind is DocumentKind.WORK_ORDER:
        yield from _work_as_kind(candidate, present)
    is_order = kind is not DocumentKind.LOCATE_TICKET and "work_order_ref" not in present
    if candidate.field == "source_ticket_number" and is_order:
        rule = "ticket_is_the_order"
        yield replace(candidate, field="work_order_ref", strength=TICKET_AS_ORDER, rule=rule)


def _bores(candidate: Candidate) -> bool:
    """Say whether the work or its method, as a label gives it, tells of boring."""
    is_work = candidate.field in OF_THE_WORK and candidate.producer != "finder"
    said = stated("is_boring", candidate.raw) if is_work else None
    return said is True or (said is False and candidate.field in DENIED)


def _depths(candidate: Candidate, present: Mapping[str, float]) -> Iterator[Candidate]:
    """Yield the depth that a labelled work tells: `bore Oak St (42 in cover)`."""
    is_work = candidate.field in OF_THE_WORK and candidate.producer == "label"
    if not is_work or len(candidate.spans) != 1:
        return
    span, raw = candidate.spans[0], candidate.raw
    if span.quote != raw or present.get("depth_description", 0.0) >= DEPTH_OF_WORK:
        return
    for told in measures_told(raw, 0, len(raw)):
        if told.field == "depth_description":
            place = span.model_copy(
                update={
                    "quote": raw[told.start : told.end],
                    "start": span.start + told.start,
                    "end": span.start + told.end,
                }
            )
            made = replace(candidate, raw=place.quote, spans=(place,), field=told.field)
            yield replace(made, strength=DEPTH_OF_WORK, rule="depth_of_the_work")


def _by_table(candidate: Candidate, present: Mapping[str, float]) -> Iterator[Candidate]:
    for source, target, strength, rule in SECOND_MEANINGS:
        if candidate.field != source:
            continue
        worth = round(strength * min(1.0, candidate.strength / FULL_STRENGTH), 3)
        worth = _weighed(candidate.raw, source, target, worth, present)
        if present.get(target, 0.0) < worth:
            yield replace(candidate, field=target, strength=worth, rule=rule)


def _weighed(
    raw: str, source: str, target: str, worth: float, present: Mapping[str, float]
) -> float:
    """Return what words are worth in their second field, once they have been looked at."""
    if target == AREA:
        is_only_work = source in ("scope", "description") and not POSITION.search(raw)
        is_cry = source == "remarks" and CRY.fullmatch(raw.strip())
        if source == "remarks" and not tells_place(raw):
            worth = min(worth, NOWHERE)
        return 0.0 if is_cry else min(worth, ONLY_WORK) if is_only_work else worth
    is_sort = source == "job_type" and not ACTIVITY.search(raw)
    if is_sort and not TELLS_WORK.isdisjoint(present):
        return min(worth, SORT_AS_WORK)  # `SWD LINE` sorts the order, its description tells
    is_title = source == "scope" and present.get(target, 0.0) >= NAMED_WORK
    return 0.0 if is_title and len(raw) > LONG_SCOPE else worth


def _work_as_kind(candidate: Candidate, present: Mapping[str, float]) -> Iterator[Candidate]:
    """Yield the work that the kind of a ticket tells: `Transfer - Pole Replaced`."""
    raw, best = candidate.raw.strip(), max(present.get(name, 0.0) for name in WORKS)
    is_kind = candidate.field == "ticket_type" and candidate.rule is None and " " in raw
    is_work = is_kind and normalise("ticket_type", raw) is None and ACTIVITY.search(raw)
    if is_work and best < KIND_AS_WORK:
        rule = KIND_AS_WORK_RULE
        yield replace(candidate, field="type_of_work", strength=KIND_AS_WORK, rule=rule)


def _is_priority_of_ticket(candidate: Candidate, kind: DocumentKind) -> bool:
    """Is this a priority in the words that a centre has for its kinds of ticket?"""
    if candidate.field != "priority_level":
        return False
    is_ticket, raw = kind is DocumentKind.LOCATE_TICKET, candidate.raw.strip()
    return (PRIORITY_OF_TICKET if is_ticket else EMERGENCY).fullmatch(raw) is not None
