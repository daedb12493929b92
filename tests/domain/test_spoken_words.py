"""Yes and no in many forms, and the doubts that are neither."""

import pytest

from domain.facts import LEGAL_STATEMENTS
from tests.domain.answers import facts_of, refusal_of


@pytest.mark.parametrize(
    "said",
    [
        "yes",
        "Yes.",
        "YES",
        "y",
        "yeah",
        "yep",
        "yup",
        "sure",
        "yes, we will",
        "Yes sir",
        "of course",
    ],
)
def test_a_yes_in_many_forms_is_a_yes(said: str) -> None:
    """However friendly."""
    assert facts_of("is_boring", said) == {"is_boring": True}


@pytest.mark.parametrize(
    "said",
    [
        "no",
        "No.",
        "nope",
        "none",
        "never",
        "No, hand digging only",
        "no explosives",
        "We will not use any explosives",
        "it won\u2019t be used",
        "there will be no blasting",
        "Not at all.",
        "no, thanks",
    ],
)
def test_a_no_in_many_forms_is_a_no(said: str) -> None:
    """None is a number of explosives, and not a silence."""
    assert facts_of("is_blasting", said, is_required=True) == {"is_blasting": False}


@pytest.mark.parametrize(
    "said",
    [
        "I don't know",
        "I do not know.",
        "not sure",
        "We're not sure yet",
        "I don't think so",
        "I think so",
        "probably not",
        "maybe",
        "n/a",
        "TBD",
        "no idea",
        "no one knows",
        "not that I know of",
        "No, not that I know of",
        "nobody has told me",
        "haven't decided yet",
        "we won't know until Monday",
        "yes, no",
        "no problem, yes",
        "if we hit rock",
        "TNT",
        "ok",
        "correct",
        "not yet",
    ],
)
@pytest.mark.parametrize("field", sorted(LEGAL_STATEMENTS - {"white_lines_painted"}))
def test_a_doubt_is_never_taken_for_a_legal_statement(field: str, said: str) -> None:
    """A default would put words into somebody's mouth."""
    assert refusal_of(field, said, is_required=True).remedy


@pytest.mark.parametrize(
    ("said", "painted"),
    [
        ("yes, this morning", True),
        ("not yet", False),
        ("Not painted", False),
        ("no, the crew will paint tomorrow", False),
    ],
)
def test_white_lines_that_are_not_there_yet_are_not_there(said: str, *, painted: bool) -> None:
    """The question is whether they are there now."""
    assert facts_of("white_lines_painted", said) == {"white_lines_painted": painted}
