"""A history is the ticket: whatever happened to it, it can be made again from what was told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain import drafting, refreshing, submitting
from domain.audit import Actor, AuditEvent, Change, event_id
from domain.errors import RejectedError
from domain.extraction import Extraction
from domain.facts import TicketType
from domain.replay import replayed, versions_in
from domain.ticket import Ticket, TicketStatus
from tests.builders import LATER, NOW, make_change, make_extraction, make_order, make_ticket
from tests.domain.lives import DANA, GAS, taken
from tests.domain.random_lives import STEPS, Life, Step, lived

# A weak reading that lacks a required field: so there are gaps to find, to keep and to close.
READ = make_extraction(0.7, county=None)
SURE = make_extraction()
FAR_AHEAD = "2026-03-17T11:00:00Z"
EDITS: list[dict[str, Any]] = [
    {"county": "Bexer"},
    {"county": None},
    {"county": "Travis", "city": "Austin"},
    {"is_blasting": None, "work_area_size_description": "50 ft by 20 ft"},
    {"gps_coordinates": {"latitude": 30.2672, "longitude": -97.7431}},
    {"planned_start_at": "2026-03-02T15:30:00Z"},
    {"planned_start_at": "2026-03-09T14:00:00Z"},
    {"geometry": None, "company": "Läufer & Söhne \N{COLLISION SYMBOL}", "depth_inches": 0},
]


def edit(stated: dict[str, Any], read: Extraction = READ) -> Step:
    return lambda ticket, now: drafting.edit(ticket, stated, read, now=now, by=DANA)


def reopen(ticket: Ticket, now: datetime) -> Change:
    return drafting.reopen(ticket, READ, now=now, by=DANA, reason="Wrong place.")


def revalidate(ticket: Ticket, now: datetime) -> Change:
    change = drafting.revalidate(ticket, READ, now=now)
    if change is None:
        raise RejectedError("There is nothing new.")
    return change


def confirm(ticket: Ticket, now: datetime) -> Change:
    return submitting.confirm(ticket, now=now, by=DANA, emergency_attested=False)


def submit_late(ticket: Ticket, now: datetime) -> Change:
    receipt = submitting.CenterReceipt(
        texas811_ticket_number="2606100001", notice_at=NOW, members=[GAS]
    )
    return submitting.submit(ticket, receipt, now=now, by=DANA)


# Also at one and the same moment: then no time tells one version from the next.
DRAFTING = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, 90]).map(lambda minutes: timedelta(minutes=minutes)),
        st.one_of(
            st.sampled_from(EDITS).map(edit),
            st.sampled_from([reopen, revalidate, confirm]),
        ),
    ),
    max_size=8,
)


def drafted(steps: list[tuple[timedelta, Step]], *, read: Extraction = READ) -> Life:
    """Return the life of a ticket from its work order through these steps."""
    life = Life(make_ticket())
    life.commit(drafting.open_ticket(make_order(), read, now=NOW))
    for wait, step in steps:
        life.now += wait
        life.act(step)
    return life


def told(changes: list[tuple[Ticket, Change]]) -> list[AuditEvent]:
    """Return the events of changes as they are read back from the log."""
    return [
        AuditEvent.model_validate_json(change.event.model_dump_json())
        for _before, change in changes
    ]


def assert_told(life: Life, events: list[AuditEvent], read: Extraction = READ) -> None:
    again = replayed(events, read)

    # `==` passes over what is excluded from a dump.
    assert (again, again.version) == (life.ticket, life.ticket.version)
    assert again.model_dump_json() == life.ticket.model_dump_json()


@settings(max_examples=200, deadline=None)
@given(DRAFTING)
def test_a_draft_is_made_again_with_its_gaps(steps: list[tuple[timedelta, Step]]) -> None:
    """Every gap has its birth, and how it was closed: a person answered it."""
    life = drafted(steps)

    event(f"versions: {min(life.ticket.version, 4)}")
    assert_told(life, told(life.changes))


@settings(max_examples=200, deadline=None)
@given(STEPS, st.sampled_from(["in time", "late"]), st.sampled_from([1, -1]))
def test_a_ticket_that_was_submitted_is_made_again_to_its_end(
    steps: list[tuple[timedelta, Step]], worker: str, order: int
) -> None:
    """Answers, standbys, damages, agreements, the end: all of it was told, in any order read."""
    draft = drafted([(timedelta(minutes=1), confirm)], read=SURE)
    assert draft.ticket.status is TicketStatus.READY
    *_before, life = lived(draft.ticket, steps, is_punctual=worker == "in time")

    event(f"ends as {life.ticket.status}")
    events = told([*draft.changes, *life.changes])
    assert_told(life, events[::order], SURE)


def test_only_a_validation_finds_gaps_also_when_all_happens_at_once() -> None:
    """Held against a notice of the day before, the start would lie too far ahead."""
    far_ahead = edit({"planned_start_at": FAR_AHEAD}, SURE)
    life = drafted([(timedelta(hours=20), far_ahead)], read=SURE)
    life.act(confirm)
    life.act(submit_late)

    assert life.ticket.notice_at == NOW
    assert_told(life, told(life.changes), SURE)


def test_a_further_ticket_for_the_same_site_is_made_again() -> None:
    """Its history begins with what it took over from the one before it."""
    draft = drafted([])
    known = taken(make_change(draft.ticket, now=LATER, texas811_ticket_number="2606100001"))
    life = Life(known, now=LATER)
    wanted = refreshing.FollowUp(TicketType.NORMAL)
    life.act(lambda ticket, now: refreshing.refresh(ticket, wanted, READ, now=now, by=DANA))

    assert_told(life, told(life.changes))


def test_what_made_no_version_is_no_part_of_the_ticket() -> None:
    """A refusal stands in the history, and changed nothing."""
    life = drafted([(timedelta(0), edit({"city": "Waco"}))])
    refusal = AuditEvent(
        id="refusal",
        ticket_id=life.ticket.id,
        timestamp=LATER,
        actor=Actor.USER,
        action="step_refused",
        from_status=life.ticket.status,
    )

    assert_told(life, [refusal, *told(life.changes), refusal])


def test_what_is_told_twice_is_told_once() -> None:
    """A crash may have written a line again."""
    life = drafted([(timedelta(0), edit({"city": "Waco"}))])

    assert_told(life, told(life.changes) * 2)


def test_the_events_of_the_versions_are_given_in_their_order() -> None:
    """The last of them is the one that the ticket's file holds."""
    life = drafted([(timedelta(0), edit({"city": "Waco"}))])

    events = versions_in(told(life.changes)[::-1])

    assert [one.id for one in events] == [event_id(life.ticket.id, number) for number in (1, 2)]


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_version_that_nobody_tells_is_noticed(missing: int) -> None:
    """A ticket with one edit left out would be a lie that looks like a ticket."""
    steps = [edit({"city": city}) for city in ("Waco", "Austin", "Marfa")]
    events = told(drafted([(timedelta(0), step) for step in steps]).changes)
    del events[missing - 1]

    with pytest.raises(RejectedError, match=f"does not tell version {missing}") as refused:
        replayed(events)

    assert refused.value.remedy


