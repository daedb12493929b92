"""Which answer is a copy of one that stands, and which is another."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ConflictError, DuplicateError
from domain.following import Answer, respond
from domain.responding import Respondent, respond_all
from domain.responses import Outcome
from domain.ticket import Ticket, TicketStatus
from tests.domain.lives import (
    ANSWERED,
    DANA,
    DIGGING,
    GAS,
    POWER,
    SECOND,
    START,
    make_life,
    taken,
)

FIRST: dict[str, Any] = {"member_code": "ATM01", "facility": "gas", "outcome": "Marked"}
DATED = {**FIRST, "response_date": ANSWERED - SECOND}


def answered(ticket: Ticket, said: dict[str, Any], *, now: Any = ANSWERED) -> Ticket:
    answer = Answer.model_validate(said)
    return taken(respond(ticket, answer, now=now, by=DANA))


@pytest.fixture
def silent() -> Ticket:
    """Return a submitted ticket that nobody has answered to."""
    return make_life(TicketStatus.SUBMITTED, members=[GAS, POWER], member_responses=[])


@pytest.mark.parametrize("first", [FIRST, DATED], ids=["undated", "dated"])
def test_the_same_answer_is_taken_once(silent: Ticket, first: dict[str, Any]) -> None:
    """A network that lost our answer makes its sender say it again."""
    ticket = answered(silent, first)

    with pytest.raises(DuplicateError, match="is recorded already") as refused:
        answered(ticket, first, now=DIGGING)

    assert isinstance(refused.value, ConflictError)
    assert "state when" in (refused.value.remedy or "")


@pytest.mark.parametrize(
    "change",
    [
        {"member_code": " atm-01 "},
        {"facility": "GAS"},
        {"outcome": None, "center_code": "Located - Facilities Marked"},
    ],
    ids=["code", "facility", "in the center's words"],
)
def test_how_it_is_spelt_makes_no_other_answer(silent: Ticket, change: dict[str, Any]) -> None:
    """Centers and people write the same thing in their own ways."""
    ticket = answered(silent, FIRST)

    with pytest.raises(DuplicateError):
        answered(ticket, {**FIRST, **change}, now=DIGGING)


@pytest.mark.parametrize(
    "change",
    [
        {"member_code": "ONC01", "facility": "fiber"},
        {"facility": None},
        {"outcome": "InConflict"},
        {"requires_standby": True},
        {"response_text": "Three flags."},
        {"special_instructions": "Hand dig."},
        {"response_date": START},
    ],
    ids=["member", "facility", "outcome", "standby", "text", "instruction", "date"],
)
def test_what_says_something_new_is_another_answer(
    silent: Ticket, change: dict[str, Any]
) -> None:
    """To refuse it would lose evidence, or a wish that stops the digging."""
    ticket = answered(silent, FIRST)

    after = answered(ticket, {**FIRST, **change}, now=DIGGING)

    assert len(after.member_responses) == 2


def test_a_dated_answer_is_told_by_its_date_and_not_by_its_remarks(silent: Ticket) -> None:
    """A member says the same of the same facility at one moment only once."""
    ticket = answered(silent, DATED)

    with pytest.raises(DuplicateError) as refused:
        answered(ticket, {**DATED, "response_text": "Three flags."})
    standby = answered(ticket, {**DATED, "requires_standby": True})
    later = answered(ticket, {**DATED, "response_date": ANSWERED})

    assert refused.value.field == "response_date"
    assert len(standby.member_responses) == len(later.member_responses) == 2


def test_a_copy_does_not_bring_back_what_the_member_took_back(silent: Ticket) -> None:
    """The batch with the mark is sent again after the member has found another line."""
    marked = answered(silent, FIRST)
    reopened = answered(marked, {**FIRST, "outcome": "InConflict"}, now=START)

    with pytest.raises(DuplicateError):
        answered(reopened, FIRST, now=DIGGING)
    dated = answered(reopened, {**FIRST, "response_date": DIGGING}, now=DIGGING)
    remarked = answered(reopened, {**FIRST, "response_text": "Marked again."}, now=DIGGING)

    assert dated.member_responses[-1].outcome is Outcome.MARKED
    assert remarked.member_responses[-1].outcome is Outcome.MARKED


@pytest.mark.parametrize(
    ("stops", "clears"),
    [
        ({"outcome": "InConflict"}, {}),
        ({"outcome": "Delayed"}, {}),
        ({"outcome": None, "center_code": "X-17"}, {}),
        ({"requires_standby": True}, {}),
        ({"outcome": "InConflict", "facility": None}, {}),
        ({"outcome": "InConflict"}, {"facility": None}),
        ({"outcome": "InConflict", "facility": None}, {"facility": None}),
    ],
    ids=[
        "conflict",
        "delay",
        "unknown code",
        "standby",
        "about all",
        "cleared with all",
        "about all, cleared with all",
    ],
)
def test_what_stops_the_digging_again_is_news(
    silent: Ticket, stops: dict[str, Any], clears: dict[str, Any]
) -> None:
    """To refuse the second conflict as a copy of the first would leave the facility cleared."""
    stopped = answered(silent, {**FIRST, **stops})
    cleared = answered(stopped, {**FIRST, **clears}, now=START)

    again = answered(cleared, {**FIRST, **stops}, now=DIGGING)

    assert len(again.member_responses) == 3
    [row] = [row for row in again.standings if row.facility == "gas"]
    assert row.latest == again.member_responses[-1]
    with pytest.raises(DuplicateError):
        answered(again, {**FIRST, **stops}, now=DIGGING + SECOND)


def test_what_is_older_than_what_counts_does_not_make_it_a_copy(silent: Ticket) -> None:
    """On Friday somebody enters the conflict of Wednesday, and the mark of Thursday counts."""
    conflict = {**FIRST, "outcome": "InConflict"}
    marked = answered(silent, {**FIRST, "response_date": START}, now=START)
    late = answered(marked, {**conflict, "response_date": ANSWERED}, now=DIGGING)

    again = answered(late, conflict, now=DIGGING)

    assert again.member_responses[-1].outcome is Outcome.IN_CONFLICT
    assert again.member_responses[-1].response_date == DIGGING


SAYS = st.fixed_dictionaries(
    {
        "member_code": st.just("ONC01"),
        "facility": st.sampled_from(["electric", "fiber", None]),
        "outcome": st.sampled_from(["Marked", "Clear", "InConflict", "Delayed"]),
    }
)


@given(st.lists(SAYS, max_size=8), SAYS)
def test_whoever_stops_the_digging_last_has_stopped_it(
    before: list[dict[str, Any]], last: dict[str, Any]
) -> None:
    """Whatever was said before, and whether it is taken or refused as a copy."""
    ticket = make_life(TicketStatus.SUBMITTED, members=[POWER], member_responses=[])
    said = [Respondent(Answer.model_validate(one), DANA) for one in [*before, last]]
    change = respond_all(ticket, said, now=ANSWERED, by=DANA).change

    assert change
    if last["outcome"] in ("InConflict", "Delayed"):
        about = [
            row for row in change.ticket.standings if last["facility"] in (row.facility, None)
        ]
        assert {row.latest and row.latest.outcome for row in about} == {last["outcome"]}


def test_two_unknown_codes_are_two_answers(silent: Ticket) -> None:
    """Nobody knows that they mean the same."""
    said = {**FIRST, "outcome": None}
    ticket = answered(silent, {**said, "center_code": "X-17"})

    other = answered(ticket, {**said, "center_code": "X-18"})
    with pytest.raises(DuplicateError):
        answered(other, {**said, "center_code": "x 18"}, now=ANSWERED + timedelta(days=1))
