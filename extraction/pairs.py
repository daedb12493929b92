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
from extraction.roles import Role, role_of_heading, role_of_name

LABEL_LOOKBACK = 60  # characters before a colon in which its label is sought
SCAN_CHARACTERS_MAX = 20_000  # of one line; a longer line is data, not labels
LABELS_PER_LINE_MAX = 200
TAIL_WORDS_MAX = 3  # more words than this before a label are a sentence
CONTINUATION_LINES_MAX = 40
COMPANIES = (Role.EXCAVATOR, Role.WORK_FOR)
FREE_TEXT = frozenset({"extent", "marking", "remarks", "directions", "emergency_reason"})

MARK = re.compile(r"[:=](?!//)")
COLUMN_GAP = re.compile(r" {2,}|\t")
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
    for index, line in enumerate(lines):
        if line.label is not None and line.trail:
            yield from _structured(line)
            continue
        heading = _heading(line, marks[index])
        if heading is not None:
            state = state.under(heading)
        if line.label is not None:
            found = find_label(line.label, is_fuzzy=True)
            pairs: list[Pair] = [_placed(found, line)] if found else []
        else:
            pairs = list(_in_line(lines, marks, index))
        for pair in pairs:
            state = state.opened_by(pair.label.concept)
            yield replace(pair, role=state.role_for(pair.label), block=state.number)
        if line.label is None and not line.text.strip():
            state = state.closed()


@dataclass(frozen=True, slots=True)
class Block:
    """The section that the walk is in, and the party that a label has opened within it."""

    section: Role = Role.NONE
    party: Role | None = None
    number: int = 0

    def under(self, heading: Role) -> "Block":
        return Block(heading, None, self.number + 1)

    def opened_by(self, concept: str) -> "Block":
        role = OPENERS.get(concept)
        if role is None:
            return self
        return replace(self, party=role, number=self.number + 1)

    def closed(self) -> "Block":
        """A blank line ends what a label has opened, not what a heading has."""
        return replace(self, party=None, number=self.number + 1) if self.party else self

    def role_for(self, label: Label) -> Role:
        claims = OF_A_COMPANY if self.party in COMPANIES else OF_A_PARTY
        party = self.party if label.concept in claims else None
        return label.role or party or self.section


def _structured(line: Line) -> Iterator[Pair]:
    """Pair a leaf of JSON or XML: the names around it tell the role."""
    label = find_label(line.label or "", is_fuzzy=True)
    if label is None:
        return
    role = label.role or _role_of_trail(line.trail)
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
        if line.text[mark.value_start : end].strip(" .-*_|"):
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
    is_free = concept in FREE_TEXT
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
