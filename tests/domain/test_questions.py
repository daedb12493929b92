"""The words."""

import pytest

from domain.facts import TicketFacts
from domain.location import GPSCoordinate
from domain.questions import QUESTIONS, label, shown


@pytest.mark.parametrize("field", QUESTIONS)
def test_a_question_ends_as_a_question_or_a_request(field: str) -> None:
    """It is read out by the CustomGPT as it stands."""
    assert QUESTIONS[field].prompt.endswith(("?", ".", "please."))
    assert QUESTIONS[field].label


@pytest.mark.parametrize("field", QUESTIONS)
def test_every_question_says_what_it_rests_on(field: str) -> None:
    """Whoever has to ask a crew at six in the morning wants to know why."""
    assert str(QUESTIONS[field].help).endswith((".", ")."))


def test_every_field_can_be_asked_and_so_can_the_place() -> None:
    """Any value may have been read badly; the place is asked for once, by either field."""
    assert set(QUESTIONS) == set(TicketFacts.model_fields) | {"location"}


def test_no_two_fields_are_called_the_same() -> None:
    """Two gaps of one name would look like one."""
    labels = [question.label for question in QUESTIONS.values()]

    assert len(set(labels)) == len(labels)


def test_a_name_without_words_of_its_own_is_shown_without_underscores() -> None:
    """What is read beside the fields is shown too."""
    assert label("work_start_at") == "work start at"
    assert label("pole_id") == "pole number"
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
        (GPSCoordinate(latitude=30.2, longitude=-97.7), "30.2, -97.7"),
        ({}, ""),
    ],
    ids=str,
)
def test_a_value_is_shown_as_a_person_would_write_it(value: object, text: str) -> None:
    """A dispatcher is asked about a place, not about how we came to know it."""
    assert shown(value) == text
