"""Which cells of a page are labels: by a colon, by type that labels of the page share, by words."""

from collections import Counter
from collections.abc import Sequence

from extraction.labels.concepts import LABEL_CHARACTERS_MAX, name_of
from extraction.reading.cells import Cell
from extraction.reading.glyphs import OPEN, TICKED
from extraction.reading.titles import meaning_of, words_of
from extraction.roles import role_of_heading

Style = tuple[bool, int]

OF_LABELS_MIN = (
    0.5  # of the cells in a type: so many are known labels, if it is the labels' own
)
OF_PICTURED_MIN = 0.7  # the same in a picture
CELLS_MIN = 3  # fewer cells do not show that a type is the labels' own
COVERED_MIN = 0.6  # of the known labels: so many are in the labels' type, if there is one
OTHERS_MIN = 0.4  # of the number of labels: so many cells are in other types, if type tells
COLONS_MIN = 0.7  # of the known labels of a type
BESIDE_SHARE = 0.4  # of labels with a colon, where recognition has lost many
MARKED_MIN, MARKED_SHARE = 6, 0.7  # labels with a colon that make it a habit of the page
HALF_POINTS = 2
ALIGNED = 3.0  # points
LEVEL = 0.5  # of the height: cells nearer in height than this stand in one row
LINE_GAP = 0.45  # of the height: the two lines of a label are no further apart
DIGITS_MAX = 5  # of a label: more are a number that was filled in
ABOVE_MAX = 40  # cells before one among which the line above it is sought
NO_LABELS = ("dear ",)  # what ends in a colon and names nothing
ANSWERS = frozenset(["yes", "no", "n/a", "none"])


