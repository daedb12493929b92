"""A page put straight: turned by quarters if asked to, evened, its slant and its rules taken out."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from extraction.ocr.flatten import flattened
from extraction.ocr.found import Affine, Rule
from extraction.ocr.limits import POINTS_PER_INCH
from extraction.ocr.rules import rules_of
from extraction.ocr.scans import Scan
from extraction.ocr.upright import slant_of

INK, PALE = 128, 150  # darker than this is ink; the edge of a rule is paler

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
TURNS = {
    1: Image.Transpose.ROTATE_90,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True, slots=True)
class Straight:
    """A page as an engine wants it, its rules, and the way back.

    `way_back` makes points of the page as it is shown of points of this one:
    x = a x + b y + c, y = d x + e y + f.
    """

    pixels: Pixels
    dpi: float
    levels: list[Rule]
    uprights: list[Rule]
    way_back: Affine

    @property
    def image(self) -> Image.Image:
        return Image.fromarray(self.pixels)

    @property
    def ink(self) -> Any:
        return self.pixels < INK


def straightened(scan: Scan, quarters: int) -> Straight:
    """Return a page turned to the left by so many quarters of a circle and put straight."""
    dpi = scan.image.width / scan.inches[0]
    turned = scan.image.transpose(TURNS[quarters]) if quarters else scan.image
    even = flattened(turned, dpi)
    slant = slant_of(np.asarray(even) < INK)
    level = (
        even.rotate(slant, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        if slant
        else even
    )
    pixels = np.array(level)
    rules = rules_of(pixels < PALE, dpi)
    pixels[rules.pixels] = 255
    unslanted = _unslanted(slant, level.size, even.size)
    a, b, c, d, e, f = _unturned(quarters, scan.image.size, unslanted)
    shown = scan.points[0] / scan.image.width
    grown = shown * dpi / POINTS_PER_INCH
    way_back = (a * grown, b * grown, c * shown, d * grown, e * grown, f * shown)
    return Straight(pixels, dpi, rules.levels, rules.uprights, way_back)


def _unslanted(degrees: float, size: tuple[int, int], before: tuple[int, int]) -> Affine:
    """Return the way from a page that was rotated in a wider frame to the page before that."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = size[0] / 2, size[1] / 2
    return (
        *(cosine, -sine, before[0] / 2 - cosine * x + sine * y),
        *(sine, cosine, before[1] / 2 - sine * x - cosine * y),
    )


def _unturned(quarters: int, size: tuple[int, int], way: Affine) -> Affine:
    """Return that way, led on to the page before it was turned by quarters of a circle."""
    a, b, c, d, e, f = way
    width, height = size
    if quarters == 1:
        return (-d, -e, width - f, a, b, c)
    if quarters == 2:  # noqa: PLR2004 - half a circle
        return (-a, -b, width - c, -d, -e, height - f)
    if quarters == 3:  # noqa: PLR2004 - three quarters
        return (d, e, f, -a, -b, height - c)
    return way
