"""The site, as sentences tell it: an address, a road, the streets that cross, the city, the county."""

import re
from collections.abc import Iterator
from dataclasses import replace

from domain.places import is_town
from domain.texas import find_county
from extraction.hinted import hinted
from extraction.sentences.prose import is_open_question
from extraction.sentences.told import Told
from extraction.values.streets import ADDRESS_IN_TEXT, STREET_IN_TEXT

ADDRESS = 0.72
ROAD = 0.62
CITY = 0.74
COUNTY = 0.76
CROSS = 0.72
OFFICE = 0.72

PLACE = r"(?:[A-Z][A-Za-z.'-]{1,20}(?:\s[A-Z][A-Za-z.'-]{1,20}){0,2})"
ADDRESSES = re.compile(rf"(?<![\w/-])(?P<value>{ADDRESS_IN_TEXT})")
BETWEEN = hinted(
    "between ", rf"\bbetween\s(?P<one>{STREET_IN_TEXT})\s(?:and|&)\s(?P<two>{STREET_IN_TEXT})"
)
FROM_TO = hinted(
    "from ",
    rf"\bfrom\s(?P<one>{STREET_IN_TEXT})\s(?:\w+\s){{0,3}}?to\s(?P<two>{STREET_IN_TEXT})",
)
CORNER = hinted(
    "corner|intersection",
    rf"\b(?:corner|intersection)\s?,?\s?(?:of|with|:|at)\s(?:the\s)?(?P<one>{STREET_IN_TEXT})(?:\s(?:and|&|at|with|/)\s(?P<two>{STREET_IN_TEXT}))?",
)
NEAR = hinted(
    "near|off|beginning|starting|begins|starts|cross|of|closest",
    rf"\b(?:near|off(?:\sof)?|(?:beginning|starting|begins|starts)\sat|cross\sstreet(?:\sis)?|(?:[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est)(?:erly)?\s(?:(?:right-of-way\s|ROW\s|r\.o\.w\.\s)?(?:line|edge|curb|boundary|side)\s)?of|(?:[Nn]earest|[Cc]losest)\s(?:major\s)?(?:cross\s)?(?:street|intersection|corner|crossroad|road)(?:\sis)?)\s(?P<one>{STREET_IN_TEXT})",
)
# `from Elm St west 1,200 feet`, `from Oak Ln (FM 12) for 300 ft`: where the reach begins.
FROM_THERE = hinted(
    "from ",
    rf"\bfrom\s(?P<one>{STREET_IN_TEXT})\s?(?:\([^()]{{2,24}}\)\s?)?,?\s?(?:(?:going|running|heading|for|then)\s)?(?:(?:north|south|east|west)\w{{0,5}}\s|\d[\d,]{{0,6}}\s(?:feet|ft|miles?|yards)\b)",
)
# `4812 47th St, btwn Slide and Utica`: beside an address the kinds of the streets are left out.
BESIDE_ADDRESS = re.compile(
    r"\b(?i:between|btwn?|btw)\.?\s(?P<one>[A-Z][\w'.-]{1,20}(?:\s[A-Z][\w'.-]{1,20}){0,2})\s(?:and|&|/)\s(?P<two>[A-Z][\w'.-]{1,20}(?:\s[A-Z][\w'.-]{1,20}){0,2})(?=\s?[,.;)]|\s?$|\s[a-z])"
)
ALONG = re.compile(
    rf"\b(?:[Ww]iden|[Rr]ebuild|[Rr]econstruct|[Rr]esurface|[Pp]ave|[Oo]verlay|[Ii]mprove|[Mm]ill|along|on|of|under|beneath|below|over|across|parallel\sto|adjacent\sto|within\sthe\sright-of-way\sof|crossing)\s(?:the\s)?(?:(?:north|south|east|west|\w+)\s(?:side|right-of-way|row|shoulder|ROW)\sof\s)?(?P<value>{STREET_IN_TEXT})"
)
IN_CITY = hinted(
    "city|town|village",
    rf"\b(?:in|near|within|of)\s(?:or\s(?:near|around)\s)?(?:the\s)?(?:corporate\s|city\s)?(?:limits\sof\s(?:the\s)?)?(?:[Cc]ity|[Tt]own|[Vv]illage)\sof\s(?P<value>{PLACE}?)(?=\s?[,.;)]|\s(?:and|in|at|on|within|limits|along|by|for|will|to)\b|\s?$)",
)
CITY_LIMIT = hinted(
    "limit",
    rf"\b[Cc]ity\s[Ll]imits?\s(?:line\s)?of\s(?:the\s[Cc]ity\sof\s)?(?P<value>{PLACE}?)(?=\s?[,.;)]|\s(?:and|in|at|on|to|along)\b|\s?$)",
)
IN_PLACE = hinted(
    "county|tx|texas",
    rf"\b(?:in|near)\s(?P<value>{PLACE}?)\s?,\s?(?=(?:{PLACE}\sCounty\b|TX\b|Texas\b))",
)
BEHIND_ADDRESS = re.compile(
    rf"^\s?,?\s?(?:in\s|near\s)?(?:the\s[Cc]ity\sof\s)?(?P<value>{PLACE}?)(?=\s?,?\s(?:TX|Texas|TEXAS)\b|\s?,?\s\d{{5}}\b|\s?,\s{PLACE}\s(?:County|COUNTY)\b)"
)
MAYBE_TOWN = re.compile(
    rf"^\s?(?:,|(?:\s(?:here|over|out|down|up))?\s(?:in|near))\s(?P<value>{PLACE})(?=\s?[,.;)]|\s?$|\s[a-z(])"
)
BARE_TOWN = re.compile(rf"^\s(?P<value>{PLACE})(?=\.\s|[,;]|\.?\s?$)")
COUNTY_IS = re.compile(r"\b[Cc]ounty\sis\s(?P<value>[A-Z][A-Za-z]+(?:\s[A-Z][a-z]+)?)")
IN_TOWN = re.compile(
    rf"\bin\s(?P<value>{PLACE}?)(?=\s?[,.;)]|\s(?:for|to|on|from|and|between|by|near|at)\b|\s?$)"
)
STATE_ZIP = re.compile(r"^\s?,?\s(?:TX|Texas|TEXAS)\.?\s(?P<zip>\d{5})(?:-\d{4})?")
COUNTY_OF = hinted(
    "county",
    r"\b(?P<value>(?:[A-Z][A-Za-z]+\s){1,3})(?:County|COUNTY|county)\b|\bCounty\sof\s(?P<of>[A-Z][A-Za-z]+(?:\s[A-Z][a-z]+)?)",
)
OF_OFFICE = re.compile(
    r"(?:\bc/o\b[^.;]{0,40}|\b(?:engineer|attn|attention|office|offices|headquarters|mailing address|p\.?\s?o\.?|mail(?:ed)? to|yard|based|shop|bill to|remit to)\b[^.;]{0,25}|[A-Z][\w.]+\s?,?\sof)\s?$"
)
IS_COUNTY = re.compile(r"\b(?:county|parish)$", re.IGNORECASE)
AT = re.compile(r"\bat\b", re.IGNORECASE)  # `us (Acme Boring) at 12 Main St`: the site
ELSEWHERE_LOSS = 0.26
ANEW = 0.955  # goes before the address under the label that it corrects
# `dig at 12 Elm St instead of the address below`: the one below is asked about, at the most.
MENDS = 0.86  # `12 Elm, not 21`: goes before the address that it mends
NOT_NUMBER = re.compile(
    r"^,?\s(?:and\s)?(?:not|instead\sof|rather\sthan)\s\d{1,6}\b", re.IGNORECASE
)
INSTEAD = re.compile(
    r"^[^.;:\d]{0,40}\b(?:instead\sof|in\splace\sof|rather\sthan|not)\s(?:the|at\sthe|that)\s(?:[\w']+\s){0,2}"
    r"(?:address|location|site|one)\b",
    re.IGNORECASE,
)
# `that was another job, 77 Elm St`; `the crew will meet at 12 Oak St`.
ELSEWHERE = re.compile(
    r"\b(?:different|another|other|last|previous|earlier|next) (?:hole|job|site|ticket|address|time|one|house|location)\b|\b(?:meets?|meeting|park|stage|pick ?up|deliver\w*|send \w+|mail\w*)\b[^.;]{0,30}\bat\b"
    r"|\bnot (?:at )?$",
    re.IGNORECASE,
)
# `it is 410 Oak, not 401`: what mends an address often leaves out the kind of street.
MENDED = re.compile(
    r"(?:^|\b(?:is|be|it's|its|was|read|to|sorry|oops|correction|meant)[,:]?\s)(?P<value>\d{1,6}\s(?:[NSEW]\.?\s)?[A-Z][\w'.-]{1,20}(?:\s[A-Z][\w'.-]{1,20})?),?\s(?:and\s)?(?:not|instead\sof|rather\sthan)\s\d{1,6}\b"
    r"|\bnot\s\d{1,6}(?:\s[A-Z][\w'.-]{1,20}){0,2},?\s(?:but|it's|it\sis|should\sbe)\s(?P<other>\d{1,6}\s[A-Z][\w'.-]{1,20})"
)
NAME_REACH = 5  # characters between the name of a company and its own address
# `Rusk County Site Work Inc.`: the county is part of a name.
OF_A_NAME = re.compile(r"\s(?!TX\b|Texas\b|TEXAS\b)[A-Z][a-z]")
ROADS_MIN = 5
# `house is 2306 E Guy Grant`: people leave out the kind of street.
PLAIN_ADDRESS = re.compile(
    r"\b(?:house|address|addr|property|site|location|place|residence|home)(?:\s?['\u2019]s|\s(?:is|was|on\sthis(?:\sone)?\sis)|:)?(?:\sat)?\s(?P<value>\d{2,6}\s(?:[NSEW]\.?\s)?[A-Z][\w'.-]{1,20}(?:\s[A-Z][\w'.-]{1,20}){0,2})(?=\s?[,.;)]|\s(?:in|near|off|by|at|on|and|right|just)\b|\s?$)"
)


