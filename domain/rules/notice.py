"""Rules on who gives the notice, who digs, and the work: Tex. Util. Code 251.152(1), (3)-(5), (7)."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import phonenumbers

from domain.facts import REQUIRED_FIELDS
from domain.gaps import GapCategory, GapSeverity
from domain.postal import city_of
from domain.questions import QUESTIONS
from domain.rules.case import Case, Problem, missing
from domain.rules.reading import county_question

PHONE_FIELDS = ("phone", "onsite_phone", "work_for_phone")
# What Texas811 always asks and the law does not; the rest of it is asked where it belongs.
RECOMMENDED_FIELDS = (
    "is_boring",
    "depth_inches",
    "equipment_type",
    "work_for",
    "marking_instructions",
)
NUMBERS_REMEMBERED_MAX = 4_096


def required_fields_are_there(case: Case) -> Iterator[Problem]:
    """Yield the specification's seven required fields that say nothing."""
    for field in REQUIRED_FIELDS:
        if not case.is_silent(field):
            continue
        gap = missing(case, field)
        if field == "county":
            prompt, likely = county_question(case)
            yield replace(gap, prompt=prompt, suggested_values=likely)
        else:
            yield replace(gap, prompt=_company_prompt(case) if field == "company" else None)


def the_excavator_has_an_address(case: Case) -> Iterator[Problem]:
    """Ask for the excavator's address: the notice must give it (251.152(3))."""
    for field in ("address_line_1", "city_state_zip"):
        if case.is_silent(field):
            yield missing(case, field)
    town = case.said("city_state_zip")
    if town and city_of(town) is None:
        yield Problem(
            field="city_state_zip",
            problem="incomplete",
            category=GapCategory.VALIDATION_RULE,
            severity=GapSeverity.RECOMMENDED,
            description=f"“{town}” lacks the state or the ZIP code.",
            prompt=f"What are the state and the ZIP code of the excavator's office in {town}?",
        )


def the_email_has_a_mailbox(case: Case) -> Iterator[Problem]:
    """Ask where operators can answer electronically (251.152(5); 16 TAC 18.3(b))."""
    email = case.said("email")
    if not email:
        yield missing(case, "email")
        return
    mailbox, _at, host = email.partition("@")
    if not mailbox or "." not in host:
        yield Problem(
            field="email",
            problem="invalid_format",
            category=GapCategory.VALIDATION_RULE,
            severity=GapSeverity.REQUIRED,
            description=f"{email} is not an e-mail address.",
            prompt=f"{email} is not an e-mail address. {QUESTIONS['email'].prompt}",
        )


def phones_can_ring(case: Case) -> Iterator[Problem]:
    """Yield numbers that cannot be dialled in the United States."""
    for field in PHONE_FIELDS:
        number: str | None = getattr(case.ticket, field)
        if number and not is_dialable(number):
            yield Problem(
                field=field,
                problem="invalid_format",
                category=GapCategory.VALIDATION_RULE,
                severity=GapSeverity.REQUIRED if field == "phone" else GapSeverity.RECOMMENDED,
                description=f"{number} cannot be a US phone number.",
                prompt=f"The number {number} cannot be a US phone. {QUESTIONS[field].prompt}",
            )


def the_contact_on_site_can_be_reached(case: Case) -> Iterator[Problem]:
    """Ask for the other half of a contact on site: a name alone does not ring (251.152(4))."""
    pair = ("onsite_contact_name", "onsite_phone")
    silent = [field for field in pair if case.is_silent(field)]
    if len(silent) == 1:
        yield missing(case, silent[0], GapSeverity.RECOMMENDED)


def explosives_are_answered(case: Case) -> Iterator[Problem]:
    """Ask whether explosives are used; silence is not a no (251.152(7))."""
    if case.ticket.is_blasting is None:
        yield Problem(
            field="is_blasting",
            problem="statement_missing",
            category=GapCategory.COMPLIANCE_CHECK,
            severity=GapSeverity.REQUIRED,
            description="Nobody has said whether explosives will be used.",
            suggested_values=case.suggestions("is_blasting") or ("no", "yes"),
        )


def unknowns_are_asked(case: Case) -> Iterator[Problem]:
    """Yield what Texas811 always asks and nobody has said; recommended, never in the way."""
    for field in RECOMMENDED_FIELDS:
        if case.is_silent(field):
            yield missing(case, field, GapSeverity.RECOMMENDED)


@lru_cache(NUMBERS_REMEMBERED_MAX)
def is_dialable(number: str) -> bool:
    """Can this be dialled in the United States?"""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "US"))
    except phonenumbers.NumberParseException:
        return False


def _company_prompt(case: Case) -> str | None:
    receiver = case.read_beside("member_name")
    if not receiver:
        return None
    return (
        f"Which company will dig? The order names {receiver} as the receiver, "
        "not as the excavator."
    )
