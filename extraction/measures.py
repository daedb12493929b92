"""Depths and durations: numbers with their units, the larger one of a range.

A number without a unit says nothing here: a depth of 4 may be feet or inches.
"""

import math
import re

NUMBER = r"(\d{1,4}(?:\.\d{1,2})?)"
MARKS = str.maketrans(
    {"\u2019": "'", "\u2032": "'", "\u201d": '"', "\u2033": '"', "\u2013": "-"}
)
FEET_AND_INCHES = re.compile(
    NUMBER + r"\s?(?:feet|foot|ft\.?|')\s{0,2}" + NUMBER + r"\s?(?:inch(?:es)?|in\.?|\")"
)
LENGTH = re.compile(NUMBER + r"\s?-?\s?(feet|foot|ft\b|'|inch(?:es)?|in\b|\"|yards?|yds?\b)")
INCHES = {"f": 12.0, "'": 12.0, "i": 1.0, '"': 1.0, "y": 36.0}
PERIOD = re.compile(
    NUMBER + r"\+?\s?(hours?|hrs?|days?|weeks?|wks?|months?|mos?\b|years?|yrs?)"
)
DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 30.0, "y": 365.0}
WORDS = {
    word: str(number)
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        start=1,
    )
}


def inches_of(raw: str) -> int | None:
    """Return the greatest depth that these words name, in whole inches."""
    text = _plain(raw)
    both = FEET_AND_INCHES.search(text)
    if both:
        return math.ceil(float(both.group(1)) * INCHES["f"] + float(both.group(2)))
    found = [float(number) * INCHES[unit[0]] for number, unit in LENGTH.findall(text)]
    return math.ceil(max(found)) if found else None


def days_of(raw: str) -> int | None:
    """Return the longest duration that these words name, in whole days."""
    found = [float(number) * DAYS[unit[0]] for number, unit in PERIOD.findall(_plain(raw))]
    return math.ceil(max(found)) if found else None


def _plain(raw: str) -> str:
    text = raw.lower().translate(MARKS)
    return re.sub(r"[a-z]+", lambda match: WORDS.get(match.group(), match.group()), text)
