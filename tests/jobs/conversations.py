"""Conversations that lapse when a test says so, and what is said in them."""

from datetime import datetime, timedelta
from typing import Any

from domain.session import SessionUpdate, TicketSession
from jobs.job import Env
from tests.builders import NOW

KEY = "talk-1"


def conversation(key: str, *, expires_at: datetime) -> TicketSession:
    """Return a conversation of an hour that ends then."""
    times = dict.fromkeys(
        ("created_at", "updated_at", "last_activity_at"), expires_at - timedelta(hours=1)
    )
    return TicketSession.model_validate(
        {"session_key": key, "expires_at": expires_at, "messages": [{"text": key}], **times}
    )


def turn(said: str, **fields: Any) -> SessionUpdate:
    return SessionUpdate.model_validate({"messages": [{"text": said}], **fields})


async def begun(env: Env, key: str = KEY) -> TicketSession:
    return await env.sessions.create(key, ticket_id=None, now=NOW)


async def say(env: Env, said: str, **options: Any) -> TicketSession:
    return await env.sessions.update(KEY, turn(said), now=NOW, **options)


def texts(session: TicketSession) -> list[Any]:
    return [said["text"] for said in session.messages]


def redis_of(env: Env) -> Any:
    return env.queue._redis
