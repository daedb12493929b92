"""Confidence: how often a value with this evidence is right, fitted on documents with answers.

What is known about a value when it is chosen becomes a few features; a logistic model weighs
them and an isotonic map turns the sum into a share of right values. Weights and map are the
table in `calibration.json`, made by `python bench/extraction.py --refit`. A value is never
certain: only a person can make it so.
"""

import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from domain.extraction import ACCEPT_CONFIDENCE, CONFIRM_CONFIDENCE, DocumentKind
from extraction.intake import Medium
from extraction.value import value

HIGHEST = 0.99
LOWEST = 0.02
RIVALS_MAX = 3  # more rivals than this say no more than this many
WEAK = 0.7  # a strength below this is a guess
MARGIN_MAX = 0.30  # a runner-up further behind than this is no rival
AGREEING_MAX = 2

# What its producer calls a guess is offered and never filled in; what follows from other words than
# those that name the field is asked about, unless it only puts together what they say or another
# producer has come to the same, and none to anything else.
PLAIN = 0.90
SUGGESTED = CONFIRM_CONFIDENCE - 0.01
ASKED = ACCEPT_CONFIDENCE - 0.01

# What is said of a document as a whole bounds what is said of its values: policy, not measured.
CEILINGS = {
    DocumentKind.CORRESPONDENCE: 0.89,
    DocumentKind.NOT_A_WORK_ORDER: 0.50,
    DocumentKind.UNREADABLE: 0.30,
}
FREE = frozenset(
    {
        "type_of_work",
        "work_area_description",
        "marking_instructions",
        "driving_directions",
        "emergency_justification",
    }
)
PLACES = frozenset(
    {
        "address",
        "address_line_1",
        "city",
        "city_state_zip",
        "county",
        "nearest_intersection",
        "cross_street",
        "gps_coordinates",
        "service_address",
    }
)
PEOPLE = frozenset(
    {
        "company",
        "contact_name",
        "email",
        "onsite_contact_name",
        "onsite_phone",
        "phone",
        "work_for",
        "work_for_phone",
    }
)


@value
class Evidence:
    """What speaks for and against the value that was chosen for a field."""

    field: str
    strength: float  # of the candidate by its own words, 0 to 1, set by hand
    producer: str
    is_derived: bool  # by a rule, from words that do not name the field
    agreeing: int  # other producers that give the same value
    rivals: int  # other values for the field
    margin: float  # by which the strongest of them is weaker
    is_valid: bool  # what can be checked about the value alone holds
    is_shaped: bool  # it looks like most values of its field
    kind: DocumentKind
    medium: Medium
    equals: int = 0  # other values that the same label gives as strongly
    quality: float = 1.0  # of recognised text, 0 to 1; of any other text 1


def features(evidence: Evidence) -> dict[str, float]:
    """Return the evidence as numbers of about the size of one."""
    strength = min(max(evidence.strength, 0.02), 0.98)
    return {
        "one": 1.0,
        "strength": math.log(strength / (1 - strength)),
        "is_weak": evidence.strength < WEAK,
        "is_structured": evidence.producer == "structure",
        "is_composed": evidence.producer == "composed",
        "is_found": evidence.producer == "finder",
        "is_derived": evidence.is_derived,
        "agreeing": min(evidence.agreeing, AGREEING_MAX),
        "rivals": min(evidence.rivals, RIVALS_MAX),
        "closeness": 1 - min(evidence.margin, MARGIN_MAX) / MARGIN_MAX,
        "is_invalid": not evidence.is_valid,
        "is_odd": not evidence.is_shaped,
        "is_dispatch": evidence.kind is DocumentKind.DISPATCH,
        "is_ticket": evidence.kind is DocumentKind.LOCATE_TICKET,
        "is_letter": evidence.kind is DocumentKind.CORRESPONDENCE,
        "is_recognised": evidence.quality < 1,
        "illegible": 10 * (1 - evidence.quality),
        "is_free_text": evidence.field in FREE,
        "is_place": evidence.field in PLACES,
        "is_person": evidence.field in PEOPLE,
    }


def highest(evidence: Evidence) -> float:
    """Return how sure anybody may be of this value, however often such values are right."""
    bounds = [HIGHEST, CEILINGS.get(evidence.kind, HIGHEST)]
    if evidence.strength < CONFIRM_CONFIDENCE:
        bounds.append(SUGGESTED)
    elif evidence.is_derived and evidence.strength < PLAIN and not _is_witnessed(evidence):
        bounds.append(ASKED)
    if evidence.equals or not evidence.is_valid:
        bounds.append(ASKED)  # one of several equals, or doubtful by itself: a person chooses
    return min(bounds)


def _is_witnessed(evidence: Evidence) -> bool:
    """Has another producer come to the same, and none to anything else?"""
    return evidence.agreeing > 0 and evidence.rivals == 0


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted table: weights of features, and a rising map from their sum to a share."""

    weights: dict[str, float]
    sums: tuple[float, ...]
    shares: tuple[float, ...]

    def confidence(self, evidence: Evidence) -> float:
        """Return the share of values with this evidence that are right, within what is allowed."""
        share = self.share(self.sum_of(features(evidence)))
        return round(max(LOWEST, min(share, highest(evidence))), 3)

    def sum_of(self, numbers: dict[str, float]) -> float:
        """Return the weighted sum, the logarithm of the odds before the map."""
        weights = self.weights
        return sum(
            [weights.get(name, 0.0) * numbers[name] for name in numbers if numbers[name]]
        )

    def share(self, weighed: float) -> float:
        """Return the map's value, straight between two knots and flat beyond the last."""
        place = bisect_right(self.sums, weighed)
        if place == 0 or place == len(self.sums):
            return self.shares[max(0, place - 1)]
        left, right = self.sums[place - 1 : place + 1]
        low, high = self.shares[place - 1 : place + 1]
        return low + (high - low) * (weighed - left) / (right - left)


@cache
def calibration() -> Calibration:
    """Return the table that ships with the reader."""
    told = json.loads(files(__package__).joinpath("calibration.json").read_text("utf-8"))
    return Calibration(told["weights"], tuple(told["sums"]), tuple(told["shares"]))
