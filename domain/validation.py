"""Validation: which gaps a ticket has.

One small function per rule, all of them in `RULES`. A rule looks at the ticket and at what
was read from the document, and yields problems; it changes nothing and knows no other rule.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import phonenumbers

from domain.extraction import ACCEPT_CONFIDENCE, Extraction
from domain.facts import REQUIRED_FIELDS, TicketType
from domain.gaps import GapCategory, GapSeverity, ValidationGap, gap_id
from domain.questions import QUESTIONS, label, shown
from domain.texas import find_county, suggest_counties
from domain.ticket import Ticket, ValidationStatus

SUGGESTED_VALUES_MAX = 5
ANSWERED = "answered"

PHONE_FIELDS = ("phone", "onsite_phone", "work_for_phone")
RECOMMENDED_FIELDS = ("is_boring", "white_lines_painted", "depth_inches", "duration_days")


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule found: a gap that has neither an id nor a date yet."""

    field: str
    problem: str
    category: GapCategory
    severity: GapSeverity
    description: str
    prompt: str | None = None
    suggested_values: tuple[str, ...] = ()


Rule = Callable[[Ticket, Extraction | None], Iterable[Problem]]


def required_fields_are_there(
    ticket: Ticket, extraction: Extraction | None
) -> Iterator[Problem]:
    """Yield the specification's seven required fields that say nothing."""
    for field in REQUIRED_FIELDS:
        if not getattr(ticket, field):
            yield Problem(
                field=field,
                problem="field_missing",
                category=GapCategory.REQUIRED_FIELD,
                severity=GapSeverity.REQUIRED,
                description=f"The {label(field)} is missing.",
                prompt=_company_prompt(extraction) if field == "company" else None,
                suggested_values=_suggestions(field, extraction),
            )


def the_site_can_be_found(ticket: Ticket, _extraction: Extraction | None) -> Iterator[Problem]:
    """Ask for an address or a point; half a coordinate is no place."""
    point = ticket.gps_coordinates
    if not ticket.address and not (point and point.is_whole):
        yield Problem(
            field="location",
            problem="address_or_gps_required",
            category=GapCategory.BUSINESS_RULE,
            severity=GapSeverity.REQUIRED,
            description="There is neither a street address nor a GPS coordinate of the site.",
        )


def an_emergency_is_justified(
    ticket: Ticket, _extraction: Extraction | None
) -> Iterator[Problem]:
    """Ask why it is an emergency: the answer is a statement with legal weight (251.155)."""
    if ticket.ticket_type is TicketType.EMERGENCY and not ticket.emergency_justification:
        yield Problem(
            field="emergency_justification",
            problem="justification_required",
            category=GapCategory.COMPLIANCE_CHECK,
            severity=GapSeverity.REQUIRED,
            description="An emergency ticket needs the reason why it is one.",
        )


def explosives_are_answered(ticket: Ticket, extraction: Extraction | None) -> Iterator[Problem]:
    """Ask whether explosives are used; silence is not a no (251.152(7))."""
    if ticket.is_blasting is None:
        yield Problem(
            field="is_blasting",
            problem="statement_missing",
            category=GapCategory.COMPLIANCE_CHECK,
            severity=GapSeverity.REQUIRED,
            description="Nobody has said whether explosives will be used.",
            suggested_values=_suggestions("is_blasting", extraction) or ("no", "yes"),
        )


def phones_can_ring(ticket: Ticket, _extraction: Extraction | None) -> Iterator[Problem]:
    """Yield numbers that cannot be dialled in the United States."""
    for field in PHONE_FIELDS:
        number: str | None = getattr(ticket, field)
        if number and not is_dialable(number):
            yield Problem(
                field=field,
                problem="invalid_format",
                category=GapCategory.VALIDATION_RULE,
                severity=GapSeverity.REQUIRED if field == "phone" else GapSeverity.RECOMMENDED,
                description=f"{number} cannot be a US phone number.",
                prompt=f"The number {number} cannot be a US phone. {QUESTIONS[field].prompt}",
            )


def the_email_has_a_mailbox(
    ticket: Ticket, _extraction: Extraction | None
) -> Iterator[Problem]:
    """Yield an address to which no mail can be sent."""
    mailbox, at, host = (ticket.email or "").partition("@")
    if ticket.email and not (mailbox and at and "." in host):
        yield Problem(
            field="email",
            problem="invalid_format",
            category=GapCategory.VALIDATION_RULE,
            severity=GapSeverity.RECOMMENDED,
            description=f"{ticket.email} is not an e-mail address.",
        )


def the_county_is_in_texas(ticket: Ticket, _extraction: Extraction | None) -> Iterator[Problem]:
    """Yield a county that is none of the 254, with the names most like it."""
    if ticket.county and not find_county(ticket.county):
        likely = tuple(suggest_counties(ticket.county))
        yield Problem(
            field="county",
            problem="unknown_county",
            category=GapCategory.VALIDATION_RULE,
            severity=GapSeverity.REQUIRED,
            description=f"{ticket.county} is not a county of Texas.",
            prompt=_county_prompt(ticket.county, likely),
            suggested_values=likely,
        )


