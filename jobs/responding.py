"""Answers of members recorded, many at a time: each on its own, in order, and once.

What is sent again is found recorded and changes nothing, so a batch whose answer was lost can be
sent again as it is. All that is taken for one ticket is one commit.
"""

from collections.abc import Sequence

from domain.audit import Author, Change
from domain.errors import (
    ConflictError,
    NotFoundError,
    RejectedError,
    Texas811Error,
    UnavailableError,
)
from domain.responding import Answers, Respondent, respond_all
from domain.responses import MemberResponse
from jobs.acting import Scene, act, note_refusal
from jobs.job import Env

Fate = MemberResponse | Texas811Error
"""What was recorded, or why it was not."""


async def record_answers(
    env: Env,
    ticket_id: str,
    said: Sequence[Respondent],
    *,
    by: Author,
    version: int | None = None,
) -> list[Fate]:
    """Record what can be taken, and return for each answer what became of it.

    What is refused leaves its trace in the audit log, a copy leaves none. Raises NotFoundError if
    there is no such ticket, ConflictError if it is not at the version that the caller saw, and
    UnavailableError: if anything was recorded before, it will be found so when it is sent again.
    """
    looked: list[tuple[Scene, Answers]] = []

    def step(scene: Scene) -> Change | None:
        answers = respond_all(scene.ticket, said, now=scene.now, by=scene.by, codes=scene.codes)
        looked.append((scene, answers))  # another look, if somebody was faster
        return answers.change

    await act(env, ticket_id, step, by=by, version=version)
    scene, answers = looked[-1]
    refusals = [one for one in answers.outcomes if isinstance(one, RejectedError)]
    # The same refusal twice in one moment is one event.
    for refusal in {(one.field, one.problem): one for one in refusals}.values():
        await note_refusal(env, scene, refusal)
    return [*answers.outcomes]


async def record_responses(
    env: Env, said: Sequence[tuple[str, Sequence[Respondent]]], *, by: Author
) -> list[list[Fate]]:
    """Record responses that name their ticket by the center's number; return what became of each.

    A ticket that cannot be found, read or written holds up no other: its responses tell why.
    """
    found: list[list[Fate]] = [[] for _one in said]
    for number in dict.fromkeys(number for number, _answers in said):
        mine = [place for place, (one, _answers) in enumerate(said) if one == number]
        answers = [answer for place in mine for answer in said[place][1]]
        try:
            ticket_id = await _ticket_with(env, number)
            outcomes = iter(await record_answers(env, ticket_id, answers, by=by))
        except (ConflictError, NotFoundError, RejectedError, UnavailableError) as failure:
            outcomes = iter([failure] * len(answers))
        for place in mine:
            found[place] = [next(outcomes) for _answer in said[place][1]]
    return found


async def _ticket_with(env: Env, number: str) -> str:
    ticket_id = await env.store.numbers.owner(number)
    if ticket_id is None:
        raise RejectedError(
            f"No ticket here has the number {number}.",
            field="ticketNumber",
            remedy="Correct the number, or record the submission of its ticket first.",
        )
    return ticket_id
