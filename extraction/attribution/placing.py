"""Placing: what only the whole document can tell, such as whether "Contact" is the caller.

Pairs are given a better role, and candidates whose concept fits two fields are put in one.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from domain.extraction import DocumentKind
from extraction.attribution.bystanders import without_bystanders
from extraction.attribution.listed import without_steps
from extraction.attribution.optional import without_optional
from extraction.attribution.own_number import with_own_number
from extraction.attribution.permittees import with_owners
from extraction.attribution.second_meanings import second_meanings
from extraction.attribution.second_people import (
    objects_of_diggers,
    with_second_people,
    without_askers,
)
from extraction.attribution.told_again import without_told_again
from extraction.candidates import Candidate
from extraction.labels.concepts import Label, name_of
from extraction.pairs import Pair
from extraction.roles import SILENT_ROLES, Role
from extraction.sentences.dangers import DANGER
from extraction.sentences.prose import BEGINS
from extraction.values.normalise import normalise, plain_text
from extraction.values.trades import owns

DIGGER = re.compile(r"contractor|excavator|digger|installer", re.IGNORECASE)
APPLIES = re.compile(
    r"\W{0,3}(?:name of )?(?:firm|applicant|permittee|company|organization)\b", re.IGNORECASE
)
OF_EXCAVATOR = re.compile(r"^excavator (?:id|type|#|code|industry)\b")
OF_A_CREW = re.compile(r"crew (?:phone|tel|cell|mobile)(?: #)?")
KIND_OF_TICKET = re.compile(
    r"(?:new )?(?:emergency|routine|normal|update|no response|demolition|dig[- ]?up)"
    r"(?: (?:ticket|request|locate|notice))?",
    re.IGNORECASE,
)
ACTIVITY = re.compile(
    r"\b(?:repair|repl\w*|install\w*|relocat\w*|remov\w*|bor(?:e|ing)|trench\w*|excavat\w*|bury|set|new (?:service|main|line|pole))\b",
    re.IGNORECASE,
)
KIND_AS_TYPE = 0.80
TYPE_AS_WORK = 0.82
REASON_OF_EMERGENCY = 0.90
# Where an emergency has no reason by name, what is told of it is likely the reason.
TOLD_OF_IT = {"description": 0.70, "remarks": 0.68, "problem": 0.70, "nature": 0.66}
TELLS_DANGER = 0.08
OFFICE_AS_SITE = 0.70
NAMES = frozenset(
    {"address", "nearest_intersection", "cross_street", "city", "county", "company", "work_for"}
    | {"contact_name", "onsite_contact_name", "work_order_ref", "equipment_type"}
)
NEXT_SENTENCE = re.compile(rf"[.;](?={BEGINS.pattern}\s[a-z])")
PAIRS_OF_A_LETTER_MAX = 12  # more labels make a form, which says by name whose number is which
TOLD_NUMBERS = frozenset({"number_of_person", "number_of_the_writer"})
TOLD_MIN = 0.60  # a number that is only offered goes before none
BEHIND_TOLD = 0.04
BEHIND_OWNER = 3  # pairs: its number, another, its mailbox
REACHED_BY = frozenset({"phone", "mobile", "alt_phone", "extension", "email"})
SITE_OF_OFFICE = 0.45  # the excavator's own street is seldom the site


def with_roles(pairs: list[Pair]) -> list[Pair]:
    """Return the pairs with the roles that other pairs imply."""
    offices = {
        pair.trail
        for pair in pairs
        if pair.is_structured and OF_EXCAVATOR.match(name_of(pair.words))
    }
    callers = [p for p in pairs if p.label.concept == "caller" and plain_text(p.value)]
    callers = [p for p in callers if p.role not in (*SILENT_ROLES, Role.WORK_FOR)]
    # The number of a `contractor contact` is called `contact phone`, and of nobody else.
    callers = [p for p in callers if "contact" not in name_of(p.words).split()]
    own = objects_of_diggers(pairs)
    others = {p.trail[1:2] for p in callers}
    pairs = [
        _with_role(
            pair, offices, has_caller=bool(callers) and pair.trail[1:2] not in own - others
        )
        for pair in pairs
    ]
    return with_second_people(with_owners(_with_owner(pairs)))


def _with_owner(pairs: list[Pair]) -> list[Pair]:
    """Take the utility that applies for whom the work is done, where a contractor is named too."""
    named = [p for p in pairs if p.label.concept == "company" and plain_text(p.value)]
    named = [p for p in named if p.role not in SILENT_ROLES]
    diggers = {p.value.strip().lower() for p in named if DIGGER.search(p.words)}
    if not diggers or any(p.label.concept == "work_for" and plain_text(p.value) for p in pairs):
        return pairs
    label = Label("work_for", is_guessed=True)
    owners = [
        n
        for n, p in enumerate(pairs)
        if p in named
        and APPLIES.search(p.words)
        and owns(p.value)
        and p.value.strip().lower() not in diggers
    ]
    found = list(pairs)
    for n in owners:
        found[n] = replace(pairs[n], label=label, role=Role.WORK_FOR)
        for k in range(n + 1, min(n + 1 + BEHIND_OWNER, len(pairs))):
            # The number right behind the name is the owner's too.
            if pairs[k].label.concept not in REACHED_BY or pairs[k].label.role is not None:
                break
            found[k] = replace(pairs[k], role=Role.WORK_FOR)
    return found


def _with_role(pair: Pair, offices: set[tuple[str, ...]], *, has_caller: bool) -> Pair:
    if pair.role in SILENT_ROLES:
        return pair
    if pair.is_structured and has_caller and name_of(pair.words).startswith("contact"):
        return replace(pair, role=Role.ONSITE)
    if not pair.is_structured and OF_A_CREW.fullmatch(name_of(pair.words)):
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
        _meant(_first_sentence(candidate), kind, has_company_label=has_company_label)
        for candidate in without_steps(candidates)
    ]
    meant = without_bystanders([*without_told_again(meant), *_reasons(meant)], kind)
    if kind is not DocumentKind.LOCATE_TICKET and len(pairs) <= PAIRS_OF_A_LETTER_MAX:
        meant = _without_head(meant)
    meant = with_own_number(_without_offices(without_askers(meant, pairs)))
    meant = without_optional(meant)
    present: dict[str, float] = {}
    for candidate in meant:
        if _says(candidate):
            best = max(candidate.strength, present.get(candidate.field, 0.0))
            present[candidate.field] = best
    if not {"address", "service_address"} & set(present):
        meant = [moved for candidate in meant for moved in _without_site(candidate)]
    second = [more for candidate in meant for more in second_meanings(candidate, present, kind)]
    return [*meant, *second]


def _first_sentence(candidate: Candidate) -> Candidate:
    """Cut a name at the end of its sentence: `Nearest intersection: Oak and Elm. The yard only`."""
    is_name = candidate.field in NAMES and candidate.producer == "label"
    if not is_name or len(candidate.spans) != 1:
        return candidate
    span, raw = candidate.spans[0], candidate.raw
    stop = NEXT_SENTENCE.search(raw)
    if stop is None or not span.quote.startswith(raw[: stop.start()]):
        return candidate
    words = raw[: stop.start()]
    cut = span.model_copy(update={"quote": words, "end": span.start + len(words)})
    return replace(candidate, raw=words, spans=(cut,))


def _without_head(candidates: list[Candidate]) -> list[Candidate]:
    """Let a number that a sentence gives for the work go before that of a letterhead or foot."""
    told = max((c.strength for c in candidates if c.rule in TOLD_NUMBERS), default=0.0)
    told = told if told >= TOLD_MIN else 0.0
    return [
        replace(c, strength=min(c.strength, round(told - BEHIND_TOLD, 3)))
        if told and c.field == "phone" and c.producer == "label"
        else c
        for c in candidates
    ]


def _without_offices(candidates: list[Candidate]) -> list[Candidate]:
    """Let an address of a sentence go behind, if a label gives it as the office of who digs."""
    offices = {
        (span.part, span.page, span.line, span.start)
        for c in candidates
        if c.field == "address_line_1" and c.producer == "label"
        for span in c.spans[:1]
    }
    return [
        replace(c, strength=min(c.strength, SITE_OF_OFFICE))
        if c.field == "address"
        and c.producer == "finder"
        and c.spans
        and (c.spans[0].part, c.spans[0].page, c.spans[0].line, c.spans[0].start) in offices
        else c
        for c in candidates
    ]


def _says(candidate: Candidate) -> bool:
    """Return whether this says something: what is no address leaves the place of one free."""
    if candidate.field == "address":
        return normalise(candidate.field, candidate.raw) is not None
    return plain_text(candidate.raw) is not None


def _meant(candidate: Candidate, kind: DocumentKind, *, has_company_label: bool) -> Candidate:
    if candidate.field == "utility_name" and kind is DocumentKind.LOCATE_TICKET:
        return replace(candidate, field="member_name")
    if candidate.field == "company_or_contact":
        return replace(candidate, field="contact_name" if has_company_label else "company")
    if candidate.field == "contact_or_onsite":
        return replace(candidate, field="contact_name", strength=candidate.strength - 0.02)
    if candidate.field == "type_or_nature":
        return _typed(candidate, kind)
    if candidate.field in ("type_of_work", "job_type") and KIND_OF_TICKET.fullmatch(
        candidate.raw.strip()
    ):
        return replace(candidate, field="ticket_type", strength=KIND_AS_TYPE)
    return candidate


def _typed(candidate: Candidate, kind: DocumentKind) -> Candidate:
    """Return what a plain `Type` means: of a call its nature, of a ticket its kind, else the work."""
    raw = candidate.raw.strip()
    if kind is DocumentKind.DISPATCH:
        return replace(candidate, field="nature")
    if KIND_OF_TICKET.fullmatch(raw):
        return replace(candidate, field="ticket_type", strength=KIND_AS_TYPE)
    if kind is DocumentKind.WORK_ORDER and ACTIVITY.search(raw) and " " in raw:
        return replace(candidate, field="type_of_work", strength=TYPE_AS_WORK)
    return replace(candidate, field="")


def _reasons(candidates: list[Candidate]) -> Iterator[Candidate]:
    """Offer a plain reason as that of the emergency, if there is one."""
    is_emergency = any(
        normalise(candidate.field, candidate.raw) in ("Emergency", True)
        for candidate in candidates
        if candidate.field in ("ticket_type", "priority_level", "emergency_flag")
    )
    if not is_emergency:
        return
    field = "emergency_justification"
    has_reason = any(c.field in (field, "reason") and plain_text(c.raw) for c in candidates)
    for candidate in candidates:
        if candidate.field == "reason":
            yield replace(candidate, field=field, strength=REASON_OF_EMERGENCY)
        elif candidate.field in TOLD_OF_IT and not has_reason:
            rule = "description_of_emergency"
            worth = TOLD_OF_IT[candidate.field] + TELLS_DANGER * bool(
                DANGER.search(candidate.raw)
            )
            yield replace(candidate, field=field, strength=round(worth, 3), rule=rule)


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
