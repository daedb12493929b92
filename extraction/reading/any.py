"""The reader for each medium, and the way from bytes to a `Document`.

Parts of a mail come back here, so that an attachment is read like a document of its kind.
"""

from dataclasses import replace

from extraction.document import Document, Line
from extraction.intake import Medium, sniff
from extraction.ocr.engine import OcrEngine
from extraction.ocr.pictures import Pictures
from extraction.ocr.tesseract import Tesseract
from extraction.reading.html import read_html
from extraction.reading.json import read_json
from extraction.reading.text import read_text, whole
from extraction.reading.xml import read_xml

MAIL_CHARACTERS_ENOUGH = 500  # in a mail that says less, its pictures are read too
HEADER_PART = "header"  # who sends it, to whom and when says nothing of the work


def read_document(
    document: bytes,
    *,
    filename: str | None,
    media_type: str | None,
    engine: OcrEngine | None = None,
) -> Document | None:
    """Return the lines of a document, or None if it is of no kind that is read here.

    `engine` recognises the letters of pictures; tesseract, if none is given.
    """
    medium = sniff(document, filename=filename, media_type=media_type)
    if medium is None:
        return None
    pictures = Pictures(engine or Tesseract())
    read = _Reading(pictures).read(document, medium, part="body", depth=0)
    lines = tuple(map(_whole, read.lines))
    return replace(read, lines=lines, warnings=(*read.warnings, *pictures.warnings()))


def _whole(line: Line) -> Line:
    """Return a line that can be written down: fonts and escapes may name halves of characters."""
    if line.text.isascii() and (line.label is None or line.label.isascii()):
        return line
    label = None if line.label is None else whole(line.label)
    return replace(line, text=whole(line.text), label=label)


_READERS = {
    Medium.TEXT: read_text,
    Medium.HTML: read_html,
}
_STRUCTURED = {Medium.JSON: read_json, Medium.XML: read_xml}
WITHIN_VALUES_MAX = 2  # documents within values of documents; deeper ones stay one text


class _Reading:
    """Reads a document and what is in it."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._with_pictures = False  # of mails: are those that came along read?
        self._has_left_out = False

    def read(self, document: bytes, medium: Medium, *, part: str, depth: int) -> Document:
        """Return the lines of a document or an attachment."""
        if medium is Medium.PDF:
            from extraction.reading.pdf import read_pdf  # only a PDF pays for it

            return read_pdf(document, part=part, pictures=self._pictures)
        if medium is Medium.MAIL:
            return self._mail(document, depth)
        if medium is Medium.IMAGE:
            from extraction.reading.image import read_image  # only a picture pays for it

            return read_image(document, part=part, pictures=self._pictures)
        if medium in _STRUCTURED:
            return _STRUCTURED[medium](
                document, part=part, read=lambda text, place: _text(text, place, depth)
            )
        return _READERS[medium](document, part=part)

    def _mail(self, document: bytes, depth: int) -> Document:
        """Read a mail; once more with its pictures if all the rest says little."""
        from extraction.reading.mail import read_mail  # only a mail pays for it

        def read_part(
            content: bytes, name: str | None, media_type: str | None, part: str
        ) -> Document | None:
            return self._part(content, (name, media_type), part, depth)

        mail = read_mail(document, read_part, depth=depth)
        said = sum(len(line.text) for line in mail.lines if line.part != HEADER_PART)
        if not self._has_left_out or said >= MAIL_CHARACTERS_ENOUGH:
            return mail
        self._with_pictures = True
        return read_mail(document, read_part, depth=depth)

    def _part(
        self, content: bytes, told: tuple[str | None, str | None], part: str, depth: int
    ) -> Document | None:
        """Read an attachment; a picture that is no page is decoration and says nothing."""
        medium = sniff(content, filename=told[0], media_type=told[1])
        if medium is None:
            return None
        if medium is Medium.IMAGE:
            from extraction.reading.image import is_page  # only a picture pays for it

            if not is_page(content):
                return None
            if not self._with_pictures:
                self._has_left_out = True
                return None
        return self.read(content, medium, part=part, depth=depth + 1)


def _text(text: bytes, part: str, depth: int) -> Document | None:
    """Read a text that stands in a value of JSON or XML: a ticket, a page, more JSON."""
    medium = sniff(text, filename=None, media_type=None)
    if medium is None or depth >= WITHIN_VALUES_MAX:
        return None
    if medium in _READERS:
        return _READERS[medium](text, part=part)
    if medium not in _STRUCTURED:
        return None
    return _STRUCTURED[medium](
        text, part=part, read=lambda inner, place: _text(inner, place, depth + 1)
    )
