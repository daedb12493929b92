"""PDF: words with their boxes become cells, cells beside their label become labelled lines.

Forms stand in columns: a value is to the right of its label, a little higher or lower, and
may go on below itself. Labels are known by a colon, by bold type among plain, or by their
words. What has no label stays a line of text, columns apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from domain.extraction import ExtractionWarning, WarningCode
from extraction.document import CHARACTERS_MAX, Document, Line
from extraction.intake import Medium
from extraction.reading.cells import Cell, cells_of, labelled_lines
from extraction.reading.text import plain, truncated

PAGES_MAX = 50
WORDS_PER_PAGE_MAX = 20_000
TEXT_CHARACTERS_MIN = 30  # fewer on all pages mean that the pages are pictures

NO_TEXT_LAYER = ExtractionWarning(
    code=WarningCode.OCR_UNAVAILABLE,
    message="The pages are pictures without text; reading pictures is not available.",
)
ENCRYPTED = ExtractionWarning(
    code=WarningCode.ENCRYPTED,
    message="The PDF is locked with a password; send it without one.",
)
TOO_LONG = truncated(f"the first {PAGES_MAX} pages, or what fits a document, were read")


def read_pdf(document: bytes, *, part: str = "body") -> Document:
    """Return the lines of a PDF that has a text layer."""
    from io import BytesIO  # with the library below, only a PDF pays for it

    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(BytesIO(document)) as pdf:
            found = tuple(_lines(pdf.pages[:PAGES_MAX], part))
            is_long = len(pdf.pages) > PAGES_MAX
    except PdfminerException as failure:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in failure.args):
            return Document(medium=Medium.PDF, warnings=(ENCRYPTED,))
        raise
    lines = tuple(_limited(found))
    is_cut = is_long or len(lines) < len(found)
    if sum(len(line.text) for line in lines) < TEXT_CHARACTERS_MIN:
        return Document(medium=Medium.PDF, warnings=(NO_TEXT_LAYER,))
    return Document(medium=Medium.PDF, lines=lines, warnings=(TOO_LONG,) if is_cut else ())


def _limited(lines: Iterable[Line]) -> Iterator[Line]:
    characters = 0
    for line in lines:
        characters += len(line.text)
        if characters > CHARACTERS_MAX:
            return
        yield line


def _lines(pages: Sequence[Any], part: str) -> Iterator[Line]:
    for number, page in enumerate(pages, start=1):
        cells = cells_of(islice(_words(page), WORDS_PER_PAGE_MAX))
        yield from labelled_lines(cells, page=number, part=part)
        yield Line("", number=0, page=number, part=part)
        page.close()


def _words(page: Any) -> Iterator[Cell]:
    for word in page.extract_words(extra_attrs=["fontname"]):
        yield Cell(
            text=plain(word["text"]),
            x0=round(float(word["x0"]), 2),
            top=round(float(word["top"]), 2),
            x1=round(float(word["x1"]), 2),
            bottom=round(float(word["bottom"]), 2),
            is_bold="bold" in word["fontname"].lower() or "black" in word["fontname"].lower(),
        )
