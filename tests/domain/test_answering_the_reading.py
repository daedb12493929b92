"""What is said to the questions that a document leaves open."""

from typing import Any

import pytest

from domain.answering import answer, here
from domain.asking import asked_of
from domain.drafting import checked_facts
from domain.errors import RejectedError
from domain.extraction import WarningCode
from domain.validation import validated
from tests.builders import NOW, make_finding, make_ticket
from tests.domain.answers import facts_of
from tests.domain.troubles import out_of_state, reading_with


def test_a_yes_takes_the_only_county_that_is_named() -> None:
    """`Is that right?` is answered with yes."""
    ticket = validated(make_ticket(county=None, city="Lockhart"), None, now=NOW)

    question = asked_of(ticket, "county")

    assert answer(question, "yes", here(ticket, NOW)).facts == {"county": "Caldwell"}
    assert answer(question, "Hays", here(ticket, NOW)).facts == {"county": "Hays"}


def test_a_yes_to_two_counties_is_refused() -> None:
    """It does not say which."""
    ticket = validated(make_ticket(county=None, city="Katy"), None, now=NOW)

    with pytest.raises(RejectedError):
        answer(asked_of(ticket, "county"), "yes", here(ticket, NOW))


def test_a_yes_to_a_county_of_another_problem_is_refused() -> None:
    """`Which county: Travis, Hays?` is no yes-or-no question."""
    read = reading_with(WarningCode.MULTIPLE_COUNTIES, "county", county=make_finding("Travis"))
    ticket = validated(make_ticket(), read, now=NOW)

    with pytest.raises(RejectedError):
        answer(asked_of(ticket, "county"), "yes", here(ticket, NOW))


def test_a_yes_to_an_open_question_takes_no_suggestion() -> None:
    """`In which Texas county is the site?` names none, whatever is suggested beside it."""
    read = out_of_state(county=make_finding("Sherman", 0.5))
    ticket = validated(make_ticket(county=None), read, now=NOW)
    question = asked_of(ticket, "county")

    assert question.suggested_values == ("Sherman",)
    with pytest.raises(RejectedError):
        answer(question, "yes", here(ticket, NOW))
    for said in ("Yes, Lamar", "No, it is in Lamar County"):
        assert answer(question, said, here(ticket, NOW)).facts == {"county": "Lamar"}


def test_an_agreement_beside_the_county_that_was_asked_is_no_denial() -> None:
    """`No, Caldwell` to `Is it Caldwell?` says both."""
    ticket = validated(make_ticket(county=None, city="Lockhart"), None, now=NOW)
    question = asked_of(ticket, "county")

    for said in ("Yes, Caldwell", "yes Caldwell County"):
        assert answer(question, said, here(ticket, NOW)).facts == {"county": "Caldwell"}
    assert answer(question, "No, Hays", here(ticket, NOW)).facts == {"county": "Hays"}
    with pytest.raises(RejectedError):
        answer(question, "No, Caldwell", here(ticket, NOW))


@pytest.mark.parametrize(
    ("edit", "name", "facts"),
    [
        ({"county": "Nacogdoche"}, "county", "Nacogdoches"),
        (
            {"gps_coordinates": {"latitude": 30.27, "longitude": 97.74}},
            "gps_coordinates",
            {"latitude": 30.27, "longitude": -97.74},
        ),
    ],
)
def test_a_yes_takes_what_the_question_offers(
    edit: dict[str, Any], name: str, facts: object
) -> None:
    """`Did you mean Bexar?`, `Is it 30.27, -97.74?`"""
    ticket = validated(make_ticket(**edit), None, now=NOW)

    stated = checked_facts(answer(asked_of(ticket, name), "yes", here(ticket, NOW)).facts)

    value: Any = stated[name]
    said = value.model_dump(exclude={"source", "confidence"}) if name != "county" else value
    assert said == facts


@pytest.mark.parametrize(
    ("said", "inches"),
    [("the first", 36), ("36", 36), ("36 inches", 36), ("the second one", 48), ("4 ft", 48)],
)
def test_a_depth_that_the_order_leaves_open_is_asked_with_its_unit(
    said: str, inches: int
) -> None:
    """36 of what? And the answer needs no more words than the question."""
    depth = make_finding(36, 0.95, alternatives=[make_finding(48, 0.9).as_alternative()])
    read = reading_with(WarningCode.CONFLICTING_VALUES, "depth_inches", depth_inches=depth)
    ticket = validated(make_ticket(depth_inches=36), read, now=NOW)

    assert ticket.open_gaps[0].suggested_prompt == (
        "The order leaves the depth open: 36 or 48 inches. Which is right?"
    )
    asked = asked_of(ticket, "depth_inches")
    assert answer(asked, said, here(ticket, NOW)).facts == {"depth_inches": inches}


def test_a_yes_to_an_emergency_that_was_told_changes_the_type() -> None:
    """The question was whether it is one."""
    asked = {"problem": "emergency_on_other_type", "current": "Emergency"}

    assert facts_of("priority_level", "yes", **asked) == {"ticket_type": "Emergency"}


def test_a_name_that_is_corrected_is_taken_as_it_is_said() -> None:
    """`Manor` to `Is Austin right for the city?`"""
    asked = {"problem": "please_confirm", "current": "Austin"}

    assert facts_of("city", "Manor", **asked) == {"city": "Manor"}


def test_none_is_an_answer_to_a_question_of_explosives() -> None:
    """Elsewhere it says nothing."""
    assert facts_of("is_blasting", "none at all") == {"is_blasting": False}
