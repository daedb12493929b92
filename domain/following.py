"""What comes after the submission: the members, their answers, their people at the site.

Each step is a `Change`: the statement is kept, and the ticket goes where the facts put it. What
happens on the site is in `domain.digging`, second notices are in `domain.second_notices`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import uuid5

from pydantic import BaseModel, ConfigDict, Field

from domain.audit import EVENT_NAMESPACE, Author, Change, change, named
from domain.duplicates import Recorded
from domain.errors import RejectedError
from domain.facilities import facility_named
from domain.lifecycle import DAMAGED, IN_FORCE, KNOWN_TO_CENTER
from domain.member_words import refuse_denied
from domain.moment import StatedMoment
from domain.moving import settled
from domain.readiness import at_site
from domain.responses import (
    MEMBERS_MAX,
    OUTCOME_OF_CODE,
    TYPE_OF,
    Member,
    MemberResponse,
    Outcome,
    ResponseType,
    code_key,
    due_for,
    find_member,
    outcome_of,
)
from domain.statements import Standby
from domain.submitting import unlike
from domain.ticket import Ticket, TicketStatus
from domain.timestamps import timestamps_of


class Answer(BaseModel):
    """What a member answered, in our words (`outcome`) or in the center's (`center_code`).

    `response_date` is when the member answered; it defaults to now.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    member_code: str = Field(min_length=1, max_length=10)
    facility: str | None = Field(default=None, max_length=60)
    outcome: Outcome | None = None
    center_code: str | None = Field(default=None, max_length=300)
    response_date: StatedMoment | None = None
    response_text: str | None = Field(default=None, max_length=2_000)
    marking_color: str | None = Field(default=None, max_length=50)
    marking_instructions: str | None = Field(default=None, max_length=2_000)
    requires_standby: bool = False
    standby_contact: str | None = Field(default=None, max_length=200)
    standby_phone: str | None = Field(default=None, max_length=20)
    special_instructions: str | None = Field(default=None, max_length=2_000)


def respond(
    ticket: Ticket,
    answer: Answer,
    *,
    now: datetime,
    by: Author,
    codes: Mapping[str, Outcome] = OUTCOME_OF_CODE,
) -> Change:
    """Return the ticket with one answer more; what the answers amount to is computed.

    An answer that is late stays late, and moves no date. Raises RejectedError for a member or
    facility that was not notified, an answer that says nothing or two things, and one from the
    future or from before the notice; DuplicateError for one that stands recorded.
    """
    response = response_of(ticket, answer, now=now, by=by, codes=codes)
    Recorded(ticket.member_responses).add(response, is_dated=answer.response_date is not None)
    responses = [*ticket.member_responses, response]
    return change(
        ticket,
        settled(ticket.revised(now=now, member_responses=responses), now),
        by=by,
        action="response_recorded",
        notes=sentence_of(ticket, response, by),
    )


def amend_members(
    ticket: Ticket,
    members: Iterable[Member],
    *,
    now: datetime,
    by: Author,
    is_whole_list: bool = False,
) -> Change:
    """Return the ticket with members added or amended; nothing is ever taken off the list.

    A list that was missing stays so until a person states that it is whole now: one member that
    is known by chance does not stand for those that are not. Raises RejectedError for a ticket
    that is not in force, for no members at all, and for more than a ticket holds.
    """
    name = named(by)
    refuse_unless(ticket, IN_FORCE | {DAMAGED}, "The center notifies nobody for")
    amended = {code_key(member.code): member for member in unlike(list(members))}
    if not amended:
        raise RejectedError("No member is named.", field="members", remedy="Name at least one.")
    known = {code_key(member.code): member for member in ticket.members}
    merged = {
        key: known[key].amended(one) if key in known else one for key, one in amended.items()
    }
    listed = list((known | merged).values())
    if len(listed) > MEMBERS_MAX:
        problem = f"A ticket holds at most {MEMBERS_MAX} members."
        raise RejectedError(problem, field="members", remedy="Name the notified ones only.")
    was_missing = ticket.member_list_missing or not ticket.members
    noticed = ticket.revised(
        now=now, members=listed, member_list_missing=was_missing and not is_whole_list
    )
    # A longer life needs the agreement of every member, the new ones too.
    after = settled(noticed.revised(now=now, **timestamps_of(noticed)), now)
    notes = f"{name}: notified {', '.join(member.code for member in merged.values())}."
    if after.member_list_missing:
        notes += " The list is not whole."
    if after.expires_at and after.expires_at != ticket.expires_at:
        notes += f" The ticket lives until {at_site(after, after.expires_at)}."
    return change(ticket, after, by=by, action="members_recorded", notes=notes)


def arrange_standby(ticket: Ticket, standby: Standby, *, now: datetime, by: Author) -> Change:
    """Return the ticket with a member's person at the site arranged (251.151(c)).

    Nobody digs before that person is there. Raises RejectedError for a meeting in the past.
    """
    if standby.meets_at and standby.meets_at < now:
        raise RejectedError(
            "The meeting on the site cannot lie in the past.",
            field="meets_at",
            remedy="Give the time that was agreed on.",
        )
    refuse_unless(ticket, IN_FORCE | {DAMAGED}, "Nobody stands by for")
    member = notified(ticket, standby.member_code)
    standbys = [*ticket.standbys, standby.model_copy(update={"member_code": member.code})]
    after = settled(ticket.revised(now=now, standbys=standbys), now)
    notes = f"{standby.arranged_by} arranged with {member.code}: {standby.contact}."
    return change(ticket, after, by=by, action="standby_arranged", notes=notes)


