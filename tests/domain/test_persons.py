"""Who may confirm: a person with a name."""

import pytest

from domain.audit import Actor, Author
from domain.errors import RejectedError
from domain.persons import person_named


def author(name: str | None) -> Author:
    return Author(actor=Actor.CUSTOM_GPT, name=name)


@pytest.mark.parametrize(
    "name",
    [
        *("ChatGPT", "GPT", "Chat GPT", "GPT-4o", "CustomGPT", "C h a t G P T", "Dana via ChatGPT"),
        *("Assistant", "AI", "the AI assistant", "bot", "System", "Texas811Portal", "User", "user 1"),
        *("me", "myself", "customer", "The Contractor", "Office Manager", "somebody", "unknown", "N/A"),
        *("Claude", "Gemini", "Google Gemini", "Copilot", "Siri", "Claude AI", "Claude Opus"),
        *("Acme Utilities", "Project Manager Acme", "Acme LLC", "Acme Electric", "Foreman of Acme"),
        *("yes it is right", "not Dana", "not Dana Ruiz", "Dana?", "Dana Ruiz?", "ask Dana Ruiz"),
        *("123", " ", "\uff23\uff48\uff41\uff54\uff27\uff30\uff34"),
    ],
)  # fmt: skip
def test_programs_and_roles_are_no_persons(name: str) -> None:
    """None of them can be asked later, or fined."""
    with pytest.raises(RejectedError) as refused:
        person_named(author(name))

    assert refused.value.field == "by"


def test_nobody_is_no_person() -> None:
    with pytest.raises(RejectedError):
        person_named(author(None))


@pytest.mark.parametrize(
    "name",
    [
        *("Dana Ruiz", "Will Foreman", "Lee Ortiz, Manager", "José Núñez", "Ai Tanaka", "An Nguyen"),
        *("Mr. Lee Park", "D. Ruiz", "Claude Hopkins", "Pat O'Neil", "Mary-Ann Lee", "Dana R."),
    ],
)  # fmt: skip
def test_whoever_has_a_name_may_have_a_role_as_well(name: str) -> None:
    assert person_named(author(f" {name} ")) == name


@pytest.mark.parametrize(
    "name", ["Bob", "Dana", "D", "D. R.", "O'Neil", "Mr. Ruiz", "Dana 2", "Dana the foreman"]
)
def test_one_name_alone_is_half_a_person(name: str) -> None:
    """There are many Bobs in a company."""
    with pytest.raises(RejectedError) as refused:
        person_named(author(name))

    assert "first and last name" in str(refused.value.remedy)
