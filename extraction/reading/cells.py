"""Cells of a page: words joined where they touch, values put beside their labels.

Pure geometry; which words may be a label is asked of `labels`, what they mean is not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from extraction.document import Line
from extraction.labels import LABEL_CHARACTERS_MAX, find_label, name_of
from extraction.roles import role_of_heading

WORD_GAP = 0.55  # of the height: words closer than this are one cell
LEVEL_SHIFT = 0.35  # of the height: how far words of one cell may be apart in height
LABEL_SHIFT = 0.80  # of the height: how far a value may be above or below its label
WRAP_GAP = 0.75  # of the height: how far below itself a value goes on
BELOW_GAP = 1.6  # of the height: how far below its label a value may begin
ALIGNED = 3.0  # points: two cells that begin this near to each other are aligned
BAND = 6.0  # points: height of the bands in which neighbours are sought
COLUMN_BLANKS = "   "


@dataclass(frozen=True, slots=True)
class Cell:
    """Words that belong together, with their box in points."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    is_bold: bool = False

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)

    def joined(self, other: "Cell", blank: str = " ") -> "Cell":
        """Return both as one cell, the other behind or below this one."""
        return replace(
            self,
            text=f"{self.text}{blank}{other.text}",
            x0=min(self.x0, other.x0),
            top=min(self.top, other.top),
            x1=max(self.x1, other.x1),
            bottom=max(self.bottom, other.bottom),
        )


def cells_of(words: Iterable[Cell]) -> list[Cell]:
    """Join words into cells; a wide gap, another height or another weight begins a new one."""
    bands: dict[int, list[Cell]] = {}
    for word in sorted(words, key=lambda word: (word.x0, word.top, word.text)):
        found = _neighbour(bands, word)
        if found is None:
            bands.setdefault(int(word.middle / BAND), []).append(word)
        else:
            band, place = found
            gap = word.x0 - bands[band][place].x1
            blank = " " if gap > 0.08 * word.height else ""
            bands[band][place] = bands[band][place].joined(word, blank)
    cells = [cell for band in bands.values() for cell in band]
    return sorted(cells, key=lambda cell: (cell.top, cell.x0, cell.text))


def _neighbour(bands: dict[int, list[Cell]], word: Cell) -> tuple[int, int] | None:
    """Return the band and place of the cell that this word goes on."""
    at = int(word.middle / BAND)
    for band in (at, at - 1, at + 1):
        for place in range(len(bands.get(band, ())) - 1, -1, -1):
            if _goes_on(bands[band][place], word):
                return band, place
    return None


def _goes_on(cell: Cell, word: Cell) -> bool:
    height = min(cell.height, word.height)
    is_level = abs(cell.middle - word.middle) <= LEVEL_SHIFT * height
    gap = word.x0 - cell.x1
    return (
        is_level and cell.is_bold == word.is_bold and -0.3 * height <= gap <= WORD_GAP * height
    )


def labelled_lines(cells: Sequence[Cell], *, page: int, part: str) -> Iterator[Line]:
    """Yield the lines of a page from top to bottom: values with labels, and what is left."""
    is_mixed = len({cell.is_bold for cell in cells}) > 1
    headings = [cell for cell in cells if _is_heading(cell)]
    labels = [
        cell for cell in cells if cell not in headings and _is_label(cell, is_mixed=is_mixed)
    ]
    others = [cell for cell in cells if cell not in headings and cell not in labels]
    whole = [cell for cell in others if _is_whole(cell)]
    rest = [cell for cell in others if not _is_whole(cell)]
    values = _beside(labels, rest)
    taken = {id(cell) for found in values.values() for cell in found}
    loose = [cell for cell in rest if id(cell) not in taken]
    values, loose = _wrapped(values, loose)
    values, loose = _below(labels, values, loose)
    rows = [*_label_rows(labels, values), *_alone(headings), *_rows([*whole, *loose])]
    rows.sort(key=lambda row: (row[1].top, row[1].x0))
    for number, (label, cell) in enumerate(rows, start=1):
        yield Line(
            cell.text if label != cell.text else "",
            number=number,
            page=page,
            part=part,
            label=label,
            box=(cell.x0, cell.top, cell.x1, cell.bottom),
        )


def _is_heading(cell: Cell) -> bool:
    text = cell.text.strip()
    return (
        not text.endswith(":")
        and find_label(text) is None
        and role_of_heading(text, name_of(text)) is not None
    )


