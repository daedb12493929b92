"""Pictures of pages, read by the real tesseract: scans, faxes, phones, pages the wrong way up."""

from email.message import EmailMessage
from functools import cache

import pytest
from PIL import Image

from domain.extraction import Extraction, WarningCode
from extraction import read
from extraction.document import Line
from extraction.reading.any import read_document
from tests.extraction.documents import SAMPLES, codes
from tests.extraction.pages import pdf
from tests.extraction.quoting import is_reproduced
from tests.extraction.scanned import (
    PRINTED,
    joined,
    needs_tesseract,
    page,
    pdf_of,
    saved,
    slanted,
)

pytestmark = needs_tesseract

TOLD = ("company", "phone", "email", "address", "county", "city", "subdivision", "lot_block")


@cache
def scan() -> Extraction:
    """Return what is read from a scan that was drawn in askew."""
    return read(saved(slanted(1.5), "PNG"), filename="scan.png")


def small_page(*lines: str, share: float = 0.25) -> Image.Image:
    """Return a page of few words, which costs little to read: so high as a share of its width."""
    import pypdfium2

    document = pdf([(60, 60 + 30 * row, text) for row, text in enumerate(lines)])
    drawn = pypdfium2.PdfDocument(document)[0].render(scale=150 / 72).to_pil().convert("L")
    return drawn.crop((0, 0, drawn.width, round(share * drawn.width)))


def lines_of(document: bytes) -> tuple[Line, ...]:
    found = read_document(document, filename=None, media_type=None)
    assert found is not None
    return found.lines


def test_a_slanted_scan_of_a_ruled_form_says_what_the_form_says() -> None:
    """Rules and slant are taken out before: both are read as letters, or hide some."""
    taken = scan().taken()

    printed = read(PRINTED.read_bytes()).taken()
    assert {name: taken.get(name) for name in TOLD} == {name: printed[name] for name in TOLD}
    assert codes(scan()) >= {WarningCode.OCR_USED}
    assert WarningCode.LOW_TEXT_QUALITY not in codes(scan())


def test_the_scan_among_the_samples_is_read_as_their_list_says() -> None:
    """A newcomer sees it among the first; each value can be looked up where it stands."""
    sample = SAMPLES / "water_service_scan.png"
    reading = read(sample.read_bytes(), filename=sample.name)

    assert (
        reading.taken().items()
        >= {
            "work_order_ref": "CF-26-0938",
            "company": "Blackland Utility Boring LLC",
            "phone": "254-555-0163",
            "county": "Hill",
            "address": "1208 Pecan Draw Rd",
            "is_boring": True,
            "is_blasting": False,
            "depth_inches": 48,
        }.items()
    )
    assert codes(reading) == {WarningCode.OCR_USED}
    assert all(is_reproduced(name, found) for name, found in reading.fields.items())
    assert all(span.box for found in reading.fields.values() for span in found.spans)


def test_a_value_of_a_scan_stands_where_it_stands_in_print() -> None:
    """The box is on the page as it lies, although that was put straight to be read."""
    upright, sine = page(), 0.0262  # of 1.5 degrees
    printed = read(PRINTED.read_bytes()).fields
    for name in ("company", "county", "email"):
        [box], [true] = ([s.box for s in r[name].spans][:1] for r in (scan().fields, printed))
        assert box
        assert true
        x, y = (true[0] + true[2]) / 2, (true[1] + true[3]) / 2
        wide = upright.width * 72 / 150
        # Turned to the left about its middle in a frame that grew by what stands out.
        shown = (x + y * sine, y + (wide - x) * sine)
        middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        assert middle == pytest.approx(shown, abs=4)


def test_every_line_of_a_scan_tells_how_sure_it_is() -> None:
    """Print tells nothing of the kind."""
    document = saved(small_page("Company: Mesa Trenching LLC"), "PNG")

    assert [0.8 < (line.quality or 0) <= 1 for line in lines_of(document) if line.text] == [
        True
    ]
    assert {line.quality for line in lines_of(PRINTED.read_bytes())} == {None}


@pytest.mark.parametrize("quarters", [Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90])
def test_a_page_that_lies_the_wrong_way_is_turned_to_be_read(
    quarters: Image.Transpose,
) -> None:
    """Nobody looks which way a sheet goes into the feeder."""
    picture = small_page("Company: Mesa Trenching LLC", "County: Caldwell", "City: Lockhart")

    found = read(saved(picture.transpose(quarters), "PNG")).fields

    assert found["company"].value == "Mesa Trenching LLC"
    [span] = found["company"].spans
    assert span.box
    wide, high = picture.size if quarters == Image.Transpose.ROTATE_180 else picture.size[::-1]
    assert 0 <= span.box[0] < span.box[2] <= wide * 72 / 150
    assert 0 <= span.box[1] < span.box[3] <= high * 72 / 150


def test_of_a_pdf_each_page_is_read_by_its_text_or_by_its_picture() -> None:
    """A printed order with a scanned sheet behind it is one document."""
    sheet = pdf_of(small_page("County: Caldwell", "City: Lockhart"))
    printed = pdf([(60, 60, "Contractor: Mesa Trenching LLC"), (60, 90, "Phone: 512-555-0142")])

    reading = read(joined(printed, sheet))

    [used] = [w for w in reading.warnings if w.code is WarningCode.OCR_USED]
    assert used.message.startswith("Page 2 was read from a picture")
    assert reading.fields["company"].spans[0].page == 1
    assert reading.fields["county"].spans[0].page == 2


def test_all_pages_of_a_tiff_are_read() -> None:
    """A fax is one."""
    pages = [
        small_page(text).convert("1")
        for text in ("Company: Mesa Trenching LLC", "County: Hays")
    ]
    document = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])

    assert [(line.page, line.text) for line in lines_of(document) if line.text] == [
        (1, "Mesa Trenching LLC"),
        (2, "Hays"),
    ]


def mail_with(picture: bytes, text: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "ana@example.com", "locates@example.com"
    message["Subject"] = "Locate"
    message.set_content(text)
    message.add_attachment(picture, maintype="image", subtype="png", filename="order.png")
    return message.as_bytes()


def test_the_picture_in_a_mail_is_read_if_the_mail_says_little() -> None:
    """Who photographs an order writes no more than a greeting."""
    picture = saved(small_page("Company: Mesa Trenching LLC", share=0.5), "PNG")

    short = read(mail_with(picture, "Please locate, see attached."))
    long = read(mail_with(picture, "The crew meets at the yard at seven.\n" * 30))

    assert short.fields["company"].spans[0].part == "order.png"
    assert WarningCode.OCR_USED in codes(short)
    assert WarningCode.OCR_USED not in codes(long)


def test_the_same_picture_is_read_the_same_again() -> None:
    """A second attempt must not make another ticket."""
    document = saved(small_page("Company: Mesa Trenching LLC", "Phone: 512-555-0142"), "PNG")

    assert lines_of(document) == lines_of(document)
