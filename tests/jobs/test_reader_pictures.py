"""Pictures read in a process apart: they have their time there, and their memory."""

from dataclasses import replace
from time import perf_counter

import anyio
import pytest

from domain.extraction import WarningCode
from extraction import read
from extraction.document import Document, Line
from extraction.intake import Medium
from extraction.ocr.limits import OCR_SECONDS_MAX
from extraction.showing.composing import Looked
from extraction.showing.sheet import Asked
from jobs import reader
from jobs.extract_ticket import ExtractTicket
from jobs.reader import PICTURES_SECONDS_MAX, READ_SECONDS_MAX, READERS_MAX, Readers
from tests.extraction.documents import codes, mail
from tests.extraction.pages import FORM, pdf
from tests.extraction.scanned import needs_tesseract, page, saved
from tests.extraction.shown_pages import reading_of
from worker.settings import JOBS_AT_ONCE

SECOND_LOOK_SECONDS_MAX = 0.5  # 0.03 s on an idle machine; to read it takes longer than this
LONGEST = PICTURES_SECONDS_MAX
LLM_SECONDS_LONGEST = 60  # what the settings allow


@pytest.mark.parametrize(
    ("document", "seconds"),
    [
        pytest.param(b"Work order 60417", READ_SECONDS_MAX, id="text"),
        pytest.param(b'{"county": "Hays"}', READ_SECONDS_MAX, id="json"),
        pytest.param(pdf(FORM), LONGEST, id="pdf"),
        pytest.param(mail(), LONGEST, id="mail"),
        pytest.param(saved(page(), "PNG"), LONGEST, id="picture"),
    ],
)
def test_what_may_hold_pictures_has_longer(document: bytes, seconds: float) -> None:
    """A page takes tesseract a second or two, and a text never as long as that."""
    assert reader._seconds_for(document) == seconds


def test_a_job_lasts_as_long_as_what_it_does_and_all_before_it() -> None:
    """Else a good document behind slow ones, or after a dead reader, would be given up."""
    by_the_processor = OCR_SECONDS_MAX + READ_SECONDS_MAX
    at_rest = ExtractTicket.seconds_max - LLM_SECONDS_LONGEST

    assert LONGEST >= 5 * OCR_SECONDS_MAX  # on a machine that has five times as much to do
    assert at_rest > 2 * LONGEST
    assert at_rest > JOBS_AT_ONCE / READERS_MAX * by_the_processor


async def test_a_scan_that_is_looked_at_holds_up_no_other_page() -> None:
    """Neither a text nor a scan that was seen before; another scan waits for its turn."""
    text = Asked(b"Company: Mesa Boring LLC", reading_of(), "order.txt", "text/plain")
    known = Asked(pdf(FORM), reading_of(), "known.pdf", "application/pdf")
    readers = Readers()
    readers._looks.keep(known, Looked(Document(Medium.PDF, (Line("Company: Mesa"),), ())))
    for number in range(READERS_MAX - 1):
        await readers._long_looks.acquire_on_behalf_of(number)

    shown = [await readers.show(asked, "/pictures") for asked in (text, known)]
    with anyio.move_on_after(0.2) as waiting:
        await readers.show(replace(known, filename="new.pdf"), "/pictures")

    assert ["Mesa" in html and "was stopped" not in html for html in shown] == [True, True]
    assert waiting.cancelled_caught


@needs_tesseract
@pytest.mark.slow
async def test_a_scan_is_read_within_the_limits_of_a_child_as_it_is_without() -> None:
    """The engine has the child's limit on memory, and dies with it."""
    document = saved(page(), "PNG")

    apart = await Readers().read(document, "scan.png", "image/png")

    assert WarningCode.OCR_USED in codes(apart)
    assert apart == read(document, filename="scan.png", media_type="image/png")


@needs_tesseract
@pytest.mark.slow
async def test_a_scan_that_is_shown_again_is_not_read_again() -> None:
    """Each page of it would take another second or two."""
    document = saved(page(), "PNG")
    asked = Asked(document, read(document, filename="scan.png"), "scan.png", "image/png")
    readers = Readers()
    first = await readers.show(asked, "/pictures")

    begun = perf_counter()
    second = await readers.show(asked, "/pictures")
    seconds = perf_counter() - begun
    elsewhere = await readers.show(replace(asked, extraction=reading_of()), "/pictures")

    assert second == first
    assert "<mark" in first
    assert "<mark" not in elsewhere  # the reading and the ticket are told as they are now
    assert seconds < SECOND_LOOK_SECONDS_MAX
