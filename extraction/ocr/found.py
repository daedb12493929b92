"""What is found on a page that was read from a picture: words, rules, and the way back."""

import math
from dataclasses import dataclass

Box = tuple[float, float, float, float]
Affine = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight rule: where it lies, and from where to where it goes."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PageWord:
    """A word with the box of its type in points, and how sure it is, 0 to 1."""

    text: str
    box: Box
    quality: float
    is_bold: bool


@dataclass(frozen=True, slots=True)
class PageWords:
    """What stands on a page that was put straight, in points.

    `way_back` makes points of the page as it is shown of these: x = a x + b y + c,
    y = d x + e y + f.
    """

    words: tuple[PageWord, ...] = ()
    levels: tuple[Rule, ...] = ()
    uprights: tuple[Rule, ...] = ()
    way_back: Affine = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)

    @property
    def quality(self) -> float:
        """How sure the words are, 0 to 1, long ones counting for more; 0 without words."""
        letters = sum(len(word.text) for word in self.words)
        return sum(word.quality * len(word.text) for word in self.words) / max(1, letters)

    @property
    def worth(self) -> float:
        """How much was read: letters, and how sure they are."""
        return sum(word.quality**2 * len(word.text) for word in self.words)

    def on_page(self, box: Box) -> Box:
        """Return a box of the straightened page as one of the page as it is shown.

        Of a slanted box its middle and its own height: else lines would overlap.
        """
        a, b, c, d, e, f = self.way_back
        x0, top, x1, bottom = box
        x, y = (x0 + x1) / 2, (top + bottom) / 2
        across, down = a * x + b * y + c, d * x + e * y + f
        scale = math.hypot(a, b)
        wide, high = (x1 - x0) * scale, (bottom - top) * scale
        if abs(a) < abs(b):  # the page lay on its side
            wide, high = high, wide
        box = (across - wide / 2, down - high / 2, across + wide / 2, down + high / 2)
        x0, top, x1, bottom = (round(value, 2) for value in box)
        return x0, top, x1, bottom
