"""Answers: what a person says to a question, in words of his own, as the facts that it states.

Nothing is guessed: an answer that cannot be read is refused with an example, and nobody is taken
to have said what he did not. Who does not know leaves a recommended question open; a required one
is refused, naming who would know. How the words of each field are read is in
`domain.spoken_fields`, and in the modules that it names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.asking import Asked, offered, without_agreement
from domain.drafting import ALWAYS_SAID
from domain.errors import RejectedError
from domain.facts import LEGAL_STATEMENTS, REQUIRED_FIELDS, TicketFacts, TicketType
from domain.moment import spoken
from domain.questions import QUESTIONS, WHO_KNOWS, label, shown
from domain.rules.case import is_placeholder
from domain.rules.doubles import PLACE_OR_COUNTY
from domain.spoken_days import Here
from domain.spoken_disputes import Dispute, settled
from domain.spoken_fields import (
    COUNTED,
    READERS,
    TIMES,
    point_or_county_said,
    read_words,
    value_given,
)
from domain.spoken_places import county_said
from domain.spoken_sites import address_of_site, site_chosen
from domain.spoken_sizes import in_digits
from domain.spoken_statements import agreed_or_denied, says_yes_or_no
from domain.spoken_words import NAMES, chosen, is_unknown, plain_words
from domain.start import earliest_start_if_answered
from domain.texas import CENTER_ZONE, find_county, zone_named
from domain.ticket import Ticket

NONE_AT_ALL = frozenset({"none", "none.", "none at all"})
SHOWN_CHARACTERS_MAX = 80
# An agreement or a denial that goes on: `No, it is 415`.
GOES_ON = re.compile(
    r"\s*(?:yes|yeah|yep|no|nope|nah|correct|right|wrong)\s*[,;:.-]\s*\w", re.IGNORECASE
)
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
POLE = re.compile(
    r"(?:pole\s?)?(?:no\.?|number|#)?\s?(?P<number>(?=\S*\d)[\w-]{3,50})", re.IGNORECASE
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
# Without these no notice of any type can go.
ALWAYS_NEEDED = frozenset(
    {*REQUIRED_FIELDS, "location", "address_line_1", "city_state_zip", "email", "is_blasting"}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The facts that an answer states, null to unsay one; of none, why the question stays open."""

    facts: Mapping[str, object] = field(default_factory=dict)
    left_open: str | None = None


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
        return Answer({asked.field: value_given(asked.field, said)})
    text = said.strip()
    if _says_nothing(asked, text):
        return _not_known(asked, place)
    taken, text = _chosen(asked, text)
    if taken is not None and asked.field in COUNTED and taken.isdecimal():
        return Answer({asked.field: int(taken)})
    agrees = None if taken else agreed_or_denied(text)
    # `Correct` leaves open to what, and may agree to a no; `yes` to explosives means explosives.
    if agrees is not None and not (asked.field in LEGAL_STATEMENTS and says_yes_or_no(text)):
        return _agreed(asked, place, agrees=agrees)
    return _read(asked, text, place) if taken is None else _taken(asked, taken, place)


def _chosen(asked: Asked, text: str) -> tuple[str | None, str]:
    """Return the suggested value that an answer names, if one, and what is left to be read."""
    if asked.problem == "several_locations":
        return site_chosen(text, asked.suggested_values), text
    if asked.field == "county" or asked.problem in ASKS_FOR_COUNTY:
        text = without_agreement(asked, text)
    # A bare number of days or inches is no choice, `No. 2` is no word on explosives, and `the
    # first` is a day of a month.
    return chosen(
        text,
        asked.suggested_values,
        by_number=asked.field not in COUNTED | LEGAL_STATEMENTS,
        by_place=asked.field not in TIMES | LEGAL_STATEMENTS,
    ), text


def _says_nothing(asked: Asked, text: str) -> bool:
    """Is nothing said? A doubt about a number (`probably 6 ft`) is read, and refused as such."""
    if asked.field in LEGAL_STATEMENTS and text.lower() in NONE_AT_ALL:
        return False
    has_number = asked.field in READERS and re.search(r"\d", in_digits(text)) is not None
    return is_unknown(text) and not has_number


def _taken(asked: Asked, value: str, place: Here) -> Answer:
    """Return what one of the suggested values states: it needs no doubt, it was ours."""
    if asked.field == "county" or asked.problem in ASKS_FOR_COUNTY:
        county = find_county(value)
        return Answer({"county": county.name}) if county else _read(asked, value, place)
    return Answer(
        read_words(asked.field, value, place)
        if asked.field in READERS
        else {asked.field: value}
    )


