"""Depths and durations as documents write them: numbers with their units, the larger of a range.

Numbers in words, parts and ranges are read as `domain.spoken_sizes` reads them. Where that is
strict, because a person can be asked again, a document is taken for what it most likely says:
of several measures that which is called deep, else the greatest. A number without a unit says
nothing: a depth of 4 may be feet or inches. What is denied (`not 48 in`), an exception, the depth
of another line and the time until a start are not what is asked for.
"""

import math
import re

from domain.facts import DEPTH_INCHES_MAX, DURATION_DAYS_MAX
from domain.spoken_sizes import (
    HOURS_IN_A_DAY,
    HOURS_WORKED_MAX,
    INCHES_IN_A_FOOT,
    TEXT_CHARACTERS_MAX,
    plain_numbers,
)

N = r"(?:\d{1,5}(?:\.\d{1,16})?|\.\d{1,6})"
RANGE = rf"(?<![\d.$/-])(?:(?P<low>{N})\s?\+?(?P<joint>-|\sto\s|\sor\s|\s-\s|/)\s?)?(?P<number>{N})\+?\s{{0,3}}-?\s?"
LEFT_OVER = r"(?<!\d)(?:\d|1[01])(?:\.\d{1,16})?(?![\d.])"  # twelve inches are a measure anew
INCH = r"""(?:inches|inch|inchs|ins\b|in\b|''|")"""
LENGTH = re.compile(
    rf"{RANGE}(?:(?P<feet>feet|foot|fot\b|fts?\b|us-ft\b|lf\b|f\b|'(?!'))\.?"
    rf"(?:(?:,?\s{{0,3}}-?\s?|\sand\s|\s&\s)(?P<inches>{LEFT_OVER})\s?-?\s?{INCH}\.?|\s?(?P<bare>{N})$)?"
    rf"|(?P<unit>{INCH}|yards?|yds?\b|millimet(?:er|re)s?|mm\b|centimet(?:er|re)s?|cms?\b|met(?:er|re)s?|m\b)\.?)"
)
INCHES = {"y": 36.0, "mm": 1 / 25.4, "mi": 1 / 25.4, "c": 1 / 2.54, "m": 100 / 2.54}
DEEP_BEHIND = re.compile(
    r"[\s,-]{0,3}(?:in\s)?(?:deep|depth|down|d\b|below|bgs?\b|of cover|cover|bury|burial|b/g|under)"
)
DEEP_BEFORE = re.compile(
    r"(?:\bdepths?(?: is| of|:| \(?max(?:imum)?\)?)?|\bdeep(?:est)?:?|\bdown to|\bcover(?: of|:)?)\W{0,3}(?:about |approx\.? |up to |max\.? |min\.? |of |~)?$"
)
NOT_DEEP = re.compile(
    r"[\s,-]{0,3}(?:in\s)?(?:long|length|wide|width|w\b|l\b"
    r"|of (?:\d{1,3}(?:[.-]\d{1,2}|[ -]\d/\d)?[\s-]?(?:inch(?:es)?\b|in\b\.?|\"|mm\b)?\s?)?(?:\w{1,12}\s)?(?:main|service|conduit|pipe|line|cable|fiber|trench|duct)"
    r"|radius|dia(?:meter)?\b|round|square|x\b|by\b|from|away|[nsew]\b|north|south|east|west"
    r"|(?:steel|pe|pvc|hdpe|poly|copper|di|ci|gas|water|sewer|main|pipe|conduit|line)\b)"
)
# What stands before a measure that is not meant, or that belongs to something else.
DENIED = re.compile(r"\b(?:not|instead of|rather than|in place of)\s{1,3}$")
ELSEWHERE = re.compile(
    r"\b(?:mains?|lines?|pipes?|cables?|services?|ducts?|conduits?|sewers?|facilit(?:y|ies)|utilit(?:y|ies)|existing)\b"
    r"[^.;,()]{0,12}\b(?:at|is|are|lies|runs|sits)\s(?:about |approx\.? )?$"
)
EXCEPTION = re.compile(
    r"\b(?:except|unless|other than|but (?:at|under|below|where|for|when))\b", re.IGNORECASE
)
TAKES = re.compile(
    r"\b(?:tak(?:es?|ing)|last(?:s|ing)?|for|duration(?: of| is|:)?|requires?|needs?)\s"
    r"(?:about |approx\.? |approximately |up to |~|an? )?$"
)
PLACED = re.compile(
    r"\b(?:in|within|after|before|until|by|from|every|start\w*|begin\w*)\s"
    r"(?:the (?:next|first) )?(?:about |approx\.? |~)?$"
)
PLACED_BEHIND = re.compile(
    r"\W{0,2}\s?(?:after|before|from|prior|notice|ahead|in advance|later|following|of (?:the )?(?:notice|permit|approval))\b"
)
BEFORE_CHARACTERS = 60
PERIOD = re.compile(
    rf"{RANGE}\s{{0,2}}(?P<unit>(?:working|work|business|week|calendar|consecutive)[\s-]?days?\b|minutes?\b|mins?\b"
    r"|hours?\b|hrs?\b|hur\b|h\b|days?|dys?\b|d\b|weeks?|wks?\b|w\b|fortnights?|months?|mon\b|mos?\b|years?|yrs?\b)"
)
HOURS = {"h": 1.0, "d": 24.0, "f": 336.0, "y": 8760.0}
MINUTE, WEEK, MONTH = 1 / 60, 168.0, 720.0
CODED = re.compile(
    r"\bP(?:T(?P<hours>\d{1,3})H|(?P<number>\d{1,3})(?P<unit>[DWM]))", re.IGNORECASE
)
CODED_DAYS = {"D": 1, "W": 7, "M": 30}
PARTS = 2
ONE_DAY = re.compile(r"\b(?:same|all|whole|a|one|single) day\b|\bovernight\b|\bdaily\b")
OTHER_MARKS = str.maketrans(
    {"\u2018": "'", "\u201c": '"', "\u00b4": "'", "`": "'", "\u2012": "-"}
)


