"""Patterns of templates: run by RE2, which cannot backtrack, and bounded in size.

A template is written by whoever has the folder, and a document by anybody. Python's `re` may
take for ever on the two together, as on `(a+)+$` and forty letters, and nobody can interrupt
it. RE2 takes time in proportion to the text times the size of the compiled pattern, whatever
both say; so it is enough to bound these two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    import re2

PATTERN_CHARACTERS_MAX = 500
PATTERN_STEPS_MAX = 1_000  # instructions of the compiled pattern
PATTERN_BYTES_MAX = 64 * 1024  # of memory for it, and for running it
SCANNED_CHARACTERS_MAX = 2_000  # of one line; what follows is data
WORK_MAX = 400_000_000  # characters times instructions that one document may cost
COMPILED_MAX = 512
VALUE = "value"
REMEDY = (
    "Write it for RE2: no look-ahead, no look-behind, no back-references, and repetitions of "
    "at most a few hundred in all."
)


class Work:
    """What the patterns of one document may still cost: counted, so that no clock decides."""

    def __init__(self) -> None:
        self._left = WORK_MAX

    def allows(self, text: str, pattern: "Pattern") -> bool:
        """Take the cost of running this pattern over this text; False if none is left."""
        self._left -= (len(text) + 1) * pattern.steps
        return self._left >= 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: its size, and which of its groups is the value."""

    regexp: "re2._Regexp"
    steps: int
    group: int

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where the value of each match stands in a line; the line is cut at its limit."""
        for match in self.regexp.finditer(clean(text[:SCANNED_CHARACTERS_MAX])):
            start, end = match.span(self.group)
            if 0 <= start < end:
                yield start, end

    def is_in(self, text: str) -> bool:
        return self.regexp.search(clean(text[:SCANNED_CHARACTERS_MAX])) is not None


def clean(text: str) -> str:
    """Return the text with each lone half of a letter replaced: RE2 reads UTF-8, which has none."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def compiled(pattern: str) -> Pattern:
    """Return a pattern ready to run.

    Its value is the group named `value`, else its first group, else all of it. Raises
    PydanticCustomError with a remedy for a pattern that is too long, too large or no pattern.
    """
    if len(pattern) > PATTERN_CHARACTERS_MAX:
        raise refused(
            f"the pattern has {len(pattern):,} characters, more than {PATTERN_CHARACTERS_MAX}",
            "Split it, or point to the value by its label.",
        )
    return _compiled(pattern)


@lru_cache(maxsize=COMPILED_MAX)
def _compiled(pattern: str) -> Pattern:
    import re2  # only who has a template with a pattern pays for it

    options = re2.Options()
    options.max_mem = PATTERN_BYTES_MAX
    options.log_errors = False
    try:
        regexp = re2.compile(pattern, options=options)
    except (re2.error, UnicodeEncodeError) as error:
        raise refused(f"the pattern cannot be used: {_told(error)}", REMEDY) from None
    if regexp.programsize > PATTERN_STEPS_MAX:
        raise refused(
            f"the pattern grows to {regexp.programsize:,} steps, more than {PATTERN_STEPS_MAX:,}",
            "Repeat less: `{1,20}` in place of `{1,500}`, or `+`, which costs nothing here.",
        )
    group = regexp.groupindex.get(VALUE, min(1, regexp.groups))
    return Pattern(regexp, regexp.programsize, group)


def refused(problem: str, remedy: str) -> PydanticCustomError:
    """Return the error that a validator raises: what is wrong, and what mends it."""
    # Both are given as context: a brace in a pattern is no place to put something in.
    return PydanticCustomError("template", "{problem}", {"problem": problem, "remedy": remedy})


def _told(error: Exception) -> str:
    told = error.args[0] if error.args else ""
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else "it is no text"
