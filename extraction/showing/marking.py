"""Cutting a line where marks begin and end, so that overlapping ones can be shown.

Marks in HTML can only lie within each other. So the text between two neighbouring borders is a
piece of its own, which knows everything that points to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extraction.showing.sheet import Piece, Ref, Tone

PIECE_CHARACTERS_MAX = 2_400  # what is longer is shown with its two ends
END_CHARACTERS = 1_000  # of each end
REFS_MAX = 12  # that one piece names

# By which of several a piece is coloured: what a person has to look at comes first.
ORDER = (Tone.CONFIRM, Tone.TAKEN, Tone.STATED, Tone.SUGGESTION, Tone.OTHER)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From which character to which one a line is pointed to, and by what."""

    start: int
    end: int
    ref: Ref


def pieces_of(text: str, stretches: Sequence[Stretch], anchor: str) -> tuple[Piece, ...]:
    """Return the line in pieces; put together they are the line, if none had to be cut."""
    borders = sorted(
        {0, len(text)}
        | {min(max(0, edge), len(text)) for one in stretches for edge in (one.start, one.end)}
    )
    return tuple(_pieces(text, stretches, borders, anchor))


def _pieces(
    text: str, stretches: Sequence[Stretch], borders: Sequence[int], anchor: str
) -> Iterator[Piece]:
    for number, (start, end) in enumerate(pairwise(borders)):
        refs = in_order(one.ref for one in stretches if one.start <= start and end <= one.end)
        words, left_out, rest = _cut(text[start:end])
        own = f"{anchor}-{number}" if refs else ""
        yield Piece(words, refs, own, left_out, rest)


def in_order(refs: Iterable[Ref]) -> tuple[Ref, ...]:
    """Return each once; by the first the piece is coloured, and to it it leads."""
    found = sorted(dict.fromkeys(refs), key=lambda ref: ORDER.index(ref.tone))
    return tuple(found[:REFS_MAX])


def _cut(text: str) -> tuple[str, int, str]:
    if len(text) <= PIECE_CHARACTERS_MAX:
        return text, 0, ""
    return (
        text[:END_CHARACTERS],
        len(text) - 2 * END_CHARACTERS,
        text[-END_CHARACTERS:],
    )
