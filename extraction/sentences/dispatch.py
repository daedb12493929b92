"""Dispatch: what the slots of a dispatcher's line say about the place and the danger.

An address is the slot with a house number, else a crossing; the streets behind it are the
nearest ones, the plain name behind it the town. Who called and who responds is no business of
the ticket.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from domain.texas import find_county
from extraction.candidates import Candidate
from extraction.document import Line
from extraction.sentences.calls import (
    BEHIND,
    KEYED,
    NARRATED,
    SHAPED,
    call_told,
    made,
    notes_told,
)
from extraction.sentences.slots import CALL_WORDS, Kind, Slot, is_city, is_known_town, slots_of
from extraction.values.streets import HAS_STREET, IS_ADDRESS, crossing, is_street

LINES_MAX = 60
FOOT = re.compile(r"\s{0,3}(?:-{2}|_{2,80})\s{0,3}")  # below it a mail is signed
UNKNOWN_TOWN = 0.62  # stands where a town stands, and is none that mail knows
UNLIKELY_TOWN = 0.50  # further behind, any word of the notes may stand
JUSTIFICATION = "emergency_justification"
TOWN_WORDS_MAX = 3
CITY_REACH = 3  # slots behind the address in which the town stands
COUNTY_BEHIND = re.compile(
    r"^(?P<city>[A-Za-z .]{2,40}?)??\s?(?P<county>[A-Za-z]+(?:\s[A-Za-z]+)?)\s(?:CO|County|COUNTY)\b\.?$"
)


def dispatched(lines: Sequence[Line]) -> list[Candidate]:
    """Return what the lines of a dispatch say without the help of labels."""
    stop = next((n for n, line in enumerate(lines) if FOOT.fullmatch(line.text)), LINES_MAX)
    lines = lines[: min(stop, LINES_MAX)] if stop else lines[:LINES_MAX]
    slots = [slot for line in lines if line.text.strip() for slot in slots_of(line)]
    found = [*_site(slots), *call_told(slots), *notes_told(slots)]
    if not any(candidate.field == JUSTIFICATION for candidate in found):
        rule = "narrative_of_dispatch"
        found += [
            replace(c, field=JUSTIFICATION, strength=NARRATED, rule=rule)
            for c in found
            if c.field == "type_of_work"
        ]
    return found


def _site(slots: Sequence[Slot]) -> Iterator[Candidate]:
    """Find the address and what stands behind it."""
    at = next((n for fits in SITES for n, slot in enumerate(slots) if fits(slot)), None)
    if at is None:
        return
    slot = slots[at]
    inner = IS_ADDRESS.search(slot.text)
    if slot.kind is Kind.STREET and not slot.is_keyed and not any(map(_is_utility, slots)):
        return
    end = _end_of_site(slot.text)
    if inner and inner.span() != (0, len(slot.text)):
        yield from _mixed(slot, inner)
    elif end < len(slot.text):
        yield from _with_town(slot, end)
    else:
        yield made(slot, "address", KEYED if slot.is_keyed else SHAPED)
    yield from _crossed(slot)
    yield from _behind(slots[at + 1 :])


def _end_of_site(text: str) -> int:
    """Return where the streets end that a town follows without a mark: `MAIN ST & LOOP 4 BELTON`."""
    words = list(re.finditer(r"\S+", text))
    if crossing(text) or is_street(text):
        return len(text)
    for count in range(1, min(TOWN_WORDS_MAX, len(words) - 1) + 1):
        end = words[-count - 1].end()
        if crossing(text[:end]):
            return end
    return len(text)


def _with_town(slot: Slot, end: int) -> Iterator[Candidate]:
    """Cut the town behind a crossing; a system cuts long ones short, and half a town is none."""
    yield made(
        slot, "address", KEYED if slot.is_keyed else SHAPED, (slot.start, slot.start + end)
    )
    town = slot.text[end:].strip()
    if is_known_town(town):
        yield made(slot, "city", BEHIND, (slot.end - len(town), slot.end))


def _is_utility(slot: Slot) -> bool:
    return slot.kind is Kind.CALL


def _is_mixed(slot: Slot) -> bool:
    """Return whether an address stands amid other words, with no mark between them."""
    is_told = slot.kind in (
        None,
        Kind.NOTE,
        Kind.CROSSING,
        Kind.CALL,
        Kind.ADDRESS,
        Kind.NUMBER,
    )
    return is_told and IS_ADDRESS.search(slot.text) is not None


def _has_number(slot: Slot) -> bool:
    return slot.kind is Kind.ADDRESS and IS_ADDRESS.search(slot.text) is not None


def _names_a_road(slot: Slot) -> bool:
    return (
        slot.kind is Kind.ADDRESS and slot.is_keyed and HAS_STREET.search(slot.text) is not None
    )


# Which slot is the site: a keyed name of a shop is one only if nothing else could be.
SITES: tuple[Callable[[Slot], bool], ...] = (
    _has_number,
    _names_a_road,
    _is_mixed,
    lambda slot: slot.kind is Kind.ADDRESS,
    lambda slot: slot.kind in (Kind.CROSSING, Kind.STREET),
)


def _mixed(slot: Slot, inner: re.Match[str]) -> Iterator[Candidate]:
    """Cut the address out of its slot: the call before it, town and county behind it."""
    start, stop = slot.start + inner.start(), slot.start + inner.end()
    yield made(slot, "address", SHAPED, (start, stop))
    before = slot.text[: inner.start()].rstrip(" @,-")
    if CALL_WORDS.search(before):
        first = slot.start + before.rfind(":") + 1
        yield made(slot, "type_of_work", SHAPED, (first, slot.start + len(before)))
    behind = slot.text[inner.end() :].strip(" ,-")
    at = slot.start + slot.text.rfind(behind)
    county = COUNTY_BEHIND.match(behind)
    if county and find_county(county["county"].split()[-1]):
        name = county["county"].split()[-1]
        first = at + county.start("county") + county["county"].rfind(name)
        yield made(slot, "county", SHAPED, (first, at + len(behind)))
        behind = slot.line.text[at:first].strip()
    if behind and is_city(behind):
        known = BEHIND if is_known_town(behind) else UNKNOWN_TOWN
        yield made(slot, "city", known, (at, at + len(behind)))


def _crossed(slot: Slot) -> Iterator[Candidate]:
    two = crossing(slot.text)
    if two:
        last = slot.start + slot.text.rfind(two[1])
        yield made(slot, "nearest_intersection", SHAPED - 0.04, (last, last + len(two[1])))


def _behind(slots: Sequence[Slot]) -> Iterator[Candidate]:
    """Read the town, the county and the nearest streets behind the address."""
    streets: list[Slot] = []
    found: dict[str, Candidate] = {}
    for n, slot in enumerate(slots):
        if slot.kind in (Kind.STREET, Kind.CROSSING):
            streets.append(slot)
        elif slot.kind is Kind.NOTE:
            break
        else:
            place = _town_or_county(slot, n, has_city="city" in found)
            if place is not None:
                found.setdefault(place.field, place)
    town = next((slot for slot in streets if _crossing_and_town(slot)[1]), None)
    if town is not None and "city" not in found:
        name = _crossing_and_town(town)[1]
        at = town.start + town.text.rfind(name)
        found["city"] = made(town, "city", BEHIND, (at, at + len(name)))
    yield from found.values()
    yield from _nearest(streets)


def _town_or_county(slot: Slot, n: int, *, has_city: bool) -> Candidate | None:
    if slot.kind is Kind.CITY:
        return made(slot, "city", KEYED)
    if slot.kind is Kind.COUNTY:
        return made(slot, "county", KEYED if slot.is_keyed else SHAPED)
    if slot.kind is None and has_city and find_county(slot.text):
        return made(slot, "county", BEHIND)
    if not has_city and _may_be_city(slot, n):
        known = SHAPED if n == 0 else BEHIND
        unknown = UNKNOWN_TOWN if n == 0 else UNLIKELY_TOWN
        return made(slot, "city", known if is_known_town(slot.text) else unknown)
    return None


def _may_be_city(slot: Slot, n: int) -> bool:
    is_near = n < CITY_REACH
    return (
        is_near
        and slot.kind is None
        and is_city(slot.text)
        and (not slot.is_boxed or "[" in slot.line.text)
    )


def _crossing_and_town(slot: Slot) -> tuple[tuple[str, ...], str]:
    """Return the streets of a slot, and the town that may stand behind them: `A & B PALACIOS`."""
    words = slot.text.split()
    for count in range(1, min(TOWN_WORDS_MAX, len(words) - 1) + 1):
        town, rest = " ".join(words[-count:]), " ".join(words[:-count])
        two = crossing(rest)
        if is_known_town(town) and (two or is_street(rest)):
            return (two or (rest,)), town
    return (crossing(slot.text) or (slot.text,)), ""


def _nearest(streets: Sequence[Slot]) -> Iterator[Candidate]:
    names: list[tuple[Slot, int, int]] = []
    for slot in streets:
        for name in _crossing_and_town(slot)[0]:
            first = slot.start + slot.text.find(name)
            names.append((slot, first, first + len(name)))
    for (slot, start, end), field in zip(
        names, ("nearest_intersection", "cross_street"), strict=False
    ):
        strength = KEYED if slot.is_keyed or slot.kind is Kind.CROSSING else BEHIND
        yield made(slot, field, strength, (start, end))
