"""Which threads the disk is waited for in.

Whatever takes a lock or waits for a sync may wait long, on a disk that is slow or full. It has
threads of its own, so that those who only read never wait for it. A process that ends waits for
what it has accepted, and not for its telemetry.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial, wraps
from queue import SimpleQueue
from threading import Lock, Thread
from typing import ParamSpec, TypeVar

WRITERS_MAX = 16
TELEMETRY_MAX = 4

Given = ParamSpec("Given")
Result = TypeVar("Result")


class ThreadsLeftBehind(Executor):
    """Runs what it is given in threads that die with the process, whatever they wait for.

    The threads of the standard library's are waited for when the interpreter ends: one that a
    disk or a lock holds would keep the process from ending. They are started as they are needed.
    """

    def __init__(self, threads_max: int, name: str) -> None:
        self._threads_max, self._name = threads_max, name
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = Lock()
        self._threads = self._unfinished = 0

    def submit(
        self, fn: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs
    ) -> Future[Result]:
        future: Future[Result] = Future()
        self._work.put(partial(self._run, future, partial(fn, *args, **kwargs)))
        with self._lock:
            self._unfinished += 1
            if self._threads < min(self._unfinished, self._threads_max):
                self._threads += 1
                name = f"{self._name}_{self._threads}"
                Thread(target=self._keep_working, name=name, daemon=True).start()
        return future

    def _keep_working(self) -> None:
        while True:
            self._work.get()()

    def _run(self, future: Future[Result], work: Callable[[], Result]) -> None:
        try:
            if future.set_running_or_notify_cancel():
                future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised in whoever asked
            future.set_exception(error)
        finally:
            with self._lock:
                self._unfinished -= 1


class _Threads:
    """The threads, made anew in a forked process: there are none of the parent's in it."""

    def __init__(self, make: Callable[[], Executor]) -> None:
        self._make = make
        self.renew()
        os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self.pool = self._make()


_writers = _Threads(partial(ThreadPoolExecutor, WRITERS_MAX, "disk"))
_telemetry = _Threads(partial(ThreadsLeftBehind, TELEMETRY_MAX, "telemetry"))


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
