"""Segments: a message of one line, its pieces set off by slashes, bars or semicolons.

`LOC 12 OAK ST/WACO/XST N 5TH ST/CN/PH/` - a piece begins with its label or has none.
"""

import re
from collections.abc import Iterator

from extraction.labels.concepts import Label, find_label
from extraction.lines.columns import SCAN_CHARACTERS_MAX

SEGMENTS_MIN = 5
LABELLED_MIN = 3
VALUED_MIN = 2
LABEL_WORDS_MAX = 3
SEPARATORS = (re.compile(r"\s?/{1,4}\s?"), re.compile(r"\s?;\s?"), re.compile(r"\s?[|~^]\s?"))
PLACES = frozenset({"address", "service_address"})
TOWN = re.compile(r"[A-Z][A-Za-z.' -]{2,29}")

Segment = tuple[int, int, int, str, Label]  # start, where its value begins, its end, label


def segments_in(text: str) -> list[Segment]:
    """Return the labelled segments of a line that is a list of them, else none."""
    text = text[:SCAN_CHARACTERS_MAX]
    if sum(map(text.count, "/;|~^")) < SEGMENTS_MIN - 1:
        return []
    for separator in SEPARATORS:
        places = list(_places(text, separator))
        if len(places) >= SEGMENTS_MIN:
            found = list(_labelled(text, places))
            valued = [one for one in found if text[one[1] : one[2]].strip()]
            if len(found) >= LABELLED_MIN and len(valued) >= VALUED_MIN:
                return found
    return []


def _places(text: str, separator: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for match in separator.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _labelled(text: str, places: list[tuple[int, int]]) -> Iterator[Segment]:
    last = None
    for start, end in places:
        found = _label_of(text, start, end)
        if found is not None:
            at, label = found
            last = label.concept
            yield start, at, end, text[start:at].strip(), label
        elif last in PLACES and TOWN.fullmatch(text[start:end]):
            last = None
            yield start, start, end, "", Label("city", is_guessed=True)


def _label_of(text: str, start: int, end: int) -> tuple[int, Label] | None:
    """Return the longest label that a segment begins with, and where its value begins."""
    words = [match.span() for match in re.finditer(r"\S+", text[start:end])]
    for count in range(min(LABEL_WORDS_MAX, len(words)), 0, -1):
        at = start + words[count - 1][1]
        label = find_label(text[start:at])
        if label is not None:
            return at, label
    return None
