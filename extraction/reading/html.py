"""HTML: tags that break a line break it here too; cells of a row stay apart on one line."""

import re
from html.parser import HTMLParser

from extraction.document import CHARACTERS_MAX, Document, lines_of
from extraction.intake import Medium
from extraction.reading.text import decoded, plain, truncation_of

BREAKING = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
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
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
CELLS = frozenset({"td", "th"})
SILENT = frozenset({"script", "style", "template", "noscript"})
EMPTY_CELL = "\u00b7"  # keeps the place of a cell without text, so that columns stay in line
CELL_GAP = "    "  # what keeps two cells apart, as wide as a column gap in plain text
BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")


def read_html(document: bytes, *, part: str = "body") -> Document:
    """Return the visible text of an HTML document as lines."""
    source = decoded(document)
    parser = _Page()
    parser.feed(source[:CHARACTERS_MAX])
    parser.close()
    text = plain("".join(parser.pieces))
    return Document(
        medium=Medium.HTML,
        lines=lines_of(BLANK_LINES.sub("\n\n", text), part=part),
        warnings=truncation_of(source),
    )


class _Page(HTMLParser):
    """Collects the visible text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent_depth = 0
        self._pre_depth = 0
        self._cell_depth = 0
        self._cell_start = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs  # how a page looks says nothing reliable
        self._silent_depth += tag in SILENT
        self._pre_depth += tag == "pre"
        self._cell_depth += tag in CELLS
        if tag in CELLS:
            self.pieces.append(CELL_GAP)
            self._cell_start = len(self.pieces)
        elif tag in BREAKING:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        self._silent_depth = max(0, self._silent_depth - (tag in SILENT))
        self._pre_depth = max(0, self._pre_depth - (tag == "pre"))
        self._cell_depth = max(0, self._cell_depth - (tag in CELLS))
        if tag in CELLS and not "".join(self.pieces[self._cell_start :]).strip():
            self.pieces.append(EMPTY_CELL)
        if tag in BREAKING:
            self._break()

    def handle_data(self, data: str) -> None:
        if self._silent_depth:
            return
        if self._pre_depth:
            self.pieces.append(data)
        else:
            self.pieces.append(re.sub(r"[\t ]{0,200}[\r\n]\s{0,1000}", " ", data))

    def _break(self) -> None:
        # Inside a cell a break is no new row: its text belongs to one value.
        self.pieces.append(" " if self._cell_depth else "\n")
