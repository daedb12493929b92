"""Hostile documents: odd forms, names and texts, and bombs. What is kept is kept as it was sent."""

import json
import zlib
from collections.abc import Callable

import pytest

from domain.work_order import FILENAME_CHARACTERS_MAX
from tests.api.hostile import FORM, Answer, Target, a_form, a_part

PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 9 9]>>endobj\n"
)


FORMS = {
    "no boundary": ("multipart/form-data", b"--x\r\n", "body"),
    "an empty boundary": ("multipart/form-data; boundary=", b"--\r\n", "file"),
    "a boundary of 5,000 letters": (
        f"multipart/form-data; boundary={'a' * 5_000}",
        b"--",
        "body",
    ),
    "a boundary that never comes": (FORM, b"x" * 1_000_000, "body"),
    "the end missing": (FORM, a_part("file", b"order", b"a.txt")[:-2], "file"),
    "10,000 fields": (FORM, a_form(*(a_part(f"f{n}", b"1") for n in range(10_000))), "body"),
    "10,000 files": (FORM, a_form(*[a_part("file", b"1", b"a")] * 10_000), "body"),
    "a name of 5 MB": (FORM, a_form(a_part("file", b"1", b"a" * 5_000_000)), "body"),
    "half a million headers": (
        FORM,
        a_form(b"--x\r\n" + b"X-A: b\r\n" * 500_000 + b"\r\n1\r\n"),
        "body",
    ),
    "a part without a name": (FORM, a_form(b"--x\r\n\r\n1\r\n"), "body"),
    "a change of alphabet": (FORM, a_form(a_part("_charset_", b"utf-7")), "_charset_"),
    "facts of 2 MB": (FORM, a_form(a_part("fields", b"a" * 2_000_000)), "body"),
    "a document as a field": (FORM, a_form(a_part("file", b"order")), "file"),
}

FILENAMES = {
    "up and away": (b"../../../etc/passwd", "passwd"),
    "up by backslashes": (b"..\\..\\windows\\order.txt", "order.txt"),
    "control characters": (b"\x01\x02\x1b[2J.txt", "[2J.txt"),
    "not UTF-8": (b"a\xfcb.txt", "aüb.txt"),
    "a dot": (b".", "."),
    "a slash": (b"/", None),
    "3,000 letters": (b"a" * 3_000, "a" * FILENAME_CHARACTERS_MAX),
    "two lines": (b"a%0d%0ab.txt", "a%0d%0ab.txt"),
    "NUL": (b"a.txt\x00.pdf", "a.txt.pdf"),
    "a picture": ("🚧.txt".encode(), "🚧.txt"),
}

TEXTS = {
    "SQL": "'; DROP TABLE tickets;--",
    "HTML": "<script>alert(1)</script>",
    "a template": "{{7*7}}${7*7}%s%n",
    "a formula": "=CMD|'/C calc'!A0",
    "right to left": "\u202egnirob",
    "an umlaut in one": "Z\u00f6e",
    "an umlaut in two": "Zo\u0308e",
    "an invisible space": "A\u200bB",
    "a picture": "🚧 Müller & Söhne",
    "a terminal's command": "A\x1b[2J",
    "two lines": "A\r\nSet-Cookie: x",
    "a path": "../../etc/passwd",
    "NUL as it is written": "a \\u0000 b",
    "letters of three": "ﷺ" * 50,
}

# Bombs that are whole documents: they are taken, and read where there is a hard end.
BOMBS: dict[str, Callable[[], bytes]] = {
    "JSON 5 million deep": lambda: b"[" * 5_000_000,
    "XML 3 million deep": lambda: b"<a>" * 3_000_000,
    "HTML 2 million deep": lambda: b"<div>" * 1_900_000,
}


@pytest.mark.parametrize("case", FORMS)
def test_a_bad_form_is_refused_and_leaves_nothing(case: str, target: Target) -> None:
    """Also not on the disk beside our directory."""
    media_type, content, field = FORMS[case]
    before = target.everything()

    answer = target.ask(target.post("/work-orders", content, media_type=media_type))

    assert answer.status == 422
    assert answer.problem["field"] == field
    assert target.everything() == before
    assert target.is_alive()


@pytest.mark.parametrize("case", FILENAMES)
def test_the_name_of_a_file_is_kept_as_a_text_without_its_path(
    case: str, target: Target
) -> None:
    """It is shown to people, and never becomes a path."""
    sent, kept = FILENAMES[case]
    content = a_form(a_part("file", b"Company: Lone Star\nCounty: Travis", sent))

    answer = target.ask(target.post("/work-orders", content, media_type=FORM))

    assert answer.status == 202
    assert order_of(target, answer)["filename"] == kept


@pytest.mark.parametrize("case", TEXTS)
def test_a_text_is_kept_as_it_was_said(case: str, target: Target) -> None:
    """What means something elsewhere means nothing here; it is not mended either."""
    body = json.dumps({"company": TEXTS[case]}).encode()

    answer = target.ask(target.post("/work-orders", body))

    assert answer.status == 202
    assert order_of(target, answer)["stated"]["company"] == TEXTS[case]


@pytest.mark.parametrize("case", BOMBS)
def test_a_document_that_is_a_bomb_does_not_go_off_here(case: str, target: Target) -> None:
    """It is read later, in a process with a hard end; what takes it in stays small."""
    content = a_form(a_part("file", BOMBS[case](), b"order.txt"))
    before = target.resident_bytes()

    answer = target.ask(target.post("/work-orders", content, media_type=FORM))

    assert answer.status in (202, 415, 422)
    assert target.is_alive()
    assert target.resident_bytes() - before < 8 * len(content)


def test_a_pdf_that_unpacks_to_300_mb_does_not_go_off_here(target: Target) -> None:
    """300 KB on the wire."""
    packed = zlib.compress(b" " * 300_000_000, 9)
    content = PAGE + b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed
    whole = content + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    before = target.resident_bytes()

    form = a_form(a_part("file", whole, b"order.pdf"))
    answer = target.ask(target.post("/work-orders", form, media_type=FORM))

    assert answer.status == 202
    assert target.resident_bytes() - before < 50_000_000


def order_of(target: Target, answer: Answer) -> dict[str, object]:
    order_id = json.loads(answer.content)["work_order_id"]
    kept = target.data / "work_orders" / order_id / "order.json"
    order: dict[str, object] = json.loads(kept.read_text())
    return order
