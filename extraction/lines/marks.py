"""Marks: where labels stand in a line of text, and where their values begin.

A label stands before a colon, an equals sign, a leader of dots, a question mark or an arrow, alone
in a column, or ends in a number sign (`WO# 7`). A mark without a known label still ends the
value before it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extraction.labels.concepts import Label, find_label, name_of
from extraction.lines.columns import SCAN_CHARACTERS_MAX, Grid
from extraction.lines.mark import FIELD_NUMBER, UNKNOWN_LABEL, Mark
from extraction.lines.ticks import is_before_box, may_hold_boxes
from extraction.lines.unmarked import (
    alone_in_column,
    dashed,
    enclosed,
    in_grid,
    leading,
    numbered,
    prefixed,
    segmented,
    stated,
)
from extraction.roles import Role

LABEL_LOOKBACK = 60  # characters before a mark in which its label is sought
LABELS_PER_LINE_MAX = 200
TAIL_WORDS_MAX = 3  # more words than this before a label are a sentence
MARKS_OF_SEGMENTS_MAX = 1  # a line with more marks than this is no list of segments

LEADER_MIN = 4  # dots that lead whatever stands before them
LEADER = r"[.\u00b7]{4,200}|(?:[.\u00b7] ){3,100}[.\u00b7]?|(?<=\s)[.\u00b7](?: {0,2}[.\u00b7]){0,40}(?= {1,3}\S)|[.\u00b7]{3}(?=\s?:)|(?<=[A-Za-z#)])[.\u00b7]{2,3}(?=[^\s.])|\u2026{1,60}|_{3,60}(?=:)|_{2,60}(?=[A-Za-z0-9$(])"
MARK = re.compile(
    r"(?:"
    + LEADER
    + r")\s{0,2}:?|:=|::|[:=]>|-{1,3}>|[\u2192\u21d2\u279c\u27a1\u25ba]|[:=](?!//)\*{0,2}"
    r"|-{2,3}(?=\s{0,3}(?:\[|$))|\?(?:\s{0,2}:)?(?=[\s:.]{0,12}(?:[\[(\u2610-\u2612]|(?:yes|no|y|n)\b|_{2}))|\?{1,3}(?=\s{1,20}\w)",
    re.IGNORECASE,
)
SIGN = re.compile(
    r"[.\u00b7\u2026_:=?\u2192\u21d2\u279c\u27a1\u25ba-]"
)  # each mark begins with one
COLUMN_GAP = re.compile(r" {2,}|\t|[|\u2502]")
WORD_START = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9#\[]|(?<=[A-Z])[A-Z](?=[a-z])|(?<=[a-z0-9])[A-Z]"
)
HALF_WORD = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{0,30}[a-z]$"
)  # a word that goes on: Geo|Place
ANSWER = re.compile(r"[\[(\u2610-\u2612_]|(?:yes|no|y|n)\b", re.IGNORECASE)
FRESH = re.compile(r"[\s*|>-]{0,60}(?:\(?\d{1,3}[a-z]?[.)])?\s{0,4}")
IN_SENTENCE = re.compile(r"\b(?:the|an?|our|this|each|every|his|her|its)\s$")
LAST_WORD = re.compile(r"[A-Za-z][A-Za-z0-9/#_-]{0,30}\s?$")
LOWER_RUN = re.compile(
    r"(?<=[A-Z0-9.,)] )(?:[A-Z][a-z0-9#/]{1,20} ){0,3}[A-Z][a-z0-9#/]{1,20}\s?$"
)
UPPER_RUN = re.compile(r"(?<=[a-z.,)] )(?:[A-Z#/]{2,20} ){0,3}[A-Z#/]{2,20}\s?$")
# Words too plain to be sought in a line; where one begins a column, it is a label.
FRESH_LABELS = {
    "for": Label("work_for", is_guessed=True),
    "kind": Label("type_of_work", is_guessed=True),
    "field": Label("onsite", Role.ONSITE, is_guessed=True),
    "and": Label("cross_2", is_guessed=True),
}
ANYWHERE = frozenset(["field", "and"])  # of these in the second column too
NUMBER_END = re.compile(r"(?<![A-Za-z])(?:^|[^A-Za-z\d])\d{1,4}$|^\d{1,5}$|\dT\d\d$")
ENDS_NAMES = frozenset(["inc", "co", "corp", "llc", "ltd", "lp", "st", "rd", "dr", "ave", "ln"])
PLAIN_WORDS = frozenset(
    ["name", "from", "to", "type", "street", "number", "no", "#", "phone", "ph"]
)


def marks_in(text: str, grids: Sequence[Grid] = ()) -> list[Mark]:
    """Return the labels of a line in order: those before a mark, and those alone in a column."""
    text = text[:SCAN_CHARACTERS_MAX]
    if not text.strip():
        return []
    marks = [*_qualified(_before_marks(text), text)]
    for find in (stated(text), in_grid(text, grids), alone_in_column(text), numbered(text)):
        marks += [mark for mark in find if not _overlaps(mark, marks)]
    marks += [mark for mark in prefixed(text, marks) if not _overlaps(mark, marks)]
    if len(marks) <= MARKS_OF_SEGMENTS_MAX:
        marks = [*segmented(text)] or marks
    marks = marks or [*enclosed(text)] or [*dashed(text)] or [*leading(text)]
    marks.sort(key=lambda mark: mark.start)
    return (
        _without_unticked(text, marks) if may_hold_boxes(text) else marks[:LABELS_PER_LINE_MAX]
    )


def _overlaps(mark: Mark, marks: Sequence[Mark]) -> bool:
    return any(
        other.start < mark.value_start and mark.start < other.value_start for other in marks
    )


def _without_unticked(text: str, marks: list[Mark]) -> list[Mark]:
    """Return the marks; what is an option that was not ticked is no label."""
    ends = [0, *(mark.value_start for mark in marks)]
    return [
        replace(mark, label=None)
        if mark.value_end is None and is_before_box(text, mark.start, end)
        else mark
        for mark, end in zip(marks[:LABELS_PER_LINE_MAX], ends, strict=False)
    ]


def _all_marks(text: str) -> Iterator[re.Match[str]]:
    """Yield what divides labels from values: as `MARK.finditer`, which tries it at every letter."""
    end = 0
    for sign in SIGN.finditer(text):
        match = MARK.match(text, sign.start()) if sign.start() >= end else None
        if match:
            end = match.end()
            yield match


def _before_marks(text: str) -> Iterator[Mark]:
    end_of_last = 0
    for match in _all_marks(text):
        at = match.start()
        if _is_inside_a_number(text, at) or _is_dress(text, match.group()):
            continue
        found = _label_ending_at(
            text, at, end_of_last, is_leader=match.group()[0] in ".\u00b7?_-"
        )
        if found is not None and not (
            _is_only_asked(text, match, found) or _is_stray_dot(text, match, found)
        ):
            start, label = found
            end_of_last = match.end()
            yield Mark(start, match.end(), text[start:at].strip(), label)


def _qualified(marks: Iterator[Mark], text: str) -> Iterator[Mark]:
    """Read a plain label behind one that has no value of its own with it: `Near: Name: Elm St`."""
    head, last = None, None
    for mark in marks:
        is_plain = mark.words.lower() in PLAIN_WORDS
        if not is_plain:
            head = mark
        elif head is not None and last is not None:
            is_blank = last is not head or not text[last.value_start : mark.start].strip()
            label = find_label(f"{head.words} {mark.words}") if is_blank else None
            mark = replace(mark, label=label) if label else mark  # noqa: PLW2901 - the same mark, understood
        last = mark
        yield mark


def _is_inside_a_number(text: str, at: int) -> bool:
    """Is this the colon of a time or the like?"""
    is_number = text[at] == ":" and NUMBER_END.search(text[max(0, at - 5) : at])
    return bool(is_number) and text[at + 1 : at + 2].isdigit()


def _is_dress(text: str, mark: str) -> bool:
    """Say whether these dashes end a heading that began with some."""
    return mark.startswith("--") and text.lstrip().startswith("-")


def _label_ending_at(
    text: str, at: int, floor: int, *, is_leader: bool
) -> tuple[int, Label | None] | None:
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
        start = match.start()
        if HALF_WORD.search(text[max(0, start - 31) : start]):
            continue
        label = find_label(text[start:at])
        is_inner = label is not None and not FRESH.fullmatch(text[gap:start])
        if label is not None and is_inner and (label.more or _ends_a_name(text[start:at])):
            continue  # `Pole, callback` in a list is the end of a value and a label
        if label is not None and not _is_tail_of_label(text[:at], start):
            return start, None if IN_SENTENCE.search(text[:start][-9:]) else label
    is_fresh = gap > low or not text[:gap].strip() or gap == floor == 0
    return _unknown_ending_at(text, gap, at, is_fresh=is_fresh, is_leader=is_leader)


def _is_only_asked(text: str, mark: re.Match[str], found: tuple[int, Label | None]) -> bool:
    """Is this the end of a question in a sentence? A label with a plain answer begins its line."""
    start, label = found
    is_plain = mark.group().strip("?") == "" and not ANSWER.match(
        text[mark.end() :].lstrip(" .:")
    )
    return is_plain and (label is None or not FRESH.fullmatch(text[:start]))


def _is_stray_dot(text: str, mark: re.Match[str], found: tuple[int, Label | None]) -> bool:
    """Do these dots stand in a sentence? Behind a known label that begins a column they lead."""
    start, label = found
    is_fresh = not text[:start].strip() or text[max(0, start - 2) : start].isspace()
    dots = mark.group().strip(" :")
    is_short = len(dots) == 1 or (len(dots) < LEADER_MIN and text[mark.start() - 1].isspace())
    return is_short and dots.strip(".\u00b7") == "" != dots and not (label and is_fresh)


def _ends_a_name(words: str) -> bool:
    """Say whether the first word ends a name, and begins no label: `Oak Fiber Inc Type:`."""
    first, _blank, rest = words.partition(" ")
    return first.strip(".,").lower() in ENDS_NAMES and find_label(rest) is not None


def _unknown_ending_at(
    text: str, gap: int, at: int, *, is_fresh: bool, is_leader: bool
) -> tuple[int, Label | None] | None:
    """Return what stands before a mark and looks like a label, though none that is known."""
    number = FIELD_NUMBER.match(text[gap:at]) if is_fresh else None
    gap += number.end() if number else 0
    piece = text[gap:at]
    unknown = UNKNOWN_LABEL.search(piece) if is_fresh else None
    if unknown and not piece[: unknown.start()].strip(" -*[]()|>"):
        start = gap + unknown.start()
        words = text[start:at]
        is_first = not text[:start].strip(" *-|")
        fresh = (
            FRESH_LABELS.get(name_of(words)) if is_first or name_of(words) in ANYWHERE else None
        )
        return start, find_label(words, is_fuzzy=True) or fresh
    if is_leader:
        return None
    word = LOWER_RUN.search(piece) or UPPER_RUN.search(piece) or LAST_WORD.search(piece)
    return (gap + word.start(), None) if word else None


def _is_tail_of_label(before: str, start: int) -> bool:
    """Is what was found only the end of a longer, unknown label that begins the line?

    `Working For Contact:` is not `Contact:`. Words with digits before it are a value.
    """
    head = before[:start].strip(" -*|>")
    words = head.split()
    is_worded = all(word.isalpha() for word in words)
    return bool(words) and is_worded and len(words) <= TAIL_WORDS_MAX
