"""What a named person decides in a conversation: the step, and whether a ticket shows it done.

Each may be sent again, because a conversation may die before it hears the answer: what was done
stays done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from api import actions
from api.gpt_bodies import CancelTicket, ConfirmTicket, RecordSubmission
from domain import following, submitting
from domain.audit import Change
from domain.errors import ConflictError
from domain.lifecycle import KNOWN_TO_CENTER
from domain.readiness import county_of
from domain.responses import Member, find_member
from domain.spoken_ago import is_relative
from domain.spoken_days import Here
from domain.submitting import CenterReceipt
from domain.texas import zone_named
from domain.ticket import Ticket, TicketStatus
from jobs.acting import Scene

AGAIN = timedelta(hours=1)  # so long may who heard no answer say `10 minutes ago` once more


@dataclass(frozen=True, slots=True)
class Deed:
    """A step, what it is called in a session, and whether a ticket shows at `now` that it was made."""

    name: str
    step: Callable[[Scene], Change]
    is_done: Callable[[Ticket, datetime], bool]


def site_of(ticket: Ticket, now: datetime) -> Here:
    """Return where and when it is told what happened to a ticket: by the clocks of its site."""
    return Here(now, zone_named(county_of(ticket).timezone))


def confirmation(body: ConfirmTicket) -> Deed:
    """Return the confirmation of a packet; that of another person is another one."""

    def is_done(ticket: Ticket, _now: datetime) -> bool:
        found = ticket.confirmation
        return (
            ticket.status is TicketStatus.READY
            and found is not None
            and found.confirmed_by == body.by
            and found.emergency_attested == body.emergency_attested
        )

    return Deed("confirm_ticket", lambda scene: actions.confirm(scene, body), is_done)


def cancellation(body: CancelTicket) -> Deed:
    """Return the end of a ticket."""

    def is_done(ticket: Ticket, _now: datetime) -> bool:
        found = ticket.cancellation
        return found is not None and found.cancelled_by == body.by

    return Deed("cancel_ticket", lambda scene: actions.cancel(scene, body), is_done)


def submission(body: RecordSubmission) -> Deed:
    """Return the record of a submission; told again with more members, these are added."""

    def step(scene: Scene) -> Change:
        ticket, now, by = scene.ticket, scene.now, scene.by
        receipt = _receipt_of(body, ticket, now)
        if not _is_of_this_notice(ticket, receipt):
            return submitting.submit(ticket, receipt, now=now, by=by)
        if not _says_the_same(ticket, receipt):
            raise ConflictError(
                "The submission is recorded already, without this start or confirmation of the center.",
                field="center_start_at",
                remedy="Leave both out, and ask the office which is right.",
            )
        is_whole = not receipt.member_list_missing
        return following.amend_members(
            ticket, receipt.members, now=now, by=by, is_whole_list=is_whole
        )

    def is_done(ticket: Ticket, now: datetime) -> bool:
        receipt = _receipt_of(body, ticket, now)
        return (
            _is_of_this_notice(ticket, receipt)
            and _says_the_same(ticket, receipt)
            and _are_recorded(ticket, receipt)
        )

    return Deed("record_submission", step, is_done)


def _receipt_of(body: RecordSubmission, ticket: Ticket, now: datetime) -> CenterReceipt:
    """Return the receipt; `10 minutes ago`, said again a little later, is the notice on record."""
    receipt, noticed = body.receipt(site_of(ticket, now)), ticket.notice_at
    is_same_number = receipt.texas811_ticket_number == ticket.texas811_ticket_number
    if noticed is None or not is_same_number or not is_relative(body.notice_at):
        return receipt
    is_near = abs(receipt.notice_at - noticed) <= AGAIN
    return receipt.model_copy(update={"notice_at": noticed}) if is_near else receipt


def _is_of_this_notice(ticket: Ticket, receipt: CenterReceipt) -> bool:
    recorded = (ticket.texas811_ticket_number, ticket.notice_at)
    stated = (receipt.texas811_ticket_number, receipt.notice_at)
    return ticket.status in KNOWN_TO_CENTER and recorded == stated


def _says_the_same(ticket: Ticket, receipt: CenterReceipt) -> bool:
    """Is what the receipt says of the center's start and confirmation what is recorded?"""
    return receipt.center_start_at in (
        None,
        ticket.center_start_at,
    ) and receipt.submission_confirmation in (None, ticket.submission_confirmation)


def _are_recorded(ticket: Ticket, receipt: CenterReceipt) -> bool:
    """Are all members of a receipt recorded, and its list as a whole one if it is one?"""
    is_completed = bool(receipt.members) and not receipt.member_list_missing
    if is_completed and ticket.member_list_missing:
        return False
    return all(_is_recorded(ticket, member) for member in receipt.members)


def _is_recorded(ticket: Ticket, member: Member) -> bool:
    known = find_member(ticket.members, member.code)
    return known is not None and known.amended(member) == known
