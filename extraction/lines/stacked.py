"""Labels that stand above their values, each in a line of its own.

Forms that were copied out of a page look so. One label above one line may be a heading; several
are a habit of the document.
"""

import re
from collections.abc import Sequence

from extraction.document import Line
from extraction.labels.concepts import find_label
from extraction.lines.headings import is_ruler
from extraction.lines.mark import Mark
from extraction.lines.ticks import options_in

TEXTS = frozenset(
    {"remarks", "marking", "directions", "extent", "scope", "description", "emergency_reason"}
)
TEXT_WORDS_MIN = 4
STACKED_MIN = 3  # labels above a value that make it a habit
NUMBERED = re.compile(r"\s{0,40}\(?\d{1,3}[a-z]?[.)]\s{1,4}", re.IGNORECASE)
SCAN_LINES_MAX = 20_000
QUESTION_CHARACTERS_MAX = 80


def stacked_in(lines: Sequence[Line], marks: Sequence[Sequence[Mark]]) -> dict[int, Mark]:
    """Return the mark of each line that is a label above its value, if the document does so."""
    found, told = {}, {}
    for index, line in enumerate(lines[:SCAN_LINES_MAX]):
        mark = _label_alone(line, marks[index])
        if mark is not None and index + 1 < len(lines):
            at = index + 1 + (is_ruler(lines[index + 1].text) and index + 2 < len(lines))
            beneath = lines[at]
            if _is_value(beneath, marks[at], line):
                found[index] = mark
                if _heads_text(mark, beneath):
                    told[index] = mark
    return found if len(found) >= STACKED_MIN else told


def _heads_text(mark: Mark, beneath: Line) -> bool:
    """Say whether this label stands above running text or a row of boxes: once is enough."""
    concept = mark.label.concept if mark.label else ""
    is_text = concept in TEXTS and len(beneath.text.split()) >= TEXT_WORDS_MIN
    return is_text or len(options_in(beneath.text)) > 1


def _label_alone(line: Line, marks: Sequence[Mark]) -> Mark | None:
    """Return the label that is all that a line says."""
    text = line.text.rstrip()
    if line.label is not None or len(marks) > 1 or not text:
        return None
    if marks:
        is_blank = not text[marks[0].value_start :].strip(" .:_")
        return marks[0] if is_blank and marks[0].label and _begins(text, marks[0]) else None
    number = NUMBERED.match(text)
    start = number.end() if number else len(text) - len(text.lstrip())
    label = find_label(text[start:])
    is_question = text.endswith("?") and len(text) <= QUESTION_CHARACTERS_MAX
    return Mark(start, len(text), text[start:], label) if label or is_question else None


def _begins(text: str, mark: Mark) -> bool:
    return not text[: mark.start].strip(" -*|>.)(0123456789")


def _is_value(line: Line, marks: Sequence[Mark], above: Line) -> bool:
    """Is this line a value: no label, no drawing, and not far to the left of its label?"""
    text = line.text
    if line.label is not None or line.part != above.part or not text.strip() or marks:
        return False
    indent = len(text) - len(text.lstrip())
    is_below = indent >= len(above.text) - len(above.text.lstrip())
    return is_below and not is_ruler(text) and find_label(text.strip()) is None
