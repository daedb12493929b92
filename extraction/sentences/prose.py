"""Prose: the running text of a document, its paragraphs and sentences, with their places.

Lines that belong together become one passage with single blanks; any piece of a passage can
say on which lines and at which characters it stands.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from domain.extraction import Span
from extraction.document import Document, Line

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
LEFT_OUT_LABELS = frozenset({"from", "to", "cc", "bcc", "date", "sent"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of a passage: where it begins there, and where it stands on its line."""

    at: int
    line: Line
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph: its text with single blanks, and where each of its words stands."""

    text: str
    pieces: tuple[Piece, ...]
    order: int
    label: str | None = None  # of a structured value that is told in sentences

    @property
    def is_running(self) -> bool:
        """Is this told in sentences, and no block of short lines such as an address?"""
        if (
            len(self.pieces) < TOLD_WORDS_MIN
            or len(FUNCTION.findall(self.text)) < FUNCTIONS_MIN
        ):
            return False
        rows = list({id(piece.line): len(piece.line.text) for piece in self.pieces}.values())
        return len(rows) == 1 or sum(rows[:-1]) / (len(rows) - 1) >= LINE_OF_PROSE

    @property
    def places(self) -> set[tuple[str, int, int]]:
        """Part, page and number of each line that it stands on."""
        return {(one.line.part, one.line.page, one.line.number) for one in self.pieces}

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
    held: list[Line] = []
    longest = max((len(line.text) for line in lines if line.label is None), default=0)
    short = SHORT_SHARE * min(longest, LONGEST)
    for order, line in enumerate(lines):
        if line.label is not None:
            if held:
                yield _passage(held, order)
            held = []
            if is_told and _is_sentence(line):
                yield _passage([line], order, line.label)
        elif not line.text.strip() or (held and _is_apart(held, line, short)):
            if held:
                yield _passage(held, order)
            held = [line] if line.text.strip() else []
        else:
            held.append(line)
    if held:
        yield _passage(held, LINES_MAX)


def _is_sentence(line: Line) -> bool:
    is_word = (line.label or "").strip().lower() not in LEFT_OUT_LABELS
    return is_word and len(line.text.split()) >= TOLD_WORDS_MIN


def _is_apart(held: list[Line], line: Line, short: float) -> bool:
    size = sum(len(one.text) for one in held)
    last = held[-1]
    return (
        (len(last.text) < short and not _goes_on(last, line))
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


def _passage(lines: list[Line], order: int, label: str | None = None) -> Passage:
    pieces: list[Piece] = []
    words: list[str] = []
    at = 0
    for line in lines:
        is_ruled = "_" in line.text or ">" in line.text
        for match in WORD.finditer(line.text[:LINE_CHARACTERS_MAX]):
            first, last = _within_the_rule(match) if is_ruled else match.span()
            if first == last:
                continue  # a rule to write on, and nothing on it
            pieces.append(Piece(at, line, first, last))
            words.append(line.text[first:last])
            at += last - first + 1
    if not pieces:
        pieces = [Piece(0, lines[0], 0, 0)]
    return Passage(" ".join(words), tuple(pieces), order, label)
