"""E-mail: headers, the text, and each attachment by the reader of its kind.

The text part is read; the HTML part only if there is no text. Parts with equal content are
read once. What is attached to an attached mail is read too, to a limit.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message

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
    mail = _Mail(read_part)
    mail.read(message, depth=depth)
    return Document(medium=Medium.MAIL, lines=tuple(mail.lines), warnings=tuple(mail.warnings))


class _Mail:
    """Collects what a mail and the mails within it say, equal parts once."""

    def __init__(self, read_part: ReadPart) -> None:
        self.lines: list[Line] = []
        self.warnings: list[ExtractionWarning] = []
        self._read_part = read_part
        self._seen: set[bytes] = set()

    def read(self, message: Message, *, depth: int, within: str = "") -> None:
        """Read a mail; `within` names the attachments that lead to it."""
        if depth >= NESTED_MAILS_MAX:
            self.warnings.append(_TOO_DEEP)
            return
        self.lines.extend(_header_lines(message, within))
        for index, part in enumerate(_parts(message)):
            if index >= PARTS_MAX:
                self.warnings.append(_TOO_MANY)
                return
            name = _part_name(part, index)
            if part.get_content_type() == "message/rfc822":
                for inner in _inner_mails(part):
                    self.read(inner, depth=depth + 1, within=f"{within}{name}/")
            else:
                self._add(part, name, within)

    def _add(self, part: Message, name: str, within: str) -> None:
        content = _content(part)
        if not content.strip() or content in self._seen:
            return
        self._seen.add(content)
        read = _read(part, content, self._read_part, name=name)
        if read is not None:
            self.lines.extend(replace(line, part=within + line.part) for line in read.lines)
            self.warnings.extend(read.warnings)


_TOO_DEEP = truncated(f"{NESTED_MAILS_MAX} mails within mails are read; there are more")
_TOO_MANY = truncated(f"{PARTS_MAX} parts of a mail are read; there are more")


def _header_lines(message: Message, within: str) -> Iterator[Line]:
    for number, name in enumerate(HEADERS, start=1):
        value = _header(message, name)
        if value:
            part = f"{within}header"
            yield Line(value, number=number, part=part, label=name, trail=HEADER_TRAIL)


def _header(message: Message, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""  # the library stumbles over some broken headers; none of them is needed


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts that may say something; a mail within this one is a single part."""
    leaves = list(_leaves(message))
    has_text = any(part.get_content_type() == "text/plain" for part in leaves)
    for part in leaves:
        is_twin = part.get_content_type() == "text/html" and has_text
        if not is_twin or _filename(part):
            yield part


def _leaves(message: Message) -> Iterator[Message]:
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inner = _inner_mails(part) if part.get_content_maintype() == "multipart" else []
        if inner:
            waiting.extend(reversed(inner))
        else:
            yield part


def _inner_mails(part: Message) -> list[Message]:
    """Return the parts of a part, or the mail that it is."""
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return _as_utf8(payload, part.get_content_charset()) if isinstance(payload, bytes) else b""


def _as_utf8(payload: bytes, charset: str | None) -> bytes:
    try:
        return payload.decode(charset).encode() if charset else payload
    except (LookupError, UnicodeError):
        return payload  # an unknown or wrong charset: the text reader will guess


def _part_name(part: Message, index: int) -> str:
    return _filename(part) or ("body" if index == 0 else f"part {index + 1}")


def _filename(part: Message) -> str | None:
    try:
        return part.get_filename()
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _read(part: Message, content: bytes, read_part: ReadPart, *, name: str) -> Document | None:
    kind = part.get_content_type()
    if name == "body" or kind == "text/plain":
        read = read_html(content) if kind == "text/html" else read_text(content)
        return replace(read, lines=tuple(replace(line, part=name) for line in read.lines))
    return read_part(content, name, kind, name)
