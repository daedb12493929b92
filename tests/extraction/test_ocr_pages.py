"""A page made ready for recognition, and words made good after it; no engine is asked."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, UnidentifiedImageError

from extraction.ocr.boxes import fitted
from extraction.ocr.engine import SeenWord
from extraction.ocr.flatten import flattened
from extraction.ocr.found import PageWords, Rule
from extraction.ocr.lines import pieces_of
from extraction.ocr.repair import repaired
from extraction.ocr.rules import rules_of
from extraction.ocr.scans import Scan, scans_of, size_of
from extraction.ocr.straight import straightened
from extraction.ocr.upright import lies_on_its_side, slant_of
from extraction.ocr.weight import bold_words
from tests.extraction.scanned import DPI, page, saved, slanted

UNKNOWN_TO_KIND = {
    *((kind, "I;16") for kind in ("JPEG", "GIF", "BMP", "WEBP")),
    *((kind, mode) for kind in ("JPEG", "BMP") for mode in ("RGBA", "P")),
}


def ink_of(image: Image.Image) -> np.ndarray:
    return np.asarray(image) < 128


def word(text: str, x0: float, top: float, x1: float, bottom: float) -> SeenWord:
    return SeenWord(text, x0, top, x1, bottom, 90.0, (1, 1, 1))


@pytest.mark.parametrize("degrees", [-5.0, -0.7, 0.0, 2.0, 7.5])
def test_the_slant_of_a_page_is_found(degrees: float) -> None:
    """What is left of it is less than a line's height over the page."""
    assert slant_of(ink_of(slanted(degrees))) == pytest.approx(-degrees, abs=0.15)


def test_a_blank_page_has_no_slant_and_lies_as_it_should() -> None:
    blank = np.zeros((200, 200), dtype=bool)

    assert slant_of(blank) == 0
    assert not lies_on_its_side(blank)


def test_a_page_on_its_side_is_told_from_one_that_stands() -> None:
    """Its lines make dark columns."""
    points = page().size[0] * 72 / DPI, page().size[1] * 72 / DPI
    scan = Scan(page(), (points[0] / 72, points[1] / 72), points)
    ink = straightened(scan, 0).ink

    assert not lies_on_its_side(ink)
    assert lies_on_its_side(np.rot90(ink))


def test_the_rules_of_a_form_are_found_and_its_letters_stay() -> None:
    """The sample's page has a box of two columns and seven rows, twice beside each other."""
    ink = ink_of(page())
    rules = rules_of(ink, DPI)

    assert len(rules.levels) == 8
    assert len(rules.uprights) == 3
    inside = rules_of(ink & ~rules.pixels, DPI)
    assert (inside.levels, inside.uprights) == ([], [])
    # What is taken away is as much as rules of one pixel are, and hardly more.
    assert 0.3 < (ink & rules.pixels).sum() / ink.sum() < 0.7


