"""An even page: light and shadow taken out, and white on black turned round.

All of it is decided on a small copy of the page; the page itself is only added to.
"""

from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageFilter, ImageOps

SMALL_DPI = 25  # of the copy on which is decided
WINDOW = 7  # pixels of the copy, a quarter of an inch: wider than a letter's strokes
PAPER = 9  # pixels of the copy within which there is paper to be seen
DARK = 110  # a background below this has light letters on it
EVEN = 28  # so far may the grey of a background differ
EVEN_SHARE_MIN = 0.5
SOLID = 5  # pixels of the copy: a smaller dark place is a letter of a title
CONTRAST_MIN = 60

Flags = np.ndarray[Any, np.dtype[np.bool_]]


def flattened(page: Image.Image, dpi: float) -> Image.Image:
    """Return a grey page as dark letters on white."""
    step = max(1, round(dpi / SMALL_DPI))
    size = (max(1, page.width // step), max(1, page.height // step))
    small = page.resize(size, Image.Resampling.NEAREST)
    middle = small.filter(ImageFilter.MedianFilter(WINDOW))
    even = _even_share(small, middle) >= EVEN_SHARE_MIN
    dark = _opened((np.asarray(middle) < DARK) & even, SOLID)
    page, small = _turned_round(page, dark), _turned_round(small, dark)
    paper = _paper_of(small)
    level = ImageChops.add(page, _enlarged(ImageOps.invert(paper), page.size))
    return _stretched(level)


def _even_share(small: Image.Image, middle: Image.Image) -> Any:
    """Return around each pixel how much is of the grey that is usual there, 0 to 1."""
    near = np.abs(np.asarray(small, dtype=np.int16) - np.asarray(middle)) <= EVEN
    return np.asarray(_shown(near).filter(ImageFilter.BoxBlur(WINDOW // 2))) / 255


def _opened(flags: Flags, size: int) -> Flags:
    """Return the flags without places that are narrower than `size`."""
    kept = _shown(flags).filter(ImageFilter.MinFilter(size)).filter(ImageFilter.MaxFilter(size))
    return np.asarray(kept) > 0


def _turned_round(page: Image.Image, dark: Flags) -> Image.Image:
    if not dark.any():
        return page
    return Image.composite(ImageOps.invert(page), page, _mask(dark, page.size))


def _paper_of(small: Image.Image) -> Image.Image:
    """Return how light the paper is at each place: the lightest grey around, without specks."""
    quiet = small.filter(ImageFilter.MedianFilter(3))
    widest = quiet.filter(ImageFilter.MaxFilter(PAPER)).filter(ImageFilter.MinFilter(PAPER))
    return widest.filter(ImageFilter.BoxBlur(WINDOW // 2))


def _shown(flags: Flags) -> Image.Image:
    return Image.fromarray(flags.astype(np.uint8) * 255)


def _mask(flags: Flags, size: tuple[int, int]) -> Image.Image:
    return _shown(flags).resize(size, Image.Resampling.NEAREST)


def _enlarged(small: Image.Image, size: tuple[int, int]) -> Image.Image:
    return small.resize(size, Image.Resampling.BILINEAR)


def _stretched(page: Image.Image) -> Image.Image:
    """Return the page with its darkest hundredth black, if there is anything on it."""
    counts = page.histogram()
    total, seen, black = sum(counts), 0, 0
    for grey, count in enumerate(counts):
        seen += count
        if seen >= total / 100:
            black = grey
            break
    if 255 - black < CONTRAST_MIN:
        return page
    scale = 255 / (255 - black)
    return page.point([max(0, round((grey - black) * scale)) for grey in range(256)])
