"""What a picture may cost, and what becomes of a document whose pictures cannot be read."""

import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from struct import pack
from zlib import crc32

import pytest
from PIL import Image

from domain.extraction import WarningCode
from extraction import read
from extraction.document import Document
from extraction.ocr.engine import (
    EngineFailedError,
    EngineTimedOutError,
    EngineUnavailableError,
)
from extraction.ocr.limits import OCR_PAGES_MAX, TooLargeError, dpi_within
from extraction.ocr.tesseract import Tesseract, words_in
from extraction.reading.any import read_document
from tests.extraction.documents import ROOT, codes
from tests.extraction.pages import pdf
from tests.extraction.scanned import joined, page, pdf_of, saved

PAGE = Image.new("L", (300, 200), 255)
PAGE.paste(0, (50, 50, 250, 60))


def program(folder: Path, does: str) -> Tesseract:
    """Return the engine with another program in place of tesseract."""
    path = folder / "engine"
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)
    return Tesseract(str(path))


def read_by(engine: Tesseract, document: bytes) -> tuple[Document, set[WarningCode]]:
    found = read_document(document, filename=None, media_type=None, engine=engine)
    assert found is not None
    return found, {warning.code for warning in found.warnings}


def test_without_tesseract_the_printed_pages_are_read_and_the_others_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A machine that lacks it still reads all that is text."""
    document = joined(pdf([(60, 60, "County: Caldwell  City: Lockhart, Texas")]), pdf_of(PAGE))
    monkeypatch.setenv("PATH", "/nowhere")

    mixed, picture = read(document), read(saved(PAGE, "PNG"))

    assert mixed.fields["county"].value == "Caldwell"
    assert codes(mixed) >= {WarningCode.OCR_UNAVAILABLE}
    assert (codes(picture), picture.fields) == ({WarningCode.OCR_UNAVAILABLE}, {})


@pytest.mark.parametrize(
    ("does", "code"),
    [
        ("cat >/dev/null; exit 3", WarningCode.UNREADABLE),
        ("kill -SEGV $$", WarningCode.UNREADABLE),
        (
            "cat >/dev/null; printf '5\\t1\\t1\\t1\\t1\\t1\\tx\\t0\\t9\\t9\\t90\\tword\\n'",
            WarningCode.UNREADABLE,
        ),
        ("echo 'Error opening data file eng' >&2; exit 1", WarningCode.OCR_UNAVAILABLE),
    ],
)
def test_an_engine_that_fails_costs_its_page_and_nothing_else(
    tmp_path: Path, does: str, code: WarningCode
) -> None:
    """Native code crashes on pictures that nobody has thought of."""
    document = joined(pdf([(60, 60, "County: Caldwell  City: Lockhart, Texas")]), pdf_of(PAGE))

    found, told = read_by(program(tmp_path, does), document)

    assert told == {code}
    assert "Caldwell" in found.text


@pytest.mark.slow
def test_an_engine_that_never_ends_is_ended_after_its_seconds(tmp_path: Path) -> None:
    """They are counted in time of the processor: a busy machine does not shorten them."""
    engine = program(tmp_path, "while :; do :; done")

    with pytest.raises(EngineTimedOutError):
        engine.words(PAGE, dpi=150, seconds_max=1)


def test_a_time_out_is_told_and_the_pages_behind_it_are_left(tmp_path: Path) -> None:
    """The next page would take as long."""
    sheets = [pdf_of(PAGE)] * 2
    engine = program(tmp_path, f"echo >>{tmp_path}/runs; kill -XCPU $$")

    _found, told = read_by(engine, joined(*sheets))

    assert told == {WarningCode.READING_TIMED_OUT, WarningCode.TRUNCATED}
    assert (tmp_path / "runs").read_text() == "\n"


def test_pictures_beyond_the_limit_are_left_and_told(tmp_path: Path) -> None:
    """A set of drawings is no order."""
    engine = program(tmp_path, "cat >/dev/null")
    document = joined(*[pdf_of(PAGE)] * (OCR_PAGES_MAX + 1))

    found, told = read_by(engine, document)

    assert told == {WarningCode.TRUNCATED}
    assert found.warnings[0].message.startswith(f"Page {OCR_PAGES_MAX + 1} was not read")


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that says it has so many pixels, and holds none of them."""
    head = b"IHDR" + pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    begin = b"\x89PNG\r\n\x1a\n" + pack(">I", 13) + head + pack(">I", crc32(head))
    return begin + pack(">I", 1_000_000) + b"IDAT"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(png_of(60_000, 60_000), id="a picture of 3.6 thousand million pixels"),
        pytest.param(png_of(10_000, 10_000), id="one that the library only warns of"),
        pytest.param(pdf_of(PAGE, dpi=1), id="a page of 300 inches"),
    ],
)
def test_what_would_take_all_memory_is_refused_before_it_takes_any(document: bytes) -> None:
    """A few bytes can unfold to gigabytes."""
    reading = read(document)

    assert WarningCode.TRUNCATED in codes(reading)
    assert reading.fields == {}


def test_a_large_page_is_read_at_fewer_dots_and_a_huge_one_not_at_all() -> None:
    """A drawing of a yard by two is still read; a wall of them is not."""
    assert dpi_within((8.5, 11)) == 200
    assert 60 < dpi_within((36, 48)) < 100
    for inches in ((100, 100), (14_000, 14_000), (0, 5), (float("nan"), 5)):
        with pytest.raises(TooLargeError):
            dpi_within(inches)


def test_who_is_killed_takes_the_engine_along(tmp_path: Path) -> None:
    """A reader that takes too long is killed, and tesseract must not go on for it."""
    engine = program(tmp_path, f"echo $$ >{tmp_path}/pid; exec sleep 60")
    code = (
        "from PIL import Image; from extraction.ocr.tesseract import Tesseract;"
        f"Tesseract({engine._program!r}).words(Image.new('L', (9, 9)), dpi=99, seconds_max=9)"
    )
    reader = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    pid = tmp_path / "pid"
    while not (pid.exists() and pid.read_text().strip()):
        time.sleep(0.02)

    reader.send_signal(signal.SIGKILL)
    reader.wait()

    deadline = time.monotonic() + 5
    while is_alive(int(pid.read_text())):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_missing_engine_and_a_broken_table_have_their_own_errors() -> None:
    """One is mended by an installation, the other by nobody."""
    with pytest.raises(EngineUnavailableError):
        Tesseract("no-such-engine").version()
    with pytest.raises(EngineFailedError):
        words_in(b"5\t1\t1\t1\t1\tx\t0\t0\t9\t9\t90.0\tword")
    assert words_in(b"level\tpage\n4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t\n") == []


def test_a_picture_that_breaks_off_is_told_to_be_beyond_reading() -> None:
    """Uploads break off."""
    for kind in ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"):
        whole = BytesIO()
        page().save(whole, kind)
        reading = read(whole.getvalue()[: whole.tell() // 3])
        assert codes(reading) <= {WarningCode.UNREADABLE, WarningCode.OCR_USED}
