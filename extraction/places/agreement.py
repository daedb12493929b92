"""Agreement: county, city, ZIP code and point speak of one place, or somebody is wrong.

What follows from one of them is offered as a candidate for the county: where it is stated as
well, two agree; where another one is stated, they contradict each other, and a person is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.extraction import ExtractionWarning, WarningCode
from domain.facts import TicketType
from domain.places import places, town_key, towns
from domain.texas import County, find_county
from extraction.candidates import Candidate
from extraction.places.localities import (
    CITY_RULE,
    POINT_RULE,
    SPELLING_RULE,
    STATE_RULE,
    SURE,
    TEXAS,
    TOWN_RULE,
    ZIP_RULE,
    Locality,
    Told,
    respelt,
)
from extraction.values.normalise import normalise

CITY, ZIP, POINT = 0.80, 0.76, 0.86  # what follows from each, if it lies well inside one county
NEAR_THE_BORDER = 0.56  # is only suggested, because the place may reach over it
ONE_OF_SEVERAL, OTHER_OF_SEVERAL = 0.52, 0.40
ANY_STATE = 0.50  # a city of this name is in Texas, but nothing says that it is this one
TOWN_OF_ZIP = 0.50
STATE = 0.80  # surer than the state of an office, below that of the site
FOLLOWING_LOSS = 0.04  # what follows is never surer than what it follows from
RESPELT_LOSS = 0.12
USUAL, USUAL_LOSS = TicketType.NORMAL.value, 0.10  # an update of a routine ticket is an update
ORDER = 40_000
REACH_MILES = 15  # a place nearer than this to the stated county does not contradict it
FAR_MILES = 25  # from the middle of a town: a point so far away is not in it
TABLE, MAP = "places", "map"  # a city and its ZIP code are one witness, a point is another
COUNTIES_MAX = 3


def agreed(candidates: Sequence[Candidate], locality: Locality) -> list[Candidate]:
    """Return the candidates, misspelt counties put right, and what follows from the others."""
    typed = specific_first(candidates)
    if locality.is_elsewhere:
        return typed
    spelt = [_respelt(one) if locality.is_texas else one for one in typed]
    return [*spelt, *following(locality)]


def specific_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with `Routine` behind what else the document calls the ticket."""
    kinds = {
        normalise(one.field, one.raw)
        for one in candidates
        if one.field == "ticket_type" and one.strength >= SURE
    }
    if not kinds - {None, USUAL}:
        return list(candidates)
    return [
        replace(one, strength=one.strength - USUAL_LOSS)
        if one.field == "ticket_type" and normalise(one.field, one.raw) == USUAL
        else one
        for one in candidates
    ]


def _respelt(candidate: Candidate) -> Candidate:
    found = respelt(candidate.raw) if candidate.field == "county" else None
    if found is None or candidate.rule is not None:
        return candidate
    strength = candidate.strength - RESPELT_LOSS
    return replace(candidate, raw=found.name, strength=strength, rule=SPELLING_RULE)


def following(locality: Locality) -> Iterator[Candidate]:
    """Yield the counties that follow from city, ZIP code and point, and a city from its ZIP."""
    for told, rule, counties, strength in _witnesses(locality):
        producer = MAP if rule == POINT_RULE else TABLE
        ceiling = told.strength - FOLLOWING_LOSS
        if not locality.is_texas:
            ceiling = min(ceiling, ANY_STATE)
        for place, name in enumerate(_beside_stated(counties, rule, locality)):
            worth = strength if place == 0 else OTHER_OF_SEVERAL
            worth = round(min(worth, ceiling), 3)
            if worth > 0:
                yield Candidate(
                    "county", name, told.spans, producer, worth, rule, ORDER + place
                )
    if locality.city is None and locality.zip is not None:
        yield from _town(locality.zip)
    yield from _confirmed(locality)
    yield from _state(locality)


def _confirmed(locality: Locality) -> Iterator[Candidate]:
    """Yield city and point once more where the stated county holds them: two agree."""
    stated, city, point = locality.known_county, locality.city, locality.point
    if stated is None or not locality.is_texas:
        return
    if city and stated.name in locality.city_counties:
        yield _again("city", city, TABLE, "city_of_the_county")
    if point and locality.point_county is stated:
        yield _again("gps_coordinates", point, MAP, "point_in_the_county")


def _state(locality: Locality) -> Iterator[Candidate]:
    """Yield Texas for a ZIP code or a point in it, where only an office names a state."""
    told = (locality.zip_county and locality.zip) or (locality.point_county and locality.point)
    if locality.state is None and told:
        worth = round(min(STATE, told.strength - FOLLOWING_LOSS), 3)
        yield Candidate("state", TEXAS, told.spans, TABLE, worth, STATE_RULE, ORDER)


def _again(field: str, told: Told, producer: str, rule: str) -> Candidate:
    worth = round(told.strength - FOLLOWING_LOSS, 3)
    return Candidate(field, told.raw, told.spans, producer, worth, rule, ORDER)


Witness = tuple[Told, str, tuple[str, ...], float]


def _witnesses(locality: Locality) -> Iterator[Witness]:
    """Yield each part of the place with its rule, the counties it may lie in, and how surely."""
    if locality.city and locality.city_counties:
        middles = [
            (one.latitude, one.longitude) for one in towns()[town_key(str(locality.city.value))]
        ]
        strength = _strength(locality.city_counties, middles, CITY)
        yield locality.city, CITY_RULE, locality.city_counties[:COUNTIES_MAX], strength
    if locality.zip and locality.zip_county:
        place = places()[str(locality.zip.value)]
        strength = _strength((place.county,), [(place.latitude, place.longitude)], ZIP)
        yield locality.zip, ZIP_RULE, (place.county,), strength
    if locality.point and locality.degrees and locality.point_county:
        yield locality.point, POINT_RULE, (locality.point_county.name,), _of_point(locality)


