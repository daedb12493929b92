"""Leaves: where a walk through JSON or XML stands, and the lines that its values become.

A text of many lines within a value is a document of its own: a ticket, a page of HTML, more
JSON. It is read as what it is, with its path as the part.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import NamedTuple

from extraction.document import Document, Line

DEPTH_MAX = 40  # objects within objects; deeper ones are left out
TEXT_LINES_MIN = 3
LABELLED_LINES_MIN = 2
LABELLED = re.compile(r"^[^\n:]{2,40}:[ \t]{0,20}\S", re.MULTILINE)
HTML = re.compile(r"<(?:html|body|table|div|pre|p|br|ul|span)\b[^<>]{0,400}>", re.IGNORECASE)
BLOCKS = re.compile(r"<(?:html|body|table)\b", re.IGNORECASE)
TAG = re.compile(r"<!--.{0,2000}?-->|</?[A-Za-z!][^<>]{0,400}>", re.DOTALL)
INNER_JSON = re.compile(r'\s{0,20}[\[{]\s{0,20}["\[{]')
INNER_XML = re.compile(r"\s{0,20}<(?:\?xml\b|[A-Za-z][\w:.-]{0,60}[\s>])")
BASE64_MIN = 80  # characters; shorter ones are keys and numbers
BASE64_MAX = 400_000
WORDS_MIN = 5
BASE64 = re.compile(r"[A-Za-z0-9+/\r\n]{1,400000}={0,2}")
ENTITIES = {"&nbsp;": " ", "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'"}
ENTITY = re.compile("|".join(ENTITIES))

ReadText = Callable[[bytes, str], Document | None]


class Place(NamedTuple):
    """Where the walk through the document stands."""

    path: str = "$"
    trail: tuple[str, ...] = ()
    within: tuple[str, ...] = ("$",)
    part: str = "body"
    depth: int = 0

    def key(self, key: str, mark: str = ".") -> "Place":
        """Return the place of a member of this object."""
        return Place(
            f"{self.path}{mark}{key}", self.trail, self.within, self.part, self.depth + 1
        )

    def inside(self, name: str | None) -> "Place":
        """Return this place as an object of that name, or without one if it stands in a list."""
        if name is None:
            return self._replace(within=(*self.within[:-1], self.path))
        return self._replace(trail=(*self.trail, name), within=(*self.within, self.path))

    def item(self, index: int) -> "Place":
        """Return the place of an item of this list."""
        return self._replace(path=f"{self.path}[{index}]", depth=self.depth + 1)

    def line(self, text: str, label: str | None) -> Line:
        """Return the line of a value that stands here."""
        return Line(
            text,
            label=label,
            trail=self.trail,
            path=self.path,
            part=self.part,
            within=self.within,
        )


def lines_of_value(
    text: str, label: str | None, place: Place, read: ReadText
) -> Iterator[Line]:
    """Yield a text as the line of a leaf, or as the lines of the document that it is."""
    text = unwrapped(text)
    if "\n" not in text and "<" not in text and text[:1] not in "[{":
        yield place.line(text, label)
        return
    inner = read(text.encode(), f"{place.part}:{place.path}") if is_document(text) else None
    if inner is not None and inner.lines:
        yield from inner.lines
        return
    yield place.line(without_tags(text), label)


def unwrapped(text: str) -> str:
    """Return the text that a value holds in base64, or the value itself."""
    if not BASE64_MIN <= len(text) <= BASE64_MAX or " " in text or len(text) % 4:
        return text
    if BASE64.fullmatch(text) is None:
        return text
    try:
        inner = b64decode(text, validate=True).decode()
    except ValueError:
        return text
    is_text = inner.count(" ") >= WORDS_MIN and all(
        sign.isprintable() or sign in "\r\n\t" for sign in inner
    )
    return inner if is_text else text


def is_document(text: str) -> bool:
    """Is a text within a value a document of its own?"""
    if INNER_JSON.match(text):
        return True
    if BLOCKS.search(text) or (INNER_XML.match(text) and not HTML.match(text.lstrip())):
        return True
    is_long = (
        text.count("\n") + 1 >= TEXT_LINES_MIN or len(HTML.findall(text)) >= TEXT_LINES_MIN
    )
    plain = HTML.sub("\n", text) if "<" in text else text
    return is_long and len(LABELLED.findall(plain)) >= LABELLED_LINES_MIN


def without_tags(text: str) -> str:
    """Return a text without the tags of HTML that stand in it."""
    if "<" not in text and "&" not in text:
        return text
    bare = TAG.sub(" ", text)
    return ENTITY.sub(lambda match: ENTITIES[match.group()], bare).strip()
