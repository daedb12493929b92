"""What was read from a document, and what the client's word does to it."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.extraction import (
    STATED,
    DocumentKind,
    Extraction,
    ExtractionWarning,
    Finding,
    Span,
    WarningCode,
)
from domain.facts import REQUIRED_FIELDS, TicketFacts
from tests.builders import make_extraction, make_finding

NOTHING = Extraction(reader_version="1", kind=DocumentKind.UNREADABLE)
POINT = {"latitude": 30.2672, "longitude": -97.7431}


def only(**findings: Finding) -> Extraction:
    """Return a reading that found these fields and no others."""
    return Extraction(reader_version="1", kind=DocumentKind.WORK_ORDER, fields=findings)


def test_a_document_that_says_nothing_is_known_by_nothing() -> None:
    """A blank page must not look half sure."""
    assert NOTHING.confidence == 0.0
    assert only(pole_id=make_finding("P-7", 1.0)).confidence == 0.0


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=len(REQUIRED_FIELDS)))
def test_confidence_is_the_geometric_mean_times_the_share_found(sure: list[float]) -> None:
    """One bad value or one missing field must pull the whole down."""
    fields = dict(zip(REQUIRED_FIELDS, (make_finding("x", one) for one in sure), strict=False))

    extraction = only(**fields, pole_id=make_finding("P-7", 0.01))

    mean = math.exp(sum(map(math.log, sure)) / len(sure))
    assert extraction.confidence == pytest.approx(mean * len(sure) / 7, abs=1e-4)


def test_a_document_that_is_wholly_sure_has_confidence_one() -> None:
    """The scale ends at one, without a rounding error above it."""
    assert make_extraction(1.0).confidence == 1.0


@pytest.mark.parametrize(
    ("confidence", "taken"), [(0.0, False), (0.5999, False), (0.60, True), (1.0, True)]
)
def test_a_value_is_filled_in_from_sixty_percent(confidence: float, *, taken: bool) -> None:
    """Below, it is a suggestion: shown, and never filled in."""
    extraction = only(city=make_finding("Austin", confidence))

    assert extraction.taken() == ({"city": "Austin"} if taken else {})
    assert extraction.fields["city"].is_taken is taken


def test_what_the_client_states_is_put_above_what_was_read() -> None:
    """A person who names the city knows better than a document."""
    after = make_extraction(0.9).with_stated(TicketFacts(city="Dallas"))

    assert after.taken()["city"] == "Dallas"
    assert after.fields["city"].confidence == 1.0
    assert after.fields["city"].producer == STATED
    assert after.fields["county"] == make_extraction(0.9).fields["county"]


def test_a_document_that_contradicts_the_client_is_kept_and_warned_about() -> None:
    """Somebody is wrong, and a person should see both."""
    span = Span(quote="City: Austin", line=3)
    read = only(city=make_finding("Austin", 0.8, spans=[span]))

    after = read.with_stated(TicketFacts(city="Dallas"))

    assert [one.value for one in after.fields["city"].alternatives] == ["Austin"]
    assert after.fields["city"].alternatives[0].confidence == 0.8
    warning = after.warnings[0]
    assert (warning.code, warning.field) == (WarningCode.CONFLICTING_VALUES, "city")
    assert warning.spans == [span]
    assert "'Austin'" in warning.message
    assert "'Dallas'" in warning.message


def test_a_mere_suggestion_contradicts_nobody() -> None:
    """It is kept as an alternative; a warning for a guess would train people to ignore them."""
    after = only(city=make_finding("Austin", 0.4)).with_stated(TicketFacts(city="Dallas"))

    assert [one.value for one in after.fields["city"].alternatives] == ["Austin"]
    assert after.warnings == []


@pytest.mark.parametrize(
    ("field", "read", "stated"),
    [
        ("city", "Austin", "Austin"),
        ("is_blasting", False, False),
        ("gps_coordinates", {**POINT, "source": "extracted"}, POINT),
        ("gps_coordinates", POINT, {**POINT, "source": "manual", "confidence": 1.0}),
    ],
)
def test_a_client_who_says_the_same_contradicts_nothing(
    field: str, read: Any, stated: Any
) -> None:
    """How a place came to be known is no part of where it is."""
    facts = TicketFacts.model_validate({field: stated})

    after = only(**{field: make_finding(read, 0.9)}).with_stated(facts)

    assert after.warnings == []
    assert after.fields[field].alternatives == []


def test_another_point_than_the_documents_is_a_contradiction() -> None:
    """Two places cannot both be the site."""
    facts = TicketFacts.model_validate({"gps_coordinates": {**POINT, "latitude": 31.0}})

    after = only(gps_coordinates=make_finding(POINT)).with_stated(facts)

    assert [warning.field for warning in after.warnings] == ["gps_coordinates"]


def test_what_the_client_leaves_open_stays_as_it_was_read() -> None:
    """To send nothing is not to deny anything."""
    extraction = make_extraction()

    assert extraction.with_stated(TicketFacts()) == extraction


def test_stating_facts_does_not_change_the_reading_itself() -> None:
    """The reading is what the document says, whoever contradicts it."""
    read = only(city=make_finding("Austin"))

    read.with_stated(TicketFacts(city="Dallas"))

    assert read == only(city=make_finding("Austin"))


def test_a_reading_is_the_same_after_a_round_trip() -> None:
    """The same document gives the same bytes in every rerun."""
    span = Span(quote="Austin", page=2, box=(1.0, 2.0, 3.0, 4.5))
    finding = make_finding("Austin", spans=[span], rule="after_label")
    extraction = make_extraction(city=finding).with_stated(TicketFacts(city="Dallas"))

    assert Extraction.model_validate_json(extraction.model_dump_json()) == extraction


def test_a_warning_reads_as_code_and_sentence() -> None:
    """It stands in the ticket as one line of text."""
    warning = ExtractionWarning(code=WarningCode.OCR_USED, message="The pages are pictures.")

    assert str(warning) == "ocr_used: The pages are pictures."


@pytest.mark.parametrize("confidence", [-0.01, 1.01, float("nan")])
def test_a_confidence_beyond_certainty_is_refused(confidence: float) -> None:
    """A broken producer must not win every conflict."""
    with pytest.raises(ValidationError, match="confidence"):
        make_finding("Austin", confidence)
