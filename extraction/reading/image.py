"""Pictures of pages: PNG, JPEG, TIFF of one or many pages, GIF, BMP and WebP."""

from collections.abc import Iterator
from functools import partial

from domain.extraction import ExtractionWarning, WarningCode
from extraction.document import Document, Line
from extraction.intake import Medium
from extraction.ocr.limits import TooLargeError
from extraction.ocr.pictures import Pictures
from extraction.ocr.scans import Scan, scans_of, size_of
from extraction.reading.recognised import recognised_lines

NO_TEXT = ExtractionWarning(
    code=WarningCode.UNREADABLE, message="There is no text in the picture."
)
PAGE_PIXELS_MIN = 600  # a side; a picture in a mail that is smaller is a logo


def read_image(document: bytes, *, part: str, pictures: Pictures) -> Document:
    """Return the lines of a picture, of all its pages."""
    lines = tuple(_lines(document, part, pictures))
    if any(line.text or line.label for line in lines):
        return Document(medium=Medium.IMAGE, lines=lines)
    return Document(medium=Medium.IMAGE, warnings=() if pictures.troubles else (NO_TEXT,))


def is_page(document: bytes) -> bool:
    """Is this picture large enough to be a page and no decoration?"""
    try:
        return min(size_of(document)) >= PAGE_PIXELS_MIN
    except TooLargeError:
        return True
    except (OSError, ValueError, SyntaxError):  # what the library raises for a broken picture
        return False


def _itself(scan: Scan) -> Scan:
    return scan


def _lines(document: bytes, part: str, pictures: Pictures) -> Iterator[Line]:
    page = 0
    try:
        for page, scan in enumerate(scans_of(document), start=1):
            found = pictures.read(partial(_itself, scan), page=page, part=part)
            yield from recognised_lines(found, page=page, part=part)
            yield Line("", number=0, page=page, part=part)
    except TooLargeError:
        pictures.note(WarningCode.TRUNCATED, page=page + 1, part=part)
    except (OSError, ValueError, SyntaxError, EOFError):  # of a broken picture
        pictures.note(WarningCode.UNREADABLE, page=page + 1, part=part)
