"""What a rule is given, and what it yields: the case, and the problems found in it.

A case is one ticket at one moment, with what was read from its document and with the look-ups
that several rules share. The rules are in the modules of `domain.rules`, their list in
`domain.validation`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from shapely.geometry.base import BaseGeometry

from domain.extraction import Extraction
from domain.gaps import GapCategory, GapSeverity
from domain.geometry import problems_of
from domain.questions import label, shown
from domain.shape_problems import ShapeProblem
from domain.shapes import read_outline
from domain.texas import CENTER_ZONE, County, find_county
from domain.ticket import Ticket

SUGGESTED_VALUES_MAX = 5

# What people write to say nothing, as letters and digits. A longer text was meant.
PLACEHOLDER_CHARACTERS_MAX = 40
PLACEHOLDERS = frozenset(
    re.findall(
        r"\w+",
        """na tbd tba tobedetermined tobeannounced unknown unk notknown none null nil
        notapplicable notavailable notprovided notspecified notgiven seeattached seeattachment
        seeabove seebelow pending same sameasabove varies various blank xxx""",
    )
)
NO_WORD = re.compile(r"[\W_]*")
PLURAL = re.compile(r"[^s]s$")  # of a label: lines, but not an address

# A house number begins the address, or what follows a comma, and is no measure: `2 miles
# north of FM 12` has none, nor has `100 block of Main`, nor `5th Street`.
HOUSE_NUMBER = re.compile(
    r"(?:^|[,;\n])\s*#?\d{1,6}(?:[-/]\d{1,4})?[a-z]?\s+"
    r"(?!(?:block|miles?|mi|feet|ft|yards?|yds?|meters?|acres?)\b)\w",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule found: a gap that has neither an id nor a date yet.

    Without a prompt or a help of its own it has those of its field (`domain.questions`).
    """

    field: str
    problem: str
    category: GapCategory
    severity: GapSeverity
    description: str
    prompt: str | None = None
    suggested_values: tuple[str, ...] = ()
    help: str | None = None


@dataclass(frozen=True)
class Case:
    """One ticket at `now` (UTC), and what was read from its document."""

    ticket: Ticket
    extraction: Extraction | None
    now: datetime

    @property
    def notice_at(self) -> datetime:
        """When the notice was given; until then, as if it were given now."""
        return self.ticket.notice_at or self.now

    @cached_property
    def county(self) -> County | None:
        return find_county(self.said("county"))

    @property
    def timezone(self) -> str:
        """The zone of the site's clocks; while the county is not known, that of the center."""
        return self.county.timezone if self.county else CENTER_ZONE

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude, if both are known."""
        place = self.ticket.gps_coordinates
        if place is None or place.latitude is None or place.longitude is None:
            return None
        return place.latitude, place.longitude

    @cached_property
    def shape_problems(self) -> list[ShapeProblem]:
        return problems_of(self.ticket.geometry) if self.ticket.geometry else []

    @cached_property
    def shape(self) -> BaseGeometry | None:
        """The shape of the site in degrees, if there is one that can be used."""
        geometry = self.ticket.geometry
        if geometry is None or not all(one.is_warning for one in self.shape_problems):
            return None
        return read_outline(geometry.geojson).shape()

    @cached_property
    def has_address(self) -> bool:
        return not self.is_silent("address")

    @cached_property
    def has_house_number(self) -> bool:
        """Is the address one that a locator finds without being shown the way?"""
        return HOUSE_NUMBER.search(self.said("address")) is not None

    def is_silent(self, field: str) -> bool:
        """Is nothing said in this field? A placeholder says nothing; no and 0 are answers."""
        value: object = getattr(self.ticket, field)
        return value is None or (isinstance(value, str) and is_placeholder(value))

    def said(self, field: str) -> str:
        """Return what a field of text says, or nothing."""
        return "" if self.is_silent(field) else str(getattr(self.ticket, field))

    def suggestions(self, field: str) -> tuple[str, ...]:
        """Return what the document would support for a field, the likeliest first."""
        finding = self.extraction.fields.get(field) if self.extraction else None
        if finding is None:
            return ()
        values = [finding.value, *(other.value for other in finding.alternatives)]
        return tuple(dict.fromkeys(map(shown, values)))[:SUGGESTED_VALUES_MAX]

    def read_beside(self, name: str) -> str:
        """Return what was read under a name that no field of a ticket has, or nothing."""
        finding = self.extraction.extra.get(name) if self.extraction else None
        return shown(finding.value) if finding else ""

    def silence(self, field: str) -> str:
        """Return the sentence that a field says nothing, or only a placeholder."""
        value: object = getattr(self.ticket, field)
        name = label(field)
        named = f"{name} are" if PLURAL.search(name) else f"{name} is"
        if not value:
            return f"The {named} missing."
        return f"The {named} missing: “{value}” does not say it."


Rule = Callable[[Case], Iterable[Problem]]


def is_placeholder(text: str) -> bool:
    """Is this written where somebody had nothing to say: blank, `N/A`, `TBD`, `-`?"""
    if NO_WORD.fullmatch(text):
        return True
    if len(text) > PLACEHOLDER_CHARACTERS_MAX:
        return False
    return "".join(filter(str.isalnum, text.lower())) in PLACEHOLDERS


def missing(
    case: Case,
    field: str,
    severity: GapSeverity = GapSeverity.REQUIRED,
    category: GapCategory = GapCategory.REQUIRED_FIELD,
) -> Problem:
    """Return that a field says nothing, with what the document would support for it."""
    return Problem(
        field=field,
        problem="field_missing",
        category=category,
        severity=severity,
        description=case.silence(field),
        suggested_values=case.suggestions(field),
    )
