"""What the reader warns of becomes a question, and the answer closes it."""

from typing import Any

import pytest

from domain.extraction import STATED, Extraction, Finding, WarningCode
from domain.gaps import ValidationGap
from domain.rules.reading import READING, listed
from domain.validation import RULES
from tests.builders import make_extraction, make_finding, make_ticket
from tests.domain.troubles import gaps_of, out_of_state, reading_with, rivals


def asked(read: Extraction, **edit: Any) -> list[ValidationGap]:
    """Return the open gaps of a whole ticket that was read so."""
    return gaps_of(make_ticket(**edit), read)


@pytest.mark.parametrize(("spans", "count"), [(3, "3"), (1, "several")])
def test_an_order_of_several_sites_asks_which_one_is_meant(spans: int, count: str) -> None:
    """A ticket is for one site, and a second needs a ticket of its own."""
    read = reading_with(
        WarningCode.MULTIPLE_LOCATIONS,
        "address",
        spans=spans,
        address=rivals("410 Bluebonnet Ln", "12 Elm St"),
    )

    (gap,) = asked(read)

    assert (gap.field, gap.problem, gap.severity) == (
        "address",
        "several_locations",
        "required",
    )
    assert gap.suggested_values == ["410 Bluebonnet Ln", "12 Elm St"]
    assert f"The job lists {count} locations. Which one is this ticket for?" in (
        gap.suggested_prompt or ""
    )


@pytest.mark.parametrize("field", ["address", "pole_id", "gps_coordinates"])
def test_whoever_says_which_site_is_meant_is_not_asked_again(field: str) -> None:
    """An address, a pole or a point tells one site from the others."""
    read = reading_with(WarningCode.MULTIPLE_LOCATIONS, "address", spans=2)

    assert asked(read, confirmed_fields=[field]) == []
    assert len(asked(read, confirmed_fields=["city"])) == 1


def test_several_sites_without_a_field_are_asked_at_the_address() -> None:
    """A warning of the document as a whole has no field."""
    (gap,) = asked(reading_with(WarningCode.MULTIPLE_LOCATIONS))

    assert gap.field == "address"


def test_an_order_of_several_counties_asks_for_one() -> None:
    """Texas811 takes one county a ticket."""
    read = reading_with(
        WarningCode.MULTIPLE_COUNTIES, "county", county=rivals("Travis", "Hays", "Bexar")
    )

    (gap,) = asked(read)

    assert gap.problem == "several_counties"
    assert "Which county is this ticket for: Travis, Hays or Bexar?" in str(
        gap.suggested_prompt
    )
    assert asked(read, confirmed_fields=["county"]) == []


@pytest.mark.parametrize(
    ("field", "severity"), [("city", "required"), ("work_for_phone", "recommended")]
)
def test_two_values_that_contradict_each_other_are_both_shown(
    field: str, severity: str
) -> None:
    """Only a person knows which of them is right."""
    values: dict[str, Any] = {field: rivals("512-555-0142", "512-555-0199")}
    read = reading_with(WarningCode.CONFLICTING_VALUES, field, **values)
    given = {field: "512-555-0142"}

    (gap,) = asked(read, **given)

    assert (gap.field, gap.problem, gap.severity) == (field, "conflicting_values", severity)
    assert "512-555-0142 or 512-555-0199. Which is right?" in str(gap.suggested_prompt)
    assert asked(read, **given, confirmed_fields=[field]) == []


def test_a_contradiction_with_one_value_is_told_in_the_words_of_the_reader() -> None:
    """A city that lies in another county has no rival of its own kind."""
    (gap,) = asked(reading_with(WarningCode.CONFLICTING_VALUES, "city", city="Austin"))

    assert gap.suggested_prompt == "The order is not clear. Which city is right?"


@pytest.mark.parametrize(
    "finding",
    [
        Finding(value="Austin", confidence=1.0, producer=STATED),
        make_finding("Dallas", 0.95),  # is not what the ticket says
    ],
)
def test_a_contradiction_that_a_person_has_settled_is_not_asked(finding: Finding) -> None:
    """What was stated goes before what was read."""
    assert asked(reading_with(WarningCode.CONFLICTING_VALUES, "city", city=finding)) == []


def test_a_contradiction_is_asked_once_and_only_about_a_field() -> None:
    """Two warnings of one field make one question."""
    read = reading_with(WarningCode.CONFLICTING_VALUES, "city")
    read = read.model_copy(update={"warnings": read.warnings * 2})

    assert len(asked(read)) == 1
    assert asked(reading_with(WarningCode.CONFLICTING_VALUES)) == []


