"""What every medium becomes: a `Document` of lines that know where they stand.

A line of running text has no label. A leaf of JSON or XML, a table cell or a value beside its
label on a PDF page is a line with the label and the names of what contains it. Nothing here
knows what a label means.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from domain.extraction import ExtractionWarning, Span, WarningCode
from extraction.intake import Medium
from extraction.value import value

CHARACTERS_MAX = 2_000_000  # of text in one document; what follows is not read
LINES_MAX = 20_000
SHAPE_CHARACTERS_MIN = 200  # of a value that is mostly digits: the points of a shape
NO_DIGITS = str.maketrans("", "", "0123456789.-")
TAB = 8  # columns between two stops
QUOTE_CHARACTERS_MAX = 2_000  # a quote is evidence, not a copy of the document

Box = tuple[float, float, float, float]


@value
class Line:
    """A line of text and its place in the document."""

    text: str
    number: int = 1
    page: int = 1
    part: str = "body"
    label: str | None = None  # what structure, not reading, says this value is called
    trail: tuple[str, ...] = ()  # names of the objects around it, outermost first
    path: str | None = None
    within: tuple[str, ...] = ()  # paths of the objects around it, of one more than has a name
    box: Box | None = None
    quality: float | None = None  # of recognised text: how sure its words are, 0 to 1
    shown: Box | None = None  # on the page as it is, where it was put straight to be read

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Return the place of a piece of this line, without the blanks around it."""
        stop = len(self.text) if end is None else end
        piece = self.text[start:stop]
        first = start + len(piece) - len(piece.lstrip())
        last = max(first, start + len(piece.rstrip()))
        return Span(
            quote=self.text[first:last][:QUOTE_CHARACTERS_MAX],
            part=self.part,
            page=self.page,
            line=self.number,
            start=first,
            end=last,
            path=self.path,
            box=self.shown or self.box,
        )


@dataclass(frozen=True)  # no slots: it keeps its text, which many stages ask for
class Document:
    """The lines of a document in reading order, and what reading it has shown."""

    medium: Medium
    lines: tuple[Line, ...] = ()
    warnings: tuple[ExtractionWarning, ...] = field(default=())

    @cached_property
    def text(self) -> str:
        """All text, a line a line; structured values with their labels, shapes without numbers."""
        return "\n".join(
            line.text if not line.label else f"{line.label}: {_words_of(line)}"
            for line in self.lines
        )

    @property
    def is_unreadable(self) -> bool:
        """Did reading end before it began?"""
        stops = {WarningCode.UNREADABLE, WarningCode.ENCRYPTED, WarningCode.OCR_UNAVAILABLE}
        return not self.lines and any(warning.code in stops for warning in self.warnings)


def _words_of(line: Line) -> str:
    """Return the text of a value; the points of a long shape are no words."""
    is_short = len(line.text) < SHAPE_CHARACTERS_MIN
    if is_short or len(line.text.translate(NO_DIGITS)) > len(line.text) // 2:
        return line.text
    return ""


def numbered(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return lines with their numbers, counted from 1."""
    # Written out: `replace` asks each line for its fields, and there may be many thousands.
    return tuple(
        Line(
            line.text,
            number,
            line.page,
            line.part,
            line.label,
            line.trail,
            line.path,
            line.within,
            line.box,
            line.quality,
            line.shown,
        )
        for number, line in enumerate(lines, start=1)
    )


def lines_of(text: str, *, part: str = "body", page: int = 1) -> tuple[Line, ...]:
    """Return running text as numbered lines, blank ones too: they separate blocks."""
    return tuple(
        Line(text=_without_tabs(row).rstrip(), number=number, page=page, part=part)
        for number, row in enumerate(text[:CHARACTERS_MAX].splitlines()[:LINES_MAX], start=1)
    )


def _without_tabs(row: str) -> str:
    """Return a row with blanks for its tabs: up to the next stop, and two at the least."""
    if "\t" not in row:
        return row
    text, *rest = row.split("\t")
    pieces, size, stop = [text], len(text), len(text)
    for piece in rest:
        stop += TAB - stop % TAB
        wide = max(stop, size + 2)
        pieces += [" " * (wide - size), piece]
        size = wide + len(piece)
        stop += len(piece)
    return "".join(pieces)
