"""Which lines of a long document are shown: those that something points to, and the first ones."""

from collections.abc import Collection, Sequence

from extraction.document import Line
from extraction.showing.marking import PIECE_CHARACTERS_MAX

LINES_SHOWN_MAX = 1_000
CHARACTERS_SHOWN_MAX = 200_000
AROUND = 2  # lines before and after one that is pointed to


def chosen(lines: Sequence[Line], pointed: Collection[int]) -> list[int]:
    """Return the places of the lines to show, in order."""
    near = {
        place
        for index in pointed
        for place in range(max(0, index - AROUND), min(len(lines), index + AROUND + 1))
    }
    kept: set[int] = set()
    characters = 0
    for index in (*sorted(pointed), *sorted(near), *range(len(lines))):
        if index in kept:
            continue
        characters += min(len(lines[index].text), PIECE_CHARACTERS_MAX)
        if len(kept) == LINES_SHOWN_MAX or characters > CHARACTERS_SHOWN_MAX:
            break
        kept.add(index)
    return sorted(kept)
