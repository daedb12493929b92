"""Answers: what a person says to a question, in words of his own, as the facts that it states.

Nothing is guessed: an answer that cannot be read is refused with an example, and nobody is taken
to have said what he did not. Who does not know leaves a recommended question open; a required one
is refused, naming who would know. How times, sizes, places and short words are read is in
`domain.spoken_times`, `spoken_sizes`, `spoken_places` and `spoken_words`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches

from domain.errors import RejectedError
from domain.facts import LEGAL_STATEMENTS, PriorityLevel, TicketFacts, TicketType
from domain.gaps import GapSeverity, ValidationGap
from domain.questions import QUESTIONS, label
from domain.spoken_days import Here
from domain.spoken_places import county_said, location_said, office_said, point_said
from domain.spoken_sizes import depth_said, duration_said
from domain.spoken_times import day_said, start_said
from domain.spoken_words import (
    PRIORITY_WORDS,
    TYPE_WORDS,
    agreed_or_denied,
    chosen,
    is_unknown,
    mailbox_said,
    one_of,
    phone_said,
    yes_or_no,
)
from domain.start import earliest_start_if_answered
from domain.texas import CENTER_ZONE, find_county, zone_named
from domain.ticket import Ticket

NAME_CHARACTERS_MAX = 80
NONE_AT_ALL = frozenset({"none", "none.", "none at all"})
NOT_YET = re.compile(r"\s*not (?:yet|painted|marked)\b", re.IGNORECASE)
UNTIL = re.compile(r"\s*(?:until|till|through|thru|by|done by|finished by)\b", re.IGNORECASE)
# Problems whose question is whether what is there is right.
CONFIRMABLE = frozenset(
    {
        "please_confirm",
        "no_digging",
        "goes_as_normal",
        "point_near_border",
        "geometry_near_border",
    }
)
# Problems of a place on the map that the name of a county may answer.
ASKS_FOR_COUNTY = frozenset(
    {
        "point_near_border",
        "point_in_other_county",
        "geometry_near_border",
        "geometry_in_other_county",
        "geometry_in_two_counties",
    }
)
COUNTED = frozenset({"depth_inches", "duration_days"})  # here a bare number is no choice

# Who would know what a notice cannot do without.
WHO_KNOWS = {
    **dict.fromkeys(
        ("company", "contact_name", "phone", "email", "address_line_1", "city_state_zip"),
        "the excavator's office",
    ),
    **dict.fromkeys(
        ("type_of_work", "is_blasting", "duration_days", "planned_start_at"),
        "the foreman or whoever plans the job",
    ),
    **dict.fromkeys(
        ("location", "work_area_description", "white_lines_painted", "driving_directions",
         "nearest_intersection"),
        "the crew that has seen the site",
    ),
    "county": "the county's appraisal district, or a map",
    "city": "a map",
    "emergency_justification": "whoever declared the emergency",
    "previous_ticket_number": "whoever made the earlier ticket, or Texas811",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, of what field; `current` is what the ticket says there now."""

    field: str
    problem: str = ""
    is_required: bool = False
    suggested_values: tuple[str, ...] = ()
    current: object = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The facts that an answer states, null to unsay one; of none, why the question stays open."""

    facts: Mapping[str, object] = field(default_factory=dict)
    left_open: str | None = None


def asked_of(ticket: Ticket, name: str) -> Asked:
    """Return the open question of this id, or about this field; a field may be told unasked.

    Raises RejectedError for what is neither.
    """
    gaps = [gap for gap in ticket.open_gaps if name in (gap.id, gap.field)]
    if gaps:
        return _asked(gaps[0], ticket)
    if name in TicketFacts.model_fields or name == "location":
        return Asked(name, current=getattr(ticket, name, None))
    shown = name[:NAME_CHARACTERS_MAX]
    near = get_close_matches(shown, TicketFacts.model_fields, n=3)
    raise RejectedError(
        f"There is no open gap and no ticket field {shown}.",
        field=shown,
        remedy=f"Did you mean {' or '.join(near)}?"
        if near
        else "Answer an open gap by its id, or a ticket field by its name.",
        suggested_values=near,
    )


def here(ticket: Ticket, now: datetime) -> Here:
    """Return where and when this ticket's times are said: by the clocks of its county."""
    county = find_county(ticket.county or "")
    zone = zone_named(county.timezone if county else CENTER_ZONE)
    return Here(now, zone, earliest_start_if_answered(ticket, now))


def answer(asked: Asked, said: object, place: Here) -> Answer:
    """Return the facts that an answer states.

    A value that is no text is taken for the field's own. Raises RejectedError for an answer that
    cannot be read, with an example, and for not knowing what a notice cannot do without.
    """
    if said is None and asked.field in TicketFacts.model_fields:
        return Answer({asked.field: None})
    if isinstance(said, bool) and asked.field not in LEGAL_STATEMENTS:
        said = "yes" if said else "no"
    if not isinstance(said, str):
        return Answer({asked.field: said})
    text = said.strip()
    if is_unknown(text) and not (
        text.lower() in NONE_AT_ALL and asked.field in LEGAL_STATEMENTS
    ):
        return _not_known(asked)
    taken = chosen(text, asked.suggested_values, by_number=asked.field not in COUNTED)
    if taken is not None and asked.field in COUNTED and taken.isdecimal():
        return Answer({asked.field: int(taken)})
    agrees = None if taken else agreed_or_denied(text)
    if agrees is not None and (
        asked.field not in LEGAL_STATEMENTS or _is_plain_agreement(text)
    ):
        return _agreed(asked, agrees=agrees)
    return _read(asked, taken or text, place)


