"""Rules on the type of ticket: what each type demands, and what it does not give."""

from collections.abc import Iterator
from datetime import timedelta

from domain.facts import PriorityLevel, TicketType
from domain.gaps import GapCategory, GapSeverity
from domain.packet import REFERS_BACK
from domain.rules.case import Case, Problem, missing

# An emergency calls for immediate action (251.155(a)); what can wait so long seldom is one.
EMERGENCY_WITHIN = timedelta(hours=24)

EMERGENCY_LAW = (
    "An emergency calls for immediate action; a false claim costs 1,000 to 2,000 dollars "
    "(Tex. Util. Code 251.155)."
)

# What should be known about a type before it is sent: problem, sentence, question, source.
NOTES_ON: dict[TicketType, tuple[str, str, str, str]] = {
    TicketType.SURVEY_DESIGN: (
        "no_digging",
        "A Survey/Design ticket permits no digging: before excavation a separate ticket is needed.",
        "Will nobody dig on this ticket? If somebody will, which type shall it be?",
        "Texas811 Member Packet, ticket types.",
    ),
    TicketType.DEMOLITION: (
        "goes_as_normal",
        "Texas811 has no type Demolition: the ticket goes as Normal, as demolition work.",
        "Shall it go as a Normal ticket, with demolition as the type of work?",
        "Texas811 Member Packet, ticket types; 16 TAC 18.2 defines demolition.",
    ),
}


def an_emergency_is_justified(case: Case) -> Iterator[Problem]:
    """Ask why it is an emergency: the answer is a statement with legal weight (251.155)."""
    is_emergency = case.ticket.ticket_type is TicketType.EMERGENCY
    if is_emergency and case.is_silent("emergency_justification"):
        yield Problem(
            field="emergency_justification",
            problem="justification_required",
            category=GapCategory.COMPLIANCE_CHECK,
            severity=GapSeverity.REQUIRED,
            description="An emergency ticket needs the reason why it is one.",
            suggested_values=case.suggestions("emergency_justification"),
        )


def an_emergency_begins_at_once(case: Case) -> Iterator[Problem]:
    """Doubt an emergency that is planned for another day (251.155(a))."""
    planned, kind = case.ticket.planned_start_at, case.ticket.ticket_type
    if kind is not TicketType.EMERGENCY or planned is None:
        return
    if planned - case.notice_at > EMERGENCY_WITHIN:
        hours = f"{EMERGENCY_WITHIN / timedelta(hours=1):g} hours"
        yield Problem(
            field="planned_start_at",
            problem="emergency_starts_late",
            category=GapCategory.COMPLIANCE_CHECK,
            severity=GapSeverity.RECOMMENDED,
            description=f"The emergency is planned to begin more than {hours} after the notice.",
            prompt="An emergency calls for immediate action. When does the work begin, or is it "
            "a Normal ticket?",
            help=EMERGENCY_LAW,
        )


def the_priority_agrees_with_the_type(case: Case) -> Iterator[Problem]:
    """Doubt an emergency that stands in the priority only: by law the type makes it one."""
    is_urgent = case.ticket.priority_level is PriorityLevel.EMERGENCY
    if is_urgent and case.ticket.ticket_type is not TicketType.EMERGENCY:
        yield Problem(
            field="priority_level",
            problem="emergency_on_other_type",
            category=GapCategory.BUSINESS_RULE,
            severity=GapSeverity.RECOMMENDED,
            description=f"The priority is Emergency, but the ticket is {case.ticket.ticket_type}: "
            "it waits like any other.",
            prompt="Is it an emergency? Then make the type Emergency; if not, is the priority "
            "Rush or Standard?",
            suggested_values=(PriorityLevel.RUSH, PriorityLevel.STANDARD),
            help=EMERGENCY_LAW,
        )


def the_earlier_ticket_is_named(case: Case) -> Iterator[Problem]:
    """Ask for the number of the ticket that this one refers to."""
    kind = case.ticket.ticket_type
    if not case.is_silent("previous_ticket_number"):
        return
    if kind in REFERS_BACK:
        yield Problem(
            field="previous_ticket_number",
            problem="previous_ticket_required",
            category=GapCategory.BUSINESS_RULE,
            severity=GapSeverity.REQUIRED,
            description=f"{kind} refers to an earlier ticket, and its number is missing.",
            suggested_values=case.suggestions("previous_ticket_number"),
        )
    elif kind is TicketType.DIG_UP:
        yield missing(case, "previous_ticket_number", GapSeverity.RECOMMENDED)


def the_type_is_understood(case: Case) -> Iterator[Problem]:
    """Say what a type does not give, before somebody relies on it."""
    if case.ticket.ticket_type in NOTES_ON:
        problem, sentence, question, source = NOTES_ON[case.ticket.ticket_type]
        yield Problem(
            field="ticket_type",
            problem=problem,
            category=GapCategory.BUSINESS_RULE,
            severity=GapSeverity.WARNING,
            description=sentence,
            prompt=question,
            help=source,
        )
