"""Processes that are forked from this one, do one thing and say what came of it."""

import os
import pickle
import signal
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

Answer = Callable[[Any], NoReturn]


class Forked:
    """A child process at work. No loop may be running here when it is made."""

    def __init__(self, work: Callable[[Answer], Any]) -> None:
        """Start `work`; it returns its result, or calls what it is given and ends there."""
        receiving, sending = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            os.close(receiving)
            _work(work, sending)
        os.close(sending)
        self._receiving = receiving

    def result(self) -> Any:
        """Wait for the child and return its result. Raises RuntimeError if it failed."""
        answer = self._answer()
        if not answer:
            raise RuntimeError("a child process died without a word")
        is_done, result = pickle.loads(answer)  # noqa: S301 - our own child wrote it
        if not is_done:
            raise RuntimeError(result)
        return result

    def kill(self) -> None:
        """End a child that works for ever, as `kill -9` does. Raises RuntimeError if it failed."""
        os.kill(self._pid, signal.SIGKILL)
        if answer := self._answer():
            raise RuntimeError(pickle.loads(answer)[1])  # noqa: S301 - our own child wrote it

    def _answer(self) -> bytes:
        with os.fdopen(self._receiving, "rb") as pipe:
            answer = pipe.read()
        os.waitpid(self._pid, 0)
        return answer


def _work(work: Callable[[Answer], Any], sending: int) -> NoReturn:
    def answer(result: Any, *, is_done: bool = True) -> NoReturn:
        try:
            with os.fdopen(sending, "wb") as pipe:
                pickle.dump((is_done, result), pipe)
        finally:
            os._exit(0)

    try:
        answer(work(answer))
    except BaseException:  # noqa: BLE001 - the parent is told
        answer(traceback.format_exc(), is_done=False)
