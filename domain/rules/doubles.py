"""One thing is asked about once: of several questions on it the one that tells more stays.

Rules know nothing of each other, so two of them may ask for the same fact, with other words and
other suggestions. Whoever is asked twice answers twice, and perhaps differently. What is left out
here is asked later, should the answer to the other not have settled it.
"""

from collections.abc import Iterator, Sequence

from domain.drawing import DRAWN
from domain.gaps import GapSeverity
from domain.rules.case import Case, Problem

# Of a field whose question is one of these the question on what was read says nothing new.
PLEASE_CONFIRM, CONFLICTING, MISSING = "please_confirm", "conflicting_values", "field_missing"
WHICH_SITE, NO_SITE = "several_locations", "address_or_gps_required"
# A place on the map that is not in the stated county: one of the two is wrong.
PLACE_OR_COUNTY = ("point_in_other_county", "geometry_in_other_county")
TWO_COUNTIES = "geometry_in_two_counties"
ON_THE_MAP = (*PLACE_OR_COUNTY, TWO_COUNTIES)
# Questions that the name of one county answers, the most telling first.
WHICH_COUNTY = (
    (MISSING,),
    ("unknown_county",),
    ("one_county_only",),
    ("out_of_state",),
    ON_THE_MAP,
    ("city_in_other_county",),
    ("several_counties",),
    (CONFLICTING,),
)
# What a shape shares with the point that it was drawn from.
OF_THE_POINT = {
    "geometry_in_other_county": "point_in_other_county",
    "geometry_near_border": "point_near_border",
}


def without_doubles(case: Case, found: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the problems of which no other tells more, in their order."""
    county = _county_question(found)
    for one in found:
        if one.problem == PLEASE_CONFIRM:
            is_double = _is_asked_already(one, found)
        elif _asks_for_county(one):
            is_double = _is_other_county(one, county) or _is_of_the_point(case, one, found)
        elif one.problem == NO_SITE:
            is_double = any(other.problem == WHICH_SITE for other in found)
        else:
            is_double = _is_told_better(one, found) or _is_of_the_point(case, one, found)
        if not is_double:
            yield one


def _is_asked_already(confirmation: Problem, found: Sequence[Problem]) -> bool:
    """Return whether any other rule asks about the field whose value is to be confirmed."""
    return any(
        confirmation.field == other.field
        or (confirmation.field == "county" and other.problem in ON_THE_MAP)
        for other in found
        if other.problem != PLEASE_CONFIRM
    )


def _asks_for_county(one: Problem) -> bool:
    return one.problem in ON_THE_MAP or (
        one.field == "county" and any(one.problem in codes for codes in WHICH_COUNTY)
    )


def _is_other_county(one: Problem, county: tuple[str, ...]) -> bool:
    """Return whether another question tells more; a shape in two counties is drawn anew anyhow."""
    return one.problem not in county and one.problem != TWO_COUNTIES


def _county_question(found: Sequence[Problem]) -> tuple[str, ...]:
    """Return the codes of the questions for the county that tell most of those found."""
    asked = {one.problem for one in found if _asks_for_county(one)}
    return next((codes for codes in WHICH_COUNTY if asked & set(codes)), ())


def _is_of_the_point(case: Case, one: Problem, found: Sequence[Problem]) -> bool:
    """Is this said of a shape that we drew from the point, of which it is said as well?"""
    shape, of_point = case.ticket.geometry, OF_THE_POINT.get(one.problem)
    if shape is None or of_point is None or DRAWN not in shape.assumptions:
        return False
    return any(other.problem == of_point for other in found)


def _is_told_better(one: Problem, found: Sequence[Problem]) -> bool:
    """Return whether another question on the same field says what this one lacks.

    That nothing is said gives way to the values between which the order leaves it open, unless
    only the first is required; those give way to the choice of a site, and where they have to
    be settled to any other demand that has to be met.
    """
    others = [other for other in found if other.field == one.field and other is not one]
    if one.problem == MISSING:
        return any(
            other.problem == CONFLICTING and _weighs(other) >= _weighs(one) for other in others
        )
    if one.problem != CONFLICTING:
        return False
    return any(
        _weighs(other) > _weighs(one)
        if other.problem in (MISSING, WHICH_SITE)
        else _is_required(other) and _is_required(one)
        for other in others
    )


def _is_required(one: Problem) -> bool:
    return one.severity is GapSeverity.REQUIRED


def _weighs(one: Problem) -> int:
    """Return how heavy a problem is; a required one is heaviest."""
    return -list(GapSeverity).index(one.severity)
