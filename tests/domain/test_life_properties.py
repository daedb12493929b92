"""What holds in every life of a ticket, whatever happens to it, in time or late."""

from datetime import datetime, timedelta

from hypothesis import event, given, settings

from domain.audit import Change, event_id
from domain.guards import STOPS_DIGGING
from domain.lifecycle import EXPIRED, IN_FORCE, MOVES, PERMITS_DIGGING
from domain.moving import next_turn, settled
from domain.readiness import is_justified_emergency, why_not_ready
from domain.ticket import Ticket, TicketStatus
from domain.timestamps import response_status_of, timestamps_of
from tests.domain.random_lives import STEPS, TICKETS, Life, Step, lived

Steps = list[tuple[timedelta, Step]]

# What must hold for every minute of digging; a life that ends and closed work are told by others.
NEVER_MISSING = STOPS_DIGGING | {"no_damage_hold", "type_permits_digging", "notice_given"}
MOVES_EXPIRY = {
    "ticket_submitted",
    "notice_corrected",
    "life_extended",
    "members_recorded",
    "timestamps_recomputed",
}

many = settings(max_examples=100, deadline=None)


def all_changes(ticket: Ticket, steps: Steps, *, is_punctual: bool = True) -> list[Change]:
    """Return every change of a life."""
    *_before, life = lived(ticket, steps, is_punctual=is_punctual)
    return [change for _before, change in life.changes]


def missing_for(ticket: Ticket, now: datetime) -> set[str]:
    return {one.condition for one in why_not_ready(ticket, now)} & NEVER_MISSING


@many
@given(TICKETS, STEPS)
def test_nobody_digs_while_something_is_missing(ticket: Ticket, steps: Steps) -> None:
    """Ready to dig too early can mean a struck gas line."""
    for life in lived(ticket, steps):
        if life.ticket.status in PERMITS_DIGGING:
            event("digs")
            assert missing_for(life.ticket, life.now) == set()
            assert life.ticket.expires_at is not None
            assert life.now < life.ticket.expires_at


@many
@given(TICKETS, STEPS)
def test_a_ticket_becomes_ready_only_when_it_is(ticket: Ticket, steps: Steps) -> None:
    """Also in the middle of a run that comes late: at the moment that the event tells."""
    for is_punctual in (True, False):
        for life in lived(ticket, steps, is_punctual=is_punctual):
            for before, change in life.changes[-3:]:
                if (
                    change.ticket.status in PERMITS_DIGGING
                    and before.status not in PERMITS_DIGGING
                ):
                    assert missing_for(change.ticket, life.now) == set()
                    emergency = is_justified_emergency(change.ticket)
                    start = change.ticket.earliest_lawful_start
                    assert emergency or (start and start <= life.now)


@many
@given(TICKETS, STEPS)
def test_what_has_expired_never_digs_again(ticket: Ticket, steps: Steps) -> None:
    """Only a damage that is found later, and its release, come after the end."""
    statuses = [change.ticket.status for change in all_changes(ticket, steps)]

    if EXPIRED in statuses:
        event("expires")
        after = statuses[statuses.index(EXPIRED) :]
        assert set(after) <= {EXPIRED, TicketStatus.DAMAGED}


@many
@given(TICKETS, STEPS)
def test_the_end_of_a_life_moves_only_by_who_may_move_it(ticket: Ticket, steps: Steps) -> None:
    """No answer of a member does, and no passing of time."""
    *_all, life = lived(ticket, steps)

    for before, change in life.changes:
        if change.ticket.expires_at != before.expires_at:
            assert change.event.action in MOVES_EXPIRY


@many
@given(TICKETS, STEPS)
def test_every_change_has_its_event_and_every_move_is_in_the_table(
    ticket: Ticket, steps: Steps
) -> None:
    """One change, one version, one event; and it says from where to where."""
    *_all, life = lived(ticket, steps)

    for number, (before, change) in enumerate(life.changes, start=1):
        told = change.event
        assert before.version == change.ticket.version == number - 1
        assert (told.id, told.ticket_id) == (event_id(ticket.id, number), ticket.id)
        assert (told.from_status, told.to_status) == (before.status, change.ticket.status)
        assert told.timestamp == change.ticket.updated_at
        assert told.notes
        assert told.compliance_relevant
    assert life.ticket.version == len(life.changes)


@many
@given(TICKETS, STEPS)
def test_done_again_nothing_is_found_to_do(ticket: Ticket, steps: Steps) -> None:
    """Timer, sweep and every action bring the ticket up to the present: each may be the second."""
    for life in lived(ticket, steps):
        now = life.ticket
        if now.status in IN_FORCE:
            assert timestamps_of(now) == {
                name: getattr(now, name) for name in timestamps_of(now)
            }
            assert now.closed_at or now.response_status is response_status_of(now, life.now)
        assert next_turn(now, life.now) is None
        assert settled(now, life.now).status is now.status


@many
@given(TICKETS, STEPS)
def test_a_run_that_comes_late_writes_the_same_history(ticket: Ticket, steps: Steps) -> None:
    """The worker may be away for weeks: who reads it back must not see that."""
    in_time = all_changes(ticket, steps)
    late = all_changes(ticket, steps, is_punctual=False)

    assert [told(change) for change in late] == [told(change) for change in in_time]


def told(change: Change) -> tuple[str, str | None, str | None]:
    return change.event.action, change.event.from_status, change.event.to_status


@many
@given(TICKETS, STEPS)
def test_silence_advances_no_ticket(ticket: Ticket, steps: Steps) -> None:
    """What time alone does: begin, warn, end, and tell that nobody answered."""
    allowed = {
        ("ResponsesIn", "ReadyToDig"),
        ("Damaged", "ReadyToDig"),
        ("ReadyToDig", "Expiring"),
        *((status.value, "Expired") for status in [*IN_FORCE, TicketStatus.DAMAGED]),
    }
    for change in all_changes(ticket, steps):
        action, origin, target = told(change)
        if action == "time_passed":
            assert (origin, target) in allowed
        if action == "response_overdue":
            event("overdue")
            assert (origin, target) == ("Submitted", "Submitted")


@many
@given(TICKETS, STEPS)
def test_every_single_move_is_one_of_the_table(ticket: Ticket, steps: Steps) -> None:
    """A step may make several moves; time makes one at a time."""
    life: Life
    *_all, life = lived(ticket, steps)

    for before, change in life.changes:
        if change.event.action == "time_passed":
            assert (before.status, change.ticket.status) in MOVES
