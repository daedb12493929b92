"""What an attempt at a job has logged: its last lines, kept for whoever looks at it later."""

import json
import logging
from collections import deque
from collections.abc import Callable, Sequence

from logs import JsonLines

LINES_MAX = 100
BYTES_MAX = 16 * 1024
TEXT_CHARACTERS_MAX = 2_000  # of one line that is longer than all may be


class Lines:
    """The last lines of an attempt; the first give way where there are too many."""

    def __init__(self, *, lines_max: int = LINES_MAX, bytes_max: int = BYTES_MAX) -> None:
        self._lines: deque[tuple[str, int]] = deque()
        self._lines_max = lines_max
        self._bytes_max = bytes_max
        self._bytes = 0

    def add(self, line: str) -> None:
        """Keep a line, which is a JSON object; of one that is too long the texts are cut."""
        size = _bytes_of(line)
        if size > self._bytes_max:
            line = _shortened(line)
            size = _bytes_of(line)
        self._lines.append((line, size))
        self._bytes += size
        while len(self._lines) > self._lines_max or self._bytes > self._bytes_max:
            self._bytes -= self._lines.popleft()[1]

    @property
    def bytes_held(self) -> int:
        return self._bytes

    def kept(self) -> Sequence[str]:
        return [line for line, _size in tuple(self._lines)]


class AttemptLogs(logging.Handler):
    """Gives each record to the lines of the attempt in which it was made, masked like all logs.

    `lines_here` returns those lines; None outside of every attempt.
    """

    def __init__(self, lines_here: Callable[[], Lines | None]) -> None:
        super().__init__()
        self._lines_here = lines_here
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        lines = self._lines_here()
        if lines is None:
            return
        try:
            lines.add(self.format(record))
        except Exception:  # noqa: BLE001 - as every handler of the standard library
            self.handleError(record)


def _bytes_of(line: str) -> int:
    return len(line) if line.isascii() else len(line.encode(errors="replace"))


def _shortened(line: str) -> str:
    """Return a line of which each long text is cut; of an exception the end tells most."""
    told = json.loads(line)
    for name, value in told.items():
        text = value if isinstance(value, str) else json.dumps(value)
        if len(text) > TEXT_CHARACTERS_MAX:
            is_trace = name == "exception"
            told[name] = (
                f"…{text[-TEXT_CHARACTERS_MAX:]}"
                if is_trace
                else f"{text[:TEXT_CHARACTERS_MAX]}…"
            )
    return json.dumps(told, ensure_ascii=False)
