"""The dates of a ticket as somebody reads them who wonders what is due: how long until, or since.

Tones are those of the badges: `bad` is overdue, `warn` is due within a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.facts import TicketType
from domain.responses import ResponseStatus
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
ALIVE = frozenset({*WAITS_FOR_START, TicketStatus.READY_TO_DIG, TicketStatus.EXPIRING})


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


def lawful_start(at: datetime, now: datetime, *, is_waited_for: bool) -> Countdown:
    """Return the start: once it is reached, whatever is still missing is late."""
    if now < at:
        return Countdown("Lawful start", at, f"in {span(at - now)}", _near(at, now))
    tone = "bad" if is_waited_for else "ok"
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


def planned_start(at: datetime, now: datetime) -> Countdown:
    """Return the start that somebody plans, for which notice has to be given before."""
    if now < at:
        return Countdown("Planned start", at, f"in {span(at - now)}", _near(at, now))
    return Countdown("Planned start", at, f"passed {span(now - at)} ago", "bad")


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
        yield planned_start(moment_of(entry.planned_us), now)
    if entry.is_closed:
        return
    if entry.response_due_us is not None and status is TicketStatus.SUBMITTED:
        is_answered = entry.response_status not in SILENT
        yield answers_due(moment_of(entry.response_due_us), now, is_answered=is_answered)
    if entry.start_us is not None and status in WAITS_FOR_START:
        yield lawful_start(moment_of(entry.start_us), now, is_waited_for=True)
    if entry.refresh_us is not None and status is TicketStatus.READY_TO_DIG:
        yield update_by(moment_of(entry.refresh_us), now)
    if entry.expires_us is not None and status in ALIVE:
        yield expiry(moment_of(entry.expires_us), now)


def why_urgent(entry: Entry, now: datetime) -> str:
    """Return in a few words why a ticket needs somebody, the gravest of its reasons."""
    status = TicketStatus(entry.status)
    if status is TicketStatus.DAMAGED:
        return "Damage: the site is held"
    if entry.ticket_type == TicketType.EMERGENCY and status in HURRIED:
        is_told = status is TicketStatus.SUBMITTED
        return "Emergency: answers open" if is_told else "Emergency: tell the center at once"
    ends_at = None if entry.expires_us is None else moment_of(entry.expires_us)
    if ends_at and status in ALIVE and ends_at - now < DAY:
        return str(expiry(ends_at, now))
    if status is TicketStatus.EXPIRING:
        return "Update missed: a gap will follow the end"
    nearest = next(iter(countdowns_of(entry, now)), None)
    return str(nearest) if nearest else ""


def _near(at: datetime, now: datetime) -> str:
    return "warn" if at - now < DAY else "quiet"
