"""Slots: a line of a dispatcher cut where its system cuts it, and what each piece is.

Systems part their lines by semicolons, bars, stars, slashes, brackets, commas, wide gaps or
short keys; the order differs from county to county. So each slot is known by its shape.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from domain.places import town_key, towns
from domain.texas import find_county
from extraction.document import Line
from extraction.values.coordinates import point_of
from extraction.values.streets import crossing, is_numbered, is_street

LINE_CHARACTERS_MAX = 4_000
SLOTS_MAX = 200
NOTE_WORDS_MIN = 4
CALL_WORDS_MAX = 6


class Kind(StrEnum):
    """What a slot is."""

    ADDRESS = "address"
    STREET = "street"
    CROSSING = "crossing"
    CITY = "city"
    COUNTY = "county"
    CALL = "call"
    NUMBER = "number"
    POINT = "point"
    NOTE = "note"
    CALLER = "caller"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Slot:
    """A piece of a line: its place, its kind, and whether a key has told the kind."""

    line: Line
    start: int
    end: int
    kind: Kind | None
    is_keyed: bool = False
    is_boxed: bool = False  # stands in brackets: a business, or a box of its own

    @property
    def text(self) -> str:
        return self.line.text[self.start : self.end]


KEYS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.ADDRESS,
        r"loc(?:ation)?|addr(?:ess)?|inc(?:ident)? addr(?:ess)?|address of call|site|at",
    ),
    (Kind.CITY, r"city|cty|town|muni(?:cipality)?|jurisdiction|juris"),
    (Kind.COUNTY, r"county|cnty|co"),
    (
        Kind.CROSSING,
        r"x|x-?st(?:reet)?s?|xsts?|cross(?:ing)?(?: ?st(?:reet)?s?)?|btwn?|between|x ?street|intersection|x[12]|xstr",
    ),
    (
        Kind.CALL,
        r"nature(?: of call)?|type|call(?: ?type)?|event(?: ?type)?|problem|prob|incident type|inc type|code|cad",
    ),
    (
        Kind.NUMBER,
        r"inc(?:ident)?(?: ?(?:#|no|num|number|id))?|cfs ?#?|id|event ?(?:#|no)|case ?#?|run ?#?|ref",
    ),
    (
        Kind.NOTE,
        r"notes?|cmn?ts?\s?\d{0,2}|comments?|narr(?:ative)?|remarks?|rmks?|details?|dispatch notes|info|desc(?:ription)?|call notes|text",
    ),
    (
        Kind.CALLER,
        r"rp|caller(?: ?name)?|cn|cb|ph(?:one)?|caller ?(?:ph|phone)|clrnum|call ?back|contact|complainant",
    ),
    (
        Kind.NOTHING,
        (
            r"map(?: ?page)?|mapsco|key ?map|grid|box|units?|u|time|date|disp(?:atched)?|src|source|tac|ch(?:annel)?|pri(?:ority)?|apt(?:/bldg)?"
            r"|bldg|bus(?:iness)?|place|common(?: name)?|zip|st(?:ate)?|lat(?:itude)?|lon(?:g(?:itude)?)?|dept|zone|beat|dist(?:rict)?|sta(?:tion)?"
            r"|agency|from|to|subtype|sub ?type|rcvd|enrt|hydrant|premise|alarm(?: level)?|fd|radio|tg|report ?#?|mp|ra|hot spot"
        ),
    ),
)
KEY = re.compile(
    # A key in small letters may be glued to what is cried before it: `CUT LINEComments: ...`.
    r"(?:(?<![A-Za-z0-9])|(?<=[A-Z]{2})(?=(?-i:[A-Z][a-z])))(?:"
    + "|".join(f"(?P<{kind.name}>{words})" for kind, words in KEYS)
    + r")\s?#?\s?[:=]",
    re.IGNORECASE,
)
# Some keys stand without a mark where a slot begins: `LOC 1411 ...`, `XST A & B`.
BARE_KEY = re.compile(
    r"^\s?(?:(?P<ADDRESS>loc|addr)|(?P<CROSSING>xst|x-?sts?|cross|btwn?|between)|(?P<NUMBER>inc|cfs|incident)\s?#?|(?P<CALLER>rp|cn|ph)"
    r"|(?P<NOTHING>map|grid|box|key map|units?|ch|tac)|(?P<NOTE>notes?|narr|cmnt))(?=\s|$|(?<=#)\d)",
    re.IGNORECASE,
)
CUT = re.compile(
    r"[;|*\t\[\]{}~]|\s{2,}|\s(?:-{1,2}|>|<|\u2013)\s|//|(?<!\d\d),|,(?!\s?-?\d)"
    # A slash parts, but not in a date, nor in `W/`, `C/O` and `N/A`.
    r"|(?<!\b\d)(?<!\b\d\d)(?<!\bW)(?<!\bC)(?<!\bN)/|(?<=\d)/(?!\d)|[()]",
    re.IGNORECASE,
)
# What a key names as the call is one, dashes and slashes and all.
WHOLE_CUT = re.compile(r"[;|*\t\[\]{}~]|\s{2,}|//|,|[()]")
CALL_WORDS = re.compile(
    r"\b(?:gas (?:leak|odou?r|line|main|smell)|natural gas|odou?r (?:of|inv)|smell of|(?:power ?|elec\w* |utility |cable |phone )?(?:lines?|wires?|poles?) (?:down|arcing|struck|cut|hit|broken|fire)"
    r"|down(?:ed)? (?:power ?)?(?:lines?|wires?|pole)|arcing|transformer|(?:water|sewer|gas) (?:main|line)(?: break)?|main break|electrical|power (?:pole|line)|pole (?:down|fire|struck)"
    r"|line(?:s)? (?:down|cut|struck|hit)|(?:cut|struck|hit|ruptured|damaged|severed) (?:gas|water|power|utility|line)|utility|light pole|hazmat|explosion|leak outside|leak inside|gas\b|wires?\b|lines? down)",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"^#?(?=[A-Z0-9-]{0,24}\d{4})[A-Z]{0,5}-?\d{2,12}(?:-\d{2,12})?(?:-[A-Z]{2,6})?$",
    re.IGNORECASE,
)
UNITS = re.compile(
    r"^(?:(?:[A-Z]{1,6}-?\d{1,4}[A-Z]?|[A-Z]{2,5}FD|[A-Z]{2,4}-[A-Z]{1,3}\d{1,3})(?:[\s,&]{1,2}|$)){1,12}$|^(?:ch|tac|fd tac|fire tac)\s?\d{1,3}$",
    re.IGNORECASE,
)
MAP_PAGE = re.compile(r"^\d{1,4}-?[A-Z]\d{0,2}$|^[A-Z]\d{1,3}$", re.IGNORECASE)
MOMENT = re.compile(
    r"^(?:\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\s?)?(?:\d{1,2}:\d{2}(?::\d{2})?|\d{4}\s?hrs?)?$",
    re.IGNORECASE,
)
PHONE = re.compile(r"^\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}$")
STATE_OR_ZIP = re.compile(r"^(?:TX|Texas)?\.?\s?(?:\d{5}(?:-\d{4})?)?$", re.IGNORECASE)
COUNTY = re.compile(r"^(?P<name>[A-Za-z][A-Za-z .]{2,24}?)\s(?:co|county)\.?$", re.IGNORECASE)
CITY = re.compile(
    r"^(?:city of )?[A-Za-z][A-Za-z.']{2,20}(?:\s[A-Za-z][A-Za-z.']{1,20}){0,2}(?:,?\s(?:TX|Texas)(?:\s\d{5})?)?$"
)
NO_CITY = re.compile(
    r"\b(?:fd|vfd|esd|fire|ems|dept|police|notified|enrt|unknown|none|normal|emergency|primary|active911|cad|page|alert|north|south|east|west"
    r"|line|smoke|no|gas|pole|road|street|outside|inside|house|residential|commercial|caller|yes|test|rd|hwy|highway|at|ave|dr|ln|fwy|blvd|ih|us|fm|cr|apt|subject|dispatch|station|shared|unit)\b",
    re.IGNORECASE,
)


# Who called is told in words of any kind, up to a mark that parts slots and nothing else.
HARD_CUT = re.compile(r"[;|*\t]")
MARKS = {Kind.CALL: WHOLE_CUT, Kind.CALLER: HARD_CUT}
# A number and a list of units end by themselves; what stands behind them is another slot.
SHORT_VALUES = {
    Kind.NUMBER: re.compile(r"\s{0,3}#?(?=[\w-]{0,24}\d{4})[\w-]{5,30}(?=\s)"),
    Kind.NOTHING: re.compile(
        r"\s{0,3}(?:[A-Z]{1,6}-?\d{1,4}[A-Z]?[\s,]{1,2}){1,12}(?=[A-Z]{3})"
    ),
}
ROADS = frozenset({Kind.CROSSING, Kind.STREET})
ROAD_WORD = re.compile(r"[A-Za-z]{2}|\d(?:st|nd|rd|th)\b|^[A-Za-z]\b")
TOLD = frozenset({Kind.NOTE, Kind.CALLER, Kind.NOTHING, Kind.CITY, Kind.COUNTY})


def slots_of(line: Line) -> list[Slot]:
    """Return the slots of a line in order, each with its kind, where its shape shows one."""
    text = line.text[:LINE_CHARACTERS_MAX]
    keys = list(KEY.finditer(text))
    bounds = [0, *(key.start() for key in keys), len(text)]
    found: list[Slot] = []
    for place, (start, end) in enumerate(pairwise(bounds)):
        key = keys[place - 1] if place else None
        kind = Kind[key.lastgroup] if key and key.lastgroup else None
        found += _cut(line, key.end() if key else start, end, kind)
    return found[:SLOTS_MAX]


def _cut(line: Line, start: int, end: int, kind: Kind | None) -> Iterator[Slot]:
    if kind is Kind.NOTE:
        yield from _slot(line, start, end, kind)
        return
    at, is_first = start, True
    marks = MARKS.get(kind, CUT) if kind else CUT
    for cut in [*marks.finditer(line.text, start, end), None]:
        stop = cut.start() if cut else end
        is_boxed = line.text[at - 1 : at] in ("(", "[")
        for slot in _slot(line, at, stop, kind if is_first else None, is_boxed=is_boxed):
            is_first = False
            yield slot
        at = cut.end() if cut else end


def _slot(
    line: Line, start: int, end: int, kind: Kind | None, *, is_boxed: bool = False
) -> Iterator[Slot]:
    text = line.text[start:end]
    lead = BARE_KEY.match(text) if kind is None else None
    if lead and lead.lastgroup == "CALLER" and len(text.split()) > NOTE_WORDS_MIN:
        lead = None  # `RP STATES LINE IS DOWN`: what he says, not who he is
    if lead and lead.lastgroup:
        kind, start = Kind[lead.lastgroup], start + lead.end()
    told = SHORT_VALUES[kind].match(line.text, start, end) if kind in SHORT_VALUES else None
    stop = told.end() if told else end
    yield from _made(line, start, stop, kind, is_boxed=is_boxed)
    if told:
        yield from _slot(line, stop, end, None, is_boxed=is_boxed)


def _made(
    line: Line, start: int, end: int, kind: Kind | None, *, is_boxed: bool
) -> Iterator[Slot]:
    text = line.text[start:end]
    first = start + len(text) - len(text.lstrip(" .,:-"))
    last = start + len(text.rstrip(" .,:-"))
    if first < last:
        shape = _shape(line.text[first:last])
        if kind in ROADS and not ROAD_WORD.search(line.text[first:last]):
            kind = None  # `X: -97698420`: a coordinate
        is_told = kind in TOLD or (kind is not None and shape in (None, Kind.NOTE, Kind.CALL))
        yield Slot(line, first, last, kind if is_told else shape, kind is not None, is_boxed)


def _shape(text: str) -> Kind | None:
    """Return what the shape of a slot shows it to be."""
    text = " ".join(text.split())
    for kind, fits in SHAPES:
        if fits(text):
            return kind
    return None


def _is_nothing(text: str) -> bool:
    return any(
        pattern.match(text) for pattern in (MOMENT, MAP_PAGE, PHONE, STATE_OR_ZIP, UNITS)
    )


def _is_county(text: str) -> bool:
    match = COUNTY.match(text)
    return match is not None and find_county(match["name"]) is not None


def _is_call(text: str) -> bool:
    return CALL_WORDS.search(text) is not None and len(text.split()) <= CALL_WORDS_MAX


SHAPES = (
    (Kind.ADDRESS, is_numbered),
    (Kind.CROSSING, lambda text: crossing(text) is not None),
    (Kind.STREET, lambda text: is_street(text) and find_county(text) is None),
    (Kind.POINT, lambda text: point_of(text) is not None),
    (Kind.NOTHING, _is_nothing),
    (Kind.NUMBER, lambda text: NUMBER.match(text) is not None),
    (Kind.COUNTY, _is_county),
    (Kind.CALL, _is_call),
    (Kind.NOTE, lambda text: len(text.split()) >= NOTE_WORDS_MIN),
)


def is_known_town(text: str) -> bool:
    """Return whether mail goes to a town of this name."""
    return town_key(text) in towns()


def is_city(text: str) -> bool:
    """May this be the name of a town: up to three words, none of them the dispatcher's?"""
    text = " ".join(text.split())
    return CITY.match(text) is not None and NO_CITY.search(text) is None