def sites_in(
    text: str, start: int, end: int, names: frozenset[int] = frozenset()
) -> Iterator[Told]:
    """Yield where a sentence says that the work is; `names` are where names of companies end."""
    sentence = text[start:end]
    if is_open_question(sentence):
        return
    numbered = list(ADDRESSES.finditer(sentence))
    for match in numbered:
        yield from _numbered(text, start, end, match, names)
    mended = MENDED.search(sentence)
    if mended and not any(
        one.start() < mended.end() and mended.start() < one.end() for one in numbered
    ):
        group = "value" if mended["value"] else "other"
        first, last = mended.span(group)
        yield Told("address", start + first, start + last, MENDS, "mended_in_a_reply")
    yield from _cross(sentence, start)
    road = None if numbered else PLAIN_ADDRESS.search(sentence) or ALONG.search(sentence)
    if road and len(road["value"]) >= ROADS_MIN:
        yield _told("address", start, road, "value", ROAD)
    small = sentence.lower()
    for pattern in (IN_CITY, IN_PLACE, CITY_LIMIT):
        city = pattern.search(sentence, small)
        if city and not IS_COUNTY.search(city["value"]):
            yield _told("city", start, city, "value", CITY)
    if numbered or road:
        yield from _in_town(sentence, start)


def _numbered(
    text: str, start: int, end: int, match: re.Match[str], names: frozenset[int]
) -> Iterator[Told]:
    sentence, at = text[start:end], start + match.start()
    if OF_OFFICE.search(sentence[: match.start()]) or any(
        0 < at - name <= NAME_REACH and not AT.search(text, name, at) for name in names
    ):
        yield from _office(sentence, match, start)
        return
    is_elsewhere = ELSEWHERE.search(sentence[: match.start()]) is not None
    behind = sentence[match.end() :]
    sure = MENDS if NOT_NUMBER.match(behind) else ADDRESS
    sure = ANEW if INSTEAD.match(behind) else sure
    rule = "mended_at_once" if sure == MENDS else "site_in_a_sentence"
    worth = sure - ELSEWHERE_LOSS * is_elsewhere
    yield replace(_told("address", start, match, "value", worth), rule=rule)
    city = BEHIND_ADDRESS.match(behind) or _town(behind)
    if city and not IS_COUNTY.search(city["value"]) and not is_elsewhere:
        yield _told("city", start + match.end(), city, "value", CITY)


