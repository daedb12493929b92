"""Gaps have a history: found again, answered, reopened, and each for itself."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ticket import Ticket
from domain.validation import validated
from tests.builders import LATER, NOW, make_draft, make_extraction, make_ticket

LATEST = LATER + timedelta(hours=1)

# A rule may look at more than the field that it speaks of.
ALSO_DECIDED_BY = {
    "address": {"location"},
    "gps_coordinates": {"location"},
    "ticket_type": {"emergency_justification"},
}

VALUES: dict[str, Any] = {
    "company": st.sampled_from([None, "", "Caprock"]),
    "contact_name": st.sampled_from([None, "Dana Ruiz"]),
    "phone": st.sampled_from([None, "512-555-0142", "111-111-1111"]),
    "onsite_phone": st.sampled_from([None, "512-555-0142", "123"]),
    "work_for_phone": st.sampled_from([None, "n/a"]),
    "email": st.sampled_from([None, "dana@example.com", "dana"]),
    "type_of_work": st.sampled_from([None, "Replace pole"]),
    "county": st.sampled_from([None, "Travis", "Bexer", "Maricopa"]),
    "city": st.sampled_from([None, "Austin"]),
    "work_area_description": st.sampled_from([None, "Rear easement"]),
    "address": st.sampled_from([None, "410 Bluebonnet Ln"]),
    "gps_coordinates": st.sampled_from(
        [None, {"latitude": 30.0}, {"latitude": 30.0, "longitude": -97.0}]
    ),
    "ticket_type": st.sampled_from(["Normal", "Emergency"]),
    "emergency_justification": st.sampled_from([None, "Gas leak"]),
    "is_blasting": st.sampled_from([None, True, False]),
    "is_boring": st.sampled_from([None, True, False]),
    "white_lines_painted": st.sampled_from([None, True, False]),
    "depth_inches": st.sampled_from([None, 0, 72]),
    "duration_days": st.sampled_from([None, 2]),
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


@given(TICKETS)
def test_a_validation_that_is_repeated_finds_the_same(facts: dict[str, Any]) -> None:
    """A job that is done twice must not ask twice."""
    once = validated(make_draft(**facts), make_extraction(0.7), now=NOW)

    twice = validated(once, make_extraction(0.7), now=LATER)

    assert twice.validation_gaps == once.validation_gaps
    assert twice.validation_status == once.validation_status


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