def _read(asked: Asked, text: str, place: Here) -> Answer:
    if asked.problem in ASKS_FOR_COUNTY and asked.field == "gps_coordinates":
        return Answer(_point_or_county(text))
    if asked.problem in ASKS_FOR_COUNTY:
        return Answer(county_said(text))
    reader = READERS.get(asked.field)
    return Answer(reader(text, place) if reader else {asked.field: text})


def _asked(gap: ValidationGap, ticket: Ticket) -> Asked:
    return Asked(
        gap.field,
        gap.problem,
        is_required=gap.severity is GapSeverity.REQUIRED,
        suggested_values=tuple(gap.suggested_values),
        current=getattr(ticket, gap.field, None),
    )


def _not_known(asked: Asked) -> Answer:
    """Leave a question open, or say who would know what cannot stay open."""
    what = label(asked.field)
    if not asked.is_required:
        return Answer(left_open=f"Left open: {what}. The notice can go without it.")
    raise RejectedError(
        f"The notice cannot go without the {what}.",
        field=asked.field,
        remedy=f"Ask {WHO_KNOWS.get(asked.field, 'whoever ordered the work')}, then answer: "
        f"{QUESTIONS[asked.field].prompt if asked.field in QUESTIONS else what}",
        suggested_values=asked.suggested_values,
    )


def _agreed(asked: Asked, *, agrees: bool) -> Answer:
    """Return what a bare yes or no states where the question is whether something is right."""
    if asked.problem == "emergency_on_other_type" and agrees:
        return Answer({"ticket_type": TicketType.EMERGENCY})
    is_sure = asked.problem in CONFIRMABLE and asked.current is not None
    if agrees and is_sure:
        return Answer({asked.field: asked.current})
    if agrees and asked.problem == "center_may_count_later":
        return Answer({asked.field: asked.suggested_values[0]})
    if not agrees and not asked.is_required and not asked.suggested_values:
        return _not_known(asked)
    others = [value for value in asked.suggested_values if not (is_sure and _is(asked, value))]
    raise RejectedError(
        f"{'Yes' if agrees else 'No'} does not say the {label(asked.field)}.",
        field=asked.field,
        remedy=QUESTIONS[asked.field].prompt
        if asked.field in QUESTIONS
        else "Say it in words.",
        suggested_values=others,
    )


def _is(asked: Asked, value: str) -> bool:
    return value == asked.suggested_values[0]


def _is_plain_agreement(text: str) -> bool:
    """Is this an agreement that leaves open to what, like `correct` to a no that was read?"""
    return yes_or_no(text) is None


def _point_or_county(text: str) -> Mapping[str, object]:
    try:
        return point_said(text)
    except RejectedError as refusal:
        if refusal.suggested_values or any(map(str.isdigit, text)):
            raise
        return county_said(text)


def _statement(name: str) -> Callable[[str, Here], Mapping[str, object]]:
    def read(text: str, _place: Here) -> Mapping[str, object]:
        is_pending = name == "white_lines_painted" and NOT_YET.match(text)
        said = False if is_pending else yes_or_no(text)
        if said is None:
            raise RejectedError(
                f"“{text[:80]}” says neither yes nor no.",
                field=name,
                remedy=QUESTIONS[name].prompt,
                suggested_values=("yes", "no"),
            )
        return {name: said}

    return read


def _phone(name: str) -> Callable[[str, Here], Mapping[str, object]]:
    return lambda text, _place: phone_said(text, field=name)


def _duration_or_day(text: str, place: Here) -> Mapping[str, object]:
    """Return how long, or until when: `until Friday` is a day of completion."""
    try:
        return duration_said(text)
    except RejectedError:
        if not UNTIL.match(text):
            raise
        return {"expected_completion_on": day_said(text, place).isoformat()}


READERS: dict[str, Callable[[str, Here], Mapping[str, object]]] = {
    **{name: _statement(name) for name in sorted(LEGAL_STATEMENTS)},
    **{name: _phone(name) for name in ("phone", "onsite_phone", "work_for_phone")},
    "email": lambda text, _place: mailbox_said(text),
    "address_line_1": lambda text, _place: office_said(text),
    "county": lambda text, _place: county_said(text),
    "location": lambda text, _place: location_said(text),
    "gps_coordinates": lambda text, _place: point_said(text),
    "depth_inches": lambda text, _place: depth_said(text),
    "duration_days": _duration_or_day,
    "planned_start_at": lambda text, place: {
        "planned_start_at": start_said(text, place).astimezone(place.zone).isoformat()
    },
    "expected_completion_on": lambda text, place: {
        "expected_completion_on": day_said(text, place).isoformat()
    },
    "ticket_type": lambda text, _place: {
        "ticket_type": one_of(TicketType, TYPE_WORDS, text, field="ticket_type")
    },
    "priority_level": lambda text, _place: {
        "priority_level": one_of(PriorityLevel, PRIORITY_WORDS, text, field="priority_level")
    },
}