def test_the_newest_version_cannot_be_missed() -> None:
    """Whoever needs to know that there was a later one must ask elsewhere."""
    steps = [(timedelta(0), edit({"city": city})) for city in ("Waco", "Austin")]

    assert replayed(told(drafted(steps).changes)[:-1], READ).city == "Waco"


@pytest.mark.parametrize("events", [[], [make_change(make_ticket(version=1)).event]])
def test_a_history_that_does_not_begin_makes_no_ticket(events: list[AuditEvent]) -> None:
    """A ticket of the customer's own making begins with a file and not with an event."""
    with pytest.raises(RejectedError, match=r"no version|not tell version 1"):
        replayed(events)


def test_events_of_two_tickets_make_none() -> None:
    """A ticket mixed from two is neither."""
    events = [make_change(make_ticket(ticket_id)).event for ticket_id in ("mine", "yours")]

    with pytest.raises(RejectedError, match="does not tell version 2"):
        replayed(events)


def test_an_event_that_is_told_in_two_ways_is_not_believed() -> None:
    """One of the two was altered."""
    told_once = make_change(make_ticket()).event
    altered = told_once.model_copy(update={"actor": Actor.SYSTEM})

    with pytest.raises(RejectedError, match="told in two ways"):
        replayed([told_once, altered])


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("city", {"before": "Marfa", "after": "Waco"}),  # it was Austin
        ("city", {"after": "Waco"}),
        ("city", "Waco"),
        ("colour", {"before": None, "after": "red"}),
        ("status", {"before": "Draft", "after": "Lost"}),
    ],
)
def test_a_history_that_contradicts_itself_is_not_believed(field: str, change: Any) -> None:
    """Somebody changed the file by hand in between, or a newer release told it."""
    creation = make_change(make_ticket())
    later = make_change(taken(creation), now=LATER, city="Waco").event
    wrong = later.model_copy(update={"field_changes": {field: change}})

    with pytest.raises(RejectedError, match=f"{field} in version 2 does not fit") as refused:
        replayed([creation.event, wrong])

    assert refused.value.field == field


def test_gaps_are_those_that_the_rules_of_today_find() -> None:
    """What the rules of that time counted does not stand in the way."""
    life = drafted([(timedelta(0), edit({"city": "Waco"}))])
    creation, later = told(life.changes)
    counted = {**later.field_changes, "gap_count": {"before": 99, "after": 98}}

    again = replayed([creation, later.model_copy(update={"field_changes": counted})], READ)

    assert again == life.ticket
