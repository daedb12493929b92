"""Pages as pictures: which a document has, and each drawn when it is asked for.

A picture is drawn so large that print can be read, and never larger, whatever the page says of
its size. Sizes are in the points that the boxes of lines count in, from the upper left corner
of the page as it is seen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from extraction.intake import Medium, sniff
from extraction.ocr.limits import TooLargeError
from extraction.showing.sheet import Frame

if TYPE_CHECKING:
    from PIL.Image import Image

PICTURES_MAX = 10  # of one document
PARTS_MAX = 10  # documents in one mail that are drawn
WIDTH_PIXELS = 1_100
HEIGHT_PIXELS_MAX = 2_200
GREYS = 16  # enough for print, and a third of the size
JPEG_QUALITY = 70
# What is raised over a part that is too large, or broken: by us, by Pillow, by pdfium.
BROKEN = (TooLargeError, OSError, ValueError, SyntaxError, EOFError, RuntimeError)


def frames_of(document: bytes, medium: Medium) -> tuple[tuple[Frame, ...], int]:
    """Return the pages that are shown as pictures, and how many there are in all.

    Raises what the libraries raise over a broken document.
    """
    frames: list[Frame] = []
    count = 0
    for part, content, kind in islice(_drawable(document, medium), PARTS_MAX):
        try:
            sizes, in_all = _sizes(content, kind, PICTURES_MAX - len(frames))
        except BROKEN:
            if medium is not Medium.MAIL:
                raise
            continue  # what else the mail brings is drawn
        frames += (Frame(part, page, *size) for page, size in enumerate(sizes, start=1))
        count += in_all
    return tuple(frames), count


def picture_of(document: bytes, medium: Medium, *, part: str, page: int) -> bytes | None:
    """Return a page as PNG or JPEG; None if the document has no such page, or is no picture."""
    if not 1 <= page <= PICTURES_MAX:
        return None
    for name, content, kind in islice(_drawable(document, medium), PARTS_MAX):
        if name == part:
            drawn = _drawn_pdf(content, page) if kind is Medium.PDF else _scan(content, page)
            return _packed(drawn) if drawn else None
    return None


def _drawable(document: bytes, medium: Medium) -> Iterator[tuple[str, bytes, Medium]]:
    """Yield what has pages: the document, or what a mail brings, by the names of the parts."""
    if medium in (Medium.PDF, Medium.IMAGE):
        yield "body", document, medium
    elif medium is Medium.MAIL:
        yield from _attached(document)


def _attached(document: bytes) -> list[tuple[str, bytes, Medium]]:
    """Return the PDFs and pictures of pages in a mail, found by its own reader."""
    from extraction.reading.mail import read_mail  # only a mail pays for it

    found: list[tuple[str, bytes, Medium]] = []

    def note(content: bytes, name: str | None, media_type: str | None, part: str) -> None:
        kind = sniff(content, filename=name, media_type=media_type)
        if kind is Medium.PDF or (kind is Medium.IMAGE and _is_page(content)):
            found.append((part, content, kind))

    read_mail(document, note)
    return found


def _is_page(picture: bytes) -> bool:
    from extraction.reading.image import is_page  # only a mail with pictures pays for it

    return is_page(picture)


def _sizes(document: bytes, kind: Medium, limit: int) -> tuple[list[tuple[float, float]], int]:
    """Return width and height of the first pages, and how many pages there are."""
    if kind is Medium.PDF:
        with _opened(document) as pdf:
            pages = range(min(limit, len(pdf)))
            return [pdf[index].get_size() for index in pages], len(pdf)
    from extraction.ocr.scans import scans_of

    points = [scan.points for scan in scans_of(document)]  # the boxes of words count in these
    return points[:limit], len(points)


@contextmanager
def _opened(document: bytes) -> Iterator[Any]:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(document)
    try:
        yield pdf
    finally:
        pdf.close()


def _drawn_pdf(document: bytes, page: int) -> "Image | None":
    from pypdfium2.raw import FORMTYPE_NONE

    with _opened(document) as pdf:
        if page > len(pdf):
            return None
        if pdf.get_formtype() != FORMTYPE_NONE:
            pdf.init_forms()  # or what is filled into the form would not be drawn
        sheet = pdf[page - 1]
        width, height = sheet.get_size()
        scale = min(WIDTH_PIXELS / max(width, 1), HEIGHT_PIXELS_MAX / max(height, 1))
        drawn: Image = sheet.render(scale=scale, grayscale=True).to_pil()
        return drawn.copy()  # its pixels are the library's, and go with the document


def _scan(document: bytes, page: int) -> "Image | None":
    from extraction.ocr.scans import scans_of

    found = next(islice(scans_of(document), page - 1, page), None)
    if found is None:
        return None
    found.image.thumbnail((WIDTH_PIXELS, HEIGHT_PIXELS_MAX))
    return found.image


def media_type_of(picture: bytes) -> str:
    """Return the media type of a page that was drawn here."""
    return "image/jpeg" if picture.startswith(b"\xff\xd8") else "image/png"


def _packed(picture: "Image") -> bytes:
    """Return the smaller of two: PNG, good for print, or JPEG, good for what a scanner saw."""
    from io import BytesIO

    grey = picture.convert("L")
    print_like, photo_like = BytesIO(), BytesIO()
    grey.quantize(GREYS).save(print_like, "PNG", optimize=True)
    grey.save(photo_like, "JPEG", quality=JPEG_QUALITY)
    return min(print_like.getvalue(), photo_like.getvalue(), key=len)
