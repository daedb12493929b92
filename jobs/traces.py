"""One trace through all processes: from the request, over the queue, to the attempts at its jobs.

A trace is told to others as a `traceparent`; source: W3C Trace Context,
https://www.w3.org/TR/trace-context/. Without OpenTelemetry there are its ids and no more: they
stand in the log and beside the jobs. With it, and where somebody collects them, `span_sending`
sends each span there as well.
"""

import random
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from enum import StrEnum
from typing import NamedTuple, Protocol, Self

# Of a later version there may be more behind it, which is not for us.
TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
KNOWN_VERSION, NO_VERSION = "00", "ff"
SAMPLED = 0x01
RANDOM = 0x02  # the low half of the trace's id is chance
KNOWN_FLAGS = SAMPLED | RANDOM

Value = str | int | float | bool
Told = Callable[[], Mapping[str, Value | None]]
"""Gives attributes; it is asked only where somebody collects them."""

_chance = random.Random().getrandbits  # noqa: S311 - an id, and no secret


class Trace(NamedTuple):
    """Where in which trace we are: the ids of the trace and of the span, in hexadecimal."""

    trace_id: str
    span_id: str
    flags: int = SAMPLED | RANDOM

    @classmethod
    def new(cls) -> Self:
        ids = _chance(192).to_bytes(24, "big").hex()
        return cls(ids[:32], ids[32:])

    def child(self) -> "Trace":
        """Return a span of the same trace."""
        return Trace(self.trace_id, _chance(64).to_bytes(8, "big").hex(), self.flags)

    def __str__(self) -> str:
        return f"{KNOWN_VERSION}-{self.trace_id}-{self.span_id}-{self.flags:02x}"


def read(traceparent: object) -> Trace | None:
    """Return the trace that a `traceparent` tells of; None if it is none that is valid."""
    if not isinstance(traceparent, str):
        return None
    found = TRACEPARENT.fullmatch(traceparent)
    if not found:
        return None
    version, trace_id, span_id, flags, more = found.groups()
    is_valid = version != NO_VERSION and not (version == KNOWN_VERSION and more)
    if not is_valid or not int(trace_id, 16) or not int(span_id, 16):
        return None
    return Trace(trace_id, span_id, int(flags, 16) & KNOWN_FLAGS)


class Kind(StrEnum):
    """What a span is in the trace, by the names of OpenTelemetry."""

    SERVER = "SERVER"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"


class Span:
    """A piece of work in a trace. What is said of it is kept only where spans are sent."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    def name(self, name: str) -> None:
        """Call it so: what it is may be known only when it ends."""

    def say(self, told: Told) -> None:
        """Add attributes; those that are None are left out."""

    def fail(self, kind: str) -> None:
        """Say that it failed, and by which class of error."""

    def end(self) -> None:
        """Say that it has ended."""


class Sender(Protocol):
    """Begins spans that somebody collects."""

    def begin(self, name: str, kind: Kind, parent: Trace | None, told: Told | None) -> Span:
        """Begin a span of the parent's trace, or of a new one."""


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)
_sender: Sender | None = None


def current() -> Trace | None:
    """Return where in which trace we are, if in any."""
    return _current.get()


class span:  # noqa: N801 - as contextlib's own; a generator would cost three times as much
    """Be in a span while the block runs: of the parent, else of where we are, else of a new trace.

    An exception ends it as failed.
    """

    __slots__ = ("_token", "span", "trace")

    def __init__(
        self, name: str, kind: Kind, *, parent: Trace | None = None, told: Told | None = None
    ) -> None:
        self._begin(name, kind, parent or _current.get(), told)

    def _begin(self, name: str, kind: Kind, parent: Trace | None, told: Told | None) -> None:
        if _sender:
            self.span = _sender.begin(name, kind, parent, told)
        else:
            self.span = Span(parent.child() if parent else Trace.new())
        self.trace = self.span.trace

    def follow(self, name: str, kind: Kind, parent: Trace) -> None:
        """Be in a new span of this trace from here on; the one before is told to nobody."""
        self._begin(name, kind, parent, None)
        _current.set(self.trace)

    def __enter__(self) -> Span:
        self._token = _current.set(self.trace)
        return self.span

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        _current.reset(self._token)
        if kind:
            self.span.fail(kind.__name__)
        self.span.end()


def use(sender: Sender | None) -> None:
    """Have the spans of this process sent so from now on; see `span_sending`."""
    global _sender  # noqa: PLW0603 - one collector a process, chosen where it begins
    _sender = sender
