"""Many answers of members at once, as a center or a member hands them in.

Each is judged as if it came alone, so that one that cannot be taken stands in no other's way; what
is taken is one change of the ticket.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.audit import Author, Change, change
from domain.duplicates import Recorded
from domain.errors import DuplicateError, RejectedError
from domain.following import Answer, response_of, sentence_of
from domain.moving import settled
from domain.responses import OUTCOME_OF_CODE, MemberResponse, Outcome
from domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Respondent:
    """An answer, and who hands it in."""

    answer: Answer
    by: Author


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of several answers: one change for all that were taken, if any was.

    `outcomes` has for each answer, in its place, what was taken, or why it was not.
    """

    change: Change | None
    outcomes: list[MemberResponse | RejectedError | DuplicateError]


def respond_all(
    ticket: Ticket,
    said: Iterable[Respondent],
    *,
    now: datetime,
    by: Author,
    codes: Mapping[str, Outcome] = OUTCOME_OF_CODE,
) -> Answers:
    """Return the ticket with all answers that can be taken; each is judged as if it came alone.

    In their order, so that of two that are the same the first is taken. `by` hands in the whole.
    """
    recorded = Recorded(ticket.member_responses)
    outcomes: list[MemberResponse | RejectedError | DuplicateError] = []
    taken, sentences = list(ticket.member_responses), []
    for one in said:
        try:
            response = response_of(
                ticket, one.answer, now=now, by=one.by, codes=codes, number=len(taken)
            )
            recorded.add(response, is_dated=one.answer.response_date is not None)
        except (RejectedError, DuplicateError) as refusal:
            outcomes.append(refusal)
        else:
            outcomes.append(response)
            taken.append(response)
            sentences.append(sentence_of(ticket, response, one.by))
    if not sentences:
        return Answers(None, outcomes)
    after = settled(ticket.revised(now=now, member_responses=taken), now)
    action = "response_recorded" if len(sentences) == 1 else "responses_recorded"
    made = change(ticket, after, by=by, action=action, notes=" ".join(sentences))
    return Answers(made, outcomes)
