"""What named persons state: values that are kept as they were said."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from domain.statements import (
    Cancellation,
    Confirmation,
    Damage,
    Ground,
    LifeAgreement,
    SiteCheck,
    Standby,
)
from tests.builders import NOW
from tests.domain.lives import (
    AGREEMENT,
    CANCELLATION,
    CHECK,
    DAMAGE,
    DIGGING,
    GROUND,
    RELEASED,
    STANDBY,
)

CONFIRMATION = Confirmation(
    confirmed_at=NOW, confirmed_by="Dana Ruiz", packet_fingerprint="0" * 64
)
STATEMENTS = [
    AGREEMENT,
    CANCELLATION,
    CHECK,
    CONFIRMATION,
    DAMAGE,
    GROUND,
    RELEASED,
    STANDBY,
]


@pytest.mark.parametrize("said", STATEMENTS, ids=str)
def test_a_statement_is_kept_as_it_was_said(said: BaseModel) -> None:
    """It is evidence: the same after years in a file, and not to be altered."""
    assert type(said).model_validate_json(said.model_dump_json()) == said
    for name in type(said).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(said, name, None)


@pytest.mark.parametrize("said", STATEMENTS, ids=str)
def test_a_statement_says_nothing_that_it_has_no_word_for(said: BaseModel) -> None:
    """A misspelt field would be a statement that nobody reads."""
    with pytest.raises(ValidationError, match="Extra inputs"):
        type(said).model_validate({**said.model_dump(), "sumething": 1})


# Who says it, and what must not be blank.
NOT_BLANK: list[tuple[BaseModel, str, int]] = [
    (CHECK, "checked_by", 200),
    (STANDBY, "member_code", 10),
    (STANDBY, "arranged_by", 200),
    (STANDBY, "contact", 200),
    (GROUND, "raised_by", 200),
    (GROUND, "notes", 2000),
    (DAMAGE, "place", 2000),
    (DAMAGE, "facility", 200),
    (DAMAGE, "reported_by", 200),
    (AGREEMENT, "member_code", 10),
    (AGREEMENT, "signed_by_excavator", 200),
    (AGREEMENT, "signed_by_operator", 200),
    (AGREEMENT, "document", 2000),
    (CANCELLATION, "cancelled_by", 200),
    (CANCELLATION, "reason", 2000),
    (CONFIRMATION, "confirmed_by", 200),
]


@pytest.mark.parametrize(("said", "field", "limit"), NOT_BLANK, ids=str)
def test_a_statement_names_its_person_and_has_limits(
    said: BaseModel, field: str, limit: int
) -> None:
    """A blank is nobody, and a name is no novel."""

    def stated(value: str) -> Any:
        return type(said).model_validate({**said.model_dump(), field: value})

    assert getattr(stated(f" {'x' * limit} "), field) == "x" * limit
    for wrong in (" ", "x" * (limit + 1)):
        with pytest.raises(ValidationError, match=field):
            stated(wrong)


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        (
            SiteCheck,
            {
                "checked_at",
                "checked_by",
                "ticket_copy_on_site",
                "place_verified",
                "white_lines_verified",
                "no_unmarked_lines_seen",
            },
        ),
        (Standby, {"member_code", "arranged_at", "arranged_by", "contact"}),
        (Ground, {"id", "reason", "raised_at", "raised_by", "notes", "answer_due_at"}),
        (
            Damage,
            {
                "id",
                "occurred_at",
                "place",
                "facility",
                "reported_at",
                "reported_by",
                "notice_due_at",
                "report_due_at",
            },
        ),
        (
            LifeAgreement,
            {
                "member_code",
                "until",
                "signed_on",
                "signed_by_excavator",
                "signed_by_operator",
                "document",
            },
        ),
        (Cancellation, {"cancelled_at", "cancelled_by", "reason"}),
        (Confirmation, {"confirmed_at", "confirmed_by", "packet_fingerprint"}),
    ],
)
def test_a_statement_is_complete_or_is_none(kind: type[BaseModel], needed: set[str]) -> None:
    """Half a site check verifies nothing; an agreement that one party signed binds nobody."""
    required = {name for name, field in kind.model_fields.items() if field.is_required()}

    assert required == needed


def test_an_agreement_until_a_time_without_a_zone_is_refused() -> None:
    """Five hours of digging without a right to it would hang on a guess."""
    with pytest.raises(ValidationError, match="until"):
        LifeAgreement.model_validate({**AGREEMENT.model_dump(), "until": "2026-04-03T17:00:00"})


def test_an_emergency_is_attested_by_saying_so_alone() -> None:
    """Silence attests nothing."""
    assert CONFIRMATION.emergency_attested is False


def test_a_ground_is_open_until_it_is_settled() -> None:
    """That the four hours have passed settles nothing."""
    assert GROUND.is_open
    assert not GROUND.model_copy(update={"settled_at": DIGGING}).is_open


def test_a_damage_is_open_until_it_is_released() -> None:
    """The operator's word, and nothing else, frees the site."""
    assert DAMAGE.is_open
    assert not RELEASED.is_open
