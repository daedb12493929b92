"""The dates of a ticket as a client shows them: for programs, and in words for people."""

from datetime import datetime

from pydantic import BaseModel, Field

from domain.deadlines import Deadline
from domain.moment import spoken
from domain.readiness import county_of
from domain.start import deadlines_if_sent
from domain.texas import CENTER_ZONE, zone_named
from domain.ticket import Ticket
from domain.timestamps import deadlines_of

# The fields of a ticket in which a date is kept that an agreement or the center may have moved.
KEPT_AS = {
    "earliest_lawful_start": "earliest_lawful_start",
    "response_due": "response_due_at",
    "no_mark_notice_due": "no_mark_notice_due_at",
    "refresh_by": "refresh_by_at",
    "expires": "expires_at",
}


class DateLine(BaseModel):
    """One date: `at` by the clocks of the site, `in_chicago` in words by those of the center.

    It is final once the notice was given; until then it is what a notice given now would have.
    The planned start is among them as it is stated.
    """

    name: str
    at: datetime = Field(description="ISO 8601, with the offset of the site.")
    zone: str = Field(description="The zone of the site, as `America/Denver`.")
    in_chicago: str = Field(description="The same moment in words, in Central time.")
    rule: str
    source: str
    is_final: bool = Field(description="False while it assumes a notice given now.")


def dates_of(ticket: Ticket, now: datetime) -> list[DateLine]:
    """Return the dates of a ticket at `now` (UTC), the legal ones where a county is known.

    Where none is, the planned start is shown by the clocks of the center.
    """
    return [*_legal(ticket, now), *_planned(ticket)]


def _planned(ticket: Ticket) -> list[DateLine]:
    start, zone = ticket.planned_start_at, county_of(ticket).timezone
    if start is None:
        return []
    return [
        DateLine(
            name="planned_start",
            at=start.astimezone(zone_named(zone)),
            zone=zone,
            in_chicago=spoken(start, zone_named(CENTER_ZONE)),
            rule="stated",
            source="Stated for this ticket.",
            is_final=True,
        )
    ]


def _legal(ticket: Ticket, now: datetime) -> list[DateLine]:
    noticed = deadlines_of(ticket)
    found = noticed or deadlines_if_sent(ticket, now)
    if found is None:
        return []
    zone, is_final = zone_named(found.timezone), noticed is not None
    return [
        DateLine(
            name=name,
            at=(at := _held(ticket, name, deadline, is_final=is_final)).astimezone(zone),
            zone=found.timezone,
            in_chicago=spoken(at, zone_named(CENTER_ZONE)),
            rule=deadline.rule,
            source=deadline.source,
            is_final=is_final,
        )
        for name, deadline in found.dates.items()
    ]


def _held(ticket: Ticket, name: str, deadline: Deadline, *, is_final: bool) -> datetime:
    kept: datetime | None = getattr(ticket, KEPT_AS[name]) if is_final else None
    return kept or deadline.at
