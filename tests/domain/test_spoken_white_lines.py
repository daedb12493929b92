"""Whether the site is marked in white, as people say it."""

import pytest

from tests.domain.answers import facts_of, refusal_of


@pytest.mark.parametrize(
    ("said", "painted"),
    [
        ("yes, this morning", True),
        ("not yet", False),
        ("Not painted", False),
        ("not yet painted", False),
        ("no, the crew will paint tomorrow", False),
        ("not yet, we will mark it tomorrow", False),
        ("they have not been painted yet", False),
        ("no white lines", False),
        ("yes, marked in white", True),
        ("yes, they are painted", True),
        ("it is marked in white", True),
        ("yes, white flags", True),
        ("yes, white paint and flags", True),
        ("premarked in white", True),
    ],
)
def test_white_lines_that_are_not_there_yet_are_not_there(said: str, *, painted: bool) -> None:
    """The question is whether they are there now."""
    assert facts_of("white_lines_painted", said) == {"white_lines_painted": painted}


@pytest.mark.parametrize(
    "said",
    [
        "don't worry, it is painted",
        "yes tomorrow",
        "yes will be painted tomorrow",
        "yes, we will",
        "no lines needed",
        "not painted by us but by the owner",
    ],
)
def test_white_lines_of_tomorrow_or_of_others_are_neither_yes_nor_no(said: str) -> None:
    """A locator would look for them."""
    assert refusal_of("white_lines_painted", said).suggested_values == ("yes", "no")
