"""Parted: what stands behind another value in one piece, and has a field of its own.

The suite behind the street of an office, and the second of two roads that cross.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extraction.candidates import Candidate
from extraction.values.addresses import site_address, unit_behind
from extraction.values.plain import plain_text
from extraction.values.roads import two_roads

PART_LOSS = 0.02
UNIT_RULE = "unit_behind_street"
ROAD_RULE = "second_of_two_roads"


def parted(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield what stands behind streets and in crossings."""
    addresses = {
        (site_address(c.raw) or "").lower() for c in candidates if c.field == "address"
    }
    for candidate in candidates:
        strength = candidate.strength - PART_LOSS
        if candidate.field == "address_line_1":
            unit = unit_behind(candidate.raw)
            if unit:
                yield replace(
                    candidate,
                    field="address_line_2",
                    raw=unit,
                    strength=strength,
                    rule=UNIT_RULE,
                )
        elif candidate.field == "nearest_intersection":
            two = two_roads(plain_text(candidate.raw) or "")
            if two and not any(address.endswith(two[1].lower()) for address in addresses):
                yield replace(
                    candidate,
                    field="cross_street",
                    raw=two[1],
                    strength=strength,
                    rule=ROAD_RULE,
                )
