"""Validation: which gaps a ticket has.

One small function per rule, all of them in `RULES`. A rule looks at a case and yields problems;
it changes nothing and knows no other; what is asked twice is left out once
(`domain.rules.doubles`). The rules are in `domain.rules.notice`,
`domain.rules.site`, `domain.rules.maps`, `domain.rules.times`, `domain.rules.types` and
`domain.rules.reading`.
"""

from collections.abc import Iterator
from datetime import datetime

from domain.extraction import ACCEPT_CONFIDENCE, Extraction, Finding
from domain.gaps import GapCategory, GapSeverity, ValidationGap, gap_id
from domain.questions import QUESTIONS, UNITS, label, shown
from domain.rules import maps, notice, reading, site, times, types
from domain.rules.case import Case, Problem, Rule
from domain.rules.doubles import without_doubles
from domain.ticket import Ticket, ValidationStatus

ANSWERED = "answered"
QUOTE_CHARACTERS_MAX = 200


def weak_values_are_confirmed(case: Case) -> Iterator[Problem]:
    """Yield values that were read, used, and are not sure enough to pass unseen."""
    for field, finding in weak_values(case.ticket, case.extraction).items():
        yield Problem(
            field=field,
            problem="please_confirm",
            category=GapCategory.VALIDATION_RULE,
            severity=GapSeverity.RECOMMENDED,
            description=f"The {label(field)} was read with {finding.confidence:.0%} confidence.",
            prompt=_confirmation(field, finding),
            suggested_values=case.suggestions(field),
            help=_quoted(finding),
        )


def weak_values(ticket: Ticket, extraction: Extraction | None) -> dict[str, Finding]:
    """Return what was read, is in use, is not sure enough, and was confirmed by nobody."""
    found = extraction.fields if extraction else {}
    return {name: one for name, one in found.items() if _is_weak(ticket, name, one)}


RULES: tuple[Rule, ...] = (
    notice.required_fields_are_there,
    site.the_site_can_be_found,
    types.an_emergency_is_justified,
    notice.explosives_are_answered,
    times.a_start_is_planned,
    times.the_start_is_lawful,
    times.the_center_may_count_later,
    times.an_end_is_said,
    times.the_end_follows_the_start,
    notice.the_excavator_has_an_address,
    notice.the_email_has_a_mailbox,
    notice.phones_can_ring,
    notice.the_contact_on_site_can_be_reached,
    site.the_county_is_one_of_texas,
    site.the_city_is_in_the_county,
    site.the_place_is_described,
    site.the_way_is_told,
    maps.the_point_is_in_its_county,
    maps.the_shape_can_be_used,
    maps.the_shape_is_in_its_county,
    site.white_lines_are_answered,
    types.the_earlier_ticket_is_named,
    types.an_emergency_begins_at_once,
    types.the_priority_agrees_with_the_type,
    types.the_type_is_understood,
    notice.unknowns_are_asked,
    *reading.READING,
    weak_values_are_confirmed,
)


def validated(ticket: Ticket, extraction: Extraction | None, *, now: datetime) -> Ticket:
    """Return the ticket with its gaps as they are at `now` (UTC).

    A gap found again keeps its id and its birth; a gap no longer found is kept as resolved.
    """
    found = {gap.id: gap for gap in _gaps(Case(ticket, extraction, now))}
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


def _gaps(case: Case) -> Iterator[ValidationGap]:
    for found in without_doubles(case, [one for rule in RULES for one in rule(case)]):
        question = QUESTIONS.get(found.field)
        yield ValidationGap(
            id=gap_id(case.ticket.id, found.field, found.problem),
            category=found.category,
            field=found.field,
            problem=found.problem,
            severity=found.severity,
            suggested_prompt=found.prompt or (question.prompt if question else None),
            suggested_values=list(found.suggested_values),
            user_friendly_description=found.description,
            help_text=found.help or (question.help if question else None),
            created_at=case.now,
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


def _is_weak(ticket: Ticket, field: str, finding: Finding) -> bool:
    """Is the value in use as it was read, not sure enough, and confirmed by nobody?"""
    if not finding.is_taken or finding.confidence >= ACCEPT_CONFIDENCE:
        return False
    # What is in the ticket is typed, what was read is JSON.
    in_use = ticket.model_dump(mode="json", include={field}, exclude_none=True).get(field)
    return field not in ticket.confirmed_fields and in_use == finding.value


def _confirmation(field: str, finding: Finding) -> str:
    """Return the question whether a value is right; yes must not mean a no that was read."""
    if isinstance(finding.value, bool) and field in QUESTIONS:
        return f"{QUESTIONS[field].prompt} The document seems to say {shown(finding.value)}."
    unit = f", in {UNITS[field]}" if field in UNITS else ""
    return f"Is “{shown(finding.value)}” right for the {label(field)}{unit}?"


def _quoted(finding: Finding) -> str | None:
    """Return where a value comes from, in the words of the document."""
    if not finding.spans:
        return None
    return f"The document says “{finding.spans[0].quote[:QUOTE_CHARACTERS_MAX]}”."
