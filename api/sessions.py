"""Conversations: begun, continued, extended, ended; and all of them, for who runs the service."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Self

from fastapi import APIRouter, Query, status
from pydantic import BaseModel, ConfigDict, Field

from api.auth import needs
from api.routing import Router
from domain.access import Permission
from domain.moment import Moment
from domain.session import ConversationState, SessionUpdate, TicketSession
from jobs.job import Env

KEY_BYTES = 24  # of chance: nobody guesses another's conversation
KEY_BEGINS = "talk-"  # and not with a hyphen, which a command line takes for an option
EXTENSION_HOURS_MAX = 168
PAGE_SIZE_MAX = 100
SECOND = timedelta(seconds=1)


class Beginning(BaseModel):
    """A conversation to begin; without a key it gets one that nobody can guess."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session_key: str | None = Field(
        None, description="1 to 64 letters, digits, hyphens or underscores."
    )
    ticket_id: str | None = None


class NextTurn(SessionUpdate):
    """What one turn changes; where `version` is given, a turn on another version is refused."""

    version: int | None = Field(default=None, ge=1)


class Extension(BaseModel):
    """How long a conversation shall wait for its next turn, from now; else as long as any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: float | None = Field(None, gt=0, le=EXTENSION_HOURS_MAX)


class SessionView(TicketSession):
    """A conversation, and for how many seconds it still waits for its next turn."""

    seconds_left: int

    @classmethod
    def at(cls, session: TicketSession, now: datetime) -> Self:
        return cls.model_validate(
            {**session.model_dump(), "seconds_left": seconds_left(session, now)}
        )


class SessionLine(BaseModel):
    """One conversation in the list, without what was said."""

    session_key: str
    ticket_id: str | None
    conversation_state: ConversationState
    current_step: str | None
    version: int
    created_at: Moment
    last_activity_at: Moment
    expires_at: Moment
    message_count: int
    seconds_left: int

    @classmethod
    def at(cls, session: TicketSession, now: datetime) -> Self:
        return cls.model_validate(
            {
                **session.model_dump(include=set(cls.model_fields)),
                "message_count": len(session.messages),
                "seconds_left": seconds_left(session, now),
            }
        )


class SessionPage(BaseModel):
    """A part of the list, who was active last first. `damaged` names files that cannot be read."""

    sessions: list[SessionLine]
    total: int
    damaged: list[str]


def seconds_left(session: TicketSession, now: datetime) -> int:
    """Return for how many whole seconds a conversation still waits for its next turn."""
    return max(0, (session.expires_at - now) // SECOND)


def routes(env: Env) -> APIRouter:
    """Return the routes of conversations over this store."""
    router = Router(tags=["sessions"])
    router.include_router(_beginnings(env))
    router.include_router(_turns(env))

    @router.get("/sessions", dependencies=[needs(Permission.OPERATE)])
    async def list_sessions(
        limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE_MAX,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> SessionPage:
        """List the conversations under way, the one that was active last first."""
        now = env.clock()
        survey = await env.store.sessions.survey()
        living = [one for one in survey.sessions if not one.is_lapsed(now=now)]
        lines = [SessionLine.at(one, now) for one in living[offset : offset + limit]]
        return SessionPage(sessions=lines, total=len(living), damaged=survey.damaged)

    return router


def _beginnings(env: Env) -> APIRouter:
    router = Router(dependencies=[needs(Permission.DRAFT)])

    @router.post("/sessions", status_code=status.HTTP_201_CREATED)
    async def create_session(body: Beginning) -> SessionView:
        """Begin a conversation, of a ticket or of none yet.

        The same again, before anything was said, answers with the same conversation; a key that
        is under way otherwise is a 409.
        """
        if body.ticket_id is not None:
            await env.store.tickets.get(body.ticket_id)
        key, now = body.session_key, env.clock()
        if key is None:
            key = KEY_BEGINS + secrets.token_urlsafe(KEY_BYTES)
        session = await env.sessions.create(key, ticket_id=body.ticket_id, now=now)
        return SessionView.at(session, now)

    return router


def _turns(env: Env) -> APIRouter:
    router = Router(dependencies=[needs(Permission.DRAFT)])

    @router.post("/sessions/{session_key:path}/extend")
    async def extend_session(session_key: str, body: Extension) -> SessionView:
        """Let a conversation wait longer for its next turn; it is never cut short."""
        now = env.clock()
        lasts = None if body.hours is None else timedelta(hours=body.hours)
        return SessionView.at(await env.sessions.extend(session_key, now=now, lasts=lasts), now)

    @router.get("/sessions/{session_key:path}")
    async def get_session(session_key: str) -> SessionView:
        """Show a conversation that is under way."""
        now = env.clock()
        return SessionView.at(await env.sessions.get(session_key, now=now), now)

    @router.patch("/sessions/{session_key:path}")
    async def continue_session(session_key: str, body: NextTurn) -> SessionView:
        """Continue a conversation: data is merged, messages are added, all else is replaced.

        It lasts on from this turn. Two turns at once are both kept, unless one names a `version`.
        """
        if body.ticket_id is not None:
            await env.store.tickets.get(body.ticket_id)
        now = env.clock()
        after = await env.sessions.update(session_key, body, now=now, version=body.version)
        return SessionView.at(after, now)

    @router.delete("/sessions/{session_key:path}")
    async def end_session(session_key: str) -> SessionView:
        """End a conversation; it is put aside, and answered with as it was."""
        now = env.clock()
        return SessionView.at(await env.sessions.delete(session_key, now=now), now)

    return router
