"""Pairs of a label and its value, each with the role of its block.

Labels stand before a colon or an equals sign, alone in a column, or come with the line from
the structure of the document. The value ends where the next label begins, known or not; a
blank label has no value.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from domain.extraction import Span
from extraction.blocks import Blocks
from extraction.document import Document, Line
from extraction.labels import Label, closed_up, find_label, name_of
from extraction.marks import COLUMNS, MARK, Mark, marks_in
from extraction.roles import Role, role_of_heading, role_of_name
from extraction.tables import Tables, is_header

CONTINUATION_LINES_MAX = 40
HEADING_CHARACTERS_MAX = 300  # of a line that may be a row of headings
OF_ONE_OBJECT = frozenset({"id", "name", "type", "number"})
WRAPPING = frozenset({"type_of_work", "work_activity"})  # go on below if their line is full
WRAPPED_CHARACTERS_MIN = 60
FREE_TEXT = frozenset({"extent", "marking", "remarks", "directions", "emergency_reason"})


@dataclass(frozen=True, slots=True)
class Pair:
    """A label with its value and where the value stands."""

    label: Label
    words: str  # the label as written
    value: str
    spans: tuple[Span, ...]
    role: Role = Role.NONE
    trail: tuple[str, ...] = ()
    path: str | None = None
    is_next_line: bool = False
    is_bare: bool = False  # the label ends in a number sign and has no mark
    is_structured: bool = False
    is_opened: bool = False  # a label, not a heading, said whose this is
    at: float = 0.0  # where it stands in its line or on its page, from the left


def pairs_of(document: Document) -> list[Pair]:
    """Return all pairs in reading order."""
    return list(_walk(document.lines))


def _walk(lines: Sequence[Line]) -> Iterator[Pair]:
    blocks = Blocks()
    marks = [() if line.label is not None else tuple(marks_in(line.text)) for line in lines]
    tables = Tables()
    for index, line in enumerate(lines):
        if line.label is not None and (line.trail or line.path):
            yield from _structured(line)
            continue
        if index and line.part != lines[index - 1].part:
            blocks = Blocks()
        headings = _headings(line, marks[index])
        for at, heading in headings:
            blocks.head(heading, at=at, level=_level(line))
        if len(headings) > 1:
            continue
        for pair in _at(lines, marks, index, tables):
            role, is_opened = blocks.role_of(pair.label, at=pair.at)
            yield replace(pair, role=role, is_opened=is_opened)
        if line.label is None and not line.text.strip():
            blocks.close()


def _at(
    lines: Sequence[Line], marks: Sequence[Sequence[Mark]], index: int, tables: Tables
) -> list[Pair]:
    """Return the pairs of one line of text or of a page, their roles yet unknown."""
    line = lines[index]
    if line.label is not None:
        found = find_label(line.label, is_fuzzy=True)
        return [_placed(found, line)] if found else []
    cells = tables.cells(line, marks[index])
    return list(_in_line(lines, marks, index) if cells is None else _in_row(cells))


def _level(line: Line) -> float:
    """Return how far down the document a line stands: headings at one level are one row."""
    # Pages lie far apart, so that the top of one is never level with the top of another.
    return line.page * 1e6 + (line.box[1] if line.box else line.number * 100)


def _left(line: Line, start: int) -> float:
    """Return how far to the right a character stands: in points on a page, else as counted."""
    if line.box is None:
        return float(start)
    return line.box[0] + (line.box[2] - line.box[0]) * start / max(1, len(line.text))


def _structured(line: Line) -> Iterator[Pair]:
    """Pair a leaf of JSON or XML: the names around it tell the role."""
    label = find_label(line.label or "", is_fuzzy=True)
    if label is None:
        return
    role = label.role or _role_of_trail(line.trail)
    if role is Role.JOB and label.concept in OF_ONE_OBJECT and line.trail:
        # `id` and `name` speak of the object right around them, not of one further out.
        role = role_of_name(name_of(line.trail[-1])) or Role.NONE
    yield replace(_placed(label, line), role=role, is_structured=True)


def _role_of_trail(trail: Iterable[str]) -> Role:
    """Return the role of the innermost named party; a member or footer anywhere wins."""
    roles = [role for name in trail if (role := role_of_name(name_of(name))) is not None]
    silent = next((role for role in roles if role in (Role.MEMBER, Role.FOOTER)), None)
    return silent or (roles[-1] if roles else Role.NONE)


def _placed(label: Label, line: Line) -> Pair:
    """Pair a value whose line came with its label."""
    return Pair(
        label,
        line.label or "",
        line.text.strip(),
        (line.span(),),
        trail=line.trail,
        path=line.path,
        at=_left(line, 0),
    )


def _headings(line: Line, marks: Sequence[Mark]) -> list[tuple[float, Role]]:
    """Return the headings of a line, each with its place: one, or one a column."""
    alone = _heading(line, marks)
    if alone is not None:
        return [(_left(line, 0) if line.box else 0.0, alone)]
    columns = [match.span() for match in COLUMNS.finditer(line.text[:HEADING_CHARACTERS_MAX])]
    if line.label is not None or MARK.search(line.text) or is_header(line.text, columns):
        return []
    roles = [_role_in(line.text[start:end]) for start, end in columns]
    if any(role is None for role in roles):
        return []
    return [
        (_left(line, start), role)
        for (start, _end), role in zip(columns, roles, strict=True)
        if role is not None
    ]


def _heading(line: Line, marks: Sequence[Mark]) -> Role | None:
    text = line.label if line.label is not None and not line.text else line.text
    bare = _bare(text)
    if len(marks) > 1 or (marks and bare[-1:] not in (":", "=")):
        return None
    if line.label is not None and line.text:
        return None
    return _role_in(bare)


def _role_in(text: str) -> Role | None:
    bare = _bare(text)
    return role_of_heading(bare, name_of(bare.rstrip(":= ")))


def _bare(text: str) -> str:
    return closed_up(text).strip(" -=*_[]|\t")


def _in_row(cells: Iterable[tuple[Label, str, Span]]) -> Iterator[Pair]:
    for label, words, span in cells:
        yield Pair(label, words, span.quote, (span,), is_next_line=True)


def _in_line(
    lines: Sequence[Line], marks: Sequence[Sequence[Mark]], index: int
) -> Iterator[Pair]:
    line, found = lines[index], marks[index]
    ends = [mark.start for mark in found[1:]] + [len(line.text)]
    for mark, end in zip(found, ends, strict=False):
        if mark.label is None:
            continue
        spans: list[Span] = []
        if line.text[mark.value_start : end].strip(" .-*_|\u00b7"):
            spans.append(line.span(mark.value_start, end))
        is_last = end == len(line.text)
        below = _below(lines, marks, index, mark, has_value=bool(spans)) if is_last else []
        pieces = tuple(spans + below)
        yield Pair(
            mark.label,
            mark.words,
            " ".join(span.quote for span in pieces),
            pieces,
            at=_left(line, mark.start),
            is_next_line=bool(below) and not spans,
            is_bare=mark.is_bare,
        )


def _below(
    lines: Sequence[Line],
    marks: Sequence[Sequence[Mark]],
    index: int,
    mark: Mark,
    *,
    has_value: bool,
) -> list[Span]:
    """Return the spans of following lines that carry on this value."""
    concept = mark.label.concept if mark.label else ""
    is_free = concept in FREE_TEXT or (
        concept in WRAPPING and len(lines[index].text) >= WRAPPED_CHARACTERS_MIN
    )
    if has_value and not is_free:
        return []
    spans: list[Span] = []
    for at in range(index + 1, min(index + 1 + CONTINUATION_LINES_MAX, len(lines))):
        line = lines[at]
        if line.label is not None or marks[at] or not line.text.strip():
            break
        if _heading(line, ()) is not None or line.part != lines[index].part:
            break
        if not is_free and not _is_value_below(lines[index], line, mark):
            break
        spans.append(line.span())
        if not is_free:
            break
    return spans


def _is_value_below(above: Line, below: Line, mark: Mark) -> bool:
    """Is the line below the value of a label that stands alone in its line?"""
    indent = len(below.text) - len(below.text.lstrip())
    is_alone = not above.text[: mark.start].strip(" -*|>")
    return is_alone and indent > mark.start
