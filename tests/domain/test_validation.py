"""Which gaps a ticket has: each rule speaks when it should, and is silent when it should be."""

from typing import Any

import pytest

from domain.extraction import Extraction
from domain.facts import REQUIRED_FIELDS
from domain.gaps import GapCategory, GapSeverity, ValidationGap
from domain.ticket import Ticket, ValidationStatus
from domain.validation import SUGGESTED_VALUES_MAX, is_dialable, validated
from tests.builders import NOW, make_draft, make_extraction, make_finding, make_ticket

Trouble = tuple[str, str, GapCategory, GapSeverity]

REQUIRED, RECOMMENDED = GapSeverity.REQUIRED, GapSeverity.RECOMMENDED
FIELD, RULE = GapCategory.REQUIRED_FIELD, GapCategory.VALIDATION_RULE
BUSINESS, COMPLIANCE = GapCategory.BUSINESS_RULE, GapCategory.COMPLIANCE_CHECK
POINT = {"latitude": 30.27, "longitude": -97.74}

# What is wrong with a whole ticket after one edit.
TROUBLES: list[tuple[dict[str, Any], Trouble | None]] = [
    ({}, None),
    *(({field: None}, (field, "field_missing", FIELD, REQUIRED)) for field in REQUIRED_FIELDS),
    ({"address": None}, ("location", "address_or_gps_required", BUSINESS, REQUIRED)),
    ({"address": None, "gps_coordinates": POINT}, None),
    (
        {"address": "", "gps_coordinates": {"latitude": 30.27}},
        ("location", "address_or_gps_required", BUSINESS, REQUIRED),
    ),
    (
        {"ticket_type": "Emergency"},
        ("emergency_justification", "justification_required", COMPLIANCE, REQUIRED),
    ),
    ({"ticket_type": "Emergency", "emergency_justification": "Gas leak"}, None),
    ({"ticket_type": "Demolition"}, None),
    ({"is_blasting": None}, ("is_blasting", "statement_missing", COMPLIANCE, REQUIRED)),
    ({"is_blasting": True}, None),
    ({"phone": "111-111-1111"}, ("phone", "invalid_format", RULE, REQUIRED)),
    ({"phone": "ask the office"}, ("phone", "invalid_format", RULE, REQUIRED)),
    ({"onsite_phone": "123"}, ("onsite_phone", "invalid_format", RULE, RECOMMENDED)),
    ({"work_for_phone": "n/a"}, ("work_for_phone", "invalid_format", RULE, RECOMMENDED)),
    ({"onsite_phone": "(806) 555-0142", "work_for_phone": "+1 915 555 0142"}, None),
    ({"email": "dana"}, ("email", "invalid_format", RULE, RECOMMENDED)),
    ({"email": "@example.com"}, ("email", "invalid_format", RULE, RECOMMENDED)),
    ({"email": "dana@example"}, ("email", "invalid_format", RULE, RECOMMENDED)),
    ({"email": "dana@example.com"}, None),
    ({"county": "Maricopa"}, ("county", "unknown_county", RULE, REQUIRED)),
    ({"county": "DEWITT county"}, None),
    ({"is_boring": None}, ("is_boring", "field_missing", FIELD, RECOMMENDED)),
    (
        {"white_lines_painted": None},
        ("white_lines_painted", "field_missing", FIELD, RECOMMENDED),
    ),
    ({"depth_inches": None}, ("depth_inches", "field_missing", FIELD, RECOMMENDED)),
    ({"depth_inches": 0}, None),
    ({"duration_days": None}, ("duration_days", "field_missing", FIELD, RECOMMENDED)),
]


def gaps_of(ticket: Ticket, extraction: Extraction | None = None) -> list[ValidationGap]:
    """Return the open gaps after a validation."""
    return validated(ticket, extraction, now=NOW).open_gaps


@pytest.mark.parametrize(("edit", "trouble"), TROUBLES, ids=str)
def test_one_edit_makes_exactly_the_gap_that_belongs_to_it(
    edit: dict[str, Any], trouble: Trouble | None
) -> None:
    """A rule that fires too often is ignored; one that does not fire costs a fine."""
    gaps = gaps_of(make_ticket(**edit))

    found = [(gap.field, gap.problem, gap.category, gap.severity) for gap in gaps]
    assert found == ([trouble] if trouble else [])


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


