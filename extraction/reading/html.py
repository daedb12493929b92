"""HTML: what a page shows, as labels with their values where its tags say so, else as text.

Labels stand in `dt` and `th`, in bold type, in a class of that name, or are known by their
words; rows of a table go with the row of labels above them. Fields of a form give what is
filled in. What a mail quotes is a part of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from extraction.document import CHARACTERS_MAX, LINES_MAX, Document, Line
from extraction.intake import Medium
from extraction.labels.concepts import LABEL_CHARACTERS_MAX
from extraction.lines.marks import marks_in
from extraction.reading.dress import Dress
from extraction.reading.flow import Item, Piece, Row, items_of
from extraction.reading.glyphs import OPEN, TICKED
from extraction.reading.markup import NODES_MAX, Node, filled_in, is_hidden, tree_of
from extraction.reading.text import decoded, plain, truncated, truncation_of
from extraction.reading.titles import has_unit, without_repeat
from extraction.reading.trellis import Trellis
from extraction.reading.turning import with_labels_first

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "title",
        "ul",
    ]
)
APART = frozenset(
    [
        "blockquote",
        "dl",
        "title",
        "fieldset",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "ol",
        "p",
        "section",
        "ul",
    ]
)
QUOTING = re.compile(
    r"gmail_quote|moz-cite|yahoo_quoted|divRplyFwdMsg|appendonsend|OutlookMessageHeader",
    re.IGNORECASE,
)
FORWARDED = re.compile(r"-{3,20}\s?(?:original|forwarded) message", re.IGNORECASE)
HEAD_LINES_MAX = 7
TOO_MANY_TAGS = truncated(f"the first {NODES_MAX:,} tags of the page were read")
QUOTED = " (quoted)"  # behind the name of the part that quotes


def read_html(document: bytes, *, part: str = "body") -> Document:
    """Return what an HTML document shows as lines."""
    source = decoded(document)
    tree, is_whole = tree_of(source[:CHARACTERS_MAX])
    page = with_labels_first(tree)
    walk = _Walk(Dress.of(page))
    walk.node(page)
    items = [*_with_quotes(walk.done())]
    lines = [
        replace(line, number=number, part=part + line.part)
        for number, line in enumerate(_lines(items), start=1)
    ]
    cut = truncation_of(source) if is_whole else (TOO_MANY_TAGS,)
    return Document(medium=Medium.HTML, lines=tuple(lines[:LINES_MAX]), warnings=cut)


class _Walk:
    """Goes through a page and gathers its rows, its tables, and what it quotes."""

    def __init__(self, dress: Dress, *, is_cell: bool = False) -> None:
        self._dress = dress
        self._is_cell = is_cell
        self._items: list[Item] = []
        self._rows: list[Row] = []
        self._row = Row()
        self._block = 0
        self._part = ""
        self._naming = 0
        self._terms = 0
        self._detail = False

    def done(self) -> list[Item]:
        """Return all that was gathered."""
        self._flush()
        return self._items

    def node(self, node: Node) -> None:
        """Gather what a tag shows."""
        if is_hidden(node):
            return
        said = filled_in(node)
        if said is not None:
            self.say(f" {said} ")
        elif node.tag == "table":
            self._flush()
            self._add(Trellis(node, self._inside, self._dress).items())
        elif node.tag == "br":
            self._break()
        elif node.tag == "pre":
            self._verbatim(node)
        else:
            self._open(node)

    def _inside(self, node: Node) -> list[Item]:
        """Return what the inside of a tag shows, by itself."""
        walk = _Walk(self._dress, is_cell=True)
        walk.inside(node)
        return walk.done()

    def inside(self, node: Node) -> None:
        """Gather what the inside of a tag shows."""
        for child in node.children:
            if isinstance(child, Node):
                self.node(child)
            else:
                self.say(child)

    def _open(self, node: Node) -> None:
        is_block = node.tag in BLOCKS
        part = self._part
        if _is_quote(node):
            self._flush()
            self._part = QUOTED
        if is_block:
            self._break()
            self._block += 1
        detail, self._detail = self._detail, self._detail or node.tag == "dd"
        naming, terms = self._dress.is_naming(node), node.tag == "dt"
        self._naming += naming
        self._terms += terms
        if node.tag in APART:
            self._blank()
        self.inside(node)
        self._naming -= naming
        self._terms -= terms
        if is_block:
            self._break()
            self._block += 1
        if node.tag in APART:
            self._blank()
        if self._part != part and node.tag == "blockquote":
            self._flush()
            self._part = part
        self._detail = detail

    def say(self, text: str) -> None:
        """Gather words."""
        if text:
            self._row.pieces.append(Piece(plain(text), self._naming > 0, self._terms > 0))
            self._row.block = self._block
            self._row.is_detail = self._detail

    def _break(self) -> None:
        if self._row.text:
            self._rows.append(self._row)
        self._row = Row()

    def _blank(self) -> None:
        self._break()
        if self._rows and self._rows[-1].text:
            self._rows.append(Row())

    def _verbatim(self, node: Node) -> None:
        self._flush()
        rows = plain(node.words()).splitlines()
        self._add(Item(None, [row.expandtabs(8).rstrip()]) for row in rows)

    def _flush(self) -> None:
        self._break()
        is_telling = self._dress.is_telling and self._is_cell
        self._add(items_of(self._rows, is_telling=is_telling, is_cell=self._is_cell))
        self._rows = []

    def _add(self, items: "Iterator[Item] | list[Item]") -> None:
        for item in items:
            is_quoted = self._part and not item.part
            self._items.append(replace(item, part=self._part) if is_quoted else item)


def _with_quotes(items: list[Item]) -> Iterator[Item]:
    """Yield the items; from the head of an older mail on they are quoted."""
    is_quoted = False
    for place, item in enumerate(items):
        is_quoted = is_quoted or _is_head_of_mail(items[place : place + HEAD_LINES_MAX])
        yield replace(item, part=QUOTED) if is_quoted else item


def _is_head_of_mail(items: list[Item]) -> bool:
    """Do these lines say from whom and when a mail came, or that it was forwarded?"""
    heads = [item.label or item.text[:LABEL_CHARACTERS_MAX] for item in items]
    if not heads or FORWARDED.match(heads[0]):
        return bool(heads)
    names = [head.partition(":")[0].strip().lower() for head in heads]
    return names[0] == "from" and not {"sent", "date"}.isdisjoint(names) and "subject" in names


def _is_quote(node: Node) -> bool:
    """Is what begins here quoted by a mail?"""
    said = f"{node.attributes.get('class', '')} {node.attributes.get('id', '')}"
    return node.tag == "blockquote" or QUOTING.search(said[:500]) is not None


def _lines(items: list[Item]) -> Iterator[Line]:
    last: Line | None = None
    for item in items:
        for line in _lines_of(item):
            is_blank = line.label is None and not line.text.strip()
            if is_blank and (last is None or not (last.text or last.label)):
                continue
            last = line
            yield line


def _lines_of(item: Item) -> Iterator[Line]:
    """Yield an item as lines: a plain value with its label, all else as a form would print it."""
    if item.label is None:
        yield from (Line(text, part=item.part) for text in item.lines or [""])
    elif (
        len(item.lines) <= 1 and not _is_more(item.text) and not has_unit(item.label, item.text)
    ):
        yield Line(without_repeat(item.label, item.text), part=item.part, label=item.label)
    else:
        yield Line(f"{item.label}: {item.lines[0]}", part=item.part)
        indent = " " * (len(item.label) + 2)  # below where the value begins
        yield from (Line(indent + text, part=item.part) for text in item.lines[1:])


def _is_more(text: str) -> bool:
    """Are there labels or tick boxes in a value?"""
    return TICKED in text or OPEN in text or any(mark.label for mark in marks_in(text))
