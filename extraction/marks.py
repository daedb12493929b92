"""Marks: where labels stand in a line of text, and where their values begin.

A label stands before a colon or an equals sign, alone in a column, or ends in a number sign
(`WO# 7`). A mark without a known label still ends the value before it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from extraction.labels import Label, find_label

LABEL_LOOKBACK = 60  # characters before a colon in which its label is sought
SCAN_CHARACTERS_MAX = 20_000  # of one line; a longer line is data, not labels
LABELS_PER_LINE_MAX = 200
LEADING_COLUMNS_MAX = 6
TAIL_WORDS_MAX = 3  # more words than this before a label are a sentence

MARK = re.compile(r"[:=](?!//)")
COLUMN_GAP = re.compile(r" {2,}|\t")
COLUMNS = re.compile(r"\S+(?: \S+){0,12}")
WORD_START = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9#\[]|(?<=[A-Z])[A-Z](?=[a-z])|(?<=[a-z0-9])[A-Z]"
)
UNKNOWN_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9 /#&.'()_-]{0,44}$")
LAST_WORD = re.compile(r"[A-Za-z][A-Za-z0-9/#_-]{0,30}\s?$")
NUMBER_LABEL = re.compile(
    r"\b((?:work order|work request|wo|wr|job|pole|transformer|xfmr|meter|ticket|incident)"
    r"\s{0,2}(?:#|no\.|number))\s{0,3}(?=[A-Z0-9-]{0,20}\d)",
    re.IGNORECASE,
)
LEADING = {
    "phone": re.compile(
        r"\s{0,40}((?:[A-Za-z]{2,12}\.?\s){1,3})(?=\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4})"
    ),
    "work_order": re.compile(
        r"\s{0,40}(?:[A-Za-z]{3,20}\s){0,2}(work order)\s{1,3}(?=[A-Z]{0,5}-?\d[\w-]{2,20}\s{0,40}$)",
        re.IGNORECASE,
    ),
    "email": re.compile(r"\s{0,40}((?:[A-Za-z-]{4,12}\s){1,2})(?=[\w.+-]{1,64}@)"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A label in a line: where it begins, where its value begins, and what it means."""

    start: int
    value_start: int
    words: str
    label: Label | None
    is_bare: bool = False


def marks_in(text: str) -> list[Mark]:
    """Return the labels of a line in order: those before a mark, and those alone in a column."""
    marks = [*_before_marks(text[:SCAN_CHARACTERS_MAX])]
    if "  " in text:
        marks += _alone_in_column(text[:SCAN_CHARACTERS_MAX], marks)
    marks += _numbered(text[:SCAN_CHARACTERS_MAX], marks)
    marks = marks or list(_leading(text))
    return sorted(marks, key=lambda mark: mark.start)[:LABELS_PER_LINE_MAX]


def _before_marks(text: str) -> Iterator[Mark]:
    end_of_last = 0
    for match in MARK.finditer(text):
        at = match.start()
        if _is_inside_a_number(text, at):
            continue
        found = _label_ending_at(text, at, end_of_last)
        if found is not None:
            end_of_last = match.end()
            start, label = found
            yield Mark(start, match.end(), text[start:at].strip(), label)


def _is_inside_a_number(text: str, at: int) -> bool:
    """Is this the colon of a time or the like?"""
    return text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()


def _label_ending_at(text: str, at: int, floor: int) -> tuple[int, Label | None] | None:
    """Return the longest known label that ends here, else what looks like one."""
    low = max(floor, at - LABEL_LOOKBACK)
    gap = max(
        (
            match.end()
            for match in COLUMN_GAP.finditer(text, low, at)
            if text[match.end() : at].strip()
        ),
        default=low,
    )
    for match in WORD_START.finditer(text, gap, at):
        label = find_label(text[match.start() : at])
        if label is not None and not _is_tail_of_label(text[:at], match.start()):
            return match.start(), label
    piece = text[gap:at]
    is_fresh = gap > low or not text[:gap].strip() or gap == floor == 0
    unknown = UNKNOWN_LABEL.search(piece) if is_fresh else None
    if unknown and not piece[: unknown.start()].strip(" -*[]()|>"):
        start = gap + unknown.start()
        return start, find_label(text[start:at], is_fuzzy=True)
    word = LAST_WORD.search(piece)
    return (gap + word.start(), None) if word else None


def _is_tail_of_label(before: str, start: int) -> bool:
    """Is what was found only the end of a longer, unknown label that begins the line?

    `Working For Contact:` is not `Contact:`. Words with digits before it are a value.
    """
    head = before[:start].strip(" -*|>")
    words = head.split()
    is_worded = all(word.isalpha() for word in words)
    return bool(words) and is_worded and len(words) <= TAIL_WORDS_MAX


def _alone_in_column(text: str, marks: Sequence[Mark]) -> Iterator[Mark]:
    """Yield known labels that fill a column of their own with a value in the next."""
    columns = [match.span() for match in COLUMNS.finditer(text)]
    for (start, end), _next in pairwise(columns):
        label = find_label(text[start:end]) if end - start > 1 else None
        is_marked = any(mark.start < end and start < mark.value_start for mark in marks)
        if label is not None and not is_marked:
            yield Mark(start, end, text[start:end], label)


def _leading(text: str) -> Iterator[Mark]:
    """Yield a label that begins a column without a mark, if what follows is of its kind."""
    for column in islice(COLUMNS.finditer(text), LEADING_COLUMNS_MAX):
        for concept, pattern in LEADING.items():
            match = pattern.match(text, column.start())
            label = find_label(match[1].strip()) if match else None
            if match and label is not None and label.concept == concept:
                yield Mark(match.start(1), match.end(1), match[1].strip(), label, is_bare=True)
                return


def _numbered(text: str, marks: Sequence[Mark]) -> Iterator[Mark]:
    """Yield labels that need no mark because they end in one: `WO# 123`, `Pole # 7`."""
    for match in NUMBER_LABEL.finditer(text):
        if not any(
            mark.start < match.end(1) and match.start() < mark.value_start for mark in marks
        ):
            label = find_label(match.group(1))
            yield Mark(match.start(), match.end(1), match.group(1), label, is_bare=True)
