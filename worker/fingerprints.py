"""Fingerprints: what an error has in common with others of the same cause.

Types and places tell, texts do not: a text names tickets, moments and people. A place is a
function and not a line, so that a fingerprint outlives the next edit.
"""

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType

from pydantic import ValidationError

from storage.dead_letters import fingerprint_of

OURS = frozenset({"domain", "extraction", "storage", "jobs", "worker", "api", "cli"})
CAUSES_MAX = 5
FRAMES_MAX = 20
FIELDS_MAX = 5


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """An error, where in our code it came from, the way there, and the name of its group.

    `trace` has a line for each call in our code, the outermost first.
    """

    error: str
    place: str | None
    trace: list[str]
    group: str


def fingerprint(error: BaseException, *, home: str = "") -> Fingerprint:
    """Return the fingerprint of an error; `home` is a package that counts as ours too."""
    ours = OURS | {home}
    causes = list(_causes(error))
    kinds = [_kind(cause) for cause in causes]
    traces = [_frames(cause.__traceback__, ours) for cause in causes]
    places = [place for frames in traces for place, _line in frames[-1:]]
    # Without a place nothing but its text tells it from others.
    told = places or [str(error).partition("\n")[0]]
    return Fingerprint(
        error=" from ".join(kinds),
        place=places[-1] if places else None,
        trace=[f"{place}:{line}" for place, line in traces[0][-FRAMES_MAX:]],
        group=fingerprint_of(*kinds, *told),
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, then what it was raised from, as far back as it goes."""
    cause: BaseException | None = error
    for _depth in range(CAUSES_MAX):
        if cause is None:
            return
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            cause = cause.exceptions[0]
        else:
            cause = cause.__cause__


def _kind(error: BaseException) -> str:
    """Return what kind of error it is, as closely as its type and codes tell."""
    name = type(error).__name__
    if isinstance(error, ValidationError):
        wrong = {f"{'.'.join(map(str, one['loc']))} {one['type']}" for one in error.errors()}
        return f"{name} ({', '.join(sorted(wrong)[:FIELDS_MAX])})"
    if isinstance(error, OSError) and error.errno:
        return f"{name} {errno.errorcode.get(error.errno, error.errno)}"
    return name


def _frames(trace: TracebackType | None, ours: frozenset[str]) -> list[tuple[str, int]]:
    """Return the calls in our code that an error came through, the outermost first."""
    frames = []
    while trace:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] in ours:
            place = f"{module}:{trace.tb_frame.f_code.co_qualname}"
            frames.append((place, trace.tb_lineno))
        trace = trace.tb_next
    return frames
