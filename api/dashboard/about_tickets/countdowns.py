"""The dates of a ticket as somebody reads them who wonders what is due: how long until, or since.

Tones are those of the badges: `bad` is overdue, `warn` is due within a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.facts import TicketType
from domain.moment import as_site_time
from domain.responses import ResponseStatus
from domain.start import WITHOUT_A_WAIT, notice_needed_by, start_if_told
from domain.texas import find_county
from domain.ticket import TicketStatus
from domain.urgency import BEFORE_NOTICE, HURRIED
from storage.entry import Entry, moment_of

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
IN_DAYS_FROM = 2 * DAY  # a shorter span is told in hours
WITH_MINUTES_BELOW = 10 * HOUR

SILENT = frozenset({ResponseStatus.PENDING, ResponseStatus.NO_RESPONSE})
WAITS_FOR_START = frozenset({TicketStatus.SUBMITTED, TicketStatus.RESPONSES_IN})
DIGS = frozenset({TicketStatus.READY_TO_DIG, TicketStatus.EXPIRING})
ALIVE = WAITS_FOR_START | DIGS


@dataclass(frozen=True, slots=True)
class Countdown:
    """One date: what it is, when, how long until or since in words, and its tone."""

    label: str
    at: datetime
    words: str
    tone: str

    def __str__(self) -> str:
        return f"{self.label} {self.words}"

    def quieted(self) -> "Countdown":
        """Return this countdown for a ticket that it presses no more."""
        return replace(self, tone="quiet")


def span(length: timedelta) -> str:
    """Return a length of time in words: `45 min`, `3 h 20 min`, `5 days`."""
    if length < MINUTE:
        return "less than a minute"
    if length < HOUR:
        return f"{length // MINUTE} min"
    if length < WITH_MINUTES_BELOW:
        minutes = length % HOUR // MINUTE
        return f"{length // HOUR} h {minutes} min" if minutes else f"{length // HOUR} h"
    if length < IN_DAYS_FROM:
        return f"{length // HOUR} h"
    return f"{length // DAY} days"


def lawful_start(at: datetime, now: datetime, status: TicketStatus) -> Countdown:
    """Return the start: once it is reached, whatever is still missing is late.

    Before the notice nothing is reached: then it is the start that a notice given now would have.
    """
    if status in BEFORE_NOTICE:
        words = f"in {span(at - now)}" if now < at else "at once, as soon as the center is told"
        return Countdown("Lawful start", at, words, "quiet")
    if now < at:
        return Countdown("Lawful start", at, f"in {span(at - now)}", _near(at, now))
    tone = "bad" if status in WAITS_FOR_START else "ok" if status in DIGS else "quiet"
    return Countdown("Lawful start", at, f"reached {span(now - at)} ago", tone)


def answers_due(at: datetime, now: datetime, *, is_answered: bool) -> Countdown:
    """Return when the members must have answered."""
    if now < at:
        return Countdown("Answers", at, f"due in {span(at - now)}", _near(at, now))
    if is_answered:
        return Countdown("Answers", at, f"were due {span(now - at)} ago", "quiet")
    return Countdown("Answers", at, f"overdue by {span(now - at)}", "bad")


def update_by(at: datetime, now: datetime) -> Countdown:
    """Return the last moment at which a refresh leaves no gap."""
    if now < at:
        return Countdown("Update", at, f"due in {span(at - now)}", _near(at, now))
    return Countdown("Update", at, f"missed by {span(now - at)}", "bad")


def expiry(at: datetime, now: datetime) -> Countdown:
    """Return the end of a life."""
    if now >= at:
        return Countdown("Expired", at, f"{span(now - at)} ago", "bad")
    tone = "bad" if at - now < DAY else "quiet"
    return Countdown("Expires", at, f"in {span(at - now)}", tone)


def before_notice(
    planned: datetime, county: str | None, ticket_type: TicketType, now: datetime
) -> Iterator[Countdown]:
    """Yield until when the notice for a planned start is needed, and that start.

    A start that no notice can make lawful any more is told with the earliest that one can.
    """
    site = find_county(county or "")
    if site and ticket_type not in WITHOUT_A_WAIT:
        earliest = start_if_told(now, site)
        if planned < earliest:
            words = as_site_time(earliest, site.timezone)
            yield _planned(planned, f"cannot be lawful any more: earliest {words}", "bad")
            return
        yield notice_due(notice_needed_by(planned, site, ticket_type), now)
    if now < planned:
        yield _planned(planned, f"in {span(planned - now)}", _near(planned, now))
    else:
        yield _planned(planned, f"passed {span(now - planned)} ago", "bad")


def notice_due(at: datetime, now: datetime) -> Countdown:
    """Return until when the center has to be told; on a Saturday it may still do later."""
    words = f"due in {span(at - now)}" if now < at else "due at once"
    return Countdown("Notice", at, words, _near(at, now))


def other(label: str, at: datetime, now: datetime) -> Countdown:
    """Return a date that presses nobody here."""
    words = f"in {span(at - now)}" if now < at else f"{span(now - at)} ago"
    return Countdown(label, at, words, "quiet")


def countdowns_of(entry: Entry, now: datetime) -> list[Countdown]:
    """Return what is to come for a ticket, and what is overdue, the nearest first."""
    return sorted(_dates_of(entry, now), key=lambda one: one.at)


def _dates_of(entry: Entry, now: datetime) -> Iterator[Countdown]:
    status = TicketStatus(entry.status)
    if entry.planned_us is not None and status in BEFORE_NOTICE:
        planned, ticket_type = moment_of(entry.planned_us), TicketType(entry.ticket_type)
        yield from before_notice(planned, entry.county, ticket_type, now)
    if entry.is_closed:
        return
    if entry.response_due_us is not None and status is TicketStatus.SUBMITTED:
        is_answered = entry.response_status not in SILENT
        yield answers_due(moment_of(entry.response_due_us), now, is_answered=is_answered)
    if entry.start_us is not None and status in WAITS_FOR_START:
        yield lawful_start(moment_of(entry.start_us), now, status)
    if entry.refresh_us is not None and status in DIGS:
        yield update_by(moment_of(entry.refresh_us), now)
    if entry.expires_us is not None and status in ALIVE:
        yield expiry(moment_of(entry.expires_us), now)


def why_urgent(entry: Entry, now: datetime) -> str:
    """Return in a few words why a ticket needs somebody, the gravest of its reasons.

    Whether a damage is released already, only the ticket itself can say.
    """
    status = TicketStatus(entry.status)
    if status is TicketStatus.DAMAGED:
        return "Damage: the site is held"
    if entry.ticket_type == TicketType.EMERGENCY and status in HURRIED:
        is_told = status is TicketStatus.SUBMITTED
        return "Emergency: answers open" if is_told else "Emergency: tell the center at once"
    ends_at = None if entry.expires_us is None else moment_of(entry.expires_us)
    if ends_at and status in ALIVE and ends_at - now < DAY:
        is_missed = status is TicketStatus.EXPIRING
        return f"{expiry(ends_at, now)}{', update missed' if is_missed else ''}"
    nearest = next(iter(countdowns_of(entry, now)), None)
    return str(nearest) if nearest else ""


def _planned(at: datetime, words: str, tone: str) -> Countdown:
    return Countdown("Planned start", at, words, tone)


def _near(at: datetime, now: datetime) -> str:
    return "warn" if at - now < DAY else "quiet"
