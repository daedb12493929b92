"""Hinted: patterns that are not run where none of their words stands.

A pattern whose words may begin anywhere is tried at every letter; a word is found in a sentence a
hundred times faster. So each pattern of a long table has its hint: of these words one stands in
whatever it finds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hinted:
    """A pattern with the words of which one stands in all that it finds, in small letters."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def may_be_in(self, small: str) -> bool:
        """Return whether the pattern is worth running on a text, given in small letters."""
        return any(map(small.__contains__, self.words))

    def search(self, text: str, small: str) -> re.Match[str] | None:
        """Search a text, also given in small letters."""
        return self.pattern.search(text) if self.may_be_in(small) else None

    def finditer(self, text: str, small: str) -> Iterator[re.Match[str]]:
        """Find all in a text, also given in small letters."""
        return self.pattern.finditer(text) if self.may_be_in(small) else iter(())


def hinted(words: str, pattern: str, flags: int = 0) -> Hinted:
    """Compile a pattern; `words` are its hint, in small letters and divided by bars."""
    return Hinted(tuple(words.split("|")), re.compile(pattern, flags))
