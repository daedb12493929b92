"""The facts that an Open Ticket states, each as its field takes it, or left out and said."""

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from domain.facts import LEGAL_STATEMENTS, TicketFacts, TicketType
from domain.location import CoordinateSource, GPSCoordinate
from domain.open_ticket.format import CUSTOM_GROUPS, PRIORITIES, Fault
from domain.open_ticket.shapes import site_in
from domain.open_ticket.slots import (
    Slots,
    first_in,
    is_blank,
    items_of,
    short_text,
    slots_of,
    text_in,
)
from domain.questions import label
from domain.responses import code_key

# Where the format has a slot for a fact: its section, and the names of the slot.
CORE: dict[str, tuple[str, tuple[str, ...]]] = {
    "work_order_ref": ("project", ("projectreference",)),
    "company": ("excavator", ("name",)),
    "address_line_1": ("excavator", ("streetaddress",)),
    "work_for": ("project", ("workdonefor",)),
    "type_of_work": ("project", ("worktype",)),
    "is_blasting": ("project", ("isexplosives",)),
    "is_boring": ("project", ("isdirectionalboring",)),
    "duration_description": ("project", ("duration",)),
    "planned_start_at": ("timeline", ("workon",)),
    "county": ("workSite", ("county",)),
    "city": ("workSite", ("place",)),
    "address": ("workSite", ("fulladdress",)),
    "nearest_intersection": ("workSite", ("intersection",)),
    "driving_directions": ("markingInformation", ("drivingdirections",)),
    "work_area_description": (
        "markingInformation",
        ("markinginstructions", "locateinstructions", "instructions"),
    ),
    "additional_references": ("markingInformation", ("remarks",)),
    "white_lines_painted": ("markingInformation", ("iswhitelined",)),
}
STREET_PARTS = (
    "addressnumber",
    "addressprefix",
    "addressstreetname",
    "addressstreettype",
    "addresssuffix",
)

# Ours by the name under which a custom field arrives, whatever its group.
CUSTOM_NAMES = {
    code_key(to_camel(name)): name for names in CUSTOM_GROUPS.values() for name in names
}
# A custom field on the left says that a slot of the format holds more than the fact on the
# right, which then is stated by itself or not at all.
SHARES_ITS_SLOT = {
    "cross_street": "nearest_intersection",
    "marking_instructions": "work_area_description",
    "is_trenchless": "is_boring",
}

TICKET_TYPES = {
    **{code_key(kind): kind for kind in TicketType},
    "design": TicketType.SURVEY_DESIGN,
    "remark": TicketType.UPDATE_REMARK,
    "damage": TicketType.DIG_UP,
    "correction": TicketType.RECALL,
}
PRIORITY_LEVELS = {code_key(word): level for level, word in PRIORITIES.items()}

FLAGS = {"true": True, "false": False}
# How the texts look that stand for something else; a bare number is no moment.
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}.{0,20}")
PATTERNS = {
    "planned_start_at": MOMENT,
    "expected_completion_on": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "depth_inches": re.compile(r"[0-9]{1,6}"),
    "duration_days": re.compile(r"[0-9]{1,6}"),
}
COORDINATES = re.compile(r"(-?[0-9]{1,2}\.[0-9]{1,9}), ?(-?[0-9]{1,3}\.[0-9]{1,9})")

UNFIT = object()

CODES = {"string_too_long": "FIELD_TOO_LONG", "string_too_short": "INVALID_PHONE_FORMAT"}


def facts_in(sections: Mapping[str, JsonValue], warnings: list[Fault]) -> TicketFacts:
    """Return the facts of a ticket's sections; what is left out is added to the warnings."""
    custom = dict(_custom(sections.get("customFieldGroupList")))
    said = dict(_core(sections)) | dict(_contacts(slots_of(sections.get("excavator"))))
    for partner, shared in SHARES_ITS_SLOT.items():
        if partner in custom:
            said.pop(shared, None)
    facts = dict(_fitting(said | custom, warnings))
    place = facts.pop("gps_coordinates", None)
    site = site_in(sections.get("geometry"), draws_points=place is not None)
    warnings += site.faults
    kinds = _kinds(slots_of(sections.get("header")))
    site_facts = {"gps_coordinates": place or site.place, "geometry": site.shape}
    return TicketFacts.model_validate(facts | kinds | site_facts)


# What is said, under our names.


