"""How deep and how long, as people say it: `4 ft`, `3'6"`, `18-24 in`, `two weeks`, `half a day`.

Of two depths the deeper is meant, of two durations the longer: a notice that promises less than
is dug is no notice. Beside a measure only words are taken that keep it the greatest (`about`,
`up to`, `at the anchor`); any other word could make it mean more, and is refused with an example.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from domain.errors import RejectedError
from domain.facts import DEPTH_INCHES_MAX, DURATION_DAYS_MAX

TEXT_CHARACTERS_MAX = 300  # a longer text is a description, and no answer to this question
HOURS_WORKED_MAX = 12  # more hours than that are not worked in one day
HOURS_IN_A_DAY = 24
INCHES_IN_A_FOOT = 12

UNITS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip
TENS = {
    "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60",
    "seventy": "70", "eighty": "80", "ninety": "90",
}  # fmt: skip
NUMBER_WORDS = UNITS | TENS | {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14",
    "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
    "half": "0.5", "dozen": "12",
}  # fmt: skip
COMPOSED = re.compile(rf"\b({'|'.join(TENS)})[- ]({'|'.join(UNITS)})\b")
INCHES = {"i": 1.0, '"': 1.0, "'": 1.0, "y": 36.0, "m": 100 / 2.54, "c": 1 / 2.54}
HOURS = {"m": 1 / 60, "h": 1.0, "d": 24.0, "w": 168.0, "f": 336.0}
PLAIN = str.maketrans(
    {
        "\u2032": "'", "\u2019": "'", "\u2033": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
        "\u2010": "-", "\u2011": "-", "\u00bd": " 1/2", "\u00bc": " 1/4", "\u00be": " 3/4", "\u00a0": " ",
    }
)  # fmt: skip

N = r"(?:\d{1,5}(?:\.\d{1,6})?|\.\d{1,6})"
NUMBER = rf"(?<![\d.-])(?:(?P<low>{N})(?P<joint>\s?-\s?|\sto\s|\sor\s))?(?P<number>{N})\s?-?\s?"
INCH = r"""(?:inches|inch|in\b|''|")"""
LENGTH = re.compile(
    rf"{NUMBER}(?:(?P<feet>feet|foot|ft|f\b|'(?!'))\.?"
    rf"(?:(?:,?\s?-?\s?|\sand\s)(?P<inches>{N})\s?-?\s?{INCH}\.?|\s?(?P<bare>{N})$)?"
    rf"|(?P<unit>{INCH}|yards?|yds?|met(?:er|re)s?|m\b|cm\b)\.?)",
    re.ASCII,
)
SPAN = re.compile(
    rf"{NUMBER}(?P<unit>minutes?|mins?|hours?|hrs?|hr|h\b|days?|d\b|weeks?|wks?|wk|fortnights?"
    r"|(?P<uncounted>(?:working|business|week)[\s-]?days?|months?|years?))\b\.?",
    re.ASCII,
)
SPOKEN_UNIT = (
    r"(?:feet|foot|ft|inch(?:es)?|yards?|met(?:er|re)s?|hours?|days?|weeks?|months?|years?)"
)
AT_MOST = (
    r"(?:no|not) (?:more|deeper|greater|longer) than|not over|less than|under|up to|or less|or so"
    r"|at (?:the )?(?:most|deepest|longest|maximum)|max(?:imum)?|tops|about|around|approx(?:imately)?"
    r"|roughly|only|it'?s|it is|(?:we|it|they)(?: |')(?:will|ll)|will|(?:it )?should be|be|is|an?|of|and|or|the"
    r"|yes|ok|okay|please|thanks|thank you"
)
# What holds for one place at the site: `7 ft for the pole`, but not the 6 inches of a pipe.
AT_A_PLACE = (
    r"(?:at|for) (?:the |each |every )?(?:poles?|anchors?|trench(?:es)?|(?:bore )?(?:holes?|pits?)|bores?"
    r"|footings?|posts?|piers?|lines?|mains?|services?|vaults?|ditch(?:es)?|foundations?)"
)
BESIDE_A_DEPTH = re.compile(
    rf"(?<![\w'])(?:{AT_A_PLACE}|bore pits?|below (?:grade|ground|the surface|surface)|in depth|down to|-?deep"
    rf"|(?:the |max(?:imum)? )?depth|down|dig(?:ging)?|go(?:ing)?|we|to|{AT_MOST})(?![\w'])"
)
BESIDE_A_SPAN = re.compile(
    rf"(?<![\w'])(?:within|(?:should )?takes?|lasts?|need|for|in total|total|work|digging|job|{AT_MOST})(?![\w'])"
)
HAS_NO_BOUND = re.compile(
    r"\b(?:more|over|least|min|minimum|deeper|longer|greater|exceed\w*|excess|beyond|below|average"
    r"|starts?|from|probably|likely|plus)\b|[+><\u2265]"
)
PUNCTUATION = re.compile(r"[\s,;:.()~]*")
# `3/4` and `5/8` may be three to four and five to eight: alone only a half is taken.
HALF = frozenset({"1/2"})
PARTS_BEHIND_A_DASH = HALF | {"1/4"}  # `2-1/4` is no range, `2-3/4` could end one
PARTS_BEHIND_A_WHOLE = PARTS_BEHIND_A_DASH | {"3/4"}
PARTS_OF_AN_INCH = PARTS_BEHIND_A_WHOLE | {"1/8", "3/8", "5/8", "7/8"}
PART = r"(?P<part>\d{1,2}/\d{1,2})(?![\d/])(?P<unit>\s?-?\s?[a-z'\"]{0,2})"
WHOLE_AND_PART = re.compile(rf"(?<![\d./-])(?P<whole>\d{{1,5}})(?P<joint>-| | and ){PART}")
PART_ALONE = re.compile(rf"(?<![\d/.-]){PART}")
# `4'-8'`: what is written without a space is a range as well, unless it is feet and inches.
CLOSE_RANGE = re.compile(rf"""(?<=')-(?={N}\s?'(?!'))|(?<=")-(?={N}\s?(?:"|''))""")
HUNDREDS = re.compile(r"\b([1-9]) hundred\b(?! (?:and )?\d)")
ALL_DAY = re.compile(r"^(?:it'?ll take |takes )?(?:all|the whole) day$")
LEFT_OUT = re.compile(r"calendar[\s-]?(?=days?\b)")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is measured: how it is written, what may stand beside it, and how it is asked again."""

    field: str
    name: str
    pattern: re.Pattern[str]
    beside: re.Pattern[str]
    at_most: str
    example: str


DEPTH = _Kind(
    "depth_inches", "depth", LENGTH, BESIDE_A_DEPTH,
    "How deep at most? Answer like 4 ft or 48 in.",
    "Answer with the depth and its unit alone, like 4 ft, 3'6\" or 48 in.",
)  # fmt: skip
DURATION = _Kind(
    "duration_days", "duration", SPAN, BESIDE_A_SPAN,
    "How long at most? Answer like 3 days.",
    "Answer with the time alone, like 3 days, two weeks or half a day.",
)  # fmt: skip


def depth_said(text: str) -> dict[str, object]:
    """Return the greatest depth that a text gives: the facts to state, in whole inches.

    Raises RejectedError for a number without a unit, for a depth without a bound, and for words
    that could make it mean another.
    """
    plain = plain_numbers(text)
    found = _measures(DEPTH, plain, text, _inches)
    if any(float(one["inches"] or one["bare"] or 0) >= INCHES_IN_A_FOOT for one in found):
        raise _unread(DEPTH, text, DEPTH.example)
    inches = math.ceil(round(max(map(_inches, found)), 3))
    if not 1 <= inches <= DEPTH_INCHES_MAX:
        raise _unread(DEPTH, text, f"From 1 in to {DEPTH_INCHES_MAX // 12:,} ft can be stated.")
    is_range = len(found) > 1 or any(one["joint"] for one in found)
    # Which of them was dug where stays to be seen.
    in_words = {"depth_description": text.strip()[:100]} if is_range else {}
    return {"depth_inches": inches, **in_words}


def duration_said(text: str) -> dict[str, object]:
    """Return how long a text says that it takes: the facts to state, in whole days.

    Working days and months stay words, because how many days of the calendar they are was not
    said. Raises RejectedError for a text that gives no time, or one without a bound.
    """
    plain = ALL_DAY.sub("1 day", LEFT_OUT.sub("", plain_numbers(text)))
    if re.fullmatch(r"[0-9]{1,5}", plain):
        return {"duration_days": _days_within_bounds(int(plain), text)}
    found = _measures(DURATION, plain, text, _hours)
    in_words = {"duration_description": text.strip()[:200]}
    if any(one["uncounted"] for one in found):
        return dict(in_words)
    hours = _total_hours(plain, found, text)
    if hours > HOURS_WORKED_MAX and all(one["unit"][0] in "hm" for one in found):
        # How many hours are worked in a day was not said.
        return dict(in_words)
    days = _days_within_bounds(max(1, math.ceil(round(hours / HOURS_IN_A_DAY, 3))), text)
    is_plain = re.fullmatch(r"\d{1,5} days?\.?", plain) is not None
    return {"duration_days": days, **({} if is_plain else in_words)}


def in_digits(text: str) -> str:
    """Return a text in small letters with its numbers in digits: `two and a half` is `2.5`."""
    plain = " ".join(text[:TEXT_CHARACTERS_MAX].lower().translate(PLAIN).split())
    plain = re.sub(
        r"\ba couple(?: of)?\b|\bcouple(?: of)?\b(?= (?:hours|days|weeks|feet|inches))|\bcouple of\b",
        "2",
        plain,
    )
    plain = re.sub(r"\b(half|quarter|dozen) (?:an?|of an?)\b", r"\1", plain)
    plain = re.sub(r"\b(?:an?) (half|dozen)\b", r"\1", plain)
    plain = COMPOSED.sub(lambda found: TENS[found[1]][0] + UNITS[found[2]], plain)
    for word, digits in NUMBER_WORDS.items():
        plain = re.sub(rf"\b{word}\b", digits, plain)
    plain = re.sub(
        r"\ban? (?=hour|day|week|fortnight|month|year|foot|inch|yard|met)", "1 ", plain
    )
    plain = re.sub(r"(?<![\d.])(\d{1,5}) and 0\.5\b", r"\1.5", plain)
    # `Four feet and a half`: what is halved is the unit before it, unless another follows.
    return re.sub(
        rf"(?<![\d.])(\d{{1,5}}) ({SPOKEN_UNIT}) and 0\.5\b(?! {SPOKEN_UNIT})",
        r"\1.5 \2",
        plain,
    )


def _measures(
    kind: _Kind, plain: str, text: str, size: Callable[[re.Match[str]], float]
) -> list[re.Match[str]]:
    """Return the measures of a text. Raises RejectedError if anything else stands in it."""
    found = list(kind.pattern.finditer(plain))
    for one, other in pairwise(found):
        if plain[one.end() : other.start()].strip() in ("-", "to"):
            plain = f"{plain[: one.end()]}{' ' * (other.start() - one.end())}{plain[other.start() :]}"
            if size(other) < size(one):
                raise _unread(kind, text, "Which is meant? Name the greater one alone.")
    rest = kind.beside.sub(" ", kind.pattern.sub(" ; ", plain))
    if HAS_NO_BOUND.search(rest):
        raise _unread(kind, text, kind.at_most)
    if not found or not PUNCTUATION.fullmatch(rest):
        raise _unread(kind, text, kind.example)
    for one in found:
        is_range = one["joint"] and one["joint"].strip() != "or"
        if is_range and float(one["low"]) > float(one["number"]):
            raise _unread(kind, text, "Which is meant? Name the greater one alone.")
    return found


def _total_hours(plain: str, found: list[re.Match[str]], text: str) -> float:
    """Return the longest of several spans, or their sum where they make up one: `1 week 2 days`.

    Raises RejectedError where it could be either.
    """
    joints = {plain[one.end() : other.start()].strip(" ,.") for one, other in pairwise(found)}
    hours = [_hours(one) for one in found]
    if not joints or joints <= {"or", "to", "-"}:
        return max(hours)
    units = [HOURS[one["unit"][0]] for one in found]
    if joints <= {"", "and"} and all(one > other for one, other in pairwise(units)):
        return sum(hours)
    raise _unread(DURATION, text, "How many days in all?")


def plain_numbers(text: str) -> str:
    """Return a text in small letters, its numbers in digits, parts and ranges written one way.

    Raises RejectedError for a text that is too long to be a measure.
    """
    if len(text) > TEXT_CHARACTERS_MAX:
        raise RejectedError(
            "This is too long for a measure.",
            remedy="Answer with the number and its unit alone.",
        )
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", in_digits(text))
    plain = re.sub(r"\b(\d{1,5}) \(\1\)", r"\1", plain)  # four (4)
    plain = re.sub(rf"\b1 ({SPOKEN_UNIT}) or 2$", r"1 or 2 \1", plain)  # a day or two
    plain = CLOSE_RANGE.sub(" - ", HUNDREDS.sub(r"\g<1>00", plain))
    plain = PART_ALONE.sub(_part, WHOLE_AND_PART.sub(_mixed, plain))
    plain = re.sub(rf"\bbetween ({N}(?: ?[a-z]+)?) and (?={N})", r"\1 to ", plain)
    return re.sub(rf"\bfrom (?={N}(?: ?[a-z]+)? to {N})", "", plain)


def _mixed(found: re.Match[str]) -> str:
    unit = found["unit"].strip(" -")
    parts = PARTS_BEHIND_A_DASH if found["joint"] == "-" else PARTS_BEHIND_A_WHOLE
    if unit[:1] in ("d", "w", "h"):
        parts = HALF
    elif unit in ("in", '"', "''"):
        parts = PARTS_OF_AN_INCH
    # What is not taken for a part stays unread.
    if found["part"] not in parts:
        return found[0]
    return f"{int(found['whole']) + _size(found):.6f}{found['unit']}"


def _part(found: re.Match[str]) -> str:
    return f"{_size(found):.6f}{found['unit']}" if found["part"] in HALF else found[0]


def _size(found: re.Match[str]) -> float:
    over, under = found["part"].split("/")
    return int(over) / int(under)


def _inches(found: re.Match[str]) -> float:
    number = max(float(found["number"]), float(found["low"] or 0))
    if not found["feet"]:
        return number * INCHES["c" if found["unit"] == "cm" else found["unit"][0]]
    return number * INCHES_IN_A_FOOT + float(found["inches"] or found["bare"] or 0)


def _hours(found: re.Match[str]) -> float:
    if found["uncounted"]:
        return 0.0
    number = max(float(found["number"]), float(found["low"] or 0))
    return number * HOURS[found["unit"][0]]


def _days_within_bounds(days: int, text: str) -> int:
    if not 1 <= days <= DURATION_DAYS_MAX:
        raise _unread(DURATION, text, f"From 1 to {DURATION_DAYS_MAX:,} days can be stated.")
    return days


def _unread(kind: _Kind, text: str, remedy: str) -> RejectedError:
    return RejectedError(
        f"“{text.strip()[:80]}” cannot be read as a {kind.name}.",
        field=kind.field,
        remedy=remedy,
    )
