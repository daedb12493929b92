"""JSON that is not JSON: comments, single quotes, bare words, commas and ends that are missing.

Read as a person reads it: one pass, nothing is made up. A value that breaks off at the end of
the document is left out, for nobody can tell how it goes on.
"""

import json
import re

from pydantic import JsonValue

from extraction.reading.text import whole

DEPTH_MAX = 60
REPETITIONS_MAX = 1_000
ROWS_MIN = 2  # of JSON lines: a single one is JSON
REST_SHARE = 10  # text with more than a tenth behind its end is no JSON

BLANK = re.compile(
    r"(?:\s{1,10000}|//[^\n]{0,10000}|/\*(?:[^*]|\*(?!/)){0,100000}\*/|#[^\n]{0,10000}|\ufeff)"
)
# A quote ends a text only where something follows that may follow a text.
END = r"(?=[ \t]{0,50}(?:[,:}\])\r\n]|//|/\*|#|$))"
DOUBLE = re.compile(r'[uUbBrR]?"((?:[^"\\]|\\[\s\S]|"(?!' + END[3:-1] + r")){0,200000})\"")
SINGLE = re.compile(r"[uUbBrR]?'((?:[^'\\]|\\[\s\S]|'(?!" + END[3:-1] + r")){0,200000})'")
KEY = re.compile(r"([A-Za-z_$@][\w.$@-]{0,100})\s{0,100}(?==>|[:=])")
NUMBER = re.compile(
    r"-?(?:0|[1-9]\d{0,29})(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?(?=\s{0,50}(?:[,}\])\r\n/#]|$))"
)
CALL = re.compile(r"[A-Za-z_][\w.]{0,60}\(")
BARE = re.compile(r"[^,{}\[\]\"'\r\n]{1,2000}")
WORDS: dict[str, JsonValue] = {
    "true": True,
    "false": False,
    "null": None,
    "none": None,
    "nan": None,
    "nil": None,
    "undefined": None,
    "infinity": None,
}
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[\s\S])")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " ", "0": ""}


class BrokenError(ValueError):
    """The text is no JSON, not even nearly."""


class _CutOffError(ValueError):
    """A value breaks off at the end of the text."""


def parsed(text: str) -> JsonValue:
    """Return the value that a text nearly is, or raise BrokenError."""
    reader = _Reader(text)
    values = []
    for _time in range(REPETITIONS_MAX):
        reader.skip()
        if reader.peek() not in ("{", "["):
            break
        values.append(reader.value(0))
    if not values or reader.rest() > len(text) // REST_SHARE:
        raise BrokenError(text[:20])
    return values[0] if len(values) == 1 else values


def lines_of_json(text: str) -> JsonValue:
    """Return the values of JSON lines, one a line, or None if the text is something else."""
    rows = [row for row in text.splitlines() if row.strip()]
    if len(rows) < ROWS_MIN or not all(row.lstrip().startswith("{") for row in rows):
        return None
    try:
        return [json.loads(row) for row in rows]
    except (ValueError, RecursionError):
        return None


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def rest(self) -> int:
        """Return how many characters stand behind what was read."""
        return len(self._text[self._at :].strip(" ;)\r\n"))

    def skip(self, also: str = "") -> None:
        """Go to what comes next, past blanks, comments and these characters."""
        while True:
            match = BLANK.match(self._text, self._at)
            if match:
                self._at = match.end()
            elif also and self.peek() and self.peek() in also:
                self._at += 1
            else:
                return

    def value(self, depth: int) -> JsonValue:
        if depth > DEPTH_MAX:
            raise BrokenError(self.peek())
        self.skip()
        sign = self.peek()
        if sign == "{":
            return self._object(depth)
        if sign in ("[", "("):
            return self._list(depth)
        return self._scalar(depth)

    def _object(self, depth: int) -> dict[str, JsonValue]:
        self._at += 1
        found: dict[str, JsonValue] = {}
        while True:
            self.skip(",;")
            if self._is_over("}"):
                return found
            key = self._key()
            self.skip()
            if self.peek() not in (":", "="):
                if not self.peek():
                    return found
                raise BrokenError(key)
            self.skip(":=>")
            try:
                found[key if key not in found else f"{key} "] = self.value(depth + 1)
            except _CutOffError:
                return found

    def _list(self, depth: int) -> list[JsonValue]:
        self._at += 1
        found: list[JsonValue] = []
        while True:
            self.skip(",;")
            if self._is_over("])"):
                return found
            before = self._at
            try:
                found.append(self.value(depth + 1))
            except _CutOffError:
                return found
            if self._at == before:
                raise BrokenError(self.peek())

    def _is_over(self, ends: str) -> bool:
        """Go past the end of an object or list; a wrong end belongs to one further out."""
        sign = self.peek()
        if not sign:
            return True
        if sign in ends:
            self._at += 1
            return True
        return sign in "}])"

    def _key(self) -> str:
        quoted = self._quoted()
        if quoted is not None:
            return quoted
        match = KEY.match(self._text, self._at)
        if match is None:
            raise BrokenError(self._text[self._at : self._at + 20])
        self._at = match.end(1)
        return match[1]

    def _quoted(self) -> str | None:
        for pattern in (DOUBLE, SINGLE):
            match = pattern.match(self._text, self._at)
            if match:
                self._at = match.end()
                said = ESCAPE.sub(_unescaped, match[1])
                return said if said.isascii() else whole(said)
        return None

    def _scalar(self, depth: int) -> JsonValue:
        quoted = self._quoted()
        if quoted is not None:
            return quoted
        number = NUMBER.match(self._text, self._at)
        if number:
            self._at = number.end()
            self._stop_at_end()
            value: JsonValue = json.loads(number.group())
            return value
        call = CALL.match(self._text, self._at)
        if call:  # ISODate("..."), Decimal('1.5')
            self._at = call.end() - 1
            values = self._list(depth + 1)
            return values[0] if len(values) == 1 else " ".join(str(v) for v in values)
        return self._bare()

    def _bare(self) -> JsonValue:
        match = BARE.match(self._text, self._at)
        if match is None:
            if self.peek() in ('"', "'", ""):  # a text without an end
                self._at = len(self._text)
                raise _CutOffError
            raise BrokenError(self.peek())
        self._at = match.end()
        self._stop_at_end()
        word = match.group().partition("//")[0].strip()
        return WORDS.get(word.lower(), word)

    def _stop_at_end(self) -> None:
        if self._at >= len(self._text):
            raise _CutOffError


def _unescaped(match: re.Match[str]) -> str:
    sign = match[1]
    return chr(int(sign[1:], 16)) if len(sign) > 1 else ESCAPES.get(sign, sign)
