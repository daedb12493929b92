"""Conversations: the file first, durably, then the copy in Redis; the copy is never older.

A copy carries the identity of the file that it was made of: inode, size, and the nanosecond of its
writing. Each read looks at the file's name once (`stat`) and believes the copy only if that very
file still lies there. So it does not matter who wrote while Redis was away, in which order two
writers reached it, or that a copy was not removed: a file is never written in place, and another
writing is another file. What Redis lacks, or cannot give, is read from the file and put back.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from domain.errors import ConflictError, NotFoundError
from domain.session import SessionUpdate, TicketSession, extended, updated
from storage.layout import checked_name
from storage.sessions import Kept, Sessions, Step


class Copies(Protocol):
    """Copies of conversations, where they are soon at hand. None of its methods fails."""

    async def get(self, key: str) -> Kept | None:
        """Return the copy; None if there is none, or it cannot be had soon."""

    async def put(self, kept: Kept, *, now: datetime) -> None:
        """Keep a copy until the conversation lapses, if that can be done soon."""

    async def drop(self, key: str) -> None:
        """Forget a copy, if that can be done soon."""


class Conversations:
    """Begins, continues and ends conversations. `lasts` is how long one waits for its next turn.

    Its methods raise RejectedError for a key that cannot be one, and UnavailableError if the disk
    does not take or give the file; a Redis that is away only costs the copy.
    """

    def __init__(self, files: Sessions, copies: Copies, *, lasts: timedelta) -> None:
        self._files = files
        self._copies = copies
        self.lasts = lasts

    async def create(self, key: str, *, ticket_id: str | None, now: datetime) -> TicketSession:
        """Begin a conversation. The same once more, before anything was said, is harmless.

        Raises ConflictError if one of this key is under way.
        """

        def begin(before: TicketSession | None) -> TicketSession:
            if before is None:
                return TicketSession.begun(key, ticket_id=ticket_id, now=now, lasts=self.lasts)
            if before.is_as_begun(ticket_id=ticket_id):
                return before
            raise ConflictError(
                f"The conversation {key} is under way already.",
                field="session_key",
                remedy="Continue it, or start one with another key.",
            )

        return await self.change(key, begin, now=now)

    async def get(self, key: str, *, now: datetime) -> TicketSession:
        """Return a conversation that is under way; one that has lapsed is put aside.

        Raises NotFoundError if there is none.
        """
        checked_name("session_key", key)
        while True:
            copy = await self._copies.get(key)
            kept = await self._files.current(key, copy)
            if kept is None:
                raise none_under_way(key)
            if not kept.session.is_lapsed(now=now):
                break
            # Not so if somebody came back just now, which the next look will show.
            await self.expire(key, now=now)
        if kept is not copy:
            await self._copies.put(kept, now=now)
        return kept.session

    async def update(
        self, key: str, update: SessionUpdate, *, now: datetime, version: int | None = None
    ) -> TicketSession:
        """Continue a conversation, and return it as it is then.

        Raises NotFoundError if there is none, ConflictError if it is at another version than the
        one that the caller has seen, TooLargeError where it would hold more than is kept.
        """

        def continue_(session: TicketSession) -> TicketSession:
            if version not in (None, session.version):
                raise ConflictError(
                    f"The conversation {key} is at version {session.version}, not {version}.",
                    field="version",
                    remedy="Read the conversation again and decide anew.",
                )
            return updated(session, update, now=now, lasts=self.lasts)

        return await self._continue(key, continue_, now=now)

    async def extend(
        self, key: str, *, now: datetime, lasts: timedelta | None = None
    ) -> TicketSession:
        """Let a conversation wait so long for its next turn; it is never cut short.

        Raises NotFoundError if there is none.
        """
        left = self.lasts if lasts is None else lasts
        return await self._continue(
            key, lambda session: extended(session, now=now, lasts=left), now=now
        )

    async def delete(self, key: str, *, now: datetime) -> TicketSession:
        """End a conversation: it is put aside. Return it. Raises NotFoundError if there is none."""
        session = await self.get(key, now=now)
        if not await self.expire(key):
            raise none_under_way(key)
        return session

    async def expire(self, key: str, *, now: datetime | None = None) -> bool:
        """Put a conversation aside; was it there? Given `now`, only one that has lapsed by then."""
        is_aside = await self._files.expire(key, now=now)
        if is_aside:
            await self._copies.drop(key)
        return is_aside

    async def change(self, key: str, step: Step, *, now: datetime) -> TicketSession:
        """Make a step with nobody in between; it is given None if no conversation is under way.

        Raises what the step raises.
        """
        kept = await self._files.change(key, step, now=now)
        await self._copies.put(kept, now=now)
        return kept.session

    async def _continue(
        self, key: str, step: Callable[[TicketSession], TicketSession], *, now: datetime
    ) -> TicketSession:
        def go_on(before: TicketSession | None) -> TicketSession:
            if before is None:
                raise none_under_way(key)
            return step(before)

        return await self.change(key, go_on, now=now)


def none_under_way(key: str) -> NotFoundError:
    """Return the failure that tells that there is no conversation to continue."""
    return NotFoundError(
        f"No conversation {key} is under way: it has ended, or there never was one.",
        field="session_key",
        remedy="Start a new one.",
    )
