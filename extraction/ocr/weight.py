"""Which words are set in bold type, judged by how thick their strokes are.

Twice the ink of a word by the length of its edges is the thickness of its strokes. Bold words
are told from plain ones only on a page that has plainly both.
"""

from collections.abc import Sequence
from statistics import median
from typing import Any

import numpy as np

LETTERS_MIN = 3  # fewer letters and digits say little of a word's strokes
WORDS_MIN = 4  # of each weight, for a page to have two
RATIO_MIN = 1.22  # by how much bold strokes are thicker than plain ones
MARGIN = 2  # pixels around a word that belong to the edges of its letters
UNSURE = 0.06  # so near to the border a word is as its neighbour

Page = np.ndarray[Any, np.dtype[np.uint8]]


def thickness(page: Page, box: tuple[int, int, int, int], size: float) -> float:
    """Return how thick the strokes in a box of pixels are, as a share of the type's size."""
    x0, top, x1, bottom = box
    ink = (
        1 - page[max(top - 2, 0) : bottom + 2, max(x0 - 2, 0) : x1 + 2].astype(np.float32) / 255
    )
    if min(ink.shape) <= 2 * MARGIN:
        return 0.0
    edges = np.hypot(np.diff(ink, axis=0)[:, :-1], np.diff(ink, axis=1)[:-1]).sum()
    return float(2 * ink.sum() / edges / size) if edges > 0 and size > 0 else 0.0


def bold_words(
    thick: Sequence[float], texts: Sequence[str], follows: Sequence[bool]
) -> list[bool]:
    """Return for each word whether it is bold; `follows` says that it touches the one before."""
    telling = sorted(
        share
        for share, text in zip(thick, texts, strict=True)
        if share > 0 and sum(map(str.isalnum, text)) >= LETTERS_MIN
    )
    border = _border(telling)
    if border is None:
        return [False] * len(thick)
    found: list[bool] = []
    for at, share in enumerate(thick):
        is_unsure = abs(share / border - 1) < UNSURE or sum(map(str.isalnum, texts[at])) <= 1
        if is_unsure and follows[at]:
            found.append(found[-1])
        elif is_unsure and at + 1 < len(thick) and follows[at + 1]:
            found.append(thick[at + 1] > border)
        else:
            found.append(share > border)
    return found


def _border(shares: Sequence[float]) -> float | None:
    """Return the thickness that parts the words best in two (Otsu), None if they are one lot."""
    if len(shares) < 2 * WORDS_MIN:
        return None
    values = np.log(np.asarray(shares))
    sums = np.cumsum(values)
    at = np.arange(WORDS_MIN, len(values) - WORDS_MIN + 1)
    below, above = sums[at - 1] / at, (sums[-1] - sums[at - 1]) / (len(values) - at)
    best = int(at[np.argmax(at * (len(values) - at) * np.square(above - below))])
    plain, bold = median(shares[:best]), median(shares[best:])
    return float((plain * bold) ** 0.5) if bold >= RATIO_MIN * plain else None
