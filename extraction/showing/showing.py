"""What others call: a document and what was read from it, as HTML; and its pages as pictures."""

from urllib.parse import urlencode

from extraction.document import Document
from extraction.intake import sniff
from extraction.reading.any import read_document
from extraction.showing.composing import Looked, sheet_of
from extraction.showing.pictures import frames_of, picture_of
from extraction.showing.rendering import as_data_uri, as_file, as_fragment
from extraction.showing.sheet import Asked, Frame

NOTHING_SENT = "The order came as stated facts, without a document."
QUOTES_ALONE = "Only the quotes that were kept are listed."
NOT_DRAWN = "The pages could not be drawn; their text follows."


def fragment(asked: Asked, *, picture_path: str, looked: Looked | None = None) -> str:
    """Return the document for a page of the dashboard; pictures are at `picture_path`.

    It is read for that, unless `looked` has what was seen of it before.
    """

    def address(frame: Frame) -> str:
        return f"{picture_path}?{urlencode({'part': frame.part, 'page': frame.page})}"

    return as_fragment(sheet_of(asked, looked or look(asked)), address)


def quotes_alone(asked: Asked, problem: str) -> str:
    """Return what is left to show of a document that cannot be read again."""
    looked = Looked(None, problem=f"{problem} {QUOTES_ALONE}")
    return as_fragment(sheet_of(asked, looked), lambda _frame: "")


def whole_file(asked: Asked) -> str:
    """Return the document as one HTML file, its pictures inside."""

    def embedded(frame: Frame) -> str:
        drawn = picture(
            asked.document, asked.filename, asked.media_type, part=frame.part, page=frame.page
        )
        return as_data_uri(drawn) if drawn else ""

    return as_file(sheet_of(asked, look(asked)), embedded)


def picture(
    document: bytes, filename: str | None, media_type: str | None, *, part: str, page: int
) -> bytes | None:
    """Return a page as PNG or JPEG; None if there is none, or it cannot be drawn."""
    medium = sniff(document, filename=filename, media_type=media_type)
    if medium is None:
        return None
    try:
        return picture_of(document, medium, part=part, page=page)
    except Exception:  # noqa: BLE001 - a border as in `extraction.reader`: PDF libraries raise anything
        return None


def look(asked: Asked) -> Looked:
    """Return the lines and pages of the document, or why there are none."""
    if not asked.document:
        return Looked(None, problem=NOTHING_SENT)
    try:
        document = read_document(
            asked.document, filename=asked.filename, media_type=asked.media_type
        )
    except Exception as failure:  # noqa: BLE001 - a border as in `extraction.reader`
        problem = f"The document could not be read again ({type(failure).__name__})."
        return Looked(None, problem=f"{problem} {QUOTES_ALONE}")
    if document is None:
        return Looked(
            None, problem=f"The document is of no kind that is read here. {QUOTES_ALONE}"
        )
    return _with_pages(asked.document, document)


def _with_pages(content: bytes, document: Document) -> Looked:
    try:
        frames, count = frames_of(content, document.medium)
    except Exception:  # noqa: BLE001 - a border as in `extraction.reader`
        if document.is_unreadable:
            said = " ".join(warning.message for warning in document.warnings)
            problem = f"The document could not be read again: {said} {QUOTES_ALONE}"
            return Looked(None, problem=problem)
        return Looked(document, problem=NOT_DRAWN)
    return Looked(document, frames, count)
