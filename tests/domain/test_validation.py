"""Validation as a whole: what is asked first, what a ticket is worth, what every gap says."""

from typing import Any

import pytest

from domain.gaps import GapSeverity
from domain.rules.case import SUGGESTED_VALUES_MAX
from domain.ticket import ValidationStatus
from domain.validation import RULES, validated
from tests.builders import NOW, make_draft, make_extraction, make_finding, make_ticket
from tests.domain.troubles import gaps_of, troubles_of

# Tickets that are wrong in everything that a ticket can be wrong in.
SPOILT: list[dict[str, Any]] = [
    {
        "ticket_type": "Emergency",
        "priority_level": "Emergency",
        "planned_start_at": "2026-03-09T14:00:00Z",
        "onsite_contact_name": "Lee Ortiz",
        "email": "dana",
        "city_state_zip": "Lubbock",
        "county": "Travis and Hays",
        "gps_coordinates": {"latitude": 30.27, "longitude": 97.74},
        "work_for_phone": "n/a",
    },
    {
        "ticket_type": "Update",
        "priority_level": "Emergency",
        "planned_start_at": "2026-03-03T14:00:00Z",
        "expected_completion_on": "2026-03-01",
        "address": "FM 1460",
        "county": "Travis",
        "white_lines_painted": False,
        "gps_coordinates": {"latitude": 29.42, "longitude": -98.49},
        "geometry": {
            "geometry_type": "Point",
            "geojson": {"type": "Point", "coordinates": [29.42, -98.49]},
        },
    },
    {"ticket_type": "Survey/Design", "county": "Maricopa"},
    {"ticket_type": "Demolition", "planned_start_at": "2026-04-09T14:00:00Z"},
    {"ticket_type": "Dig Up", "phone": "ask the office"},
]


def test_a_whole_ticket_has_no_gap() -> None:
    """A rule that fires on a lawful ticket is soon ignored on an unlawful one."""
    assert troubles_of() == []


@pytest.mark.parametrize("facts", SPOILT, ids=str)
def test_every_gap_asks_a_question_and_names_what_it_rests_on(facts: dict[str, Any]) -> None:
    """A gap without a question leaves the dispatcher alone with a field name."""
    drafts = make_draft(**facts), make_ticket(**facts)
    gaps = [gap for ticket in drafts for gap in gaps_of(ticket, make_extraction(0.7))]

    assert len(gaps) > 20
    assert [gap for gap in gaps if not gap.suggested_prompt] == []
    assert [gap for gap in gaps if not gap.user_friendly_description] == []
    assert [gap for gap in gaps if not gap.help_text] == []


def test_a_question_ends_so_that_it_can_be_answered() -> None:
    """It is read out as it stands, and then somebody waits."""
    gaps = [gap for facts in SPOILT for gap in gaps_of(make_draft(**facts))]

    prompts = {str(gap.suggested_prompt) for gap in gaps}
    assert [prompt for prompt in prompts if not prompt.endswith(("?", ".", "please."))] == []


@pytest.mark.parametrize(
    ("edit", "status"),
    [
        ({}, ValidationStatus.VALID),
        ({"depth_inches": None}, ValidationStatus.WARNING),
        ({"county": None}, ValidationStatus.INVALID),
        ({"county": None, "depth_inches": None}, ValidationStatus.INVALID),
    ],
    ids=str,
)
def test_the_worst_open_gap_decides_the_validity(
    edit: dict[str, None], status: ValidationStatus
) -> None:
    """Invalid stops, Warning asks, Valid goes on."""
    ticket = validated(make_ticket(**edit), None, now=NOW)

    assert ticket.validation_status is status
    assert ticket.gap_count == len(edit)
    assert ticket.last_validated_at == ticket.updated_at == NOW


def test_what_stops_a_submission_is_asked_first() -> None:
    """A person answers the first question; it must be one that matters."""
    gaps = gaps_of(make_ticket(onsite_phone="555", county="Bexer", ticket_type="Demolition"))

    weights = [list(GapSeverity).index(gap.severity) for gap in gaps]
    assert weights == sorted(weights)
    assert {gap.severity for gap in gaps} == set(GapSeverity)


def test_a_missing_value_is_suggested_from_what_was_read_but_not_believed() -> None:
    """A person needs a second to confirm it, and a minute to type it."""
    alternatives = [
        make_finding(value, 0.3).as_alternative()
        for value in ("Hays", "Travis", "Bexar", "Bastrop", "Burnet", "Blanco")
    ]
    finding = make_finding("Travis", 0.5, alternatives=alternatives)

    gaps = gaps_of(make_ticket(county=None), make_extraction(county=finding))

    assert gaps[0].suggested_values == ["Travis", "Hays", "Bexar", "Bastrop", "Burnet"]
    assert len(gaps[0].suggested_values) == SUGGESTED_VALUES_MAX


def test_a_field_that_nobody_read_has_nothing_to_suggest() -> None:
    """An invented suggestion would be taken for a reading."""
    gaps = gaps_of(make_ticket(company=None, depth_inches=None), make_extraction(company=None))

    assert [gap.suggested_values for gap in gaps] == [[], ["72"]]


def test_no_rule_stands_twice_in_the_list() -> None:
    """A rule that is run twice finds everything twice, under one id."""
    assert len(set(RULES)) == len(RULES)
