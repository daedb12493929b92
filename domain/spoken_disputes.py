"""A place on the map and a county that disagree: which of them a person says is right.

`McLennan County` as well as `the point is wrong` take back a point that was only read; one that a
person stated is not lost to a name alone. `The coordinates` take the county in which they lie.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import RejectedError
from domain.spoken_fields import point_or_county_said
from domain.spoken_places import county_said
from domain.texas import find_county

TEXT_CHARACTERS_MAX = 200
PLACES = {
    "gps_coordinates": re.compile(
        r"(?:gps|map)?\s?(?:points?|pin|coordinates?|coords?|gps|position)"
    ),
    "geometry": re.compile(r"(?:map|drawn)?\s?(?:shape|polygon|drawing|outline)"),
}
NAME_OF_PLACE = {"gps_coordinates": "point", "geometry": "shape"}
RIGHT = r"right|correct|good|fine|accurate"
WRONG = r"wrong|incorrect|off|bad|a typo|a mistake"
VERDICT = re.compile(
    rf"\s(?:is|are|'s|looks?)\s?(?P<not>not|n't)?\s?(?:the )?"
    rf"(?:(?P<right>{RIGHT})|(?P<wrong>{WRONG}))(?: one)?$"
)
AWAY = re.compile(r"^(?:not|drop|ignore|remove|discard|forget)\s+")
LEADS = re.compile(
    r"^(?:yes,?\s+)?(?:(?:it'?s|it is|use|take|keep|trust|go with|go by)\s+)?(?:the\s+)?"
)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A place on the map in `actual` County, where the ticket says `stated`.

    `place` is the value of `field`; `is_stated` says that a person gave it.
    """

    field: str
    place: object
    stated: str
    actual: str
    is_stated: bool = False


def settled(text: str, dispute: Dispute) -> Mapping[str, object]:
    """Return what is right: the place with its county, the county without the place, or others.

    Raises RejectedError for an answer that names none of them.
    """
    said = " ".join(text[:TEXT_CHARACTERS_MAX].lower().replace("\u2019", "'").split())
    verdict = VERDICT.search(said := said.rstrip(" .!"))
    named = AWAY.sub("", VERDICT.sub("", said))
    is_denied = bool(AWAY.match(said)) != bool(
        verdict and bool(verdict["wrong"]) != bool(verdict["not"])
    )
    named = LEADS.sub("", named)
    if PLACES[dispute.field].fullmatch(named):
        return _without_place(dispute) if is_denied else _with_its_county(dispute)
    if named == "county":
        return _with_its_county(dispute) if is_denied else _by_the_county(dispute)
    if verdict or AWAY.match(said):
        return _of_a_name(named, dispute, is_denied=is_denied)
    is_point = dispute.field == "gps_coordinates"
    return _of_others(point_or_county_said(text) if is_point else county_said(text), dispute)


def _of_a_name(named: str, dispute: Dispute, *, is_denied: bool) -> Mapping[str, object]:
    """Return what follows from a county that is called right or wrong by its name."""
    county = find_county(named)
    name = county.name if county else ""
    if name not in (dispute.stated, dispute.actual):
        raise _refused(
            dispute, f"“{named}” is neither the {NAME_OF_PLACE[dispute.field]} nor its county."
        )
    is_of_place = (name == dispute.actual) != is_denied
    return _with_its_county(dispute) if is_of_place else _by_the_county(dispute)


def _of_others(facts: Mapping[str, object], dispute: Dispute) -> Mapping[str, object]:
    is_confirmed = bool(dispute.stated) and facts.get("county") == dispute.stated
    return _by_the_county(dispute) if is_confirmed else facts


def _with_its_county(dispute: Dispute) -> Mapping[str, object]:
    return {"county": dispute.actual, dispute.field: dispute.place}


def _by_the_county(dispute: Dispute) -> Mapping[str, object]:
    if dispute.is_stated:
        place = NAME_OF_PLACE[dispute.field]
        raise _refused(dispute, f"A person stated the {place}, and it is in another county.")
    return _without_place(dispute)


def _without_place(dispute: Dispute) -> Mapping[str, object]:
    return {"county": dispute.stated, dispute.field: None}


def _refused(dispute: Dispute, problem: str) -> RejectedError:
    place = NAME_OF_PLACE[dispute.field]
    return RejectedError(
        problem,
        field=dispute.field,
        remedy=f"Answer “the {place} is wrong”, “the {place} is right”, or with the county in "
        "which the site is.",
        suggested_values=(f"the {place} is wrong", f"the {place} is right"),
    )