def test_white_on_black_and_a_shadow_across_the_page_come_out_dark_on_white() -> None:
    """Headings are set in bands, and a phone's lamp is nowhere above the middle."""
    plain = page().crop((0, 150, 1275, 448))
    shadow = (
        Image.linear_gradient("L").rotate(90).resize(plain.size).point(lambda g: 90 + g // 2)
    )
    shaded = Image.fromarray(
        (np.asarray(plain, dtype=np.uint16) * np.asarray(shadow) // 255).astype(np.uint8)
    )
    for spoilt in (shaded, plain.point(lambda grey: 255 - grey)):
        ink = ink_of(flattened(spoilt, DPI))
        assert (ink ^ ink_of(plain)).mean() < 0.03


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"])
@pytest.mark.parametrize("mode", ["L", "1", "RGB", "RGBA", "P", "I;16"])
def test_a_picture_of_any_kind_becomes_a_grey_page(kind: str, mode: str) -> None:
    """Cameras, scanners and programs each have their own."""
    wide = np.asarray(page(), dtype=np.uint16) * 256
    picture = Image.fromarray(wide) if mode == "I;16" else page().convert(mode)
    if (kind, mode) in UNKNOWN_TO_KIND:
        picture = picture.convert("L")

    [scan] = scans_of(saved(picture, kind))

    assert scan.image.mode == "L"
    assert 0.01 < ink_of(scan.image).mean() < 0.12


def test_what_is_clear_in_a_picture_is_paper() -> None:
    """Made black, it would hide the words."""
    clear = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    ImageDraw.Draw(clear).rectangle((100, 100, 200, 120), fill=(0, 0, 0, 255))

    [scan] = scans_of(saved(clear, "PNG"))

    assert ink_of(scan.image).mean() < 0.05


def test_a_photograph_is_turned_as_its_camera_says() -> None:
    """A phone that was held upright writes the picture on its side, and says so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = page().transpose(Image.Transpose.ROTATE_90)

    [scan] = scans_of(saved(lying, "JPEG", exif=exif))

    assert scan.image.width > scan.image.height
    assert scan.points == pytest.approx((612, 215), abs=1)


def test_a_camera_that_packs_two_pictures_into_one_has_its_first_read() -> None:
    """The second is the same once more: smaller, or for the other eye."""
    out = BytesIO()
    page().save(out, "MPO", save_all=True, append_images=[page().reduce(4)])

    [scan] = scans_of(out.getvalue())

    assert 0.01 < ink_of(scan.image).mean() < 0.12


def test_a_picture_of_no_kind_that_is_read_is_told_to_be_none() -> None:
    """Every kind that we name is tried then; one that the library lacks would be a KeyError."""
    with pytest.raises(UnidentifiedImageError):
        size_of(b"GIF89b with nothing behind it")


def test_a_fax_has_more_dots_across_than_down_and_is_made_even() -> None:
    """Else its letters are half as high as they are."""
    flat = page().resize((page().width, page().height // 2)).convert("1")
    out = BytesIO()
    flat.save(out, "TIFF", dpi=(DPI, DPI / 2))

    [scan] = scans_of(out.getvalue())

    assert scan.inches == pytest.approx((8.5, 215 / 72), abs=0.02)
    assert scan.image.size == (1700, 597)


def test_a_box_that_is_too_wide_or_cut_short_is_fitted_to_its_ink() -> None:
    """How wide a blank is says what belongs together."""
    ink = np.zeros((100, 200), dtype=bool)
    ink[40:60, 20:60] = True  # a word
    ink[56:64, 62:64] = True  # its comma
    ink[40:60, 90:120] = True  # another
    ink[10:14, 20:30] = True  # of the line above

    found = fitted([word("Concord,", 10, 5, 95, 66), word("CA", 90, 38, 122, 61)], ink, [])

    assert [(w.x0, w.top, w.x1, w.bottom) for w in found] == [
        (20, 40, 64, 64),
        (90, 40, 120, 60),
    ]
    [ruled] = fitted([word("|CA", 88, 38, 122, 61)], ink, [Rule(93, 0, 100)])
    assert ruled.x0 == 94


def test_words_of_one_line_have_one_base_and_one_size() -> None:
    """ "are" is lower than "Are", a dash is hardly there, and both stand on the same line."""
    line = [
        word("Gas", 0, 10, 30, 30),
        word("-", 40, 20, 46, 22),
        word("yes", 54, 16, 80, 36),
        word("north", 90, 10, 130, 30),
    ]

    [piece] = pieces_of(line, [])
    parted = pieces_of(line, [Rule(85, 0, 50)])

    assert piece.base == 30
    assert piece.size == pytest.approx(29.4, abs=1.5)
    assert [len(one.words) for one in parted] == [3, 1]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("| Work Type", "Work Type"),
        ("\u2018Site Contact", "Site Contact"),
        ("\u201cplan to bore\u201d", "\u201cplan to bore\u201d"),
        ("where do | park", "where do I park"),
        ("Cora Ill lot 4", "Cora III lot 4"),
        ("512-555-O1S2", "512-555-0152"),
        ("(5l2)", "(512)"),
        ("O3/14/2O26", "03/14/2026"),
        ("-97.7l5O2", "-97.71502"),
        ("ana.ruiz\u00a9example,com", "ana.ruiz@example.com"),
        ("ana@example.corn", "ana@example.com"),
        ("POLE-S5B1O", "POLE-S5B1O"),
        ("lot 5B", "lot 5B"),
        ("Oil", "Oil"),
        ("#1234", "#1234"),
        ("(512) 555-0142", "(512) 555-0142"),
        ("-", ""),
    ],
)
def test_a_slip_is_mended_where_the_word_shows_what_was_meant(read: str, meant: str) -> None:
    """An id of letters and digits may be anything, and stays what was read."""
    words = [word(text, 10 * at, 0, 10 * at + 8, 10) for at, text in enumerate(read.split())]

    assert " ".join(one.text for one in repaired(words)) == meant


def test_bold_is_told_only_where_there_are_two_weights() -> None:
    """Stroke by size: one lot of words is plain, however thick."""
    names = ["Company"] * 10
    follows = [False] * 10

    assert bold_words([0.12] * 5 + [0.08] * 5, names, follows) == [True] * 5 + [False] * 5
    assert bold_words([0.12, 0.121] * 5, names, follows) == [False] * 10


def test_a_box_is_led_back_to_the_page_as_it_lies() -> None:
    """A quarter turn makes what was wide high."""
    turned = PageWords(way_back=(0.0, -1.0, 100.0, 1.0, 0.0, 0.0))

    assert turned.on_page((10, 20, 30, 25)) == (75, 10, 80, 30)
    assert PageWords().on_page((1, 2, 3, 4)) == (1, 2, 3, 4)
