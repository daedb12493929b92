"""The legal timestamps that a ticket carries, computed from what it holds.

They follow from the notice time, the county, the type, the policy that the ticket keeps, and
written agreements on a longer life; so they can be computed again at any time, and only an
audited correction of one of these moves them. No answer of a member does.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from domain.counting import DAY, LAST_SECOND
from domain.deadlines import Deadlines, deadlines
from domain.policy import Policy, policy_of_version
from domain.responses import ResponseStatus, code_key, due_for, response_status
from domain.texas import find_county, zone_named
from domain.ticket import Ticket, TicketStatus


def deadlines_of(ticket: Ticket) -> Deadlines | None:
    """Return the dates of a ticket by the policy it keeps; None before its notice.

    A ticket in the customer's own shape has no notice time, so nothing can be computed for it.
    Raises NotFoundError for a policy that is not known here.
    """
    county = find_county(ticket.county or "")
    if ticket.notice_at is None or county is None:
        return None
    kept = policy_of_version(ticket.policy_version) if ticket.policy_version else None
    return deadlines(ticket.notice_at, county, ticket.ticket_type, policy=kept)


def timestamps_of(ticket: Ticket) -> dict[str, object]:
    """Return the ticket's fields that follow from its notice, as they should be."""
    found = deadlines_of(ticket)
    if found is None:
        return {}
    at = {name: deadline.at for name, deadline in found.dates.items()}
    expires, refresh_by = at.get("expires"), at.get("refresh_by")
    extended = extended_until(ticket)
    if expires and extended and extended > expires:
        expires = extended
        policy = policy_of_version(found.policy_version)
        refresh_by = last_refresh_before(extended, found.timezone, policy)
    return {
        "policy_version": found.policy_version,
        "earliest_lawful_start": later(at.get("earliest_lawful_start"), ticket.center_start_at),
        "response_due_at": at.get("response_due"),
        "no_mark_notice_due_at": at.get("no_mark_notice_due"),
        "refresh_by_at": refresh_by,
        "expires_at": expires,
        # The law knows no life of the marks apart from that of the ticket.
        "marking_expires_at": expires,
    }


def extended_until(ticket: Ticket) -> datetime | None:
    """Return to when the life was extended: as far as every member that is relied on agreed."""
    agreed = {code_key(one.member_code): one.until for one in ticket.life_agreements}
    codes = {code_key(member.code) for member in ticket.members}
    if not codes <= agreed.keys():
        return None
    return min((agreed[code] for code in codes), default=None)


def response_status_of(ticket: Ticket, now: datetime) -> ResponseStatus:
    """Return what the answers amount to at `now`. It is computed, never set."""
    if ticket.status is TicketStatus.DAMAGED:
        return ResponseStatus.DAMAGED
    if ticket.member_list_missing or not ticket.members:
        return ResponseStatus.PARTIAL if ticket.member_responses else ResponseStatus.PENDING
    overdue = any(due_at <= now for _name, due_at in missing_answers(ticket))
    return response_status(ticket.standings, overdue=overdue)


def missing_answers(ticket: Ticket) -> Iterator[tuple[str, datetime]]:
    """Yield of each answer that has not come whose it is, and when it is due."""
    for row in ticket.standings:
        due_at = due_for(row.member, ticket.response_due_at)
        if due_at and not row.is_answered:
            yield row.name, due_at


def later(ours: datetime | None, center: datetime | None) -> datetime | None:
    """Return the later of two starts; where we know none, the center's does not make one."""
    return max(ours, center) if ours and center else ours


def last_refresh_before(expires: datetime, timezone: str, policy: Policy) -> datetime:
    """Return the last moment at which a refresh leaves no gap before this life ends (UTC)."""
    wall = expires.astimezone(zone_named(timezone))
    day, at = wall.date(), wall.time()
    if not policy.is_countable(day):
        day, at = _countable_before(day, policy), LAST_SECOND
    for _waited in range(policy.life_days - policy.refresh_days):
        day = _countable_before(day, policy)
    return datetime.combine(day, at, wall.tzinfo).astimezone(UTC)


def _countable_before(day: date, policy: Policy) -> date:
    day -= DAY
    while not policy.is_countable(day):
        day -= DAY
    return day
