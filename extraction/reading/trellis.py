"""Tables in HTML: rows of labels and values, rows below a row of labels, and mere layout."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from extraction.labels.concepts import LABEL_CHARACTERS_MAX
from extraction.reading.dress import Dress, is_label, is_naming
from extraction.reading.flow import Item
from extraction.reading.markup import ROW_GROUPS, Node, is_hidden
from extraction.reading.titles import meaning_of, words_of

CELL_GAP = "    "  # what keeps two cells apart, as wide as a column gap in plain text
EMPTY_CELL = "\u00b7"  # keeps the place of a cell without text, so that columns stay in line
KNOWN_SHARE_MIN = 0.6  # of the cells of a row: so many are known labels, if it is a row of them
VALUE_LABELS_MAX = (
    0.5  # of the cells of a row below: more labels than this are a new row of them
)
COLUMNS_MAX = 200
REACHING_MAX = 12  # cells that reach into one row from above
LABELS_MIN = 3  # known labels in a column, from which on it is one of labels
LABEL_SHARE_MIN = 0.5  # of its cells
WITHIN = ROW_GROUPS | {"form"}  # what may stand between a table and its rows

Inside = Callable[[Node], list[Item]]


@dataclass(slots=True)
class Field:
    """A cell of a table: what it shows, and the columns that it spans."""

    items: list[Item]
    is_head: bool
    start: int = 0
    end: int = 1
    rows: int = 1  # that it reaches over, counted from the row that is read

    @property
    def text(self) -> str:
        return " ".join(_said(item) for item in self.items).strip()

    @property
    def is_plain(self) -> bool:
        """Is this one value, or one label, and no form by itself?"""
        return all(item.label is None or not item.lines for item in self.items)

    @property
    def is_short(self) -> bool:
        return self.is_plain and len(self.items) <= 1 and len(self.text) <= LABEL_CHARACTERS_MAX

    @property
    def is_label(self) -> bool:
        """Does this cell name another?"""
        if not self.is_short or not self.text:
            return False
        is_marked = any(item.label is not None for item in self.items)
        return self.is_head or is_marked or is_label(self.text)

    @property
    def is_known(self) -> bool:
        return self.is_short and meaning_of(self.text) is not None


def _said(item: Item) -> str:
    return (
        f"{item.label}: {item.text}" if item.label and item.lines else item.label or item.text
    )


@dataclass(slots=True)
class Trellis:
    """A table, read row by row."""

    table: Node
    inside: Inside
    dress: Dress  # what the page sets its labels apart by
    _heads: list[Field] = field(default_factory=list)

    def items(self) -> Iterator[Item]:
        """Yield what the table says, a blank before and behind it."""
        rows = _with_label_columns(self._spanned([*_rows(self.table)]))
        yield Item()
        yield from self.inside(Node("div", children=[*_strays(self.table)]))
        for place, row in enumerate(rows):
            below = rows[place + 1] if place + 1 < len(rows) else []
            yield from self._row(row, below)
        yield Item()

    def _spanned(self, rows: Sequence[Node]) -> list[list[Field]]:
        """Return the cells of each row in their columns: a cell may reach into rows below.

        What stands beside such a label in the rows below belongs to its value.
        """
        placed: list[list[Field]] = []
        reaching: list[Field] = []
        for row in rows:
            reaching = [replace(cell, rows=cell.rows - 1) for cell in reaching if cell.rows > 1]
            fields = list(self._fields(row, reaching))
            is_told = bool(fields) and not any(cell.is_label for cell in fields)
            above = (
                next((cell for cell in reaching if cell.is_label), None) if is_told else None
            )
            value = _beside(above, placed) if above else None
            if value:
                value.items += [item for cell in fields for item in cell.items]
                fields = []
            reaching += [cell for cell in fields if cell.rows > 1]
            del reaching[REACHING_MAX:]
            placed.append(fields)
        return placed

    def _fields(self, row: Node, reaching: Sequence[Field]) -> Iterator[Field]:
        start = 0
        for cell in _cells(row):
            while above := next(
                (one for one in reaching if one.start <= start < one.end), None
            ):
                start = above.end
            wide = _number(cell.attributes.get("colspan", "1"))
            high = _number(cell.attributes.get("rowspan", "1"))
            items = [item for item in self.inside(cell) if not item.is_blank]
            yield Field(items, self._is_head(cell), start, start + wide, high)
            start += wide

    def _is_head(self, cell: Node) -> bool:
        """Is this a cell of labels by its tag, or by a type that tells labels here?"""
        if cell.tag == "th" or self.dress.is_classed(cell):
            return True
        named = [child for child in cell.nodes if child.tag != "br"]
        words = [child for child in cell.children if isinstance(child, str) and child.strip()]
        is_set_apart = is_naming(cell) or (
            bool(named) and not words and all(is_naming(child) for child in named)
        )
        return self.dress.is_telling and is_set_apart

    def _row(self, row: Sequence[Field], below: Sequence[Field]) -> Iterator[Item]:
        filled = [cell for cell in row if cell.text]
        if not filled:
            self._heads = []
        elif self._heads and self._is_below_heads(row):
            yield from self._under_heads(row)
        elif _is_heads(row, below):
            self._heads = list(row)
            yield Item()
        else:
            self._heads = []
            yield from _named(row)

    def _is_below_heads(self, row: Sequence[Field]) -> bool:
        labels = sum(cell.is_known or (cell.is_head and cell.start > 0) for cell in row)
        is_placed = all(self._head_of(cell) is not None for cell in row)
        is_simple = all(cell.is_plain for cell in row)
        return is_placed and is_simple and len(row) > 1 and labels < VALUE_LABELS_MAX * len(row)

    def _head_of(self, cell: Field) -> Field | None:
        return next((head for head in self._heads if head.start <= cell.start < head.end), None)

    def _under_heads(self, row: Sequence[Field]) -> Iterator[Item]:
        for cell in row:
            head = self._head_of(cell)
            if head is not None and head.text:
                yield Item(words_of(head.text), _lines(cell))
            elif cell.text:
                yield Item(None, _lines(cell))


def _beside(label: Field, placed: Sequence[Sequence[Field]]) -> Field | None:
    """Return the value of a label that reaches over several rows: in the row where it began."""
    for row in reversed(placed):
        if any(cell.start == label.start and cell.text == label.text for cell in row):
            after = [cell for cell in row if cell.start >= label.end]
            return after[0] if len(after) == 1 and not after[0].is_label else None
    return None


def _with_label_columns(rows: Sequence[Sequence[Field]]) -> list[list[Field]]:
    """Return the rows; in a column in which most cells are known labels, all of them are labels."""
    known: Counter[int] = Counter()
    total: Counter[int] = Counter()
    for row in rows:
        for cell, after in pairwise(row):
            total[cell.start] += bool(cell.text)
            known[cell.start] += cell.is_known and not after.is_known
    columns = {
        at
        for at, count in known.items()
        if count >= LABELS_MIN and count >= LABEL_SHARE_MIN * total[at]
    }
    return [[_as_label(cell, row, columns) for cell in row] for row in rows]


def _as_label(cell: Field, row: Sequence[Field], columns: set[int]) -> Field:
    is_told = cell.start in columns and cell is not row[-1] and cell.is_short
    is_worded = not any(letter.isdigit() for letter in words_of(cell.text))
    return replace(cell, is_head=True) if is_told and is_worded else cell


def _rows(table: Node) -> Iterator[Node]:
    """Yield the rows of a table, those in groups and forms too."""
    for child in table.nodes:
        if child.tag == "tr" and not is_hidden(child):
            yield child
        elif child.tag in WITHIN and not is_hidden(child):
            yield from _rows(child)


def _cells(row: Node) -> Iterator[Node]:
    for child in row.nodes:
        if child.tag in ("td", "th") and not is_hidden(child):
            yield child
        elif child.tag in WITHIN and not is_hidden(child):
            yield from _cells(child)


def _strays(table: Node) -> Iterator[Node | str]:
    """Yield what stands in a table but in no cell: its caption, and what was put there wrongly."""
    for child in table.children:
        if isinstance(child, str) or child.tag not in {"tr", "td", "th", *WITHIN}:
            yield child
        elif child.tag in ("tr", *WITHIN) and not is_hidden(child):
            yield from _strays(child)


def _number(text: str) -> int:
    return min(max(int(text), 1), COLUMNS_MAX) if text.isascii() and text.isdigit() else 1


def _lines(cell: Field) -> list[str]:
    return [line for item in cell.items for line in (item.lines or [item.label or ""]) if line]


def _is_heads(row: Sequence[Field], below: Sequence[Field]) -> bool:
    """Is this a row of labels, with a row below that is none?"""
    is_wide = len(row) > 1 and len(below) > 1 and all(cell.is_short for cell in row)
    if not is_wide or sum(bool(cell.text) for cell in row) < 2:  # noqa: PLR2004 - a table
        return False
    known = sum(cell.is_known for cell in row)
    is_row_of_heads = all(cell.is_head or not cell.text for cell in row)
    if not (is_row_of_heads or known >= KNOWN_SHARE_MIN * len(row)):
        return False
    below_known = sum(cell.is_known or cell.is_head for cell in below)
    return below_known < VALUE_LABELS_MAX * len(below) or (
        below_known <= 1 and is_row_of_heads and len(below) == len(row)
    )


def _named(row: Sequence[Field]) -> Iterator[Item]:
    """Yield the labels of a row with their values, and what has none as text."""
    is_paired = len(row) % 2 == 0 and all(cell.is_label for cell in row[::2])
    loose: list[str] = []
    at = 0
    while at < len(row):
        cell, after = row[at], row[at + 1] if at + 1 < len(row) else None
        is_named = after is not None and cell.is_label and (is_paired or not after.is_label)
        if after is not None and is_named and after.is_plain:
            yield from _text(loose)
            loose = []
            yield Item(words_of(cell.text), _lines(after))
            at += 2
            continue
        if cell.is_plain and len(cell.items) <= 1:
            loose.append(cell.text or EMPTY_CELL)
        else:
            yield from _text(loose)
            loose = []
            yield from cell.items
        at += 1
    yield from _text(loose)


def _text(loose: Sequence[str]) -> Iterator[Item]:
    if any(text != EMPTY_CELL for text in loose):
        yield Item(None, [CELL_GAP.join(loose)])
