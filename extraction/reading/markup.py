"""HTML as a tree of what a reader of the page sees: what is hidden, and all code, is left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from extraction.reading.glyphs import OPEN, TICKED

NODES_MAX = 40_000
DEPTH_MAX = 100

SILENT = frozenset(["script", "style", "template", "noscript", "object", "svg", "button"])
STRUCK = frozenset(["s", "strike", "del"])  # written, and taken back
VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
# What a tag ends that was left open, up to the tags that hold it.
ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "tr": (frozenset(["tr", "td", "th"]), frozenset(["table", "thead", "tbody", "tfoot"])),
    "td": (frozenset(["td", "th"]), frozenset(["tr", "table"])),
    "th": (frozenset(["td", "th"]), frozenset(["tr", "table"])),
    "li": (frozenset(["li"]), frozenset(["ul", "ol"])),
    "dt": (frozenset(["dt", "dd"]), frozenset(["dl"])),
    "dd": (frozenset(["dt", "dd"]), frozenset(["dl"])),
    "option": (frozenset(["option"]), frozenset(["select"])),
    "p": (frozenset(["p"]), frozenset(["td", "th", "div", "li", "dd", "body", "blockquote"])),
}
ROW_GROUPS = frozenset(["thead", "tbody", "tfoot"])
HIDDEN = re.compile(
    r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden|font-size\s{0,5}:\s{0,5}0(?:px|pt|em)?\s{0,5}(?:;|$)"
    r"|mso-hide\s{0,5}:\s{0,5}all",
    re.IGNORECASE,
)
LINE_THROUGH = re.compile(
    r"text-decoration[a-z-]{0,5}\s{0,5}:[^;]{0,60}line-through", re.IGNORECASE
)
STRIKES = re.compile(
    rb"<(?:s|strike|del)(?:\s[^<>]{0,500})?>|:[^;<>]{0,60}line-through", re.IGNORECASE
)
STYLE_CHARACTERS_MAX = 2_000
WRITTEN = frozenset(
    ["", "text", "email", "tel", "number", "date", "datetime-local", "time", "url", "search"]
)


@dataclass(slots=True)
class Node:
    """A tag with what it holds."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)
    is_label: bool = False  # the page shows by its order that this names what stands beside it

    @property
    def nodes(self) -> "Iterator[Node]":
        return (child for child in self.children if isinstance(child, Node))

    def words(self, limit: int | None = None) -> str:
        """Return all text within, or so many characters of it, blanks as they are."""
        pieces: list[str] = []
        size = 0
        waiting: list[Node | str] = [self]
        while waiting and (limit is None or size < limit):
            one = waiting.pop()
            if isinstance(one, str):
                pieces.append(one)
                size += len(one)
            else:
                waiting.extend(reversed(one.children))
        return "".join(pieces)[:limit]


def tree_of(source: str) -> tuple[Node, bool]:
    """Return the tree of a page, and whether it is all of it.

    Broken nesting is mended as browsers do, or nearly so.
    """
    builder = _Builder()
    end = source.rfind(">") + 1  # behind it no tag ends: all is text
    try:
        builder.feed(source[:end])
        builder.close()
    except _FullError:
        return builder.root, False
    builder.handle_data(unescape(source[end:]))
    return builder.root, True


class _FullError(Exception):
    """There are more tags than are read."""


class _Builder(HTMLParser):
    """Builds the tree tag by tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("html")
        self._open = [self.root]
        self._count = 0
        self._is_endless = False

    def parse_comment(self, i: int, report: bool = True) -> int:  # noqa: FBT001, FBT002 - as given
        """Return where a comment ends; all that follow one without an end have none either."""
        if self._is_endless:
            return -1
        end = super().parse_comment(i, report)
        self._is_endless = end < 0
        return end

    def parse_marked_section(self, i: int, report: bool = True) -> int:  # noqa: ARG002, FBT001, FBT002 - as given
        """Return where `<![if mso]>` or the like ends, as browsers see it: at the next `>`."""
        return self.rawdata.find(">", i) + 1 or -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ENDS:
            self._end_open(*ENDS[tag])
        if tag in ("td", "th") and self._open[-1].tag in ("table", *ROW_GROUPS):
            self.handle_starttag("tr", [])  # cells without a row around them
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._count += 1
        if self._count > NODES_MAX:
            raise _FullError
        if not _is_struck(node):
            self._open[-1].children.append(node)
        if tag not in VOID and len(self._open) < DEPTH_MAX:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        stops = {"table"} if tag not in ("table", "body", "html") else set()
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag == tag:
                del self._open[place:]
                return
            if self._open[place].tag in stops:
                return  # a stray end of something outside of this table

    def handle_data(self, data: str) -> None:
        if data:
            self._open[-1].children.append(data)

    def _end_open(self, ended: frozenset[str], held_by: frozenset[str]) -> None:
        first = None
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag in held_by:
                break
            if self._open[place].tag in ended:
                first = place
        if first is not None:
            del self._open[first:]


def has_struck(source: bytes) -> bool:
    """Return whether a page strikes words out, which its copy in plain text shows as they were."""
    return STRIKES.search(source) is not None


def _is_struck(node: Node) -> bool:
    """Is there a line through these words? Then they no longer hold."""
    style = node.attributes.get("style", "")[:STYLE_CHARACTERS_MAX]
    return node.tag in STRUCK or (bool(style) and LINE_THROUGH.search(style) is not None)


def is_hidden(node: Node) -> bool:
    """Is this code, or something that the page does not show?"""
    if node.tag in SILENT or "hidden" in node.attributes:
        return True
    if node.tag == "input" and node.attributes.get("type", "").lower() == "hidden":
        return True
    style = node.attributes.get("style", "")[:STYLE_CHARACTERS_MAX]
    return bool(style) and HIDDEN.search(style) is not None


def filled_in(node: Node) -> str | None:
    """Return what is filled into a field of a form; None if this is none."""
    kind = node.attributes.get("type", "").lower()
    if node.tag == "input" and kind in ("checkbox", "radio"):
        return TICKED if "checked" in node.attributes else OPEN
    if node.tag == "input":
        return node.attributes.get("value", "") if kind in WRITTEN else ""
    if node.tag == "textarea":
        return node.words()
    if node.tag == "select":
        chosen = (one for one in _options(node) if "selected" in one.attributes)
        return ", ".join(" ".join(one.words().split()) for one in chosen)
    return None


def _options(select: Node) -> Iterator[Node]:
    for child in select.nodes:
        if child.tag == "optgroup":
            yield from _options(child)
        elif child.tag == "option":
            yield child
