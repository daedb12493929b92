"""PDF"""

from extraction.document import Document
from extraction.intake import Medium


def read_pdf(document: bytes, *, part: str = "body") -> Document:
    return Document(medium=Medium.PDF)
