"""Corrections: what a document says anew, beside what it said before.

A table of `Was` and `Now` speaks by its second column; an address under `Corrected address`
goes before the one that it corrects, which stays an alternative.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extraction.document import Document, Line
from extraction.labels.concepts import find_label
from extraction.lines.columns import columns_of
from extraction.lines.pair import Pair
from extraction.roles import Role

ROWS_MAX = 40  # of one table
IN_A_ROW = 3  # the name of a field, and two cells behind it
IN_AN_OBJECT = 2  # values, in an object that is called as the field
HEADED = 2  # columns: the old values and the new, beside the names of the fields
TAIL = r"(?:\s(?:value|values|information|info|data|entry))?$"
OLD = re.compile(
    r"^(?:was|old|existing|previous|prior|before|original|incorrect|wrong|current)" + TAIL,
    re.IGNORECASE,
)
NEW = re.compile(
    r"^(?:(?:is\s)?now|new|corrected|correct|revised|updated|after|changed?\sto|should\sbe)"
    + TAIL,
    re.IGNORECASE,
)
UNCHANGED = re.compile(r"^\W*(?:same|(?:no\s|un)changed?)?\W*$", re.IGNORECASE)
SAID_ANEW = re.compile(
    r"^\W*(?:the\s)?(?:new|corrected|correct|revised|updated)\s", re.IGNORECASE
)
AT_THE_SITE = frozenset({Role.NONE, Role.SITE, Role.WORK, Role.JOB})
Column = tuple[int, int]


def as_corrected(document: Document) -> Document:
    """Return the document with the rows of its tables of corrections as they hold now."""
    labels = {line.label for line in document.lines if line.label}
    lines: Sequence[Line] = document.lines
    if any(map(OLD.match, labels)) and any(map(NEW.match, labels)):
        lines = list(_cells(lines))
    corrected = tuple(_rows(lines))
    return document if corrected == document.lines else replace(document, lines=corrected)


def _cells(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines; of what was and is only the value that holds, by the name of its field."""
    index = 0
    while index < len(lines):
        held, count = None, 1
        for size in (IN_A_ROW, IN_AN_OBJECT):
            if held is None:
                held, count = _held(lines[index : index + size], size), size
        yield held or lines[index]
        index += count if held else 1


def _held(row: Sequence[Line], size: int) -> Line | None:
    """Return the newer of the last two values, or None if these are no such row."""
    cells = row[-2:]
    name = _name_of(row, size)
    old = next((cell for cell in cells if OLD.match(cell.label or "")), None)
    new = next((cell for cell in cells if NEW.match(cell.label or "")), None)
    if name is None or old is None or new is None or old is new or old.trail != new.trail:
        return None
    held = old if UNCHANGED.match(new.text) else new
    return replace(
        held, label=name, trail=held.trail[:-1] if size == IN_AN_OBJECT else held.trail
    )


def _name_of(row: Sequence[Line], size: int) -> str | None:
    """Return what the row is about: its first cell, or the object that its values stand in."""
    if len(row) < size:
        return None
    if size == IN_A_ROW:
        name = row[0].text if row[0].trail == row[1].trail else ""
    else:
        name = row[0].trail[-1] if row[0].trail else ""
    return name if find_label(name) else None


def _rows(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines; of the rows of a table in running text only what holds now."""
    head: tuple[Column, Column] | None = None
    rows = 0
    for index, line in enumerate(lines):
        found = _head(line) if line.label is None else None
        if found is not None and _is_headed(lines[index + 1 : index + 3], found):
            head, rows = found, 0
            yield replace(line, text=" " * len(line.text))
            continue
        row = _row(line, *head) if head else None
        rows += 1
        if rows > ROWS_MAX or (row is None and not _is_rule(line)):
            head = None
        yield row or line


def _is_headed(below: Sequence[Line], head: tuple[Column, Column]) -> bool:
    """Say whether a row of corrections stands below this head, or below a line drawn there."""
    rows = [line for line in below if not _is_rule(line)]
    return bool(rows) and _row(rows[0], *head) is not None


def _is_rule(line: Line) -> bool:
    return line.label is None and bool(line.text) and not line.text.strip(" -=+|_")


def _head(line: Line) -> tuple[Column, Column] | None:
    """Return where the old and the new values stand below this row of headings, if it is one."""
    columns = columns_of(line.text)
    named = [(line.text[start:end].strip(), (start, end)) for start, end in columns[-2:]]
    if len(named) < HEADED or len(columns) > HEADED + 1:
        return None
    old = next((place for words, place in named if OLD.match(words)), None)
    new = next((place for words, place in named if NEW.match(words)), None)
    return (old, new) if old and new else None


def _row(line: Line, old: Column, new: Column) -> Line | None:
    """Return a row as `Label: value`, each character at its place, or None if it is none."""
    columns = columns_of(line.text) if line.label is None else []
    if len(columns) < HEADED or find_label(line.text[slice(*columns[0])]) is None:
        return None
    values: dict[Column, Column] = {}
    for start, end in columns[1:]:
        values.setdefault(min(old, new, key=lambda head: abs(head[0] - start)), (start, end))
    held = values.get(new)
    if held is None or UNCHANGED.match(line.text[slice(*held)]):
        held = values.get(old)
    if held is None:
        return None
    name = line.text[: columns[0][1]].replace("|", " ")
    value = line.text[slice(*held)]
    return replace(line, text=f"{name}:".ljust(held[0]) + value)


def with_corrections(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs; what a label says anew makes what its like says elsewhere a guess."""
    anew = {_spoken_of(pair) for pair in pairs if pair.value and SAID_ANEW.match(pair.words)}
    return [
        replace(pair, label=replace(pair.label, is_guessed=True))
        if _spoken_of(pair) in anew and not SAID_ANEW.match(pair.words)
        else pair
        for pair in pairs
    ]


def _spoken_of(pair: Pair) -> tuple[str, Role]:
    """Return what a pair tells of whom; without a party it is of the site."""
    role = Role.SITE if pair.role in AT_THE_SITE else pair.role
    return pair.label.concept, role
