"""What the operators of buried lines answered."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.responses import MemberResponse
from tests.builders import NOW

ANSWER: dict[str, Any] = {
    "id": "response-1",
    "member_code": "ATM",
    "member_name": "Atmos Energy",
    "response_type": "Clear",
    "response_date": NOW,
    "received_at": NOW,
}


def test_an_answer_grants_nothing_that_it_does_not_say() -> None:
    """A clearance by default could cost a life."""
    answer = MemberResponse.model_validate(ANSWER)

    assert answer.clearance_granted is False
    assert answer.requires_standby is False


def test_an_answer_is_the_same_after_a_round_trip() -> None:
    """It is evidence."""
    answer = MemberResponse.model_validate({**ANSWER, "marking_color": "yellow"})

    assert MemberResponse.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize(("field", "limit"), [("member_code", 10), ("member_name", 200)])
def test_a_members_name_and_code_have_the_specified_length(field: str, limit: int) -> None:
    """The limits are the specification's."""
    full = MemberResponse.model_validate({**ANSWER, field: "x" * limit})

    assert getattr(full, field) == "x" * limit
    with pytest.raises(ValidationError, match=f"at most {limit} characters"):
        MemberResponse.model_validate({**ANSWER, field: "x" * (limit + 1)})


def test_an_answer_of_an_unknown_kind_is_refused() -> None:
    """Whether it clears the site must not be guessed."""
    with pytest.raises(ValidationError, match="response_type"):
        MemberResponse.model_validate({**ANSWER, "response_type": "Maybe"})
