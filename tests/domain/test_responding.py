"""Many answers at once: each judged alone, in order, all in one change."""

from typing import Any

from domain.audit import Actor, Author
from domain.errors import DuplicateError, RejectedError
from domain.following import Answer, respond
from domain.replay import replayed
from domain.responding import Answers, Respondent, respond_all
from domain.responses import MemberResponse, ResponseStatus
from domain.ticket import Ticket, TicketStatus
from tests.builders import make_event
from tests.domain.lives import ANSWERED, DANA, DIGGING, GAS, POWER, make_life, taken

LEE = Author(actor=Actor.TEXAS811_PORTAL, name="Lee Park")
GAS_MARKED = {"member_code": "ATM01", "facility": "gas", "outcome": "Marked"}
FIBER_CLEAR = {"member_code": "ONC01", "facility": "fiber", "outcome": "Clear"}
POWER_CLEAR = {**FIBER_CLEAR, "facility": "electric"}
NOBODY = {**GAS_MARKED, "member_code": "NOBODY"}


def silent() -> Ticket:
    return make_life(TicketStatus.SUBMITTED, members=[GAS, POWER], member_responses=[])


def answered(ticket: Ticket, *said: dict[str, Any], now: Any = ANSWERED) -> Answers:
    respondents = [Respondent(Answer.model_validate(one), LEE) for one in said]
    return respond_all(ticket, respondents, now=now, by=DANA)


def kinds(answers: Answers) -> list[type]:
    return [type(one) for one in answers.outcomes]


def test_what_can_be_taken_is_one_change_and_what_cannot_stands_in_no_way() -> None:
    """One wrong code of a member must not hold up the others."""
    answers = answered(silent(), GAS_MARKED, NOBODY, GAS_MARKED, FIBER_CLEAR)

    assert kinds(answers) == [MemberResponse, RejectedError, DuplicateError, MemberResponse]
    assert answers.change
    ticket, event = answers.change.ticket, answers.change.event
    assert ticket.response_status is ResponseStatus.PARTIAL
    assert ticket.member_responses == [answers.outcomes[0], answers.outcomes[3]]
    assert event.action == "responses_recorded"
    assert event.actor is Actor.USER
    assert event.notes == (
        "Lee Park: ATM01 (gas) answered Marked, Wed 2026-03-04 09:00 CST. "
        "Lee Park: ONC01 (fiber) answered Clear, Wed 2026-03-04 09:00 CST."
    )


def test_together_they_do_what_they_do_one_by_one() -> None:
    """Ids, order and status are those of a ticket that was answered to by the hour."""
    said = [GAS_MARKED, FIBER_CLEAR, POWER_CLEAR]
    together = answered(silent(), *said, now=DIGGING).change
    alone = silent()
    for one in said:
        answer = Answer.model_validate(one)
        alone = taken(respond(alone, answer, now=DIGGING, by=LEE))

    assert together
    assert together.event.to_status == alone.status == TicketStatus.READY_TO_DIG
    differ = {"member_responses", "version"}
    assert together.ticket.model_dump(exclude=differ) == alone.model_dump(exclude=differ)
    ids = [one.id for one in together.ticket.member_responses]
    assert len(set(ids)) == 3
    assert [one.model_dump(exclude={"id"}) for one in together.ticket.member_responses] == [
        one.model_dump(exclude={"id"}) for one in alone.member_responses
    ]


def test_the_same_batch_again_changes_nothing() -> None:
    """Whoever got no answer sends it again."""
    first = answered(silent(), GAS_MARKED, FIBER_CLEAR).change
    assert first

    again = answered(taken(first), GAS_MARKED, FIBER_CLEAR, now=DIGGING)

    assert again.change is None
    assert kinds(again) == [DuplicateError, DuplicateError]


def test_the_history_tells_the_whole_batch() -> None:
    """A ticket that was lost is made again from its events."""
    created = make_event(silent())
    ticket = silent().model_copy(update={"version": 1})
    change = answered(ticket, GAS_MARKED, FIBER_CLEAR).change

    assert change
    made = replayed([created, change.event])
    assert made.member_responses == change.ticket.member_responses
