"""What is remembered of a document with pictures, and what is rather read again."""

from dataclasses import replace

import pytest

from domain.extraction import DocumentKind, Extraction, ExtractionWarning, WarningCode
from extraction.document import Document, Line
from extraction.intake import Medium
from extraction.showing.composing import Looked
from extraction.showing.sheet import Asked
from jobs.looks import KEPT_SECONDS, LINES_MAX, LOOKS_MAX, Looks, worth_keeping

READ = Extraction(reader_version="test", kind=DocumentKind.WORK_ORDER)
SCAN = Asked(b"bytes of a scan", READ, "scan.png", "image/png")


def seen(*codes: WarningCode, lines: int = 1) -> Looked:
    warnings = tuple(ExtractionWarning(code=code, message="x") for code in codes)
    return Looked(Document(Medium.IMAGE, (Line("Company: Mesa"),) * lines, warnings))


def test_a_look_is_found_again_by_the_same_bytes_and_name_until_its_time_is_over() -> None:
    """What a ticket says meanwhile makes no other document."""
    now = [0.0]
    looks, look = Looks(lambda: now[0]), seen(WarningCode.OCR_USED)
    looks.keep(SCAN, look)
    now[0] = KEPT_SECONDS - 1

    assert looks.find(replace(SCAN, extraction=READ.model_copy(), on_ticket={})) is look
    assert looks.find(replace(SCAN, document=b"another")) is None
    assert looks.find(replace(SCAN, filename="scan.tif")) is None

    now[0] = KEPT_SECONDS
    assert looks.find(SCAN) is None


def test_the_look_that_was_asked_for_longest_ago_makes_room() -> None:
    looks, look = Looks(), seen(WarningCode.OCR_USED)
    asked = [replace(SCAN, document=bytes([number])) for number in range(LOOKS_MAX + 1)]
    for one in asked[:-1]:
        looks.keep(one, look)
    looks.find(asked[0])

    looks.keep(asked[-1], look)

    assert [one.document for one in asked if looks.find(one) is None] == [asked[1].document]


@pytest.mark.parametrize(
    ("looked", "is_kept"),
    [
        (seen(WarningCode.OCR_USED), True),
        (seen(WarningCode.OCR_USED, WarningCode.LOW_TEXT_QUALITY), True),
        (seen(), False),  # text is read as quickly as it is found
        (seen(WarningCode.OCR_UNAVAILABLE), False),  # it may be installed by next time
        (seen(WarningCode.OCR_USED, WarningCode.READING_TIMED_OUT), False),
        (seen(WarningCode.OCR_USED, lines=LINES_MAX + 1), False),
        (Looked(None, problem="It could not be read again."), False),
    ],
)
def test_only_what_took_long_and_would_end_the_same_is_kept(
    looked: Looked, *, is_kept: bool
) -> None:
    assert (worth_keeping(looked) is looked) is is_kept
