"""How the words of two cells of one value are kept apart: by a blank, or by a column's width."""

import re

from extraction.reading.cells import Cell
from extraction.values.addresses import STREET

COLUMN_BLANKS = "   "
NEAR = (
    1.15  # of the height: in a picture, cells that are nearer than this are words of one phrase
)
PLACE = re.compile(
    r"[A-Z][A-Za-z.' -]{2,30},?\s{1,3}[A-Z][A-Za-z]{1,13}\.?,?\s{1,3}\d{5}(?:-\d{4})?$"
)
OFFICE = re.compile(rf"{STREET.pattern[1:]}|(?i:p\.?\s?o\.?\s?box\s\d{{1,6}})", re.IGNORECASE)
PHONE = re.compile(r"(?:[A-Za-z.]{1,6}[: ]\s?)?\(?\d{3}\)?[-. ]\s?\d{3}[-. ]\d{4}\b")


def beside(left: Cell, right: Cell) -> str:
    """Return the blanks between two cells of one row."""
    gap = right.x0 - left.x1
    is_pictured = not left.size and not right.size
    is_near = is_pictured and gap <= NEAR * min(left.height, right.height)
    return " " if is_near else COLUMN_BLANKS


def below(cell: Cell) -> str:
    """Return the blanks between a value and this next line of it.

    A line with a town and its zip, a telephone, or a street and nothing else, is a thing of its own.
    """
    text = cell.text.strip()
    is_apart = PLACE.fullmatch(text) or PHONE.match(text) or OFFICE.fullmatch(text)
    return COLUMN_BLANKS if is_apart else " "
