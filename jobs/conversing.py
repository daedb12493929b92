"""What a turn of a conversation has done is remembered, whoever else writes meanwhile."""

from typing import Literal

from domain.session import TEXT_CHARACTERS_MAX, TicketSession, remembered
from jobs.job import Env

Role = Literal["user", "assistant", "system"]


async def remember(  # noqa: PLR0913 - each is a thing that a turn has said
    env: Env,
    session_key: str,
    *,
    ticket_id: str | None = None,
    step: str | None = None,
    message: str | None = None,
    role: Role = "user",
) -> TicketSession:
    """Note in a conversation what a turn has done, and return it; it is begun if it is not there.

    The ticket is linked, the step is completed, the message is added with its time (cut at
    TEXT_CHARACTERS_MAX), and the conversation lasts on. Two turns at once are both remembered:
    nobody can come in between. Raises RejectedError for a key that cannot be one,
    UnavailableError if the disk does not take it.
    """
    said = {"role": role, "text": message[:TEXT_CHARACTERS_MAX]} if message else None
    now, lasts = env.clock(), env.sessions.lasts

    def step_of(before: TicketSession | None) -> TicketSession:
        session = before or TicketSession.begun(
            session_key, ticket_id=ticket_id, now=now, lasts=lasts
        )
        return remembered(
            session, ticket_id=ticket_id, step=step, said=dict(said or {}), until=(now, lasts)
        )

    return await env.sessions.change(session_key, step_of, now=now)
