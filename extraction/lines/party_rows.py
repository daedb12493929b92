"""Rows of a table of people, one column of which tells whose row it is: `Role`, `Party`.

What stands in such a row is of that party, whatever section the table stands in.
"""

from collections.abc import Sequence

from extraction.document import Line
from extraction.labels.claims import OPENERS, ROLE_LABELS
from extraction.labels.concepts import find_label, name_of
from extraction.roles import Role, role_of_name

BEFORE = 60  # labels before one in which its table begins
AHEAD = 4  # labels behind one in which its row says whose it is
NAMES = frozenset({"name", "contact"})


def party_of_row(lines: Sequence[Line], index: int) -> Role | None:
    """Return whose row of a table of people begins here: `Role: Foreman`, then `Name: ...`.

    The role may stand before the name or right behind it. A blank line ends them.
    """
    if not _has_label(lines, index):
        is_below = _is_blank(lines[index]) and index > 0 and _has_label(lines, index - 1)
        return Role.WORK if is_below and _is_role_first(lines, index - 1) is not None else None
    if not (_is_role(lines, index) or _is_role(lines, index + 1)):
        return None
    is_first = _is_role_first(lines, index)
    role, name = (index, index + 1) if is_first else (index + 1, index)
    if is_first is None or not (_is_role(lines, role) and _is_name(lines, name)):
        return None
    return party_named(lines[role].text.strip())


def party_named(words: str) -> Role:
    """Return whose row a cell below `Role` says it is; a role that no ticket asks for is another's."""
    label = find_label(words)
    opened = OPENERS.get(label.concept) if label else None
    return role_of_name(name_of(words)) or opened or Role.OTHER


def _is_role_first(lines: Sequence[Line], index: int) -> bool | None:
    """Say whether the rows around this line begin with a role; None if they tell none or no name."""
    start = index
    while start and index - start < BEFORE and _has_label(lines, start - 1):
        start -= 1
    run = range(start, min(len(lines), index + AHEAD + 1))
    role = next((at for at in run if _is_role(lines, at)), None)
    name = next((at for at in run if _is_name(lines, at)), None)
    return None if role is None or name is None else role < name


def _has_label(lines: Sequence[Line], index: int) -> bool:
    return index < len(lines) and lines[index].label is not None and not lines[index].trail


def _is_blank(line: Line) -> bool:
    return line.label is None and not line.text.strip()


def _is_role(lines: Sequence[Line], index: int) -> bool:
    return _has_label(lines, index) and name_of(lines[index].label or "") in ROLE_LABELS


def _is_name(lines: Sequence[Line], index: int) -> bool:
    label = find_label(lines[index].label or "") if _has_label(lines, index) else None
    return label is not None and label.concept in NAMES
