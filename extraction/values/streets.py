"""Streets as people write them in sentences and dispatchers in one line.

A grammar of shapes, not a list of names: a name with a kind of street behind it, a highway
with its number, a block, a crossing of two. What fits no shape is no street.
"""

import re

from extraction.values.addresses import DIRECTION

KIND = (
    r"(?:street|st|avenue|ave|av|road|rd|drive|dr|lane|ln|boulevard|blvd|court|ct|circle|cir|place|pl"
    r"|parkway|pkwy|pky|highway|hwy|trail|trl|tr|way|terrace|ter|loop|lp|pass|path|run|square|sq"
    r"|crossing|xing|cove|cv|bend|bnd|expressway|expy|freeway|fwy|frontage road|service road|row"
    r"|pike|plaza|plz|point|pt|ridge|rdg|hollow|holw|view|vw|spur|bluff|alley|aly|walk|trace|trce"
    r"|branch|glen|mews|oval|cutoff|bypass|causeway|turnpike|tpke|access rd|svc rd|ranch rd|creek rd)"
)
ROAD = (
    r"(?:f\.?m\.?|r\.?m\.?|rr|c\.?r\.?|s\.?h\.?|u\.?s\.?|i\.?h\.?|i|hwy|highway|loop|spur|pr|pvt rd|beltway|bus"
    r"|(?:us|state|tx|texas|interstate|county|co|old)\s(?:hwy|highway|road|rd|loop|spur)|interstate|park road"
    r"|private (?:road|rd)|farm[- ]to[- ]market(?:\s(?:road|rd))?|ranch[- ]to[- ]market(?:\s(?:road|rd))?"
    r"|(?:ranch|farm|county) (?:road|rd)|fm (?:road|rd)|cr\s?#|us highway|us hwy|avenue|ave)"
)
SIDE = r"(?:" + DIRECTION + r")"
NO_NAME = r"(?!(?:on|at|in|near|of|the|and|to|rear|from|with|for|is|by|between|btwn|cross|xst|w|has|was|hit|cut|down)\b)"
WORD = NO_NAME + r"[A-Za-z0-9][\w.'-]{0,24}"
# `Pecan Hollow Ct`: what looks like the kind of street may belong to its name.
LAST_KIND = r"(?!\s(?:st|ave|rd|dr|ln|blvd|ct|cir|pl|pkwy|hwy|trl|way|ter|loop|cv|xing|street|avenue|road|drive|lane|court|circle)\b)"
# `N Main St`, `Rohde Rd.`, `MLK Jr Blvd E`, `49th St`.
NAMED = rf"(?:{SIDE}\s)?(?:{WORD}\s){{1,4}}?{KIND}\b{LAST_KIND}(?:\.(?=\s|$|,))?(?:\s{SIDE}(?![\w'-]))?"
# `FM 1236`, `US Hwy 90 W`, `IH-35`, `County Road 17`.
NUMBERED_ROAD = (
    rf"(?:{SIDE}\s)?(?:old\s)?{ROAD}[\s-]?#?\d{{1,4}}[A-Za-z]?\b(?:\s(?:rd|road)\b)?(?:\s{SIDE}(?![\w'-]))?(?:\s(?:bus|business"
    rf"|(?:frontage|access|svc|service)(?:\s(?:rd|road))?)\b)?(?:\s{SIDE}(?![\w'-]))?"
)
LETTERED = rf"(?:{SIDE}\s)?(?:avenue|ave|street)\s[A-Z0-9]{{1,2}}\b"
STREET = rf"(?:{NUMBERED_ROAD}|{NAMED}|{LETTERED})"
HOUSE = r"\d{1,6}[A-Za-z]?(?:\s?-\s?\d{1,6}|\s?1/2)?"
BLOCK = r"\d{1,6}\s?(?:blk|block|hundred block|bk)(?:\sof)?"
UNIT = r"(?:,?\s(?:apt|ste|suite|unit|bldg|lot|spc|trlr|#)\.?\s?#?[A-Za-z0-9-]{1,8})"
NUMBERED = rf"(?:{BLOCK}|{HOUSE})\s{STREET}{UNIT}?"

