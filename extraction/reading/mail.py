"""E-mail: headers, the text, and each attachment by the reader of its kind.

The text part is read; the HTML part only if there is no text, or if the text only says that
the mail is in HTML. Parts with equal content are read once. What is attached to an attached mail is read too, to a limit.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from email.errors import MessageError
from email.headerregistry import HeaderRegistry
from email.message import Message
from email.policy import EmailPolicy
from functools import lru_cache
from itertools import islice

from domain.extraction import ExtractionWarning
from extraction.document import Document, Line
from extraction.intake import Medium
from extraction.reading.html import read_html
from extraction.reading.markup import has_struck
from extraction.reading.text import read_text, truncated

NESTED_MAILS_MAX = 5
PARTS_MAX = 50
LEAVES_MAX = 1_000  # of these, before equal ones and twins are left out
HEADER_CHARACTERS_MAX = 4_000
HEADERS_MAX = 1_024  # headers that are remembered, read
STUB_TIMES = 3  # HTML that says so many times more than the text says what the text left out
WORDS_BYTES_MAX = 200_000
UNSEEN = re.compile(
    rb"<(?:style|script|head)\b[^<]{0,20000}<|<[^<>]{1,2000}>|&nbsp;", re.IGNORECASE
)
LINE_ENDS = re.compile(r"[\r\n]+")
# The library stumbles so over some headers that are broken; none of them is needed.
BROKEN = (
    MessageError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
)
HEADERS = ("From", "To", "Subject", "Date")
HEADER_TRAIL = ("mail header",)

ReadPart = Callable[[bytes, str | None, str | None, str], Document | None]


def read_mail(document: bytes, read_part: ReadPart, *, depth: int = 0) -> Document:
    """Return the lines of a mail and of everything in it."""
    message = message_from_bytes(document, policy=_POLICY)
    mail = _Mail(read_part)
    mail.read(message, depth=depth)
    return Document(medium=Medium.MAIL, lines=tuple(mail.lines), warnings=tuple(mail.warnings))


class _Policy(EmailPolicy):
    """Reads each header once, and no more of it than anybody writes.

    The library reads a header anew whenever it is asked for, in a time that grows with the
    square of its length, and stumbles over some that are broken: these stay as they are written.
    """

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return a header that is read."""
        return _header_read(name, LINE_ENDS.sub("", value[:HEADER_CHARACTERS_MAX]))


_POLICY = _Policy()
_HEADERS = HeaderRegistry()


@lru_cache(HEADERS_MAX)
def _header_read(name: str, value: str) -> str:
    try:
        return _HEADERS(name, value)
    except BROKEN:
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


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
        leaves = list(islice(_leaves(message), LEAVES_MAX + 1))
        parts = list(_parts(leaves[:LEAVES_MAX]))
        if len(parts) > PARTS_MAX or len(leaves) > LEAVES_MAX:
            self.warnings.append(_TOO_MANY)
        for index, part in enumerate(parts[:PARTS_MAX]):
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
            self.lines.extend(
                replace(line, part=within + line.part) if within else line
                for line in read.lines
            )
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
    except BROKEN:
        return ""


def _parts(leaves: list[Message]) -> Iterator[Message]:
    """Yield the parts that may say something; a mail within this one is a single part."""
    kinds = {kind: _words(leaves, kind) for kind in ("text/plain", "text/html")}
    is_stub = kinds["text/html"] > STUB_TIMES * kinds["text/plain"] or (
        kinds["text/html"] > 0 and _strikes_out(leaves)
    )
    twin = "text/plain" if is_stub else "text/html" if kinds["text/plain"] else ""
    for part in leaves:
        if part.get_content_type() != twin or _filename(part):
            yield part


def _strikes_out(leaves: list[Message]) -> bool:
    return any(
        has_struck(_content(part)[:WORDS_BYTES_MAX])
        for part in leaves
        if part.get_content_type() == "text/html" and not _filename(part)
    )


def _words(leaves: list[Message], kind: str) -> int:
    """Count the words that the parts of one kind show, the marks of HTML left out."""
    bodies = (
        _content(part)[:WORDS_BYTES_MAX]
        for part in leaves
        if part.get_content_type() == kind and not _filename(part)
    )
    return sum(len(UNSEEN.sub(b" ", body).split()) for body in bodies)


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
    except BROKEN:
        return None


def _read(part: Message, content: bytes, read_part: ReadPart, *, name: str) -> Document | None:
    kind = part.get_content_type()
    if name == "body" or kind == "text/plain":
        read = read_html(content) if kind == "text/html" else read_text(content)
        if name == "body":
            return read  # its lines are called so already
        parts = (name + line.part.removeprefix("body") for line in read.lines)
        lines = zip(read.lines, parts, strict=True)
        return replace(read, lines=tuple(replace(line, part=part) for line, part in lines))
    return read_part(content, name, kind, name)
