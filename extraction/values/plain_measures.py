"""Plain measures: whether words name one depth or one duration, so that nobody has to be asked.

Several sizes under one label, words that deny or place (`within`, `after`, `gas main at`), and a
size far from what is usual leave a question. The words themselves are kept as they are.
"""

import re

from pydantic import JsonValue

from extraction.values.measures import (
    LENGTH,
    NOT_DEEP,
    PERIOD,
    TAKES,
    before,
    days_of,
    inches_of,
    is_placed,
    periods_in,
    plain_measure,
)

# Locates are for open digging: the deepest trench of a utility is about as deep as this.
USUAL_INCHES_MAX = 240
BY_KEY_INCHES_MAX = 180  # where only the name of a key tells the unit, which may be wrong
USUAL_DAYS_MAX = 180
ALIKE = 1.1  # `1.2 m (4 ft)` and `2 weeks (10 working days)` are the same size twice
WORKED = 7 / 5  # days of the calendar that a working day stands for
RANGE = re.compile(r"\s?(?:-|to|or|thru|through)\s?")
BETWEEN = re.compile(r"\bbetween\s$")
PLACING = re.compile(r"\b(?:not|within|after|before|from|until|beyond)\b[^.;,()]{0,20}$")
A_DAY = re.compile(r"\s?(?:(?:/|per|a|each)\s?day|daily)\b")
Found = re.Match[str]


def is_plain(field: str, raw: str, value: JsonValue, *, is_by_key: bool = False) -> bool:
    """Return whether the words leave no doubt of this depth or duration; others are always plain."""
    if field not in ("depth_inches", "duration_days") or not isinstance(value, int):
        return True
    text = plain_measure(raw)
    if field == "depth_inches":
        most = BY_KEY_INCHES_MAX if is_by_key else USUAL_INCHES_MAX
        return value <= most and _is_one_depth(text)
    return value <= USUAL_DAYS_MAX and _is_one_duration(text)


def _is_one_depth(text: str) -> bool:
    sizes = [
        (one, float(inches_of(one[0]) or 0))
        for one in LENGTH.finditer(text)
        if not NOT_DEEP.match(text[one.end() :]) and not _is_denied(text, one)
    ]
    return _is_one(text, sizes) and not any(
        PLACING.search(before(text, one)) for one, _ in sizes
    )


def _is_denied(text: str, found: Found) -> bool:
    """Say whether it is denied right before it, beside another that is not: `36 in (not 48 in)`."""
    said = before(text, found)
    return said.endswith(("not ", "instead of ", "rather than ")) and bool(
        LENGTH.search(text[: found.start()]) or PERIOD.search(text[: found.start()])
    )


def _is_one_duration(text: str) -> bool:
    periods = periods_in(text)
    if not periods:
        return True  # `same day`, `P5D`
    daily = [one for one in periods if not A_DAY.match(text[one.end() :])]
    sizes = [(one, _days(one)) for one in daily or periods]
    is_told = all(TAKES.search(before(text, one)) for one in periods)
    is_put = any(is_placed(text, one) for one in periods)
    return (is_told or not is_put) and (_is_sum(text, periods) or _is_one(text, sizes))


def _is_sum(text: str, periods: list[Found]) -> bool:
    """Say whether two periods are added up: a week and two days."""
    if len(periods) != len(("weeks", "days")):
        return False
    first, last = periods
    is_beside = text[first.end() : last.start()].strip(" ,.") in ("", "and")
    return is_beside and first["unit"].startswith(("we", "wk")) and last["unit"][0] == "d"


def _days(period: Found) -> float:
    is_worked = "day" in period["unit"] and period["unit"].startswith(("wo", "bus", "week"))
    return float(days_of(period[0]) or 0) * (WORKED if is_worked else 1.0)


def _is_one(text: str, found: list[tuple[Found, float]]) -> bool:
    """Say whether these are one size, or the two ends of one range."""
    sizes = [size for _one, size in found]
    if not sizes:
        return False
    if max(sizes) <= ALIKE * min(sizes):
        return True
    if len(found) != len(("low", "high")):
        return False
    (first, _low), (last, _high) = found
    joint = text[first.end() : last.start()]
    is_between = joint.strip() == "and" and BETWEEN.search(before(text, first)) is not None
    return is_between or RANGE.fullmatch(joint) is not None
