"""Normalising: from the words of a document to a value that a ticket can hold.

One function a kind of value; each gives the value, or None if the words say nothing. A value
normalised again is itself, so that a quote always reproduces what was made of it.
"""

import re
from collections.abc import Callable

from pydantic import JsonValue

from extraction.remembered import remembered
from extraction.values.addresses import mailing_street, site_address
from extraction.values.assets import equipment, without_ratings
from extraction.values.coordinates import coordinate
from extraction.values.doubts import is_answer_open, is_doubtful
from extraction.values.kinds import PRIORITIES, TYPES, by_table
from extraction.values.measures import days_of, inches_of
from extraction.values.moments import is_moment, moment
from extraction.values.names import EMAIL, city, company, county, email, name_text, person
from extraction.values.phones import extension_of, phone_of
from extraction.values.plain import RUBBISH, TEXT_CHARACTERS_MAX, is_placeholder, plain_text
from extraction.values.roads import one_road, two_roads, without_count
from extraction.values.statements import stated

# Others ask here for what a value is made of.
__all__ = ["EMAIL", "TEXT_CHARACTERS_MAX", "is_placeholder", "normalise", "plain_text"]

YES = frozenset(["y", "yes", "true", "t", "x", "1", "checked", "[x]", "(x)", "\u2612"])
NO = frozenset(
    [
        "[ ]",
        "( )",
        "[]",
        "n",
        "no",
        "false",
        "f",
        "0",
        "[",
        "]",
        "(",
        ")",
        "unchecked",
        "\u2610",
    ]
)
WHITE = re.compile(r"\bwhite\b", re.IGNORECASE)
# `Yes - under the drive`: an answer with its reason; `N side` is none.
ANSWER = re.compile(
    r"\W{0,2}(?:(?P<word>yes|no)\s?[-,:;(.]|(?P<letter>[yn])\s?[-,:;(])", re.IGNORECASE
)
BEGINS_WITH_ANSWER = re.compile(r"\W{0,2}(?:yes|not?|none|n/?a|y|n)\b", re.IGNORECASE)
NOT_APPLICABLE = re.compile(r"\W{0,2}(?:not applicable|n/?a|none)\b", re.IGNORECASE)
NOT_YET_WHITE = re.compile(r"\b(?:not?|will|to be|shall|please|must|if)\b", re.IGNORECASE)
IDENTIFIER = re.compile(
    # `61 403 377`: a number in groups, as a meter shows it.
    r"\d{1,4}(?: \d{2,4}){2,4}(?![\w./-])|\d{1,4}(?: \d{3,4}){2,3}(?![\w-])|[A-Za-z0-9][A-Za-z0-9./_#-]*(?: [A-Za-z0-9./_-]*\d[A-Za-z0-9./_-]*)?"
)
NOT_DONE = re.compile(r"\W{0,2}not (?:yet )?(?:done|painted|marked|complete)", re.IGNORECASE)
NOT_YET = re.compile(r"(?:^|[\s-])(?:tbd|tba)\b", re.IGNORECASE)  # `75KVA-TBD`
TIME = re.compile(r"^\d{1,2}:\d{2}")
ONLY_DATE = re.compile(
    r"^(?:\d{4}[/-]\d{1,2}[/-]\d{1,2}|\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d{2}))\b"
)
TIMESTAMP_NOTE = re.compile(r"\s*\[\d{1,2}/\d{1,2}/\d{2,4} [^\[\]]{0,60}\]")


def free_text(raw: str) -> str | None:
    """Return running text without the stamps that dispatch systems put after each line."""
    return plain_text(TIMESTAMP_NOTE.sub(" ", raw))


def road(raw: str) -> str | None:
    """Return the name of a road; a time or a date is none."""
    text = plain_text(raw)
    if text is None or TIME.match(text) or ONLY_DATE.match(text) or is_moment(text):
        return None
    text = without_count(text)
    return text if len(text) > 1 else None


def crossing_road(raw: str) -> str | None:
    """Return the first of two roads that cross, or the one that is named."""
    text = road(raw)
    two = two_roads(plain_text(raw) or "") if text else None
    return two[0] if two else text and (road(one_road(text)) or text)


