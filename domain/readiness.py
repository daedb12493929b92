"""Ready to dig: every condition, and what is still missing at a given moment.

One small function per condition, all of them in `CONDITIONS`; each yields what is missing in
its own matter and knows no other. Silence never fulfils one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.facts import TicketType
from domain.moment import as_site_time
from domain.responses import Outcome, Standing, code_key
from domain.texas import CENTER_ZONE, County, find_county
from domain.ticket import Ticket, TicketStatus

# Types on which nobody may dig: they ask for something else than the right to excavate.
NO_DIGGING = frozenset(
    {TicketType.NO_RESPONSE, TicketType.DIG_UP, TicketType.SURVEY_DESIGN, TicketType.RECALL}
)


@dataclass(frozen=True, slots=True)
class Missing:
    """One condition that is not met: which, why not, and what would meet it."""

    condition: str
    problem: str
    remedy: str


Condition = Callable[[Ticket, datetime], Iterator[Missing]]


def the_type_permits_digging(ticket: Ticket, _now: datetime) -> Iterator[Missing]:
    """Yield a type that alone never permits digging."""
    if ticket.ticket_type in NO_DIGGING:
        yield Missing(
            "type_permits_digging",
            f"A {ticket.ticket_type} ticket permits no digging.",
            "Dig on a ticket of another type for this site.",
        )


def the_ticket_was_submitted(ticket: Ticket, _now: datetime) -> Iterator[Missing]:
    """Yield a ticket of which the center knows nothing yet."""
    if ticket.notice_at is None or not ticket.texas811_ticket_number:
        yield Missing(
            "notice_given",
            "The center has not been notified.",
            "Submit the ticket and record its number and the time of the notice.",
        )


def the_ticket_is_in_force(ticket: Ticket, _now: datetime) -> Iterator[Missing]:
    """Yield a ticket that was cancelled, or whose work is finished."""
    if ticket.status is TicketStatus.CANCELLED:
        yield Missing("in_force", "The ticket was cancelled.", "Make a new ticket.")
    if ticket.closed_at:
        yield Missing("in_force", "The work was closed as finished.", "Make a new ticket.")


def no_newer_ticket_holds(ticket: Ticket, _now: datetime) -> Iterator[Missing]:
    """Yield a ticket in whose place the center has put a newer one."""
    if ticket.superseded_by_number:
        yield Missing(
            "not_superseded",
            f"The ticket was superseded by {ticket.superseded_by_number}.",
            "Dig on that ticket.",
        )


def the_lawful_start_is_reached(ticket: Ticket, now: datetime) -> Iterator[Missing]:
    """Yield a start that is still to come (251.151)."""
    start = ticket.earliest_lawful_start
    if start is None:
        yield Missing(
            "lawful_start_reached",
            "There is no lawful start for this ticket.",
            "Submit it: the start follows from the time of the notice.",
        )
    elif now < start:
        yield Missing(
            "lawful_start_reached",
            f"Digging may not begin before {at_site(ticket, start)}.",
            "Wait until then.",
        )


def the_ticket_is_alive(ticket: Ticket, now: datetime) -> Iterator[Missing]:
    """Yield a life that has ended, once and for ever, or that never began (16 TAC 18.3(e))."""
    end, remedy = ticket.expires_at, "Give notice by a new ticket."
    if end is None:
        yield Missing("not_expired", "No end of the ticket's life is known.", remedy)
    elif now >= end or ticket.status is TicketStatus.EXPIRED:
        yield Missing(
            "not_expired", f"The ticket's life ended at {at_site(ticket, end)}.", remedy
        )


def every_member_has_closed(ticket: Ticket, _now: datetime) -> Iterator[Missing]:
    """Yield each facility without a closing answer; silence is not clearance."""
    if ticket.member_list_missing or not ticket.members:
        yield Missing(
            "member_list_known",
            "Which members were notified is not recorded.",
            "Record the members from the center's ticket.",
        )
    for row in ticket.standings:
        if not row.is_closed:
            yield Missing("members_closed", _open_answer(row), "Ask the member for its answer.")


def no_ground_is_open(ticket: Ticket, _now: datetime) -> Iterator[Missing]:
    """Yield the grounds for a second notice that nobody has settled (16 TAC 18.4(e))."""
    for ground in ticket.open_grounds:
        yield Missing(
            "no_open_ground",
            f"{ground.reason}, raised {at_site(ticket, ground.raised_at)}, is not settled.",
            "Give a second notice; record its answer, and settle the ground.",
        )


def standby_is_arranged(ticket: Ticket, now: datetime) -> Iterator[Missing]:
    """Yield the members that asked for a person at the site, where none is arranged (251.151(c)).

    A later answer that is silent about it takes nothing back: the member and the excavator settle
    it between them, and what they settled is recorded as the standby.
    """
    asked = {
        code_key(answer.member_code): answer.response_date
        for answer in sorted(ticket.member_responses, key=lambda one: one.response_date)
        if answer.requires_standby or answer.outcome is Outcome.STANDBY_REQUIRED
    }
    for member in ticket.members:
        asked_at = asked.get(code_key(member.code))
        if asked_at:
            yield from _standby_of(ticket, member.code, asked_at, now)


def the_site_was_checked(ticket: Ticket, _now: datetime) -> Iterator[Missing]:
    """Yield what 16 TAC 18.4(c)-(d) wants seen on the site before the digging."""
    check = ticket.site_check
    if check and check.checked_at < _last_change_on_site(ticket):
        check = None  # it was made before the marks, or before what has changed the site since
    for name, sentence in SITE_CHECKS.items():
        if check is None or not getattr(check, name):
            yield Missing(name, sentence, "Check it on the site and record the check.")


def no_damage_holds_it(ticket: Ticket, _now: datetime) -> Iterator[Missing]:
    """Yield the damages that the operator has not released (16 TAC 18.5(d))."""
    for damage in ticket.open_damages:
        yield Missing(
            "no_damage_hold",
            f"The damage of {at_site(ticket, damage.occurred_at)} is not released.",
            "Have the operator release the site and record it.",
        )


SITE_CHECKS = {
    "ticket_copy_on_site": "No copy of the ticket is known to be at hand on the site.",
    "place_verified": "Nobody has verified that the place is that of the ticket.",
    "white_lines_verified": "Nobody has verified the white lines.",
    "no_unmarked_lines_seen": "Nobody has looked for unmarked lines.",
}

# What an emergency does not wait for (251.155): it may begin at once, with reasonable care.
WAITING = (
    the_lawful_start_is_reached,
    every_member_has_closed,
    standby_is_arranged,
    the_site_was_checked,
)

CONDITIONS: tuple[Condition, ...] = (
    the_type_permits_digging,
    the_ticket_was_submitted,
    the_ticket_is_in_force,
    no_newer_ticket_holds,
    the_lawful_start_is_reached,
    the_ticket_is_alive,
    every_member_has_closed,
    no_ground_is_open,
    standby_is_arranged,
    the_site_was_checked,
    no_damage_holds_it,
)


def why_not_ready(ticket: Ticket, now: datetime) -> list[Missing]:
    """Return every condition of lawful digging that is not met at `now`; none means ready.

    Source: Tex. Util. Code 251.151 to 251.157, 16 TAC 18.3 to 18.5, Texas811 practice.
    """
    # Once every answer is in, an emergency that has not begun is checked like any other dig.
    has_waited = ticket.status is TicketStatus.RESPONSES_IN
    waits_for_nothing = is_justified_emergency(ticket) and not has_waited
    return [
        missing
        for condition in CONDITIONS
        if not (waits_for_nothing and condition in WAITING)
        for missing in condition(ticket, now)
    ]


def _standby_of(
    ticket: Ticket, code: str, asked_at: datetime, now: datetime
) -> Iterator[Missing]:
    """Yield that no standby is arranged with this member since it asked, or that it is to come."""
    arranged = [
        standby
        for standby in ticket.standbys
        if code_key(standby.member_code) == code_key(code) and standby.arranged_at >= asked_at
    ]
    meets_at = arranged[-1].meets_at if arranged else None
    if not arranged:
        yield Missing(
            "standby_arranged",
            f"{code} wants a person at the site.",
            "Arrange a time with the member and record it.",
        )
    elif meets_at and now < meets_at:
        yield Missing(
            "standby_arranged",
            f"The person of {code} comes {at_site(ticket, meets_at)}.",
            "Wait until then, or arrange another time.",
        )


def _last_change_on_site(ticket: Ticket) -> datetime:
    """Return when the site last changed: the last mark, settled ground or released damage."""
    changes = [
        ticket.positive_response_at,
        *(ground.settled_at for ground in ticket.grounds),
        *(damage.released_at for damage in ticket.damages),
    ]
    return max((at for at in changes if at), default=ticket.created_at)


def is_justified_emergency(ticket: Ticket) -> bool:
    """May digging begin at once? A claim without its reason is a ticket like any other."""
    return ticket.ticket_type is TicketType.EMERGENCY and bool(ticket.emergency_justification)


def at_site(ticket: Ticket, moment: datetime) -> str:
    """Return a moment as the clocks at this ticket's site show it."""
    return as_site_time(moment, county_of(ticket).timezone)


def county_of(ticket: Ticket) -> County:
    """Return the county of the site, or where none is known a nameless one at the center's clock.

    What stops the digging must never be refused because a county is misspelt.
    """
    return find_county(ticket.county or "") or COUNTY_UNKNOWN


COUNTY_UNKNOWN = County(name="", fips="", timezone=CENTER_ZONE)


def _open_answer(row: Standing) -> str:
    if row.latest is None or not row.is_answered:
        return f"{row.name} has not answered."
    return f"{row.name} answered {row.latest.outcome}, which does not close it."
