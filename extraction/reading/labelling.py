"""The lines of a page: values with their labels, tables row by row, and what is left as text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from extraction.document import Line
from extraction.lines.headings import heading_of
from extraction.lines.ticks import BOX, is_ticked, options_in, statements_in
from extraction.reading.bars import with_bars
from extraction.reading.beside import Labels, valued
from extraction.reading.boxed import boxed
from extraction.reading.captions import captioned
from extraction.reading.cells import Cell
from extraction.reading.gaps import breaks_in
from extraction.reading.glyphs import OPEN, TICKED
from extraction.reading.grids import grids_of, rows_of
from extraction.reading.joining import below, beside
from extraction.reading.naming import headings_in, is_known, labels_in, with_whole_labels
from extraction.reading.sentences import paragraphs, with_sentences
from extraction.reading.titles import has_unit, words_of

CELLS_MAX = 1_500  # of one page
LEVEL = 0.5  # of the height: cells nearer in height than this stand in one row
BAND = 6.0  # points: values of one label that are nearer in height than this are one row

NUMBERED = re.compile(
    r"\s{0,3}(?:section |part )?\(?(?:\d{1,2}|[A-H]|[IVX]{1,4})[.):]\s", re.IGNORECASE
)

Row = tuple[str | None, Cell]


def labelled_lines(cells: Sequence[Cell], *, page: int, part: str) -> Iterator[Line]:
    """Yield the lines of a page from top to bottom.

    A page with more cells than any form has is read as text, row by row.
    """
    rows = [*(_told(cells) if len(cells) <= CELLS_MAX else _unnamed(cells))]
    rows.sort(key=lambda row: (round(row[1].top, 1), row[1].x0))
    breaks = breaks_in([cell for _label, cell in rows])
    for number, (label, cell) in enumerate(rows, start=1):
        if number - 1 in breaks:
            yield Line("", number=number, page=page, part=part)
        yield Line(
            cell.text,
            number=number,
            page=page,
            part=part,
            label=label,
            box=(cell.x0, cell.top, cell.x1, cell.bottom),
        )


def _told(cells: Sequence[Cell]) -> Iterator[Row]:
    """Yield what a page says: headings, labels with their values, text."""
    whole = with_whole_labels(with_sentences(cells))
    bars, whole = with_bars(whole)
    headings = [*bars, *headings_in(whole)]
    said: set[tuple[float, float, str]] = set()  # what is a heading and a value of its row too
    for label, cell in _named(whole, headings):
        if label is not None:
            said.add((cell.top, cell.x0, cell.text))
        yield label, cell
    yield from ((None, h) for h in headings if (h.top, h.x0, h.text) not in said)


def _named(cells: Sequence[Cell], headings: Sequence[Cell]) -> Iterator[Row]:
    """Yield what boxes, tables and labels say, then what is left, row by row."""
    is_heading = {id(cell) for cell in headings}
    labels = [cell for cell in labels_in(cells) if id(cell) not in is_heading]
    is_label = {id(label) for label in labels}
    rest = [cell for cell in cells if id(cell) not in is_heading | is_label]
    under, labels, rest = captioned(labels, rest)
    pairs, others = boxed([*labels, *rest], labels)
    pairs += under
    grids, others = grids_of(sorted([*others, *headings], key=_place), [*labels, *headings])
    others = [cell for cell in others if id(cell) not in is_heading]
    for grid in grids:
        pairs += grid.pairs()
        yield from ((None, cell) for cell in grid.parties if id(cell) not in is_heading)
        yield from (row for label in grid.blanks() for row in _pair(label, []))
    for label, value in pairs:
        yield from _pair(label, [value])
    named = Labels(
        [cell for cell in others if id(cell) in is_label],
        [cell for cell in others if id(cell) not in is_label],
    )
    values, loose = valued(named, [cell for cell in others if id(cell) not in is_label])
    for place, label in enumerate(named.all):
        if place in values or named.is_known(place) or label.text.rstrip().endswith(":"):
            yield from _pair(label, values.get(place, []))
        else:
            loose.append(label)  # words in the type of labels that name nothing
    # On a page whose labels share a type, known words in another are labels where they have
    # a value and stand beside no label themselves.
    second = Labels([cell for cell in loose if is_known(cell)], [])
    values, left = valued(second, [cell for cell in loose if not is_known(cell)])
    for place, label in enumerate(second.all):
        if place in values:
            yield from _pair(label, values[place])
        else:
            left.append(label)
    yield from _unnamed(left)


def _place(cell: Cell) -> tuple[float, float]:
    return cell.top, cell.x0


def _pair(label: Cell, found: Sequence[Cell]) -> Iterator[Row]:
    """Yield a label with its value: of tick boxes those that are ticked."""
    name = words_of(label.text)
    if not found:
        yield (None, label) if _is_numbered_heading(label) else (name, replace(label, text=""))
        return
    ordered = sorted(found, key=lambda cell: (round(cell.top / BAND), cell.x0))
    value = ordered[0]
    for last, cell in pairwise(ordered):
        is_level = abs(cell.middle - last.middle) <= LEVEL * last.height
        value = value.joined(cell, beside(last, cell) if is_level else below(cell))
    if has_unit(name, value.text):
        yield None, label.joined(value, ": " if not label.text.endswith(":") else " ")
    else:
        yield name, replace(value, text=_ticked(value.text))
    yield from _flags(value)


def _is_numbered_heading(label: Cell) -> bool:
    """Is this `3. LOCATION` above its section, and no field that nobody has filled in?"""
    is_set_off = label.is_bold or label.text.isupper()
    is_numbered = NUMBERED.match(label.text) is not None and label.text.rstrip()[-1:] != ":"
    return is_numbered and is_set_off and heading_of(Line(label.text)) is not None


def _ticked(text: str) -> str:
    """Return the options of a value that are ticked; the value itself if it has no boxes."""
    options = options_in(text)
    if not options:
        return text
    chosen = [text[slice(*place)].strip(" ,;/|.") for is_ticked, place in options if is_ticked]
    if any(chosen) or not chosen:
        return ", ".join(words for words in chosen if words)
    return TICKED


def _flags(cell: Cell) -> Iterator[Row]:
    """Yield the options of tick boxes that are labels themselves: a tick says yes."""
    for box, start, end in statements_in(cell.text):
        found = BOX.fullmatch(cell.text, *box)
        if found is not None:
            yield cell.text[start:end], replace(cell, text=TICKED if is_ticked(found) else OPEN)


def _unnamed(cells: Sequence[Cell]) -> Iterator[Row]:
    """Yield what has no label, row by row, columns apart; sentences as paragraphs."""
    rows = []
    for row in rows_of(cells):
        line = row[0]
        for last, cell in pairwise(row):
            line = line.joined(cell, beside(last, cell))
        rows.append((line, len(row) == 1))
    for line in paragraphs(rows):
        yield None, line
