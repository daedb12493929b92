"""Blocks of a party below its heading, as letters write an address: name, street, place, numbers.

`ASSIGNED CONTRACTOR` over `Acme Boring LLC`, `12 Elm St`, `Elgin, TX 78621`, `Attn: Ann Lee`; two such
blocks may stand side by side. What has a label of its own is left to the labels.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from extraction.document import Line
from extraction.labels.claims import OPENERS
from extraction.labels.concepts import Label, find_label, name_of
from extraction.lines.columns import columns_of
from extraction.lines.headings import bare_of, is_ruler
from extraction.lines.mark import Mark
from extraction.lines.marks import FRESH_LABELS, MARK
from extraction.lines.pair import Pair
from extraction.lines.reach import kind_of_more
from extraction.roles import HEADING_CHARACTERS_MAX, Role, role_in_row, role_of_heading
from extraction.values.persons import ATTENTION, NAME, TITLE
from extraction.values.phones import NUMBER
from extraction.values.trades import is_company

LINES_MAX = 5_000
BLOCK_LINES_MAX = 9
SLACK = 1  # columns that a line may begin beside its heading
INDENT_MAX = 4  # of the lines of a block that stands alone
SHOWS = frozenset({"address", "city_state_zip", "phone", "email"})  # makes lines a block
SHOWN_MIN = 1  # of these; one more where a blank line stands between
PARTIES: dict[Role, str] = {
    Role.EXCAVATOR: "company",
    Role.CALLER: "contact",
    Role.ONSITE: "onsite",
    Role.WORK_FOR: "work_for",
    Role.SITE: "",
}
PLACES = frozenset({"address", "city_state_zip"})
CONTACTS = {
    Role.EXCAVATOR: "contact",
    Role.CALLER: "contact",
    Role.ONSITE: "onsite",
}
AT_A_PLACE = frozenset({Role.EXCAVATOR, Role.SITE})  # whose street and city are asked for


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a party: where it begins in its line, whose it is, its words."""

    start: int
    role: Role
    words: str


Piece = tuple[Line, int, int]  # a line, and where in it a piece begins and ends


@dataclass(frozen=True, slots=True)
class PartyBlocks:
    """The blocks of a document: their headings and pairs by line, and the lines below those."""

    headings: dict[int, list[Heading]]
    pairs: dict[int, list[Pair]]
    below: frozenset[int]  # the lines of the blocks, which are no rows of a table
    past: frozenset[int]  # the first line below blocks that stand side by side


def party_blocks_in(
    lines: Sequence[Line], marks: Sequence[Sequence[Mark]], read: AbstractSet[int] = frozenset()
) -> PartyBlocks:
    """Return the blocks; `read` are labels above their values, which are read as such."""
    found, below, past = PartyBlocks({}, {}, frozenset(), frozenset()), set[int](), set[int]()
    for index, line in enumerate(lines[:LINES_MAX]):
        heads = [] if index in below or index in read else _headings_of(line)
        first = _first_below(lines, index, heads) if heads else index
        rows = list(_rows_below(lines, first, heads)) if heads else []
        pairs = [
            pair
            for place, head in enumerate(heads)
            for pair in _pairs_of(head, _unlabelled([row[place] for row in rows], marks, first))
        ]
        shown = sum(pair.label.concept in SHOWS for pair in pairs)
        if shown >= SHOWN_MIN + (first > index + 1):
            found.headings[index], found.pairs[index] = heads, pairs
            below.update(range(index + 1, first + len(rows)))
            past.update([first + len(rows)] if len(heads) > 1 else [])
    return PartyBlocks(found.headings, found.pairs, frozenset(below), frozenset(past))


def _first_below(lines: Sequence[Line], index: int, heads: Sequence[Heading]) -> int:
    """Return the line in which a block begins; below a heading alone one line may be blank."""
    first = index + 1
    is_apart = len(heads) == 1 and first < len(lines) and not _is_free(lines[first])
    is_blank = is_apart and lines[first].label is None and not lines[first].text.strip()
    return first + is_blank


