"""Cells of a page: words joined where they touch, apart where space, a rule or type parts them.

Pure geometry; which words may be a label is asked of `labels`, what they mean is not.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from extraction.document import Box
from extraction.labels.concepts import LABEL_CHARACTERS_MAX, LABEL_WORDS_MAX
from extraction.reading.glyphs import OPEN, TICKED
from extraction.reading.titles import meaning_of

WORD_GAP = 0.55  # of the height: words closer than this are one cell
LEVEL_SHIFT = 0.35  # of the height: how far words of one cell may be apart in height
TYPE_RATIO = 1.3  # type that differs more than this in height is not of one cell
BAND = 6.0  # points: height of the bands in which neighbours are sought
TAIL_WORDS_MAX = 3  # more words than this before a label are a sentence
SLACK = 1.5  # points by which a rule may reach into a word

LEADERS = re.compile(r"[.\u00b7_\u2026-]{4,}|\u2026{2,}")
DOTS = re.compile(r"[.\u00b7]{3,}|\u2026{1,}")  # alone, or many of them: they end a label
HALF_MAILBOX = re.compile(r"@$|\S@[\w-]{1,40}\.$")  # what stands behind goes on with it
LED = ":"  # what stands for dots that lead from a label to its value
PRINTED_WIDE, PRINTED_GAP, PRINTED_SKEW = 0.58, 1.1, 0.04  # letters that are all of one width
PICTURED_WIDE, PICTURED_GAP, PICTURED_SKEW = 0.46, 1.45, 0.08  # the same, in a picture

ANSWER = re.compile(r"(?:yes|no|y|n|n/a)[.,;]?", re.IGNORECASE)
SHORT, SHORT_SKEW = 2, 0.14  # in a picture so few letters are measured badly
SMALL_MARKS = frozenset(":;.,'")  # whose ink fills less than half of their room


@dataclass(frozen=True, slots=True)
class Cell:
    """Words that belong together, with their box in points."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    is_bold: bool = False
    frame: Box | None = None  # the box that is drawn around it
    size: float = 0.0  # of its type, in points; 0 if only its height is known

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)

    @property
    def type_size(self) -> float:
        """Return the size of its type in points; its height where that is not known."""
        return self.size if 0.5 * self.height <= self.size <= 2 * self.height else self.height

    def joined(self, other: "Cell", blank: str = " ") -> "Cell":
        """Return both as one cell, the other behind or below this one."""
        return replace(
            self,
            text=f"{self.text}{blank}{other.text}",
            x0=min(self.x0, other.x0),
            top=min(self.top, other.top),
            x1=max(self.x1, other.x1),
            bottom=max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Edge:
    """A straight level or upright line: where it lies, and from where to where it goes."""

    at: float
    start: float
    end: float


def cells_of(words: Iterable[Cell], uprights: Sequence[Edge] = ()) -> list[Cell]:
    """Join words into cells; a wide gap, a rule or a label that ends parts them."""
    bands: dict[int, list[list[Cell]]] = {}
    rules = sorted(uprights, key=lambda rule: rule.at)
    parts = (part for word in words for part in _without_leaders(word))
    for word in sorted(parts, key=lambda word: (word.x0, word.top, word.text)):
        run = _neighbour(bands, word, rules)
        if run is None:
            bands.setdefault(int(word.middle / BAND), []).append([word])
        else:
            run.append(word)
    runs = [part for band in bands.values() for run in band for part in _answers_apart(run)]
    cells = [cell for run in runs for cell in _parted(run)]
    return sorted(cells, key=lambda cell: (cell.top, cell.x0, cell.text))


def _answers_apart(run: list[Cell]) -> Iterator[list[Cell]]:
    """Yield a run cut behind an answer where the next question begins: `[x] No Explosives?`."""
    at = 0
    for end in range(2, len(run)):
        is_answer = run[end - 2].text in (TICKED, OPEN) and ANSWER.fullmatch(run[end - 1].text)
        if not is_answer:
            continue
        stop = next(
            (n for n in range(end, len(run)) if run[n].text in (TICKED, OPEN)), len(run)
        )
        words = " ".join(word.text for word in run[end:stop])
        if len(words) <= LABEL_CHARACTERS_MAX and meaning_of(words.rstrip(": ")) is not None:
            yield run[at:end]
            at = end
    yield run[at:]


def _without_leaders(word: Cell) -> Iterator[Cell]:
    """Yield what a word holds beside the dots or dashes that lead the eye to its value."""
    if LEADERS.search(word.text) is None and not DOTS.fullmatch(word.text):
        yield word
        return
    wide = (word.x1 - word.x0) / max(1, len(word.text))
    at = 0
    for piece in [*(LEADERS if LEADERS.search(word.text) else DOTS).finditer(word.text), None]:
        start, end = (piece.start(), piece.end()) if piece else (len(word.text), 0)
        text = word.text[at:start]
        left = word.x0 + at * wide
        if text.strip(" :"):
            yield replace(word, text=text, x0=left, x1=word.x0 + start * wide)
        if piece and DOTS.fullmatch(piece[0]):
            begin = word.x0 + start * wide
            yield replace(word, text=LED, x0=begin, x1=min(begin + wide, word.x1))
        at = end


def _neighbour(
    bands: dict[int, list[list[Cell]]], word: Cell, rules: Sequence[Edge]
) -> list[Cell] | None:
    """Return the run of words that this word goes on."""
    at = int(word.middle / BAND)
    for band in (at, at - 1, at + 1):
        for run in reversed(bands.get(band, ())):
            if _goes_on(run[-1], word) and not _is_ruled_off(run[-1], word, rules):
                return run
    return None


def _goes_on(last: Cell, word: Cell) -> bool:
    height = min(last.height, word.height)
    is_level = abs(last.middle - word.middle) <= LEVEL_SHIFT * height
    sizes = sorted([last.type_size, word.type_size])
    is_alike = sizes[1] <= TYPE_RATIO * sizes[0] or last.text in (TICKED, OPEN)
    gap = word.x0 - last.x1
    is_near = gap <= WORD_GAP * height or gap <= _blank_between(last, word)
    return is_level and is_alike and -0.3 * height <= gap and is_near


def _blank_between(last: Cell, word: Cell) -> float:
    """Return how wide a blank may be if all letters of this type are of one width, else 0."""
    height = max(last.height, word.height)
    size = min(last.size, word.size)
    wides = [
        (one.x1 - one.x0) / (len(one.text) - (0.0 if size else _bearing(one.text)))
        for one in (last, word)
        if size or len(one.text) > 1
    ]
    if not wides:
        return 0.0
    least, skew = (
        (PRINTED_WIDE * size, PRINTED_SKEW) if size else (PICTURED_WIDE * height, PICTURED_SKEW)
    )
    if not size and min(len(last.text), len(word.text)) <= SHORT:
        skew = SHORT_SKEW
    if min(wides) < least or max(wides) - min(wides) > skew * max(wides):
        return 0.0
    return max(wides) * (PRINTED_GAP if size else PICTURED_GAP)


def _bearing(text: str) -> float:
    """Return the room beside the ink of a word, in letters: it is not in a picture."""
    return 0.45 if text[-1:] in SMALL_MARKS else 0.2


def _is_ruled_off(last: Cell, word: Cell, rules: Sequence[Edge]) -> bool:
    """Is there an upright rule between two words?"""
    return any(
        last.x1 - SLACK <= rule.at <= word.x0 + SLACK and rule.start <= word.middle <= rule.end
        for rule in rules
    )


def _parted(run: list[Cell]) -> Iterator[Cell]:
    """Yield the cells of a run of words: labels apart from what they stand before."""
    ends = _label_ends(run)
    at = 0
    for start, end in ends:
        if start > at:
            yield _cell(run[at:start])
        yield _cell(run[start:end])
        at = end
    if at < len(run):
        yield _cell(run[at:])


def _cell(words: Sequence[Cell]) -> Cell:
    cell = words[0]
    for word in words[1:]:
        is_apart = word.x0 - cell.x1 > 0.08 * word.height and not HALF_MAILBOX.search(cell.text)
        blank = " " if is_apart else ""
        cell = cell.joined(word, blank)
    return replace(cell, is_bold=all(word.is_bold for word in words))


def _label_ends(run: Sequence[Cell]) -> list[tuple[int, int]]:
    """Return where labels stand in a run of words that begins with one; none if it does not."""
    found: list[tuple[int, int]] = []
    for end in range(1, len(run) + 1):
        floor = found[-1][1] if found else 0
        if end < len(run) and _may_end(run, end):
            start = _start_of_label(run, floor, end)
            if start is not None and (start == 0 or found):
                found.append((start, end))
    return found


def _may_end(run: Sequence[Cell], end: int) -> bool:
    """May a label end before this word: at a colon, a tick box, or where its type turns?"""
    last = run[end - 1]
    if last.text == LED:
        return True
    is_turn = last.is_bold != run[end].is_bold or run[end].text[:1] in (TICKED, OPEN)
    return (last.text.endswith(":") and len(last.text) > 1) or is_turn


def _start_of_label(run: Sequence[Cell], floor: int, end: int) -> int | None:
    """Return where the longest known label begins that ends here."""
    has_colon = run[end - 1].text.endswith(":")
    for start in range(max(floor, end - LABEL_WORDS_MAX), end):
        words = run[start:end]
        if len({word.is_bold for word in words}) > 1:
            continue
        text = " ".join(word.text for word in words).rstrip(": ")
        if len(text) <= LABEL_CHARACTERS_MAX and meaning_of(text) is not None:
            head = run[floor:start]
            is_tail = floor == 0 and 0 < len(head) <= TAIL_WORDS_MAX
            return floor if is_tail and has_colon else None if is_tail else start
    is_whole = floor == 0 and has_colon and end <= LABEL_WORDS_MAX
    is_set_off = run[end - 1].is_bold != run[end].is_bold or run[end - 1].text == LED
    return 0 if is_whole and is_set_off else None
