"""The door check: what is refused, with a reason and a remedy, and what is let in."""

import pytest

from domain.errors import RejectedError, WrongKindError
from extraction import Medium, check


@pytest.mark.parametrize(
    ("document", "medium"),
    [
        (b"WO #: 4711\nCounty: Bexar\n", Medium.TEXT),
        (b'\n {"company": "Acme"}', Medium.JSON),
        (b"[REFERRAL DETAILS]\nFROM= X\n", Medium.TEXT),
        (b"From: a@example.com\nTo: b@example.com\nSubject: dig\n\nhello", Medium.MAIL),
        (b"<?xml version='1.0'?><Job><City>Waco</City></Job>", Medium.XML),
        (b"<!DOCTYPE html><html><body>Job</body></html>", Medium.HTML),
        (b"(Report 12) <html><body>Job</body></html>", Medium.HTML),
        (b"%PDF-1.4\nstartxref\n0\n%%EOF\n", Medium.PDF),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), Medium.IMAGE),
        ("Größe: 3".encode("utf-16"), Medium.TEXT),
    ],
)
def test_the_content_tells_the_medium(document: bytes, medium: Medium) -> None:
    """Names and types that clients send are often wrong; content is not."""
    assert (
        check(document, filename="order.bin", media_type="application/octet-stream") is medium
    )


@pytest.mark.parametrize("document", [b"", b" \n\t "])
def test_an_empty_document_is_refused(document: bytes) -> None:
    """Somebody has sent the wrong file and wants to know at once."""
    with pytest.raises(RejectedError) as refused:
        check(document, filename="order.txt", media_type=None)

    assert refused.value.field == "file"
    assert refused.value.remedy


@pytest.mark.parametrize(
    "start", [b"PK\x03\x04", b"MZ\x90\x00", b"\xd0\xcf\x11\xe0", b"\x1f\x8b\x08", b"{\\rtf1 "]
)
def test_a_kind_that_is_not_read_is_refused_by_its_name(start: bytes) -> None:
    """A spreadsheet is no work order that can be read here; the refusal says what was sent."""
    with pytest.raises(WrongKindError) as refused:
        check(start + b"rest", filename="order.txt", media_type="text/plain")

    assert "which is not read here" in refused.value.problem


def test_binary_of_no_known_kind_is_refused() -> None:
    """NUL bytes are in no text."""
    with pytest.raises(RejectedError):
        check(b"WO\x00\x01\x02\x03 4711", filename="order.txt", media_type=None)


def test_a_pdf_without_its_end_is_refused() -> None:
    """A download that broke off would otherwise be read as an empty order."""
    with pytest.raises(RejectedError, match="no end"):
        check(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", filename="order.pdf", media_type=None)


def test_xml_with_entities_is_refused() -> None:
    """Entities can grow without limit and can reach for other files."""
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'

    with pytest.raises(RejectedError, match="entities"):
        check(bomb, filename="order.xml", media_type="application/xml")
