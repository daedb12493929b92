"""How much of all bodies this process holds at once: who brings more waits, and not for long.

A body counts by what has come of it, so that a slow one keeps nobody out by what it announces.
Where there is no room the next piece is not taken off the connection, and its sender waits. The
body that came first always gets on, or those that wait could fill the room with their beginnings
and none would ever be whole.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import UnavailableError

BODIES_BYTES_MAX = 64 * 1024 * 1024  # of all bodies; what the first has may come on top
FREE_BYTES = 64 * 1024  # of each, for which nobody waits: most requests have no more
WAIT_SECONDS_MAX = 10.0  # in the whole of one request


class BodiesInFlight:
    """The room for bodies of one process. To be used in one loop."""

    def __init__(self) -> None:
        self._held = 0
        self._large: dict[Share, None] = {}  # in the order in which they came
        self._freed = asyncio.Event()

    @contextmanager
    def share(self) -> Iterator["Share"]:
        """Hold a share of the room while the block runs."""
        share = Share(self)
        try:
            yield share
        finally:
            self._held -= share.size
            self._large.pop(share, None)
            self._freed.set()  # for whoever waits now
            self._freed = asyncio.Event()

    def count(self, share: "Share", size: int) -> None:
        """Count what has come for a share."""
        self._held += size
        if share.size > FREE_BYTES:
            self._large.setdefault(share)

    def has_room_for(self, share: "Share") -> bool:
        """May another piece come for this one?"""
        is_first = next(iter(self._large), None) is share
        return share.size <= FREE_BYTES or is_first or self._held < BODIES_BYTES_MAX

    async def freed(self) -> None:
        """Wait until somebody has given back his share."""
        await self._freed.wait()


class Share:
    """What one request holds of the room."""

    def __init__(self, bodies: BodiesInFlight) -> None:
        self._bodies = bodies
        self.size = 0
        self.seconds_waited = 0.0

    def hold(self, size: int) -> None:
        """Count a piece that has come."""
        self.size += size
        self._bodies.count(self, size)

    async def room(self) -> None:
        """Wait until another piece may come. Raises UnavailableError if that takes too long."""
        if self._bodies.has_room_for(self):
            return
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(WAIT_SECONDS_MAX - self.seconds_waited):
                while not self._bodies.has_room_for(self):
                    await self._bodies.freed()
        except TimeoutError:
            raise UnavailableError(
                "Too many large documents are being sent at once.",
                remedy="Send the same request again in a moment.",
            ) from None
        finally:
            self.seconds_waited += asyncio.get_running_loop().time() - began
