"""Spacing: how text is set, and what that tells of lines that go on.

Text with a blank line behind each line is read as if it were set close. A line that is full, so
that the first word of the next had no place in it, was wrapped.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from extraction.document import Line

DOUBLE_LINES_MIN = 8
WINDOW = 20  # lines above and below that tell how wide a text is set
WIDTH_MAX = 100  # characters; text that is set wider is not wrapped
WRAPPED_MIN = 3
WRAPPED_SHARE_MIN = 0.25
SINGLE_SHARE_MAX = 0.15  # of lines that stand close to the next


def closed_up_lines(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines without the blank ones that stand between any two; others divide."""
    return list(_close(lines)) if _is_double_spaced(lines) else lines


def _is_double_spaced(lines: Sequence[Line]) -> bool:
    """Say whether a blank line stands between any two: it then divides nothing."""
    rows = [line for line in lines if line.label is None and line.box is None]
    said = [bool(row.text.strip()) for row in rows]
    spoken = sum(said)
    single = sum(above and below for above, below in pairwise(said))
    return spoken >= DOUBLE_LINES_MIN and single <= spoken * SINGLE_SHARE_MAX


def _close(lines: Sequence[Line]) -> Iterator[Line]:
    was_blank = False
    for line in lines:
        is_blank = line.label is None and line.box is None and not line.text.strip()
        if not is_blank or was_blank:
            yield line
        was_blank = is_blank


def is_wrapped(lines: Sequence[Line], at: int) -> bool:
    """Say whether this line goes on the one above: the text around is set to a width."""
    near = [
        line.text.rstrip()
        for line in lines[max(0, at - WINDOW) : at + WINDOW]
        if line.label is None and line.box is None and line.part == lines[at].part
    ]
    width = max(map(len, near), default=0)
    above, text = lines[at - 1].text.rstrip(), lines[at].text
    if width > WIDTH_MAX or not _is_full(above, text, width):
        return False
    full = sum(_is_full(one, other, width) for one, other in pairwise(near))
    return full >= max(WRAPPED_MIN, WRAPPED_SHARE_MIN * sum(map(bool, near)))


def _is_full(above: str, text: str, width: int) -> bool:
    """Has the first word of a line no place behind the line above?"""
    first = len(text.split(maxsplit=1)[0]) if text.strip() else 0
    return bool(first and above) and len(above) + 1 + first > width
