"""What goes on for long is said, but not again and again."""

import logging
import time

SAY_AGAIN_SECONDS = 60.0

log = logging.getLogger(__name__)


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
