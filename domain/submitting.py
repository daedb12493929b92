"""From confirmation to the end of the work: what a named person decides about a ticket.

Each step is a `Change`. What the members answer and what happens on the site is in
`domain.following`.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from domain import guards
from domain.audit import Author, Change, change, named
from domain.errors import ConflictError, RejectedError
from domain.lifecycle import (
    CANCELLED,
    EXPIRED,
    IN_FORCE,
    KNOWN_TO_CENTER,
    READY,
    SUBMITTED,
    advance,
    can_advance,
)
from domain.moment import StatedMoment
from domain.moving import explained, settled
from domain.packet import packet_of
from domain.persons import person_named
from domain.readiness import at_site
from domain.responses import Member, code_key
from domain.statements import Cancellation, Confirmation
from domain.ticket import Ticket
from domain.timestamps import deadlines_of, timestamps_of

TOLD = {True: " The center was told.", False: " It was not sent to the center."}


class CenterReceipt(BaseModel):
    """What the center gave back when a person keyed the packet into its portal.

    `center_start_at` is the start that the center computed, where it shows one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    texas811_ticket_number: str = Field(min_length=1, max_length=50)
    notice_at: StatedMoment
    members: list[Member] = Field(default_factory=list, max_length=200)
    member_list_missing: bool = False
    center_start_at: StatedMoment | None = None
    submission_confirmation: str | None = Field(default=None, max_length=100)


def confirm(ticket: Ticket, *, now: datetime, by: Author, emergency_attested: bool) -> Change:
    """Return the ticket with its packet confirmed and its fields locked.

    Raises RejectedError while required gaps are open, if the planned start would not be lawful
    for a notice given now, for an emergency that nobody attests, and for a name that is no person's.
    """
    name = person_named(by)
    confirmation = Confirmation(
        confirmed_at=now,
        confirmed_by=name,
        emergency_attested=emergency_attested,
        packet_fingerprint=packet_of(ticket).fingerprint,
    )
    ready = advance(ticket.revised(now=now, confirmation=confirmation), READY, now=now)
    attested = " and attests the emergency" if emergency_attested else ""
    return change(
        ticket,
        ready,
        by=by,
        action="ticket_confirmed",
        notes=f"{name} confirms the packet {confirmation.packet_fingerprint[:12]}{attested}.",
    )


def submit(ticket: Ticket, receipt: CenterReceipt, *, now: datetime, by: Author) -> Change:
    """Return the ticket as submitted, with every date that follows from the notice.

    Raises RejectedError for a ticket that is not confirmed, a notice in the future or before
    the ticket was made, and a member list that is neither given nor said to be missing.
    """
    name = named(by)
    # The table leads back to Submitted from later on, by guards that know nothing of a receipt.
    if ticket.status is not READY:
        raise RejectedError(
            f"A {ticket.status} ticket cannot be submitted.",
            field="status",
            remedy="Confirm it first; what was submitted is not submitted again.",
        )
    noticed = _with_notice(ticket, receipt.notice_at, now).revised(
        now=now,
        texas811_ticket_number=receipt.texas811_ticket_number,
        submission_confirmation=receipt.submission_confirmation,
        members=unlike(receipt.members),
        member_list_missing=receipt.member_list_missing,
        center_start_at=receipt.center_start_at,
    )
    dated = noticed.revised(now=now, **timestamps_of(noticed))
    submitted = settled(advance(dated, SUBMITTED, now=now), now)
    return change(
        ticket,
        submitted,
        by=by,
        action="ticket_submitted",
        notes=f"{name}: notice given {at_site(submitted, receipt.notice_at)}. "
        f"{explained(submitted)}{_alarm(submitted)}",
    )


