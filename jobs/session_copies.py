"""Copies of conversations in Redis: `texas811:session:<key>`, each as long as it has left.

The value is the conversation as the customer's programs read it, with the identity of its file
under `_meta`.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from pydantic_core import from_json, to_json
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from domain.session import TicketSession
from jobs.breaker import Breaker
from storage.files import Identity
from storage.sessions import Kept

PREFIX = "texas811:session:"
ANSWER_SECONDS_MAX = 0.2
LOOK_AGAIN_SECONDS = 1.0  # before a Redis that was away is asked again

log = logging.getLogger(__name__)


class RedisCopies:
    """Keeps copies in Redis. One that is away is asked once a second, by one request only."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._breaker = Breaker(
            "conversations are read from their files", away_seconds=LOOK_AGAIN_SECONDS
        )

    async def get(self, key: str) -> Kept | None:
        """Return the copy; None if there is none, it is garbage, or it cannot be had soon."""
        found = None
        async with self._soon() as is_there:
            if is_there:
                found = await self._redis.get(PREFIX + key)
        return _parsed(found, key) if found else None

    async def put(self, kept: Kept, *, now: datetime) -> None:
        """Keep a copy until the conversation lapses, in place of whatever was there."""
        left_ms = (kept.session.expires_at - now) // timedelta(milliseconds=1)
        if left_ms < 1:
            return
        async with self._soon() as is_there:
            if is_there:
                key = PREFIX + kept.session.session_key
                await self._redis.set(key, _encoded(kept), px=left_ms)

    async def drop(self, key: str) -> None:
        """Forget a copy."""
        async with self._soon() as is_there:
            if is_there:
                await self._redis.delete(PREFIX + key)

    @asynccontextmanager
    async def _soon(self) -> AsyncIterator[bool]:
        """Give Redis a short time for what the block asks; yields whether to ask at all."""
        async with self._breaker.asking(ANSWER_SECONDS_MAX) as is_there:
            try:
                yield is_there
            except ResponseError as error:
                # It answers: the key holds something else, or there is no room.
                log.debug("no copy of a conversation: %s", error)


def _encoded(kept: Kept) -> bytes:
    told = kept.session.model_dump(mode="json")
    return to_json({"_meta": {"file": kept.identity}, **told})


def _parsed(found: bytes, key: str) -> Kept | None:
    """Return what a copy says; None for what nobody of ours has put there."""
    try:
        told = from_json(found)
        identity = Identity(*told.pop("_meta")["file"])
        session = TicketSession.model_validate(told)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return Kept(session, identity) if session.session_key == key else None
