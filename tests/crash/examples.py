"""Things to be kept, for the workloads."""

from datetime import timedelta

from domain.session import TicketSession
from storage.dead_letters import DeadLetter
from tests.builders import NOW


def conversation(key: str, step: str) -> TicketSession:
    """Return a conversation that lapses before LATER."""
    return TicketSession(
        session_key=key,
        current_step=step,
        expires_at=NOW + timedelta(minutes=30),
        created_at=NOW,
        updated_at=NOW,
        last_activity_at=NOW,
    )


def letter(key: str, *, attempts: int) -> DeadLetter:
    return DeadLetter(
        job="extract_ticket",
        key=key,
        arguments={"work_order_id": key},
        reason="it could not be read",
        attempts=attempts,
        buried_at=NOW,
    )
