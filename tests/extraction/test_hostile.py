"""Documents made to hold a worker for hours: each ends soon, and is answered."""

import json
from collections.abc import Callable
from time import process_time

import pytest

from domain.extraction import DocumentKind, Extraction
from extraction import read
from tests.extraction.documents import forwarded

HOSTILE_BYTES, PAGE_BYTES = 1_000_000, 400_000
# Of one processor, busy with other tests too: linear work takes one to three, quadratic a minute.
HOSTILE_SECONDS = 12.0
LINES = 10_000
HEAD = b"From: a@example.com\nTo: b@example.com\nSubject: x\n"
PARTS = HEAD + b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="cut"\n\n'


def filled(unit: str, size: int = HOSTILE_BYTES) -> bytes:
    return (unit * (size // len(unit))).encode()


def in_time(document: bytes) -> Extraction:
    begin = process_time()

    reading = read(document)

    assert process_time() - begin < HOSTILE_SECONDS
    assert not any("could not be read (" in warning.message for warning in reading.warnings)
    return reading


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "(",
        " ",
        "7",
        "a:",
        "*",
        "12 ",
        "Aa ",
        "a/",
        ".",
        '"',
        "x\t",
        "a@",
        "[ ] ",
        "____",
        "512-",
        "30.1, ",
        "x, TX ",
        "&amp;",
        "Phone 512 ",
        '{"a":',
        "<td>",
        "<b>",
    ],
)
def test_a_line_of_a_million_hostile_characters_ends_soon(unit: str) -> None:
    """A pattern that takes quadratic time would hold a worker for hours."""
    reading = in_time(filled(unit))

    assert reading.kind in (DocumentKind.NOT_A_WORK_ORDER, DocumentKind.UNREADABLE)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["<div a=", "<!-- x>", "<![x>", "<table>", "<h1>x", '<a b="', "<td rowspan=200>x"]
)
def test_a_page_of_hostile_tags_ends_soon(unit: str) -> None:
    """Tags without an end, comments without one, tables in tables."""
    in_time(b"<html><body>" + filled(unit, PAGE_BYTES))


def mails_in_mails() -> bytes:
    mail = HEAD + b"\nCompany: Mesa Trenching LLC\n"
    for _time in range(200):
        mail = forwarded(mail)
    return mail


SHAPES: dict[str, Callable[[], bytes]] = {
    "short lines": lambda: "".join(f"Lot {n}: {n}\n" for n in range(LINES)).encode(),
    "columns": lambda: "  ".join(f"c{n}" for n in range(LINES)).encode(),
    "deep JSON": lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "one text": lambda: json.dumps({"remarks": "Phone: 512-555-0100 " * 50_000}).encode(),
    "children": lambda: b"<r>" + b"".join(b"<a>%d</a>" % n for n in range(100_000)) + b"</r>",
    "parts": lambda: PARTS + b"--cut\nContent-Type: text/plain\n\nhi\n" * 10_000 + b"--cut--",
    "mails in mails": mails_in_mails,
    "receivers": lambda: HEAD[:26] + b"a@example.com, " * 60_000 + b"\n\nhi",
    "encoded words": lambda: HEAD[:-2] + b"=?utf-8?q?a?= " * 60_000 + b"\n\nhi",
    "settings": lambda: HEAD + b"Content-Type: text/plain; " + b"a=b; " * 20_000 + b"\n\nhi",
    "brackets": lambda: b"From: " + b"((" * 50_000 + b" a@example.com\nTo: b\n\nhi",
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_a_document_of_a_hostile_shape_ends_soon(shape: str) -> None:
    """More of everything than anybody writes."""
    in_time(SHAPES[shape]())


@pytest.mark.parametrize(
    "document",
    [
        rb'{"order": {"company": "Mesa \ud800 LLC", "remarks": "\udfff call", "county": "Bexar"}}',
        rb'{"order": {"company": "Mesa \ud83d\ude00 LLC",, "county": "Bexar \ude00"}}',
        b'{"order": {"number": 0742 17, "county": "Bexar"}}',
        HEAD + b'Content-Type: multipart/mixed; charset=\xff\xfe; name="\xff\n\n--\xff\n\nhi',
    ],
)
def test_whatever_is_read_can_be_written_down(document: bytes) -> None:
    """Half a character, which escapes can name, stands in no file."""
    reading = in_time(document)

    assert Extraction.model_validate_json(reading.model_dump_json()) == reading
