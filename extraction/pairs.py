"""Pairs of a label and its value, each with the role of its block.

Labels stand before a colon or an equals sign, alone in a column, or come with the line from
the structure of the document. The value ends where the next label begins, known or not; a
blank label has no value.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from domain.extraction import Span
from extraction.document import Document, Line
from extraction.labels import OF_A_COMPANY, OF_A_PARTY, OPENERS, Label, find_label, name_of
from extraction.roles import SILENT_ROLES, Role, role_of_heading, role_of_name

LABEL_LOOKBACK = 60  # characters before a colon in which its label is sought
SCAN_CHARACTERS_MAX = 20_000  # of one line; a longer line is data, not labels
LABELS_PER_LINE_MAX = 200
TABLE_COLUMNS_MIN = 3
TABLE_ROWS_MAX = 20
TABLE_KNOWN_SHARE_MIN = 0.6
TAIL_WORDS_MAX = 3  # more words than this before a label are a sentence
CONTINUATION_LINES_MAX = 40
ENDS_MEMBERS = frozenset({"company", "caller", "county"})
OF_ONE_OBJECT = frozenset({"id", "name", "type", "number"})
COMPANIES = (Role.EXCAVATOR, Role.WORK_FOR)
WRAPPING = frozenset({"type_of_work", "work_activity"})  # go on below if their line is full
WRAPPED_CHARACTERS_MIN = 60
FREE_TEXT = frozenset({"extent", "marking", "remarks", "directions", "emergency_reason"})

MARK = re.compile(r"[:=](?!//)")
COLUMN_GAP = re.compile(r" {2,}|\t")
COLUMNS = re.compile(r"\S+(?: \S+){0,12}")
WORD_START = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9#\[]|(?<=[A-Z])[A-Z](?=[a-z])|(?<=[a-z0-9])[A-Z]"
)
UNKNOWN_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9 /#&.'()_-]{0,44}$")
LAST_WORD = re.compile(r"[A-Za-z][A-Za-z0-9/#_-]{0,30}\s?$")
SPACED_LETTERS = re.compile(r"(?:\b[A-Z] ){4,30}[A-Z]\b")
NUMBER_LABEL = re.compile(
    r"\b((?:work order|work request|wo|wr|job|pole|transformer|xfmr|meter|ticket|incident)"
    r"\s{0,2}(?:#|no\.|number))\s{0,3}(?=[A-Z0-9-]*\d)",
    re.IGNORECASE,
)


LEADING = {
    "phone": re.compile(
        r"\s{0,40}((?:[A-Za-z]{2,12}\.?\s){1,3})(?=\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4})"
    ),
    "email": re.compile(r"\s{0,40}((?:[A-Za-z-]{4,12}\s){1,2})(?=[\w.+-]{1,64}@)"),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A label with its value and where the value stands."""

    label: Label
    words: str  # the label as written
    value: str
    spans: tuple[Span, ...]
    role: Role = Role.NONE
    block: int = 0  # counts the blocks of the document: what belongs together
    trail: tuple[str, ...] = ()
    path: str | None = None
    is_next_line: bool = False
    is_bare: bool = False  # the label ends in a number sign and has no mark
    is_structured: bool = False
    is_opened: bool = False  # a label, not a heading, said whose this is


@dataclass(frozen=True, slots=True)
class Mark:
    """A label in a line: where it begins, where its value begins, and what it means."""

    start: int
    value_start: int
    words: str
    label: Label | None
    is_bare: bool = False


def pairs_of(document: Document) -> list[Pair]:
    """Return all pairs in reading order."""
    return list(_walk(document.lines))


def _walk(lines: Sequence[Line]) -> Iterator[Pair]:
    state = Block()
    marks = [() if line.label is not None else tuple(marks_in(line.text)) for line in lines]
    tables = Tables()
    for index, line in enumerate(lines):
        if line.label is not None and (line.trail or line.path):
            yield from _structured(line)
            continue
        heading = _heading(line, marks[index])
        if heading is not None:
            state = state.under(heading)
        if line.label is not None:
            found = find_label(line.label, is_fuzzy=True)
            pairs: list[Pair] = [_placed(found, line)] if found else []
        else:
            row = tables.pairs(line, marks[index])
            pairs = list(_in_line(lines, marks, index)) if row is None else row
        for pair in pairs:
            state = state.opened_by(pair.label.concept)
            role = state.role_for(pair.label)
            is_opened = state.section is Role.NONE and role is state.party
            yield replace(pair, role=role, block=state.number, is_opened=is_opened)
        if line.label is None and not line.text.strip():
            state = state.closed()


