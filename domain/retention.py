"""When a ticket is over, and which tickets belong together: what is kept how long, as a rule.

Over is what no lawful digging can rest on any more, and about which nothing is due. How long what
is over is kept says `domain/keeping.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from domain.lifecycle import CANCELLED, EXPIRED, IN_FORCE
from domain.ticket import Ticket

MONTHS_A_YEAR = 12
LAST_DAY_OF_EVERY_MONTH = 28
# By which fields a ticket names another, and what they hold.
KIN_FIELDS: Mapping[str, str] = {
    "previous_ticket_id": "ticket",
    "work_order_id": "work order",
    "texas811_ticket_number": "number",
    "previous_ticket_number": "number",
    "superseded_by_number": "number",
}


def over_since(ticket: Ticket) -> datetime | None:
    """Return since when (UTC) a ticket is over; None while it is not.

    A draft waits for a person and is not, whatever its age, nor is a damage that nobody has
    released or a ground for a second notice that nobody has settled. Whatever was recorded after
    its end counts as a part of its life, and so does whatever was still due or agreed then.
    """
    is_finished = ticket.closed_at is not None and ticket.status in IN_FORCE
    if ticket.status not in {CANCELLED, EXPIRED} and not is_finished:
        return None
    if ticket.open_damages or ticket.open_grounds:
        return None
    ends = [ticket.updated_at, ticket.closed_at, *_dues(ticket)]
    if ticket.status is not CANCELLED:
        ends.append(ticket.expires_at)
    return max(end for end in ends if end)


def _dues(ticket: Ticket) -> Iterator[datetime | None]:
    """Yield when something was, or is, due or agreed: answers, reports, a standby, a longer life."""
    yield from (ticket.response_due_at, ticket.no_mark_notice_due_at)
    yield from (member.extended_until for member in ticket.members)
    yield from (standby.meets_at for standby in ticket.standbys)
    yield from (agreement.until for agreement in ticket.life_agreements)
    for damage in ticket.damages:
        yield from (damage.answer_due_at, damage.report_due_at)


def kin_of(ticket: Ticket) -> frozenset[str]:
    """Return what a ticket shares with those of its chain: ids, numbers, the work order.

    The ticket before it, the one that superseded it, the DigUp of a damage, and every further
    ticket of the same order name one another by one of these.
    """
    said = {name: getattr(ticket, name) for name in KIN_FIELDS}
    dug_up = {damage.dig_up_ticket_number for damage in ticket.damages}
    return kin_said(ticket.id, said) | {f"number {number}" for number in dug_up if number}


def kin_said(ticket_id: str, said: Mapping[str, object]) -> frozenset[str]:
    """Return what a ticket of which only this is known (field -> value) shares with others."""
    names = {
        f"{KIN_FIELDS[field]} {value}"
        for field, value in said.items()
        if field in KIN_FIELDS and isinstance(value, str) and value
    }
    return frozenset({*names, f"ticket {ticket_id}"})


def chains(kin: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return the tickets (id -> what it shares with others) in chains, each in order of its ids.

    Who has something in common with one of a chain belongs to it.
    """
    above: dict[str, str] = {}

    def root(name: str) -> str:
        while (upper := above.setdefault(name, name)) != name:
            above[name] = above[upper]
            name = upper
        return name

    for ticket_id, names in kin.items():
        for name in names:
            above[root(name)] = root(f"ticket {ticket_id}")
    found: dict[str, list[str]] = {}
    for ticket_id in sorted(kin):
        found.setdefault(root(f"ticket {ticket_id}"), []).append(ticket_id)
    return list(found.values())


def months_before(day: date, months: int) -> date:
    """Return the day so many calendar months earlier; never one of a month that lacks it."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 - months, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, LAST_DAY_OF_EVERY_MONTH))
