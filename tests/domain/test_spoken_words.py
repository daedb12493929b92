"""Kinds of tickets and priorities: what is taken for one, and what only looks like it."""

import pytest

from tests.domain.answers import facts_of, refusal_of


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("ticket_type", "non-emergency"),
        ("ticket_type", "not an emergency"),
        ("ticket_type", "no emergency"),
        ("ticket_type", "nonemergency"),
        ("ticket_type", "emergency?"),
        ("ticket_type", "!emergency"),
        ("priority_level", "not an emergency"),
        ("priority_level", "emergency?"),
    ],
)
def test_who_denies_an_emergency_makes_none(field: str, said: str) -> None:
    """Nor is it offered again."""
    refused = refusal_of(field, said)

    assert refused.suggested_values
    assert "Emergency" not in refused.suggested_values or "?" in said or said[0] == "!"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("ticket_type", "no update"),
        ("ticket_type", "abnormal"),
        ("ticket_type", "Norml"),
        ("ticket_type", "normal or update"),
        ("priority_level", "no rush"),
    ],
)
def test_what_is_only_like_a_kind_is_not_taken_for_it(field: str, said: str) -> None:
    """A name is taken as it is written, and in the words that people have for it."""
    assert refusal_of(field, said).suggested_values


def test_a_no_to_whether_it_is_an_emergency_asks_for_the_priority() -> None:
    """A yes makes it one."""
    asked = {
        "problem": "emergency_on_other_type",
        "current": "Emergency",
        "suggested_values": ("Rush", "Standard"),
    }

    assert refusal_of("priority_level", "no", **asked).suggested_values == ("Rush", "Standard")
    assert facts_of("priority_level", "yes", **asked) == {"ticket_type": "Emergency"}
    assert facts_of("priority_level", "rush", **asked) == {"priority_level": "Rush"}


@pytest.mark.parametrize(
    ("field", "said", "kind"),
    [
        ("ticket_type", "new ticket", "Normal"),
        ("ticket_type", "regular locate", "Normal"),
        ("ticket_type", "emergency locate", "Emergency"),
        ("priority_level", "not urgent", "Standard"),
    ],
)
def test_a_kind_is_taken_in_the_words_that_people_have_for_it(
    field: str, said: str, kind: str
) -> None:
    """A locate is a ticket."""
    assert facts_of(field, said) == {field: kind}


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("contact_name", "I'll tell you later"),
        ("contact_name", "let me ask"),
        ("type_of_work", "what do you mean?"),
        ("company", "what do you mean?"),
        ("company", "ask Bob"),
        ("city", "what do you mean?"),
        ("address", "the address is wrong"),
        ("address", "ask Bob"),
        ("address", "not at 410 Main but 412 Main"),
        ("address_line_1", "No, 415 Main St"),
        ("work_area_description", "I'll call you"),
    ],
)
def test_what_tells_nothing_yet_is_no_value(field: str, said: str) -> None:
    """It would stand in the notice."""
    assert refusal_of(field, said).field == field


@pytest.mark.parametrize(
    "said",
    ["no Kyle", "No it's Kyle", "Kyle, not Austin", "that's right, Austin", "yes but Kyle"],
)
def test_an_agreement_or_a_denial_with_a_name_is_no_name(said: str) -> None:
    """A city is not called `yes but Kyle`."""
    asked = {"problem": "please_confirm", "current": "Austin", "suggested_values": ("Austin",)}

    assert refusal_of("city", said, **asked).remedy == "Say only the city that is right."
    for plain in ("Kyle", "it's Kyle", "it should be Kyle"):
        assert facts_of("city", plain, **asked) == {"city": "Kyle"}


@pytest.mark.parametrize(
    "said", ["do not mark the driveway", "turn right at the gate, not left"]
)
def test_a_description_may_say_not_and_right(said: str) -> None:
    """They are words of the way."""
    asked = {"problem": "please_confirm", "current": "the yard"}

    assert facts_of("work_area_description", said, **asked) == {"work_area_description": said}
