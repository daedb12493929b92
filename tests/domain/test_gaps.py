"""A gap: one question, the same one every time it is asked."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.gaps import ValidationGap, gap_id
from tests.builders import LATER, NOW

GAP = {
    "id": "gap-1",
    "category": "required_field",
    "field": "company",
    "problem": "field_missing",
    "severity": "required",
    "created_at": NOW,
}


def test_a_gap_has_the_same_id_in_every_run() -> None:
    """A repeated validation must update a gap and never add a second one."""
    assert gap_id("t", "phone", "field_missing") == gap_id("t", "phone", "field_missing")
    assert UUID(gap_id("t", "phone", "field_missing")).version == 5


def test_gaps_differ_by_ticket_by_field_and_by_problem() -> None:
    """Two questions under one id would answer each other."""
    gap_ids = {
        gap_id("t", "phone", "field_missing"),
        gap_id("u", "phone", "field_missing"),
        gap_id("t", "county", "field_missing"),
        gap_id("t", "phone", "invalid_format"),
    }

    assert len(gap_ids) == 4


def test_a_gap_is_open_until_it_is_resolved() -> None:
    """A resolved gap stays in the ticket as history."""
    gap = ValidationGap.model_validate(GAP)

    assert gap.is_open
    assert not gap.model_copy(update={"resolved_at": LATER}).is_open


def test_a_gap_found_again_keeps_its_birth_and_takes_the_new_words() -> None:
    """How long a question has waited is what a dispatcher sorts by."""
    earlier = ValidationGap.model_validate(GAP)
    found = ValidationGap.model_validate({**GAP, "created_at": LATER, "help_text": "new"})

    kept = found.kept_from(earlier)

    assert (kept.created_at, kept.help_text) == (NOW, "new")


@pytest.mark.parametrize(
    "wrong", [{"category": "mood"}, {"severity": "fatal"}, {"colour": "red"}], ids=str
)
def test_a_gap_in_words_nobody_agreed_on_is_refused(wrong: dict[str, str]) -> None:
    """The CustomGPT decides by these words."""
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        ValidationGap.model_validate({**GAP, **wrong})