IS_STREET = re.compile(STREET, re.IGNORECASE)
HAS_STREET = re.compile(rf"(?<![\w'-])(?:{STREET})", re.IGNORECASE)
IS_ADDRESS = re.compile(NUMBERED, re.IGNORECASE)
# In running text a name is written with capitals: `along Rohde Rd`, never `a gravel road`.
# What a name never begins with, and what it never holds.
NO_FIRST = r"(?!(?:TxDOT|TXDOT|State|Public|Local|Private|Access|The|This|Any|All|County|City|Texas|Utility|Line|Work|Notice)\b)"
NO_INNER = r"(?!(?:On|At|In|Of|And|From|To|Is|For|By|ON|AT|IN|OF|AND|FROM|TO|IS|FOR|BY)\b)"
NAME_WORD = NO_INNER + r"(?:[A-Z0-9][\w.'-]{0,24})"
ROAD_IN_TEXT = (
    r"(?:F\.?M\.?|R\.?M\.?|RR|C\.?R\.?|S\.?H\.?|U\.?S\.?|I\.?H\.?|I|Loop|LOOP|Spur|SPUR|PR"
    r"|(?:US|U\.S\.|State|STATE|TX|Texas|TEXAS|Interstate|INTERSTATE|County|COUNTY|Old|OLD|Ranch|RANCH|Park|Private"
    r"|Farm)\s(?:Hwy|HWY|Highway|HIGHWAY|Road|ROAD|Rd|RD|Loop|Spur)\.?|Interstate|INTERSTATE"
    r"|Hwy\.?|HWY|Highway|HIGHWAY|[Ff]arm[- ](?:to|To)[- ][Mm]arket(?:\s(?:Road|Rd))?|Ranch[- ][Tt]o[- ]Market(?:\s(?:Road|Rd))?)"
)
KIND_IN_TEXT = (
    r"(?:"
    + "|".join(
        f"{word.capitalize()}|{word.upper()}"
        for word in KIND[3:-1].split("|")
        if word not in ("view", "point", "row", "pt", "ridge", "run", "walk", "branch", "tr")
    )
    + r"|Ridge|RIDGE|Run|RUN)"
)
SIDE_IN_TEXT = r"(?:[NSEW]|[NS][EW]|North|South|East|West|NORTH|SOUTH|EAST|WEST)\b\.?"
STREET_IN_TEXT = (
    rf"(?:(?:{SIDE_IN_TEXT}\s)?{ROAD_IN_TEXT}[\s-]?\d{{1,4}}[A-Z]?\b(?:\s{SIDE_IN_TEXT}(?![\w'-]))?"
    rf"|(?:{SIDE_IN_TEXT}\s)?{NO_FIRST}(?:{NAME_WORD}\s){{1,4}}?{KIND_IN_TEXT}\b(?i:{LAST_KIND})(?:\.(?=\s[a-z(]|,))?(?:\s{SIDE_IN_TEXT}(?![\w'-]))?"
    rf"|(?:Avenue|AVENUE|Ave|AVE)\s[A-Z]\b)"
)
ADDRESS_IN_TEXT = rf"(?:\d{{1,6}}\s?(?:BLK|blk|Block|block|BLOCK)(?:\sof)?|\d{{1,6}}[A-Z]?)\s{STREET_IN_TEXT}{UNIT}?"
TWO = re.compile(
    rf"^(?P<one>{STREET})\s{{0,2}}(?:&|/|@|\band\b|\bat\b|\\)\s{{0,2}}(?P<two>{STREET})$",
    re.IGNORECASE,
)
SLOT_CHARACTERS_MAX = 90


def is_street(text: str) -> bool:
    """Is this the name of a street and nothing else?"""
    return len(text) <= SLOT_CHARACTERS_MAX and IS_STREET.fullmatch(text.strip()) is not None


def is_numbered(text: str) -> bool:
    """Is this a house number or a block with its street and nothing else?"""
    return len(text) <= SLOT_CHARACTERS_MAX and IS_ADDRESS.fullmatch(text.strip()) is not None


def crossing(text: str) -> tuple[str, str] | None:
    """Return the two streets of `Main St & Elm St`, or None."""
    match = TWO.fullmatch(text.strip()) if len(text) <= 2 * SLOT_CHARACTERS_MAX else None
    return (match["one"], match["two"]) if match else None
