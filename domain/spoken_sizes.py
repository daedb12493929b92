"""How deep and how long, as people say it: `4 ft`, `3'6"`, `18-24 in`, `two weeks`, `half a day`.

Of two depths the deeper is meant, of two durations the longer: a notice that promises less than
is dug is no notice. What cannot be read, or has no bound, is refused and never guessed.
"""

import math
import re

from domain.errors import RejectedError
from domain.facts import DEPTH_INCHES_MAX, DURATION_DAYS_MAX

TEXT_CHARACTERS_MAX = 300  # a longer text is a description, and no answer to this question
HOURS_WORKED_MAX = 12  # more hours than that are not worked in one day
HOURS_IN_A_DAY = 24

NUMBER_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "fourteen": "14",
    "fifteen": "15", "eighteen": "18", "twenty": "20", "thirty": "30", "forty": "40",
    "sixty": "60", "ninety": "90", "half": "0.5", "dozen": "12",
}  # fmt: skip
INCHES = {"f": 12.0, "'": 12.0, "i": 1.0, '"': 1.0, "y": 36.0, "m": 100 / 2.54, "c": 1 / 2.54}
PLAIN = str.maketrans(
    {
        "\u2032": "'", "\u2019": "'", "\u2033": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
        "\u00bd": " 1/2", "\u00bc": " 1/4", "\u00be": " 3/4", "\u00a0": " ",
    }
)  # fmt: skip

N = r"\d{1,5}(?:\.\d{1,3})?"
LENGTH = re.compile(
    rf"(?<![\d.-])(?:(?P<low>{N})(?P<joint>\s?-\s?|\sto\s|\sor\s))?(?P<number>{N})\s?-?\s?"
    r"""(?P<unit>feet|foot|ft|f\b|'(?!')|inches|inch|in\b|''|"|yards?|yds?|met(?:er|re)s?|m\b|cm\b)\.?"""
    rf"""(?:\s?(?:and\s)?(?P<inches>{N})\s?(?:inches|inch|in\b|''|"|(?=$)))?"""
)
SPAN = re.compile(
    rf"(?<![\d.-])(?:(?P<low>{N})(?P<joint>\s?-\s?|\sto\s|\sor\s))?(?P<number>{N})\s?-?\s?"
    r"(?P<unit>minutes?|mins?|hours?|hrs?|hr|h\b|days?|d\b|weeks?|wks?|wk)\b\.?"
)
UNBOUNDED = re.compile(
    r"(?<!no )(?<!not )\b(?:more than|over|at least|minimum|min\b|deeper than|longer than)"
    r"|\b(?:or (?:more|deeper|longer)|and up)\b|\d\s?\+|\bplus\b"
)
LEFT_OUT = re.compile(r"(?:working|business|week|calendar)[\s-]?(?=days?\b)")
NOT_COUNTED = re.compile(r"\b(?:(?:working|business|week)[\s-]?days?|months?|years?)\b")


def depth_said(text: str) -> dict[str, object]:
    """Return the greatest depth that a text gives: the facts to state, in whole inches.

    Raises RejectedError for a number without a unit, and for a depth without a bound.
    """
    plain = _plain(text)
    found = list(LENGTH.finditer(plain))
    if UNBOUNDED.search(plain):
        raise _unread("depth_inches", text, "How deep at most? Answer like 4 ft or 48 in.")
    if not found or re.search(r"\d", LENGTH.sub(" ", plain)):
        raise _unread("depth_inches", text, "Answer with one unit, like 4 ft, 3'6\" or 48 in.")
    inches = math.ceil(round(max(map(_inches, found)), 3))
    if inches > DEPTH_INCHES_MAX:
        raise _unread("depth_inches", text, f"At most {DEPTH_INCHES_MAX // 12:,} ft is taken.")
    is_range = len(found) > 1 or any(one["joint"] for one in found)
    # Which of them was dug where stays to be seen.
    in_words = {"depth_description": text.strip()[:100]} if is_range else {}
    return {"depth_inches": inches, **in_words}


