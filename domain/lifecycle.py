"""The life of a ticket: one table of every move there is, and the one way to make it.

A move that is not in the table does not exist; a move whose guard objects does not happen.
Either way nothing changes, and the refusal says why and what would allow it. Self-transitions
do not exist. Cancelled ends a life; Expired ends the right to dig for ever.

The diagram in docs/LIFECYCLE.md is drawn from this table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain import guards
from domain.errors import RejectedError
from domain.guards import Guard, Objection
from domain.ticket import Ticket, TicketStatus

DRAFT = TicketStatus.DRAFT
EXTRACTING = TicketStatus.EXTRACTING
VALIDATING = TicketStatus.VALIDATING_FIELDS
PENDING = TicketStatus.VALID_PENDING_CONFIRM
READY = TicketStatus.READY
SUBMITTED = TicketStatus.SUBMITTED
RESPONSES_IN = TicketStatus.RESPONSES_IN
READY_TO_DIG = TicketStatus.READY_TO_DIG
EXPIRING = TicketStatus.EXPIRING
EXPIRED = TicketStatus.EXPIRED
CANCELLED = TicketStatus.CANCELLED
DAMAGED = TicketStatus.DAMAGED

# The center knows it, and its life has not ended.
IN_FORCE = frozenset({SUBMITTED, RESPONSES_IN, READY_TO_DIG, EXPIRING})
# The center knows it, whatever became of it since, and nobody has taken it back.
KNOWN_TO_CENTER = IN_FORCE | {EXPIRED, DAMAGED}
PERMITS_DIGGING = frozenset({READY_TO_DIG, EXPIRING})


@dataclass(frozen=True, slots=True)
class Transition:
    """A move: from any of `origins` to `target`, who causes it, under which guards, and why."""

    origins: tuple[TicketStatus, ...]
    target: TicketStatus
    trigger: str
    basis: str
    guards: tuple[Guard, ...] = ()


TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        (DRAFT,),
        EXTRACTING,
        "a work order is attached",
        "specification",
        (guards.a_work_order_is_attached,),
    ),
    Transition(
        (EXTRACTING,),
        VALIDATING,
        "the extraction has finished",
        "specification",
        (guards.the_extraction_is_kept,),
    ),
    Transition(
        (EXTRACTING,),
        DRAFT,
        "the extraction failed",
        "specification",
        (guards.the_failure_is_recorded,),
    ),
    Transition((DRAFT,), VALIDATING, "somebody asks for a validation", "specification"),
    Transition(
        (VALIDATING,),
        DRAFT,
        "the validation found required gaps",
        "Tex. Util. Code 251.152",
        (guards.a_required_gap_is_open,),
    ),
    Transition(
        (VALIDATING,),
        PENDING,
        "the validation found no required gap",
        "Tex. Util. Code 251.152; 16 TAC 18.3(b)",
        (guards.no_required_gap_is_open, guards.it_was_validated_as_it_is),
    ),
    Transition((PENDING,), VALIDATING, "a field is edited", "progressive validation"),
    Transition((PENDING,), DRAFT, "somebody reopens it", "specification"),
    Transition(
        (PENDING,),
        READY,
        "a named person confirms it",
        "Tex. Util. Code 251.151, 251.155(d)",
        (
            guards.a_person_confirms_it,
            guards.no_required_gap_is_open,
            guards.it_was_validated_as_it_is,
            guards.the_start_would_be_lawful,
            guards.the_emergency_is_attested,
        ),
    ),
    Transition(
        (READY,),
        VALIDATING,
        "it is reopened, or its planned start is no longer lawful",
        "Tex. Util. Code 251.151",
    ),
    Transition(
        (READY,),
        SUBMITTED,
        "the center's number and the time of the notice are recorded",
        "16 TAC 18.2(9)",
        (
            guards.the_packet_is_as_confirmed,
            guards.the_center_gave_a_number,
            guards.the_notice_time_is_possible,
            guards.the_member_list_is_accounted_for,
        ),
    ),
    Transition(
        (SUBMITTED,),
        RESPONSES_IN,
        "the last open answer closes",
        "16 TAC 18.5; Texas811 FAQ",
        (guards.every_answer_closes, guards.no_ground_is_open),
    ),
    Transition(
        (SUBMITTED,),
        READY_TO_DIG,
        "an emergency excavation begins",
        "Tex. Util. Code 251.155(b)",
        (guards.it_is_an_emergency, guards.nothing_is_missing_for_digging),
    ),
    Transition(
        (RESPONSES_IN,),
        SUBMITTED,
        "an answer is reopened, a member is added, or a second notice is due",
        "16 TAC 18.4(e)",
        (guards.an_answer_or_a_ground_is_open,),
    ),
    Transition(
        (RESPONSES_IN,),
        READY_TO_DIG,
        "the lawful start is reached and nothing is missing",
        "Tex. Util. Code 251.151; 16 TAC 18.4",
        (guards.nothing_is_missing_for_digging,),
    ),
    Transition(
        (READY_TO_DIG, EXPIRING),
        SUBMITTED,
        "digging stops: a second notice is due, or an answer is reopened",
        "16 TAC 18.4(e)",
        (guards.digging_must_stop,),
    ),
    Transition(
        (READY_TO_DIG,),
        EXPIRING,
        "the last gap-free refresh has passed",
        "16 TAC 18.3(e)",
        (guards.it_expires_soon, guards.its_life_goes_on),
    ),
    Transition(
        (EXPIRING,),
        READY_TO_DIG,
        "its life is extended in writing",
        "16 TAC 18.3(f)-(g)",
        (
            guards.its_life_was_extended,
            guards.it_does_not_expire_soon,
            guards.nothing_is_missing_for_digging,
        ),
    ),
    Transition(
        (SUBMITTED, RESPONSES_IN, READY_TO_DIG, EXPIRING),
        EXPIRED,
        "its life ends",
        "16 TAC 18.3(e)",
        (guards.its_life_has_ended,),
    ),
    Transition(
        (SUBMITTED, RESPONSES_IN, READY_TO_DIG, EXPIRING, EXPIRED),
        DAMAGED,
        "a damage or an exposed line is reported",
        "16 TAC 18.11; Tex. Util. Code 251.002(4)",
        (guards.a_damage_is_open,),
    ),
    Transition(
        (DAMAGED,),
        READY_TO_DIG,
        "the operator releases the site",
        "16 TAC 18.5(d)",
        (
            guards.every_damage_is_released,
            guards.nothing_is_missing_for_digging,
            guards.it_does_not_expire_soon,
        ),
    ),
    Transition(
        (DAMAGED,),
        EXPIRING,
        "the operator releases the site of a ticket that expires soon",
        "16 TAC 18.5(d)",
        (
            guards.every_damage_is_released,
            guards.nothing_is_missing_for_digging,
            guards.it_expires_soon,
        ),
    ),
    Transition(
        (DAMAGED,),
        EXPIRED,
        "the damage is released, or the work closed, and its life has ended",
        "16 TAC 18.3(e)",
        (guards.the_damage_is_over, guards.its_life_has_ended),
    ),
    Transition(
        (DRAFT, EXTRACTING, VALIDATING, PENDING, READY),
        CANCELLED,
        "somebody gives it up",
        "specification",
        (guards.a_reason_is_given,),
    ),
    Transition(
        (SUBMITTED, RESPONSES_IN, READY_TO_DIG, EXPIRING),
        CANCELLED,
        "somebody cancels it with the center",
        "Texas811 practice",
        (guards.a_reason_is_given, guards.the_center_is_told_or_not),
    ),
)

MOVES: dict[tuple[TicketStatus, TicketStatus], Transition] = {
    (origin, transition.target): transition
    for transition in TRANSITIONS
    for origin in transition.origins
}


def advance(ticket: Ticket, target: TicketStatus, *, now: datetime) -> Ticket:
    """Return the ticket in its new status.

    Raises RejectedError, changing nothing, if there is no such move or a guard objects; it
    says why, and what would allow it.
    """
    transition = MOVES.get((ticket.status, target))
    if transition is None:
        raise RejectedError(
            f"A {ticket.status} ticket cannot become {target}.",
            field="status",
            remedy=_ways_on(ticket.status),
            suggested_values=[to for origin, to in MOVES if origin is ticket.status],
        )
    objections = list(objections_to(ticket, transition, now=now))
    if objections:
        raise RejectedError(
            f"The ticket cannot become {target}. "
            + " ".join(dict.fromkeys(one.problem for one in objections)),
            field="status",
            remedy=" ".join(dict.fromkeys(one.remedy for one in objections)),
        )
    return ticket.revised(now=now, status=target)


def can_advance(ticket: Ticket, target: TicketStatus, *, now: datetime) -> bool:
    """Is there such a move, and does no guard object at `now`?"""
    transition = MOVES.get((ticket.status, target))
    return transition is not None and not any(objections_to(ticket, transition, now=now))


def objections_to(
    ticket: Ticket, transition: Transition, *, now: datetime
) -> Iterator[Objection]:
    """Yield what the guards of a move object."""
    for guard in transition.guards:
        yield from guard(ticket, now)


def _ways_on(status: TicketStatus) -> str:
    ways = [
        f"{transition.target} when {transition.trigger}"
        for (origin, _target), transition in MOVES.items()
        if origin is status
    ]
    return f"It can become {'; '.join(ways)}." if ways else "It has reached its end."
