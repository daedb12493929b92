"""Names, limits and words of the models are the customer's: a contract, compared word by word."""

from enum import StrEnum
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from domain.audit import AuditEvent
from domain.facts import DEPTH_INCHES_MAX, DURATION_DAYS_MAX, FREE_TEXT_CHARACTERS_MAX
from domain.gaps import ValidationGap
from domain.location import Geometry, GPSCoordinate
from domain.responses import MemberResponse
from domain.session import TicketSession
from domain.ticket import Ticket
from tests.builders import make_draft
from tests.domain import specification as spec

MODELS = [
    (GPSCoordinate, spec.GPS_COORDINATE_FIELDS),
    (Geometry, spec.GEOMETRY_FIELDS),
    (ValidationGap, spec.VALIDATION_GAP_FIELDS),
    (MemberResponse, spec.MEMBER_RESPONSE_FIELDS | spec.OUR_RESPONSE_FIELDS),
    (TicketSession, spec.SESSION_FIELDS | spec.OUR_SESSION_FIELDS),
    (AuditEvent, spec.AUDIT_EVENT_FIELDS | spec.OUR_EVENT_FIELDS),
    (Ticket, spec.TICKET_FIELDS | spec.OUR_TICKET_FIELDS),
]


@pytest.mark.parametrize(("model", "fields"), MODELS)
def test_a_model_has_the_fields_of_the_specification(
    model: type[BaseModel], fields: set[str]
) -> None:
    """Whoever reads our JSON was promised these names."""
    assert set(model.model_fields) == fields


@pytest.mark.parametrize(("words", "values"), spec.ENUMS.items())
def test_a_word_list_is_that_of_the_specification(
    words: type[StrEnum], values: list[str]
) -> None:
    """The portal and the CustomGPT know these words and no others."""
    assert [word.value for word in words] == values


@pytest.mark.parametrize(("field", "limit"), spec.TICKET_TEXT_LIMITS.items())
def test_a_text_may_be_as_long_as_the_specification_says(field: str, limit: int) -> None:
    """The portal cuts or refuses what is longer."""
    full = make_draft(**{field: "x" * limit})

    assert getattr(full, field) == "x" * limit
    with pytest.raises(ValidationError, match=f"at most {limit} characters"):
        make_draft(**{field: "x" * (limit + 1)})


@pytest.mark.parametrize("field", spec.TICKET_FREE_TEXTS)
def test_a_free_text_has_a_limit_of_our_own(field: str) -> None:
    """A limit on everything: a megabyte of directions is a mistake or an attack."""
    full = make_draft(**{field: "x" * FREE_TEXT_CHARACTERS_MAX})

    assert len(getattr(full, field)) == FREE_TEXT_CHARACTERS_MAX
    with pytest.raises(ValidationError, match="at most"):
        make_draft(**{field: "x" * (FREE_TEXT_CHARACTERS_MAX + 1)})


def test_a_phone_has_at_least_ten_characters() -> None:
    """A number without its area code reaches nobody from outside."""
    assert make_draft(phone="5125550142").phone == "5125550142"
    with pytest.raises(ValidationError, match="at least 10 characters"):
        make_draft(phone="512555014")


@pytest.mark.parametrize(
    ("field", "limit"),
    [("depth_inches", DEPTH_INCHES_MAX), ("duration_days", DURATION_DAYS_MAX)],
)
def test_a_measure_is_neither_negative_nor_absurd(field: str, limit: int) -> None:
    """No excavator digs upwards, or a thousand feet down."""
    assert getattr(make_draft(**{field: 0}), field) == 0
    assert getattr(make_draft(**{field: limit}), field) == limit
    for absurd in (-1, limit + 1):
        with pytest.raises(ValidationError):
            make_draft(**{field: absurd})


@pytest.mark.parametrize(("field", "default"), spec.TICKET_DEFAULTS.items())
def test_a_field_nobody_filled_says_what_the_specification_says(
    field: str, default: Any
) -> None:
    """Old files leave out what stood at its default."""
    assert getattr(make_draft(), field) == default


@pytest.mark.parametrize(
    "field",
    [
        *spec.TICKET_TEXT_LIMITS,
        *spec.TICKET_FREE_TEXTS,
        *spec.TICKET_INTEGERS,
    ],
)
def test_a_draft_may_lack_even_what_a_submission_needs(field: str) -> None:
    """What is missing is a gap and never a reason to lose a work order."""
    assert getattr(make_draft(), field) is None


@pytest.mark.parametrize("field", spec.TICKET_MOMENTS)
def test_a_moment_is_kept_as_an_instant_in_utc(field: str) -> None:
    """A deadline that is an hour off is a fine."""
    ticket = make_draft(**{field: "2026-03-02T09:00:00-06:00"})

    assert getattr(ticket, field).isoformat() == "2026-03-02T15:00:00+00:00"


def test_the_id_and_the_three_times_of_a_ticket_are_given_to_it() -> None:
    """The domain has neither a clock nor chance: both stay at the border."""
    with pytest.raises(ValidationError) as refused:
        Ticket.model_validate({})

    missing = {error["loc"][0] for error in refused.value.errors()}
    assert missing == {"id", "created_at", "updated_at", "requested_at"}
