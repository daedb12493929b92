"""How large a site is, as work orders write it: `50 ft radius`, `20' by 30'`, `100 x 40 ft`.

A depth is no size, a distance to something is none, and two bare numbers could be lumber. Of
several sizes the largest is read: a mark too many costs paint, one too few costs a line.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

TEXT_CHARS_MAX = 20_000  # what comes after is not read
SIDE_FEET_MIN = 1  # less is the size of a pipe or of a post
SIDE_FEET_MAX = 5_280  # more is a distance, or a misprint
CONTEXT_CHARS = 24  # what stands that near to a number says what it measures

UNIT_FEET = {"f": 1.0, "'": 1.0, "y": 3.0, "m": 1 / 0.3048, "i": 1 / 12, '"': 1 / 12}
PLAIN = str.maketrans(
    {"\u2032": "'", "\u2019": "'", "\u2033": '"', "\u201d": '"', "\u00d7": "x", "\u00a0": " "}
)

# Every repetition is limited, so that the time grows with the text and no faster.
MEASURE = re.compile(
    r"""
    (?<![\d.,/]) (?P<number> (?: \d{1,3} (?:,\d{3}){1,2} | \d{1,6} ) (?:\.\d{1,4})? ) (?!\d)
    (?:
        [\s()-]{0,3}
        (?P<unit> feet\b | foot\b | ft\b\.? | '' | ' | yards?\b | yds?\b\.? | met(?:er|re)s?\b
            | m\b | inch(?:es)?\b | in\b\.? | " )
        (?: (?<!['"]['"]) [\s-]{0,2} (?P<inches>\d{1,2}) \s? (?: " | '' | inch(?:es)?\b | in\b ) )?
    )?
    """,
    re.VERBOSE,
)
LABEL = re.compile(
    r"[\s-]{0,2}\(?(?:in )?(?:(?P<width>wide|width|w)|(?P<length>long|length|l)"
    r"|(?P<depth>deep|depth|d|tall|high|height|h))\b\)?"
)
# Labels of a rectangle whose length is named first.
LENGTH_FIRST = {("length", None), ("length", "width"), (None, "width")}
TIMES = re.compile(r"\s{0,3}(?:x|by)\s{0,3}")
AND = re.compile(r",?\s{0,3}(?:and|x|by)?\s{0,3}")
ROUND_AFTER = re.compile(
    r"[\s-]{0,2}(?:in )?(?:radius|around|all around"
    r"|(?:in|on|to) (?:all|each|every|any) (?:directions?|sides?))\b"
)
ROUND_BEFORE = re.compile(r"\bradius(?: of| is)?[\s:=(]{0,2}(?:about )?$")
WITHIN_BEFORE = re.compile(r"\bwithin (?:an? |about |approx\.? |approximately )?$")
WITHIN_AFTER = re.compile(r"\s{0,2}(?:of|from|around)\b")
SQUARE_AFTER = re.compile(r"[\s-]{0,2}square\b(?! (?:feet|foot|ft|yards?|yds?|met|inch))")


@dataclass(frozen=True, slots=True)
class Size:
    """A circle, as wide as it is long, or a rectangle; `words` is what was read."""

    width_feet: float
    length_feet: float
    is_round: bool
    words: str
    assumptions: tuple[str, ...] = ()

    @property
    def radius_feet(self) -> float:
        """Half the width: the radius of a circle."""
        return self.width_feet / 2

    @property
    def square_feet(self) -> float:
        """The area."""
        rectangle = self.width_feet * self.length_feet
        return rectangle * math.pi / 4 if self.is_round else rectangle

    @property
    def is_believable(self) -> bool:
        """Is it the size of a site?"""
        sides = (self.width_feet, self.length_feet)
        return min(sides) >= SIDE_FEET_MIN and max(sides) <= SIDE_FEET_MAX


@dataclass(frozen=True, slots=True)
class Measure:
    """A number in the text, where it stands, its unit if there is one, and what it measures."""

    number: float
    unit_feet: float | None
    inches: int
    start: int
    end: int
    label: str | None
    label_end: int

    def feet(self, unit_feet: float) -> float:
        """Return the length, by its own unit if it has one, else by the one given."""
        return self.number * (self.unit_feet or unit_feet) + self.inches / 12


def described_size(text: str) -> Size | None:
    """Return the size that a text describes, or None; of several the largest. Never raises.

    In a rectangle the width is what is called wide, else what is named first.
    """
    plain = text[:TEXT_CHARS_MAX].lower().translate(PLAIN)
    measures = list(_measures(plain))
    sizes = [one for one in _sizes(plain, measures) if one.is_believable]
    if not sizes:
        return None
    largest = max(sizes, key=lambda size: size.square_feet)
    if len({size.square_feet for size in sizes}) == 1:
        return largest
    note = f'Several sizes are described; the largest was taken: "{largest.words}".'
    return Size(
        largest.width_feet, largest.length_feet, largest.is_round, largest.words, (note,)
    )


def _measures(plain: str) -> Iterator[Measure]:
    for found in MEASURE.finditer(plain):
        label = LABEL.match(plain, found.end(), found.end() + CONTEXT_CHARS)
        yield Measure(
            number=float(found["number"].replace(",", "")),
            unit_feet=_unit_feet(found["unit"]),
            inches=int(found["inches"] or 0),
            start=found.start(),
            end=found.end(),
            label=label.lastgroup if label else None,
            label_end=label.end() if label else found.end(),
        )


def _unit_feet(unit: str | None) -> float | None:
    if unit is None:
        return None
    return UNIT_FEET['"' if unit == "''" else unit[0]]


def _sizes(plain: str, measures: list[Measure]) -> Iterator[Size]:
    for one in measures:
        yield from _circle(plain, one)
        yield from _square(plain, one)
    for number, (first, second) in enumerate(pairwise(measures)):
        third = measures[number + 2 : number + 3]
        yield from _rectangle(plain, first, second, third)


def _circle(plain: str, radius: Measure) -> Iterator[Size]:
    if radius.unit_feet is None:
        return
    before = plain[max(0, radius.start - CONTEXT_CHARS) : radius.start]
    is_within = WITHIN_BEFORE.search(before) and WITHIN_AFTER.match(plain, radius.end)
    if is_within or ROUND_BEFORE.search(before) or ROUND_AFTER.match(plain, radius.end):
        diameter = 2 * radius.feet(radius.unit_feet)
        yield Size(diameter, diameter, is_round=True, words=plain[radius.start : radius.end])


def _square(plain: str, side: Measure) -> Iterator[Size]:
    if side.unit_feet is not None and SQUARE_AFTER.match(plain, side.end):
        feet = side.feet(side.unit_feet)
        yield Size(feet, feet, is_round=False, words=plain[side.start : side.end])


def _rectangle(
    plain: str, first: Measure, second: Measure, third: list[Measure]
) -> Iterator[Size]:
    labels = {first.label, second.label}
    joint = AND if labels == {"width", "length"} else TIMES
    if "depth" in labels or not joint.fullmatch(plain, first.label_end, second.start):
        return
    # In `10 x 10 x 4 ft deep` the last one tells the unit of all.
    deep = [one for one in third if TIMES.fullmatch(plain, second.label_end, one.start)]
    units = [one.unit_feet for one in (second, first, *deep) if one.unit_feet is not None]
    if not units:
        return
    sides = first.feet(units[0]), second.feet(units[0])
    width, length = sides[::-1] if (first.label, second.label) in LENGTH_FIRST else sides
    words = plain[first.start : second.label_end]
    yield Size(width, length, is_round=False, words=words)