class Tables:
    """Remembers the row of labels above, and pairs the cells of the rows below with it."""

    def __init__(self) -> None:
        self._labels: list[tuple[int, int, str, Label | None]] = []
        self._rows = 0

    def pairs(self, line: Line, marks: Sequence[Mark]) -> list[Pair] | None:
        """Return the pairs of a row; a row of labels gives none; None if this is no table."""
        columns = [match.span() for match in COLUMNS.finditer(line.text[:SCAN_CHARACTERS_MAX])]
        if _is_header(line.text, columns):
            self._labels = [
                (start, end, line.text[start:end], find_label(line.text[start:end]))
                for start, end in columns
            ]
            self._rows = 0
            return []
        is_row = len(columns) >= TABLE_COLUMNS_MIN and not any(
            not m.is_bare
            and m.value_start < len(line.text)
            and line.text[m.value_start - 1 : m.value_start] in ":="
            for m in marks
        )
        if not self._labels or not is_row or self._rows >= TABLE_ROWS_MAX:
            self._labels = self._labels if not line.text.strip() and not self._rows else []
            return None
        self._rows += 1
        return list(self._row(line, columns))

    def _row(self, line: Line, columns: list[tuple[int, int]]) -> Iterator[Pair]:
        for place, (start, end) in enumerate(columns):
            head = (
                self._labels[place]
                if len(columns) == len(self._labels)
                else self._above(start, end)
            )
            if head is not None and head[3] is not None:
                span = line.span(start, end)
                yield Pair(head[3], head[2], span.quote, (span,), is_next_line=True)

    def _above(self, start: int, end: int) -> tuple[int, int, str, Label | None] | None:
        """Return the label that this cell overlaps most, or None."""
        overlaps = [(min(end, head[1]) - max(start, head[0]), head) for head in self._labels]
        best = max(overlaps, key=lambda found: found[0])
        return best[1] if best[0] > 0 else None


def _is_header(text: str, columns: list[tuple[int, int]]) -> bool:
    """Is this a row of labels: several columns, most of them known, and no marks?"""
    if len(columns) < TABLE_COLUMNS_MIN or ":" in text or "=" in text:
        return False
    known = sum(find_label(text[start:end]) is not None for start, end in columns)
    return known >= TABLE_COLUMNS_MIN and known >= TABLE_KNOWN_SHARE_MIN * len(columns)


@dataclass(frozen=True, slots=True)
class Block:
    """The section that the walk is in, and the party that a label has opened within it."""

    section: Role = Role.NONE
    party: Role | None = None
    number: int = 0
    is_loose: bool = False  # a blank line has passed: a list of members may be over

    def under(self, heading: Role) -> "Block":
        return Block(heading, None, self.number + 1)

    def opened_by(self, concept: str) -> "Block":
        role = OPENERS.get(concept)
        if self.section in SILENT_ROLES:
            is_over = self.section is Role.MEMBER and self.is_loose and concept in ENDS_MEMBERS
            return Block(Role.NONE, role, self.number + 1) if is_over else self
        if role is None:
            return self
        return replace(self, party=role, number=self.number + 1)

    def closed(self) -> "Block":
        """A blank line ends what a label has opened, not what a heading has."""
        number = self.number + (self.party is not None)
        return replace(self, party=None, number=number, is_loose=True)

    def role_for(self, label: Label) -> Role:
        if self.section in SILENT_ROLES:
            return self.section
        claims = OF_A_COMPANY if self.party in COMPANIES else OF_A_PARTY
        party = self.party if label.concept in claims else None
        return label.role or party or self.section


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
    )


def _heading(line: Line, marks: Sequence[Mark]) -> Role | None:
    text = line.label if line.label is not None and not line.text else line.text
    bare = SPACED_LETTERS.sub(_closed_up, text).strip(" -=*_[]|\t")
    if len(marks) > 1 or (marks and bare[-1:] not in (":", "=")):
        return None
    if line.label is not None and line.text:
        return None
    return role_of_heading(bare, name_of(bare.rstrip(":= ")))


