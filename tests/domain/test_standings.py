"""Where each facility of each member stands, and what the answers to a ticket amount to."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.responses import (
    Member,
    MemberResponse,
    Outcome,
    ResponseStatus,
    response_status,
    standings,
)
from tests.domain.lives import ANSWERED, DIGGING, GAS, POWER, SECOND, make_response

# A member of whose facilities the center told nothing.
UNLISTED = Member(code="ONC01")
Row = tuple[str, str | None, Outcome | None]


def rows(members: list[Member], *responses: MemberResponse) -> list[Row]:
    """Return member, facility and latest outcome of each row."""
    return [
        (row.member.code, row.facility, row.latest.outcome if row.latest else None)
        for row in standings(members, responses)
    ]


def status(*responses: MemberResponse, overdue: bool = False) -> ResponseStatus:
    """Return what these answers to a ticket of two members amount to."""
    return response_status(standings([GAS, POWER], responses), overdue=overdue)


def test_a_member_that_said_nothing_has_its_rows_all_the_same() -> None:
    """Silence must be seen to be asked about."""
    assert rows([GAS, POWER, UNLISTED]) == [
        ("ATM01", "gas", None),
        ("ONC01", "electric", None),
        ("ONC01", "fiber", None),
        ("ONC01", None, None),
    ]
    assert [row.name for row in standings([POWER, UNLISTED], [])] == [
        "ONC01 (electric)",
        "ONC01 (fiber)",
        "ONC01",
    ]


def test_an_answer_for_all_that_a_member_has_is_one_about_each() -> None:
    """A member that answers once means every line it has there."""
    whole = make_response("onc 01", None)

    assert rows([POWER], whole) == [
        ("ONC01", "electric", Outcome.MARKED),
        ("ONC01", "fiber", Outcome.MARKED),
    ]


def test_a_facility_is_known_in_any_case_and_no_other_is_meant() -> None:
    """Marked power says nothing about the fiber."""
    electric = make_response("ONC01", " Electric", Outcome.CLEAR)

    assert rows([POWER], electric) == [
        ("ONC01", "electric", Outcome.CLEAR),
        ("ONC01", "fiber", None),
    ]


def test_an_answer_of_another_member_is_not_counted() -> None:
    """The answers to one member's lines clear no other's."""
    assert rows([GAS], make_response("ONC01", None)) == [("ATM01", "gas", None)]


def test_a_member_without_a_list_has_what_its_answers_name() -> None:
    """The center does not always tell what a member has; one spelling more is no facility more."""
    named = [
        make_response("ONC01", "Fiber", Outcome.DELAYED),
        make_response("ONC01", "water", Outcome.CLEAR),
        make_response("ONC01", "fiber", at=ANSWERED + SECOND),
    ]

    assert rows([UNLISTED], *named) == [
        ("ONC01", "fiber", Outcome.MARKED),
        ("ONC01", "water", Outcome.CLEAR),
    ]


def test_one_marked_facility_does_not_close_a_conflict_about_all() -> None:
    """What else the member has there is listed nowhere: its own word about all of it counts."""
    conflict = make_response("ONC01", None, Outcome.IN_CONFLICT)
    marked = make_response("ONC01", "fiber", at=ANSWERED + SECOND)

    assert rows([UNLISTED], conflict, marked) == [
        ("ONC01", "fiber", Outcome.MARKED),
        ("ONC01", None, Outcome.IN_CONFLICT),
    ]
    assert rows([UNLISTED], conflict, marked, make_response("ONC01", None, at=DIGGING)) == [
        ("ONC01", "fiber", Outcome.MARKED),
        ("ONC01", None, Outcome.MARKED),
    ]


def test_the_latest_answer_wins_whatever_the_order_of_recording() -> None:
    """Somebody enters on Friday what the member said on Wednesday."""
    said = [
        make_response(outcome=Outcome.DELAYED, at=ANSWERED),
        make_response(outcome=Outcome.MARKED, at=ANSWERED + SECOND),
        make_response(facility=None, outcome=Outcome.IN_CONFLICT, at=ANSWERED + 2 * SECOND),
    ]

    assert {tuple(rows([GAS], *order)) for order in permutations(said)} == {
        (("ATM01", "gas", Outcome.IN_CONFLICT),)
    }


def test_of_two_answers_of_one_instant_the_one_recorded_last_wins() -> None:
    """It is the correction of the other."""
    wrong, right = make_response(outcome=Outcome.CLEAR), make_response(outcome=Outcome.DELAYED)

    assert rows([GAS], wrong, right) == [("ATM01", "gas", Outcome.DELAYED)]
    assert rows([GAS], right, wrong) == [("ATM01", "gas", Outcome.CLEAR)]


SAID = st.builds(
    make_response,
    st.sampled_from(["ATM01", "atm01", "ONC01", "OTHER"]),
    st.sampled_from(["gas", "electric", "Fiber", None]),
    st.sampled_from(list(Outcome)),
    at=st.integers(0, 10_000).map(lambda seconds: ANSWERED + seconds * SECOND),
)
MEMBERS = st.sampled_from([[GAS], [GAS, POWER], [GAS, UNLISTED], [UNLISTED]])


@given(
    MEMBERS, st.lists(SAID, max_size=6, unique_by=lambda one: one.response_date), st.randoms()
)
def test_what_answers_amount_to_does_not_depend_on_their_order(
    members: list[Member], said: list[MemberResponse], chance: Any
) -> None:
    """What counts is when the member said it, not when somebody typed it in."""
    shuffled = list(said)
    chance.shuffle(shuffled)

    first, second = standings(members, said), standings(members, shuffled)

    assert sorted(rows(members, *said), key=str) == sorted(rows(members, *shuffled), key=str)
    for overdue in (False, True):
        counted = response_status(first, overdue=overdue)
        assert counted is response_status(second, overdue=overdue)
        assert (counted is ResponseStatus.COMPLETE) == all(row.is_closed for row in first)


# What they amount to.


def test_nothing_is_complete_before_every_facility_is_closed() -> None:
    """A missing answer is silence, and silence is not clearance."""
    gas, electric, fiber = (
        make_response(),
        make_response("ONC01", "electric", Outcome.CLEAR),
        make_response("ONC01", "fiber", Outcome.DELAYED),
    )

    assert status() is ResponseStatus.PENDING
    assert status(gas) is ResponseStatus.PARTIAL
    assert status(fiber) is ResponseStatus.PARTIAL
    assert status(gas, electric, fiber) is ResponseStatus.PARTIAL
    assert status(gas, electric, make_response("ONC01", "fiber")) is ResponseStatus.COMPLETE
    assert response_status([], overdue=False) is ResponseStatus.PENDING


def test_an_overdue_answer_is_told_until_everything_is_closed() -> None:
    """Somebody must be called, however many others have answered."""
    gas, power = make_response(), make_response("ONC01", None)

    assert status(overdue=True) is ResponseStatus.NO_RESPONSE
    assert status(gas, overdue=True) is ResponseStatus.NO_RESPONSE
    assert status(gas, power, overdue=True) is ResponseStatus.COMPLETE
    assert response_status([], overdue=True) is ResponseStatus.NO_RESPONSE


@pytest.mark.parametrize("word", [Outcome.NONE, Outcome.OVERDUE])
def test_the_centers_word_for_silence_is_no_answer(word: Outcome) -> None:
    """The portal shows "Response Overdue" in the place of an answer: nobody has said it."""
    [row] = standings([GAS], [make_response(outcome=word)])

    assert (row.is_answered, row.is_closed) == (False, False)
    assert status(make_response(outcome=word)) is ResponseStatus.PENDING


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_row_is_closed_by_a_closing_answer_alone(outcome: Outcome) -> None:
    """An answer can say much and close nothing."""
    [row] = standings([GAS], [make_response(outcome=outcome)])
    [silent] = standings([GAS], [])

    assert row.is_closed is outcome.is_closing
    assert (silent.is_closed, silent.is_answered) == (False, False)
    assert row.is_answered or not row.is_closed
