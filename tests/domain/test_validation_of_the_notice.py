"""Who gives the notice, who digs, and the work: 251.152(1), (3)-(5), (7)."""

from typing import Any

import pytest

from domain.facts import REQUIRED_FIELDS
from domain.gaps import GapCategory
from domain.rules.case import PLACEHOLDER_CHARACTERS_MAX, is_placeholder
from domain.rules.notice import RECOMMENDED_FIELDS, is_dialable
from tests.builders import make_extraction, make_finding
from tests.domain.troubles import (
    RECOMMENDED,
    REQUIRED,
    Trouble,
    gap_of,
    troubles_of,
)

# What is wrong with a whole ticket after one edit.
TROUBLES: list[tuple[dict[str, Any], Trouble | None]] = [
    *(({field: None}, (field, "field_missing", REQUIRED)) for field in REQUIRED_FIELDS),
    *(({field: None}, (field, "field_missing", RECOMMENDED)) for field in RECOMMENDED_FIELDS),
    ({"address_line_1": None}, ("address_line_1", "field_missing", REQUIRED)),
    ({"city_state_zip": None}, ("city_state_zip", "field_missing", REQUIRED)),
    ({"city_state_zip": "Austin"}, ("city_state_zip", "incomplete", RECOMMENDED)),
    ({"city_state_zip": "Austin, TX"}, ("city_state_zip", "incomplete", RECOMMENDED)),
    ({"city_state_zip": "Austin 78701"}, ("city_state_zip", "incomplete", RECOMMENDED)),
    ({"city_state_zip": "Austin TX 78701-0001"}, None),
    ({"city_state_zip": "Hobbs, nm, 88240"}, None),
    ({"is_blasting": None}, ("is_blasting", "statement_missing", REQUIRED)),
    ({"is_blasting": True}, None),
    ({"phone": "111-111-1111"}, ("phone", "invalid_format", REQUIRED)),
    ({"phone": "ask the office"}, ("phone", "invalid_format", REQUIRED)),
    ({"work_for_phone": "n/a"}, ("work_for_phone", "invalid_format", RECOMMENDED)),
    ({"work_for_phone": "+1 915 555 0142"}, None),
    ({"email": None}, ("email", "field_missing", REQUIRED)),
    ({"email": "N/A"}, ("email", "field_missing", REQUIRED)),
    ({"email": "dana"}, ("email", "invalid_format", REQUIRED)),
    ({"email": "@example.com"}, ("email", "invalid_format", REQUIRED)),
    ({"email": "dana@example"}, ("email", "invalid_format", REQUIRED)),
    ({"email": "dana@example.com"}, None),
    ({"onsite_contact_name": "Lee Ortiz"}, ("onsite_phone", "field_missing", RECOMMENDED)),
    ({"onsite_phone": "8065550142"}, ("onsite_contact_name", "field_missing", RECOMMENDED)),
    ({"onsite_contact_name": "Lee Ortiz", "onsite_phone": "(806) 555-0142"}, None),
    (
        {"onsite_contact_name": "Lee Ortiz", "onsite_phone": "123"},
        ("onsite_phone", "invalid_format", RECOMMENDED),
    ),
    ({"depth_inches": 0}, None),
    ({"depth_inches": 16}, None),
]


@pytest.mark.parametrize(("edit", "trouble"), TROUBLES, ids=str)
def test_one_edit_makes_exactly_the_gap_that_belongs_to_it(
    edit: dict[str, Any], trouble: Trouble | None
) -> None:
    """A rule that fires too often is ignored; one that does not fire costs a fine."""
    assert troubles_of(**edit) == ([trouble] if trouble else [])


@pytest.mark.parametrize(
    "text", ["", "  ", "-", "--", "?", "N/A", "n.a.", "TBD", "see attached", "Unknown", "NONE"]
)
def test_a_placeholder_says_nothing(text: str) -> None:
    """A form that must be filled in is filled in, and the locator is none the wiser."""
    assert is_placeholder(text)
    assert troubles_of(city=text) == [("city", "field_missing", REQUIRED)]


@pytest.mark.parametrize(
    "text",
    [
        "Nada",
        "Unknown Soldier Memorial",
        "None of the poles, only the anchor",
        "0",
        "7",
        "na" + "\u2009" * PLACEHOLDER_CHARACTERS_MAX,
    ],
)
def test_a_text_that_only_contains_such_a_word_is_an_answer(text: str) -> None:
    """Whoever wrote more than a placeholder meant something."""
    assert not is_placeholder(text)


def test_a_placeholder_is_shown_to_whoever_is_asked() -> None:
    """That the field is filled in must not look like our mistake."""
    assert gap_of(city="TBD").user_friendly_description == (
        "The city is missing: “TBD” does not say it."
    )
    assert gap_of(city=None).user_friendly_description == "The city is missing."


@pytest.mark.parametrize(
    ("read", "offered"),
    [(None, ["no", "yes"]), (make_finding(value=True, confidence=0.5), ["yes"])],
)
def test_explosives_are_asked_for_with_what_can_be_answered(
    read: Any, offered: list[str]
) -> None:
    """The answer is a legal statement: yes or no."""
    gap = gap_of(make_extraction(is_blasting=read), is_blasting=None)

    assert gap.suggested_values == offered
    assert gap.category is GapCategory.COMPLIANCE_CHECK


def test_a_missing_excavator_is_asked_for_by_the_name_of_the_receiver() -> None:
    """The company a work order is addressed to need not be the one that digs."""
    member = {"member_name": make_finding("Lone Star Electric")}
    read = make_extraction(company=None).model_copy(update={"extra": member})

    gap = gap_of(read, company=None)

    assert "Lone Star Electric as the receiver" in str(gap.suggested_prompt)


def test_a_missing_excavator_without_a_receiver_is_simply_asked_for() -> None:
    """There is no name to ask about."""
    gap = gap_of(make_extraction(company=None), company=None)

    assert gap.suggested_prompt == "Which company will do the digging?"


def test_a_depth_is_asked_for_with_both_readings_of_sixteen_inches() -> None:
    """Exactly 16 inches are in under one law and out under the other; no ticket fails for it."""
    said = str(gap_of(depth_inches=None).help_text)

    assert "exactly 16 is in (251.002(5))" in said
    assert "exactly 16 is out (18.1(d)(2))" in said


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
