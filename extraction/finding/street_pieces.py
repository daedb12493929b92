"""Street pieces: a house number, a direction, a name and a kind of street as one address.

Exports keep them in keys of their own, for the site and for the office of the excavator.
"""

import re
from collections.abc import Iterator

from extraction.candidates import PARTY_AT_SITE_LOSS, Candidate
from extraction.finding.pieces import OFFICE, SITES, Spoken, beside, is_of_one_block, made, near
from extraction.pairs import Pair
from extraction.roles import Role
from extraction.values.addresses import HOUSE

STREET_REACH = 8  # pairs between the pieces of one address
IS_DIRECTION = re.compile(r"(?:[nsew]|[ns][ew]|north|south|east|west)\.?", re.IGNORECASE)
# A house with its street, or a box of the mail: `RT 2 BOX 415`, `P.O. Box 12`.
BOX_OR_HOUSE = re.compile(
    r"\d{1,6}[A-Za-z]?\s\S|(?:r(?:ural )?r?(?:ou)?te?\.?|rr|hc|star route)\s?\d{1,3}\s?,?\s?box\b|p\.?\s?o\.?\s?box\b",
    re.IGNORECASE,
)
STARTS_WITH_HOUSE = re.compile(r"\d{1,6}[A-Za-z]?\s")


def streets(spoken: Spoken) -> Iterator[Candidate]:
    """House number and street of the site, and a street that stands alone."""
    sites = [(order, pair) for order, pair in spoken if pair.role in SITES]
    for order, pair in sites:
        if pair.label.concept != "street":
            continue
        house = next(
            (
                found
                for concept in ("number", "address")
                if (
                    found := beside(
                        sites,
                        order,
                        pair,
                        concept,
                        reach=STREET_REACH if pair.is_structured else 3,
                    )
                )
                and HOUSE.match(found[1].value.strip())
            ),
            None,
        )
        if house and not HOUSE.match(pair.value.strip()[:6].split(" ")[0]):
            parts = _street_parts(sites, order, pair, house)
            raw = " ".join(part.value.strip() for _order, part in parts)
            yield made("address", raw, parts, "house_and_street_joined")
        elif not house:
            yield made("address", pair.value, [(order, pair)], "street_alone", loss=0.02)
    if not any(pair.label.concept in ("street", "address") for _order, pair in sites):
        # A customer most often lives where the work is.
        for order, pair in spoken:
            is_home = pair.role is Role.WORK_FOR and pair.label.concept == "street"
            if is_home and STARTS_WITH_HOUSE.match(pair.value.strip()):
                loss = PARTY_AT_SITE_LOSS
                yield made("address", pair.value, [(order, pair)], "street_alone", loss=loss)


def offices(spoken: Spoken) -> Iterator[Candidate]:
    """House number and street of the excavator, where its address is given in pieces."""
    office = [(order, pair) for order, pair in spoken if pair.role in OFFICE]
    for order, pair in office:
        if pair.label.concept != "street":
            continue
        if not pair.is_structured:
            if BOX_OR_HOUSE.match(pair.value.strip()) and not pair.is_opened:
                yield made("address_line_1", pair.value, [(order, pair)], "street_with_house")
            continue
        house = beside(office, order, pair, "number", reach=STREET_REACH)
        if house and HOUSE.match(house[1].value.strip()):
            parts = _street_parts(office, order, pair, house)
            raw = " ".join(part.value.strip() for _order, part in parts)
            yield made("address_line_1", raw, parts, "house_and_street_joined")
        elif BOX_OR_HOUSE.match(pair.value.strip()):
            yield made("address_line_1", pair.value, [(order, pair)], "street_with_house")


def _street_parts(
    spoken: Spoken, order: int, street: Pair, house: tuple[int, Pair]
) -> list[tuple[int, Pair]]:
    """Return house, direction, name, kind and direction of a street, as they are written."""
    before = beside(spoken, order, street, "street_before", reach=6)
    kind = beside(spoken, order, street, "street_type", reach=6)
    behind = [
        (at, other)
        for at, other in near(spoken, order, STREET_REACH)
        if other.label.concept == "street_behind"
        and is_of_one_block(street, other)
        and other.value.strip().lower() != street.value.strip().lower().rpartition(" ")[2]
    ]
    behind.sort(
        key=lambda found: (bool(IS_DIRECTION.fullmatch(found[1].value.strip())), found[0])
    )
    return [
        house,
        *([before] if before else []),
        (order, street),
        *([kind] if kind else []),
        *behind[:2],
    ]
