r"""JSON as Python wrote it and any editor may have saved it since, read without giving anything up.

Python's own reader takes what no other does: half a letter (`\ud83d`), NaN, lists within lists.
What is returned can be written, and read again by every reader.
"""

import codecs
import json
from dataclasses import dataclass, field
from typing import Any

from storage.old_values import Refused, storable
from storage.ticket_files import NO_OBJECT

# Editors on Windows put these before a text. That of UTF-32 is written by nobody.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
TAKEN_AS_OTHER = "what is no UTF-8 in it was taken as \ufffd"
DIGITS_MAX = 4000  # the readers that we use take no more


@dataclass(frozen=True, slots=True)
class OldJson:
    """A value that can be written, and what had to be changed in it for that."""

    value: Any
    noted: list[str] = field(default_factory=list)


def text_of(content: bytes) -> tuple[str, list[str]]:
    """Return a text without the mark of its encoding, and what is to be known of it."""
    mark, encoding = next(
        ((mark, name) for mark, name in MARKS if content.startswith(mark)), (b"", "utf-8")
    )
    content = content.removeprefix(mark)
    try:
        return content.decode(encoding), []
    except UnicodeDecodeError:
        return content.decode(encoding, "replace"), [TAKEN_AS_OTHER]


def json_of(content: bytes) -> OldJson:
    """Return what a file says. Raises ValueError if it is no JSON."""
    text, noted = text_of(content)
    refused: list[Refused] = []
    try:
        value = storable(json.loads(text, parse_int=whole_number), refused)
    except RecursionError:
        problem = "it is nested too deeply"
        raise ValueError(problem) from None
    return OldJson(value, noted + list(map(str, refused)))


def object_of(content: bytes) -> OldJson:
    """Return what a file says whose value is an object. Raises ValueError for any other."""
    read = json_of(content)
    if not isinstance(read.value, dict):
        raise ValueError(NO_OBJECT)  # noqa: TRY004 - a fault of the file
    return read


def whole_number(digits: str) -> int | str:
    """Return a number; one with too many digits stays text."""
    return int(digits) if len(digits) <= DIGITS_MAX else digits