def with_whole_labels(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells; a label that goes on in the line below, in its type, is one."""
    found: list[Cell] = []
    for cell in sorted(cells, key=lambda cell: (cell.top, cell.x0)):
        above = next(
            (one for one in reversed(found[-ABOVE_MAX:]) if _is_one_label(one, cell)), None
        )
        if above is None or _are_two_rows(above, cell, cells):
            found.append(cell)
        else:
            found[found.index(above)] = above.joined(cell)
    return found


def _is_one_label(above: Cell, cell: Cell) -> bool:
    """Are two cells, the second right below the first, a label that is known?"""
    gap = cell.top - above.bottom
    overlap = min(above.x1, cell.x1) - max(above.x0, cell.x0)
    is_below = -0.4 * above.height <= gap <= LINE_GAP * above.height and overlap > 0
    if not is_below or _style(above) != _style(cell) or above.frame != cell.frame:
        return False
    if (
        above.text.rstrip().endswith(":")
        or len(above.text) + len(cell.text) > LABEL_CHARACTERS_MAX
    ):
        return False
    is_ended = cell.text.rstrip().endswith(":") and abs(above.x0 - cell.x0) <= ALIGNED
    is_loose = above.frame is None and not above.is_bold and not is_ended
    both = meaning_of(f"{above.text} {cell.text}")
    return not is_loose and both is not None


def _are_two_rows(above: Cell, cell: Cell, cells: Sequence[Cell]) -> bool:
    """Has each of two labels its own value beside it, so that they are not one?"""
    if cell.text.rstrip().endswith(":") or not (is_known(above) and is_known(cell)):
        return False
    return _has_value(above, cells) and _has_value(cell, cells)


def _has_value(label: Cell, cells: Sequence[Cell]) -> bool:
    level = [
        one
        for one in cells
        if one.x0 >= label.x1 and abs(one.middle - label.middle) <= LEVEL * label.height
    ]
    return bool(level) and not is_known(min(level, key=lambda one: one.x0))


def headings_in(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells that are headings of a section."""
    return [cell for cell in cells if _is_heading(cell)]


def _is_heading(cell: Cell) -> bool:
    text = cell.text.strip()
    return (
        not text.endswith(":")
        and text[:1] not in (TICKED, OPEN)
        and meaning_of(text) is None
        and role_of_heading(words_of(text), name_of(words_of(text))) is not None
    )


def labels_in(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells that name what stands beside or below them."""
    possible = [cell for cell in cells if _may_be_label(cell)]
    known = [cell for cell in possible if is_known(cell)]
    is_printed = any(cell.size for cell in cells)  # in a picture, size and weight are guesses
    share = OF_LABELS_MIN if is_printed else OF_PICTURED_MIN
    types = _types_of_labels(cells, known, share)
    body = Counter(_style(cell) for cell in cells if _style(cell) not in types)
    # A page that is in one type but for its title tells nothing by it.
    own = types if sum(body.values()) >= OTHERS_MIN * len(known) else set()
    covered = sum(_style(cell) in own for cell in known)
    has_colons = _has_colons([cell for cell in known if _style(cell) in own])
    is_told_by_type = bool(own) and covered >= COVERED_MIN * len(known)
    known_ones = {id(cell) for cell in known} - _answers(known, cells)
    return [
        cell
        for cell in possible
        if cell.text.rstrip().endswith(":")
        or (_style(cell) in own and (id(cell) in known_ones or not has_colons))
        or (id(cell) in known_ones and not is_told_by_type)
        or (id(cell) in known_ones and not is_printed and _is_among(known, cell, cells))
    ]


def _answers(known: Sequence[Cell], cells: Sequence[Cell]) -> set[int]:
    """Return known words that are values, where labels have colons: `Priority: EMERGENCY`.

    The colon may stand apart, as in columns; what stands first in its row stays a label.
    """
    bare, beside, before, alone = [], [], 0, 0
    for cell in known:
        level = [
            one
            for one in cells
            if one is not cell and abs(one.middle - cell.middle) <= LEVEL * cell.height
        ]
        right = min((one for one in level if one.x0 >= cell.x1 - 1), key=_left, default=None)
        left = max((one for one in level if one.x0 < cell.x0), key=_left, default=None)
        if cell.text.rstrip().endswith(":") or (right and right.text.startswith(":")):
            before += 1
        elif right is None and any(":" in one.text for one in level if one.x0 < cell.x0):
            bare.append(id(cell))
            if left is not None and left.text.rstrip().endswith(":"):
                beside.append(id(cell))
        alone += not level
    share = before / max(1, len(known) - alone)
    if before >= MARKED_MIN and share >= MARKED_SHARE:
        return set(bare)
    return set(beside) if before >= MARKED_MIN and share >= BESIDE_SHARE else set()


def _left(cell: Cell) -> float:
    return cell.x0


def _is_among(known: Sequence[Cell], cell: Cell, cells: Sequence[Cell]) -> bool:
    """Is a cell one of a row that holds nothing but known labels, and several of them?"""

    def level(others: Sequence[Cell]) -> int:
        return sum(abs(one.middle - cell.middle) <= LEVEL * cell.height for one in others)

    return cell.frame is None and 1 < level(known) == level(cells)


def _has_colons(known: Sequence[Cell]) -> bool:
    """Do labels of this page end in a colon, so that other words in their type are none?"""
    ended = sum(cell.text.rstrip().endswith(":") for cell in known)
    return bool(known) and ended >= COLONS_MIN * len(known)


def _types_of_labels(cells: Sequence[Cell], known: Sequence[Cell], share: float) -> set[Style]:
    """Return the types in which so large a share of the cells are labels."""
    all_of, known_of = Counter(map(_style, cells)), Counter(map(_style, known))
    return {
        style
        for style, count in known_of.items()
        if all_of[style] >= CELLS_MIN and count >= share * all_of[style]
    }


def _style(cell: Cell) -> Style:
    return cell.is_bold, round(cell.type_size * HALF_POINTS)


def is_known(cell: Cell) -> bool:
    """Are these the words of a label that is known?"""
    return _may_be_label(cell) and meaning_of(cell.text) is not None


def _may_be_label(cell: Cell) -> bool:
    text = cell.text.strip()
    digits = sum(letter.isdigit() for letter in text)
    is_worded = any(letter.isalpha() for letter in text) and digits <= DIGITS_MAX
    if not is_worded or "@" in text or len(text) > LABEL_CHARACTERS_MAX:
        return False
    if (
        text[0] in (TICKED, OPEN)
        or text.lower().startswith(NO_LABELS)
        or text.lower() in ANSWERS
    ):
        return False
    return ":" not in text[:-1].rstrip(":")
