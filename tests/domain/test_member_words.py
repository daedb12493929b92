"""What a member wrote beside its answer: what denies it, and what only stands beside it."""

import pytest

from domain.errors import RejectedError
from domain.following import Answer, respond
from domain.member_words import refuse_denied
from domain.responses import Outcome
from domain.ticket import TicketStatus
from tests.domain.lives import ANSWERED, DANA, GAS, make_life


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        ("Marked", "not marked yet, coming back tomorrow"),
        ("Marked", "not marked"),
        ("Marked", "Not yet."),
        ("Marked", "hasn\u2019t been fully marked"),
        ("Marked", "could not locate"),
        ("Marked", "will mark tomorrow"),
        ("Marked", "gas done; we'll locate the rest"),
        ("Marked", "marking it tomorrow"),
        ("Marked", "Coming back on Monday"),
        ("Marked", "will not be marked until Monday"),
        ("Marked", "not all marked when the crew left"),
        ("Marked", "partially"),
        ("Marked", "Partially marked, more to come"),
        ("MarkedToMeter", "located only in part"),
        ("MarkedToMeter", "not located"),
        ("Clear", "in conflict"),
        ("Clear", "Our line is in conflict with the bore"),
        ("Clear", "not clear"),
        ("NoMarkNeeded", "area is not clear yet"),
        ("SelfLocate", "not yet done"),
    ],
)
def test_words_that_deny_the_outcome_refuse_it(outcome: str, text: str) -> None:
    """Nobody digs on a "Marked" beside "not marked yet"."""
    with pytest.raises(RejectedError, match=f"The answer is {outcome}, but") as refused:
        refuse_denied(Outcome(outcome), [None, text])

    assert refused.value.field == "outcome"
    assert list(refused.value.suggested_values) == ["Delayed", "Partial", "InConflict"]


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        ("Marked", "marked; do not dig within 2 ft by machine"),
        ("Marked", "Marked in yellow."),
        ("Marked", "Marked, private lines are not marked"),
        ("Marked", "marked to the meter; customer owned lines not located"),
        ("Marked", "Marked. No other lines in conflict"),
        ("Marked", "marked, not in conflict"),
        ("Marked", "Marked. If in conflict, call 512-555-0142"),
        ("Marked", "Not to exceed 18 inches. Hand dig only."),
        ("Marked", "do not mark over the paint"),
        ("Marked", "marking good until Friday"),
        ("Marked", "digging will be done by hand only"),
        ("Marked", "if marks are lost we'll mark again"),
        ("Marked", "do not dig until 811 marks are verified; machine work is not done here"),
        ("Marked", "where in conflict call first"),
        ("Marked", "We will not mark private lines"),
        ("Marked", "paint on the partially paved drive"),
        ("Marked", "located yesterday, call before you return"),
        ("Clear", "not marked, no lines in the area"),
        ("Clear", "no conflict"),
        ("NoMarkNeeded", "not marked"),
        ("SelfLocate", "not marked by us"),
        ("Delayed", "not marked yet, coming back tomorrow"),
        ("Partial", "partially marked"),
        ("InConflict", "in conflict"),
    ],
)
def test_words_that_only_stand_beside_the_outcome_are_kept(outcome: str, text: str) -> None:
    """A condition is no denial, and what stays open may say so."""
    refuse_denied(Outcome(outcome), [text, None])


@pytest.mark.parametrize(
    "field", ["response_text", "marking_instructions", "special_instructions"]
)
def test_an_answer_that_denies_itself_closes_nothing(field: str) -> None:
    """Wherever the member wrote it."""
    ticket = make_life(TicketStatus.SUBMITTED, members=[GAS], member_responses=[])
    said = {"member_code": "ATM01", "outcome": "Marked", field: "not marked yet"}

    with pytest.raises(RejectedError, match="not marked yet"):
        respond(ticket, Answer.model_validate(said), now=ANSWERED, by=DANA)
