"""What a person says in one turn about a draft: taken at once, with what was refused and why."""

from collections.abc import Sequence

from domain.audit import Author, Change
from domain.drafting import revalidate
from domain.taking import Said, Taken, take
from domain.ticket import Ticket
from jobs.acting import Scene, act, note_of
from jobs.job import Env


async def take_turn(
    env: Env, ticket_id: str, said: Sequence[Said], *, by: Author, version: int | None = None
) -> tuple[Ticket, Taken]:
    """State everything that can be taken, and return the ticket and what became of the rest.

    Raises RejectedError if nothing could be taken or the fields are locked, ConflictError if the
    ticket is not at the version that the caller saw.
    """
    looked: list[Taken] = []

    def step(scene: Scene) -> Change | None:
        change, taken = take(scene.ticket, said, scene.extraction, now=scene.now, by=scene.by)
        looked.append(taken)  # another look, if somebody was faster
        return change

    ticket = await act(env, ticket_id, step, by=by, version=version)
    return ticket, looked[-1]


async def validate(env: Env, ticket_id: str, *, by: Author) -> Ticket:
    """Validate a ticket by the rules of today and return it; nothing new, nothing committed.

    That a person asked for it is audited all the same.
    """
    looked: list[tuple[Scene, Change | None]] = []

    def step(scene: Scene) -> Change | None:
        change = revalidate(scene.ticket, scene.extraction, now=scene.now, by=scene.by)
        looked.append((scene, change))  # another look, if somebody was faster
        return change

    ticket = await act(env, ticket_id, step, by=by)
    scene, change = looked[-1]
    if by.name and change is None:
        await note_of(env, scene, "validation_asked", f"{by.name}: validated, nothing changed.")
    return ticket
