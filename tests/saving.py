"""Conversations put on the disk as a test wants them."""

from domain.session import TicketSession
from tests.storage.any_store import AnySessions


async def save_session(sessions: AnySessions, session: TicketSession) -> None:
    """Make a conversation durable just as it is, in place of what is under way."""
    await sessions.change(
        session.session_key, lambda _before: session, now=session.last_activity_at
    )
