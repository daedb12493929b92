"""What happens on the site: the checks before, an emergency's start, a longer life, damage.

Each step is a `Change`: the statement is kept, and the ticket goes where the facts put it.
"""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from domain.audit import Author, Change, change, named
from domain.deadlines import (
    Deadline,
    damage_answer_due,
    damage_notice_due,
    damage_report_due,
)
from domain.errors import RejectedError
from domain.following import notified, refuse_unless, statement_id
from domain.guards import earliest_notice_at
from domain.lifecycle import DAMAGED, IN_FORCE, READY_TO_DIG, SUBMITTED, advance
from domain.moment import StatedMoment
from domain.moving import settled
from domain.readiness import at_site, county_of, the_ticket_is_alive
from domain.second_notices import GroundFound, raise_ground
from domain.statements import Damage, GroundReason, LifeAgreement, SiteCheck
from domain.texas import County, zone_named
from domain.ticket import Ticket
from domain.timestamps import timestamps_of

SEEN = "Seen as the site was checked."
AGREED_LIFE_MAX = timedelta(days=366)  # a longer one is a typing error


def check_site(ticket: Ticket, check: SiteCheck, *, now: datetime, by: Author) -> Change:
    """Return the ticket with what was verified on the site (16 TAC 18.4(c)-(d)).

    An unmarked line that was seen is a ground for a second notice at once: a later check that
    sees none does not settle it.
    """
    refuse_unless(ticket, IN_FORCE | {DAMAGED}, "There is no site to check for")
    if not check.no_unmarked_lines_seen:
        found = GroundFound(reason=GroundReason.UNMARKED_LINE_SEEN, notes=SEEN)
        ticket_with_ground = raise_ground(ticket, found, now=now, by=by).ticket
    else:
        ticket_with_ground = ticket
    after = settled(ticket_with_ground.revised(now=now, site_check=check), now)
    answers = check.model_dump(exclude={"checked_at", "checked_by"})
    said = ", ".join(
        f"{name.replace('_', ' ')}: {'yes' if yes else 'no'}" for name, yes in answers.items()
    )
    return change(
        ticket, after, by=by, action="site_checked", notes=f"{check.checked_by}: {said}."
    )


def begin_emergency(ticket: Ticket, *, now: datetime, by: Author) -> Change:
    """Return the emergency ticket under which digging begins before the answers (251.155(b)).

    Raises RejectedError for every other type, and for an emergency without a reason.
    """
    name = named(by)
    # The table leads to ReadyToDig from elsewhere too, by guards that know of no emergency.
    refuse_unless(ticket, {SUBMITTED}, "No emergency excavation begins on")
    after = advance(ticket, READY_TO_DIG, now=now)
    notes = f"{name}: digging begins, {ticket.emergency_justification}"
    return change(ticket, settled(after, now), by=by, action="emergency_begun", notes=notes)


def extend_life(
    ticket: Ticket, agreement: LifeAgreement, *, now: datetime, by: Author
) -> Change:
    """Return the ticket with a signed agreement of one operator on a longer life.

    The life is longer once every member that is relied on has agreed. Raises RejectedError
    for an agreement that extends nothing, or is signed in the future, for a life that has ended,
    and while it is not known which members must agree.
    """
    name = named(by)
    refuse_unless(ticket, IN_FORCE, "There is no life to extend for")
    member = notified(ticket, agreement.member_code)
    _refuse_agreement(ticket, agreement, now)
    signed = agreement.model_copy(update={"member_code": member.code})
    agreed = ticket.revised(now=now, life_agreements=[*ticket.life_agreements, signed])
    after = settled(agreed.revised(now=now, **timestamps_of(agreed)), now)
    until = at_site(ticket, agreement.until)
    notes = f"{name}: agreed with {member.code}, signed {agreement.signed_on}: {until}. "
    ends_at = after.expires_at
    if ends_at and ends_at != ticket.expires_at:
        notes += f"The ticket lives until {at_site(after, ends_at)} (16 TAC 18.3(f))."
    else:
        notes += "The life is longer once every member has agreed."
    return change(ticket, after, by=by, action="life_extended", notes=notes)


class DamageFound(BaseModel):
    """A damage or an exposed line, as somebody reports it.

    `center_told_at` and the number of the DigUp ticket can follow with the release.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    occurred_at: StatedMoment
    place: str = Field(min_length=1, max_length=2_000)
    facility: str = Field(min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=2_000)
    product_released: bool | None = None
    called_911_at: StatedMoment | None = None
    center_told_at: StatedMoment | None = None
    dig_up_ticket_number: str | None = Field(default=None, max_length=50)


def report_damage(ticket: Ticket, found: DamageFound, *, now: datetime, by: Author) -> Change:
    """Return the ticket held by a damage: nobody digs until the operator releases the site.

    The event says what is due by when (16 TAC 18.11). Raises RejectedError for a damage in the
    future, and for a ticket on which nobody can have dug.
    """
    _refuse_damage(ticket, found, now)
    name = named(by)
    dues = _dues_of(found, county_of(ticket))
    damage = Damage(
        **found.model_dump(),
        id=statement_id(ticket, f"damage/{len(ticket.damages)}"),
        reported_at=now,
        reported_by=name,
        notice_due_at=dues["notice"].at,
        answer_due_at=dues["answer"].at if "answer" in dues else None,
        report_due_at=dues["report"].at,
    )
    held = ticket.revised(now=now, damages=[*ticket.damages, damage])
    after = held if ticket.status is DAMAGED else advance(held, DAMAGED, now=now)
    said = " ".join(f"{at_site(ticket, due.at)}: {due.explanation}." for due in dues.values())
    alarm = "" if found.product_released is False else "If product escapes, call 911 at once. "
    return change(
        ticket,
        settled(after, now),
        by=by,
        action="damage_reported",
        notes=f"{name}: {found.facility} at {found.place}. {alarm}{said}",
    )


class Release(BaseModel):
    """The operator's word that a damage no longer holds the site."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    damage_id: str | None = None
    released_by: str = Field(min_length=1, max_length=200)
    dig_up_ticket_number: str | None = Field(default=None, max_length=50)


