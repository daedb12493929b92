"""Pages of a PDF that are pictures: which they are, and how one is drawn for recognition."""

import ctypes
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pypdfium2
import pypdfium2.raw as pdfium

from extraction.ocr.limits import (
    POINTS_PER_INCH,
    SOURCE_PIXELS_MAX,
    TooLargeError,
    dpi_within,
)
from extraction.reading.cells import Cell
from extraction.reading.glyphs import PRIVATE, UNKNOWN
from extraction.reading.sheet import View
from extraction.reading.strokes import Drawn

if TYPE_CHECKING:
    from extraction.ocr.scans import Scan

TEXT_CHARACTERS_MIN = 30  # a page with fewer is a picture, if there is one on it
LETTERS_LOOKED_AT = 2_000
LOST_SHARE_MAX = 0.5  # of the letters: more that no font names mean that none can be trusted
OBJECTS_MAX = 4_000


def drawing_of(
    page: Any, view: View, words: Sequence[Cell], drawn: Drawn
) -> "Callable[[], Scan] | None":
    """Return how to draw a page whose text says little or nothing; None if its text serves.

    The page must be open when it is drawn. Drawing raises TooLargeError.
    """
    letters = sum(len(word.text) for word in words)
    is_drawn = drawn.ground.has_picture or drawn.segments > 0
    if (letters < TEXT_CHARACTERS_MIN and is_drawn) or _is_mostly_lost(page):
        return partial(_drawing, page, view)
    return None


def _is_mostly_lost(page: Any) -> bool:
    """Are most letters of a page without a name, so that only a picture tells what they are?"""
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return False
    try:
        count = min(pdfium.FPDFText_CountChars(text), LETTERS_LOOKED_AT)
        codes = [pdfium.FPDFText_GetUnicode(text, index) for index in range(count)]
    finally:
        pdfium.FPDFText_ClosePage(text)
    letters = [chr(code) for code in codes if not chr(code).isspace()]
    return sum(map(_is_lost, letters)) > LOST_SHARE_MAX * len(letters)


def _is_lost(letter: str) -> bool:
    return letter == UNKNOWN or letter < " " or ord(letter) in PRIVATE


def _drawing(page: Any, view: View) -> "Scan":
    from extraction.ocr.scans import Scan  # only a picture pays for it

    points = view.size
    inches = (points[0] / POINTS_PER_INCH, points[1] / POINTS_PER_INCH)
    dpi = dpi_within(inches)
    _refuse_large_pictures(page)
    width, height = (max(1, round(inch * dpi)) for inch in inches)
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_Gray)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        return Scan(bitmap.to_pil().convert("L").copy(), inches, points)
    finally:
        bitmap.close()


def _refuse_large_pictures(page: Any) -> None:
    """Refuse a page whose pictures unfold to more than is read, before one is unfolded."""
    across, down = ctypes.c_uint(), ctypes.c_uint()
    total = 0
    for index in range(min(pdfium.FPDFPage_CountObjects(page), OBJECTS_MAX)):
        thing = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(thing) == pdfium.FPDF_PAGEOBJ_IMAGE:
            pdfium.FPDFImageObj_GetImagePixelSize(thing, across, down)
            total += across.value * down.value
    if total > SOURCE_PIXELS_MAX:
        raise TooLargeError
