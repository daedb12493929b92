"""Logs of every process: one JSON object a line on stdout, the ids at hand bound once.

stdout, because the platform takes every line on stderr for an error. Telephone numbers, e-mail
addresses and API keys are masked: logs are read by more people, and kept elsewhere, than tickets.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import ClassVar
from weakref import ref

# As the platform calls them, which knows no more than these: others would be shown as ordinary.
LEVELS = {
    "DEBUG": "debug",
    "INFO": "info",
    "WARNING": "warn",
    "ERROR": "error",
    "CRITICAL": "error",
}

_bound: ContextVar[dict[str, str] | None] = ContextVar("bound", default=None)

# What every record carries; anything beyond was given by the caller as `extra`.
_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# Each with a text without which there is none: to look for that takes a hundredth of the time.
_PRIVATE = (
    ("t811_", re.compile(r"\bt811_[A-Za-z0-9]+_[A-Za-z0-9_-]+"), "<key>"),
    # Who knows the key of a conversation can go on with it.
    ("session_", re.compile(r"\bsession_[A-Za-z0-9_-]{1,64}\.json"), "session_<key>.json"),
    ("@", re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), "<e-mail>"),
    # As people write it: ten bare digits may as well be the center's ticket number.
    (
        "",
        re.compile(
            r"(?<![\w.-])(?:\+?1[-. ]?)?"
            r"(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]?\d{4}(?![\w-])"
            r"|(?<![\w.-])\+1[2-9]\d{9}(?![\w-])"
        ),
        "<phone>",
    ),
)


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object: message, level, time, and all that was bound."""

    # The last record, and its line: where several handlers write it, it is made once.
    _made: ClassVar[tuple[ref[logging.LogRecord] | None, str]] = (None, "")

    def format(self, record: logging.LogRecord) -> str:
        last, line = JsonLines._made
        if last is None or last() is not record:
            line = self._line(record)
            JsonLines._made = (ref(record), line)
        return line

    def _line(self, record: logging.LogRecord) -> str:
        line = {
            "message": masked(record.getMessage()),
            "level": LEVELS.get(record.levelname, record.levelname.lower()),
            "time": _time(record.created),
            "logger": record.name,
            **(_bound.get() or {}),
            **{
                name: masked(value) if isinstance(value, str) else value
                for name, value in vars(record).items()
                if name not in _ORDINARY
            },
        }
        if record.exc_info:
            line["exception"] = masked(self.formatException(record.exc_info))
        return _encoded(line)


_encoded = json.JSONEncoder(default=str, ensure_ascii=False).encode


def _time(seconds: float) -> str:
    """Return when that was: UTC, to the millisecond."""
    whole = int(seconds)
    return f"{_second(whole)}.{int((seconds - whole) * 1000):03}+00:00"


@lru_cache(maxsize=8)
def _second(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"


def masked(text: str) -> str:
    """Return a text without telephone numbers, e-mail addresses and API keys."""
    for sign, pattern, mask in _PRIVATE:
        if sign in text:
            text = pattern.sub(mask, text)
    return text


def write_logs(level: str) -> None:
    """Send the logs of this process to stdout as JSON lines."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # arq tells of each job in prose, where our own line per attempt says it with fields; the
    # others tell of every request.
    for talkative in ("arq", "httpx2", "uvicorn"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_accident
    threading.excepthook = lambda accident: _log_accident(
        accident.exc_type, accident.exc_value, accident.exc_traceback
    )


def _log_accident(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """Tell of what nobody has caught in a line like the others, and not on stderr."""
    if issubclass(kind, KeyboardInterrupt):
        return
    error = error or kind()
    logging.getLogger("accident").critical("nobody caught this", exc_info=(kind, error, trace))


class bound:  # noqa: N801 - as contextlib's own; a generator would cost twice as much
    """Add these ids to every line that is logged in the block."""

    __slots__ = ("_ids", "_token")

    def __init__(self, **ids: str) -> None:
        self._ids = ids

    def __enter__(self) -> None:
        self._token = _bound.set({**(_bound.get() or {}), **self._ids})

    def __exit__(self, *_error: object) -> None:
        _bound.reset(self._token)


def ids() -> Mapping[str, str]:
    """Return the ids that are added to every line that is logged here."""
    return _bound.get() or {}


def bind(**ids: str | None) -> None:
    """Add these ids, if there are any, until the block of `bound` that this is in ends."""
    known = {name: value for name, value in ids.items() if value is not None}
    _bound.set({**(_bound.get() or {}), **known})