def duration_said(text: str) -> dict[str, object]:
    """Return how long a text says that it takes: the facts to state, in whole days.

    Working days and months stay words, because how many days of the calendar they are was not
    said. Raises RejectedError for a text that gives no time, or one without a bound.
    """
    plain = _plain(text)
    if re.fullmatch(r"\d{1,5}", plain):
        return {"duration_days": _days_within_bounds(int(plain), text)}
    if UNBOUNDED.search(plain):
        raise _unread("duration_days", text, "How long at most? Answer like 3 days.")
    if NOT_COUNTED.search(plain) and re.search(r"\d", plain):
        return {"duration_description": text.strip()[:200]}
    plain = LEFT_OUT.sub("", plain)
    found = list(SPAN.finditer(plain))
    if not found or re.search(r"\d", SPAN.sub(" ", plain)):
        raise _unread("duration_days", text, "Answer like 3 days, two weeks or half a day.")
    hours = [_hours(one) for one in found]
    units = {one["unit"][0] for one in found}
    total = sum(hours) if len(units) == len(found) else max(hours)
    if total > HOURS_WORKED_MAX and units <= {"h", "m"}:
        # How many hours are worked in a day was not said.
        return {"duration_description": text.strip()[:200]}
    days = _days_within_bounds(max(1, math.ceil(round(total / HOURS_IN_A_DAY, 3))), text)
    is_plain = re.fullmatch(r"\d{1,5} days?", plain) is not None
    in_words = {} if is_plain else {"duration_description": text.strip()[:200]}
    return {"duration_days": days, **in_words}


def in_digits(text: str) -> str:
    """Return a text in small letters with its numbers in digits: `two and a half` is `2.5`."""
    plain = " ".join(text[:TEXT_CHARACTERS_MAX].lower().translate(PLAIN).split())
    plain = re.sub(r"\ba couple(?: of)?\b|\bcouple of\b", "2", plain)
    plain = re.sub(r"\b(half|quarter|dozen) (?:an?|of an?)\b", r"\1", plain)
    plain = re.sub(r"\b(?:an?) (half|dozen)\b", r"\1", plain)
    for word, digits in NUMBER_WORDS.items():
        plain = re.sub(rf"\b{word}\b", digits, plain)
    plain = re.sub(r"\ban? (?=hour|day|week|month|year|foot|yard|met)", "1 ", plain)
    return re.sub(r"\b(\d{1,5}) and 0\.5\b", r"\1.5", plain)


def _plain(text: str) -> str:
    if len(text) > TEXT_CHARACTERS_MAX:
        raise RejectedError(
            "This is too long for a measure.",
            remedy="Answer with the number and its unit alone.",
        )
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", in_digits(text))
    plain = re.sub(r"\b(\d{1,5}) (\d)/(\d)\b", _with_fraction, plain)
    return re.sub(r"(?<![\d/.])(\d)/(\d)(?![\d/])", _fraction, plain)


def _with_fraction(found: re.Match[str]) -> str:
    return f"{int(found[1]) + float(_fraction_of(found[2], found[3])):g}"


def _fraction(found: re.Match[str]) -> str:
    return _fraction_of(found[1], found[2])


def _fraction_of(over: str, under: str) -> str:
    return f"{int(over) / int(under):.3g}" if int(under) else f"{over}/{under}"


def _inches(found: re.Match[str]) -> float:
    unit = "c" if found["unit"] == "cm" else '"' if found["unit"] == "''" else found["unit"][0]
    number = max(float(found["number"]), float(found["low"] or 0))
    return number * INCHES[unit] + float(found["inches"] or 0)


def _hours(found: re.Match[str]) -> float:
    number = max(float(found["number"]), float(found["low"] or 0))
    return number * {"m": 1 / 60, "h": 1.0, "d": 24.0, "w": 168.0}[found["unit"][0]]


def _days_within_bounds(days: int, text: str) -> int:
    if not 1 <= days <= DURATION_DAYS_MAX:
        raise _unread(
            "duration_days", text, f"From 1 to {DURATION_DAYS_MAX:,} days can be stated."
        )
    return days


def _unread(field: str, text: str, remedy: str) -> RejectedError:
    what = "depth" if field == "depth_inches" else "duration"
    return RejectedError(
        f"“{text.strip()[:80]}” cannot be read as a {what}.", field=field, remedy=remedy
    )
