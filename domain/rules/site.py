"""Rules on the place as it is told in words: county, address, description, white lines.

Whether a point or a shape on the map agrees with them is in `domain.rules.maps`.
"""

import re
from collections.abc import Iterator

from domain.drawing import DRAWN
from domain.gaps import GapCategory, GapSeverity
from domain.location import GeometryType
from domain.rules.case import Case, Problem, missing
from domain.rules.reading import other_state
from domain.texas import COUNTY_OF_NAMESAKE, find_county, suggest_counties

CORNERS = ("nearest_intersection", "cross_street")
# A shape with an extent shows the site; a point does not say how far it reaches.
SHOWS_THE_SITE = frozenset(
    {GeometryType.POLYGON, GeometryType.CIRCLE, GeometryType.LINE_BUFFER}
)

BETWEEN_COUNTIES = re.compile(r"[/,;&+]|\band\b|\bor\b|\s-\s", re.IGNORECASE)
COUNTIES_WORD = re.compile(r"\bcount(?:y|ies)\b", re.IGNORECASE)


def the_county_is_one_of_texas(case: Case) -> Iterator[Problem]:
    """Yield a county that is none of the 254, or more than one (Texas811 takes one a ticket)."""
    text = case.said("county")
    if not text or case.county:
        return
    named = counties_named(text)
    if len(named) > 1:
        yield _several_counties(text, named)
        return
    likely = tuple(named or suggest_counties(text))
    yield Problem(
        field="county",
        problem="unknown_county",
        category=GapCategory.VALIDATION_RULE,
        severity=GapSeverity.REQUIRED,
        description=f"{text} is not a county of Texas.",
        prompt=_county_prompt(text, likely, other_state(case)),
        suggested_values=likely,
    )


def the_city_is_in_the_county(case: Case) -> Iterator[Problem]:
    """Yield a county that is named like the city, and is not where that city lies.

    Austin is in Travis County. A point tells better, and a person who has named the county knows.
    """
    county, city = case.county, case.said("city").casefold().strip()
    if county is None or case.point or "county" in case.ticket.confirmed_fields:
        return
    lies_in = COUNTY_OF_NAMESAKE.get(county.name)
    if lies_in is None or city != county.name.casefold():
        return
    both = (f"{lies_in} County", f"{county.name} County")
    yield Problem(
        field="county",
        problem="city_in_other_county",
        category=GapCategory.VALIDATION_RULE,
        severity=GapSeverity.REQUIRED,
        description=f"The city of {county.name} lies in {lies_in} County, not {both[1]}.",
        prompt=f"In which county is the site: {' or '.join(both)}?",
        suggested_values=both,
    )


def the_site_can_be_found(case: Case) -> Iterator[Problem]:
    """Ask for an address or a point; half a coordinate is no place."""
    if not case.has_address and not case.point:
        yield Problem(
            field="location",
            problem="address_or_gps_required",
            category=GapCategory.BUSINESS_RULE,
            severity=GapSeverity.REQUIRED,
            description="There is neither a street address nor a GPS coordinate of the site.",
        )


def the_place_is_described(case: Case) -> Iterator[Problem]:
    """Ask for the nearest corner; where there is no address, the law does (251.152(2)(B))."""
    if not all(map(case.is_silent, CORNERS)):
        return
    if case.has_address:
        yield missing(case, "nearest_intersection", GapSeverity.RECOMMENDED)
    elif case.is_silent("driving_directions"):
        yield Problem(
            field="nearest_intersection",
            problem="description_required",
            category=GapCategory.COMPLIANCE_CHECK,
            severity=GapSeverity.REQUIRED,
            description="The site has no street address, and nothing describes where it is.",
            suggested_values=case.suggestions("nearest_intersection"),
        )


def the_way_is_told(case: Case) -> Iterator[Problem]:
    """Ask for driving directions where no house number leads to the site (Texas811 practice)."""
    if case.has_house_number or not case.is_silent("driving_directions"):
        return
    lacks = "has no house number" if case.has_address else "has no street address"
    yield Problem(
        field="driving_directions",
        problem="directions_needed",
        category=GapCategory.BUSINESS_RULE,
        severity=GapSeverity.RECOMMENDED if case.has_address else GapSeverity.REQUIRED,
        description=f"The site {lacks}, and nobody has said how to drive there.",
        suggested_values=case.suggestions("driving_directions"),
    )


def white_lines_are_answered(case: Case) -> Iterator[Problem]:
    """Ask for white lines; where the ticket alone cannot show the site they must be there."""
    painted, is_clear = case.ticket.white_lines_painted, _is_clearly_identified(case)
    if painted is None:
        severity = GapSeverity.RECOMMENDED if is_clear else GapSeverity.REQUIRED
        yield missing(case, "white_lines_painted", severity)
    elif not painted and not is_clear:
        yield Problem(
            field="white_lines_painted",
            problem="white_lining_required",
            category=GapCategory.COMPLIANCE_CHECK,
            severity=GapSeverity.WARNING,
            description="The ticket alone does not show the site clearly, so it must be marked "
            "in white before the notice.",
            prompt="Mark the dig site in white, or give a house number or draw the site. Is it "
            "marked now?",
            suggested_values=("yes",),
        )


def counties_named(text: str) -> list[str]:
    """Return the counties that stand in a text beside each other, each once."""
    parts = BETWEEN_COUNTIES.split(COUNTIES_WORD.sub("", text))
    found = (find_county(part) for part in parts)
    return list(dict.fromkeys(county.name for county in found if county))


def _is_clearly_identified(case: Case) -> bool:
    """Is the site clear from the ticket alone (16 TAC 18.3(c))?

    A shape that we drew ourselves rests on assumptions: it shows where the site may be.
    """
    shape = case.ticket.geometry
    if case.has_house_number or shape is None:
        return case.has_house_number
    return shape.geometry_type in SHOWS_THE_SITE and DRAWN not in shape.assumptions


def _several_counties(text: str, named: list[str]) -> Problem:
    return Problem(
        field="county",
        problem="one_county_only",
        category=GapCategory.BUSINESS_RULE,
        severity=GapSeverity.REQUIRED,
        description=f"“{text}” names {len(named)} counties; a ticket is for one.",
        prompt=f"Which county is this ticket for: {' or '.join(named)}? Work in another county "
        "needs a ticket of its own.",
        suggested_values=tuple(named),
    )


def _county_prompt(text: str, likely: tuple[str, ...], state: str) -> str:
    if state:
        return (
            f"{text} is not a county of Texas: the order is for {state}, and Texas811 takes sites "
            "in Texas only. In which Texas county is the site?"
        )
    if likely:
        return f"{text} is not a county of Texas. Did you mean {' or '.join(likely)}?"
    return f"{text} is not a county of Texas. In which Texas county is the site?"
