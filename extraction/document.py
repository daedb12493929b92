"""What every medium becomes: a `Document` of lines that know where they stand.

A line of running text has no label. A leaf of JSON or XML, a table cell or a value beside its
label on a PDF page is a line with the label and the names of what contains it. Nothing here
knows what a label means.
"""

from dataclasses import dataclass, field

from domain.extraction import ExtractionWarning, Span, WarningCode
from extraction.intake import Medium

CHARACTERS_MAX = 2_000_000  # of text in one document; what follows is not read
LINES_MAX = 20_000
QUOTE_CHARACTERS_MAX = 2_000  # a quote is evidence, not a copy of the document

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its place in the document."""

    text: str
    number: int = 1
    page: int = 1
    part: str = "body"
    label: str | None = None  # what structure, not reading, says this value is called
    trail: tuple[str, ...] = ()  # names of the objects around it, outermost first
    path: str | None = None
    box: Box | None = None

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
            box=self.box,
        )


@dataclass(frozen=True, slots=True)
class Document:
    """The lines of a document in reading order, and what reading it has shown."""

    medium: Medium
    lines: tuple[Line, ...] = ()
    warnings: tuple[ExtractionWarning, ...] = field(default=())

    @property
    def text(self) -> str:
        """All text, a line a line; structured values with their labels."""
        return "\n".join(
            f"{line.label}: {line.text}" if line.label else line.text for line in self.lines
        )

    @property
    def is_unreadable(self) -> bool:
        """Did reading end before it began?"""
        stops = {WarningCode.UNREADABLE, WarningCode.ENCRYPTED, WarningCode.OCR_UNAVAILABLE}
        return not self.lines and any(warning.code in stops for warning in self.warnings)


def lines_of(text: str, *, part: str = "body", page: int = 1) -> tuple[Line, ...]:
    """Return running text as numbered lines, blank ones too: they separate blocks."""
    return tuple(
        Line(text=row.expandtabs(8).rstrip(), number=number, page=page, part=part)
        for number, row in enumerate(text[:CHARACTERS_MAX].splitlines()[:LINES_MAX], start=1)
    )