# `ft 6 in`: how many feet was not read, and six inches are not the depth.
NUMBER_LOST = re.compile(r"\W{0,2}(?:ft|feet|foot)\.?\s?\d", re.IGNORECASE)


def inches_of(raw: str) -> int | None:
    """Return the depth that these words name, the greatest of several, in whole inches."""
    text = plain_measure(raw)
    if NUMBER_LOST.match(text):
        return None
    found = [(one, _inches(one)) for one in _kept(without_exception(text), LENGTH)]
    found = found or [(one, _inches(one)) for one in _kept(text, LENGTH)]
    deep = [size for one, size in found if _is_deep(text, one)]
    plain = [(one, size) for one, size in found if not NOT_DEEP.match(text[one.end() :])]
    own = [size for one, size in plain if not ELSEWHERE.search(before(text, one))]
    sizes = deep or own or [size for _one, size in plain or found]
    inches = math.ceil(round(max(sizes), 3)) if sizes else 0
    return inches if 1 <= inches <= DEPTH_INCHES_MAX else None


def days_of(raw: str) -> int | None:
    """Return the longest duration that these words name, in whole days.

    More hours than are worked in one day are no number of days, unless they are whole days.
    """
    coded = CODED.search(raw)
    if coded:
        if coded["hours"]:
            return _days([float(coded["hours"])], is_hours=True)
        days = float(coded["number"]) * CODED_DAYS[coded["unit"].upper()]
        return _days([HOURS_IN_A_DAY * days], is_hours=False)
    text = plain_measure(raw)
    spans = periods_in(text)
    if not spans:
        return 1 if ONE_DAY.search(text) else None
    is_hours = all(one["unit"][0] == "h" or one["unit"].startswith("min") for one in spans)
    hours = [_hours(one) for one in spans]
    units = [one["unit"].startswith(("we", "wk")) for one in spans]
    between = text[spans[0].end() : spans[-1].start()].strip(" ,.")
    if len(spans) == PARTS and between in ("", "and") and units[0] > units[1] and not is_hours:
        hours = [sum(hours)]  # a week and two days
    return _days(hours, is_hours=is_hours)


def periods_in(text: str) -> list[re.Match[str]]:
    """Return the periods that may be how long the work takes: not those until it starts."""
    spans = _kept(text, PERIOD)
    takes = [one for one in spans if TAKES.search(before(text, one))]
    return takes or [one for one in spans if not is_placed(text, one)] or spans


def is_placed(text: str, period: re.Match[str]) -> bool:
    """Say whether this period tells when something is: `within 90 days`, `30 days after`."""
    is_before = PLACED.search(before(text, period)) is not None
    return is_before or PLACED_BEHIND.match(text[period.end() :]) is not None


def before(text: str, found: re.Match[str]) -> str:
    """Return the words right before a measure."""
    return text[max(0, found.start() - BEFORE_CHARACTERS) : found.start()]


def without_exception(text: str) -> str:
    """Return the text up to an exception: `24 in deep, except where 60 in deep`."""
    exception = EXCEPTION.search(text)
    return text[: exception.start()] if exception else text


def _kept(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Return the measures that are not denied."""
    return [one for one in pattern.finditer(text) if not DENIED.search(before(text, one))]


def _days(hours: list[float], *, is_hours: bool) -> int | None:
    most = max(hours)
    if is_hours and most > HOURS_WORKED_MAX and most % HOURS_IN_A_DAY:
        return None
    days = max(1, math.ceil(round(most / HOURS_IN_A_DAY, 3))) if most > 0 else 0
    return days if 1 <= days <= DURATION_DAYS_MAX else None


def plain_measure(raw: str) -> str:
    """Return the words with every number in figures and every mark in its plain form."""
    return plain_numbers(raw.translate(OTHER_MARKS)[:TEXT_CHARACTERS_MAX])


def _is_deep(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - 40) : found.start()]
    is_called = DEEP_BEHIND.match(text[found.end() :]) or DEEP_BEFORE.search(before)
    return is_called is not None


def _inches(found: re.Match[str]) -> float:
    number = max(float(found["number"]), float(found["low"] or 0))
    if found["feet"]:
        return number * INCHES_IN_A_FOOT + float(found["inches"] or found["bare"] or 0)
    unit = found["unit"]
    return number * next((INCHES[one] for one in INCHES if unit.startswith(one)), 1.0)


def _hours(found: re.Match[str]) -> float:
    number = max(float(found["number"]), float(found["low"] or 0))
    unit = found["unit"]
    if unit.startswith(("min", "mo")):
        return number * (MINUTE if unit.startswith("min") else MONTH)
    if unit.startswith("w"):
        return number * (HOURS_IN_A_DAY if "day" in unit or unit.startswith("wo") else WEEK)
    return number * (HOURS_IN_A_DAY if "day" in unit else HOURS[unit[0]])