def _read(asked: Asked, text: str, place: Here) -> Answer:
    if asked.problem == "several_locations":
        is_pole = asked.field == "pole_id" and POLE.fullmatch(text)
        told = {"pole_id": is_pole["number"]} if is_pole else None
        return Answer(told or address_of_site(text, asked.suggested_values))
    if asked.problem in PLACE_OR_COUNTY:
        [actual] = asked.suggested_values
        dispute = Dispute(asked.field, asked.current, asked.county, actual, asked.is_stated)
        return Answer(settled(text, dispute))
    if asked.problem in ASKS_FOR_COUNTY:
        is_point = asked.field == "gps_coordinates"
        return Answer(point_or_county_said(text) if is_point else county_said(text))
    if asked.problem in CONFIRMABLE and asked.field not in READERS and GOES_ON.match(text):
        raise RejectedError(
            f"“{text[:SHOWN_CHARACTERS_MAX]}” says more than yes or no.",
            field=asked.field,
            remedy=f"Say only the {label(asked.field)} that is right.",
            suggested_values=asked.suggested_values,
        )
    if asked.problem in CONFIRMABLE and asked.field in NAMES:
        plain_words(asked.field, text, is_right=True)
    return Answer(read_words(asked.field, text, place))


def _not_known(asked: Asked, place: Here) -> Answer:
    """Leave a question open, or say who would know what cannot stay open."""
    what = label(asked.field)
    if not asked.is_required and _is_there(asked.current):
        return Answer(left_open=f"Left as it is: {what} ({_shown(asked.current, place)}).")
    # Nothing was validated where no problem is named.
    is_needed = asked.is_required or (not asked.problem and asked.field in ALWAYS_NEEDED)
    if not is_needed:
        is_sure = asked.problem or asked.field not in WHO_KNOWS
        goes = (
            "The notice can go without it." if is_sure else "Some notices cannot go without it."
        )
        return Answer(left_open=f"Left open: {what}. {goes}")
    raise RejectedError(
        f"The notice cannot go without the {what}.",
        field=asked.field,
        remedy=f"Ask {WHO_KNOWS.get(asked.field, 'whoever ordered the work')}, then answer: "
        f"{QUESTIONS[asked.field].prompt if asked.field in QUESTIONS else what}",
        suggested_values=asked.suggested_values,
    )


def _is_there(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and is_placeholder(value))


def _shown(value: object, place: Here) -> str:
    if isinstance(value, datetime):
        return spoken(value, place.zone)
    return shown(value)[:SHOWN_CHARACTERS_MAX]


def _agreed(asked: Asked, place: Here, *, agrees: bool) -> Answer:
    """Return what a bare yes or no states where the question is whether something is right."""
    if asked.problem == "emergency_on_other_type" and agrees:
        return Answer({"ticket_type": TicketType.EMERGENCY})
    is_sure = asked.problem in CONFIRMABLE and asked.current is not None
    if agrees and is_sure:
        return Answer({asked.field: asked.current})
    named = offered(asked)
    if agrees and named:
        return _taken(asked, named, place)
    if asked.problem == "center_may_count_later":
        # A no keeps the start, which is lawful.
        return Answer({asked.field: asked.suggested_values[0] if agrees else asked.current})
    if not agrees and _may_stay(asked, is_sure=is_sure):
        return _not_known(asked, place)
    others = [value for value in asked.suggested_values if not (is_sure and _is(asked, value))]
    prompt = QUESTIONS[asked.field].prompt if asked.field in QUESTIONS else "Say it in words."
    can_be_unsaid = is_sure and not agrees and asked.field not in ALWAYS_SAID
    raise RejectedError(
        f"{'Yes' if agrees else 'No'} does not say the {label(asked.field)}.",
        field=asked.field,
        remedy=f"{prompt} If nobody knows, take the value back with null."
        if can_be_unsaid
        else prompt,
        suggested_values=others,
    )


def _may_stay(asked: Asked, *, is_sure: bool) -> bool:
    """May a no leave a question as it is: is nothing there that it would deny?"""
    is_asked_for = asked.is_required or bool(asked.suggested_values)
    return not (is_asked_for or is_sure or asked.field in LEGAL_STATEMENTS)


def _is(asked: Asked, value: str) -> bool:
    return value == asked.suggested_values[0]
