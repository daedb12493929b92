"""Pages shown as pictures: of the size that their boxes are told in, the right way up."""

import re
from email.message import EmailMessage
from io import BytesIO

from PIL import Image

from domain.extraction import Span
from extraction.document import Document, Line
from extraction.intake import Medium
from extraction.showing import showing
from extraction.showing.composing import Looked, sheet_of
from extraction.showing.pictures import frames_of
from extraction.showing.rendering import as_fragment
from extraction.showing.sheet import Asked
from tests.extraction.documents import own_documents
from tests.extraction.shown_pages import finding, reading_of, shown

DOCUMENTS = own_documents()


def test_a_pdf_is_shown_as_pictures_with_a_box_round_each_value() -> None:
    document = DOCUMENTS["gas_main_relocation.pdf"]
    html = shown("gas_main_relocation.pdf", document)
    drawn = showing.picture(document, "a.pdf", None, part="body", page=1)

    assert 'src="/pictures?part=body&amp;page=1"' in html
    assert 'viewBox="0 0 612.0 792.0"' in html
    assert html.count("<rect ") >= 20
    assert drawn
    assert len(drawn) < 100_000
    with Image.open(BytesIO(drawn)) as seen:
        assert seen.size == (1100, 1424)
        assert seen.convert("L").getextrema() == (0, 255)
    assert showing.picture(document, "a.pdf", None, part="body", page=2) is None
    assert showing.picture(document, "a.pdf", None, part="nobody", page=1) is None
    assert (
        showing.picture(document[:3000] + b"%%EOF", "a.pdf", None, part="body", page=1) is None
    )


def test_a_scan_is_shown_with_its_boxes_in_points_of_the_page() -> None:
    """What was recognised stands where it is seen, at however many dots an inch it came."""
    content = BytesIO()
    Image.new("L", (1700, 2200), 255).save(content, "PNG", dpi=(200, 200))
    box = (72.0, 144.0, 180.0, 156.0)
    span = Span(quote="Mesa", line=1, start=0, end=4, box=box)
    frames, count = frames_of(content.getvalue(), Medium.IMAGE)
    document = Document(Medium.IMAGE, (Line("Mesa", box=box),))
    asked = Asked(content.getvalue(), reading_of(finding(span)), "scan.png")

    html = as_fragment(sheet_of(asked, Looked(document, frames, count)), lambda _frame: "/here")

    [size] = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', html)
    assert [round(float(one)) for one in size] == [612, 792]
    assert '<rect class="taken" x="70.0" y="142.0" width="112.0" height="16.0"' in html
    assert showing.picture(content.getvalue(), "scan.png", None, part="body", page=1)
    assert showing.picture(content.getvalue(), "scan.png", None, part="body", page=2) is None


def test_a_photograph_is_shown_as_its_camera_says_and_its_boxes_fit_that() -> None:
    """A phone stores the page on its side, and a note which way is up."""
    exif, content = Image.Exif(), BytesIO()
    exif[0x0112] = 6
    lying = Image.new("L", (880, 680), 255)
    lying.paste(0, (0, 0, 880, 40))  # seen upright: a bar down the right side
    lying.save(content, "JPEG", dpi=(80, 80), exif=exif)

    [frame], _count = frames_of(content.getvalue(), Medium.IMAGE)
    drawn = showing.picture(content.getvalue(), "photo.jpg", None, part="body", page=1)

    assert (round(frame.width), round(frame.height)) == (612, 792)
    assert drawn
    with Image.open(BytesIO(drawn)) as seen:
        assert seen.height > seen.width
        grey = seen.convert("L")
        assert grey.getpixel((seen.width - 5, 5)) < 60
        assert grey.getpixel((5, seen.height // 2)) > 200


def test_a_picture_that_tells_no_dots_an_inch_is_shown_as_its_boxes_are_told() -> None:
    """A point a pixel, however many dots an inch it is guessed to have for reading."""
    content = BytesIO()
    Image.new("L", (900, 1200), 255).save(content, "PNG")

    [frame], _count = frames_of(content.getvalue(), Medium.IMAGE)

    assert (frame.width, frame.height) == (900, 1200)


def test_pages_that_a_mail_brings_are_shown_under_the_name_of_their_part() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "a@example.com",
        "b@example.com",
        "Order",
    )
    message.set_content("See the order.")
    order = DOCUMENTS["gas_main_relocation.pdf"]
    message.add_attachment(order, maintype="application", subtype="pdf", filename="a b.pdf")

    html = shown("order.eml", message.as_bytes())

    assert 'src="/pictures?part=a+b.pdf&amp;page=1"' in html
    assert showing.picture(message.as_bytes(), "order.eml", None, part="a b.pdf", page=1)
    assert re.search(r'<rect class="taken"', html)


def test_pictures_of_a_mail_are_drawn_and_a_broken_one_hides_no_other() -> None:
    """A logo is no page."""
    scan, logo = BytesIO(), BytesIO()
    Image.new("L", (850, 1100), 255).save(scan, "PNG", dpi=(100, 100))
    Image.new("L", (120, 60), 0).save(logo, "GIF")
    message = EmailMessage()
    message["From"], message["To"] = "a@example.com", "b@example.com"
    message.set_content("See the order.")
    for name, kind, picture in (
        ("logo.gif", "gif", logo.getvalue()),
        ("cut.png", "png", scan.getvalue()[:200]),
        ("scan.png", "png", scan.getvalue()),
    ):
        message.add_attachment(picture, maintype="image", subtype=kind, filename=name)

    frames, count = frames_of(message.as_bytes(), Medium.MAIL)

    [frame] = frames
    assert (frame.part, frame.page, round(frame.width), round(frame.height)) == (
        "scan.png", 1, 612, 792,
    )  # fmt: skip
    assert count == 1
    assert showing.picture(message.as_bytes(), "a.eml", None, part="scan.png", page=1)
