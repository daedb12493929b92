"""The door: what kind of document is this, and can it be read here at all?

Only the first and last bytes are looked at, so that a request is answered at once. No
parsing library may be imported here, and nothing is read out of the document.
"""

import re
from enum import StrEnum

from domain.errors import RejectedError, WrongKindError

HEAD_BYTES = 4_096  # a kind shows itself in its first bytes
PDF_HEAD_BYTES = 1_024  # readers of PDF allow rubbish before the header, up to here
PDF_TAIL_BYTES = 2_048  # and look for the end mark in the last of it
CONTROL_SHARE_MAX = 0.10  # text with more control characters than this is no text
HEADERS_MIN = 2  # header lines at the top that make a mail


class Medium(StrEnum):
    """The media that are read here."""

    TEXT = "text"
    MAIL = "mail"
    HTML = "html"
    JSON = "json"
    XML = "xml"
    PDF = "pdf"
    IMAGE = "image"


IMAGE_STARTS = (
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",
    b"MM\x00*",
)

# Kinds that people do send, each with the word for it in the refusal.
REFUSED_STARTS = {
    b"PK\x03\x04": "a zip archive or an Office document",
    b"PK\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"{\\rtf": "a rich text document",
    b"MZ": "a Windows program",
    b"\x7fELF": "a program",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 archive",
    b"SQLite format 3": "a database",
}
PHONE_PHOTOS = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif")
SEND_IT_AS = "Send it as text, e-mail, HTML, JSON, XML, PDF or a picture (PNG, JPEG, TIFF, GIF, BMP, WebP)."
UTF16_STARTS = (b"\xff\xfe", b"\xfe\xff")
UTF8_START = b"\xef\xbb\xbf"

# What a person writes above an export before it goes on its way.
COMMENTS = (
    rb"(?:\s{0,100}(?://[^\n]{0,500}\n|#[^\n]{0,500}\n|/\*(?:[^*]|\*(?!/)){0,2000}\*/)){0,20}"
    rb"\s{0,100}"
)
JSON_START = re.compile(
    COMMENTS + rb"""(?:\{\s*(["'}/]|\w+\s*:)|\[\s*([\[{"'\]\d-]|true\b|false\b|null\b|[#/]))"""
)
XML_DECLARATION = re.compile(rb"<\?xml\b", re.IGNORECASE)
XML_START = re.compile(rb"<(\?xml\b|!--|!DOCTYPE\b|[A-Za-z_][\w.:-]*[\s/>])")
DTD = re.compile(rb"<!(DOCTYPE|ENTITY)\b", re.IGNORECASE)
HTML_DOCTYPE = re.compile(rb"<!DOCTYPE\s+html\b", re.IGNORECASE)
HTML_TAG = re.compile(
    rb"<(html|head|body|table|tr|td|div|span|p|br|pre|h[1-6]|ul|font)\b[^<>]{0,400}>",
    re.IGNORECASE,
)
ROOT = re.compile(rb"(?:<\?xml\b[^<>]{0,400}>\s{0,100})?<([A-Za-z_][\w.:-]{0,100})[\s/>]")
HTML_NAMES = frozenset(
    b"""html head body title meta link style script base table thead tbody tr td th caption div
    span p br hr pre code h1 h2 h3 h4 h5 h6 ul ol li dl dt dd font center b i u s em strong small
    big sub sup a img form input select label textarea button fieldset blockquote address article
    section header footer nav main figure o:p v:shape""".split()
)
MAIL_HEADER = re.compile(
    rb"(from|to|cc|subject|date|received|return-path|delivered-to|message-id|mime-version"
    rb"|reply-to|content-type|content-transfer-encoding|dkim-signature|x-[\w-]{1,60})[ \t]*:",
    re.IGNORECASE,
)
MAIL_ORIGIN = re.compile(rb"(from|received|return-path)[ \t]*:", re.IGNORECASE)
CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))

BY_SUFFIX = {
    "eml": Medium.MAIL,
    "htm": Medium.HTML,
    "html": Medium.HTML,
    "txt": Medium.TEXT,
}
BY_MEDIA_TYPE = {
    "message/rfc822": Medium.MAIL,
    "text/html": Medium.HTML,
}