def test_every_open_gap_asks_a_question_that_a_person_can_answer() -> None:
    """A gap without a question leaves the dispatcher alone with a field name."""
    spoilt = make_draft(
        ticket_type="Emergency",
        onsite_phone="123",
        work_for_phone="n/a",
        email="dana",
    )
    wrong = make_ticket(phone="ask the office", county="Maricopa")
    gaps = [*gaps_of(spoilt), *gaps_of(wrong), *gaps_of(make_ticket(), make_extraction(0.7))]

    assert len(gaps) > 25
    assert [gap for gap in gaps if not gap.suggested_prompt] == []
    assert [gap for gap in gaps if not gap.user_friendly_description] == []


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
    gaps = gaps_of(make_ticket(county=None, depth_inches=None), make_extraction(county=None))

    assert [gap.suggested_values for gap in gaps] == [[], ["72"]]


@pytest.mark.parametrize(
    ("read", "offered"),
    [(None, ["no", "yes"]), (make_finding(value=True, confidence=0.5), ["yes"])],
)
def test_explosives_are_asked_for_with_what_can_be_answered(
    read: Any, offered: list[str]
) -> None:
    """The answer is a legal statement: yes or no."""
    gaps = gaps_of(make_ticket(is_blasting=None), make_extraction(is_blasting=read))

    assert gaps[0].suggested_values == offered


def test_a_misspelt_county_comes_with_the_names_that_are_like_it() -> None:
    """The answer is one word."""
    gaps = gaps_of(make_ticket(county="Haris"))

    assert gaps[0].suggested_values[0] == "Harris"
    assert gaps[0].suggested_prompt is not None
    assert "Did you mean Harris or" in gaps[0].suggested_prompt


def test_a_county_like_no_other_is_asked_for_openly() -> None:
    """A bad guess is worse than a question."""
    gaps = gaps_of(make_ticket(county="Saskatchewan"))

    assert gaps[0].suggested_values == []
    assert gaps[0].suggested_prompt is not None
    assert gaps[0].suggested_prompt.endswith("In which Texas county is the site?")


def test_a_missing_excavator_is_asked_for_by_the_name_of_the_receiver() -> None:
    """The company a work order is addressed to need not be the one that digs."""
    member = {"member_name": make_finding("Lone Star Electric")}
    read = make_extraction(company=None).model_copy(update={"extra": member})

    gaps = gaps_of(make_ticket(company=None), read)

    assert gaps[0].suggested_prompt is not None
    assert "Lone Star Electric as the receiver" in gaps[0].suggested_prompt


def test_a_missing_excavator_without_a_receiver_is_simply_asked_for() -> None:
    """There is no name to ask about."""
    gaps = gaps_of(make_ticket(company=None), make_extraction(company=None))

    assert gaps[0].suggested_prompt == "Which company will do the digging?"


@pytest.mark.parametrize(
    ("number", "rings"),
    [
        ("512-555-0142", True),
        ("(512) 555 0142", True),
        ("+1 512 555 0142", True),
        ("512-555-0142 x12", True),
        ("555-0142", False),
        ("000-000-0000", False),
        ("", False),
        ("call me", False),
        ("+44 20 7946 0958", True),
    ],
)
def test_a_number_rings_if_it_can_be_dialled_from_texas(number: str, *, rings: bool) -> None:
    """Operators call this number before they mark."""
    assert is_dialable(number) is rings


def test_what_stops_a_submission_is_asked_first() -> None:
    """A person answers the first question; it must be one that matters."""
    ticket = make_ticket(company="Acme", onsite_phone="555", county="Bexer")

    gaps = validated(ticket, None, now=NOW).open_gaps

    weights = [list(GapSeverity).index(gap.severity) for gap in gaps]
    assert weights == sorted(weights)
    assert gaps[0].severity is GapSeverity.REQUIRED
