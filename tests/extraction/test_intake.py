"""The door check: what is refused, with a reason and a remedy, and what is let in."""

import sys
from subprocess import run
from time import process_time

import pytest

from domain.errors import RejectedError, WrongKindError
from extraction import Medium, check
from tests.extraction.documents import ROOT


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
    assert "PDF or a picture" in (refused.value.remedy or "")


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_a_photograph_that_is_not_read_is_refused_with_the_kind_that_is(brand: bytes) -> None:
    """Phones take them unless they are told otherwise."""
    with pytest.raises(WrongKindError, match="photograph") as refused:
        check(bytes(3) + b"\x18ftyp" + brand + bytes(9), filename="a.jpg", media_type=None)

    assert "JPEG" in (refused.value.remedy or "")


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


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    "document",
    [b"", b"MZ\x90\x00 rest", b"%PDF-1.7\n1 0 obj", BOMB, b"\x00\x01\x02\x03"],
    ids=["empty", "program", "cut off", "entities", "binary"],
)
def test_every_refusal_names_the_field_the_problem_and_the_remedy(document: bytes) -> None:
    """The sender is told at once, and in words, what to do."""
    with pytest.raises(RejectedError) as refused:
        check(document, filename="order", media_type=None)

    assert refused.value.field == "file"
    assert refused.value.problem.endswith(".")
    assert refused.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("filename", "media_type", "medium"),
    [
        ("a.eml", None, Medium.MAIL),
        (None, "text/html; charset=x", Medium.HTML),
        (None, None, Medium.TEXT),
    ],
)
def test_names_and_types_decide_where_content_does_not(
    filename: str | None, media_type: str | None, medium: Medium
) -> None:
    """A mail without its first headers looks like any text."""
    assert check(b"plain words", filename=filename, media_type=media_type) is medium


def test_the_door_is_as_quick_for_a_large_document_as_for_a_small_one() -> None:
    """A request waits for it: only the ends of a document are looked at."""
    large = b"County: Hays\n" * 700_000
    begin = process_time()

    for _time in range(20):
        check(large, filename="order.txt", media_type=None)

    assert (process_time() - begin) / 20 < 0.005


def test_text_is_read_without_the_libraries_for_pages() -> None:
    """They take long to load, and the door stands in every process of the API."""
    code = (
        "import sys; from extraction import check, read; order = b'County: Hays';"
        " check(order, filename=None, media_type=None); light = set(sys.modules);"
        " read(order);"
        " print({'pypdfium2', 'PIL', 'numpy', 're2', 'defusedxml', 'phonenumbers'} & light,"
        " {'pypdfium2', 'PIL'} & set(sys.modules))"
    )

    done = run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.split("\n")[0] == "set() set()"
