"""Tables of a page: a row of labels, and below each label the cells of its column."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from extraction.labels.claims import OPENERS, ROLE_LABELS
from extraction.labels.concepts import name_of
from extraction.reading.cells import Cell
from extraction.reading.glyphs import OPEN, TICKED
from extraction.reading.titles import meaning_of
from extraction.roles import role_of_name

COLUMNS_MIN = 3  # fewer labels side by side are a form, unless boxes are drawn
KNOWN_SHARE_MIN = 0.5  # of a row: so many are known labels, if it is a row of labels
NAMED_SHARE_MIN = 0.3  # the same where all of them are in the type of labels
ROWS_MAX = 60
ROW_SHIFT = 0.55  # of the height: cells of one row may be so far apart in height
FIRST_GAP = 2.2  # of the height: how far below its labels a table may begin
ROW_GAP = 3.0  # of the height: how far apart its rows may be
WRAP_GAP = 0.5  # of the height: a lone cell that is nearer goes on with the cell above
LINE_GAP = 0.35  # of the height: no rows of a table are nearer, but lines of one cell are
ALIGNED = 12.0  # points from its label at which a cell may begin without standing below it


PEOPLE = frozenset({"name", "contact"})
REACHED_BY = frozenset({"phone", "mobile", "email"})


@dataclass(slots=True)
class Grid:
    """A table: its labels from left to right, and its rows from top to bottom."""

    labels: list[Cell]
    rows: list[dict[int, Cell]] = field(default_factory=list)
    parties: list[Cell] = field(default_factory=list)  # first cells with no label above them

    @property
    def bottom(self) -> float:
        """Return where the last row ends, in points from the top of the page."""
        cells = [*self.labels, *(cell for row in self.rows for cell in row.values())]
        return max(cell.bottom for cell in cells)

    def blanks(self) -> list[Cell]:
        """Return the labels with no value below them."""
        filled = {column for row in self.rows for column in row}
        return [label for column, label in enumerate(self.labels) if column not in filled]

    def pairs(self) -> Iterator[tuple[Cell, Cell]]:
        """Yield label and value of each cell, row by row."""
        for row in self.rows:
            for column in sorted(row):
                yield self.labels[column], row[column]

    def take(self, row: Sequence[Cell]) -> bool:
        """Take a row of cells if it belongs to this table."""
        gap = min(cell.top for cell in row) - self.bottom
        height = max(cell.height for cell in row)
        limit = ROW_GAP if self.rows else FIRST_GAP
        columns = self._columns_of(row)
        if gap > limit * height or len(self.rows) >= ROWS_MAX or None in columns:
            return False
        placed: dict[int, Cell] = {}
        for column, cell in zip(columns, row, strict=True):
            if column is not None:
                placed[column] = placed[column].joined(cell) if column in placed else cell
        if self.rows and self._is_wrapped(placed, gap):
            for column, cell in placed.items():
                above = self.rows[-1].get(column)
                self.rows[-1][column] = cell if above is None else above.joined(cell)
        else:
            self.rows.append(placed)
        return True

    def take_person(self, row: Sequence[Cell], party: Cell | None = None) -> bool:
        """Take a row of a table of people, one of whose cells says whose row it is.

        Where no column is headed so, that cell stays a heading before the others.
        """
        party = party or row[0]
        concepts = {meant.concept for label in self.labels if (meant := meaning_of(label.text))}
        is_of_people = bool(concepts & PEOPLE) and bool(concepts & REACHED_BY)
        if not is_of_people or len(row) < COLUMNS_MIN or not _names_a_party(party):
            return False
        column = self._column(party)
        if column is not None and name_of(self.labels[column].text) in ROLE_LABELS:
            return self.take(row)
        if party is not row[0] or not self.take(row[1:]):
            return False
        self.parties.append(party)
        return True

    def _columns_of(self, row: Sequence[Cell]) -> list[int | None]:
        """Return the label of each cell: the one above it, or the one whose turn it is.

        Where one box holds a row of labels and a row of as many values, the blanks between
        them need not be alike.
        """
        columns = [self._column(cell) for cell in row]
        is_in_one_box = len({cell.frame for cell in (*row, *self.labels)}) == 1
        is_told_twice = len(set(columns)) < len(columns)
        if is_in_one_box and is_told_twice and len(row) == len(self.labels):
            return [*range(len(row))]
        return columns

    def _is_wrapped(self, row: dict[int, Cell], gap: float) -> bool:
        """Is a row only more of the one above: a narrow gap, and its first column blank?"""
        height = max(cell.height for cell in row.values())
        last = self.rows[-1]
        is_part = len(row) < len(last) and set(row) <= set(last)
        reach = WRAP_GAP if min(row) > min(last) else LINE_GAP
        return is_part and gap <= reach * height

    def _column(self, cell: Cell) -> int | None:
        """Return the label that a cell stands below."""
        overlaps = [
            (min(cell.x1, label.x1) - max(cell.x0, label.x0), -abs(cell.x0 - label.x0), column)
            for column, label in enumerate(self.labels)
            if cell.frame is None or label.frame is None or _is_in_column(label, cell)
        ]
        if not overlaps:
            return None
        overlap, distance, column = max(overlaps)
        is_framed = cell.frame is not None and self.labels[column].frame is not None
        return column if is_framed or overlap > 0 or -distance <= ALIGNED else None


def _names_a_party(cell: Cell) -> bool:
    """Are these the words for somebody whom a ticket asks for, or somebody else: `Crew leader`?"""
    text = cell.text.strip()
    label = meaning_of(text)
    is_opened = label is not None and label.concept in OPENERS
    return not text.endswith(":") and (is_opened or role_of_name(name_of(text)) is not None)


def _is_in_column(label: Cell, cell: Cell) -> bool:
    if label.frame is None or cell.frame is None:
        return True
    middle = (cell.frame[0] + cell.frame[2]) / 2
    return label.frame[0] <= middle <= label.frame[2] and cell.frame[1] >= label.frame[3] - 4


def grids_of(cells: Sequence[Cell], labels: Sequence[Cell]) -> tuple[list[Grid], list[Cell]]:
    """Return the tables of a page, and the cells that stand in none."""
    is_label = {id(label) for label in labels}
    grids: list[Grid] = []
    left: list[Cell] = []
    grid: Grid | None = None
    rows = rows_of(cells)
    for place, row in enumerate(rows):
        below = rows[place + 1] if place + 1 < len(rows) else []
        named = [cell for cell in row if id(cell) in is_label]
        if grid is not None and not named and grid.take(row):
            continue
        if grid is not None and len(named) <= 1 and grid.take_person(row, *named):
            continue
        is_named = len(named) == len(row) or (
            bool(named) and (_is_other_type(row, below) or _tells_roles(row, is_label))
        )
        grid = Grid(row) if is_named and _is_header(row, len(named)) else None
        if grid is None:
            left += row
        else:
            grids.append(grid)
    empty = [grid for grid in grids if not grid.rows]
    left += [label for grid in empty for label in grid.labels]
    return [grid for grid in grids if grid.rows], left


def _tells_roles(row: Sequence[Cell], is_label: AbstractSet[int]) -> bool:
    """Are all cells of a row labels, but for the one above the roles of people: `Role`, `Party`?"""
    others = [cell for cell in row if id(cell) not in is_label]
    return all(name_of(cell.text) in ROLE_LABELS for cell in others)


def _is_other_type(row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Is a row in one type, and what stands below it in another?"""
    types = {(cell.is_bold, round(cell.type_size)) for cell in row}
    return len(types) == 1 and types.isdisjoint(
        (cell.is_bold, round(cell.type_size)) for cell in below
    )


