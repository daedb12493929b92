"""Plain text: the right decoding, then lines."""

from domain.extraction import ExtractionWarning, WarningCode
from extraction.document import CHARACTERS_MAX, LINES_MAX, Document, lines_of
from extraction.intake import Medium

UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}

# Ligatures and marks that copies of PDF text carry, as the letters people would search for.
PLAIN_LETTERS = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\u00a0": " ",
        "\u2007": " ",
        "\u202f": " ",
        "\uff1a": ":",
        "\u2010": "-",
        "\u2011": "-",
        "\u00ad": None,
        "\u200b": None,
        "\ufeff": None,
        "\x00": None,
    }
)


def read_text(document: bytes, *, part: str = "body") -> Document:
    """Return the lines of plain text."""
    text = decoded(document)
    return Document(
        medium=Medium.TEXT, lines=lines_of(text, part=part), warnings=truncation_of(text)
    )


def decoded(document: bytes) -> str:
    """Return the text: UTF-16 by its mark, UTF-8, else Windows Latin, which takes any byte."""
    encoding = UTF16.get(document[:2])
    if encoding:
        return plain(document[2:].decode(encoding, errors="replace"))
    try:
        return plain(document.decode("utf-8"))
    except UnicodeDecodeError:
        return plain(document.decode("cp1252", errors="replace"))


def plain(text: str) -> str:
    """Return the text with ligatures spelt out and odd blanks made plain."""
    return text.translate(PLAIN_LETTERS)


def whole(text: str) -> str:
    """Return the text with the halves of a character put together; one alone is none."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def truncation_of(text: str) -> tuple[ExtractionWarning, ...]:
    """Return the warning that a text is too long to be read to its end, if it is."""
    if len(text) > CHARACTERS_MAX:
        return (
            truncated(f"the first {CHARACTERS_MAX:,} characters of the document were read"),
        )
    if text.count("\n") > LINES_MAX:
        return (truncated(f"the first {LINES_MAX:,} lines of the document were read"),)
    return ()


def truncated(what: str) -> ExtractionWarning:
    """Return the warning that only so much was read."""
    return ExtractionWarning(code=WarningCode.TRUNCATED, message=f"Only {what}.")
