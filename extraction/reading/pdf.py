"""PDF: words with their boxes become cells, cells beside their label become labelled lines.

Forms stand in columns: a value is to the right of its label, a little higher or lower, and
may go on below itself. Labels are known by a colon, by bold type among plain, or by their
words. What has no label stays a line of text, columns apart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.extraction import ExtractionWarning, WarningCode
from extraction.document import CHARACTERS_MAX, Document, Line
from extraction.intake import Medium
from extraction.ocr.pictures import Pictures
from extraction.reading.labelling import labelled_lines
from extraction.reading.recognised import recognised_lines
from extraction.reading.text import truncated

if TYPE_CHECKING:
    from extraction.reading.opened import Page

PAGES_MAX = 50
EDGE_SHARE = 0.09  # of the height of a page: so far reach its head and its foot

NO_TEXT = ExtractionWarning(
    code=WarningCode.UNREADABLE, message="There is no text on the pages of the PDF."
)
BROKEN = ExtractionWarning(
    code=WarningCode.UNREADABLE,
    message="The PDF is damaged and does not open; send the whole file again.",
)
ENCRYPTED = ExtractionWarning(
    code=WarningCode.ENCRYPTED,
    message="The PDF is locked with a password; send it without one.",
)
TOO_LONG = truncated(f"the first {PAGES_MAX} pages, or what fits a document, were read")


def read_pdf(document: bytes, *, pictures: Pictures, part: str = "body") -> Document:
    """Return the lines of a PDF: of each page its text, or what its picture shows."""
    from extraction.reading.opened import (  # only a PDF pays for it
        BrokenError,
        LockedError,
        opened,
    )

    try:
        with opened(document) as pdf:
            found = tuple(_lines(pdf.pages(PAGES_MAX), part, pictures))
            is_long = pdf.page_count > PAGES_MAX
    except LockedError:
        return Document(medium=Medium.PDF, warnings=(ENCRYPTED,))
    except BrokenError:
        return Document(medium=Medium.PDF, warnings=(BROKEN,))
    lines = tuple(_limited(found))
    is_cut = is_long or len(lines) < len(found)
    if not any(line.text or line.label for line in lines):
        return Document(medium=Medium.PDF, warnings=() if pictures.troubles else (NO_TEXT,))
    return Document(medium=Medium.PDF, lines=lines, warnings=(TOO_LONG,) if is_cut else ())


def _limited(lines: Iterable[Line]) -> Iterator[Line]:
    characters = 0
    for line in lines:
        characters += len(line.text)
        if characters > CHARACTERS_MAX:
            return
        yield line


def _lines(pages: Iterable["Page | None"], part: str, pictures: Pictures) -> Iterator[Line]:
    seen: set[tuple[str | None, str, int]] = set()
    for number, page in enumerate(pages, start=1):
        if page is not None:
            lines = [*_page_lines(page, number, part, pictures)]
            yield from _unseen(lines, page.height, seen)
            yield from _fields(page, len(lines), number, part)
            yield Line("", number=0, page=number, part=part)


def _unseen(
    lines: Iterable[Line], height: float, seen: set[tuple[str | None, str, int]]
) -> Iterator[Line]:
    """Yield the lines of a page but the heads and feet that stood on one before it.

    They say the same again; that makes nothing surer.
    """
    for line in lines:
        top, bottom = (line.box[1], line.box[3]) if line.box else (height / 2, height / 2)
        key = (line.label, line.text, round(top))
        if top > EDGE_SHARE * height and bottom < (1 - EDGE_SHARE) * height:
            yield line
        elif key not in seen:
            seen.add(key)
            yield line


def _page_lines(page: "Page", number: int, part: str, pictures: Pictures) -> Iterator[Line]:
    """Yield what a page says: its picture if it is one and says more than its text."""
    if page.draw is not None:
        found = pictures.read(page.draw, page=number, part=part)
        if found.words:
            yield from recognised_lines(found, page=number, part=part)
            return
    for line in labelled_lines(page.cells, page=number, part=part):
        if page.shown is not None and line.box is not None:
            yield replace(line, shown=page.shown(line.box))
        else:
            yield line


def _fields(page: "Page", above: int, number: int, part: str) -> Iterator[Line]:
    """Yield the fields of a form that say by their names what they hold."""
    for at, (name, cell) in enumerate(page.fields, start=above + 1):
        box = (cell.x0, cell.top, cell.x1, cell.bottom)
        yield Line(cell.text, number=at, page=number, part=part, label=name, box=box)
