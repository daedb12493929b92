"""A block in a value: the name of a party with its street, place and numbers, set as one value.

Pages give `CONTRACTOR` the whole block below it, its lines kept apart by wide gaps. The first is
the name; each of the others shows what it is. If one does not, the value is left as it stands.
"""

import re
from collections.abc import Iterator

from extraction.labels.concepts import Label
from extraction.lines.reach import kind_of_more
from extraction.roles import Role
from extraction.values.persons import ATTENTION, NAME
from extraction.values.trades import is_company

GAP = re.compile(r"\s{2,20}")
VALUE_CHARACTERS_MAX = 300
NAMED = {
    "company": Role.EXCAVATOR,
    "work_for": Role.WORK_FOR,
    "caller": Role.CALLER,
    "contact": None,
    "onsite": Role.ONSITE,
}
# Only of the one who digs a ticket asks where he has his office.
OF_A_COMPANY = frozenset({"address", "city_state_zip"})


def block_in(label: Label, value: str) -> list[tuple[Label, int, int]]:
    """Return the label and the place of each part of a value that is a block, else nothing."""
    cells = list(_cells(value)) if label.concept in NAMED and "  " in value.strip() else []
    kinds = [_kind(label.concept, value[start:end]) for start, end in cells[1:]]
    if not kinds or None in kinds or _kind(label.concept, value[slice(*cells[0])]):
        return []
    role = label.role or NAMED[label.concept]
    return [(label, *cells[0]), *_parts(label.concept, role, kinds, cells[1:])]


def _parts(
    concept: str, role: Role | None, kinds: list[str | None], cells: list[tuple[int, int]]
) -> Iterator[tuple[Label, int, int]]:
    said: set[str] = set()
    for kind, (start, end) in zip(kinds, cells, strict=True):
        is_asked = concept == "company" or kind not in (*OF_A_COMPANY, "contact")
        if kind and is_asked and kind not in said:
            said.add(kind)
            yield Label(kind, role), start, end


def _cells(value: str) -> Iterator[tuple[int, int]]:
    text = value[:VALUE_CHARACTERS_MAX]
    start = len(text) - len(text.lstrip())
    for gap in GAP.finditer(text.rstrip(), start):
        yield start, gap.start()
        start = gap.end()
    if start < len(text.rstrip()):
        yield start, len(text.rstrip())


def _kind(concept: str, text: str) -> str | None:
    """Return what a part shows of itself: where the party is, how it is reached, who answers."""
    kind = kind_of_more(concept, text)
    if kind is not None or concept != "company":
        return kind
    lead = ATTENTION.match(text)
    person = NAME.fullmatch(text[lead.end() if lead else 0 :].strip())
    return "contact" if person and not is_company(text) else None
