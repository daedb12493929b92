"""Composing: values that stand in pieces, put together from the pairs of one block.

City, state and zip; house number and street; latitude and longitude; lot and block; a number
and its extension. A composed value carries the span of every piece and names its rule.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

from domain.extraction import Finding
from extraction.candidates import Candidate
from extraction.finding.pieces import COMPOSED_LOSS, OFFICE, SITES, Spoken, beside, made
from extraction.finding.street_pieces import offices, streets
from extraction.pairs import Pair
from extraction.roles import SILENT_ROLES, Role
from extraction.values.addresses import (
    city_state_zip,
    county_in,
    place_of,
    split_address,
    state_code,
)
from extraction.values.measures import EXCEPTION
from extraction.values.normalise import normalise, plain_text
from extraction.values.phones import phone_extension_of

LOT_WORD = re.compile(r"^\s{0,9}lots?\b[.# ]{0,3}", re.IGNORECASE)
BLOCK_WORD = re.compile(r"^\s{0,9}(?:block|blk)\b[.# ]{0,3}", re.IGNORECASE)
MEASURED = {"depth_description": "depth_inches", "duration_description": "duration_days"}
EXCEPTED_LOSS = 0.20
COUNTY_REACH = 2  # pairs between a city and the county that it is named with
BESIDE_COUNTY_LOSS = 0.24
OFFICE_CITY_LOSS = 0.44
OTHERS = (Role.EXCAVATOR, Role.CALLER, Role.WORK_FOR)
EXTENSION_RULE = "extension_behind_phone"
PHONE_EXTENSIONS = {"phone": "phone_extension", "onsite_phone": "onsite_phone_extension"}


def composed(pairs: list[Pair]) -> list[Candidate]:
    """Return the candidates that several pieces make together."""
    spoken = [
        (order, pair)
        for order, pair in enumerate(pairs)
        if pair.value and pair.role not in SILENT_ROLES and plain_text(pair.value)
    ]
    return [
        *_places(spoken),
        *streets(spoken),
        *offices(spoken),
        *_lots(spoken),
        *_sections(spoken),
        *_states(spoken),
        *_cities(spoken),
        *_counties(spoken),
    ]


def _places(spoken: Spoken) -> Iterator[Candidate]:
    """City, state and zip of the excavator: from one line, or from three labels."""
    office = [(order, pair) for order, pair in spoken if pair.role in OFFICE]
    for order, pair in office:
        whole = _whole_place(pair)
        if whole:
            yield made("city_state_zip", whole, [(order, pair)], "city_state_zip_from_address")
    for order, city in office:
        if city.label.concept != "city":
            continue
        state = beside(office, order, city, "state")
        code = beside(office, order, city, "zip")
        if state and code and state_code(state[1].value):
            raw = f"{city.value.strip()}, {state_code(state[1].value)} {code[1].value.strip()}"
            yield made(
                "city_state_zip", raw, [(order, city), state, code], "city_state_zip_joined"
            )


def _whole_place(pair: Pair) -> str | None:
    if pair.label.concept == "address":
        whole = city_state_zip(pair.value)
        return whole.lstrip("/|; ") if whole else None
    if pair.label.concept in ("city", "city_state_zip"):
        return place_of(pair.value)
    return None


def _lots(spoken: Spoken) -> Iterator[Candidate]:
    """Lot and block become one value."""
    for order, pair in spoken:
        if pair.label.concept != "lot" or pair.role not in SITES:
            continue
        block = beside(spoken, order, pair, "block", reach=3)
        lot = LOT_WORD.sub("", pair.value)
        raw = f"Lot {lot}" + (f", Block {BLOCK_WORD.sub('', block[1].value)}" if block else "")
        parts = [(order, pair), *([block] if block else [])]
        yield made("lot_block", raw, parts, "lot_and_block_joined")


def _sections(spoken: Spoken) -> Iterator[Candidate]:
    """Section, township and range, where each has a label of its own."""
    for order, pair in spoken:
        if pair.label.concept != "sec" or pair.role not in SITES:
            continue
        town = beside(spoken, order, pair, "twp", reach=4)
        span = beside(spoken, order, pair, "rng", reach=4)
        if town and span:
            raw = f"{pair.value}, {town[1].value}, {span[1].value}"
            parts = [(order, pair), town, span]
            yield made("section_township_range", raw, parts, "section_township_range_joined")


def _states(spoken: Spoken) -> Iterator[Candidate]:
    """Find the state of the site: by its own label, or behind an address."""
    for order, pair in spoken:
        if pair.role not in (*SITES, *OTHERS):
            continue
        if pair.label.concept == "state":
            code = state_code(pair.value)
        elif pair.label.concept in ("address", "city", "city_state_zip", "service_address"):
            code = split_address(f"- {pair.value}")[2]
        else:
            code = None
        if code:
            loss = 0.0 if pair.role is Role.SITE else 0.05 if pair.role in SITES else 0.25
            yield made("state", code, [(order, pair)], "state_code", loss=loss)


def _cities(spoken: Spoken) -> Iterator[Candidate]:
    """Find the city of the site in an address that ends in city and state."""
    counties = {order for order, pair in spoken if pair.label.concept == "county"}
    for order, pair in spoken:
        # Who the customer is tells whose the section is; he is served where the work is.
        is_served = pair.label.concept == "service_address" and pair.role is Role.WORK_FOR
        if is_served or (
            pair.role in SITES and pair.label.concept in ("address", "service_address")
        ):
            city = split_address(pair.value)[1]
            if city:
                # A comma shows where the street ends; else its kind is only likely the end.
                loss = COMPOSED_LOSS if "," in pair.value else 0.06
                yield made("city", city, [(order, pair)], "city_from_address", loss=loss)
        elif pair.is_opened and pair.role is Role.EXCAVATOR and pair.label.concept == "city":
            yield _of_office(counties, order, pair)


def _of_office(counties: AbstractSet[int], order: int, pair: Pair) -> Candidate:
    """Offer the city below the excavator's name: beside a county it is most often the site's."""
    reach = range(order - COUNTY_REACH, order + COUNTY_REACH + 1)
    near = not counties.isdisjoint(reach)
    loss = BESIDE_COUNTY_LOSS if near else OFFICE_CITY_LOSS
    return made("city", pair.value, [(order, pair)], "the_only_city_is_the_site", loss=loss)


def _counties(spoken: Spoken) -> Iterator[Candidate]:
    """Find the county that stands between the city and the state of the site's address."""
    for order, pair in spoken:
        if pair.role in SITES and pair.label.concept in ("address", "service_address"):
            name = county_in(pair.value)
            if name:
                yield made("county", name, [(order, pair)], "county_from_address", loss=0.02)


