"""Guards: what must hold before a ticket may move, each a named function.

A guard looks at the ticket as it would be, with the facts of the step already in it, and at the
time; it yields each objection, with what would remove it. A guard never changes anything.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import readiness
from domain.facts import TicketType
from domain.gaps import GapSeverity
from domain.packet import packet_of
from domain.responses import code_key
from domain.start import start_objections
from domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a ticket may not move, and what would allow it."""

    problem: str
    remedy: str


# What stops a dig that was lawful when it began, and sends the ticket back to wait.
STOPS_DIGGING = frozenset(
    {
        "not_superseded",
        "lawful_start_reached",
        "member_list_known",
        "members_closed",
        "no_open_ground",
        "standby_arranged",
        *readiness.SITE_CHECKS,
    }
)

TOLD_BEFORE_MAX = timedelta(days=1)

Guard = Callable[[Ticket, datetime], Iterator[Objection]]


# Before the submission.


def a_work_order_is_attached(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to an extraction of nothing."""
    if not ticket.work_order_id:
        yield Objection("No work order is attached.", "Hand in a work order.")


def the_extraction_is_kept(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to validating what was never read."""
    if not ticket.extracted_at:
        yield Objection(
            "Nothing was read from the work order yet.", "Wait for the reading to end."
        )


def the_failure_is_recorded(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to a failed reading that leaves no word about it."""
    if not ticket.extraction_warnings:
        yield Objection("The reading left no warning.", "Record why the reading failed.")


def a_required_gap_is_open(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to sending a ticket back that lacks nothing."""
    if not ticket.has_required_gap:
        yield Objection("No required answer is missing.", "Confirm the ticket.")


def no_required_gap_is_open(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to a ticket that lacks what the law or the center demands (251.152)."""
    for gap in ticket.open_gaps:
        if gap.severity is GapSeverity.REQUIRED:
            yield Objection(
                gap.user_friendly_description or f"{gap.field}: {gap.problem}.",
                gap.suggested_prompt or f"Answer the question about {gap.field}.",
            )


def it_was_validated_as_it_is(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to a ticket that was edited after its last validation, or never validated."""
    looked, edited = ticket.last_validated_at, ticket.edited_at
    if looked is None or (edited and edited > looked):
        yield Objection("The ticket was not validated as it is now.", "Validate it again.")


def a_person_confirms_it(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to a confirmation by nobody."""
    if ticket.confirmation is None:
        yield Objection("Nobody has confirmed it.", "Name the person who confirms it.")


def the_start_would_be_lawful(ticket: Ticket, now: datetime) -> Iterator[Objection]:
    """Object to a planned start that a notice given now would not allow (251.151)."""
    for found in start_objections(ticket, now):
        yield Objection(found.description, found.prompt)


def the_emergency_is_attested(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to an emergency without a reason and a person who stands for it (251.155(d))."""
    if ticket.ticket_type is not TicketType.EMERGENCY:
        return
    if not ticket.emergency_justification:
        yield Objection("The emergency has no justification.", "Say what makes it one.")
    if not (ticket.confirmation and ticket.confirmation.emergency_attested):
        yield Objection(
            "Nobody attests that it is an emergency.",
            "Attest it (`emergency_attested`): a false claim costs 1,000 to 2,000 dollars.",
        )


# The submission.


def the_packet_is_as_confirmed(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to submitting something else than what a person confirmed."""
    confirmed = ticket.confirmation and ticket.confirmation.packet_fingerprint
    if confirmed != packet_of(ticket).fingerprint:
        yield Objection(
            "The packet is not the one that was confirmed.", "Reopen it and confirm it again."
        )


def the_center_gave_a_number(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to a submission that the center does not know."""
    if not ticket.texas811_ticket_number:
        yield Objection("The center's ticket number is missing.", "Give the number.")


def the_notice_time_is_possible(ticket: Ticket, now: datetime) -> Iterator[Objection]:
    """Object to a notice before the ticket existed, or after now."""
    notice = ticket.notice_at
    if notice is None or not earliest_notice_at(ticket) <= notice <= now:
        yield Objection(
            "The notice must have been given after the ticket was made and not later than now.",
            "Give the time at which the center took the notice.",
        )


def earliest_notice_at(ticket: Ticket) -> datetime:
    """Return the earliest time at which the center can have been told of this ticket.

    An emergency, or a damage, is told by telephone first and typed in later (251.155(c)).
    """
    told_first = ticket.ticket_type in {TicketType.EMERGENCY, TicketType.DIG_UP}
    # A portal shows whole minutes.
    made_at = ticket.created_at.replace(second=0, microsecond=0)
    return made_at - (TOLD_BEFORE_MAX if told_first else timedelta(0))


def the_member_list_is_accounted_for(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to a submission that is silent about who was notified."""
    if not ticket.members and not ticket.member_list_missing:
        yield Objection(
            "Which members the center notified is not said.",
            "List the members, or state that the center's list cannot be had "
            "(`member_list_missing`).",
        )


# After the submission.


def every_answer_closes(ticket: Ticket, now: datetime) -> Iterator[Objection]:
    """Object while a member has not answered, or not closed (16 TAC 18.5)."""
    for missing in readiness.every_member_has_closed(ticket, now):
        yield Objection(missing.problem, missing.remedy)


def an_answer_or_a_ground_is_open(ticket: Ticket, now: datetime) -> Iterator[Objection]:
    """Object to going back to waiting where nothing is waited for."""
    if not ticket.open_grounds and not list(readiness.every_member_has_closed(ticket, now)):
        yield Objection(
            "Every answer is closed and no ground for a second notice is open.",
            "Record what was reopened, or raise a ground with its reason.",
        )


def no_ground_is_open(ticket: Ticket, now: datetime) -> Iterator[Objection]:
    """Object while a ground for a second notice is open (16 TAC 18.4(e))."""
    for missing in readiness.no_ground_is_open(ticket, now):
        yield Objection(missing.problem, missing.remedy)


def digging_must_stop(ticket: Ticket, now: datetime) -> Iterator[Objection]:
    """Object to stopping a dig for which nothing is missing but its own end."""
    missing = {one.condition for one in readiness.why_not_ready(ticket, now)}
    if missing.isdisjoint(STOPS_DIGGING):
        yield Objection(
            "Nothing has come up that stops the digging.",
            "Record what was reopened, or raise a ground with its reason.",
        )


def it_is_an_emergency(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to digging before the answers for anything but a justified emergency (251.155)."""
    if not readiness.is_justified_emergency(ticket):
        yield Objection(
            "Only a justified emergency may begin before the answers are in.",
            "Wait for the answers and for the lawful start.",
        )


def nothing_is_missing_for_digging(ticket: Ticket, now: datetime) -> Iterator[Objection]:
    """Object with every condition of lawful digging that is not met."""
    for missing in readiness.why_not_ready(ticket, now):
        yield Objection(missing.problem, missing.remedy)


def it_expires_soon(ticket: Ticket, now: datetime) -> Iterator[Objection]:
    """Object before the last moment at which a refresh leaves no gap."""
    if ticket.refresh_by_at is None or now < ticket.refresh_by_at:
        yield Objection("The ticket does not expire soon.", "Nothing needs to be done yet.")


def it_does_not_expire_soon(ticket: Ticket, now: datetime) -> Iterator[Objection]:
    """Object where the life of the ticket leaves no time for a refresh any more."""
    if ticket.refresh_by_at is None or now >= ticket.refresh_by_at:
        yield Objection(
            "The ticket expires soon.",
            "Refresh it, or agree in writing with each operator on a longer life.",
        )


def its_life_was_extended(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object without a signed agreement of both parties for every operator relied on."""
    signed = {code_key(agreement.member_code) for agreement in ticket.life_agreements}
    for member in ticket.members:
        if code_key(member.code) not in signed:
            yield Objection(
                f"There is no signed agreement with {member.code} on a longer life.",
                "Record the agreement, signed and dated by both (16 TAC 18.3(f)).",
            )


def its_life_has_ended(ticket: Ticket, now: datetime) -> Iterator[Objection]:
    """Object to the end of a life that goes on."""
    if ticket.expires_at is None or now < ticket.expires_at:
        yield Objection("The ticket's life has not ended.", "Cancel it, or close the work.")


def its_life_goes_on(ticket: Ticket, now: datetime) -> Iterator[Objection]:
    """Object to moving on a ticket whose life has ended."""
    if ticket.expires_at is None or now >= ticket.expires_at:
        yield Objection("The ticket's life has ended.", "Give notice by a new ticket.")


def a_damage_is_open(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to a damage without time, place and facility."""
    if not ticket.open_damages:
        yield Objection("No damage is reported.", "Report its time, place and facility.")


def every_damage_is_released(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object while an operator has not released the site, or its DigUp number is unknown."""
    for damage in ticket.damages:
        if damage.is_open:
            yield Objection(
                "The operator has not released the site.", "Record who released it and when."
            )
        elif not damage.dig_up_ticket_number:
            yield Objection(
                "The number of the DigUp ticket is not stored.",
                "Report the damage to the center and record the number.",
            )


def the_damage_is_over(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to leaving a damage that is neither released nor on work finished since.

    A damage that was found after the work was closed waits for its release like any other.
    """
    closed_at = ticket.closed_at
    if any(closed_at is None or one.reported_at > closed_at for one in ticket.open_damages):
        yield Objection(
            "The damage is not released and the work not closed.",
            "Record the release, or close the work.",
        )


def a_reason_is_given(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to a cancellation without a reason."""
    if ticket.cancellation is None:
        yield Objection("Why it is cancelled is not said.", "Give the reason.")


def the_center_is_told_or_not(ticket: Ticket, _now: datetime) -> Iterator[Objection]:
    """Object to a cancellation that leaves open whether the center was told."""
    if ticket.cancellation is None or ticket.cancellation.sent_to_center is None:
        yield Objection(
            "Whether the cancellation was sent to the center is not said.",
            "Say whether the center was told (`sent_to_center`: true or false).",
        )