def _in_town(sentence: str, start: int) -> Iterator[Told]:
    """Yield the town in which a sentence puts its road, if mail knows one of this name."""
    match = next((m for m in IN_TOWN.finditer(sentence) if is_town(m["value"])), None)
    if match:
        yield _told("city", start, match, "value", CITY - 0.04)


def _town(behind: str) -> re.Match[str] | None:
    """Return the town behind an address, where only its name can tell that it is one."""
    match = MAYBE_TOWN.match(behind) or BARE_TOWN.match(behind)
    return match if match and is_town(match["value"]) else None


def _office(sentence: str, match: re.Match[str], start: int) -> Iterator[Told]:
    yield _told("address_line_1", start, match, "value", OFFICE)
    behind = sentence[match.end() :]
    city = BEHIND_ADDRESS.match(behind)
    state = STATE_ZIP.match(behind[city.end("value") :]) if city else None
    if city and state:
        at = start + match.end() + city.start("value")
        stop = start + match.end() + city.end("value") + state.end()
        yield Told("city_state_zip", at, stop, OFFICE, "office_in_a_sentence")


def _cross(sentence: str, start: int) -> Iterator[Told]:
    small = sentence.lower()
    for pattern in (BETWEEN, FROM_TO, CORNER):
        match = pattern.search(sentence, small)
        if match:
            yield _told("nearest_intersection", start, match, "one", CROSS)
            if match["two"]:
                yield _told("cross_street", start, match, "two", CROSS)
            return
    plain = BESIDE_ADDRESS.search(sentence) if ADDRESSES.search(sentence) else None
    if plain:
        yield _told("nearest_intersection", start, plain, "one", CROSS - 0.04)
        yield _told("cross_street", start, plain, "two", CROSS - 0.04)
        return
    match = NEAR.search(sentence, small) or FROM_THERE.search(sentence, small)
    if match:
        yield _told("nearest_intersection", start, match, "one", CROSS - 0.08)


def counties_in(text: str, start: int, end: int) -> Iterator[Told]:
    """Yield the county that a sentence names, if Texas has it."""
    sentence = text[start:end]
    said = COUNTY_IS.search(sentence)
    if said and find_county(said["value"]):
        yield _told("county", start, said, "value", COUNTY)
    for match in COUNTY_OF.finditer(sentence, sentence.lower()):
        if match["of"]:
            if find_county(match["of"]):
                yield _told("county", start, match, "of", COUNTY)
            continue
        words = match["value"].split()
        for count in range(min(3, len(words)), 0, -1):
            name = " ".join(words[-count:])
            if find_county(name) and not OF_A_NAME.match(text[start + match.end() :]):
                at = start + match.start() + match["value"].rfind(name)
                yield Told("county", at, start + match.end(), COUNTY, "county_in_a_sentence")
                break


def _told(field: str, start: int, match: re.Match[str], group: str, strength: float) -> Told:
    rule = "site_in_a_sentence"
    return Told(field, start + match.start(group), start + match.end(group), strength, rule)
