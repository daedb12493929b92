"""Values: how far a value reaches from its label, in its line and in the lines below.

A value ends at the next label, at a wide gap, or at the box of another option. It goes on below
where the next line begins below its first word, and running text goes on to the margin.
"""

import re
from collections.abc import Iterator, Sequence

from domain.extraction import Span
from extraction.document import Line
from extraction.lines.headings import heading_of, is_page_edge, is_ruler
from extraction.lines.mark import Mark
from extraction.lines.spacing import is_wrapped
from extraction.lines.ticks import BOX, STATEMENTS, options_in
from extraction.lines.told_by_value import is_place
from extraction.value import value
from extraction.values.addresses import STREET
from extraction.values.normalise import EMAIL
from extraction.values.phones import NUMBER

CONTINUATION_LINES_MAX = 40
HANGING_LINES_MAX = 6  # of a value that is not running text
WRAPPED_CHARACTERS_MIN = 60
HANGING_SLACK = 1

FREE_TEXT = frozenset({"extent", "marking", "remarks", "directions", "emergency_reason"})
WRAPPING = frozenset({"type_of_work", "work_activity", "description"})  # if their line is full
PARTIES = frozenset(
    ["company", "name", "caller", "contact", "onsite", "work_for", "utility", "member_name"]
)
ADDRESSES = frozenset({"address", "mailing_address", "service_address"})
BLANK = " .-*_|\u00b7\u2026;,/"
ENDS = " \t;,|/_\u2502(["  # what lists put behind a value
RULED = " \t|_\u2502"  # what forms draw behind running text
WIDE_GAP = re.compile(r"\s{3,}(?=\S)|\s{0,20}[|\u2502]")
UNIT = re.compile(
    r"(?:apt|ste|suite|unit|bldg|building|floor|trlr|spc|#)\.?\s?#?\s?[A-Za-z0-9-]{1,8}",
    re.IGNORECASE,
)
COUNTY = re.compile(r"[A-Z][A-Za-z. ]{2,25} (?:County|Co\.)", re.IGNORECASE)
PO_BOX = re.compile(r"p\.?\s?o\.?\s?box\b|(?:rr|hc)\s?\d", re.IGNORECASE)
BOXED = re.compile(r"\s{0,200}\[([^\[\]]{0,2000})\][\s;,|]{0,200}")
QUOTED = re.compile(r"\s{0,200}[\"\u201c]([^\"\u201c\u201d]{1,2000})[\"\u201d][\s;,|]{0,200}")
COLON = re.compile(r"\s{0,40}:\s?")


@value
class Piece:
    """A part of a value; `concept` tells if it is not the label's own."""

    span: Span
    concept: str | None = None


def in_its_line(line: Line, mark: Mark, end: int) -> list[Piece]:
    """Return the pieces of a value in the line of its label."""
    concept = mark.label.concept if mark.label else ""
    if mark.start == mark.value_start and BOX.match(line.text, mark.start):
        return [Piece(line.span(mark.start, end))]  # the box itself says yes or no
    options = options_in(line.text[mark.value_start : end])
    if options and mark.value_end is None:
        return _ticked(line, mark.value_start, options) or [
            *_only_boxes(line, mark, end, options)
        ]
    cells = [(mark.value_start, end)] if concept in FREE_TEXT else _cells(line.text, mark, end)
    pieces = []
    for place, (start, stop) in enumerate(cells):
        span = _trimmed(line, start, stop, concept)
        kind = kind_of_more(concept, span.quote) if place else None
        if span.quote.strip(BLANK) and (not place or kind):
            pieces.append(Piece(span, kind))
        elif not place and len(cells) > 1:
            break  # the label is blank: what stands far to the right is not its value
    return pieces


def _ticked(
    line: Line, first: int, options: Sequence[tuple[bool, tuple[int, int]]]
) -> list[Piece]:
    """Return the words of the options that are ticked."""
    return [
        Piece(line.span(first + start, first + end))
        for is_ticked, (start, end) in options
        if is_ticked and line.text[first + start : first + end].strip(BLANK)
    ]


def _only_boxes(
    line: Line, mark: Mark, end: int, options: Sequence[tuple[bool, tuple[int, int]]]
) -> Iterator[Piece]:
    """Yield the one box that is the whole value: `White lined: [X]`, or its open neighbour."""
    concept = mark.label.concept if mark.label else ""
    is_beside = concept in STATEMENTS and any(ticked for ticked, _ in options_in(line.text))
    if len(options) == 1 and (options[0][0] or is_beside):
        yield Piece(line.span(mark.value_start, end))


def _cells(text: str, mark: Mark, end: int) -> list[tuple[int, int]]:
    first = (
        mark.value_start
        + len(text[mark.value_start : end])
        - len(text[mark.value_start : end].lstrip())
    )
    cells, start = [], first
    for gap in WIDE_GAP.finditer(text, first, end):
        cells.append((start, gap.start()))
        start = gap.end()
    return [*cells, (start, end)]


def _trimmed(line: Line, start: int, end: int, concept: str) -> Span:
    """Return the place of a value without the marks that lists put behind it."""
    text = line.text[start:end]
    boxed = BOXED.fullmatch(text)
    if boxed:
        return line.span(start + boxed.start(1), start + boxed.end(1))
    quoted = QUOTED.fullmatch(text)
    if quoted:
        return line.span(start + quoted.start(1), start + quoted.end(1))
    start += len(text) - len(text.lstrip(" \t_"))
    text = line.text[start:end]
    return line.span(start, start + len(text.rstrip(RULED if concept in FREE_TEXT else ENDS)))


