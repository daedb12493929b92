"""A part of what is watched: asked for not too often, never twice at a time, and not waited for long."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from domain.errors import Texas811Error
from jobs.queue_state import Trouble

SILENT_SECONDS_MAX = 3.0  # who has not answered for so long is said not to answer

Told = TypeVar("Told")


class Part(Generic[Told]):
    """One question, and the last answer to it.

    While an answer is on its way, the last one stands in for it; `trouble` says why there is none.
    The last answer is not even waited behind while it is no older than `stands_in_seconds`.
    """

    def __init__(
        self,
        name: str,
        ask: Callable[[], Awaitable[Told]],
        *,
        every_seconds: float = 0.0,
        stands_in_seconds: float = 0.0,
        silent_seconds_max: float = SILENT_SECONDS_MAX,
    ) -> None:
        self._name = name
        self._ask = ask
        self._every_seconds = every_seconds
        self._stands_in_seconds = stands_in_seconds
        self._silent_seconds_max = silent_seconds_max
        self._asking: asyncio.Task[Told] | None = None
        self._asked_at = self._answered_at = float("-inf")
        self._answer: Told | None = None
        self._refusal: Trouble | None = None

    async def answer(self, patience_seconds: float) -> Told | None:
        """Return the answer, waiting so long for it at most; None if there is none."""
        now = asyncio.get_running_loop().time()
        if self._asking is None and now - self._asked_at >= self._every_seconds:
            self._asked_at = now
            self._asking = asyncio.ensure_future(self._ask())
        if self._asking:
            stands_in = now - self._answered_at <= self._stands_in_seconds
            await asyncio.wait({self._asking}, timeout=0 if stands_in else patience_seconds)
            self._take()
        return None if self.trouble else self._answer

    @property
    def is_silent(self) -> bool:
        """Has it been asked long ago, and not answered since?"""
        waited = asyncio.get_running_loop().time() - self._asked_at
        return self._asking is not None and waited >= self._silent_seconds_max

    @property
    def trouble(self) -> Trouble | None:
        """Why there is no answer."""
        if self.is_silent:
            problem = f"{self._name} has not answered for {self._silent_seconds_max:.0f} s."
            return Trouble(problem=problem, remedy=None)
        return self._refusal

    def _take(self) -> None:
        if self._asking is None or not self._asking.done():
            return
        asked, self._asking = self._asking, None
        self._answered_at = asyncio.get_running_loop().time()
        try:
            self._answer, self._refusal = asked.result(), None
        except Texas811Error as error:
            self._refusal = Trouble(problem=error.problem, remedy=error.remedy)
