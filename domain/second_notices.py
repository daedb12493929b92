"""Second notices: a ground that stops the digging, and what settles it (16 TAC 18.4(e))."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from domain.audit import Author, Change, change, named
from domain.deadlines import second_notice_answer_due
from domain.errors import RejectedError
from domain.following import notified, refuse_unless, statement_id
from domain.lifecycle import DAMAGED, IN_FORCE
from domain.moving import settled
from domain.readiness import at_site, county_of
from domain.statements import Ground, GroundReason
from domain.ticket import Ticket


class GroundFound(BaseModel):
    """A ground for a second notice, as somebody finds it (16 TAC 18.4(e))."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    reason: GroundReason
    notes: str = Field(min_length=1, max_length=2_000)
    member_code: str | None = Field(default=None, max_length=10)
    second_notice_number: str | None = Field(default=None, max_length=50)


def raise_ground(ticket: Ticket, found: GroundFound, *, now: datetime, by: Author) -> Change:
    """Return the ticket with a ground for a second notice; digging stops until it is settled.

    The answer is due some hours later; that it does not come permits nothing.
    """
    name = named(by)
    refuse_unless(ticket, IN_FORCE | {DAMAGED}, "There is no second notice for")
    member = notified(ticket, found.member_code) if found.member_code else None
    due = second_notice_answer_due(now, county_of(ticket))
    ground = Ground(
        **found.model_dump(exclude={"member_code"}),
        id=statement_id(ticket, f"ground/{len(ticket.grounds)}"),
        member_code=member.code if member else None,
        raised_at=now,
        raised_by=name,
        answer_due_at=due.at,
    )
    after = settled(ticket.revised(now=now, grounds=[*ticket.grounds, ground]), now)
    notes = f"{name}: {found.reason}. {found.notes} Answer due {at_site(ticket, due.at)}, "
    return change(
        ticket, after, by=by, action="second_notice_due", notes=f"{notes}{due.explanation}."
    )


class Settlement(BaseModel):
    """What settled a ground: the answer to the second notice, or that it never was one."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    ground_id: str
    settlement: str = Field(min_length=1, max_length=2_000)
    second_notice_number: str | None = Field(default=None, max_length=50)
    was_a_mistake: bool = False


def settle_ground(ticket: Ticket, word: Settlement, *, now: datetime, by: Author) -> Change:
    """Return the ticket with a ground settled, as a named person says how.

    Raises RejectedError if no ground of this id is open, and without the number of the second
    notice, unless the person states that the ground was a mistake.
    """
    name = named(by)
    ground = _open_ground(ticket, word.ground_id)
    number = word.second_notice_number or ground.second_notice_number
    if not number and not word.was_a_mistake:
        raise RejectedError(
            "The number of the second notice is not known.",
            field="second_notice_number",
            remedy="Give the second notice and its number, or state `was_a_mistake`.",
        )
    done = ground.model_copy(
        update={
            "settled_at": now,
            "settled_by": name,
            "settlement": word.settlement,
            "second_notice_number": number,
        }
    )
    grounds = [done if one.id == ground.id else one for one in ticket.grounds]
    after = settled(ticket.revised(now=now, grounds=grounds), now)
    how = f"second notice {number}" if number else "a mistake"
    notes = f"{name}: {ground.reason} is settled, {how}. {word.settlement}"
    return change(ticket, after, by=by, action="second_notice_settled", notes=notes)


def _open_ground(ticket: Ticket, ground_id: str) -> Ground:
    ground = next((one for one in ticket.open_grounds if one.id == ground_id), None)
    if ground is None:
        raise RejectedError(
            "No ground of this id is open.",
            field="ground_id",
            remedy="Name an open one.",
            suggested_values=[one.id for one in ticket.open_grounds],
        )
    return ground
