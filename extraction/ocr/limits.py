"""How much of a document's pictures is read: pages, pixels and seconds, each by its name."""

import math

OCR_PAGES_MAX = 10  # of a document; a work order has few, a set of drawings has many
OCR_PAGE_SECONDS_MAX = 8  # of the processor, for one try at a page
OCR_SECONDS_MAX = 30.0  # of the processor, for all pages; what is begun may end
PAGE_PIXELS_MAX = 12_000_000  # that an engine is given: a letter page at 350 dpi
SOURCE_PIXELS_MAX = 60_000_000  # of a picture as it came: decoded, it takes 3 bytes a pixel
POINTS_PER_INCH = 72.0
PAGE_INCHES_MAX = 200.0  # a side; what PDF itself allows
DPI = 200  # at which a page is read: more takes longer and was read no better
DPI_MIN = 60  # a page that has to be made smaller than this cannot be read


class TooLargeError(Exception):
    """The picture has more pixels, or the page more inches, than are read here."""


def dpi_within(inches: tuple[float, float]) -> float:
    """Return at how many dots an inch a page of this size is read. Raises TooLargeError."""
    width, height = inches
    if not (0 < width <= PAGE_INCHES_MAX and 0 < height <= PAGE_INCHES_MAX):
        raise TooLargeError
    dpi = min(DPI, math.sqrt(PAGE_PIXELS_MAX / (width * height)))
    if dpi < DPI_MIN:
        raise TooLargeError
    return dpi
