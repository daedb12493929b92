"""The planned start, held against the law: what a notice given now would allow (251.151)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.counting import Notice, before_countable_hours
from domain.deadlines import Deadline, Deadlines, deadlines
from domain.facts import TicketType
from domain.moment import as_site_time
from domain.policy import POLICIES, policy_on
from domain.texas import County, find_county, zone_named
from domain.ticket import Ticket

# An emergency does not wait, and on the others nobody digs.
WITHOUT_A_WAIT = frozenset(
    {
        TicketType.EMERGENCY,
        TicketType.NO_RESPONSE,
        TicketType.DIG_UP,
        TicketType.SURVEY_DESIGN,
        TicketType.RECALL,
    }
)


TIME_TO_ANSWER = timedelta(minutes=30)  # between a suggestion and the notice
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class StartObjection:
    """What is wrong with a planned start: a code, a sentence, what to answer, a value to take."""

    problem: str
    description: str
    prompt: str
    suggestion: str


def waits_for_a_start(ticket: Ticket) -> bool:
    """Must a start be planned, because a ticket of this type waits for a lawful one?"""
    return ticket.ticket_type not in WITHOUT_A_WAIT


def deadlines_if_sent(ticket: Ticket, now: datetime) -> Deadlines | None:
    """Return the dates if the notice were given now; None where no county is known."""
    county = find_county(ticket.county or "")
    return deadlines(now, county, ticket.ticket_type) if county else None


def lawful_start_if_sent(ticket: Ticket, now: datetime) -> Deadline | None:
    """Return the earliest lawful start if the notice were given now; None if none can be said."""
    dates = deadlines_if_sent(ticket, now)
    return dates.earliest_lawful_start if dates else None


def earliest_start_if_answered(ticket: Ticket, now: datetime) -> datetime | None:
    """Return the earliest lawful start, on a quarter of an hour, that can still be noticed (UTC).

    None where no county is known, or where no start has to be waited for.
    """
    if not waits_for_a_start(ticket):
        return None
    start = lawful_start_if_sent(ticket, now + TIME_TO_ANSWER)
    return _next_quarter(start.at) if start else None


def start_if_told(now: datetime, county: County) -> datetime:
    """Return the earliest lawful start (UTC) of a notice that waits, if it were given now."""
    notice = Notice(now, county)
    return notice.instant(notice.lawful_start)


def notice_needed_by(planned: datetime, county: County, ticket_type: TicketType) -> datetime:
    """Return the moment until which every notice makes this planned start lawful (UTC).

    It is that of the hour count (251.151(a)); a Saturday notice may do later (251.151(b)). A type
    that waits for nothing can be told of until the start, and so can one older than every policy.
    """
    zone = zone_named(county.timezone)
    wall = planned.astimezone(zone).replace(tzinfo=None)
    if ticket_type in WITHOUT_A_WAIT or wall.date() < POLICIES[0].effective_from:
        return planned
    policy = policy_on(wall.date())
    last = before_countable_hours(wall, policy.notice_hours, policy.is_countable)
    return last.replace(tzinfo=zone).astimezone(UTC)


def start_objections(ticket: Ticket, now: datetime) -> Iterator[StartObjection]:
    """Yield why the planned start is not lawful for a notice given now, if it is not."""
    planned, county = ticket.planned_start_at, find_county(ticket.county or "")
    if planned is None or county is None or not waits_for_a_start(ticket):
        return
    start = lawful_start_if_sent(ticket, now)
    if start and planned < start.at:
        answered = lawful_start_if_sent(ticket, now + TIME_TO_ANSWER) or start
        yield _too_early(planned, start.at, _next_quarter(answered.at), county)
    else:
        yield from _too_late(planned, now, county)


def _too_early(
    planned: datetime, lawful: datetime, possible: datetime, county: County
) -> StartObjection:
    """Object to a start before the lawful one; `possible` still is when the answer is given."""
    possible = possible.astimezone(zone_named(county.timezone))
    return StartObjection(
        problem="before_lawful_start",
        description=f"The planned start {as_site_time(planned, county.timezone)} is before "
        f"{as_site_time(lawful, county.timezone)}, the earliest that the law allows if the "
        "notice is given now.",
        prompt="When shall the digging start? The earliest is "
        f"{as_site_time(possible, county.timezone)}.",
        suggestion=possible.isoformat(),
    )


def _next_quarter(moment: datetime) -> datetime:
    """Return the first quarter of an hour that is not earlier (UTC)."""
    quarter = QUARTER.total_seconds()
    return datetime.fromtimestamp(math.ceil(moment.timestamp() / quarter) * quarter, UTC)


def _too_late(planned: datetime, now: datetime, county: County) -> Iterator[StartObjection]:
    """Object to a start more than 14 calendar days ahead: the cautious reading of 251.151(a)."""
    zone = zone_named(county.timezone)
    notice_day, start_day = now.astimezone(zone).date(), planned.astimezone(zone).date()
    days_max = policy_on(notice_day).notice_days_max
    if (start_day - notice_day).days > days_max:
        latest = planned.astimezone(zone) - (start_day - notice_day - timedelta(days=days_max))
        yield StartObjection(
            problem="too_far_ahead",
            description=f"The planned start is more than {days_max} days after a notice given now.",
            prompt=f"Start within {days_max} days of the notice, or wait with the notice. "
            "When shall the digging start?",
            suggestion=latest.isoformat(),
        )
