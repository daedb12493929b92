"""Quotes: does what stands where a value is said to stand give the value again?"""

import re
from collections.abc import Sequence

from domain.extraction import Finding
from extraction.places.geocoding import COUNTY_RULE, OFFLINE, TOWN_RULE, ZIP_RULE, Asked
from extraction.places.localities import ZIP, follows
from extraction.values.addresses import split_address
from extraction.values.coordinates import Point, points_in
from extraction.values.names import city, county
from extraction.values.normalise import normalise

# These say what kind of ticket a document asks for; their quote only shows why.
JUDGED = frozenset({"dispatch_is_an_emergency", "emergency_is_ticked", "center_code"})
COMPOSED = {"lot_block": " lot block"}  # the words that a composed value brings along


def is_reproduced(field: str, finding: Finding) -> bool:
    """Return whether the quotes of a value, read again, give it; or hold all of its pieces."""
    quotes = [span.quote for span in finding.spans]
    whole = " ".join(quotes)
    if not quotes or not all(quotes):
        return False
    if str(finding.value) in follows(finding.rule, quotes):
        return True  # derived: from these words it follows again
    if finding.rule in JUDGED or finding.value in [
        normalise(field, q) for q in (whole, *quotes)
    ]:
        return True
    if isinstance(finding.value, dict):
        point = finding.value.get("latitude"), finding.value.get("longitude")
        if finding.value.get("source") == "geocoded":
            return point in middles_of(finding.rule, quotes)
        return field == "gps_coordinates" and any(points_in(" ".join(quotes)))
    words = whole.lower() + " tx" * ("texas" in whole.lower()) + COMPOSED.get(field, "")
    return all(piece in words for piece in re.findall(r"[\w.]+", str(finding.value).lower()))


def middles_of(rule: str | None, quotes: Sequence[str]) -> list[Point]:
    """Return the points that follow from quotes by a rule: the proof of a suggested point."""
    asked = []
    for quote in quotes:
        names = (city(quote), split_address(quote)[1])
        asked += {
            ZIP_RULE: [Asked(zip=code) for code in ZIP.findall(quote)],
            TOWN_RULE: [Asked(city=name) for name in names],
            COUNTY_RULE: [Asked(county=county(quote))],
        }.get(rule or "", [])
    found = [OFFLINE.locate(one) for one in asked]
    return [(one.latitude, one.longitude) for one in found if one]
