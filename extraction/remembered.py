"""Remembered: what a pure function has answered about words, while one document is read.

Many producers ask for the value of the same words. An answer is kept until the reading ends and
no longer: nothing that stands in a document outlives it here.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

ANSWERS_MAX = 4_096  # of one function; a document that asks for more is answered anew
_forgetters: list[Callable[[], None]] = []


def remembered(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Return a pure function of words that is asked only once for the same words."""
    answers = lru_cache(ANSWERS_MAX)(function)
    _forgetters.append(answers.cache_clear)
    return cast("Callable[Asked, Answer]", answers)


def forgetting(reading: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Return a function that reads a document and then forgets what was remembered of it."""

    @wraps(reading)
    def read(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        try:
            return reading(*args, **kwargs)
        finally:
            for forget in _forgetters:
                forget()

    return read