def _is_label(cell: Cell, *, is_mixed: bool) -> bool:
    """Is this a label: a colon at its end, bold among plain, or words that are known?"""
    text = cell.text.strip()
    if not any(letter.isalpha() for letter in text) or len(text) > LABEL_CHARACTERS_MAX:
        return False
    if ":" in text[:-1].rstrip(":"):
        return False
    if text.endswith(":"):
        return True
    if is_mixed:
        return cell.is_bold
    return find_label(text) is not None


def _is_whole(cell: Cell) -> bool:
    """Is this a label and its value in one cell, so that it belongs to no label beside it?"""
    label, colon, value = cell.text.partition(":")
    return bool(colon) and bool(value.strip()) and find_label(label) is not None


Values = dict[int, list[Cell]]


def _beside(labels: Sequence[Cell], rest: Sequence[Cell]) -> Values:
    """Give each cell to the nearest label on its left with nothing but values between."""
    values: Values = {}
    for cell in rest:
        lefts = [
            (place, label)
            for place, label in enumerate(labels)
            if label.x1 <= cell.x0 + ALIGNED and _is_level(label, cell)
        ]
        if lefts:
            nearest = max(label.x0 for _place, label in lefts)
            place = min(
                (found for found in lefts if found[1].x0 >= nearest - ALIGNED),
                key=lambda found: abs(found[1].middle - cell.middle),
            )[0]
            values.setdefault(place, []).append(cell)
    return values


def _is_level(label: Cell, cell: Cell) -> bool:
    return abs(label.middle - cell.middle) <= LABEL_SHIFT * max(label.height, cell.height)


def _wrapped(values: Values, loose: list[Cell]) -> tuple[Values, list[Cell]]:
    """Put loose cells that stand right below a value, aligned with it, into that value."""
    left = []
    for cell in loose:
        home = next(
            (
                (place, at)
                for place, found in values.items()
                for at, value in enumerate(found)
                if _is_wrap(value, cell)
            ),
            None,
        )
        if home is None:
            left.append(cell)
        else:
            place, at = home
            values[place][at] = values[place][at].joined(cell)
    return values, left


def _is_wrap(above: Cell, cell: Cell, gap_max: float = WRAP_GAP) -> bool:
    gap = cell.top - above.bottom
    height = max(above.height, cell.height) if cell.height < 2 * above.height else above.height
    is_under = -0.5 * height <= gap <= gap_max * height
    return is_under and abs(cell.x0 - above.x0) <= ALIGNED and cell.top > above.top


def _below(
    labels: Sequence[Cell], values: Values, loose: list[Cell]
) -> tuple[Values, list[Cell]]:
    """Give loose cells to the blank label right above them, line after line."""
    left = []
    for cell in loose:
        place = next(
            (
                place
                for place, label in enumerate(labels)
                if _is_under(
                    values[place][-1] if _is_open(place, label, values) else label, cell
                )
                and (place not in values or _is_open(place, label, values))
            ),
            None,
        )
        if place is None:
            left.append(cell)
        else:
            values.setdefault(place, []).append(cell)
    return values, left


def _is_open(place: int, label: Cell, values: Values) -> bool:
    """Has this label got its value from below, so that more may follow?"""
    return place in values and values[place][0].top > label.bottom - 0.5 * label.height


def _is_under(above: Cell, cell: Cell) -> bool:
    gap = cell.top - above.bottom
    begins_near = abs(cell.x0 - above.x0) <= 4 * ALIGNED
    return begins_near and -0.3 * above.height <= gap <= BELOW_GAP * above.height


def _label_rows(labels: Sequence[Cell], values: Values) -> Iterator[tuple[str | None, Cell]]:
    for place, label in enumerate(labels):
        found = sorted(
            values.get(place, []), key=lambda cell: (round(cell.top / BAND), cell.x0)
        )
        name = label.text.strip().rstrip(":").strip()
        if not found:
            yield name, replace(label, text=name)
            continue
        value = found[0]
        for cell in found[1:]:
            value = value.joined(cell, COLUMN_BLANKS)
        yield name, value


def _alone(headings: Iterable[Cell]) -> Iterator[tuple[str | None, Cell]]:
    """Yield headings each by itself: those side by side head different columns."""
    for heading in headings:
        yield None, heading


def _rows(cells: Sequence[Cell]) -> Iterator[tuple[str | None, Cell]]:
    """Yield what has no label, row by row, columns apart."""
    row: Cell | None = None
    for cell in sorted(cells, key=lambda cell: (round(cell.middle / BAND), cell.x0)):
        if row is not None and round(row.middle / BAND) == round(cell.middle / BAND):
            row = row.joined(cell, COLUMN_BLANKS)
        else:
            if row is not None:
                yield None, row
            row = cell
    if row is not None:
        yield None, row
