"""Signatures: who wrote a letter or mail, and to whom it goes, from their blocks of short lines.

A block gives a person, a title, a company, its street and city, and its numbers. Whether that
company digs is told by the text (`we will bore`, `your crew will`) or else by its name.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from domain.extraction import Span
from domain.places import is_town
from extraction.document import Line
from extraction.sentences.signed_pieces import heads_a_paper, is_below_block, own_piece
from extraction.values.addresses import TAIL, place_of
from extraction.values.normalise import EMAIL
from extraction.values.persons import ATTENTION, NAME, TITLE
from extraction.values.phones import NUMBER
from extraction.values.streets import is_numbered
from extraction.values.trades import is_company, is_department

BLOCK_LINES_MAX = 9
HEAD_LINES_MAX = 12
LINE_CHARACTERS_MAX = 160
SHORT_NAME = 4
NAME_LINE_MAX = 40
NAME_AND_TITLE = 3

CLOSING = re.compile(
    r"^\W{0,3}(?:many\s)?(?:thanks?(?: you)?|sincerely|(?:best |kind |warm )?regards|best|respectfully|cordially|yours (?:truly|sincerely)|thx|v/r|cheers)\b[^.]{0,25}[,.!]?\s{0,3}$",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"^\W{0,3}(?:(?:dear|hello|hi|good (?:morning|afternoon)|to whom)\b|(?:re|subject)\s?:)",
    re.IGNORECASE,
)
DATE = re.compile(
    r"^\W{0,3}(?:date:?\s)?(?:(?:january|february|march|april|may|june|july|august|september|october|november|december)\s\d{1,2},?\s\d{4}|\d{1,2}[/-]\d{1,2}[/-]\d{2,4})\s{0,3}$",
    re.IGNORECASE,
)
PIECES = re.compile(r"\s{2,}|\s[|*\u2022\u00b7]\s|,\s(?=[A-Z])")
CELLS = re.compile(r"\s{2,}(?:[|*\u2022\u00b7]\s{1,9})?|\s[|*\u2022\u00b7]\s{1,9}")
NO_PERSON = re.compile(rf"{TITLE.pattern}|\d", re.IGNORECASE)
MAIL_BOX = re.compile(r"P\.?\s?O\.?\sBox\s\d")
CELLS_MIN = 3  # of a signature in one line: firm, street, place
PLACE_LINE = re.compile(
    r"^(?P<street>.{4,60}?),\s(?P<city>[A-Z][\w .'-]{1,30},?\s[A-Za-z]{2,5}\.?\s\d{5}(?:-\d{4})?)\s{0,3}$"
)
CITY_OFFICE = re.compile(
    r"\b(?:City|Town|Village|CITY|TOWN) (?:of|OF) (?P<city>[A-Z][\w.'-]{1,20}(?: [A-Z][\w.'-]{1,20}){0,2})(?=\s*$|,|\s{2})"
)
FAX = re.compile(r"\b(?:f|fax|facsimile)\b[:.\s]{0,3}$", re.IGNORECASE)
CELL = re.compile(r"\b(?:c|cell|mobile|m)\b[:.\s]{0,3}$", re.IGNORECASE)
STREET_ENDS = re.compile(r",|\s{2,}(?:[*|\u2022\u00b7]\s{1,9})?|\s[*|\u2022\u00b7]\s{1,9}")
DELIMITER = re.compile(r"^\s{0,3}--\s{0,2}$")


@dataclass(slots=True)
class Block:
    """A party as its block of lines gives it: each part with where it stands."""

    parts: dict[str, tuple[str, Span]] = field(default_factory=dict)

    def give(self, name: str, line: Line, start: int, end: int) -> None:
        if name not in self.parts:
            span = line.span(start, end)
            self.parts[name] = (span.quote, span)

    def name(self, part: str) -> str:
        return self.parts[part][0] if part in self.parts else ""


def writer_of(lines: Sequence[Line], sender: str) -> Block:
    """Return the party that wrote this: from what follows the closing, or bears his name."""
    rows = [_seen(line) for line in lines]
    start = _signed_at(rows, sender)
    if start is None:
        return _in_one_line(rows)
    below: list[Line] = []
    for at, row in enumerate(rows[start:], start=start):
        if is_below_block(row.text, row.label or ""):
            break
        if not row.text.strip() and below:
            if len(below) < NAME_AND_TITLE and _is_divided(rows[at:]):
                continue  # `Thanks, Dusty`, and below a divider what his mail always ends in
            break
        if row.text.strip() and not DELIMITER.match(row.text.strip()):
            below.append(row)
    return _block(below[:BLOCK_LINES_MAX])


def _in_one_line(rows: Sequence[Line]) -> Block:
    """Return the party of a line such as `Alto Bore Co.  |  14 Elm St  |  Elgin, TX 78621`."""
    for row in rows:
        cells = [row.text[start:end].strip() for start, end in _cells(row.text)]
        if len(cells) >= CELLS_MIN and is_company(cells[0]) and any(map(place_of, cells[1:])):
            return _block([row])
    return Block()


def _is_divided(rows: Sequence[Line]) -> bool:
    """Return whether a divider follows, over blank lines only."""
    after = next((row.text for row in rows if row.text.strip()), "")
    return DELIMITER.match(after) is not None


def head_of(lines: Sequence[Line]) -> Block:
    """Return the party of the letterhead: the lines before the date or the greeting."""
    head: list[Line] = []
    for line in [_seen(line) for line in lines[:HEAD_LINES_MAX]]:
        if DATE.match(line.text.strip()) or GREETING.match(line.text.strip()):
            return _block(head)
        if line.text.strip():
            head.append(line)
    return Block()


def addressee_of(lines: Sequence[Line]) -> Block:
    """Return the party that a letter goes to: the lines between the date and the greeting."""
    rows = [_seen(line) for line in lines[: 3 * HEAD_LINES_MAX]]
    first = next((n for n, row in enumerate(rows) if DATE.match(row.text.strip())), None)
    last = next((n for n, row in enumerate(rows) if GREETING.match(row.text.strip())), None)
    if first is None or last is None or last <= first:
        return Block()
    return _block([row for row in rows[first + 1 : last] if row.text.strip()])


def city_written_to(lines: Sequence[Line]) -> tuple[str, Span] | None:
    """Return the city whose office a letter goes to: what digs in its streets is told to it."""
    rows = [_seen(line) for line in lines[: 3 * HEAD_LINES_MAX]]
    for row in takewhile(lambda row: not GREETING.match(row.text.strip()), rows):
        match = CITY_OFFICE.search(row.text[:LINE_CHARACTERS_MAX])
        if match and is_town(match["city"]):
            span = row.span(*match.span("city"))
            return span.quote, span
    return None


def block_of(lines: Sequence[Line]) -> Block:
    """Return the party of a letterhead of such lines."""
    return _block([line for line in lines if line.text.strip()])


def _seen(line: Line) -> Line:
    """Return a line as it is read; a label without a value is a line of its own."""
    if line.label is not None and not line.text.strip():
        return Line(line.label, line.number, line.page, line.part, box=line.box)
    return line


def _signed_at(rows: Sequence[Line], sender: str) -> int | None:
    closings = [
        n + 1
        for n, row in enumerate(rows)
        if len(row.text) < LINE_CHARACTERS_MAX
        and (CLOSING.match(row.text.strip()) or DELIMITER.match(row.text.strip()))
    ]
    if closings:
        return closings[0]
    name = _plain_name(sender)
    return next(
        (
            n
            for n, row in enumerate(rows)
            if row.label is None and (_is_signed(row, name) or _looks_signed(rows, n))
        ),
        None,
    )


def _plain_name(sender: str) -> str:
    """Return `monica reyes` of `"Reyes, Monica" <m@...>`."""
    name = sender.partition("<")[0].strip(" \"'*").lower()
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma else name


def _is_signed(row: Line, name: str) -> bool:
    text = row.text.strip().lower()
    if len(name) > SHORT_NAME and text.startswith(name):
        return True
    # `Mo`, and below it his company: a first name alone, as mails end.
    return len(text) > 1 and text.strip(" ,-") == name.partition(" ")[0]


def _looks_signed(rows: Sequence[Line], n: int) -> bool:
    """Return whether this is a name alone behind a blank line, with a company and a number below."""
    text = rows[n].text.strip()
    is_alone = n > 0 and not rows[n - 1].text.strip() and len(text) < NAME_LINE_MAX
    person = NAME.fullmatch(text) if is_alone else None
    if person is None or is_company(text):
        return False
    below = [row.text for row in rows[n + 1 : n + 1 + BLOCK_LINES_MAX]]
    below = list(takewhile(str.strip, below))
    return any(map(is_company, below)) and any(NUMBER.search(row) for row in below)


def _block(rows: Sequence[Line]) -> Block:
    block = Block()
    for row in rows:
        if len(row.text) <= LINE_CHARACTERS_MAX:
            _read(block, row)
    return block


def _read(block: Block, line: Line) -> None:
    for start, end in _cells(line.text):
        if place_of(line.text[start:end]):
            whole = PLACE_LINE.match(line.text[start:end])
            is_numbered_too = whole is not None and is_numbered(whole["street"].strip())
            first = whole.start("city") if whole and is_numbered_too else 0
            block.give("place", line, start + first, end)
            if whole and is_numbered_too:
                block.give("street", line, start, start + whole.end("street"))
    _numbers(block, line)
    for start, end in _pieces(line.text):
        _give_piece(block, line, *own_piece(line.text, start, end))


def _give_piece(block: Block, line: Line, start: int, end: int) -> None:
    piece = line.text[start:end]
    lead = ATTENTION.match(piece)
    at = start + (lead.end() if lead else 0)
    person = NAME.match(line.text[at:end])
    if is_numbered(piece.strip(" ,")) or MAIL_BOX.match(piece):
        block.give("street", line, start, end)
    elif line.label is not None or heads_a_paper(piece):
        return  # a label says by itself what it is
    elif _is_firm(piece):
        block.give("company", line, start, end)
    elif person and not NO_PERSON.search(person["name"]) and not is_company(person["name"]):
        block.give("name", line, at + person.start("name"), at + person.end("name"))


def _is_firm(piece: str) -> bool:
    is_name = is_company(piece) and not is_department(piece)
    return is_name and not TITLE.search(piece) and not re.search(r"\d{3}|@", piece)


def _cells(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the cells of a line stand that bullets or wide gaps divide."""
    cuts = [match.span() for match in CELLS.finditer(text)] if text.strip() else []
    if cuts:
        starts = [0, *(end for _start, end in cuts)]
        yield from zip(starts, [*(start for start, _end in cuts), len(text)], strict=True)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the pieces of a line; a place is cut from its street, a legal form kept with its name."""
    place = PLACE_LINE.match(text)
    if place and is_numbered(place["street"].strip()):
        yield place.span("street")
        return
    start = 0
    for match in PIECES.finditer(text):
        if re.match(
            r"(?:Inc|LLC|L\.L\.C|LP|L\.P|Ltd|Co|Corp|PLLC|P\.E|Jr|Sr|Suite|Ste)\b",
            text[match.end() :],
        ):
            continue
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _numbers(block: Block, line: Line) -> None:
    text = line.text
    for match in NUMBER.finditer(text):
        if not FAX.search(text[: match.start()][-12:]):
            is_cell = CELL.search(text[: match.start()][-12:]) is not None
            block.give("cell" if is_cell else "phone", line, *match.span())
    email = EMAIL.search(text)
    if email:
        block.give("email", line, *email.span())
    place = PLACE_LINE.match(text)
    whole = TAIL.search(text)
    if place:
        block.give("place", line, *place.span("city"))
    elif whole and whole["zip"] and not re.search(r"\d", text[: whole.start()]):
        block.give("place", line, 0, len(text))
    elif whole and whole["zip"]:
        _street_and_place(block, line, whole)


def _street_and_place(block: Block, line: Line, whole: re.Match[str]) -> None:
    """Cut `200 W Wall Tower, Midland TX 79701` before the city."""
    head = line.text[: whole.start()]
    cut = max((match for match in STREET_ENDS.finditer(head)), key=_end_of, default=None)
    if cut and re.match(r"^\s{0,40}\d", head):
        block.give("street", line, 0, cut.start())
        block.give("place", line, cut.end(), len(line.text))


def _end_of(match: re.Match[str]) -> int:
    return match.end()
