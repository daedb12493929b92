"""Which of several sites a person means: by its number, by a part of its name, or by an address.

A ticket takes one location, so `both` names none. What is neither a choice nor an address is
refused with an example; nothing is taken for an address because it is there.
"""

import re
from collections.abc import Sequence

from domain.errors import RejectedError
from domain.spoken_places import ADDRESS, NUMBERED, location_said
from domain.spoken_words import ORDINALS, plain_words

SHOWN_CHARACTERS_MAX = 80
TEXT_CHARACTERS_MAX = 2_000
PART_CHARACTERS_MIN = 3  # fewer letters are no name: `st`, `tx`, `N`

SITE = r"(?:sites?|locations?|address(?:es)?|places?|jobs?|poles?|stops?|ones?|option|number|no\.?)"
ONE_OF_THEM = re.compile(
    rf"(?:the )?(?:(?P<word>{'|'.join(ORDINALS)})(?: {SITE})?|{SITE}?\s?#?\s?(?P<number>\d{{1,2}}))\)?"
)
SEVERAL = re.compile(
    rf"(?:both|all|every|each|either|any)\b(?: (?:of|the|them|these|those|two|three|four|five|\d{{1,2}}|{SITE}))*"
)
BETWEEN = re.compile(r"\s*(?:,|&|\+|/|\band\b|\bor\b)\s*")
LEADS_TO_A_SITE = re.compile(
    r"^(?:(?:yes|ok|okay),?\s+)?(?:(?:it'?s|it is|that'?s|use|take|make it|go with|choose|pick|for)\s+)?"
    r"(?:the (?:one|site|location) (?:at|on|in)\s+|(?:at|on)\s+|this (?:ticket|one) is for\s+)?"
)
TRAILS = re.compile(r"(?:,?\s(?:please|thanks|thank you|is (?:it|right|the one))|[.!])+$")
# Beside a road these do not name it: `the street`, `which road`.
NO_NAMES = (
    r"the|an?|this|that|these|those|same|other|another|whole|entire|first|second|third|which|what|any|every|each|either"
    r"|neither|both|all|no|not|my|our|your|their|its|one|of|on|in|at|and|or|right|wrong|street"
)
ROADS = (
    r"st|street|ave|avenue|ln|lane|rd|road|blvd|boulevard|dr|drive|pkwy|parkway|hwy|highway|trail|trl"
    r"|freeway|fwy|expressway"
)
ROAD = re.compile(
    rf"\b(?!(?:{NO_NAMES})\b)[^\W_][\w'.-]*\s(?:{ROADS})\b|\b{NUMBERED}\b", re.IGNORECASE
)
NUMBERED_HOUSE = re.compile(
    rf"^\d{{1,6}}[a-z]?\s(?!(?:{SITE}|{NO_NAMES}|is|are|them|please)\b)[^\W\d_]{{2}}",
    re.IGNORECASE,
)
# Words of an address that many sites have in common.
COMMON = frozenset({*ROADS.split("|"), "texas", "county", "the", "and", "site", "pole"})
EXAMPLE = (
    "Answer with one address alone, like 410 Bluebonnet Ln, or with its number in the list."
)
ONE_TICKET = "One ticket takes one location; a second needs a ticket of its own."


def site_chosen(text: str, values: Sequence[str]) -> str | None:
    """Return the one of these locations that a person names; None if he names none of them.

    Raises RejectedError for several of them, and for a number that could be a house.
    """
    said = _plain(text)
    if SEVERAL.fullmatch(said) or _names_several(said, values):
        raise _unclear(text, values, f"{ONE_TICKET} Which one is this ticket for?")
    by_number, by_name = _by_number(said, values), _by_name(said, values)
    if by_number and by_name and by_number != by_name:
        raise _unclear(text, values, EXAMPLE)
    return by_number or by_name


def address_of_site(text: str, values: Sequence[str]) -> dict[str, object]:
    """Return the address or the point that a text gives for the one site that is meant.

    Raises RejectedError for what has neither a house number, a road nor coordinates.
    """
    if not any(map(str.isdigit, text)) and not ROAD.search(_plain(text)):
        raise _unclear(text, values, EXAMPLE)
    told = location_said(plain_words("address", text))
    address = str(told.get("address", ""))
    said = _plain(address)
    if not address or ROAD.search(said) or NUMBERED_HOUSE.match(said):
        return told
    raise _unclear(text, values, EXAMPLE)


def _plain(text: str) -> str:
    said = " ".join(text[:TEXT_CHARACTERS_MAX].lower().replace("\u2019", "'").split())
    return LEADS_TO_A_SITE.sub("", TRAILS.sub("", said)).strip()


def _names_several(said: str, values: Sequence[str]) -> bool:
    """Are two of the locations named, two numbers of the list, or two whole addresses?"""
    if sum(f" {_words(value)} " in f" {_words(said)} " for value in values) > 1:
        # One that is a part of another, `Pole 4` and `Pole 4 East`, is not named by that.
        return len([one for one in values if _words(one) == _words(said)]) != 1
    parts = BETWEEN.split(said)
    chosen = {_by_number(part, values) or _by_name(part, values) for part in parts}
    houses = sum(one[0][0].isdigit() for one in ADDRESS.finditer(said))
    return (len(parts) > 1 and len(chosen - {None}) > 1) or houses > 1


def _by_number(said: str, values: Sequence[str]) -> str | None:
    found = ONE_OF_THEM.fullmatch(said)
    if found is None:
        return None
    number = ORDINALS[found["word"]] if found["word"] else int(found["number"])
    return values[number - 1] if 1 <= number <= len(values) else None


def _by_name(said: str, values: Sequence[str]) -> str | None:
    """Return the only location of which these words are a part."""
    part = re.sub(rf"^the | {SITE}$", "", said)
    words = _words(part)
    tells = any(
        word.isdigit() or (len(word) >= PART_CHARACTERS_MIN and word not in COMMON)
        for word in words.split()
    )
    if not tells:
        return None
    exact = [value for value in values if _words(value) == words]
    within = exact or [value for value in values if f" {words} " in f" {_words(value)} "]
    return within[0] if len(within) == 1 else None


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _unclear(text: str, values: Sequence[str], remedy: str) -> RejectedError:
    return RejectedError(
        f"“{text.strip()[:SHOWN_CHARACTERS_MAX]}” does not name one location.",
        field="address",
        remedy=remedy,
        suggested_values=values,
    )