@pytest.mark.parametrize(
    ("county", "problem"),
    [("Travis", "out_of_state"), ("Dubuque", "unknown_county"), (None, "field_missing")],
)
def test_an_order_for_another_state_asks_for_the_county_in_texas(
    county: str | None, problem: str
) -> None:
    """One question, whatever the order says for the county."""
    (gap,) = asked(out_of_state(county=county), county=county)

    assert (gap.field, gap.problem, gap.severity) == ("county", problem, "required")
    assert "the order is for Iowa" in str(gap.suggested_prompt).replace(
        "The order", "the order"
    )
    assert "in Texas only" in str(gap.suggested_prompt)


def test_whoever_names_the_county_in_texas_has_settled_the_state() -> None:
    """The order may only come from an office elsewhere."""
    assert asked(out_of_state(), confirmed_fields=["county"]) == []
    (gap,) = asked(reading_with(WarningCode.OUT_OF_STATE))
    assert "for another state" in str(gap.suggested_prompt)


@pytest.mark.parametrize("code", [WarningCode.CANCELLATION, WarningCode.TEST_TICKET])
def test_a_ticket_is_made_of_a_test_or_a_cancellation_only_if_a_person_says_so(
    code: WarningCode,
) -> None:
    """A locator would drive out for nothing."""
    read = reading_with(code)

    (gap,) = asked(read)

    assert (gap.field, gap.problem, gap.severity) == ("ticket_type", code.value, "required")
    assert "cancel this draft" in str(gap.suggested_prompt)
    assert asked(read, confirmed_fields=["ticket_type"]) == []


def test_a_field_in_question_is_not_asked_to_be_confirmed_as_well() -> None:
    """Two questions on one field would be answered twice."""
    read = reading_with(
        WarningCode.MULTIPLE_LOCATIONS,
        "address",
        address=make_finding("410 Bluebonnet Ln", 0.7),
    )

    assert [gap.problem for gap in asked(read)] == ["several_locations"]


POINT = {"latitude": 30.2672, "longitude": -97.7431}


@pytest.mark.parametrize(
    ("edit", "read", "prompt", "likely"),
    [
        (
            {"city": "Lockhart"},
            None,
            "Lockhart lies in Caldwell County. Is that right?",
            ["Caldwell"],
        ),
        (
            {"city": "Katy"},
            None,
            "Katy lies in Harris and Fort Bend County. In which is the site?",
            ["Harris", "Fort Bend"],
        ),
        (
            {"city": "Lockhart", "gps_coordinates": POINT},
            None,
            "The coordinates lie in Travis County. Is that right?",
            ["Travis"],
        ),
        (
            {"city": "Nowhere Springs"},
            "Hays",
            "The order seems to mean Hays County. Is that right?",
            ["Hays"],
        ),
        ({"city": "Nowhere Springs"}, None, "In which Texas county is the site?", []),
    ],
)
def test_a_county_that_nobody_has_named_follows_from_the_place(
    edit: dict[str, Any], read: str | None, prompt: str, likely: list[str]
) -> None:
    """It is suggested and never filled in: a wrong county sends the notice to the wrong people."""
    county = make_finding(read, 0.5) if read else None
    gaps = asked(make_extraction(county=county, **edit), county=None, **edit)

    (gap,) = [gap for gap in gaps if gap.field == "county"]
    assert (gap.suggested_prompt, gap.suggested_values) == (prompt, likely)


def test_of_several_counties_that_the_order_supports_one_is_asked_for() -> None:
    """The town is in one of them, but a document knows better than a table."""
    finding = rivals("Hays", "Caldwell").model_copy(update={"confidence": 0.4})
    (gap,) = asked(
        make_extraction(county=finding, city="Lockhart"), county=None, city="Lockhart"
    )

    assert gap.suggested_prompt == "In which county is the site: Hays or Caldwell?"


def test_several_sites_are_shown_in_the_order_of_their_numbers() -> None:
    """`The second` is answered to a list."""
    sites = rivals("410 Bluebonnet Ln", "12 Elm St")
    (gap,) = asked(reading_with(WarningCode.MULTIPLE_LOCATIONS, "address", address=sites))

    assert "(1: 410 Bluebonnet Ln; 2: 12 Elm St)" in str(gap.suggested_prompt)


def test_every_rule_on_the_reading_is_applied() -> None:
    """A rule that stands in no list asks nobody."""
    assert set(READING) <= set(RULES)


def test_without_a_document_there_is_nothing_to_ask_about_it() -> None:
    """A ticket may be typed."""
    assert gaps_of(make_ticket(), None) == []


@pytest.mark.parametrize(
    ("names", "text"),
    [((), ""), (("A",), "A"), (("A", "B"), "A or B"), (("A", "B", "C"), "A, B or C")],
)
def test_names_are_listed_as_in_a_sentence(names: tuple[str, ...], text: str) -> None:
    """Questions are read aloud."""
    assert listed(names, "or") == text