def unknowns_are_asked(ticket: Ticket, extraction: Extraction | None) -> Iterator[Problem]:
    """Yield what Texas811 always asks and nobody has said; recommended, never in the way."""
    for field in RECOMMENDED_FIELDS:
        if getattr(ticket, field) is None:
            yield Problem(
                field=field,
                problem="field_missing",
                category=GapCategory.REQUIRED_FIELD,
                severity=GapSeverity.RECOMMENDED,
                description=f"Nothing is said about {label(field)}.",
                suggested_values=_suggestions(field, extraction),
            )


def weak_values_are_confirmed(
    ticket: Ticket, extraction: Extraction | None
) -> Iterator[Problem]:
    """Yield values that were read, used, and are not sure enough to pass unseen."""
    for field, finding in extraction.fields.items() if extraction else ():
        used = finding.is_taken and _as_read(getattr(ticket, field)) == finding.value
        if used and finding.confidence < ACCEPT_CONFIDENCE:
            yield Problem(
                field=field,
                problem="please_confirm",
                category=GapCategory.VALIDATION_RULE,
                severity=GapSeverity.RECOMMENDED,
                description=f"The {label(field)} was read with {finding.confidence:.0%} confidence.",
                prompt=f"Is “{shown(finding.value)}” right for the {label(field)}?",
                suggested_values=_suggestions(field, extraction),
            )


RULES: tuple[Rule, ...] = (
    required_fields_are_there,
    the_site_can_be_found,
    an_emergency_is_justified,
    explosives_are_answered,
    phones_can_ring,
    the_email_has_a_mailbox,
    the_county_is_in_texas,
    unknowns_are_asked,
    weak_values_are_confirmed,
)


def validated(ticket: Ticket, extraction: Extraction | None, *, now: datetime) -> Ticket:
    """Return the ticket with its gaps as they are at `now` (UTC).

    A gap found again keeps its id and its birth; a gap no longer found is kept as resolved.
    """
    found = {gap.id: gap for gap in _gaps(ticket, extraction, now)}
    known = {gap.id: gap for gap in ticket.validation_gaps}
    still_open = [
        gap.kept_from(known[gap.id]) if gap.id in known and known[gap.id].is_open else gap
        for gap in found.values()
    ]
    closed = [_closed(gap, now) for gap in ticket.validation_gaps if gap.id not in found]
    return ticket.revised(
        now=now,
        validation_gaps=[*sorted(still_open, key=_weight), *closed],
        validation_status=_status_of(still_open),
        last_validated_at=now,
    )


def is_dialable(number: str) -> bool:
    """Can this be dialled in the United States?"""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "US"))
    except phonenumbers.NumberParseException:
        return False


def _gaps(
    ticket: Ticket, extraction: Extraction | None, now: datetime
) -> Iterator[ValidationGap]:
    for rule in RULES:
        for found in rule(ticket, extraction):
            question = QUESTIONS.get(found.field)
            yield ValidationGap(
                id=gap_id(ticket.id, found.field, found.problem),
                category=found.category,
                field=found.field,
                problem=found.problem,
                severity=found.severity,
                suggested_prompt=found.prompt or (question.prompt if question else None),
                suggested_values=list(found.suggested_values),
                user_friendly_description=found.description,
                help_text=question.help if question else None,
                created_at=now,
            )


def _weight(gap: ValidationGap) -> int:
    """Return where a gap stands among others: what stops a submission is asked first."""
    return list(GapSeverity).index(gap.severity)


def _closed(gap: ValidationGap, now: datetime) -> ValidationGap:
    if not gap.is_open:
        return gap
    return gap.model_copy(update={"resolved_at": now, "resolution_method": ANSWERED})


def _status_of(open_gaps: list[ValidationGap]) -> ValidationStatus:
    if any(gap.severity is GapSeverity.REQUIRED for gap in open_gaps):
        return ValidationStatus.INVALID
    return ValidationStatus.WARNING if open_gaps else ValidationStatus.VALID


def _suggestions(field: str, extraction: Extraction | None) -> tuple[str, ...]:
    """Return what the document would support for a field, the likeliest first."""
    finding = extraction.fields.get(field) if extraction else None
    if finding is None:
        return ()
    values = [finding.value, *(other.value for other in finding.alternatives)]
    return tuple(dict.fromkeys(map(shown, values)))[:SUGGESTED_VALUES_MAX]


def _company_prompt(extraction: Extraction | None) -> str | None:
    member = extraction.extra.get("member_name") if extraction else None
    if member is None:
        return None
    return (
        f"Which company will dig? The order names {shown(member.value)} as the receiver, "
        "not as the excavator."
    )


def _county_prompt(county: str, likely: tuple[str, ...]) -> str:
    if likely:
        return f"{county} is not a county of Texas. Did you mean {' or '.join(likely)}?"
    return f"{county} is not a county of Texas. In which Texas county is the site?"


def _as_read(value: object) -> object:
    """Return a field's value as it stands in JSON, to compare it with what was read."""
    dump = getattr(value, "model_dump", None)
    return dump(mode="json", exclude_none=True) if dump else value
