"""E-mail: headers, the text, and each attachment by the reader of its kind.

The text part is read; the HTML part only if there is no text. Parts with equal content are
read once. What is attached to an attached mail is read too, to a limit.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage

from domain.extraction import ExtractionWarning
from extraction.document import Document, Line
from extraction.intake import Medium
from extraction.reading.html import read_html
from extraction.reading.text import read_text, truncated

NESTED_MAILS_MAX = 5
PARTS_MAX = 50
HEADERS = ("From", "To", "Subject", "Date")
HEADER_TRAIL = ("mail header",)

ReadPart = Callable[[bytes, str | None, str | None, str], Document | None]


def read_mail(document: bytes, read_part: ReadPart, *, depth: int = 0) -> Document:
    """Return the lines of a mail and of everything in it."""
    message = message_from_bytes(document, policy=policy.default)
    if not isinstance(message, EmailMessage) or depth >= NESTED_MAILS_MAX:
        return Document(medium=Medium.MAIL, warnings=(_TOO_DEEP,))
    lines = list(_header_lines(message))
    warnings: list[ExtractionWarning] = []
    seen: set[bytes] = set()
    for index, (part, content) in enumerate(_parts(message)):
        if index >= PARTS_MAX:
            warnings.append(_TOO_MANY)
            break
        if content in seen:
            continue
        seen.add(content)
        read = _read(part, content, read_part, name=_part_name(part, index))
        if read is not None:
            lines.extend(read.lines)
            warnings.extend(read.warnings)
    return Document(medium=Medium.MAIL, lines=tuple(lines), warnings=tuple(warnings))


_TOO_DEEP = truncated(f"{NESTED_MAILS_MAX} mails within mails are read; there are more")
_TOO_MANY = truncated(f"{PARTS_MAX} parts of a mail are read; there are more")


def _header_lines(message: EmailMessage) -> Iterator[Line]:
    for number, name in enumerate(HEADERS, start=1):
        value = _header(message, name)
        if value:
            yield Line(value, number=number, part="header", label=name, trail=HEADER_TRAIL)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""  # the library stumbles over some broken headers; none of them is needed


def _parts(message: EmailMessage) -> Iterator[tuple[EmailMessage, bytes]]:
    has_text = any(part.get_content_type() == "text/plain" for part in message.walk())
    for part in message.walk():
        is_inner_mail = part.get_content_type() == "message/rfc822"
        if part.is_multipart() and not is_inner_mail:
            continue
        if part.get_content_type() == "text/html" and has_text and not part.get_filename():
            continue
        content = _content(part)
        if content.strip() and isinstance(part, EmailMessage):
            yield part, content


def _content(part: object) -> bytes:
    if not isinstance(part, EmailMessage):
        return b""
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return _as_utf8(payload, part.get_content_charset())
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], EmailMessage):
        return inner[0].as_bytes()
    return b""


def _as_utf8(payload: bytes, charset: str | None) -> bytes:
    try:
        return payload.decode(charset).encode() if charset else payload
    except (LookupError, UnicodeError):
        return payload  # an unknown or wrong charset: the text reader will guess


def _part_name(part: EmailMessage, index: int) -> str:
    try:
        return part.get_filename() or ("body" if index == 0 else f"part {index + 1}")
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):
        return f"part {index + 1}"


def _read(
    part: EmailMessage, content: bytes, read_part: ReadPart, *, name: str
) -> Document | None:
    kind = part.get_content_type()
    if name == "body" or kind == "text/plain":
        read = read_html(content) if kind == "text/html" else read_text(content)
        return replace(read, lines=tuple(replace(line, part=name) for line in read.lines))
    return read_part(content, name, kind, name)