def _headings_of(line: Line) -> list[Heading]:
    """Return the headings of a row that holds nothing else, if one of them is of a party."""
    heads: list[Heading] = []
    columns = columns_of(line.text) if _is_free(line) else []
    for start, end in columns:
        if end - start > HEADING_CHARACTERS_MAX:
            return []
        words = bare_of(line.text[start:end]).rstrip(":")
        role = _role_of(words, is_in_row=len(columns) > 1)
        if role is None or MARK.search(words):
            return []
        heads.append(Heading(start, role, words))
    return heads if any(head.role in PARTIES for head in heads) else []


def _role_of(words: str, *, is_in_row: bool) -> Role | None:
    """Return whose block these words head; in a row also by a label: `Work performed by:`."""
    name = name_of(words.rstrip("= "))
    if not is_in_row:
        return role_of_heading(words, name)
    label = find_label(words) or FRESH_LABELS.get(name)
    opened = OPENERS.get(label.concept) if label else None
    return opened or role_in_row(words, name)


def _is_free(line: Line) -> bool:
    """Is this a line of running text that says something?"""
    return line.label is None and line.box is None and bool(line.text.strip())


def _rows_below(
    lines: Sequence[Line], index: int, heads: Sequence[Heading]
) -> Iterator[list[list[Piece]]]:
    """Yield the lines from here, each as its pieces by the heading they stand under."""
    for line in lines[index : index + BLOCK_LINES_MAX]:
        if not _is_free(line) or is_ruler(line.text) or _headings_of(line):
            return
        row = _under(line, [head.start for head in heads])
        if row is None:
            return
        yield row


def _under(line: Line, starts: Sequence[int]) -> list[list[Piece]] | None:
    """Return the pieces of a line under each heading, or None if it is not set as they are."""
    slack = SLACK if len(starts) > 1 else INDENT_MAX
    row: list[list[Piece]] = [[] for _start in starts]
    for start, end in columns_of(line.text):
        place = max((n for n, left in enumerate(starts) if left - SLACK <= start), default=0)
        if not row[place] and abs(start - starts[place]) > slack:
            return None
        row[place].append((line, start, end))
    return row


def _unlabelled(
    rows: Sequence[Sequence[Piece]], marks: Sequence[Sequence[Mark]], index: int
) -> Iterator[tuple[str, Piece]]:
    """Yield the pieces without a label, each with what it shows of itself; `Attn:` is none."""
    for at, row in enumerate(rows, start=index):
        for line, start, end in row:
            lead = ATTENTION.match(line.text[start:end])
            if lead:
                yield "attention", (line, start + lead.end(), end)
            elif not any(start <= mark.start < end for mark in marks[at]):
                kind = _kind_of(line.text[start:end])
                yield kind or "", (line, start, end)


def _kind_of(text: str) -> str | None:
    """Return what a piece shows of itself; a person goes before the number behind the name."""
    kind = kind_of_more("company", text)
    number = NUMBER.search(text) if kind == "phone" else None
    person = NAME.fullmatch(text[: number.start()].strip(" ,:-(")) if number else None
    return "attention" if person else kind


def _pairs_of(head: Heading, pieces: Iterator[tuple[str, Piece]]) -> Iterator[Pair]:
    """Yield what the pieces of a block say of its party: who it is first, then what shows itself."""
    party = PARTIES.get(head.role)
    if party is None:
        return
    said: set[str] = set()
    for place, (kind, (line, start, end)) in enumerate(pieces):
        text = line.text[start:end]
        concept = kind or _who(text, party, is_first=not place)
        if concept == "attention":
            concept = CONTACTS.get(head.role, "")
        if not concept or concept in said or not _is_asked(concept, head.role):
            continue
        said.add(concept)
        label = Label(concept, is_guessed=concept == "company" and not is_company(text))
        span = line.span(start, end)
        yield Pair(label, head.words, span.quote, (span,), head.role, is_next_line=True)


def _who(text: str, party: str, *, is_first: bool) -> str:
    """Return whether this names the firm or the person of a block, else nothing."""
    person = NAME.match(text)
    is_person = person is not None and not is_company(text) and not TITLE.search(person[0])
    if party == "company":
        return "company" if is_first else "contact" if is_person else ""
    if party == "contact" and is_company(text):
        return "company"
    return party if is_first and (is_person or party == "work_for") else ""


def _is_asked(concept: str, role: Role) -> bool:
    """Say whether a ticket asks for this of such a party."""
    return concept not in PLACES or role in AT_A_PLACE
