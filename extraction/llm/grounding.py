"""Grounding: where in the document's lines a passage stands, letter by letter but for blanks.

Blanks, the case of letters and the shapes of quotation marks and dashes may differ: models level
them. Everything else must be there, in lines that follow one another, and as whole words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from domain.extraction import Span
from extraction.document import Line

SHAPES = str.maketrans("\u2018\u2019\u201c\u201d\u2010\u2011\u2013\u2014\u2212", "''\"\"-----")
PLACES_MAX = 200  # of one passage; what stands there more often proves little anyway


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the text, from one letter that is no blank to another, as positions of those."""

    start: int
    end: int


@dataclass(frozen=True)
class Ground:
    """The lines of a document as one row of letters without blanks."""

    lines: tuple[Line, ...]

    @cached_property
    def _letters(self) -> list[tuple[int, int]]:
        """The line and the offset of each letter that is no blank."""
        return [
            (row, offset)
            for row, line in enumerate(self.lines)
            for offset, letter in enumerate(line.text)
            if not letter.isspace()
        ]

    @cached_property
    def _row(self) -> str:
        return "".join(levelled(self.lines[row].text[at]) for row, at in self._letters)

    def find(self, quote: str, *, near: int = 1) -> Passage | None:
        """Return where a passage stands, the nearest to this line (from 1); None if nowhere."""
        found = list(self._places(quote, Passage(0, len(self._row))))
        return min(found, key=lambda one: abs(self.row_of(one) + 1 - near), default=None)

    def within(self, words: str, passage: Passage) -> Passage | None:
        """Return where these words stand first within a passage, None if they do not."""
        return next(self._places(words, passage), None)

    def _places(self, words: str, around: Passage) -> Iterator[Passage]:
        sought = "".join(levelled(letter) for letter in words if not letter.isspace())
        at = around.start - 1
        for _place in range(PLACES_MAX if sought else 0):
            at = self._row.find(sought, at + 1, around.end)
            if at < 0:
                return
            found = Passage(at, at + len(sought))
            if self._is_whole(found):
                yield found

    def _is_whole(self, passage: Passage) -> bool:
        """Is this a passage that begins and ends where words do?"""
        return not (self._is_one_word(passage.start - 1) or self._is_one_word(passage.end - 1))

    def _is_one_word(self, left: int) -> bool:
        """Do this letter and the next belong to one word?"""
        if left < 0 or left + 1 >= len(self._letters):
            return False
        (row, offset), (next_row, next_offset) = self._letters[left], self._letters[left + 1]
        is_joined = row == next_row and offset + 1 == next_offset
        return is_joined and self._row[left].isalnum() and self._row[left + 1].isalnum()

    def row_of(self, passage: Passage) -> int:
        """Return the index of the line in which a passage begins."""
        return self._letters[passage.start][0]

    def rows(self, passage: Passage) -> range:
        """Return the indices of the lines that a passage runs over."""
        return range(self.row_of(passage), self._letters[passage.end - 1][0] + 1)

    def spans(self, passage: Passage) -> list[Span]:
        """Return the places of a passage, one for each line that it runs over."""
        pieces: dict[int, tuple[int, int]] = {}
        for row, offset in self._letters[passage.start : passage.end]:
            first, _last = pieces.get(row, (offset, offset))
            pieces[row] = (first, offset + 1)
        return [self.lines[row].span(first, last) for row, (first, last) in pieces.items()]


def levelled(letter: str) -> str:
    """Return a letter as it is compared: one letter for one letter."""
    small = letter.translate(SHAPES).lower()
    return small if len(small) == 1 else letter