def extensions(candidates: list[Candidate]) -> Iterator[Candidate]:
    """Extensions that stand behind the number that was given for the field."""
    for candidate in candidates:
        field = PHONE_EXTENSIONS.get(candidate.field)
        extension = phone_extension_of(candidate.raw) if field else None
        if field and extension:
            yield replace(candidate, field=field, raw=extension, rule=EXTENSION_RULE)


def with_its_phone(findings: dict[str, Finding]) -> dict[str, Finding]:
    """Return the findings without the extensions of numbers that were not chosen."""
    strays = {
        name
        for phone, name in PHONE_EXTENSIONS.items()
        if (extension := findings.get(name))
        and extension.rule == EXTENSION_RULE
        and (phone not in findings or findings[phone].spans != extension.spans)
    }
    return {name: found for name, found in findings.items() if name not in strays}


def derived(candidates: list[Candidate]) -> Iterator[Candidate]:
    """Numbers that a description states: inches of a depth, days of a duration."""
    for candidate in candidates:
        field = MEASURED.get(candidate.field)
        if field and normalise(field, candidate.raw) is not None:
            rule = "units_converted"
            yield replace(candidate, field=field, strength=candidate.strength - 0.01, rule=rule)
            yield from _excepted(candidate, field)


def _excepted(candidate: Candidate, field: str) -> Iterator[Candidate]:
    """Offer the depth of an exception beside the plain one: `except at the road, 60 in deep`."""
    exception = EXCEPTION.search(candidate.raw) if field == "depth_inches" else None
    if exception is None or [s.quote for s in candidate.spans] != [candidate.raw]:
        return
    span, at = candidate.spans[0], exception.start()
    place = span.model_copy(update={"quote": candidate.raw[at:], "start": span.start + at})
    made = replace(candidate, field=field, raw=place.quote, spans=(place,))
    yield replace(made, strength=candidate.strength - EXCEPTED_LOSS, rule="depth_excepted")
