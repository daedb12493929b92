"""What the operators of buried lines answered, in the center's words and in ours."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.errors import RejectedError
from domain.responses import (
    CLOSING,
    FACILITIES_MAX,
    OUTCOME_OF_CODE,
    TYPE_OF,
    Member,
    MemberResponse,
    Outcome,
    code_key,
    due_for,
    find_member,
    outcome_of,
)
from tests.builders import CUSTOMER_RESPONSE, LATER, NOW
from tests.domain.lives import GAS, POWER

ANSWER: dict[str, Any] = {
    "id": "response-1",
    "member_code": "ATM",
    "member_name": "Atmos Energy",
    "response_type": "Clear",
    "response_date": NOW,
    "received_at": NOW,
}
# One answer.


def test_an_answer_grants_nothing_that_it_does_not_say() -> None:
    """A clearance by default could cost a life."""
    answer = MemberResponse.model_validate(ANSWER)

    assert answer.clearance_granted is False
    assert answer.requires_standby is False
    assert answer.is_late is False


def test_an_answer_is_the_same_after_a_round_trip() -> None:
    """It is evidence."""
    answer = MemberResponse.model_validate({**ANSWER, "marking_color": "yellow"})

    assert MemberResponse.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize(
    ("field", "limit"),
    [("member_code", 10), ("member_name", 200), ("facility", 60), ("center_code", 300)],
)
def test_the_words_of_an_answer_have_the_specified_length(field: str, limit: int) -> None:
    """The limits are the specification's, and ours where it has none."""
    full = MemberResponse.model_validate({**ANSWER, field: "x" * limit})

    assert getattr(full, field) == "x" * limit
    with pytest.raises(ValidationError, match=f"at most {limit} characters"):
        MemberResponse.model_validate({**ANSWER, field: "x" * (limit + 1)})


def test_an_answer_of_an_unknown_kind_is_refused() -> None:
    """Whether it clears the site must not be guessed."""
    with pytest.raises(ValidationError, match="response_type"):
        MemberResponse.model_validate({**ANSWER, "response_type": "Maybe"})
    with pytest.raises(ValidationError, match="valid dictionary"):
        MemberResponse.model_validate("Clear")


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("Positive", Outcome.MARKED),
        ("Clear", Outcome.CLEAR),
        ("Standby", Outcome.STANDBY_REQUIRED),
        ("Negative", Outcome.UNKNOWN),
        ("Damaged", Outcome.UNKNOWN),
    ],
)
def test_an_answer_in_the_specifications_word_alone_has_its_outcome(
    word: str, outcome: Outcome
) -> None:
    """What "Negative" denies is not known, and "Damaged" is no answer: both stay open."""
    answer = MemberResponse.model_validate({**CUSTOMER_RESPONSE, "response_type": word})

    assert answer.outcome is outcome
    assert answer.outcome.is_closing is (word in {"Positive", "Clear"})


def test_a_stated_outcome_is_not_derived_again() -> None:
    """The specification has one word for several outcomes; the exact one is kept."""
    answer = MemberResponse.model_validate({**ANSWER, "outcome": "SelfLocate"})

    assert answer.outcome is Outcome.SELF_LOCATE


# The center's codes.


def test_only_five_outcomes_close_and_the_others_block() -> None:
    """An outcome that is added later blocks the digging until somebody decides about it."""
    assert {outcome.value for outcome in Outcome if outcome.is_closing} == {
        "Marked",
        "Clear",
        "NoMarkNeeded",
        "MarkedToMeter",
        "SelfLocate",
    }
    assert set(TYPE_OF) == CLOSING | {Outcome.STANDBY_REQUIRED}


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("Clear - No Conflict", Outcome.CLEAR),
        ("  ALL CLEAR ", Outcome.CLEAR),
        ("no_conflict", Outcome.CLEAR),
        ("Located", Outcome.MARKED),
        ("Located - Facilities Marked", Outcome.MARKED),
        ("facilities marked", Outcome.MARKED),
        ("No marking needed", Outcome.NO_MARK_NEEDED),
        ("Located to Meter Only", Outcome.MARKED_TO_METER),
        ("LocatedToMeter", Outcome.MARKED_TO_METER),
        ("Utility Generated Ticket - Self Locate", Outcome.SELF_LOCATE),
        ("Locate Delayed", Outcome.DELAYED),
        ("Cannot Locate - Contact Utility", Outcome.CANNOT_LOCATE),
        ("In Conflict", Outcome.IN_CONFLICT),
        ("conflict", Outcome.IN_CONFLICT),
        ("No Response", Outcome.NONE),
        ("Response Overdue", Outcome.OVERDUE),
        ("Standby Required", Outcome.STANDBY_REQUIRED),
        ("Not clear", Outcome.UNKNOWN),
        ("Unmarked", Outcome.UNKNOWN),
        ("Clear?", Outcome.UNKNOWN),
        ("marked?", Outcome.UNKNOWN),
        ("!clear", Outcome.UNKNOWN),
        ("(no) conflict", Outcome.UNKNOWN),
        ("No, conflict", Outcome.UNKNOWN),
        ("No. Conflict.", Outcome.UNKNOWN),
        ("no - conflict", Outcome.UNKNOWN),
        ("no\nconflict", Outcome.UNKNOWN),
        ("NO-CONFLICT.", Outcome.CLEAR),
        ("7", Outcome.UNKNOWN),
        ("", Outcome.UNKNOWN),
    ],
)
def test_a_code_is_known_in_any_case_and_a_strange_one_stays_open(
    code: str, outcome: Outcome
) -> None:
    """A code that nobody has mapped must not open the ground."""
    assert outcome_of(code) is outcome


