"""Where facts and time put a ticket: the moves that nobody has to ask for.

`next_turn` gives the moves that time has made, each at its legal instant and in legal order, so
that a run that comes late writes the same history as one that came in time. `settled` makes the
moves that follow from what was just recorded; whoever records something makes the turns first.
Done again, neither finds anything to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.audit import SYSTEM, Change, change
from domain.errors import NotFoundError
from domain.lifecycle import (
    DAMAGED,
    EXPIRED,
    EXPIRING,
    IN_FORCE,
    MOVES,
    READY_TO_DIG,
    RESPONSES_IN,
    SUBMITTED,
    advance,
    can_advance,
)
from domain.readiness import at_site
from domain.responses import ResponseStatus
from domain.ticket import Ticket, TicketStatus
from domain.timestamps import deadlines_of, missing_answers, response_status_of, timestamps_of

# Status -> where it goes by itself as soon as no guard objects, the first that may be first. The
# end of a life comes before all: a corrected notice or a new member can put it into the past.
MOVES_BY_ITSELF: dict[TicketStatus, tuple[TicketStatus, ...]] = {
    SUBMITTED: (EXPIRED, RESPONSES_IN),
    RESPONSES_IN: (EXPIRED, SUBMITTED, READY_TO_DIG),
    READY_TO_DIG: (EXPIRED, SUBMITTED, EXPIRING),
    EXPIRING: (EXPIRED, SUBMITTED, READY_TO_DIG),
    DAMAGED: (EXPIRED, READY_TO_DIG, EXPIRING),
}


def settled(ticket: Ticket, now: datetime) -> Ticket:
    """Return the ticket where the facts in it put it, its answers counted anew."""
    # When the last answer came decides whether the site was checked after it.
    ticket = ticket.revised(now=now, positive_response_at=_answered_at(ticket))
    while target := _way_on(ticket, now):
        ticket = advance(ticket, target, now=now)
    return ticket.revised(now=now, response_status=response_status_of(ticket, now))


def next_turn(ticket: Ticket, now: datetime) -> Change | None:
    """Return the next change that time has made until `now`, or None if it has made none.

    Commit it and ask again: a ticket that was left alone for long turns more than once, in
    legal order. Each event tells the legal instant, whenever it is written.
    """
    return _recomputed(ticket, now) or _overdue(ticket, now) or _moved_by_time(ticket, now)


def as_of(ticket: Ticket, now: datetime) -> Ticket:
    """Return the ticket as time has left it at `now`, whether that was committed yet or not."""
    while turn := next_turn(ticket, now):
        ticket = turn.ticket
    return ticket


def turning_points(ticket: Ticket) -> Iterator[datetime]:
    """Yield the instants at which time may change this ticket; what is past may be due."""
    for turn in TURNS:
        at: datetime | None = getattr(ticket, turn.instant)
        if at and ticket.status in turn.origins and not (turn.is_reminder and ticket.closed_at):
            yield at
    if ticket.status in {RESPONSES_IN, DAMAGED}:
        yield from _standbys_come_at(ticket)
    if ticket.status is SUBMITTED and not ticket.closed_at:
        yield from (due_at for _name, due_at in missing_answers(ticket))


@dataclass(frozen=True, slots=True)
class Turn:
    """A move that time makes: at which of the ticket's instants, from where, to where.

    A reminder is silenced when the work is closed.
    """

    instant: str
    origins: frozenset[TicketStatus]
    target: TicketStatus
    is_reminder: bool = False


# In legal order. A damage can be released before the lawful start: then the ticket waits for it
# as Damaged.
TURNS = (
    Turn("earliest_lawful_start", frozenset({RESPONSES_IN, DAMAGED}), READY_TO_DIG),
    Turn("refresh_by_at", frozenset({READY_TO_DIG}), EXPIRING, is_reminder=True),
    Turn("expires_at", IN_FORCE | {DAMAGED}, EXPIRED),
)


def _standbys_come_at(ticket: Ticket) -> Iterator[datetime]:
    return (standby.meets_at for standby in ticket.standbys if standby.meets_at)


def _moved_by_time(ticket: Ticket, now: datetime) -> Change | None:
    for turn in TURNS:
        at: datetime | None = getattr(ticket, turn.instant)
        is_silent = turn.is_reminder and ticket.closed_at
        if at is None or at > now or ticket.status not in turn.origins or is_silent:
            continue
        for instant in _instants_of(ticket, turn, at, now):
            if can_advance(ticket, turn.target, now=instant):
                return _turned(ticket, advance(ticket, turn.target, now=instant), instant, now)
    return None


def _instants_of(ticket: Ticket, turn: Turn, at: datetime, now: datetime) -> list[datetime]:
    """Return when a move can have been made until now, the earliest first.

    A start can be prevented until a standby is there; and it cannot be older than the last
    change, by which everything that is known was recorded.
    """
    if turn.target is not READY_TO_DIG:
        return [at]
    come = (one for one in _standbys_come_at(ticket) if at < one <= now)
    return sorted({max(one, ticket.updated_at) for one in (at, *come)})


def _turned(before: Ticket, after: Ticket, as_of: datetime, now: datetime) -> Change:
    # A site that was released earlier becomes ready by its start, like any other.
    origin = RESPONSES_IN if after.status is READY_TO_DIG else before.status
    transition = MOVES[origin, after.status]
    notes = f"{at_site(before, as_of)}: {transition.trigger} ({transition.basis})."
    counted = after.revised(now=now, response_status=response_status_of(after, now))
    return change(before, counted, by=SYSTEM, action="time_passed", notes=notes)


def _overdue(ticket: Ticket, now: datetime) -> Change | None:
    """Return the note that answers are overdue; that a member is silent permits nothing.

    It is told before the end of the ticket's life, however late it is told: it has to be reported.
    """
    if ticket.status is not SUBMITTED or ticket.closed_at:
        return None
    silent = {name: due for name, due in missing_answers(ticket) if due <= now}
    due_at = min(silent.values(), default=now)
    is_over = ticket.expires_at is not None and due_at >= ticket.expires_at
    counted = response_status_of(ticket, now)
    if (
        counted is not ResponseStatus.NO_RESPONSE
        or ticket.response_status is counted
        or is_over
    ):
        return None
    after = ticket.revised(now=now, response_status=counted)
    notes = (
        f"{at_site(ticket, due_at)}: no answer of {', '.join(silent)} when it was due. Give a "
        "second notice, and report it to the Railroad Commission (16 TAC 18.4(e), 18.5(c))."
    )
    return change(ticket, after, by=SYSTEM, action="response_overdue", notes=notes)


def _recomputed(ticket: Ticket, now: datetime) -> Change | None:
    """Return the correction of timestamps that do not follow from what the ticket holds.

    If by the right ones nobody may dig yet, the digging stops.
    """
    if ticket.status not in IN_FORCE | {DAMAGED}:
        return None
    try:
        right = timestamps_of(ticket)
    except NotFoundError:
        # A policy of a newer version of this software: what it computed stands.
        return None
    wrong = [name for name, value in right.items() if getattr(ticket, name) != value]
    if not wrong:
        return None
    after = ticket.revised(now=now, **right)
    if can_advance(after, SUBMITTED, now=now):
        after = settled(after, now)
    notes = f"Computed again from the notice: {', '.join(wrong)}. {explained(after)}"
    return change(ticket, after, by=SYSTEM, action="timestamps_recomputed", notes=notes)


def explained(ticket: Ticket) -> str:
    """Return each date of a ticket with its rule and source, in sentences."""
    found = deadlines_of(ticket)
    if found is None:
        return "No date can be computed: the time of the notice or the county is not known."
    dates = [
        f"{name.replace('_', ' ').capitalize()}: {at_site(ticket, deadline.at)}, "
        f"{deadline.explanation}."
        for name, deadline in found.dates.items()
    ]
    return " ".join([*dates, *found.warnings, f"Policy {found.policy_version}."])


def _way_on(ticket: Ticket, now: datetime) -> TicketStatus | None:
    ways = MOVES_BY_ITSELF.get(ticket.status, ())
    return next((way for way in ways if _may_go(ticket, way, now)), None)


def _may_go(ticket: Ticket, way: TicketStatus, now: datetime) -> bool:
    """May the ticket go there by itself? Finished work is not reminded of its end."""
    is_silent = way is EXPIRING and ticket.closed_at
    return not is_silent and can_advance(ticket, way, now=now)


def _answered_at(ticket: Ticket) -> datetime | None:
    """Return when the last answer closed its facility; None while one is open."""
    rows = ticket.standings
    if not rows or ticket.member_list_missing or not all(row.is_closed for row in rows):
        return None
    return max(row.latest.response_date for row in rows if row.latest)
