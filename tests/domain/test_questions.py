"""The words."""

import pytest

from domain.facts import TicketFacts
from domain.questions import QUESTIONS, label, shown


@pytest.mark.parametrize("field", QUESTIONS)
def test_a_question_ends_as_a_question_or_a_request(field: str) -> None:
    """It is read out by the CustomGPT as it stands."""
    assert QUESTIONS[field].prompt.endswith(("?", ".", "please."))
    assert QUESTIONS[field].label


def test_every_question_is_about_a_field_or_the_place() -> None:
    """The place is asked for once, though two fields can answer."""
    assert set(QUESTIONS) - set(TicketFacts.model_fields) == {"location"}


def test_a_field_without_words_of_its_own_is_called_by_its_name() -> None:
    """No field may be shown with an underscore."""
    assert label("pole_id") == "pole id"
    assert label("is_blasting") == "explosives"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        (36, "36"),
        (1.5, "1.5"),
        ("Austin", "Austin"),
        ({"latitude": 30.2, "longitude": -97.7}, "30.2, -97.7"),
        (
            {"latitude": 30.2, "longitude": -97.7, "source": "extracted", "confidence": None},
            "30.2, -97.7",
        ),
        ({}, ""),
    ],
    ids=str,
)
def test_a_value_is_shown_as_a_person_would_write_it(value: object, text: str) -> None:
    """A dispatcher is asked about a place, not about how we came to know it."""
    assert shown(value) == text
