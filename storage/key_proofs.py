"""Whose key is this? Proven by its hash once in each process, and then remembered.

A proof is remembered together with the record that it was made of. A record that has changed
since, because the key was revoked, proves nothing any more.
"""

import asyncio
import hashlib
from collections import Counter, OrderedDict
from typing import Generic, TypeVar

import aiofiles.os

from domain.errors import UnavailableError
from storage.api_keys import ApiKey, ApiKeys
from storage.key_secrets import NOBODY, HashedSecret, Presented

REMEMBERED_MAX = 1_024
AT_ONCE_MAX = 1  # a proof fills a core: a flood of wrong keys must leave one to those who work
WAITING_MAX = 64

Value = TypeVar("Value")


class KeyProofs:
    """Tells whose key a text is. To be used in one loop."""

    def __init__(self, keys: ApiKeys) -> None:
        self._keys = keys
        # Apart, so that a flood of wrong keys does not drive out the good ones.
        self._proven: _Last[ApiKey] = _Last()
        self._refuted: _Last[ApiKey | None] = _Last()
        self._proving = asyncio.Semaphore(AT_ONCE_MAX)
        self._waiting: Counter[bytes] = Counter()  # texts of which a proof is waited for
        self._is_of = aiofiles.os.wrap(HashedSecret.is_of)

    async def claimed(self, text: str) -> str | None:
        """Return the id of the key that this text claims to be, if there is such a key.

        It costs next to nothing, and proves nothing. Raises what `recall` does.
        """
        presented = Presented.parsed(text)
        return presented.id if presented and presented.id in await self._keys.known() else None

    async def recall(self, text: str) -> ApiKey | None:
        """Return the key that this text was proven to be, as it is now; None if it was not yet.

        It costs next to nothing. Raises UnavailableError; DamagedFileError if nobody can tell.
        """
        presented = Presented.parsed(text)
        if presented is None:
            return None
        key = (await self._keys.known()).get(presented.id)
        return key if key and self._proven.is_kept(_digest(presented), key) else None

    async def prove(self, text: str) -> ApiKey | None:
        """Return the key that this text is, also one that has ended; None if it is none.

        A wrong secret takes as much time as an unknown id. Raises UnavailableError, also if too
        many wait for a proof; DamagedFileError if nobody can tell.
        """
        presented = Presented.parsed(text)
        if presented is None:
            return None
        digest = _digest(presented)
        # One proof serves all that came with the same text, as after a start they may at once.
        if digest not in self._waiting and len(self._waiting) >= WAITING_MAX:
            raise UnavailableError(
                "Too many new keys are being proven.", remedy="Send the same request again."
            )
        self._waiting[digest] += 1
        try:
            async with self._proving:
                return await self._prove(presented)
        finally:
            self._waiting[digest] -= 1
            if not self._waiting[digest]:
                del self._waiting[digest]

    async def _prove(self, presented: Presented) -> ApiKey | None:
        key = (await self._keys.known()).get(presented.id)
        digest = _digest(presented)
        if key and self._proven.is_kept(digest, key):
            return key
        if self._refuted.is_kept(digest, key):
            return None
        secret = key.secret if key else NOBODY
        if await self._is_of(secret, presented.secret) and key:
            self._proven.keep(digest, key)
            return key
        self._refuted.keep(digest, key)
        return None


class _Last(Generic[Value]):
    """The last things that were kept, so many at most."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Value] = OrderedDict()

    def is_kept(self, name: bytes, value: Value) -> bool:
        """Is this very value kept under the name?"""
        if name not in self._kept:
            return False
        self._kept.move_to_end(name)
        return self._kept[name] == value

    def keep(self, name: bytes, value: Value) -> None:
        self._kept[name] = value
        self._kept.move_to_end(name)
        while len(self._kept) > REMEMBERED_MAX:
            self._kept.popitem(last=False)


def _digest(presented: Presented) -> bytes:
    return hashlib.sha256(presented.text.encode()).digest()
