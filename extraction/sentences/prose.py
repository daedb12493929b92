"""Prose: the running text of a document, its paragraphs and sentences, with their places.

Lines that belong together become one passage with single blanks; any piece of a passage can
say on which lines and at which characters it stands.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from domain.extraction import Span
from extraction.document import Document, Line
from extraction.lines.columns import columns_of

LINES_MAX = 2_000
PASSAGE_CHARACTERS_MAX = 6_000
LINE_CHARACTERS_MAX = 6_000
SHORT_SHARE = 0.55  # of the longest line: a line so short ends its paragraph
LONGEST = 100
FUNCTIONS_MIN = 2
FUNCTION = re.compile(
    r"\b(?:the|is|are|will|to|of|and|for|at|in|on|we|be|has|have|with|no|not|please|from|a|an|by|our|under|was|crews?|this|need)\b",
    re.IGNORECASE,
)
LINE_OF_PROSE = 45  # characters that the lines of a paragraph have at least, the last left out
TOLD_WORDS_MIN = 6  # a value with so many words is told, not filled in
WORD = re.compile(r"\S+")
LABEL_ALONE = re.compile(r"\s{0,40}[A-Z][A-Za-z/&'-]{1,20}(?: [A-Za-z/&'-]{1,20}){0,3}:\s{0,9}")
SHORT_WORD = 12  # no word that a full stop shortens is longer
# A full stop ends a sentence unless it ends a short word of the trade.
ABBREVIATED = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|rd|ln|ave|blvd|hwy|inc|co|corp|ltd|no|nos|ste|approx|appx|min|max|ft|in|vs|jr|sr|apt|bldg"
    r"|ext|tel|ph|attn|dept|mt|ft|est|u\.s|p\.e|l\.p|e\.g|i\.e|a\.m|p\.m)|\b[A-Z])\.$",
    re.IGNORECASE,
)
STOP = re.compile(r"[.!?;]['\")]?\s+(?=[\"'(\[]?[A-Z0-9])|\s(?://|\|)\s|,,\s?")
# Words that begin a sentence and no name: before them a full stop is one, also behind `Rd.`.
BEGINS = re.compile(
    r"\s+(?:The|This|These|That|Work|We|Please|It|They|Our|There|No|All|Crews?|Contractor|If|Construction|Any|Mark|In|On"
    r"|A|An|Call|Depth|Boring|Will|Nearest|Cross|Job|You|Your|He|She|Locate|Site|Start|Total|Not|Working|From|At|Plan)\b"
)
REQUEST = re.compile(
    r"\b(?:can|could|would|will) (?:you|someone|y'?all)\b[^?]{0,40}?\b(?:put|call|locate|get|turn|mark|set up|submit|create|place|request|order)\b",
    re.IGNORECASE,
)
QUOTE_MARKS_MAX = 8  # characters at the beginning of a line in which `>>` marks a quotation
CELLS_MIN = 4  # of a row of a table
# A blank of a form that is filled in, within its sentence: `proposes to place a  8" line  within`.
GOES_THROUGH = re.compile(r"\b(?:a|an|the|of|in|on|at|to|by|for|from|with|that|and|or|is)$")
INDEX = re.compile(r"\[\d{1,6}\]$")  # of a value in a list
LEFT_OUT_LABELS = frozenset({"from", "to", "cc", "bcc", "date", "sent"})


class Piece(NamedTuple):
    """A word of a passage: where it begins there, and where it stands on its line."""

    at: int
    line: Line
    start: int
    end: int


@dataclass(frozen=True)  # no slots: it keeps where its words stand, once that is asked
class Passage:
    """A paragraph: its text with single blanks, and the lines on which its words stand."""

    text: str
    rows: tuple[Line, ...]
    order: int
    label: str | None = None  # of a structured value that is told in sentences

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Where each of its words stands."""
        pieces: list[Piece] = []
        at = 0
        for row in self.rows:
            for first, last in _words_in(row.text):
                pieces.append(Piece(at, row, first, last))
                at += last - first + 1
        return tuple(pieces) or (Piece(0, self.rows[0], 0, 0),)

    @property
    def is_running(self) -> bool:
        """Is this told in sentences, and no block of short lines such as an address?"""
        if (
            self.text.count(" ") + 1 < TOLD_WORDS_MIN
            or len(FUNCTION.findall(self.text)) < FUNCTIONS_MIN
        ):
            return False
        sizes = [len(row.text) for row in self.rows]
        return (
            len(sizes) == 1
            or self.label is not None
            or sum(sizes[:-1]) / (len(sizes) - 1) >= LINE_OF_PROSE
        )

    @property
    def places(self) -> set[tuple[str, int, int]]:
        """Part, page and number of each line that it stands on."""
        return {(row.part, row.page, row.number) for row in self.rows}

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Return where a piece of the text stands, one span a line."""
        rows: list[tuple[Line, int, int]] = []
        begin = max(0, bisect_right(self.pieces, start, key=attrgetter("at")) - 1)
        for piece in islice(self.pieces, begin, None):
            if piece.at >= end:
                break
            stop = piece.at + piece.end - piece.start
            if stop <= start:
                continue
            first = piece.start + max(0, start - piece.at)
            last = piece.end - max(0, stop - end)
            if rows and rows[-1][0] is piece.line:
                rows[-1] = (piece.line, rows[-1][1], last)
            else:
                rows.append((piece.line, first, last))
        return tuple(line.span(first, last) for line, first, last in rows)

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Yield where each sentence begins and ends."""
        start = 0
        for match in STOP.finditer(self.text):
            is_short = match[0][0] == "." and ABBREVIATED.search(
                self.text[max(start, match.start() - SHORT_WORD) : match.start() + 1]
            )
            if is_short and not BEGINS.match(self.text, match.start() + len(match[0].rstrip())):
                continue
            yield start, match.start() + 1
            start = match.end()
        if self.text[start:].strip():
            yield start, len(self.text)


