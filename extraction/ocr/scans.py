"""Pictures as they come, made grey pages of a known size: what is too large is never decoded."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice, product

import numpy as np
from PIL import Image, ImageOps

from extraction.ocr.limits import (
    OCR_PAGES_MAX,
    POINTS_PER_INCH,
    SOURCE_PIXELS_MAX,
    TooLargeError,
    dpi_within,
)

FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
MANY_PAGES = frozenset({"TIFF"})  # the others hold one page, or one after another in time
DPI_TOLD = (100.0, 1200.0)  # cameras and programs write 72 and 96 without having measured
SHORT_SIDE_INCHES = 8.5  # of a page whose size nobody tells
DPI_GUESSED = (96.0, 400.0)
DPI_SHOWN = (50.0, 1200.0)
ORIENTATION, ON_ITS_SIDE = 0x0112, (5, 6, 7, 8)  # of EXIF
HALF = 128  # of the greys
SPECKS_MIN = 0.02  # of the dark pixels alone among light ones: a fax, or grey made of dots


@dataclass(frozen=True, slots=True)
class Scan:
    """A grey page as it is shown to a person: its size in inches, as far as one can tell.

    `points` are what places on it are told in: those that a viewer takes the page to have.
    """

    image: Image.Image
    inches: tuple[float, float]
    points: tuple[float, float]


def size_of(document: bytes) -> tuple[int, int]:
    """Return width and height of a picture in pixels, decoding nothing. Raises TooLargeError."""
    with _opened(document) as image:
        return image.size


def scans_of(document: bytes) -> Iterator[Scan]:
    """Yield the pages of a picture, one more than are read if it has more.

    Raises TooLargeError, and whatever a broken picture makes the library raise.
    """
    with _opened(document) as image:
        frames = OCR_PAGES_MAX + 1 if image.format in MANY_PAGES else 1
        for frame in islice(_frames(image), frames):
            yield _scan(frame)


def _opened(document: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(document), formats=FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as failure:
        raise TooLargeError from failure
    _refuse_too_large(image)
    return image


def _refuse_too_large(image: Image.Image) -> None:
    if image.width * image.height > SOURCE_PIXELS_MAX:
        raise TooLargeError


def _frames(image: Image.Image) -> Iterator[Image.Image]:
    number = 0
    while True:
        try:
            image.seek(number)
        except EOFError:
            return
        _refuse_too_large(image)
        yield image
        number += 1


def _scan(image: Image.Image) -> Scan:
    across, down = _dpi(image)
    inches = (image.width / across, image.height / down)
    dpi = dpi_within(inches)
    wanted = (max(1, round(inches[0] * dpi)), max(1, round(inches[1] * dpi)))
    image.draft("L", wanted)  # a JPEG is decoded at no more than is needed
    turned = ImageOps.exif_transpose(grey(image))
    points = shown_points(image)
    if image.getexif().get(ORIENTATION, 1) in ON_ITS_SIDE:
        inches, wanted, points = inches[::-1], wanted[::-1], points[::-1]
    return Scan(turned.resize(wanted, Image.Resampling.BICUBIC), inches, points)


def shown_points(image: Image.Image) -> tuple[float, float]:
    """Return width and height of a picture in points, before it is turned as its camera says.

    By the dots an inch that it tells; a picture that tells nothing is shown a point a pixel.
    """
    told = _told(image)[0]
    least, most = DPI_SHOWN
    points = POINTS_PER_INCH / (told if least <= told <= most else POINTS_PER_INCH)
    return image.width * points, image.height * points


def _dpi(image: Image.Image) -> tuple[float, float]:
    """Return the dots an inch across and down, as they are told or else guessed."""
    across, down = _told(image)
    least, most = DPI_TOLD
    if least <= across <= most and 0.4 * across <= down <= most:
        return across, down
    guessed = min(image.size) / SHORT_SIDE_INCHES
    guessed = min(max(guessed, DPI_GUESSED[0]), DPI_GUESSED[1])
    return guessed, guessed


def _told(image: Image.Image) -> tuple[float, float]:
    """Return the dots an inch that a picture tells, 0 if it tells none."""
    told = image.info.get("dpi", (0, 0))
    try:
        return float(told[0]), float(told[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return 0.0, 0.0


def grey(image: Image.Image) -> Image.Image:
    """Return a picture of any mode as one byte of grey a pixel, on white where it is clear."""
    exif = image.info.get("exif")
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float32)
        top = float(values.max(initial=0.0)) or 1.0
        plain = Image.fromarray((np.clip(values / top, 0, 1) * 255).astype(np.uint8))
    elif image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        plain = Image.new("RGBA", clear.size, "white")
        plain.alpha_composite(clear)
        plain = plain.convert("L")
    else:
        plain = image.convert("L")
    if exif:
        plain.info["exif"] = exif
    return _without_specks(plain)


def _without_specks(page: Image.Image) -> Image.Image:
    """Return a page of dots without those that stand alone, if there are many of them."""
    pixels = np.array(page)
    dark = pixels < HALF
    around = np.zeros(dark.shape, dtype=np.uint8)
    padded = np.pad(dark, 1)
    rows, columns = dark.shape
    for down, across in product(range(3), repeat=2):
        around += padded[down : down + rows, across : across + columns]
    alone = dark & (around <= 1)
    if alone.sum() < SPECKS_MIN * max(1, dark.sum()):
        return page
    pixels[alone] = 255
    cleaned = Image.fromarray(pixels)
    cleaned.info.update(page.info)
    return cleaned
