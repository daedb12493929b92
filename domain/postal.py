"""A street and a city line in their parts, as formats ask for them that do not take one line."""

import re
from typing import NamedTuple

NUMBERED = re.compile(r"(?P<number>\d[\w/-]{0,19})\s+(?P<street>\S.*)")
CITY_LINE = re.compile(
    r"(?P<city>[^,]+?)[,\s]+(?P<state>[a-z]{2}|texas)\.?[,\s]+(?P<code>\d{5})(?:-\d{4})?",
    re.IGNORECASE,
)
DIRECTION = re.compile(
    r"([ns][ew]?|[ew]|(north|south)(east|west)?|east|west)\.?", re.IGNORECASE
)
STREET_TYPE = re.compile(
    r"(all?e?y|ave(nue)?|blvd|boulevard|cir(cle)?|cres(cent)?|crossing|ct|court|cv|cove|dr(ive)?"
    r"|fwy|freeway|hwy|highway|ln|lane|loop|pass|path|pike|pk(wy)?|parkway|pl|place|plz|plaza|rd"
    r"|road|run|sq(uare)?|st(reet)?|ter(race)?|trce|trace|tr(ai)?l|walk|way|xing)\.?",
    re.IGNORECASE,
)


class Street(NamedTuple):
    """An address in its parts; a part that it does not have is empty."""

    number: str = ""
    prefix: str = ""
    name: str = ""
    kind: str = ""
    suffix: str = ""


class City(NamedTuple):
    """A place with the two letters of its state and the five digits of its ZIP code."""

    name: str
    state: str
    postal_code: str


def street_of(address: str) -> Street:
    """Return the parts of the first line of an address, up to its first comma.

    What is neither number, direction nor kind of street is its name.
    """
    line = address.partition("\n")[0].partition(",")[0].strip()
    numbered = NUMBERED.fullmatch(line)
    words = (numbered["street"] if numbered else line).split()
    suffix = _last(words, DIRECTION)
    kind = _last(words, STREET_TYPE)
    # A street may be called after a direction: one word always stays the name.
    prefix = words.pop(0) if len(words) > 1 and DIRECTION.fullmatch(words[0]) else ""
    return Street(numbered["number"] if numbered else "", prefix, " ".join(words), kind, suffix)


def city_of(line: str) -> City | None:
    """Return the parts of `Austin, TX 78701`, without the four digits that may follow."""
    found = CITY_LINE.fullmatch(line.strip())
    if found is None:
        return None
    state = "TX" if found["state"].lower() == "texas" else found["state"].upper()
    return City(" ".join(found["city"].split()), state, found["code"])


def _last(words: list[str], known: re.Pattern[str]) -> str:
    """Take the last word off if it is one of these and not the only one."""
    return words.pop() if len(words) > 1 and known.fullmatch(words[-1]) else ""