def answered(raw: str) -> bool | None:
    """Return a yes or a no, alone or with its reason behind it."""
    answer, reasoned = yes_or_no(raw), ANSWER.match(raw)
    if answer is None and reasoned:
        return (reasoned["word"] or reasoned["letter"]).lower()[0] == "y"
    return answer


def yes_or_no(raw: str) -> bool | None:
    """Return what a tick box says, or None if it is neither yes nor no."""
    text = " ".join(raw.lower().split()).strip(" .,;")
    return True if text in YES else False if text in NO else None


def said(field: str) -> Callable[[str], bool | None]:
    """Return a normaliser for a box that is ticked or a clause that states it."""

    def told(raw: str) -> bool | None:
        answer = yes_or_no(raw)
        return _said_in_words(field, raw) if answer is None else answer

    return told


def _said_in_words(field: str, raw: str) -> bool | None:
    """Return what a clause or an answer with its reason says, if the two do not differ."""
    if BEGINS_WITH_ANSWER.match(raw) and is_doubtful(raw):
        return None
    clause = stated(field, raw)
    answer = False if NOT_APPLICABLE.match(raw) else answered(raw)
    if clause is not None:
        return clause if answer in (None, clause) else None
    return None if is_answer_open(field, raw) else answered(raw)


def white_lines(raw: str) -> bool | None:
    """Return whether the site is marked in white; flags or stakes alone say nothing of paint."""
    answer = yes_or_no(raw)
    if answer is None:
        answer = _said_in_words("white_lines_painted", raw)
    if answer is not None:
        return answer
    if NOT_DONE.match(raw):
        return False
    is_open = NOT_YET_WHITE.search(raw) or is_answer_open("white_lines_painted", raw)
    return True if WHITE.search(raw) and not is_open else None


def identifier(raw: str) -> str | None:
    """Return a number of an order or a thing: it has a digit and is no date."""
    text = plain_text(raw.strip().lstrip("#"))
    if text is None or TIME.match(text) or ONLY_DATE.match(text) or NOT_YET.search(text):
        return None
    match = IDENTIFIER.match(text.lstrip("#: "))
    found = match.group().rstrip(".-/_") if match else ""
    return found if re.search(r"\d", found) and not RUBBISH.match(found) else None


def asset(raw: str) -> str | None:
    """Return the number of a pole, a transformer or a meter; a rating or a count is none."""
    return identifier(without_ratings(raw))


Normaliser = Callable[[str], JsonValue]

NORMALISERS: dict[str, Normaliser] = {
    "company": company,
    "contact_name": person,
    "onsite_contact_name": person,
    "work_for": company,
    "member_name": name_text,
    "phone": phone_of,
    "onsite_phone": phone_of,
    "work_for_phone": phone_of,
    "phone_extension": extension_of,
    "onsite_phone_extension": extension_of,
    "email": email,
    "address_line_1": mailing_street,
    "address": site_address,
    "service_address": site_address,
    "city": city,
    "county": county,
    "nearest_intersection": crossing_road,
    "cross_street": road,
    "is_boring": said("is_boring"),
    "is_trenchless": said("is_trenchless"),
    "is_blasting": said("is_blasting"),
    "white_lines_painted": white_lines,
    "emergency_flag": answered,
    "gps_coordinates": coordinate,
    "depth_inches": inches_of,
    "duration_days": days_of,
    "work_area_description": free_text,
    "marking_instructions": free_text,
    "driving_directions": free_text,
    "emergency_justification": free_text,
    "pole_id": asset,
    "transformer_id": asset,
    "meter_number": asset,
    "equipment_type": equipment,
    "work_order_ref": identifier,
    "incident_number": identifier,
    "source_ticket_number": identifier,
    "previous_ticket_number": identifier,
    "damage_claim_number": identifier,
    "ticket_type": by_table(TYPES),
    "priority_level": by_table(PRIORITIES),
    "work_start_at": moment,
    "expires_at": moment,
    "document_created_at": moment,
}


@remembered
def normalise(field: str, raw: str) -> JsonValue:
    """Return the value that these words give to this field, or None."""
    return NORMALISERS.get(field, plain_text)(raw)
