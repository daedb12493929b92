"""Where the words of a picture stand as if they were printed: one height, one base line.

An engine gives the box of a word's ink. "are" is lower than "Are", and a dash is hardly there;
what is told from boxes (which words are level, how wide a blank is) wants the box of the type.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from extraction.ocr.engine import SeenWord
from extraction.ocr.found import Rule
from extraction.ocr.repair import repaired

HIGH = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZbdfhkl0123456789&#/()[]{}%$@!?")
DEEP = frozenset("gjpqy,;()[]{}/|$@Q_")
CAPITAL, SMALL = 0.68, 0.49  # heights of letters with and without a stem, of the type's size
ABOVE, BELOW = 0.76, 0.24  # of the type's size, from the base line
GAP = 1.2  # of the height: a wider blank may part two sizes of type
SPREAD = 1.28  # by which the sizes that are found for one type differ
ALIKE = 1.9  # "are" and "(Are)" differ by less in height; two sizes of type may by more


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one line without a wide gap: the size of their type and their base line."""

    words: tuple[SeenWord, ...]
    size: float
    base: float

    @property
    def top(self) -> float:
        return self.base - ABOVE * self.size

    @property
    def bottom(self) -> float:
        return self.base + BELOW * self.size


def pieces_of(words: Sequence[SeenWord], uprights: Sequence[Rule]) -> list[Piece]:
    """Return the words as pieces of lines, from top to bottom; an upright rule parts them."""
    runs: list[list[SeenWord]] = []
    for word in sorted(words, key=lambda word: (word.line, word.x0, word.top, word.text)):
        if not (runs and runs[-1][0].line == word.line and _goes_on(runs[-1], word, uprights)):
            runs.append([])
        runs[-1].append(word)
    runs = [words for run in runs if (words := repaired(run))]
    usual = median(size for run in runs if (size := _size(run))) if any(map(_size, runs)) else 0
    pieces = _in_few_sizes([_piece(run, usual) for run in runs])
    return sorted(pieces, key=lambda piece: (piece.top, piece.words[0].x0, piece.words[0].text))


def _in_few_sizes(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with sizes that are nearly alike made one: a page has few types."""
    ordered = sorted(range(len(pieces)), key=lambda at: pieces[at].size)
    found = list(pieces)
    while ordered:
        # The smallest and all within reach of it; then what is left.
        least = pieces[ordered[0]].size
        group = [at for at in ordered if pieces[at].size <= SPREAD * least]
        ordered = ordered[len(group) :]
        sizes = [pieces[at].size for at in group for _word in pieces[at].words]
        size = float(median(sizes))
        for at in group:
            found[at] = replace(pieces[at], size=size)
    return found


def _goes_on(run: Sequence[SeenWord], word: SeenWord, uprights: Sequence[Rule]) -> bool:
    last = run[-1]
    heights = (last.bottom - last.top, word.bottom - word.top)
    is_near = word.x0 - last.x1 <= GAP * max(heights)
    is_alike = max(heights) <= ALIKE * min(heights) or not (says(last) and says(word))
    middle = (word.top + word.bottom) / 2
    is_ruled_off = any(
        rule.start <= middle <= rule.end and _centre(last) < rule.at < _centre(word)
        for rule in uprights
    )
    return is_near and is_alike and not is_ruled_off


def _centre(word: SeenWord) -> float:
    return (word.x0 + word.x1) / 2


def says(word: SeenWord) -> bool:
    """Return whether a word has a letter or a digit."""
    return any(map(str.isalnum, word.text))


def _size(run: Sequence[SeenWord]) -> float:
    """Return the size of the type of these words in pixels, 0 if none of them tells."""
    sizes = [
        (word.bottom - word.top) / (CAPITAL if HIGH.intersection(word.text) else SMALL)
        for word in run
        if not DEEP.intersection(word.text) and says(word)
    ]
    if sizes:
        return float(median(sizes))
    sizes = [
        (word.bottom - word.top) / (CAPITAL + BELOW)
        for word in run
        if says(word) and HIGH.intersection(word.text)
    ]
    return float(median(sizes)) if sizes else 0.0


def _piece(run: Sequence[SeenWord], usual: float) -> Piece:
    size = _size(run) or usual or max(word.bottom - word.top for word in run)
    bases = [word.bottom for word in run if not DEEP.intersection(word.text)]
    level = [base for base in bases if base >= max(bases) - 0.25 * size] if bases else []
    if any(map(says, run)) and level:
        base = float(median(level))
    elif level or not bases:  # signs alone, or letters that all hang below the line
        middle = median((word.top + word.bottom) / 2 for word in run)
        base = middle + (ABOVE - 0.5) * size
    return Piece(tuple(run), size, base)