def test_every_key_of_the_codes_can_be_found() -> None:
    """A key that `code_key` never makes would be an answer that never counts."""
    assert [key for key in OUTCOME_OF_CODE if key != code_key(key)] == []
    assert {outcome_of(outcome) for outcome in Outcome} == set(Outcome)


def test_an_installation_has_codes_of_its_own() -> None:
    """Texas811 publishes no list of its codes."""
    assert outcome_of("007", {"007": Outcome.CLEAR}) is Outcome.CLEAR
    assert outcome_of("0/0-7*", {"007": Outcome.CLEAR}) is Outcome.CLEAR
    assert outcome_of("007?", {"007": Outcome.CLEAR}) is Outcome.UNKNOWN
    assert outcome_of("Clear", {"007": Outcome.CLEAR}) is Outcome.UNKNOWN


# The members.


def test_a_member_is_found_in_any_case_and_with_stray_blanks() -> None:
    """Codes are typed from a screen, a mail or a telephone."""
    assert find_member([GAS, POWER], " onc-01 ") is POWER
    assert find_member([GAS, POWER], "ONC1") is None


def test_a_members_extension_moves_its_due_time_and_only_later() -> None:
    """An operator may declare extraordinary circumstances (251.158); it cannot hurry itself."""
    extended = GAS.model_copy(update={"extended_until": LATER})

    assert due_for(GAS, NOW) == NOW
    assert due_for(extended, NOW) == LATER
    assert due_for(GAS.model_copy(update={"extended_until": NOW}), LATER) == LATER
    assert due_for(extended, None) is None


@pytest.mark.parametrize(
    "spoilt",
    [
        {"code": " "},
        {"code": "A" * 11},
        {"name": "x" * 201},
        {"facilities": [""]},
        {"facilities": ["x" * 61]},
        {"facilities": ["gas"] * 51},
        {"extended_until": "2026-03-04T10:00:00"},
        {"color": "red"},
    ],
    ids=str,
)
def test_a_member_has_limits_and_says_no_time_without_a_zone(spoilt: dict[str, Any]) -> None:
    """A list from outside must not be endless, and a time not hours wrong."""
    with pytest.raises(ValidationError):
        Member.model_validate({"code": "ATM01", **spoilt})


def test_what_is_said_of_a_member_later_takes_nothing_back() -> None:
    """A facility that is left out may still lie in the ground."""
    said = Member(code=" onc01", facilities=["FIBER", "street light"], extended_until=LATER)

    amended = POWER.amended(said)

    assert amended == POWER.model_copy(
        update={"facilities": ["electric", "fiber", "street light"], "extended_until": LATER}
    )
    twin = amended.amended(Member(code="ONC01", facilities=["fiber +"]))
    assert twin.facilities == [*amended.facilities, "fiber +"]
    assert amended.amended(Member(code="ONC01", extended_until=None)).extended_until is None
    assert amended.amended(Member(code="ONC01", name="Oncor Electric")) == amended.model_copy(
        update={"name": "Oncor Electric"}
    )


def test_a_member_has_no_more_facilities_than_are_kept() -> None:
    """Fifty of one member at one site is a mistake already."""
    full = Member(code="A", facilities=[f"line {number}" for number in range(FACILITIES_MAX)])

    assert POWER.amended(POWER) == POWER
    assert full.amended(Member(code="A", facilities=["LINE 7"])) == full
    with pytest.raises(RejectedError, match="A can have at most 50 facilities") as no:
        full.amended(Member(code="A", facilities=["one more"]))
    assert (no.value.field, no.value.remedy) == ("facilities", "Leave out what lies elsewhere.")
