"""Tables in running text: a row of labels, and the cells of the rows below it."""

from collections.abc import Iterator, Sequence

from domain.extraction import Span
from extraction.document import Line
from extraction.labels import Label, find_label
from extraction.marks import COLUMNS, SCAN_CHARACTERS_MAX, Mark

TABLE_COLUMNS_MIN = 3
TABLE_ROWS_MAX = 20
TABLE_KNOWN_SHARE_MIN = 0.6


Cell = tuple[Label, str, Span]  # the label above it, its words, and where the value stands


class Tables:
    """Remembers the row of labels above, and pairs the cells of the rows below with it."""

    def __init__(self) -> None:
        self._labels: list[tuple[int, int, str, Label | None]] = []
        self._rows = 0

    def cells(self, line: Line, marks: Sequence[Mark]) -> list[Cell] | None:
        """Return the cells of a row; a row of labels has none; None if this is no table."""
        columns = [match.span() for match in COLUMNS.finditer(line.text[:SCAN_CHARACTERS_MAX])]
        if is_header(line.text, columns):
            self._labels = [
                (start, end, line.text[start:end], find_label(line.text[start:end]))
                for start, end in columns
            ]
            self._rows = 0
            return []
        is_row = len(columns) >= TABLE_COLUMNS_MIN and not any(
            not m.is_bare
            and m.value_start < len(line.text)
            and line.text[m.value_start - 1 : m.value_start] in ":="
            for m in marks
        )
        if not self._labels or not is_row or self._rows >= TABLE_ROWS_MAX:
            self._labels = self._labels if not line.text.strip() and not self._rows else []
            return None
        self._rows += 1
        return list(self._row(line, columns))

    def _row(self, line: Line, columns: list[tuple[int, int]]) -> Iterator[Cell]:
        for place, (start, end) in enumerate(columns):
            head = (
                self._labels[place]
                if len(columns) == len(self._labels)
                else self._above(start, end)
            )
            if head is not None and head[3] is not None:
                yield head[3], head[2], line.span(start, end)

    def _above(self, start: int, end: int) -> tuple[int, int, str, Label | None] | None:
        """Return the label that this cell overlaps most, or None."""
        overlaps = [(min(end, head[1]) - max(start, head[0]), head) for head in self._labels]
        best = max(overlaps, key=lambda found: found[0])
        return best[1] if best[0] > 0 else None


def is_header(text: str, columns: list[tuple[int, int]]) -> bool:
    """Is this a row of labels: several columns, most of them known, and no marks?"""
    if len(columns) < TABLE_COLUMNS_MIN or ":" in text or "=" in text:
        return False
    known = sum(find_label(text[start:end]) is not None for start, end in columns)
    return known >= TABLE_COLUMNS_MIN and known >= TABLE_KNOWN_SHARE_MIN * len(columns)
