"""Numbers that ring and addresses for mail, as people give them."""

import pytest

from tests.domain.answers import facts_of, refusal_of

NUMBER = "512-555-0142"


@pytest.mark.parametrize(
    "said",
    [
        "512-555-0142",
        "it's 512-555-0142",
        "My cell is 512-555-0142.",
        "call me at 512-555-0142, please",
        "512\u2013555\u20130142",
        "512\u2011555\u20110142",
    ],
)
def test_a_number_is_read_among_words_that_change_nothing(said: str) -> None:
    """As it is written."""
    assert facts_of("phone", said) == {"phone": NUMBER}


@pytest.mark.parametrize(
    "said",
    [
        "512-555-0142 ext 12",
        "512-555-0142, ext. 12",
        "512-555-0142 x12",
        "512-555-0142x12",
        "512-555-0142 #12",
        "512-555-0142 extension: 12",
    ],
)
def test_an_extension_is_kept_beside_its_number(said: str) -> None:
    """Whoever calls has to dial it."""
    assert facts_of("phone", said) == {"phone": NUMBER, "phone_extension": "12"}
    assert facts_of("work_for_phone", said) == {"work_for_phone": f"{NUMBER} x12"}


@pytest.mark.parametrize(
    "said",
    [
        "555-0142",
        "512-555-0142 or 512-555-0143",
        "512-555-0142, 12",
        "512-555-0142 extension twelve",
        "512-555-0142 x5 x6",
        "512-555-0142/0199",
        "+52 656 555 0142",
        "not 512-555-0142",
        "512-555-0142 is wrong",
        "512-555-0142?",
        "probably 512-555-0142",
        "Dana 512-555-0142",
    ],
)
@pytest.mark.parametrize("field", ["phone", "onsite_phone", "work_for_phone"])
def test_a_number_with_something_that_is_not_understood_is_refused(
    field: str, said: str
) -> None:
    """Half of an extension rings somebody else."""
    refused = refusal_of(field, said)

    assert refused.field == field
    assert NUMBER in str(refused.remedy)


@pytest.mark.parametrize(
    "said",
    ["Dana <dana@example.com>", "Dana Ruiz <dana@example.com>", "dana@example.com", "It is dana@example.com.", "<dana@example.com>", "my e-mail: dana@example.com"],
)  # fmt: skip
def test_a_mailbox_is_read_among_words_that_change_nothing(said: str) -> None:
    """One, and alone."""
    assert facts_of("email", said) == {"email": "dana@example.com"}


@pytest.mark.parametrize(
    "said",
    [
        "dana",
        "dana@example.com and raymond@example.com",
        "dana@example.com@evil.com",
        "not dana@example.com",
        "not <dana@example.com>",
        "wrong <dana@example.com>",
        "dana@example.com?",
        "probably dana@example.com",
    ],
)
def test_a_mailbox_with_something_that_is_not_understood_is_refused(said: str) -> None:
    """An answer of an operator must arrive."""
    assert refusal_of("email", said).field == "email"
