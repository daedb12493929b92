"""Conversations that lapse when a test says so."""

from datetime import datetime, timedelta

from domain.session import TicketSession


def conversation(key: str, *, expires_at: datetime) -> TicketSession:
    """Return a conversation of an hour that ends then."""
    times = dict.fromkeys(
        ("created_at", "updated_at", "last_activity_at"), expires_at - timedelta(hours=1)
    )
    return TicketSession.model_validate(
        {"session_key": key, "expires_at": expires_at, "messages": [{"text": key}], **times}
    )
