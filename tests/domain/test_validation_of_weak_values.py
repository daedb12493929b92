"""Values that were read, used, and are not sure enough to pass unseen."""

from typing import Any

import pytest

from domain.extraction import Extraction, Span
from domain.ticket import Ticket
from domain.validation import validated
from tests.builders import NOW, make_extraction, make_finding, make_ticket

POINT = {"latitude": 30.27, "longitude": -97.74}


def questions(
    ticket: Ticket, extraction: Extraction
) -> dict[str, tuple[str | None, list[str]]]:
    """Return the confirmations that are asked for: field to prompt and suggestions."""
    return {
        gap.field: (gap.suggested_prompt, gap.suggested_values)
        for gap in validated(ticket, extraction, now=NOW).open_gaps
        if gap.problem == "please_confirm"
    }


@pytest.mark.parametrize(
    ("confidence", "is_asked"),
    [(0.59, False), (0.60, True), (0.8999, True), (0.90, False), (1.0, False)],
)
def test_a_value_is_confirmed_between_sixty_and_ninety_percent(
    confidence: float, *, is_asked: bool
) -> None:
    """Below it is not used, above it needs nobody."""
    read = make_extraction(city=make_finding("Austin", confidence))

    assert set(questions(make_ticket(), read)) == ({"city"} if is_asked else set())


def test_a_confirmation_shows_the_value_and_its_rivals() -> None:
    """One look must be enough to answer."""
    rivals = [make_finding(city, 0.4).as_alternative() for city in ("Manor", "Austin")]
    read = make_extraction(city=make_finding("Austin", 0.7, alternatives=rivals))

    assert questions(make_ticket(), read) == {
        "city": ("Is “Austin” right for the city?", ["Austin", "Manor"])
    }


def test_a_value_that_a_person_replaced_is_not_asked_about() -> None:
    """The answer was given."""
    read = make_extraction(city=make_finding("Austin", 0.7))

    assert questions(make_ticket(city="Dallas"), read) == {}


@pytest.mark.parametrize(
    ("field", "value", "shown", "question"),
    [
        # A plain yes must not mean the no that was read.
        ("is_boring", False, "no", "yes or no? The document seems to say no."),
        ("depth_inches", 72, "72", "Is “72” right"),
        (
            "gps_coordinates",
            {**POINT, "source": "extracted"},
            "30.27, -97.74",
            "Is “30.27, -97.74” right",
        ),
    ],
)
def test_a_weak_value_of_any_kind_is_recognised_as_the_one_in_use(
    field: str, value: Any, shown: str, question: str
) -> None:
    """What is in the ticket is typed, what was read is JSON."""
    read = make_extraction(**{field: make_finding(value, 0.7)})

    asked = questions(make_ticket(**{field: value}), read)

    assert asked[field][1] == [shown]
    assert question in (asked[field][0] or "")


def test_a_weak_start_is_recognised_as_the_one_in_use() -> None:
    """A moment is typed in the ticket and text in what was read."""
    read = make_extraction(planned_start_at=make_finding("2026-03-06T14:00:00Z", 0.7))

    assert set(questions(make_ticket(), read)) == {"planned_start_at"}


def test_a_value_that_a_person_confirmed_is_not_asked_about_again() -> None:
    """The answer was that it is right."""
    read = make_extraction(city=make_finding("Austin", 0.7))

    assert questions(make_ticket(confirmed_fields=["city"]), read) == {}
    assert set(questions(make_ticket(confirmed_fields=["county"]), read)) == {"city"}


def test_a_confirmation_quotes_the_document() -> None:
    """Whoever is asked need not open it."""
    quoted = make_finding("Austin", 0.7, spans=[Span(quote="Town: AUSTIN  TX")])

    gaps = validated(make_ticket(), make_extraction(city=quoted), now=NOW).open_gaps

    assert [gap.help_text for gap in gaps] == ["The document says “Town: AUSTIN  TX”."]


def test_without_a_document_nothing_is_asked_to_be_confirmed() -> None:
    """What a person typed was confirmed by typing it."""
    assert validated(make_ticket(), None, now=NOW).open_gaps == []
