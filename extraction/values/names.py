"""Names: of people without their titles, of companies without their codes, of towns and counties."""

import re

from domain.places import counties_of_town
from domain.texas import find_county
from extraction.values.phones import NUMBER
from extraction.values.plain import EDGE, plain_text

COUNTY_WORDS_MAX = 3  # San Augustine County is the longest kind of name
COUNTY_WORD = re.compile(r"\s+(?:county|cnty|co\.?|parish)$", re.IGNORECASE)
COUNTY_HEAD = re.compile(
    r"^(?:county of|(?:county|cnty|co)[:.]|\d{1,5}\s?[-:/]?)\s*", re.IGNORECASE
)
COUNTY_TAIL = re.compile(
    r"\s*(?:[-(,]\s*)?(?:\(?\d{1,5}\)?|(?:TX|Texas|Tex)\.?)$", re.IGNORECASE
)
BETWEEN_COUNTIES = re.compile(r"\s*[/,;&+|]\s*|\s+(?:and|or)\s+|\s+-\s+", re.IGNORECASE)
CITY_TAIL = re.compile(
    r",?\s+[A-Z]{2}\.?,?(?:\s+\d{5}(?:-\d{4})?)?$|,\s*(?:Texas|TX)\b.*$|[,\s]*\d{5}(?:-\d{4})?$"
)
CITY_HEAD = re.compile(r"^(?:city|town|village) of\s+", re.IGNORECASE)
CITY_NOTE = re.compile(
    r"\s*\((?:city|town|unincorporated|etj|rural|outside|near)[^()]{0,30}\)$", re.IGNORECASE
)
EMAIL = re.compile(r"[\w.+'-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}")
AT = re.compile(r"\s{0,2}(?:@|[\[(]\s?at\s?[\])])\s{0,2}", re.IGNORECASE)
TIME = re.compile(r"^\d{1,2}:\d{2}")

REMARK = re.compile(r"\s{0,3}\([\w .,#/-]{2,40}\)$")
ROLE = (
    r"(?:(?:site|crew|job|project|field|general|line|construction|area|district|operations|office|safety|shop|night"
    r"|assistant|asst\.?|senior|sr\.?|lead|locate|loc|dispatch|damage prevention|right[- ]of[- ]way|row|service|utility)\s){0,2}"
    r"(?:foreman|foremen|foreperson|supervisor|supv?r?|superintendent|supt|super|crew(?:\s(?:#\s?)?\w{1,10})?|lead(?:er|man)?|chief"
    r"|manager|mgr|coordinator|coord|inspector|engineer|technician|tech|lineman|operator|dispatcher|owner(?:/operator)?|planner"
    r"|designer|director|estimator|president|vice president|vp|pm|gf|secretary|agent|representative|rep|contact|caller"
    r"|administrator|admin|assistant|specialist|clerk|desk|homeowner|resident|p\.?e|rpls)"
)
TITLE = re.compile(
    rf"\s{{0,3}}[,/|-]\s{{0,3}}{ROLE}\b\.?(?:\s{{0,3}}[,/&-]\s{{0,3}}{ROLE}\b\.?)?$",
    re.IGNORECASE,
)
TITLE_BEFORE = re.compile(
    rf"^{ROLE}\.?\s{{0,3}}[:,-]\s{{0,3}}(?=[A-Z])|^(?:attn|attention|c/o)\b[.: ]{{1,4}}",
    re.IGNORECASE,
)
OF_A_PHONE = re.compile(
    r"[\s,;:/(@-]{1,5}(?:ph|phone|cell|cellular|tel|telephone|mobile|mob|office|direct|work|home|c|p|o|e-?mail)\s?[.:#]{0,2}$",
    re.IGNORECASE,
)
# `V-3391 ACME`, `100234 - ACME`: the number of a vendor; `84 Lumber` and `3M` are names.
CODE_BEFORE = re.compile(
    r"^(?:[A-Z]{1,4}-?\d{3,10}|\d{5,10}|0\d{2,9}|\[\w{2,12}\]|#\s?\d{1,10}|\d{2,10}(?=\s?[-:|/]\s))\s?[-:|/]?\s{1,3}(?=[A-Za-z]{2})"
)
CODE_BEHIND = re.compile(r"\s{0,3}[(\[](?=[^()\[\]]{0,20}\d)[\w #-]{2,20}[)\]]$|\s-\s\d{4,10}$")


