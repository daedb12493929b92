"""Gaps have a history: found again, answered, reopened, and each for itself."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import TicketType
from domain.ticket import Ticket
from domain.validation import validated
from tests.builders import LATER, NOW, make_draft, make_extraction, make_ticket

LATEST = LATER + timedelta(hours=1)

# A rule may look at more than the field that it speaks of: the edited field, and the fields
# whose gaps it also decides. No other pair of fields is connected.
ALSO_DECIDED_BY = {
    "address": {
        "location",
        "nearest_intersection",
        "driving_directions",
        "white_lines_painted",
    },
    "city": {"county"},
    "county": {"gps_coordinates", "geometry", "planned_start_at", "expected_completion_on"},
    "cross_street": {"nearest_intersection"},
    "driving_directions": {"nearest_intersection"},
    "duration_description": {"duration_days"},
    "expected_completion_on": {"duration_days"},
    "geometry": {"county", "white_lines_painted"},
    "gps_coordinates": {"county", "location"},
    "onsite_contact_name": {"onsite_phone"},
    "onsite_phone": {"onsite_contact_name"},
    "planned_start_at": {"expected_completion_on"},
    "ticket_type": {
        "duration_days",
        "emergency_justification",
        "planned_start_at",
        "previous_ticket_number",
        "priority_level",
    },
}

POINTS = [
    None,
    {"latitude": 30.0},
    {"latitude": 30.27, "longitude": -97.74},
    {"latitude": 30.27, "longitude": 97.74},
    {"latitude": 29.42, "longitude": -98.49},
    {"latitude": 35.47, "longitude": -97.52},
]
STARTS = ["2026-03-03T14:00:00Z", "2026-03-06T14:00:00Z", "2026-04-06T14:00:00Z"]


def drawn(longitude: float) -> dict[str, Any]:
    """Return a small triangle on the map."""
    corners = [[longitude, 30.27], [longitude + 0.001, 30.27], [longitude, 30.271]]
    return {
        "geometry_type": "Polygon",
        "geojson": {"type": "Polygon", "coordinates": [[*corners, corners[0]]]},
    }


VALUES: dict[str, Any] = {
    "company": st.sampled_from([None, "", "TBD", "Caprock"]),
    "contact_name": st.sampled_from([None, "Dana Ruiz"]),
    "phone": st.sampled_from([None, "512-555-0142", "111-111-1111"]),
    "email": st.sampled_from([None, "dana@example.com", "dana"]),
    "address_line_1": st.sampled_from([None, "2200 Mesquite Rd"]),
    "city_state_zip": st.sampled_from([None, "Lubbock", "Lubbock, TX 79401"]),
    "onsite_contact_name": st.sampled_from([None, "Lee Ortiz"]),
    "onsite_phone": st.sampled_from([None, "512-555-0142", "123"]),
    "work_for": st.sampled_from([None, "Pedernales Light & Power"]),
    "work_for_phone": st.sampled_from([None, "n/a"]),
    "type_of_work": st.sampled_from([None, "Replace pole"]),
    "equipment_type": st.sampled_from([None, "Auger"]),
    "county": st.sampled_from([None, "Travis", "Bexar", "Bexer", "Travis and Hays"]),
    "city": st.sampled_from([None, "Austin"]),
    "work_area_description": st.sampled_from([None, "Rear easement"]),
    "address": st.sampled_from([None, "410 Bluebonnet Ln", "FM 1460"]),
    "nearest_intersection": st.sampled_from([None, "Bluebonnet Ln and Pecan St"]),
    "cross_street": st.sampled_from([None, "Pecan St"]),
    "driving_directions": st.sampled_from([None, "0.4 miles north of CR 123"]),
    "gps_coordinates": st.sampled_from(POINTS),
    "geometry": st.sampled_from([None, drawn(-97.74), drawn(97.74), drawn(-98.49)]),
    "ticket_type": st.sampled_from(TicketType),
    "priority_level": st.sampled_from(["Standard", "Emergency"]),
    "previous_ticket_number": st.sampled_from([None, "2600123456"]),
    "emergency_justification": st.sampled_from([None, "Gas leak"]),
    "is_blasting": st.sampled_from([None, True, False]),
    "is_boring": st.sampled_from([None, True, False]),
    "white_lines_painted": st.sampled_from([None, True, False]),
    "marking_instructions": st.sampled_from([None, "Mark the whole lot"]),
    "depth_inches": st.sampled_from([None, 0, 72]),
    "planned_start_at": st.sampled_from([None, *STARTS]),
    "duration_days": st.sampled_from([None, 2]),
    "duration_description": st.sampled_from([None, "two days"]),
    "expected_completion_on": st.sampled_from([None, "2026-03-04", "2026-03-09"]),
    "pole_id": st.sampled_from([None, "P-7"]),
}
TICKETS = st.fixed_dictionaries(VALUES)
EDITS = st.sampled_from(sorted(VALUES)).flatmap(
    lambda field: st.tuples(st.just(field), VALUES[field])
)


def gaps_but_of(ticket: Ticket, fields: set[str]) -> list[dict[str, Any]]:
    """Return all gaps, open and closed, that do not speak of these fields."""
    gaps = [gap.model_dump() for gap in ticket.validation_gaps if gap.field not in fields]
    return sorted(gaps, key=lambda gap: gap["id"])


def gaps_of_field(ticket: Ticket, field: str) -> list[dict[str, Any]]:
    """Return all gaps that speak of this field."""
    return [gap.model_dump() for gap in ticket.validation_gaps if gap.field == field]


# The first validation reads the borders and the numbering plan, and takes a second for it.
COLD = settings(deadline=None)


@COLD
@given(TICKETS, EDITS)
def test_an_edit_leaves_the_gaps_of_all_other_fields_alone(
    facts: dict[str, Any], edit: tuple[str, Any]
) -> None:
    """Whoever answers one question must not see others come, go or start anew."""
    field, value = edit
    before = validated(make_draft(**facts), make_extraction(0.7), now=NOW)

    after = validated(
        before.revised(now=LATER, **{field: value}), make_extraction(0.7), now=LATER
    )

    concerned = {field} | ALSO_DECIDED_BY.get(field, set())
    assert gaps_but_of(after, concerned) == gaps_but_of(before, concerned)


# One edit of a whole ticket for each connection above, and what the ticket is before it.
SPRING = "2026-03-06T06:30:00Z"  # still the day before in El Paso
CONNECTIONS: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("address", None, "location", {}),
    ("address", None, "nearest_intersection", {"nearest_intersection": None}),
    ("address", "FM 1460", "driving_directions", {}),
    ("address", "FM 1460", "white_lines_painted", {"white_lines_painted": False}),
    ("city", "Lockhart", "county", {"county": None}),
    ("county", "Bexar", "gps_coordinates", {"gps_coordinates": POINTS[2]}),
    ("county", "Bexar", "geometry", {"geometry": drawn(-97.74)}),
    ("county", None, "planned_start_at", {"planned_start_at": STARTS[0]}),
    (
        "county",
        "El Paso",
        "expected_completion_on",
        {"planned_start_at": SPRING, "expected_completion_on": "2026-03-05"},
    ),
    ("cross_street", "Pecan St", "nearest_intersection", {"nearest_intersection": None}),
    (
        "driving_directions",
        "North of CR 123",
        "nearest_intersection",
        {"address": None, "nearest_intersection": None},
    ),
    ("duration_description", "two days", "duration_days", {"duration_days": None}),
    ("expected_completion_on", "2026-03-09", "duration_days", {"duration_days": None}),
    ("geometry", drawn(-98.49), "county", {}),
    ("geometry", drawn(-97.74), "white_lines_painted", {"address": None}),
    ("gps_coordinates", POINTS[2], "county", {"county": None}),
    ("gps_coordinates", POINTS[2], "location", {"address": None}),
    ("onsite_contact_name", "Lee Ortiz", "onsite_phone", {}),
    ("onsite_phone", "512-555-0142", "onsite_contact_name", {}),
    (
        "planned_start_at",
        STARTS[1],
        "expected_completion_on",
        {"planned_start_at": None, "expected_completion_on": "2026-03-04"},
    ),
    ("ticket_type", "Dig Up", "duration_days", {"duration_days": None}),
    ("ticket_type", "Emergency", "emergency_justification", {}),
    ("ticket_type", "Emergency", "planned_start_at", {"planned_start_at": None}),
    ("ticket_type", "Update", "previous_ticket_number", {}),
    ("ticket_type", "Emergency", "priority_level", {"priority_level": "Emergency"}),
]


@pytest.mark.parametrize(("field", "value", "other", "facts"), CONNECTIONS, ids=str)
def test_every_connection_of_two_fields_is_a_rule_that_there_is(
    field: str, value: Any, other: str, facts: dict[str, Any]
) -> None:
    """A table that lists too much would hide a rule that disturbs what it must not."""
    facts = {"white_lines_painted": None, **facts}

    tickets = make_ticket(**facts), make_ticket(**{**facts, field: value})

    # Some rules speak only of what was read, others only where nothing was.
    differs = [
        gaps_of_field(validated(tickets[0], read, now=NOW), other)
        != gaps_of_field(validated(tickets[1], read, now=NOW), other)
        for read in (None, make_extraction(0.7))
    ]
    assert any(differs)


def test_no_connection_of_two_fields_is_left_without_its_example() -> None:
    """The table and the examples say the same."""
    shown = {(field, other) for field, _value, other, _facts in CONNECTIONS}

    listed = {(field, other) for field, others in ALSO_DECIDED_BY.items() for other in others}

    assert shown == listed


@COLD
@given(TICKETS)
def test_a_validation_that_is_repeated_finds_the_same(facts: dict[str, Any]) -> None:
    """A job that is done twice must not ask twice."""
    once = validated(make_draft(**facts), make_extraction(0.7), now=NOW)

    twice = validated(once, make_extraction(0.7), now=LATER)

    assert twice.validation_gaps == once.validation_gaps
    assert twice.validation_status == once.validation_status


@COLD
@given(TICKETS)
def test_no_ticket_has_two_gaps_under_one_id(facts: dict[str, Any]) -> None:
    """An answer is given to one question."""
    ticket = validated(make_draft(**facts), make_extraction(0.7), now=NOW)

    gap_ids = [gap.id for gap in ticket.validation_gaps]
    assert len(gap_ids) == len(set(gap_ids)) == ticket.gap_count


def test_a_gap_found_again_is_as_old_as_its_first_finding() -> None:
    """How long a question has waited is what a dispatcher sorts by."""
    once = validated(make_ticket(county=None), None, now=NOW)

    again = validated(once, None, now=LATER)

    assert again.open_gaps[0].created_at == NOW
    assert again.last_validated_at == LATER


def test_an_answered_gap_stays_as_resolved_at_the_time_of_the_answer() -> None:
    """What was asked and when it was answered is part of the record."""
    asked = validated(make_ticket(county=None), None, now=NOW)

    answered = validated(asked.revised(now=LATER, county="Travis"), None, now=LATER)

    assert answered.open_gaps == []
    gap = answered.validation_gaps[0]
    assert (gap.id, gap.created_at) == (asked.validation_gaps[0].id, NOW)
    assert (gap.resolved_at, gap.resolution_method) == (LATER, "answered")


def test_a_resolved_gap_keeps_the_time_of_its_first_answer() -> None:
    """A later validation is no new answer."""
    asked = validated(make_ticket(county=None), None, now=NOW)
    answered = validated(asked.revised(now=LATER, county="Travis"), None, now=LATER)

    later = validated(answered, None, now=LATEST)

    assert later.validation_gaps == answered.validation_gaps


def test_a_question_whose_answer_is_withdrawn_is_opened_anew() -> None:
    """It is the same question, and its waiting starts again."""
    asked = validated(make_ticket(county=None), None, now=NOW)
    answered = validated(asked.revised(now=LATER, county="Travis"), None, now=LATER)

    reopened = validated(answered.revised(now=LATEST, county=None), None, now=LATEST)

    assert [gap.id for gap in reopened.validation_gaps] == [asked.validation_gaps[0].id]
    assert reopened.open_gaps[0].created_at == LATEST


def test_a_wrong_answer_closes_one_question_and_opens_another() -> None:
    """That nothing was said is mended; that it is no county is new."""
    asked = validated(make_ticket(county=None), None, now=NOW)

    after = validated(asked.revised(now=LATER, county="Bexer"), None, now=LATER)

    assert [(gap.problem, gap.is_open) for gap in after.validation_gaps] == [
        ("unknown_county", True),
        ("field_missing", False),
    ]


@pytest.mark.parametrize("ticket_id", ["ticket-1", "ticket-2"])
def test_the_same_problem_on_the_same_ticket_has_one_id_for_ever(ticket_id: str) -> None:
    """A client may keep the id and answer it a week later."""
    first = validated(make_ticket(ticket_id, county=None), None, now=NOW)
    anew = validated(make_ticket(ticket_id, county=None), make_extraction(), now=LATER)
    other = validated(make_ticket("ticket-3", county=None), None, now=NOW)

    assert first.open_gaps[0].id == anew.open_gaps[0].id != other.open_gaps[0].id
