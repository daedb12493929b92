"""Calls that may hang for long, each in a thread that nobody need wait for at the end.

The threads of `asyncio.to_thread` hold up the end of a process, Ctrl-C or not, until their calls
return: what asks a network must not.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def in_thread_apart(call: Callable[[], T]) -> T:
    """Return what a call returns that blocks; raises what it raises.

    Cancelled, it is not waited for: the call goes on, and its end is nobody's.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[T] = loop.create_future()

    def tell(settle: Callable[[], None]) -> None:
        if not ended.done():
            settle()

    def run() -> None:
        settle: Callable[[], None]
        try:
            settle = partial(ended.set_result, call())
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is awaited
            settle = partial(ended.set_exception, error)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, settle)

    Thread(target=run, name="apart", daemon=True).start()
    return await ended