def _core(sections: Mapping[str, JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    for name, (section, spelled) in CORE.items():
        yield name, first_in(slots_of(sections.get(section)), *spelled)
    site = slots_of(sections.get("workSite"))
    if is_blank(site.get("fulladdress")):
        yield "address", _spaced(*(text_in(site, part) for part in STREET_PARTS))


def _contacts(excavator: Slots) -> Iterator[tuple[str, JsonValue]]:
    """Yield the caller, the contact on site, and the city of the excavator."""
    caller, on_site = _listed_contacts(excavator)
    yield "contact_name", first_in(caller, "name") or excavator.get("callername")
    yield (
        "phone",
        first_in(caller, "phone") or first_in(excavator, "callerphone", "phonenumber"),
    )
    extension = first_in(caller, "phoneextension") or excavator.get("callerphoneextension")
    yield "phone_extension", extension
    email = first_in(caller, "email", "emailaddress") or excavator.get("calleremail")
    yield "email", email
    yield "onsite_contact_name", first_in(on_site, "name") or excavator.get("contactname")
    yield "onsite_phone", first_in(on_site, "phone") or excavator.get("contactphone")
    extension = first_in(on_site, "phoneextension") or excavator.get("contactphoneextension")
    yield "onsite_phone_extension", extension
    region = _spaced(text_in(excavator, "state"), text_in(excavator, "postalcode"))
    city = filter(None, (text_in(excavator, "city"), region))
    yield "city_state_zip", ", ".join(city)


def _listed_contacts(excavator: Slots) -> tuple[Slots, Slots]:
    """Return the caller and the contact on site; who is called neither is the caller."""
    contacts = [slots_of(one) for one in items_of(excavator.get("contactlist"))]
    on_site = [one for one in contacts if "field" in code_key(text_in(one, "contacttype"))]
    others = [one for one in contacts if one not in on_site]
    callers = [one for one in others if "caller" in code_key(text_in(one, "contacttype"))]
    return next(iter(callers or others), {}), next(iter(on_site), {})


def _custom(groups: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    for group in items_of(groups):
        for entry in items_of(first_in(slots_of(group), "fieldlist", "fields")):
            slots = slots_of(entry)
            name = CUSTOM_NAMES.get(code_key(text_in(slots, "fieldname")))
            if name and not is_blank(slots.get("value")):
                yield name, slots["value"]


def _kinds(header: Slots) -> dict[str, object]:
    """Return the type and the priority of which the header speaks in words that we know."""
    own, standard, word = (
        code_key(text_in(header, name)) for name in ("type", "standardtype", "class")
    )
    kind = TICKET_TYPES.get(standard) or TICKET_TYPES.get(own)
    if kind is TicketType.NORMAL and "demolition" in (own, word):
        kind = TicketType.DEMOLITION
    priority = PRIORITY_LEVELS.get(code_key(text_in(header, "priority")))
    return {"ticket_type": kind, "priority_level": priority}


# What fits.


def _fitting(
    said: Mapping[str, JsonValue], warnings: list[Fault]
) -> Iterator[tuple[str, object]]:
    """Yield what its field takes, each tried by itself so that one cannot spoil another."""
    for name, value in said.items():
        if is_blank(value):
            continue
        try:
            facts = TicketFacts.model_validate({name: _taken(name, value)})
        except ValidationError as error:
            warnings.append(_left_out(name, error))
        else:
            yield name, getattr(facts, name)


def _taken(name: str, value: JsonValue) -> object:
    """Return a value as its field may be given it; of another type, what no field takes."""
    if name in LEGAL_STATEMENTS:
        answer = FLAGS.get(value.strip().lower()) if isinstance(value, str) else value
        return answer if isinstance(answer, bool) else UNFIT
    text = short_text(value)
    if name in PATTERNS:
        return text if PATTERNS[name].fullmatch(text) else UNFIT
    if name == "gps_coordinates":
        return _point(text)
    return value if isinstance(value, str) else UNFIT


def _point(text: str) -> object:
    """Return the two numbers of a place as `domain.wording` writes them."""
    found = COORDINATES.fullmatch(text)
    if found is None:
        return UNFIT
    latitude, longitude = map(float, found.groups())
    return GPSCoordinate(
        latitude=latitude, longitude=longitude, source=CoordinateSource.EXTRACTED
    )


def said_by(error: ValidationError) -> str:
    """Return the first thing that pydantic has against a value."""
    return error.errors()[0]["msg"]


def _left_out(name: str, error: ValidationError) -> Fault:
    code = CODES.get(error.errors()[0]["type"], "INVALID_DATA_TYPE")
    return Fault(name, code, f"The {label(name)} is left out: {said_by(error)}.")


def _spaced(*parts: str) -> str:
    return " ".join(filter(None, parts))