def check(document: bytes, *, filename: str | None, media_type: str | None) -> Medium:
    """Return the medium of a document that can be read, or refuse it with a reason."""
    if not document or document.isspace():
        raise RejectedError(
            "The document is empty.", field="file", remedy="Send the file with its content."
        )
    _refuse_other_kinds(document)
    medium = sniff(document, filename=filename, media_type=media_type)
    if medium is None:
        raise RejectedError(
            "The document is of no kind that is read here: neither text nor PDF nor a picture.",
            field="file",
            remedy=SEND_IT_AS,
        )
    _refuse_broken(document, medium)
    return medium


def sniff(document: bytes, *, filename: str | None, media_type: str | None) -> Medium | None:
    """Return the medium by content first, then by type and name; None if it is none of ours."""
    head = document[:HEAD_BYTES]
    if b"%PDF-" in head[:PDF_HEAD_BYTES]:
        return Medium.PDF
    if _is_image(head):
        return Medium.IMAGE
    if not _is_text(head):
        return None
    start = head.removeprefix(UTF8_START).lstrip()
    return _by_markup(start) or _by_name(filename, media_type) or Medium.TEXT


def _is_image(head: bytes) -> bool:
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    is_bitmap = head[:2] == b"BM" and head[6:10] == bytes(4)
    return head.startswith(IMAGE_STARTS) or is_webp or is_bitmap


def _is_text(head: bytes) -> bool:
    if head.startswith(UTF16_STARTS):
        return True
    if head.startswith(tuple(REFUSED_STARTS)) or b"\x00" in head:
        return False
    controls = len(head) - len(head.translate(None, CONTROL))
    return controls <= CONTROL_SHARE_MAX * len(head)


def _by_markup(start: bytes) -> Medium | None:
    if JSON_START.match(start):
        return Medium.JSON
    if _is_mail(start):
        return Medium.MAIL
    if _has_xml_root(start):
        return Medium.XML
    is_html = HTML_DOCTYPE.search(start) or HTML_TAG.search(start)
    if is_html and not (XML_DECLARATION.match(start) and not HTML_DOCTYPE.search(start)):
        return Medium.HTML
    return Medium.XML if XML_START.match(start) else None


def _has_xml_root(start: bytes) -> bool:
    """Is the outermost element none of HTML, whatever stands within it?"""
    match = ROOT.match(start)
    return match is not None and match[1].lower() not in HTML_NAMES


def _is_mail(start: bytes) -> bool:
    """Are the first lines headers of a mail, one of them saying where it came from?"""
    headers = []
    for line in start.split(b"\n"):
        if not line.strip():
            break
        if line[:1] in (b" ", b"\t"):
            continue
        if not MAIL_HEADER.match(line):
            break
        headers.append(line)
    return len(headers) >= HEADERS_MIN and any(MAIL_ORIGIN.match(line) for line in headers)


def _by_name(filename: str | None, media_type: str | None) -> Medium | None:
    suffix = (filename or "").lower().rpartition(".")[2]
    kind = (media_type or "").lower().partition(";")[0].strip()
    return BY_MEDIA_TYPE.get(kind) or BY_SUFFIX.get(suffix)


def _refuse_other_kinds(document: bytes) -> None:
    for start, words in REFUSED_STARTS.items():
        if document.startswith(start):
            raise WrongKindError(
                f"The document is {words}, which is not read here.",
                field="file",
                remedy=SEND_IT_AS,
            )
    if document[4:12] in PHONE_PHOTOS:
        raise WrongKindError(
            "The document is a HEIC or AVIF photograph, which is not read here.",
            field="file",
            remedy="Send it as JPEG; a phone can be set to take such pictures.",
        )


def _refuse_broken(document: bytes, medium: Medium) -> None:
    if medium is Medium.PDF and is_truncated_pdf(document):
        raise RejectedError(
            "The PDF has no end: it was cut off on its way.",
            field="file",
            remedy="Send the whole file again.",
        )
    if medium is Medium.XML and DTD.search(document):
        raise RejectedError(
            "The XML declares a document type or entities, which are not read here.",
            field="file",
            remedy="Send the XML without its <!DOCTYPE ...> part.",
        )


def is_truncated_pdf(document: bytes) -> bool:
    """Is the end of this PDF missing?"""
    tail = document.rstrip(b"\x00\r\n\t ")[-PDF_TAIL_BYTES:]
    return b"%%EOF" not in tail and b"startxref" not in tail
