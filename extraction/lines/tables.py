"""Tables in running text: a row of labels, and the cells of the rows below it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.extraction import Span
from extraction.document import Line
from extraction.labels.claims import PARTS, ROLE_LABELS
from extraction.labels.concepts import Label, find_label, name_of
from extraction.lines.columns import columns_of
from extraction.lines.mark import Mark
from extraction.lines.party_rows import party_named
from extraction.roles import Role, role_of_name

TABLE_COLUMNS_MIN = 3
TABLE_COLUMNS_LEAST = 2
TABLE_ROWS_MAX = 20
TABLE_KNOWN_SHARE_MIN = 0.6
MARKED = re.compile(r":(?!\d)|=")  # a colon that is not one of a time


Cell = tuple[Label, str, Span]  # the label above it, its words, and where the value stands


class Tables:
    """Remembers the row of labels above, and pairs the cells of the rows below with it."""

    def __init__(self) -> None:
        self._labels: list[tuple[int, int, str, Label | None]] = []
        self._rows = 0
        self._is_ruled = False  # a line was drawn right above

    def cells(self, line: Line, marks: Sequence[Mark], beneath: str = "") -> list[Cell] | None:
        """Return the cells of a row; a row of labels has none; None if this is no table."""
        columns = columns_of(line.text)
        if self._labels and is_drawn(line.text):
            self._is_ruled = True
            return []
        is_ruled, self._is_ruled = self._is_ruled, False
        if is_header(line.text, columns, beneath) or (
            is_ruled and _is_of_labels(line, columns)
        ):
            self._labels = [
                (start, end, line.text[start:end], find_label(line.text[start:end]))
                for start, end in columns
            ]
            self._rows = 0
            return []
        is_boxed = bool(columns) and line.text.count("|") > len(self._labels)
        is_wide = is_boxed or len(columns) >= min(TABLE_COLUMNS_MIN, len(self._labels))
        is_row = is_wide and not any(
            not m.is_bare
            and m.value_start < len(line.text)
            and line.text[m.value_start - 1 : m.value_start] in ":="
            for m in marks
        )
        if not self._labels or not is_row or self._rows >= TABLE_ROWS_MAX:
            self._labels = self._labels if not line.text.strip() and not self._rows else []
            return None
        self._rows += 1
        return list(self._row(line, columns)) if self._is_level(columns) else []

    def _is_level(self, columns: list[tuple[int, int]]) -> bool:
        """Do the cells stand below the labels, or are they as many?"""
        if len(columns) == len(self._labels):
            return True
        edges = {edge for start, end, *_ in self._labels for edge in (start, end)}
        near = sum(
            not edges.isdisjoint((start, end, start - 1, end + 1)) for start, end in columns
        )
        return near * 2 >= len(columns)

    def _row(self, line: Line, columns: list[tuple[int, int]]) -> Iterator[Cell]:
        # A first cell that ends left of all labels names its row, and has none above it.
        is_counted = len(columns) == len(self._labels) and columns[0][1] > self._labels[0][0]
        heads = [
            self._labels[place] if is_counted else self._above(start, end)
            for place, (start, end) in enumerate(columns)
        ]
        texts = [line.text[start:end] for start, end in columns]
        role = _role_of_row(texts, [head[2] if head else "" for head in heads])
        for (start, end), head in zip(columns, heads, strict=True):
            if head is not None and head[3] is not None:
                yield _of_party(head[3], role), head[2], line.span(start, end)

    def _above(self, start: int, end: int) -> tuple[int, int, str, Label | None] | None:
        """Return the label that this cell overlaps most, or None."""
        overlaps = [(min(end, head[1]) - max(start, head[0]), head) for head in self._labels]
        best = max(overlaps, key=lambda found: found[0])
        return best[1] if best[0] > 0 else None


def _role_of_row(texts: Sequence[str], heads: Sequence[str]) -> Role | None:
    """Return whose row this is: by the cell below `Role`, or by a first cell with nothing above."""
    for place, (text, head) in enumerate(zip(texts, heads, strict=True)):
        if name_of(head) in ROLE_LABELS:
            return party_named(text)
        if not place and not head:
            return role_of_name(name_of(text))
    return None


def _of_party(label: Label, role: Role | None) -> Label:
    is_its = role is not None and label.role is None and label.concept in PARTS
    return replace(label, role=role) if is_its else label


def _is_of_labels(line: Line, columns: list[tuple[int, int]]) -> bool:
    """Is this a row of labels right below a drawn line, most of them known?"""
    known = sum(find_label(line.text[start:end]) is not None for start, end in columns)
    return known >= TABLE_COLUMNS_LEAST and known * 2 > len(columns)


def is_header(text: str, columns: list[tuple[int, int]], beneath: str = "") -> bool:
    """Is this a row of labels: several columns, most of them known, and no marks?

    Two labels are a row if the line beneath has its two values right below them.
    """
    if len(columns) < TABLE_COLUMNS_LEAST or ":" in text or "=" in text:
        return False
    known = sum(find_label(text[start:end]) is not None for start, end in columns)
    if known >= TABLE_COLUMNS_MIN and known >= TABLE_KNOWN_SHARE_MIN * len(columns):
        return True
    is_most = known == len(columns) or (
        known >= TABLE_COLUMNS_LEAST and known * 2 > len(columns)
    )
    return is_most and _is_below(columns, beneath, is_sure=known == len(columns))


def _is_below(columns: list[tuple[int, int]], beneath: str, *, is_sure: bool) -> bool:
    """Do values stand right below these labels: below each, or below two if all are known?"""
    values = columns_of(beneath)
    heads = {start for start, _end in columns}
    is_level = {start for start, _end in values} <= heads
    enough = len(values) >= TABLE_COLUMNS_LEAST if is_sure else len(values) == len(columns)
    return (
        is_level
        and enough
        and MARKED.search(beneath) is None
        and not any(find_label(beneath[start:end]) for start, end in values)
    )


def is_drawn(text: str) -> bool:
    """Is this the line that forms draw below the row of labels?"""
    return bool(text.strip()) and not text.strip(" -=+|_\u2500\u2550")
