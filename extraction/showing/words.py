"""Plain words for what the reader has by short names: producers, rules, kinds and fields."""

from domain.extraction import STATED, DocumentKind, Finding
from domain.facts import TicketFacts
from domain.questions import label
from extraction.showing.sheet import Tone

PRODUCERS = {
    "label": "beside its label",
    "structure": "by its name in the data",
    "own_field": "under our own name for the field",
    "composed": "put together from several places",
    "finder": "found without a label",
    "template": "by the template of this layout",
    "llm": "by a language model, with its quote in the document",
    "places": "looked up in the table of Texas towns",
    "map": "looked up on the map of counties",
    "geocode": "looked up by its place",
    STATED: "stated by the sender",
}
RULES = {
    "units_converted": "its unit was converted",
    "latitude_and_longitude_joined": "latitude and longitude were joined",
    "latitude_and_longitude_swapped": "latitude and longitude stood the other way round",
    "middle_of_shape": "the middle of a shape was taken",
    "middle_of_outline": "the middle of an outline was taken",
    "pair_without_label": "two numbers that can only be a place in Texas",
    "foreman_is_the_caller": "nobody else is named who could give the notice",
    "extension_behind_phone": "the extension stood behind the number",
    "number_behind_name": "the number stood behind the name",
    "the_only_address_is_the_site": "it is the only address",
    "emergency_is_ticked": "the box for an emergency is ticked",
    "nature_of_call": "the nature of the call was taken for the work",
    "ticket_is_the_order": "the number of the ticket was taken",
    "incident_is_the_order": "the number of the incident was taken",
    "cut_to_fit": "it was cut to what a ticket can hold",
    "city_from_address": "it is a part of the address",
    "county_of_the_city": "the city lies in this county",
    "county_of_the_zip": "the ZIP code lies in this county",
    "county_of_the_point": "the coordinate lies in this county",
    "county_respelt": "the spelling was put right",
    "city_of_the_county": "the city lies in the county that is named",
    "point_in_the_county": "it lies in the county that is named",
    "middle_of_the_zip": "the middle of the ZIP code, not the site",
    "middle_of_the_town": "the middle of the town, not the site",
    "middle_of_the_county": "the middle of the county, not the site",
    "unit_behind_street": "it stood behind the street",
    "second_of_two_roads": "it is the second of two roads that cross",
    "city_of_the_zip": "the ZIP code is of this town",
    "sender": "it is the sender of the mail",
}
KINDS = {
    DocumentKind.WORK_ORDER: "a work order",
    DocumentKind.LOCATE_TICKET: "a locate ticket",
    DocumentKind.DISPATCH: "a dispatch",
    DocumentKind.PERMIT: "a permit",
    DocumentKind.CORRESPONDENCE: "a letter",
    DocumentKind.FIELDS: "facts, each in its field",
    DocumentKind.NOT_A_WORK_ORDER: "no work order",
    DocumentKind.UNREADABLE: "",
}
TRUST = {
    Tone.STATED: "stated",
    Tone.TAKEN: "taken",
    Tone.CONFIRM: "please confirm",
    Tone.SUGGESTION: "suggestion",
    Tone.OTHER: "alternative or warning",
}
UNITS = {"depth_inches": "inches", "duration_days": "days"}


def origin_of(finding: Finding) -> str:
    """Return by what, and by which rule, a value was read."""
    said = PRODUCERS.get(finding.producer, _spaced(finding.producer))
    if finding.rule is None:
        return said
    return f"{said}; {RULES.get(finding.rule, _spaced(finding.rule))}"


def heading(name: str) -> str:
    """Return what a person calls a field, or what is kept beside the fields, as a heading."""
    words = label(name) if name in TicketFacts.model_fields else _spaced(name)
    unit = UNITS.get(name)
    return f"{words[:1].upper()}{words[1:]}{f' ({unit})' if unit else ''}"


def _spaced(name: str) -> str:
    return name.replace("_", " ")
