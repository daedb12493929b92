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
        ("priority_level", "not urgent"),
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
    "said",
    [
        "not an emergency",
        "It's not really an emergency",
        "non-emergency",
        "no danger",
        "not urgent",
    ],
)
def test_who_denies_the_emergency_does_not_justify_it(said: str) -> None:
    """It would stand in the notice as the reason for one."""
    assert "Normal" in str(refusal_of("emergency_justification", said, is_required=True).remedy)


@pytest.mark.parametrize("said", ["Gas leak, crew on site", "No power at the hospital"])
def test_a_danger_or_an_outage_justifies_an_emergency(said: str) -> None:
    """Whatever it begins with."""
    assert facts_of("emergency_justification", said) == {"emergency_justification": said}
