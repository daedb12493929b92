"""A page of a PDF as pdfium gives it: its words with place and type, and what is drawn.

Boxes are in points from the upper left corner of the visible page, as it is turned for the
reader. What nobody can see is left out: text in white on white, text outside of the page, and
invisible text on a page without a picture that it could be the reading of.
"""

import ctypes
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import hypot, pi
from typing import Any

import pypdfium2.raw as pdfium

from extraction.document import Box
from extraction.reading.cells import Cell
from extraction.reading.glyphs import may_draw_ticks, mended, tick_of
from extraction.reading.text import plain

CHARACTERS_MAX = 120_000  # of one page
SPLIT_GAP = 0.28  # of the height: a gap in a word from which on it is two
BACK = 1.0  # points that a letter may begin before the one that it follows
LEVEL_SHIFT = 0.45  # of the height: how far letters of one word may be apart in height
ABOVE, UNDER = 0.12, 0.02  # of a letter's box: the room that fonts leave above and below
HEIGHT_MIN = 2.0  # points: smaller type is not meant to be read
TURN_MAX = 0.1  # radians by which text may lean and still be level
TURNED_SHARE_MAX = 0.5  # of the letters: more mean that the whole page lies on its side
BOLD_WEIGHT = 600
BOLD_NAMES = ("bold", "black", "heavy", "semibd", "demi")
INVISIBLE, STROKED = 3, 2  # how letters are drawn: not at all; filled and outlined
NAME_BYTES = 160
SYMBOLS_FROM = 0x2000  # no sign below it is a tick box
HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: "-"}
WHITE = 250  # of 255: colours above it are white