def name_text(raw: str) -> str | None:
    """Return a name of a person or company; a number or a date is none."""
    text = plain_text(raw)
    if text is None or not re.search(r"[A-Za-z]", text) or TIME.match(text) or "@" in text:
        return None
    return text


# `V00000918226`: of a list of vendors, and no name.
CODE_ALONE = re.compile(r"(?:[A-Z]{1,5}[-_ ]?)?\d{4,14}(?:-\d{1,6})?")


def company(raw: str) -> str | None:
    """Return a company without the code that a list of vendors puts before or behind it."""
    text = name_text(raw)
    if text is None or CODE_ALONE.fullmatch(text):
        return None
    return CODE_BEHIND.sub("", CODE_BEFORE.sub("", text)).strip(EDGE) or text


def person(raw: str) -> str | None:
    """Return the name of a person without title, crew and number, before it or behind."""
    number = NUMBER.search(raw)
    text = name_text(raw[: number.start()] if number and number.start() else raw)
    if text is None:
        return None
    bare = OF_A_PHONE.sub("", text.rstrip(" (,;:-")) if number else text
    named = TITLE_BEFORE.sub("", bare)
    name = TITLE.sub("", REMARK.sub("", named)).strip(EDGE + " -(")
    return name or text


def city(raw: str) -> str | None:
    """Return a city without its state, zip and county."""
    text = name_text(raw)
    if text is None:
        return None
    name = CITY_NOTE.sub("", CITY_HEAD.sub("", CITY_TAIL.sub("", text)))
    return _before_county(name.strip(EDGE + ".")) or None


def _before_county(text: str) -> str:
    """Return the town of `Odessa / Ector`, if it lies in the county that is named with it."""
    parts = re.split(r"\s*[/,(]\s*", text.rstrip(")"))
    if len(parts) == 1:
        return text
    second = find_county(parts[1])
    named_so = re.search(r"\b(?:county|co\.?)$", parts[1], re.IGNORECASE)
    is_its_county = second is not None and second.name in counties_of_town(parts[0])
    return parts[0] if is_its_county or (second and named_so) else text


def county(raw: str) -> str | None:
    """Return a county without the word; one of Texas in its official spelling.

    What is glued to the name of a county of Texas is cut; several counties stay as written.
    """
    text = plain_text(raw)
    if text is None or not re.search(r"[A-Za-z]{3}", text):
        return None
    text = COUNTY_HEAD.sub("", text) or text
    parts = [part for part in BETWEEN_COUNTIES.split(text) if part]
    several = {found.name for part in parts if (found := find_county(_bare(part)))}
    if len(several) > 1:
        return text
    name = _bare(re.split(r",", text)[0].strip())
    known = find_county(name) or find_county(_known_head(text))
    return known.name if known else _county_behind_city(parts) or name


def _bare(text: str) -> str:
    return COUNTY_WORD.sub("", COUNTY_TAIL.sub("", COUNTY_WORD.sub("", text))).strip(EDGE)


def _known_head(text: str) -> str:
    """Return the longest county that the first words name, if what follows is a label or a code."""
    words = text.split()
    for count in range(min(COUNTY_WORDS_MAX, len(words) - 1), 0, -1):
        head = " ".join(words[:count])
        if find_county(head) and GLUED.match(" ".join(words[count:])):
            return head
    return ""


# What stands behind a county in the same field: `POLK Geo`, `BOSQUE DIST 04`, `Hays (TX)`.
GLUED = re.compile(
    r"\W{0,3}(?:county|cnty|co\b|geo|dist(?:rict)?|precinct|pct|map|grid|zone|area|region|city|town|place|state|tx|texas"
    r"|zip|sec(?:tion)?|twp|key|page|lat|long?|fips|code|st\b|no\b|unit|office|\d)",
    re.IGNORECASE,
)


def _county_behind_city(parts: list[str]) -> str | None:
    """Return the county of `Odessa / Ector`, if the town lies in it."""
    if len(parts) < len(("town", "county")):
        return None
    found = find_county(_bare(parts[1]))
    return found.name if found and found.name in counties_of_town(parts[0]) else None


def email(raw: str) -> str | None:
    """Return the first e-mail address, also one that is written with blanks round its sign."""
    match = EMAIL.search(raw) or EMAIL.search(AT.sub("@", raw))
    return match.group().strip(".'-") if match else None
