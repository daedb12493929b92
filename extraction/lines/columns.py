"""Columns: the pieces of a line between wide gaps or bars, and grids of labels without marks.

A form made for a fixed pitch puts its labels into one column and their values into the next.
Where two known labels stand so, every line with words at both places is read the same way,
even if its label fills the column or is not known.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise

from extraction.document import Line
from extraction.labels.concepts import find_label

SCAN_CHARACTERS_MAX = 20_000  # of one line; a longer line is data, not labels
COLUMNS_PER_LINE_MAX = 60
GRID_LABELS_MIN = 2  # known labels that make two columns a grid
GRID_LINES_MAX = 4_000

CACHE_MAX = 512

COLUMNS = re.compile(r"[^\s|\u2502]+(?: [^\s|\u2502]+){0,40}")

PLAIN = re.compile(r"[A-Za-z#][^:=]{0,38}[^:=.\s]")  # a label without a mark or a leader
Column = tuple[int, int]  # where it begins and ends in its line
Grid = tuple[int, int]  # where its labels begin and where its values begin


@lru_cache(CACHE_MAX)
def columns_of(text: str) -> list[Column]:
    """Return the columns of a line: what stands between gaps of two blanks, tabs or bars."""
    found = COLUMNS.finditer(text[:SCAN_CHARACTERS_MAX])
    return [match.span() for match in islice(found, COLUMNS_PER_LINE_MAX)]


def grids_of(lines: Sequence[Line]) -> dict[str, list[Grid]]:
    """Return for each part of a document the grids that its labels stand in."""
    support: dict[str, Counter[Grid]] = {}
    for line in lines[:GRID_LINES_MAX]:
        if line.label is not None or line.box is not None or "  " not in line.text:
            continue
        columns = columns_of(line.text)
        for (start, end), (value, _end) in pairwise(columns):
            words = line.text[start:end]
            is_label = PLAIN.fullmatch(words) and find_label(words) is not None
            if is_label and find_label(line.text[value:_end]) is None:
                support.setdefault(line.part, Counter())[start, value] += 1
    return {
        part: sorted(grid for grid, count in counts.items() if count >= GRID_LABELS_MIN)
        for part, counts in support.items()
    }


def cells_in(text: str, grids: Sequence[Grid]) -> Iterator[tuple[int, int, str]]:
    """Yield where a label and its value begin in this line, and the label, for each grid."""
    taken = -1
    for start, value in grids:
        words = text[start:value]
        if start <= taken or not (_begins(text, start) and _begins(text, value)):
            continue
        if PLAIN.fullmatch(words.strip()) and "  " not in words.strip():
            taken = start
            yield start, value, words.strip()


def _begins(text: str, at: int) -> bool:
    """Say whether a word begins here."""
    return text[at : at + 1].strip() != "" and (at == 0 or text[at - 1] == " ")