def _closed_up(match: re.Match[str]) -> str:
    return match.group().replace(" ", "")


def marks_in(text: str) -> list[Mark]:
    """Return the labels of a line in order: those before a mark, and those alone in a column."""
    marks = [*_before_marks(text[:SCAN_CHARACTERS_MAX])]
    if "  " in text:
        marks += _alone_in_column(text[:SCAN_CHARACTERS_MAX], marks)
    marks += _numbered(text[:SCAN_CHARACTERS_MAX], marks)
    marks = marks or list(_leading(text))
    return sorted(marks, key=lambda mark: mark.start)[:LABELS_PER_LINE_MAX]


def _before_marks(text: str) -> Iterator[Mark]:
    end_of_last = 0
    for match in MARK.finditer(text):
        at = match.start()
        if _is_inside_a_number(text, at):
            continue
        found = _label_ending_at(text, at, end_of_last)
        if found is not None:
            end_of_last = match.end()
            start, label = found
            yield Mark(start, match.end(), text[start:at].strip(), label)


def _is_inside_a_number(text: str, at: int) -> bool:
    """Is this the colon of a time or the like?"""
    return text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()


def _label_ending_at(text: str, at: int, floor: int) -> tuple[int, Label | None] | None:
    """Return the longest known label that ends here, else what looks like one."""
    low = max(floor, at - LABEL_LOOKBACK)
    gap = max(
        (
            match.end()
            for match in COLUMN_GAP.finditer(text, low, at)
            if text[match.end() : at].strip()
        ),
        default=low,
    )
    for match in WORD_START.finditer(text, gap, at):
        label = find_label(text[match.start() : at])
        if label is not None and not _is_tail_of_label(text[:at], match.start()):
            return match.start(), label
    piece = text[gap:at]
    is_fresh = gap > low or not text[:gap].strip() or gap == floor == 0
    unknown = UNKNOWN_LABEL.search(piece) if is_fresh else None
    if unknown and not piece[: unknown.start()].strip(" -*[]()|>"):
        start = gap + unknown.start()
        return start, find_label(text[start:at], is_fuzzy=True)
    word = LAST_WORD.search(piece)
    return (gap + word.start(), None) if word else None


def _is_tail_of_label(before: str, start: int) -> bool:
    """Is what was found only the end of a longer, unknown label that begins the line?

    `Working For Contact:` is not `Contact:`. Words with digits before it are a value.
    """
    head = before[:start].strip(" -*|>")
    words = head.split()
    is_worded = all(word.isalpha() for word in words)
    return bool(words) and is_worded and len(words) <= TAIL_WORDS_MAX


def _alone_in_column(text: str, marks: Sequence[Mark]) -> Iterator[Mark]:
    """Yield known labels that fill a column of their own with a value in the next."""
    columns = [match.span() for match in re.finditer(r"\S+(?: \S+){0,12}", text)]
    for (start, end), (_next_start, _next_end) in zip(columns, columns[1:], strict=False):
        label = find_label(text[start:end]) if end - start > 1 else None
        is_marked = any(mark.start < end and start < mark.value_start for mark in marks)
        if label is not None and not is_marked:
            yield Mark(start, end, text[start:end], label)


def _leading(text: str) -> Iterator[Mark]:
    """Yield a label that begins a line without a mark, if what follows is of its kind."""
    for concept, pattern in LEADING.items():
        match = pattern.match(text)
        label = find_label(match[1].strip()) if match else None
        if match and label is not None and label.concept == concept:
            yield Mark(match.start(1), match.end(1), match[1].strip(), label, is_bare=True)
            return


def _numbered(text: str, marks: Sequence[Mark]) -> Iterator[Mark]:
    """Yield labels that need no mark because they end in one: `WO# 123`, `Pole # 7`."""
    for match in NUMBER_LABEL.finditer(text):
        if not any(
            mark.start < match.end(1) and match.start() < mark.value_start for mark in marks
        ):
            label = find_label(match.group(1))
            yield Mark(match.start(), match.end(1), match.group(1), label, is_bare=True)


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
    """Does the line below hold the value of a label that stands alone in its line?"""
    indent = len(below.text) - len(below.text.lstrip())
    is_alone = not above.text[: mark.start].strip(" -*|>")
    return is_alone and indent > mark.start
