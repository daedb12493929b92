"""Offices: an address that follows a company and its people, and has a zip, is the company's.

`Company: ... Contact: ... Phone: ... Address: ... City: ... State: ... Zip: ...` in one run of
lines. It is so only if the site is told of elsewhere: else the address may be the site.
"""

from collections.abc import Sequence
from dataclasses import replace

from extraction.lines.pair import Pair
from extraction.roles import Role
from extraction.values.addresses import TAIL

OF_AN_OFFICE = frozenset(["address", "address_2", "city", "state", "zip", "city_state_zip"])
TELLS_OF_SITE = frozenset(
    ["address", "street", "service_address", "cross_1", "county", "point", "latitude"]
)
BETWEEN = frozenset(["phone", "mobile", "fax", "email", "extension", "alt_phone", "nothing"])
DIGGERS = (Role.EXCAVATOR, Role.CALLER, Role.NONE, Role.JOB, Role.WORK)
PERSONAL = (Role.NONE, Role.ONSITE, Role.CALLER)


def with_offices(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs with the addresses of companies given to them."""
    found = list(pairs)
    for start, end in _runs(found):
        run = found[start:end]
        opened = next((n for n, pair in enumerate(run) if _is_digger(pair)), None)
        if opened is None:
            continue
        office = [n for n in range(opened, len(run)) if _may_be_office(run[n])]
        named = next((n for n in range(opened, len(run)) if _is_named_office(run[n])), None)
        first = named if named is not None else _first_address(run, office)
        elsewhere = [*found[:start], *run[:opened], *found[end:]]
        if first is None:
            continue
        office = _contiguous(run, first)
        if _has_zip([run[n] for n in office]) and (
            named is not None or _is_site_told(elsewhere)
        ):
            for n in office:
                if _may_be_office(run[n]):
                    found[start + n] = replace(run[n], role=Role.EXCAVATOR)
    return found


def _runs(pairs: Sequence[Pair]) -> list[tuple[int, int]]:
    """Return where each run of pairs without a blank line or a heading begins and ends."""
    if not pairs:
        return []
    starts = [n for n in range(len(pairs)) if n == 0 or pairs[n].block != pairs[n - 1].block]
    return list(zip(starts, [*starts[1:], len(pairs)], strict=True))


def _is_digger(pair: Pair) -> bool:
    return pair.label.concept == "company" and pair.role in DIGGERS


def _contiguous(run: Sequence[Pair], first: int) -> list[int]:
    """Return where the parts of one address stand: until one comes again, or another matter."""
    seen: set[str] = set()
    places = []
    for n in range(first, len(run)):
        concept = run[n].label.concept
        if concept in seen or concept not in OF_AN_OFFICE | BETWEEN:
            break
        if concept in OF_AN_OFFICE:
            seen.add(concept)
            places.append(n)
    return places


def _is_named_office(pair: Pair) -> bool:
    """Say whether its own label tells whose address it is: `Co addr`."""
    return pair.label.concept == "address" and pair.label.role in (Role.EXCAVATOR, Role.CALLER)


def _first_address(run: Sequence[Pair], office: "Sequence[int]") -> int | None:
    kinds = ("address", "city_state_zip")
    return next((n for n in office if run[n].label.concept in kinds), None)


def _may_be_office(pair: Pair) -> bool:
    return (
        pair.label.concept in OF_AN_OFFICE and pair.role in PERSONAL and pair.label.role is None
    )


def _has_zip(pairs: Sequence[Pair]) -> bool:
    return any(
        (pair.label.concept == "zip" and pair.value.strip())
        or (
            pair.label.concept in OF_AN_OFFICE
            and (tail := TAIL.search(pair.value))
            and tail["zip"]
        )
        for pair in pairs
    )


def _is_site_told(pairs: Sequence[Pair]) -> bool:
    return any(
        pair.label.concept in TELLS_OF_SITE
        and pair.value.strip()
        and pair.role in (Role.SITE, Role.NONE, Role.WORK)
        for pair in pairs
        if pair.label.concept != "county"
    )
