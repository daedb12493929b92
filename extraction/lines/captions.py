"""Captions: labels that stand below the line that their value is written on.

`___Mapleton___` over `(City)`: forms to be filled in by hand look so, and copies of them.
"""

import re
from collections.abc import Sequence

from extraction.document import Line
from extraction.labels.concepts import Label, find_label
from extraction.lines.columns import columns_of
from extraction.lines.tables import Cell

CAPTIONS_MIN = 3  # lines of captions that make it a habit of the document
LINES_MAX = 5_000
DRAWN = re.compile(r"_{3,200}")
IN_PLACE = re.compile(r"_{2,200}[^_\s][^_]{0,200}_{2,200}")

Caption = tuple[int, int, str, Label]  # where it begins and ends in its line, and what it means


def captions_in(lines: Sequence[Line]) -> dict[int, list[Cell]]:
    """Return the cells of each line that names what was written above, if the document does so.

    The lines that hold the values and the rules are keys too, with no cells of their own.
    """
    found: dict[int, list[Cell]] = {}
    count = 0
    for index, line in enumerate(lines[:LINES_MAX]):
        above = _written_above(lines, index)
        captions = _captions_of(line) if above else []
        if above and captions:
            found |= {at: [] for at in range(above[0], index)}
            found[index] = _cells(lines[above[0]], captions)
            count += 1
    return found if count >= CAPTIONS_MIN else {}


def _written_above(lines: Sequence[Line], index: int) -> tuple[int, str] | None:
    """Return the line with the values above this one: right above, or above a drawn rule."""
    for at in (index - 1, index - 2):
        if at < 0 or lines[at].label is not None or lines[at].part != lines[index].part:
            return None
        text = lines[at].text
        if at == index - 2 and text.strip() and not _is_rule(text):
            return at, text
        if IN_PLACE.search(text):
            return at, text
        if not _is_rule(text):
            return None
    return None


def _is_rule(text: str) -> bool:
    return DRAWN.search(text) is not None and not text.strip(" _|")


def _captions_of(line: Line) -> list[Caption]:
    """Return the captions of a line that holds nothing else."""
    if line.label is not None or not line.text.strip():
        return []
    found = []
    for start, end in columns_of(line.text):
        label = find_label(line.text[start:end].strip("() *"))
        if label is None:
            return []
        found.append((start, end, line.text[start:end], label))
    return found


def _cells(line: Line, captions: Sequence[Caption]) -> list[Cell]:
    """Return each caption with the words above it: one to one, else by where they stand."""
    values = [_bare(line.text, start, end) for start, end in _values(line.text)]
    if len(values) == len(captions):
        pairs = list(zip(captions, values, strict=True))
    else:
        pairs = [(one, value) for value in values for one in captions if _is_over(value, one)]
    return [(one[3], one[2], line.span(*value)) for one, value in pairs]


def _values(text: str) -> list[tuple[int, int]]:
    found = [match.span() for match in re.finditer(r"[^_\s|]+(?:[ _][^_\s|]+){0,40}", text)]
    return [span for span in found if text[slice(*span)].strip(" _")]


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + len(words) - len(words.lstrip(" _")), start + len(words.rstrip(" _"))


def _is_over(value: tuple[int, int], caption: Caption) -> bool:
    return min(value[1], caption[1]) > max(value[0], caption[0])
