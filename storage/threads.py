"""Which threads the disk is waited for in.

Whatever takes a lock or waits for a sync may wait long, on a disk that is slow or full. It has
threads of its own, so that those who only read never wait for it.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial, wraps
from typing import ParamSpec, TypeVar

WRITERS_MAX = 16
TELEMETRY_MAX = 4

Given = ParamSpec("Given")
Result = TypeVar("Result")


class _Threads:
    """The threads, made anew in a forked process: there are none of the parent's in it."""

    def __init__(self, threads_max: int, name: str) -> None:
        self._threads_max, self._name = threads_max, name
        self.make()
        os.register_at_fork(after_in_child=self.make)

    def make(self) -> None:
        self.pool = ThreadPoolExecutor(self._threads_max, self._name)


_writers = _Threads(WRITERS_MAX, "disk")
_telemetry = _Threads(TELEMETRY_MAX, "telemetry")


def in_writers_thread(
    function: Callable[Given, Result],
) -> Callable[Given, Awaitable[Result]]:
    """Return the function as one that runs in a thread for those who write: one hop."""
    return _in_thread(_writers, function)


def in_telemetry_thread(
    function: Callable[Given, Result],
) -> Callable[Given, Awaitable[Result]]:
    """Return the function as one that keeps no ticket waiting, however long it waits itself."""
    return _in_thread(_telemetry, function)


def _in_thread(
    threads: _Threads, function: Callable[Given, Result]
) -> Callable[Given, Awaitable[Result]]:

    @wraps(function)
    async def run(*args: Given.args, **options: Given.kwargs) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads.pool, partial(function, *args, **options))

    return run
