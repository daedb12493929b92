"""The reader for each medium, and the way from bytes to a `Document`.

Parts of a mail come back here, so that an attachment is read like a document of its kind.
"""

from domain.extraction import ExtractionWarning, WarningCode
from extraction.document import Document
from extraction.intake import Medium, sniff
from extraction.reading.html import read_html
from extraction.reading.json import read_json
from extraction.reading.text import read_text
from extraction.reading.xml import read_xml


def read_document(
    document: bytes, *, filename: str | None, media_type: str | None
) -> Document | None:
    """Return the lines of a document, or None if it is of no kind that is read here."""
    medium = sniff(document, filename=filename, media_type=media_type)
    return None if medium is None else _read(document, medium, part="body", depth=0)


def _read(document: bytes, medium: Medium, *, part: str, depth: int) -> Document:
    if medium is Medium.PDF:
        from extraction.reading.pdf import read_pdf  # only a PDF pays for it

        return read_pdf(document, part=part)
    if medium is Medium.MAIL:
        from extraction.reading.mail import read_mail  # only a mail pays for it

        return read_mail(document, lambda *found: _read_part(*found, depth=depth), depth=depth)
    if medium is Medium.IMAGE:
        return Document(medium=medium, warnings=(NO_TEXT,))
    return _READERS[medium](document, part=part)


_READERS = {
    Medium.TEXT: read_text,
    Medium.HTML: read_html,
    Medium.JSON: read_json,
    Medium.XML: read_xml,
}
NO_TEXT = ExtractionWarning(
    code=WarningCode.OCR_UNAVAILABLE,
    message="The document is an image without text; reading images is not available.",
)


def _read_part(
    content: bytes, name: str | None, media_type: str | None, part: str, *, depth: int
) -> Document | None:
    """Read an attachment; a picture in a mail is decoration and says nothing."""
    medium = sniff(content, filename=name, media_type=media_type)
    if medium is None or medium is Medium.IMAGE:
        return None
    return _read(content, medium, part=part, depth=depth + 1)
