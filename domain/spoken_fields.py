"""How an answer to the question of each field is read: in words, or as a value of its own kind."""

import re
from collections.abc import Callable, Mapping

from domain.errors import RejectedError
from domain.facts import LEGAL_STATEMENTS, PriorityLevel, TicketType
from domain.questions import QUESTIONS
from domain.spoken_contacts import mailbox_said, phone_said
from domain.spoken_dangers import emergency_said
from domain.spoken_days import Here
from domain.spoken_places import county_said, location_said, office_said, point_said
from domain.spoken_sizes import depth_said, duration_said
from domain.spoken_statements import yes_or_no
from domain.spoken_times import day_said, start_said
from domain.spoken_words import NAMES, PRIORITY_WORDS, TYPE_WORDS, one_of, plain_words

COUNTED = frozenset({"depth_inches", "duration_days"})
TIMES = frozenset({"planned_start_at", "expected_completion_on"})
UNTIL = re.compile(r"\s*(?:until|till|through|thru|by|done by|finished by)\b", re.IGNORECASE)
ZIP = re.compile(r"\b\d{5}(?:-\d{4})?\b", re.ASCII)


def value_given(field: str, value: object) -> object:
    """Return a value that is no text, as a program gives it, if it is of the field's own kind.

    Raises RejectedError for a number where a yes, a no or a date belongs, and for a depth or a
    duration of nothing.
    """
    if field in LEGAL_STATEMENTS and not isinstance(value, bool):
        raise _of_another_kind(field, "Answer with true or false, or with yes or no in words.")
    if field in TIMES:
        raise _of_another_kind(field, "Write it as text, like 2026-12-03T08:00:00-06:00.")
    if field in COUNTED and not (isinstance(value, int | float) and value >= 1):
        raise _of_another_kind(field, "Give a whole number from 1.")
    return value


def read_words(field: str, text: str, place: Here) -> Mapping[str, object]:
    """Return the facts that a text states of a field; what has no form of its own is the text.

    Raises RejectedError, with an example, for a text that cannot be read.
    """
    told = plain_words(field, text) if field in NAMES or field not in READERS else text
    reader = READERS.get(field)
    return reader(told, place) if reader else {field: told}


def point_or_county_said(text: str) -> Mapping[str, object]:
    """Return where a site is whose point and county disagree: its right point, or its county."""
    try:
        return point_said(text)
    except RejectedError as refusal:
        if refusal.suggested_values or any(map(str.isdigit, text)):
            raise
        return county_said(text)


def _of_another_kind(field: str, remedy: str) -> RejectedError:
    return RejectedError("This value is of another kind.", field=field, remedy=remedy)


def _statement(name: str) -> Callable[[str, Here], Mapping[str, object]]:
    def read(text: str, _place: Here) -> Mapping[str, object]:
        said = yes_or_no(text, name)
        if said is None:
            raise RejectedError(
                f"“{text[:80]}” says neither yes nor no, or more than that.",
                field=name,
                remedy=f"{QUESTIONS[name].prompt} Nothing else is needed.",
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


def _town(text: str) -> Mapping[str, object]:
    if not (ZIP.search(text) and re.search(r"[^\W\d_]{2}", text)):
        raise RejectedError(
            f"“{text[:80]}” is not a city with its state and ZIP code.",
            field="city_state_zip",
            remedy="Answer with city, state and ZIP code, like Brenham, TX 77834.",
        )
    return {"city_state_zip": text}


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
    "city_state_zip": lambda text, _place: _town(text),
    "emergency_justification": lambda text, _place: emergency_said(text),
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
