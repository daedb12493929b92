"""The text of a page in HTML as rows, and the labels in them by their tags, type and words."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from extraction.reading.dress import is_label, squeezed
from extraction.reading.glyphs import OPEN, TICKED
from extraction.reading.joining import PLACE
from extraction.reading.titles import words_of
from extraction.value import value

VALUE_ROWS_MAX = 12
BOX = re.compile(f"[{TICKED}{OPEN}]")
NAME_WORDS_MAX = 6
LEADING_MARKS = re.compile(r"^(?:[:=]\s{0,5}){1,3}|^[\u2013\u2014-]\s")


@value
class Piece:
    """Words of a row in one type."""

    text: str
    is_naming: bool = False  # they stand in a tag, a class or a type that labels stand in
    is_term: bool = False  # they stand in a tag that only labels stand in


@dataclass(slots=True)
class Row:
    """A row of text as the page shows it, and the block that it stands in."""

    pieces: list[Piece] = field(default_factory=list)
    block: int = 0
    is_detail: bool = False  # it stands in a tag that only values stand in

    @property
    def text(self) -> str:
        return squeezed("".join(piece.text for piece in self.pieces))


@dataclass(slots=True)
class Item:
    """A label with the lines of its value; without label, lines of text; a blank has neither."""

    label: str | None = None
    lines: list[str] = field(default_factory=list)
    part: str = ""  # of a mail: what is quoted in it

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def is_blank(self) -> bool:
        return self.label is None and not self.lines


def items_of(rows: Sequence[Row], *, is_telling: bool, is_cell: bool) -> Iterator[Item]:
    """Yield the rows as labels with values, and text.

    `is_telling`: what is set apart by its type is a label. `is_cell`: the rows are all that a
    cell of a table holds, so that the first may name the others.
    """
    if is_cell and len(rows) > 1 and is_label(rows[0].text):
        rows = [Row([Piece(rows[0].text, is_naming=True)], rows[0].block), *rows[1:]]
    at = 0
    while at < len(rows):
        named = list(_named(rows, at, is_telling=is_telling))
        at += 1
        if not named:
            text = rows[at - 1].text
            yield Item(None, [text] if text else [])
            continue
        label, value = named[-1]
        is_term = any(piece.is_term for piece in rows[at - 1].pieces)
        yield from (Item(words, [said] if said else []) for words, said in named[:-1])
        if not value and at + 1 < len(rows) and not rows[at].text and is_label(label):
            at += 1  # the blank between two paragraphs
        if value:
            taken = list(takewhile(_is_place_of(rows[at - 1]), rows[at : at + 1]))
        else:
            taken = _value_below(rows, at, is_term=is_term)
        at += len(taken)
        yield Item(label, [*([value] if value else []), *(row.text for row in taken)])


def _is_place_of(above: Row) -> Callable[[Row], bool]:
    """Return whether a row is the town and zip below a street, in one block with it."""
    return lambda row: row.block == above.block and PLACE.fullmatch(row.text) is not None


def _named(rows: Sequence[Row], at: int, *, is_telling: bool) -> Iterator[tuple[str, str]]:
    """Yield label and value, one after the other, of a row that begins with a label."""
    pieces = list(_merged(_before_boxes(rows[at])))
    has_more = at + 1 < len(rows) and rows[at + 1].block == rows[at].block
    is_telling = is_telling and (len(pieces) > 1 or has_more)
    starts = [
        place for place in range(len(pieces)) if _names(pieces, place, is_telling=is_telling)
    ]
    if not starts or starts[0] != 0:
        return
    for start, end in zip(starts, [*starts[1:], len(pieces)], strict=True):
        value = squeezed("".join(piece.text for piece in pieces[start + 1 : end]))
        yield words_of(squeezed(pieces[start].text)), LEADING_MARKS.sub("", value)


def _before_boxes(row: Row) -> list[Piece]:
    """Return the pieces of a row; words before its first tick box that are a label name it."""
    text = row.text
    box = BOX.search(text)
    if box is None or not is_label(text[: box.start()]):
        return row.pieces
    return [Piece(text[: box.start()], is_naming=True), Piece(text[box.start() :])]


def _names(pieces: Sequence[Piece], place: int, *, is_telling: bool) -> bool:
    piece = pieces[place]
    if not piece.is_naming:
        return False
    after = pieces[place + 1].text.lstrip() if place + 1 < len(pieces) else ""
    is_short = len(piece.text.split()) <= NAME_WORDS_MAX
    return (
        piece.is_term
        or is_label(piece.text)
        or (after[:1] == ":" and is_label(f"{piece.text}:"))
        or (is_telling and is_short)
    )


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces; those in one type that follow each other are one, blanks are none."""
    last: Piece | None = None
    for piece in pieces:
        if last is not None and (
            (last.is_naming, last.is_term) == (piece.is_naming, piece.is_term)
            or not piece.text.strip()
        ):
            last = Piece(last.text + piece.text, last.is_naming, last.is_term)
        elif last is None and not piece.text.strip():
            continue
        else:
            if last is not None:
                yield last
            last = piece
    if last is not None:
        yield last


def _value_below(rows: Sequence[Row], at: int, *, is_term: bool) -> list[Row]:
    """Return the rows that are the value of the label right above: one block of them.

    Below a `dt` that is only what stands in a `dd`: what follows the list is none of it.
    """
    taken: list[Row] = []
    for row in rows[at : at + VALUE_ROWS_MAX]:
        is_same = not taken or row.block == taken[0].block or row.is_detail
        is_name = any(piece.is_naming and is_label(piece.text) for piece in row.pieces[:1])
        if not row.text or not is_same or is_name or (is_term and not row.is_detail):
            break
        taken.append(row)
    return taken
