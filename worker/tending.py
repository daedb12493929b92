"""What a process does for ever, begun anew if it ends; and what it says, but not again and again."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

ANEW_SECONDS = 1.0
SAY_AGAIN_SECONDS = 60.0

log = logging.getLogger(__name__)


async def for_ever(what: str, doing: Callable[[], Awaitable[None]]) -> None:
    """Do this, and do it anew if it ends as nobody foresaw: all else would go on without it."""
    while True:
        try:
            await doing()
        except Exception:
            log.critical("%s stopped; it begins anew", what, exc_info=True)
            await asyncio.sleep(ANEW_SECONDS)


class Notices:
    """Warnings of which each is said once a minute."""

    def __init__(self) -> None:
        self._said_at: dict[str, float] = {}

    def say(self, warning: str) -> None:
        """Say this, but not again within a minute."""
        now = time.monotonic()
        if now - self._said_at.get(warning, -SAY_AGAIN_SECONDS) >= SAY_AGAIN_SECONDS:
            self._said_at = {
                said: at for said, at in self._said_at.items() if now - at < SAY_AGAIN_SECONDS
            }
            self._said_at[warning] = now
            log.error("%s", warning)