@dataclass(frozen=True, slots=True)
class Type:
    """What the letters of one text object have in common."""

    font: str
    size: float  # in points
    is_bold: bool
    turns: int  # quarters by which it is turned to the left as seen; -1 if it leans
    is_invisible: bool
    is_white: bool
    has_symbols: bool = False  # its letters may be tick boxes, whatever they are called

    @property
    def is_level(self) -> bool:
        return self.turns == 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of a page, with its box and its type."""

    text: str
    box: Box
    type: Type


@dataclass(slots=True)
class View:
    """How the coordinates of a page turn into points from its upper left corner."""

    left: float
    bottom: float
    right: float
    top: float
    quarter_turns: int = 0

    @classmethod
    def of(cls, page: Any) -> "View":
        """Return the view of a page of pdfium."""
        found = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, found)
        turns = max(0, pdfium.FPDFPage_GetRotation(page))
        return cls(found.left, found.bottom, found.right, found.top, turns)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the page is seen."""
        if self.quarter_turns == 1:
            return y - self.bottom, x - self.left
        if self.quarter_turns == 2:  # noqa: PLR2004 - half a turn
            return self.right - x, y - self.bottom
        if self.quarter_turns == 3:  # noqa: PLR2004 - a quarter turn to the left
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def turned(self, turns: int) -> "View":
        """Return the view of the page turned by some more quarters to the right; if less than 0, left."""
        return replace(self, quarter_turns=(self.quarter_turns + turns) % 4)

    def back(self, box: Box, view: "View") -> Box:
        """Return where a box of this view lies in another view of the same page."""
        ax, ay, bx, by = box
        if self.quarter_turns == 1:
            corners = (ay + self.left, ax + self.bottom, by + self.left, bx + self.bottom)
        elif self.quarter_turns == 2:  # noqa: PLR2004 - half a turn
            corners = (self.right - ax, ay + self.bottom, self.right - bx, by + self.bottom)
        elif self.quarter_turns == 3:  # noqa: PLR2004 - a quarter turn to the left
            corners = (self.right - ay, self.top - ax, self.right - by, self.top - bx)
        else:
            corners = (ax + self.left, self.top - ay, bx + self.left, self.top - by)
        x0, x1 = sorted((corners[0], corners[2]))
        y0, y1 = sorted((corners[1], corners[3]))
        return view.box(x0, y0, x1, y1)

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Return where a box of the page is seen."""
        if not self.quarter_turns:
            return left - self.left, self.top - top, right - self.left, self.top - bottom
        (ax, ay), (bx, by) = self.point(left, bottom), self.point(right, top)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    @property
    def size(self) -> tuple[float, float]:
        """Return the width and the height of what is seen, in points."""
        x0, y0, x1, y1 = self.box(self.left, self.bottom, self.right, self.top)
        return x1 - x0, y1 - y0


@dataclass(slots=True)
class Ground:
    """What the text of a page stands on: pictures, and what is filled with a colour."""

    has_picture: bool = False
    filled: list[Box] = field(default_factory=list)

    def is_visible(self, letter: Letter) -> bool:
        """Can a reader of the page see this letter?"""
        if letter.type.is_invisible:
            return self.has_picture
        if not letter.type.is_white or self.has_picture:
            return True
        x, y = (letter.box[0] + letter.box[2]) / 2, (letter.box[1] + letter.box[3]) / 2
        return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in self.filled)


def words_of(page: Any, view: View, ground: Ground) -> tuple[list[Cell], int]:
    """Return the words of a page that can be seen, and by how many quarters most are turned."""
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return [], 0
    try:
        letters = list(_letters(text_page, view))
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    seen = [letter for letter in letters if letter is None or ground.is_visible(letter)]
    turns, count = max(
        Counter(letter.type.turns for letter in seen if letter is not None).items(),
        key=lambda found: (found[1], found[0]),
        default=(0, 0),
    )
    if count > TURNED_SHARE_MAX * len(seen) and turns > 0:
        return [], turns
    return [*_words(_upright(seen))], 0


def _upright(letters: list[Letter | None]) -> Iterable[Letter | None]:
    """Leave out what stands on its side or leans."""
    return (letter for letter in letters if letter is None or letter.type.is_level)


def _letters(text_page: Any, view: View) -> Iterator[Letter | None]:
    """Yield the letters of a page as they follow each other; None stands for a blank."""
    width, height = view.size
    types: dict[int | None, Type] = {}
    found = pdfium.FS_RECTF()
    for index in range(min(pdfium.FPDFText_CountChars(text_page), CHARACTERS_MAX)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if code in BLANKS:
            yield None
            continue
        if not pdfium.FPDFText_GetLooseCharBox(text_page, index, found):
            continue
        box = view.box(found.left, found.bottom, found.right, found.top)
        if box[3] - box[1] < HEIGHT_MIN or not _is_within(box, width, height):
            continue
        thing = pdfium.FPDFText_GetTextObject(text_page, index)
        key = ctypes.cast(thing, ctypes.c_void_p).value
        if key not in types:
            types[key] = _type_of(text_page, index, thing, view)
        kind = types[key]
        is_plain = code < SYMBOLS_FROM and code not in HYPHENS and not kind.has_symbols
        text = None if is_plain else tick_of(code, kind.font) or HYPHENS.get(code)
        yield Letter(text or chr(code), box, kind)


BLANKS = frozenset({0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x2007, 0x202F})


def _is_within(box: Box, width: float, height: float) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return 0 <= x <= width and 0 <= y <= height


def _type_of(text_page: Any, index: int, thing: Any, view: View) -> Type:
    name, flags = ctypes.create_string_buffer(NAME_BYTES), ctypes.c_int()
    size = pdfium.FPDFText_GetFontInfo(text_page, index, name, NAME_BYTES, flags)
    font = name.raw[: max(0, min(size, NAME_BYTES) - 1)].decode("latin-1").lower()
    mode = pdfium.FPDFTextObj_GetTextRenderMode(thing) if thing else 0
    turn = pdfium.FPDFText_GetCharAngle(text_page, index) + view.quarter_turns * pi / 2
    quarters = round(turn / (pi / 2))
    return Type(
        font=font,
        has_symbols=may_draw_ticks(font),
        size=round(pdfium.FPDFText_GetFontSize(text_page, index) * _scale(thing), 1),
        is_bold=(
            any(word in font for word in BOLD_NAMES)
            or pdfium.FPDFText_GetFontWeight(text_page, index) >= BOLD_WEIGHT
            or mode == STROKED
        ),
        turns=quarters % 4 if abs(turn - quarters * pi / 2) <= TURN_MAX else -1,
        is_invisible=mode == INVISIBLE,
        is_white=is_white(pdfium.FPDFText_GetFillColor, text_page, index),
    )


def _scale(thing: Any) -> float:
    """Return by how much a text object is larger than its font."""
    found = pdfium.FS_MATRIX()
    is_scaled = bool(thing) and pdfium.FPDFPageObj_GetMatrix(thing, found)
    return hypot(found.c, found.d) if is_scaled else 1.0


def is_white(colour_of: Callable[..., int], *thing: Any) -> bool:
    """Is what is drawn here white, so that it shows on paper only over another colour?"""
    parts = [ctypes.c_uint(0) for _part in "rgba"]
    return bool(colour_of(*thing, *parts)) and all(part.value >= WHITE for part in parts[:3])


def _words(letters: Iterable[Letter | None]) -> Iterator[Cell]:
    word: list[Letter] = []
    for letter in letters:
        if word and (letter is None or not _goes_on(word[-1], letter)):
            yield _word(word)
            word = []
        if letter is not None:
            word.append(letter)
    if word:
        yield _word(word)


def _goes_on(last: Letter, letter: Letter) -> bool:
    height = min(last.box[3] - last.box[1], letter.box[3] - letter.box[1])
    is_level = abs(last.box[3] - letter.box[3]) <= LEVEL_SHIFT * height
    gap = letter.box[0] - last.box[2]
    is_alike = last.type.is_bold == letter.type.is_bold
    is_ahead = letter.box[0] >= last.box[0] - BACK  # letters of one ligature share a box
    return is_level and is_alike and is_ahead and gap <= SPLIT_GAP * height


def _word(letters: list[Letter]) -> Cell:
    top = min(letter.box[1] for letter in letters)
    bottom = max(letter.box[3] for letter in letters)
    height = bottom - top
    return Cell(
        text=plain(mended([letter.text for letter in letters])),
        x0=round(min(letter.box[0] for letter in letters), 2),
        top=round(top + ABOVE * height, 2),
        x1=round(max(letter.box[2] for letter in letters), 2),
        bottom=round(bottom - UNDER * height, 2),
        is_bold=letters[0].type.is_bold,
        size=letters[0].type.size,
    )