def kind_of_more(concept: str, text: str) -> str | None:
    """Return what stands behind or below a party or an address, if it shows what it is."""
    plain = text.strip(" ,;")
    if concept not in ADDRESSES | PARTIES:
        return None
    if is_place(plain):
        return "mailing_place" if concept == "mailing_address" else "city_state_zip"
    return _of_address(plain) if concept in ADDRESSES else _of_party(plain)


def _of_address(plain: str) -> str | None:
    if UNIT.fullmatch(plain):
        return "address_2"
    return "county" if COUNTY.fullmatch(plain) else None


def _of_party(plain: str) -> str | None:
    if STREET.match(plain) or PO_BOX.match(plain):
        return "address"
    if EMAIL.fullmatch(plain):
        return "email"
    number = NUMBER.search(plain)
    is_phone = number is not None and not re.search(r"[A-Za-z]{6}", plain[: number.start()])
    return "phone" if is_phone else None


def below(
    lines: Sequence[Line], marks: Sequence[Sequence[Mark]], index: int, reach: "Reach"
) -> list[Piece]:
    """Return the pieces of the lines below that carry this value on."""
    found: list[Piece] = []
    for at in range(index + 1, min(index + 1 + reach.lines_max, len(lines))):
        line = lines[at]
        if is_page_edge(line.text) or _is_between_pages(lines, at):
            continue
        if reach.is_stacked and at == index + 1 and is_ruler(line.text):
            continue  # the label is underlined
        colon = reach.goes_on_at(line)
        if _ends(line, lines[index]) or (marks[at] and not colon):
            break
        is_more = colon or reach.takes(line) or _is_place_of(line, reach, found)
        if not is_more and (reach.column is None or not is_wrapped(lines, at)):
            break
        start = colon.end() if colon else 0
        options = options_in(line.text)
        if options:
            found += _ticked(line, 0, options)
        elif line.text[start:].strip(BLANK):
            span = _trimmed(line, start, len(line.text), reach.concept)
            found.append(Piece(span, kind_of_more(reach.concept, span.quote)))
    return found


def place_below(
    lines: Sequence[Line], marks: Sequence[Sequence[Mark]], index: int, reach: "Reach"
) -> list[Piece]:
    """Return the city, state and zip right below a street that has another label behind it."""
    at = index + 1
    if reach.concept not in ADDRESSES or at >= len(lines) or _ends(lines[at], lines[index]):
        return []
    text = lines[at].text
    start = len(text) - len(text.lstrip())
    gap = WIDE_GAP.search(text, start)
    end = gap.start() if gap else len(text)
    is_level = reach.column is not None and abs(start - reach.column) <= HANGING_SLACK
    is_free = not any(mark.start < end for mark in marks[at])
    if not (is_level and is_free and is_place(text[start:end].strip(" ,;"))):
        return []
    span = _trimmed(lines[at], start, end, reach.concept)
    return [Piece(span, kind_of_more(reach.concept, span.quote))]


def _is_between_pages(lines: Sequence[Line], at: int) -> bool:
    """Is this a blank line above or below the head or foot of a page?"""
    if lines[at].text.strip() or lines[at].label is not None:
        return False
    return any(is_page_edge(line.text) for line in (lines[at - 1], *lines[at + 1 : at + 2]))


def _is_place_of(line: Line, reach: "Reach", found: Sequence[Piece]) -> bool:
    """Is this the city, state and zip right below a street or the name of a party?"""
    is_owner = reach.concept in ADDRESSES | PARTIES and reach.column is not None
    return is_owner and not found and is_place(line.text.strip(" ,;"))


def _ends(line: Line, above: Line) -> bool:
    """Say whether a value above cannot go on here, whatever it is."""
    is_other = line.part != above.part or line.label is not None or not line.text.strip()
    return is_other or heading_of(line) is not None or is_ruler(line.text)


@value
class Reach:
    """How far below its line a value may go."""

    concept: str
    is_free: bool
    left: int  # where the label begins
    column: int | None  # where the value begins, if the line has one
    is_alone: bool
    is_stacked: bool
    lines_max: int
    colon: int | None  # where the colon behind the label stands

    @classmethod
    def of(
        cls, line: Line, mark: Mark, pieces: Sequence[Piece], *, is_stacked: bool
    ) -> "Reach":
        concept = mark.label.concept if mark.label else ""
        is_long = len(line.text) >= WRAPPED_CHARACTERS_MIN
        is_free = concept in FREE_TEXT or (concept in WRAPPING and is_long)
        return cls(
            concept=concept,
            is_free=is_free,
            left=mark.start,
            column=pieces[0].span.start if pieces else None,
            is_alone=not line.text[: mark.start].strip(" -*|>.)(0123456789"),
            is_stacked=is_stacked,
            lines_max=CONTINUATION_LINES_MAX if is_free else HANGING_LINES_MAX,
            colon=mark.value_start - 1 if line.text[: mark.value_start][-1:] == ":" else None,
        )

    def goes_on_at(self, line: Line) -> re.Match[str] | None:
        """Return the colon that stands for the label of the line above, if one does."""
        found = COLON.match(line.text)
        is_level = found is not None and line.text.find(":") == self.colon
        return found if self.is_free or is_level else None

    def takes(self, line: Line) -> bool:
        """Say whether this line carries the value on."""
        indent = len(line.text) - len(line.text.lstrip())
        if self.column is not None:
            hangs = abs(indent - self.column) <= HANGING_SLACK and indent > self.left + 2
            return hangs or self.is_free
        if self.is_free or self.is_stacked:
            return True
        return self.is_alone and indent > self.left