def _strength(
    counties: tuple[str, ...], middles: Sequence[tuple[float, float]], full: float
) -> float:
    from domain.place_distances import is_well_inside

    if len(counties) > 1:
        return ONE_OF_SEVERAL
    county = find_county(counties[0])
    is_inside = county is not None and all(is_well_inside(county, *one) for one in middles)
    return full if is_inside else NEAR_THE_BORDER


def _of_point(locality: Locality) -> float:
    """Return how surely a point tells its county: on a border what is drawn is not surveyed."""
    from domain.boundaries import BORDER_DOUBT_MILES
    from domain.place_distances import miles_inside

    county, degrees = locality.point_county, locality.degrees
    if county is None or degrees is None:
        return 0.0
    is_deep = miles_inside(county, *degrees) > BORDER_DOUBT_MILES
    return POINT if is_deep else NEAR_THE_BORDER


def _beside_stated(counties: tuple[str, ...], rule: str, locality: Locality) -> tuple[str, ...]:
    """Return the counties to offer: of several only the stated one, and no near neighbour."""
    stated = locality.known_county
    if stated is None:
        return counties
    if stated.name in counties:
        return (stated.name,)
    if rule == POINT_RULE:
        return counties if _miles_off(locality, stated) else ()
    return counties[:1] if _is_far(rule, locality, stated) else ()


def _is_far(rule: str, locality: Locality, stated: County) -> bool:
    from domain.place_distances import miles_from_county

    told = locality.zip if rule == ZIP_RULE else locality.city
    value = str(told.value) if told else ""
    of_place = (places()[value],) if rule == ZIP_RULE else towns()[town_key(value)]
    return miles_from_county(of_place, stated) > REACH_MILES


def _miles_off(locality: Locality, stated: County) -> float:
    """Return how many miles the point is outside of the stated county, 0 where it may be in it."""
    from domain.boundaries import BORDER_DOUBT_MILES, miles_outside

    if locality.degrees is None:
        return 0.0
    miles = miles_outside(stated, *locality.degrees)
    return miles if miles > BORDER_DOUBT_MILES else 0.0


def _town(code: Told) -> Iterator[Candidate]:
    place = places().get(str(code.value))
    if place:
        worth = round(min(TOWN_OF_ZIP, code.strength), 3)
        yield Candidate("city", place.names[0], code.spans, TABLE, worth, TOWN_RULE, ORDER)


def disagreements(
    locality: Locality, told: Sequence[ExtractionWarning]
) -> list[ExtractionWarning]:
    """Return the warnings that parts of the place contradict each other, unless told already."""
    known = {(one.code, one.field) for one in told}
    if not locality.is_texas or any(one.code in SILENCES for one in told):
        return []
    found = [*_city_off(locality), *_zip_off(locality), *_point_off(locality)]
    first = {(one.code, one.field): one for one in reversed(found)}
    return [one for key, one in reversed(first.items()) if key not in known]


SILENCES = frozenset({WarningCode.NOT_A_WORK_ORDER, WarningCode.UNREADABLE})


def _point_off(locality: Locality) -> Iterator[ExtractionWarning]:
    """Warn of a point that is not in the stated county, or far from the town."""
    from domain.place_distances import miles_from_town

    if locality.degrees is None or locality.point is None:
        return
    stated, city = locality.known_county, locality.city
    off = _miles_off(locality, stated) if stated else 0.0
    far = miles_from_town(str(city.value), *locality.degrees) if city else None
    is_sure_of_city = city is not None and city.strength >= SURE
    if stated and off:
        where = f"{off:,.0f} miles outside of {stated.name} County"
    elif city and far and far > FAR_MILES and is_sure_of_city:
        where = f"{far:,.0f} miles from {city.value}"
    else:
        return
    north, west = locality.degrees
    yield ExtractionWarning(
        code=WarningCode.ADDRESS_GPS_MISMATCH,
        message=f"The coordinate {north}, {west} lies {where}.",
        field="gps_coordinates",
        spans=list(locality.point.spans),
    )


def _zip_off(locality: Locality) -> Iterator[ExtractionWarning]:
    """Warn of a ZIP code of another state at a site in Texas, or far from the stated county."""
    stated, code = locality.known_county, locality.zip
    if code is None or code.strength < SURE:
        return
    if locality.zip_county is None:
        if locality.state and not str(code.value).startswith(TEXAS_ZIPS):
            message = f"The zip {code.value} does not belong to TX."
            yield _of(WarningCode.ZIP_STATE_MISMATCH, message, "address", code)
    elif stated and stated.name != locality.zip_county and _is_far(ZIP_RULE, locality, stated):
        message = (
            f"The zip {code.value} lies in {locality.zip_county} County, not in {stated.name}."
        )
        yield _of(WarningCode.CONFLICTING_VALUES, message, "county", code)


TEXAS_ZIPS = ("75", "76", "77", "78", "79", "733", "885")


def _city_off(locality: Locality) -> Iterator[ExtractionWarning]:
    """Warn of a city that lies far from the stated county."""
    stated, city = locality.known_county, locality.city
    if stated is None or city is None or city.strength < SURE or not locality.city_counties:
        return
    if stated.name not in locality.city_counties and _is_far(CITY_RULE, locality, stated):
        message = (
            f"{city.value} lies in {locality.city_counties[0]} County, not in {stated.name}."
        )
        yield _of(WarningCode.CONFLICTING_VALUES, message, "county", city)


def _of(code: WarningCode, message: str, field: str, told: Told) -> ExtractionWarning:
    return ExtractionWarning(code=code, message=message, field=field, spans=list(told.spans))