def refuse_unless(ticket: Ticket, statuses: Iterable[TicketStatus], what: str) -> None:
    """Raise RejectedError for a ticket in another status; `what` begins its sentence."""
    if ticket.status not in statuses:
        raise RejectedError(
            f"{what} a {ticket.status} ticket.",
            field="status",
            remedy=f"This takes a ticket that is {', '.join(sorted(statuses))}.",
        )


def notified(ticket: Ticket, code: str) -> Member:
    """Return the notified member of this code. Raises RejectedError if there is none."""
    member = find_member(ticket.members, code)
    if member is None:
        raise RejectedError(
            f"{code} is not among the members that were notified.",
            field="member_code",
            remedy="Correct the code, or record the member first.",
            suggested_values=[member.code for member in ticket.members],
        )
    return member


def statement_id(ticket: Ticket, name: str) -> str:
    """Return the id of the statement that this version of a ticket is given."""
    return str(uuid5(EVENT_NAMESPACE, f"{ticket.id}/{ticket.version}/{name}"))


def response_of(  # noqa: PLR0913 - what is said, and all that it is judged by
    ticket: Ticket,
    answer: Answer,
    *,
    now: datetime,
    by: Author,
    codes: Mapping[str, Outcome],
    number: int | None = None,
) -> MemberResponse:
    """Return an answer as it is kept, the `number`th of the ticket. Raises what `respond` does."""
    named(by)
    refuse_unless(ticket, KNOWN_TO_CENTER, "Nobody answers to")
    member = notified(ticket, answer.member_code)
    answered_at = answer.response_date or now
    _refuse_time(ticket, answered_at, now)
    outcome = _meant(answer, codes)
    due_at = due_for(member, ticket.response_due_at)
    place = len(ticket.member_responses) if number is None else number
    return MemberResponse(
        **answer.model_dump(exclude={"member_code", "facility", "outcome", "response_date"}),
        id=statement_id(ticket, f"response/{place}"),
        member_code=member.code,
        member_name=member.name,
        facility=_facility_of(member, answer.facility),
        outcome=outcome,
        is_late=due_at is not None and answered_at > due_at,
        response_type=TYPE_OF.get(outcome, ResponseType.NEGATIVE),
        response_date=answered_at,
        clearance_granted=outcome.is_closing,
        received_at=now,
        processed_at=now,
    )


def sentence_of(ticket: Ticket, response: MemberResponse, by: Author) -> str:
    """Return who handed in which answer, and when it was given, for the history."""
    code, facility = response.member_code, response.facility
    about = f"{code} ({facility})" if facility else code
    late = ", late" if response.is_late else ""
    at = at_site(ticket, response.response_date)
    return f"{named(by)}: {about} answered {response.outcome}{late}, {at}."


def _refuse_time(ticket: Ticket, answered_at: datetime, now: datetime) -> None:
    """Refuse an answer that cannot have been given to this ticket."""
    is_too_late = answered_at > now
    if is_too_late or (ticket.notice_at and answered_at < ticket.notice_at):
        raise RejectedError(
            "The answer cannot come from the future."
            if is_too_late
            else "The answer is older than the notice: it belongs to another ticket.",
            field="response_date",
            remedy="Give the time at which the member answered.",
        )


def _facility_of(member: Member, name: str | None) -> str | None:
    """Return the facility as the member's list has it; a member without a list has any."""
    if not name or not member.facilities:
        return name or None
    known = facility_named(member.facilities, name)
    if known is None:
        raise RejectedError(
            f"{member.code} has no facility {name} on this ticket.",
            field="facility",
            remedy="Name one of its facilities, or none for all of them.",
            suggested_values=member.facilities,
        )
    return known


def _meant(answer: Answer, codes: Mapping[str, Outcome]) -> Outcome:
    """Return what an answer means. Raises RejectedError if it says nothing, or contradicts itself.

    Where we are told more than we know of a code, what we are told counts; but nobody digs on an
    outcome beside words that may deny it.
    """
    code = outcome_of(answer.center_code, codes) if answer.center_code else None
    outcome = answer.outcome or code
    if outcome is None:
        raise RejectedError(
            "What the member answered is not said.",
            field="outcome",
            remedy="Give the outcome, or the center's code as `center_code`.",
            suggested_values=list(Outcome),
        )
    if code and code is not Outcome.UNKNOWN and code.is_closing != outcome.is_closing:
        raise RejectedError(
            f"{answer.center_code} is {code}, and not {outcome}.",
            field="outcome",
            remedy="Ask the member what it answered, and give that alone.",
        )
    if code is Outcome.UNKNOWN and outcome.is_closing:
        raise RejectedError(
            f"What {answer.center_code} means is not known here: it may not be {outcome}.",
            field="center_code",
            remedy="Give the outcome alone, with the member's words as `response_text`; or add the "
            "code to CENTER_CODES.",
        )
    refuse_denied(
        outcome,
        (answer.response_text, answer.marking_instructions, answer.special_instructions),
    )
    return outcome