def release(ticket: Ticket, word: Release, *, now: datetime, by: Author) -> Change:
    """Return the ticket with a damage released by the operator.

    Digging goes on only if nothing else is missing. Without an id the one open damage is meant.
    Raises RejectedError if it is not clear which, or none is open, and without a DigUp number.
    """
    name = named(by)
    damage = _open_damage(ticket, word.damage_id)
    number = word.dig_up_ticket_number or damage.dig_up_ticket_number
    if not number:
        raise RejectedError(
            "The number of the DigUp ticket is not known.",
            field="dig_up_ticket_number",
            remedy="Report the damage to the center and give the number of its ticket.",
        )
    _refuse_own_number(ticket, number)
    done = damage.model_copy(
        update={
            "released_at": now,
            "released_by": word.released_by,
            "dig_up_ticket_number": number,
        }
    )
    damages = [done if one.id == damage.id else one for one in ticket.damages]
    after = settled(ticket.revised(now=now, damages=damages), now)
    notes = f"{name}: {word.released_by} releases the site, DigUp {number}."
    return change(ticket, after, by=by, action="damage_released", notes=notes)


def _refuse_damage(ticket: Ticket, found: DamageFound, now: datetime) -> None:
    """Refuse a damage whose times cannot be: it follows the notice, and what was told follows it."""
    if found.occurred_at > now:
        raise RejectedError(
            "The damage cannot lie in the future.",
            field="occurred_at",
            remedy="Give the time at which it happened.",
        )
    began_at = earliest_notice_at(ticket)
    if found.occurred_at < began_at:
        raise RejectedError(
            "The damage is older than the ticket.",
            field="occurred_at",
            remedy="Report it on the ticket under which was dug.",
        )
    for field in ("called_911_at", "center_told_at"):
        told_at: datetime | None = getattr(found, field)
        if told_at and not found.occurred_at <= told_at <= now:
            raise RejectedError(
                "Nobody can have been told before the damage, or later than now.",
                field=field,
                remedy="Correct the time, or leave it out.",
            )
    if found.dig_up_ticket_number:
        _refuse_own_number(ticket, found.dig_up_ticket_number)


def _refuse_own_number(ticket: Ticket, number: str) -> None:
    if number == ticket.texas811_ticket_number:
        raise RejectedError(
            "This is the number of the ticket itself.",
            field="dig_up_ticket_number",
            remedy="Give the number of the DigUp ticket.",
        )


def _dues_of(found: DamageFound, county: County) -> dict[str, Deadline]:
    dues = {
        "notice": damage_notice_due(found.occurred_at, county),
        "report": damage_report_due(found.occurred_at, county),
    }
    if found.center_told_at:
        dues["answer"] = damage_answer_due(found.center_told_at, county)
    return dues


def _open_damage(ticket: Ticket, damage_id: str | None) -> Damage:
    damages = [one for one in ticket.open_damages if damage_id in (None, one.id)]
    if len(damages) != 1:
        raise RejectedError(
            "Several damages are open." if damages else "No such damage is open.",
            field="damage_id",
            remedy="Name the one that is released."
            if ticket.open_damages
            else "Nothing is held.",
            suggested_values=[one.id for one in ticket.open_damages],
        )
    return damages[0]


def _refuse_agreement(ticket: Ticket, agreement: LifeAgreement, now: datetime) -> None:
    for missing in the_ticket_is_alive(ticket, now):
        raise RejectedError(missing.problem, field="status", remedy=missing.remedy)
    if ticket.member_list_missing:
        raise RejectedError(
            "Which members must agree on a longer life is not recorded.",
            field="members",
            remedy="Record the whole list of members first.",
        )
    zone = zone_named(county_of(ticket).timezone)
    noticed_on = (ticket.notice_at or ticket.created_at).astimezone(zone).date()
    if not noticed_on <= agreement.signed_on <= now.astimezone(zone).date():
        raise RejectedError(
            "The agreement is signed in the future, or before the notice.",
            field="signed_on",
            remedy="Give the day on which both signed.",
        )
    if agreement.signed_by_excavator.casefold() == agreement.signed_by_operator.casefold():
        raise RejectedError(
            "One person cannot sign for both parties.",
            field="signed_by_operator",
            remedy="Name who signed for the operator.",
        )
    if agreement.until > now + AGREED_LIFE_MAX:
        raise RejectedError(
            f"A life of more than {AGREED_LIFE_MAX.days} days is not taken.",
            field="until",
            remedy="Correct the time, or refresh the ticket when it is due.",
        )
    if ticket.expires_at is None or agreement.until <= ticket.expires_at:
        raise RejectedError(
            "The agreement does not extend the life of the ticket.",
            field="until",
            remedy="Give a time after the present end of its life.",
        )
