"""What a process does for ever, begun anew if it ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

ANEW_SECONDS = 1.0

log = logging.getLogger(__name__)


async def for_ever(what: str, doing: Callable[[], Awaitable[None]]) -> None:
    """Do this, and do it anew if it ends as nobody foresaw: all else would go on without it."""
    while True:
        try:
            await doing()
        except Exception:
            log.critical("%s stopped; it begins anew", what, exc_info=True)
            await asyncio.sleep(ANEW_SECONDS)