def correct_notice(
    ticket: Ticket, notice_at: datetime, *, now: datetime, by: Author, reason: str
) -> Change:
    """Return the ticket with another time of its notice, and all its dates computed anew.

    A start that moves into the future stops the digging, and an end that moves into the past
    ends the ticket. Raises RejectedError for a ticket that is not in force, and for a time that
    a notice cannot have.
    """
    name = named(by)
    if ticket.status not in IN_FORCE or can_advance(ticket, EXPIRED, now=now):
        raise RejectedError(
            f"The notice of a {ticket.status} ticket cannot be corrected.",
            field="status",
            remedy="Correct it while the ticket is in force.",
        )
    noticed = _with_notice(ticket, notice_at, now)
    for objection in guards.the_notice_time_is_possible(noticed, now):
        raise RejectedError(objection.problem, field="notice_at", remedy=objection.remedy)
    if any(answer.response_date < notice_at for answer in ticket.member_responses):
        raise RejectedError(
            "A member has answered before this time: the answers would be those to another notice.",
            field="notice_at",
            remedy="If notice was given again, make a new ticket by `refresh`.",
        )
    after = settled(noticed.revised(now=now, **timestamps_of(noticed)), now)
    return change(
        ticket,
        after,
        by=by,
        action="notice_corrected",
        notes=f"{name}: {reason} Notice given {at_site(after, notice_at)}. {explained(after)}"
        + _alarm(after),
    )


def cancel(
    ticket: Ticket, *, now: datetime, by: Author, reason: str, sent_to_center: bool | None
) -> Change:
    """Return the ticket given up. Raises RejectedError if that cannot be or is not complete.

    For a ticket that the center knows, it must be said whether the center was told.
    """
    cancellation = Cancellation(
        cancelled_at=now,
        cancelled_by=named(by),
        reason=reason,
        sent_to_center=sent_to_center,
    )
    after = advance(ticket.revised(now=now, cancellation=cancellation), CANCELLED, now=now)
    told = "" if sent_to_center is None else TOLD[sent_to_center]
    return change(
        ticket,
        after,
        by=by,
        action="ticket_cancelled",
        notes=f"{named(by)}: {reason}{told}",
    )


def close(ticket: Ticket, *, now: datetime, by: Author) -> Change:
    """Return the ticket with its work finished; reminders are silenced from here on.

    Raises RejectedError for a ticket on which nobody can have worked, or that is closed.
    """
    name = named(by)
    if ticket.closed_at or ticket.status not in KNOWN_TO_CENTER:
        raise RejectedError(
            "The work is closed already."
            if ticket.closed_at
            else f"There is no finished work on a {ticket.status} ticket.",
            field="status",
            remedy="Nothing needs to be done." if ticket.closed_at else "Cancel the ticket.",
        )
    after = settled(ticket.revised(now=now, closed_at=now), now)
    notes = f"{name}: the work is finished."
    return change(ticket, after, by=by, action="work_closed", notes=notes)


def supersede(ticket: Ticket, number: str, *, now: datetime, by: Author) -> Change:
    """Return the ticket with a newer ticket of the center in its place: digging on it stops.

    Raises RejectedError for a ticket that is not in force.
    """
    name = named(by)
    if ticket.status not in IN_FORCE:
        raise RejectedError(
            f"A {ticket.status} ticket cannot be superseded.",
            field="status",
            remedy="Only a ticket that is in force can be.",
        )
    if number == ticket.texas811_ticket_number:
        raise RejectedError(
            "A ticket cannot be superseded by itself.",
            field="superseded_by_number",
            remedy="Give the number of the newer ticket.",
        )
    after = settled(ticket.revised(now=now, superseded_by_number=number), now)
    return change(
        ticket,
        after,
        by=by,
        action="ticket_superseded",
        notes=f"{name}: superseded by {number}.",
    )


def unlike(members: list[Member]) -> list[Member]:
    """Return the members as given. Raises ConflictError if a code stands there twice."""
    codes = [code_key(member.code) for member in members]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice:
        raise ConflictError(
            f"The member {twice.upper()} is listed twice.",
            field="members",
            remedy="List each member once, with all its facilities.",
        )
    return members


def _with_notice(ticket: Ticket, notice_at: datetime, now: datetime) -> Ticket:
    """Return the ticket under the policy that was in force on the day of this notice."""
    return ticket.revised(now=now, notice_at=notice_at, policy_version=None)


def _alarm(ticket: Ticket) -> str:
    """Say so where the center's start is earlier than ours; the later one holds."""
    found = deadlines_of(ticket)
    ours = found.earliest_lawful_start if found else None
    center = ticket.center_start_at
    if ours is None or center is None or center == ours.at:
        return ""
    if center > ours.at:
        return f" The center gives a later start, {at_site(ticket, center)}, which holds."
    return (
        f" ALARM: the center gives an earlier start, {at_site(ticket, center)}, than the law "
        "as read here; the later one holds. Ask the center."
    )
