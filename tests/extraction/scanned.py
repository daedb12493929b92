"""Scans made of the project's own sample: its page drawn, and spoilt as paper and machines do."""

import os
from functools import cache
from io import BytesIO
from shutil import which

import pypdfium2
import pytest
from PIL import Image

from tests.extraction.documents import SAMPLES

PRINTED = SAMPLES / "gas_main_relocation.pdf"
DPI = 150
TOP_POINTS = 215.0  # of the page: its head, and the blocks of contractor and site

# With CI=true nothing is skipped: the reading fails where it cannot be done.
needs_tesseract = pytest.mark.skipif(
    which("tesseract") is None and os.environ.get("CI") != "true",
    reason="tesseract is not installed: apt install tesseract-ocr",
)


@cache
def page(dpi: int = DPI, points: float = TOP_POINTS) -> Image.Image:
    """Return the upper part of the sample's page in grey."""
    pdf = pypdfium2.PdfDocument(PRINTED)
    drawn = pdf[0].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    pdf.close()
    return drawn.crop((0, 0, drawn.width, round(points * dpi / 72)))


def saved(image: Image.Image, kind: str, dpi: int = DPI, **more: object) -> bytes:
    """Return a picture as a file of this kind."""
    out = BytesIO()
    image.save(out, kind, dpi=(dpi, dpi), **more)
    return out.getvalue()


def slanted(degrees: float) -> Image.Image:
    """Return the page as a feeder draws it in: turned to the left by so much."""
    return page().rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=250)


def pdf_of(image: Image.Image, dpi: float = DPI) -> bytes:
    """Return a PDF of one page that is nothing but a picture."""
    out = BytesIO()
    image.save(out, "PDF", resolution=dpi)
    return out.getvalue()


def joined(*documents: bytes) -> bytes:
    """Return the pages of several PDFs as one."""
    whole = pypdfium2.PdfDocument.new()
    for document in documents:
        with pypdfium2.PdfDocument(document) as part:
            whole.import_pages(part)
    out = BytesIO()
    whole.save(out)
    whole.close()
    return out.getvalue()
