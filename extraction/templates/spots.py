"""Spots: every place of a document at which a template could point, with what stands there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.extraction import Span
from extraction.document import Document, Line
from extraction.labels.concepts import name_of
from extraction.lines.columns import columns_of
from extraction.lines.mark import Mark
from extraction.lines.marks import marks_in
from extraction.roles import role_of_heading
from extraction.templates.layout_words import is_known
from extraction.templates.sheet import FRAME, INDEX, LINES_MAX

BELOW_MAX = 10  # lines below a label that are looked at
ROWS_MAX = 5
COLUMNS_MIN = 3  # of a row of labels; two words side by side may be a name and its title
SPOTS_MAX = 4_000


@dataclass(frozen=True, slots=True)
class Spot:
    """What stands behind a label, at a path or in a column, and the heading above it."""

    text: str
    spans: tuple[Span, ...]
    line: int
    label: str | None = None
    path: str | None = None
    column: str | None = None
    below: int = 0
    heading: str | None = None

    @property
    def words(self) -> list[str]:
        """The words of the layout by which the spot is known: a label, or the keys of a path."""
        if self.path is not None:
            return re.findall(r"[^$.@\[\]*]+", re.sub(r"\[\d+\]", "", self.path))
        return [self.label or self.column or ""]


def spots_in(document: Document) -> list[Spot]:
    """Return the spots of a document in reading order, bounded in number."""
    lines = document.lines[:LINES_MAX]
    marks = [() if line.label is not None else tuple(marks_in(line.text)) for line in lines]
    found: list[Spot] = []
    heading: str | None = None
    for number, line in enumerate(lines):
        heading = _heading(line, marks[number]) or heading
        found += _at(lines, marks, number, heading)
        if len(found) >= SPOTS_MAX:
            break
    return found


def _heading(line: Line, marks: Sequence[Mark]) -> str | None:
    """Return the words of a line that is a heading in words of the trade alone."""
    text = (line.text or line.label or "").strip(FRAME)
    if line.path is not None or marks or (line.label and line.text) or not is_known(text):
        return None
    return text if role_of_heading(text, name_of(text)) else None


def _at(
    lines: Sequence[Line],
    marks: Sequence[Sequence[Mark]],
    number: int,
    heading: str | None,
) -> Iterator[Spot]:
    line = lines[number]
    if line.path is not None:
        path = INDEX.sub("[*]", line.path)
        yield Spot(line.text, (line.span(),), number, path=path)
        if path != line.path:
            yield Spot(line.text, (line.span(),), number, path=line.path)
    elif line.label is not None:
        yield Spot(line.text, (line.span(),), number, label=line.label, heading=heading)
    else:
        yield from _behind_marks(lines, marks, number, heading)
        yield from _in_columns(lines, marks, number, heading)


def _behind_marks(
    lines: Sequence[Line],
    marks: Sequence[Sequence[Mark]],
    number: int,
    heading: str | None,
) -> Iterator[Spot]:
    line = lines[number]
    ends = [mark.start for mark in marks[number][1:]] + [len(line.text)]
    for mark, next_start in zip(marks[number], ends, strict=False):
        end = mark.value_end or next_start
        own = line.span(mark.value_start, end)
        yield Spot(own.quote, (own,), number, label=mark.words, heading=heading)
        if end == len(line.text):
            spans = [own] if own.quote else []
            for below, span in enumerate(_below(lines, marks, number), start=1):
                spans.append(span)
                text = " ".join(one.quote for one in spans)
                yield Spot(
                    text, tuple(spans), number, label=mark.words, below=below, heading=heading
                )


def _below(
    lines: Sequence[Line], marks: Sequence[Sequence[Mark]], number: int
) -> Iterator[Span]:
    for at in range(number + 1, min(number + 1 + BELOW_MAX, len(lines))):
        line = lines[at]
        if line.label is not None or marks[at] or not line.text.strip():
            return
        yield line.span()


def _in_columns(
    lines: Sequence[Line],
    marks: Sequence[Sequence[Mark]],
    number: int,
    heading: str | None,
) -> Iterator[Spot]:
    """Yield the cells below the cells of this line, as if it were a row of labels."""
    line = lines[number]
    heads = columns_of(line.text)
    if len(heads) < COLUMNS_MIN or ":" in line.text or any(map(str.isdigit, line.text)):
        return
    if not any(is_known(line.text[slice(*head)]) for head in heads):
        return  # a row of words that nobody knows may say anything
    for row in range(number + 1, min(number + 1 + ROWS_MAX, len(lines))):
        below = lines[row]
        if below.label is not None or marks[row] or not below.text.strip():
            return
        for start, end in columns_of(below.text):
            head = max(heads, key=lambda cell: min(end, cell[1]) - max(start, cell[0]))
            if min(end, head[1]) > max(start, head[0]):
                span = below.span(start, end)
                words = line.text[slice(*head)]
                yield Spot(span.quote, (span,), row, column=words, heading=heading)
