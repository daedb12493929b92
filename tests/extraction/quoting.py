"""Quotes: does what stands where a value is said to stand give the value again?"""

import re

from domain.extraction import Finding
from extraction.coordinates import points_in
from extraction.geocoding import middles_of
from extraction.localities import follows
from extraction.normalise import normalise

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