def _is_in_turn(row: Sequence[Cell]) -> bool:
    """Is each label of a row followed by its value, so that it needs none from below?"""
    known = [meaning_of(cell.text) is not None for cell in row]
    return len(row) % 2 == 0 and all(known[::2]) and not any(known[1::2])


def _is_header(row: Sequence[Cell], named: int) -> bool:
    known = sum(meaning_of(cell.text) is not None for cell in row)
    # A label with a colon has its value beside it, a box to tick is one of the answers.
    if any(cell.text.rstrip().endswith(":") or cell.text[:1] in (TICKED, OPEN) for cell in row):
        return False
    framed = [cell.frame for cell in row if cell.frame is not None]
    if named < len(row) and _is_in_turn(row):
        return False
    is_ruled = len(framed) == len(row) and len(set(framed)) == len(row)
    least = COLUMNS_MIN - 1 if is_ruled else COLUMNS_MIN
    share = KNOWN_SHARE_MIN if named < len(row) else NAMED_SHARE_MIN
    return len(row) >= least and known >= share * len(row)


def rows_of(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Return cells that are level with each other as rows, from top to bottom.

    A cell that is alone in its box is as high as the middle of that.
    """
    found = list(cells)
    frames = Counter(cell.frame for cell in found)

    def middle(cell: Cell) -> float:
        is_alone = cell.frame is not None and frames[cell.frame] == 1
        return (cell.frame[1] + cell.frame[3]) / 2 if cell.frame and is_alone else cell.middle

    rows: list[list[Cell]] = []
    for cell in sorted(found, key=lambda cell: (middle(cell), cell.x0)):
        last = rows[-1][0] if rows else None
        if last is not None and middle(cell) - middle(last) <= ROW_SHIFT * min(
            cell.height, last.height
        ):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [sorted(row, key=lambda cell: cell.x0) for row in rows]