def is_open_question(sentence: str) -> bool:
    """Return whether a sentence asks, and not for a locate: `can you put one in for ...?`."""
    return sentence.rstrip().endswith("?") and REQUEST.search(sentence) is None


def passages_of(document: Document, *, is_told: bool = True) -> list[Passage]:
    """Return the paragraphs of running text; with `is_told` also values told in sentences."""
    return list(_passages(document.lines[:LINES_MAX], is_told=is_told))


def _passages(lines: Sequence[Line], *, is_told: bool) -> Iterator[Passage]:
    longest = max((len(line.text) for line in lines if line.label is None), default=0)
    for order, rows in _runs(lines, SHORT_SHARE * min(longest, LONGEST)):
        if rows[0].label is None:
            yield _passage(rows, order)
        elif is_told and _is_sentence(rows):
            yield _passage(rows, order, rows[0].label)


def _runs(lines: Sequence[Line], short: float) -> Iterator[tuple[int, list[Line]]]:
    """Yield the lines of each passage with its order: running text, or rows of one value."""
    held: list[Line] = []
    for order, line in enumerate(lines):
        if held and _is_parted(held, line, short):
            yield order - (held[0].label is not None), held
            held = []
        if line.label is not None or (line.text.strip() and not is_row(line.text)):
            held.append(line)
    if held:
        yield LINES_MAX if held[0].label is None else len(lines) - 1, held


def _is_parted(held: list[Line], line: Line, short: float) -> bool:
    """Return whether a line stands in no passage with the lines that are held."""
    last = held[-1]
    if last.label is not None or line.label is not None:
        return not _is_next_row(last, line)
    return not line.text.strip() or is_row(line.text) or _is_apart(held, line, short)


def is_row(text: str) -> bool:
    """Is this the row of a table: so many cells stand apart, and no sentence goes through them?"""
    if "  " not in text:
        return False
    cells = columns_of(text)
    return len(cells) >= CELLS_MIN and not any(
        GOES_THROUGH.search(text, 0, end) for _start, end in cells[:-1]
    )


def _is_next_row(last: Line, line: Line) -> bool:
    """Return whether a text that its system has cut goes on: `TDLINE`, `TDLINE`, ..."""
    is_of_list = (
        line.label is not None
        and (line.label, line.part, line.within) == (last.label, last.part, last.within)
        and bool(line.within)
        and _without_index(line.path) == _without_index(last.path)
    )
    ends = last.text.rstrip()[-1:] in ".!?;"
    return is_of_list and bool(line.text.strip()) and (ends or _goes_on(last, line))


def _without_index(path: str | None) -> str:
    return INDEX.sub("", path or "")


def _is_sentence(rows: Sequence[Line]) -> bool:
    is_word = (rows[0].label or "").strip().lower() not in LEFT_OUT_LABELS
    return is_word and sum(len(row.text.split()) for row in rows) >= TOLD_WORDS_MIN


def _is_apart(held: list[Line], line: Line, short: float) -> bool:
    size = sum(len(one.text) for one in held)
    last = held[-1]
    return (
        (len(last.text) < short and not _goes_on(last, line))
        or LABEL_ALONE.fullmatch(line.text) is not None
        or line.part != last.part
        or line.page != last.page
        or size + len(line.text) > PASSAGE_CHARACTERS_MAX
    )


def _goes_on(last: Line, line: Line) -> bool:
    """Return whether a short line goes on in the next: no stop, and no capital after it."""
    is_open = last.text.rstrip()[-1:] not in ".:;!?"
    return is_open and (line.text.lstrip()[:1].islower() or line.text.lstrip()[:1] == "(")


def _within_the_rule(word: re.Match[str]) -> tuple[int, int]:
    """Return where a word stands without the underline that it is filled in on: `_Bexar_`.

    What marks a line of a mail as quoted is no word either.
    """
    text = word[0]
    first = len(text) - len(text.lstrip("_>" if word.start() < QUOTE_MARKS_MAX else "_"))
    return word.start() + first, max(word.start() + first, word.start() + len(text.rstrip("_")))


def _words_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of a line begin and end; a rule with nothing on it is none."""
    is_ruled = "_" in text or ">" in text
    for match in WORD.finditer(text[:LINE_CHARACTERS_MAX]):
        first, last = _within_the_rule(match) if is_ruled else match.span()
        if first < last:
            yield first, last


def _said(text: str) -> str:
    """Return the words of a line with single blanks."""
    if "_" in text or ">" in text:
        return " ".join(text[first:last] for first, last in _words_in(text))
    return " ".join(text.split())


def _passage(lines: list[Line], order: int, label: str | None = None) -> Passage:
    told = [(line, _said(line.text[:LINE_CHARACTERS_MAX])) for line in lines]
    told = [(line, words) for line, words in told if words] or told[:1]
    text = " ".join(words for _line, words in told)
    return Passage(text, tuple(line for line, _words in told), order, label)
