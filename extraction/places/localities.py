"""Localities: what a document tells of the place, and what follows from each part of it.

A city, a ZIP code and a point each lie in a county. What follows has the words that it follows
from for its quote, and a rule that says how. Only Texas is known here: of a document that names
another state nothing follows.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import JsonValue
from rapidfuzz import fuzz, process

from domain.extraction import Span
from domain.places import counties_of_town, county_of_zip, places
from domain.texas import County, counties, county_key, find_county
from extraction.candidates import Candidate
from extraction.pairs import Pair
from extraction.roles import Role
from extraction.values.addresses import split_address
from extraction.values.alternatives import any_of
from extraction.values.coordinates import Point, coordinate, point_of
from extraction.values.names import city, county
from extraction.values.normalise import normalise

TEXAS = "TX"
SITE_STATE = 0.75  # a state candidate from here speaks of the site, below of somebody's office
SURE = 0.60  # a part of the place that is less sure is not compared with others
SITES = (Role.SITE, Role.NONE, Role.WORK, Role.JOB)
ZIP = re.compile(r"(?<![\d-])(\d{5})(?:-\d{4})?(?![\d-])")
ZIP_OF_SITE, ZIP_ALONE = 0.92, 0.70
LIKENESS_MIN, LEAD_MIN = 85, 10  # percent, and points ahead of the next county

TEXT_CHARACTERS_MAX = 20_000
# `Waco, TX`, `Waco TX 76701`, `Texas811`; not `Texas Ave`.
MENTIONS_TEXAS = any_of(
    r",\s?(?:tx|texas)\b|\bt(?:x|exas)\.?,?\s(?:7[5-9]|733|885)\d{2,3}\b|\bt(?:exas|x)\s?(?:811|one[- ]call)"
)

CITY_RULE = "county_of_the_city"
ZIP_RULE = "county_of_the_zip"
POINT_RULE = "county_of_the_point"
SPELLING_RULE = "county_respelt"
TOWN_RULE = "city_of_the_zip"
STATE_RULE = "state_of_the_place"


@dataclass(frozen=True, slots=True)
class Told:
    """One part of the place: its value, the words for it, and how surely it is meant."""

    value: JsonValue
    spans: tuple[Span, ...]
    strength: float
    order: int = 0
    raw: str = ""


@dataclass(frozen=True)
class Locality:
    """The parts of the place that a document tells, the surest of each kind."""

    state: str | None  # of the site, or None if only an office or nobody names one
    office_state: str | None
    city: Told | None
    zip: Told | None
    point: Told | None
    county: Told | None
    mentions_texas: bool = False  # in an address or as the center, wherever it stands

    @cached_property
    def is_elsewhere(self) -> bool:
        return self.state is not None and self.state != TEXAS

    @cached_property
    def is_texas(self) -> bool:
        """Does anything show that the site is in Texas? A name alone may be of any state."""
        if self.state is not None:
            return self.state == TEXAS
        if self.office_state == TEXAS or self.zip_county or self.point_county:
            return True
        if self.mentions_texas and self.office_state is None:
            return True
        known = self.known_county
        return known is not None and known.name in self.city_counties

    @cached_property
    def known_county(self) -> County | None:
        """The county that the document states, well or badly spelt, if Texas has it."""
        name = str(self.county.value) if self.county else ""
        return find_county(name) or (respelt(name) if name else None)

    @cached_property
    def city_counties(self) -> tuple[str, ...]:
        return counties_of_town(str(self.city.value)) if self.city else ()

    @cached_property
    def zip_county(self) -> str | None:
        return county_of_zip(str(self.zip.value)) if self.zip else None

    @cached_property
    def degrees(self) -> Point | None:
        """Latitude and longitude of the point."""
        place = self.point.value if self.point else None
        if not isinstance(place, dict):
            return None
        return float(str(place["latitude"])), float(str(place["longitude"]))

    @cached_property
    def point_county(self) -> County | None:
        from domain.boundaries import county_at

        return county_at(*self.degrees) if self.degrees else None


def locality_of(
    candidates: Sequence[Candidate], pairs: Sequence[Pair], text: str = ""
) -> Locality:
    """Return what the candidates say of the place; an office says nothing but its state.

    `text` is that of the document, in which Texas may be mentioned.
    """
    state = _best("state", candidates)
    is_of_site = state is not None and state.strength >= SITE_STATE
    code = str(state.value) if state else None
    return Locality(
        state=code if is_of_site else None,
        office_state=None if is_of_site else code,
        city=_best("city", candidates),
        zip=_zip_of_site(candidates, pairs),
        point=_best("gps_coordinates", candidates),
        county=_best("county", candidates, at_least=SURE),
        mentions_texas=MENTIONS_TEXAS.search(text[:TEXT_CHARACTERS_MAX].lower()) is not None,
    )


def _best(field: str, candidates: Iterable[Candidate], *, at_least: float = 0.0) -> Told | None:
    found = [
        Told(value, candidate.spans, candidate.strength, candidate.order, candidate.raw)
        for candidate in candidates
        if candidate.field == field
        and candidate.strength >= at_least
        and candidate.spans
        and (value := normalise(field, candidate.raw)) not in (None, "")
    ]
    return min(found, key=lambda one: (-one.strength, one.order), default=None)


def _zip_of_site(candidates: Sequence[Candidate], pairs: Sequence[Pair]) -> Told | None:
    found = [
        Told(match[1], pair.spans, ZIP_OF_SITE if pair.role is Role.SITE else ZIP_ALONE, order)
        for order, pair in enumerate(pairs)
        if pair.label.concept == "zip"
        and pair.role in SITES
        and (match := ZIP.fullmatch(pair.value.strip()))
    ]
    for candidate in candidates:
        if candidate.field in ("address", "city", "service_address"):
            code = split_address(f"- {candidate.raw}")[3]
            if code:
                found.append(
                    Told(code[:5], candidate.spans, candidate.strength, candidate.order)
                )
    return min(found, key=lambda one: (-one.strength, one.order), default=None)


def respelt(name: str) -> County | None:
    """Return the county that a misspelt name can only mean: `Brasoria` is Brazoria."""
    if find_county(name) is not None:
        return None
    near = process.extract(county_key(name), sorted(counties()), scorer=fuzz.ratio, limit=2)
    (key, likeness, _place), (_next, behind, _other) = near
    return (
        counties()[key] if likeness >= LIKENESS_MIN and likeness - behind >= LEAD_MIN else None
    )


def _of_city(quote: str) -> tuple[str, ...]:
    names = (city(quote), split_address(quote)[1])
    return tuple(one for name in names if name for one in counties_of_town(name))


def _of_zip(quote: str) -> tuple[str, ...]:
    found = (county_of_zip(code) for code in ZIP.findall(quote))
    return tuple(one for one in found if one)


def _of_point(quote: str) -> tuple[str, ...]:
    from domain.boundaries import county_at

    place = coordinate(quote)
    if not isinstance(place, dict) or point_of(quote) is None:
        return ()
    found = county_at(float(str(place["latitude"])), float(str(place["longitude"])))
    return (found.name,) if found else ()


def _of_spelling(quote: str) -> tuple[str, ...]:
    found = respelt(county(quote) or "")
    return (found.name,) if found else ()


def _town_of_zip(quote: str) -> tuple[str, ...]:
    return tuple(places()[code].names[0] for code in ZIP.findall(quote) if code in places())


def _state_of_place(quote: str) -> tuple[str, ...]:
    return (TEXAS,) if _of_zip(quote) or _of_point(quote) else ()


FOLLOWING: dict[str, Callable[[str], tuple[str, ...]]] = {
    CITY_RULE: _of_city,
    ZIP_RULE: _of_zip,
    POINT_RULE: _of_point,
    SPELLING_RULE: _of_spelling,
    TOWN_RULE: _town_of_zip,
    STATE_RULE: _state_of_place,
}


def follows(rule: str | None, quotes: Sequence[str]) -> tuple[str, ...]:
    """Return the values that follow from quotes by a rule: the proof of a derived value."""
    told = FOLLOWING.get(rule or "")
    if told is None:
        return ()
    return tuple(dict.fromkeys(one for q in (" ".join(quotes), *quotes) for one in told(q)))
