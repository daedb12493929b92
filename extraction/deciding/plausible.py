"""What can be checked about a value alone: whether a phone can ring, whether a county exists.

A county that Texas does not have is no fault where the document names another state.
"""

import re

from pydantic import JsonValue

from domain.places import is_town
from domain.texas import find_county
from extraction.values.phones import is_possible
from extraction.values.states import is_in_state

PHONES = frozenset({"phone", "onsite_phone", "work_for_phone"})
TEXAS = "TX"
TOWN_WORDS_MAX = 5
NO_TOWN = re.compile(
    r"[\d@:;=?]|[a-z]{3}[-_/][A-Z]|\b(?:street|st|road|rd|drive|highway|hwy|fm|ave)$",
    re.IGNORECASE,
)
MAILBOX = re.compile(r"[^\s@]{1,64}@[^\s@.]{1,63}(?:\.[^\s@.]{1,63}){1,5}")


def is_plausible(field: str, value: JsonValue, state: str | None = TEXAS) -> bool:
    """Return whether the value can be one of this field, as far as it alone can show.

    `state` is that of the site, None if nobody names it: then it most likely is Texas.
    """
    text = str(value)
    if field in PHONES:
        return is_possible(text)
    if field == "county":
        return state not in (None, TEXAS) or find_county(text) is not None
    if field == "city":
        return len(text.split()) <= TOWN_WORDS_MAX and _can_be_a_town(text)
    if field == "email":
        return MAILBOX.fullmatch(text) is not None
    if field == "gps_coordinates" and isinstance(value, dict):
        return state is None or _is_in(value, state)
    return True


def _can_be_a_town(name: str) -> bool:
    """Is this the name of a town: one that Texas has, or at least no code and no street?"""
    return NO_TOWN.search(name) is None or is_town(name)


def _is_in(point: dict[str, JsonValue], state: str) -> bool:
    degrees = point.get("latitude"), point.get("longitude")
    if not all(isinstance(one, float | int) for one in degrees):
        return False
    return is_in_state((float(str(degrees[0])), float(str(degrees[1]))), state)
