"""The words: what each field is called, the question that fills it, and why it is asked.

Only wording lives here; which question is due is decided in `domain.validation`. A question
can be answered at once by the person who has the work order in hand.
"""

from dataclasses import dataclass

from pydantic import BaseModel

from domain.location import PROVENANCE_FIELDS


@dataclass(frozen=True, slots=True)
class Question:
    """A field's name as a person says it, the question, and help that names its source."""

    label: str
    prompt: str
    help: str | None = None


# What several questions rest on.
NAMES_THE_EXCAVATOR = "The notice must name the excavator, with address and telephone (Tex. Util. Code 251.152(3))."
FINDS_THE_SITE = (
    "The notice must give the street address if there is one, else an accurate description by "
    "the nearest street, road or intersection (Tex. Util. Code 251.152(2))."
)
SHOWS_THE_MAP = "Texas811 routes the notice by a shape on the map, inside of one county."
GIVES_BOTH_DATES = (
    "The notice must give the starting date and time and the expected completion date "
    "(Tex. Util. Code 251.152(6))."
)
REACHES_THE_FIELD = (
    "The notice gives a field telephone if there is one (Tex. Util. Code 251.152(4))."
)
ASKED_BY_THE_CENTER = "Texas811 asks for it on every ticket."
TOLD_IN_REMARKS = "It helps the locator on the site; Texas811 takes it as a remark."
REFERS_BACK = "Each request that refers to an earlier one names its number (Texas811 practice)."

QUESTIONS: dict[str, Question] = {
    "work_order_ref": Question(
        "work order number",
        "What is the number of the work order?",
        TOLD_IN_REMARKS,
    ),
    "ticket_type": Question(
        "ticket type",
        "Which type of ticket is it: Normal, Emergency, Update or another?",
        "The type decides how long to wait (Tex. Util. Code 251.151; Texas811 Member Packet).",
    ),
    "priority_level": Question(
        "priority",
        "How urgent is the locate: Standard or Rush?",
        "A priority shortens no wait: only the type Emergency does (Tex. Util. Code 251.155).",
    ),
    # The excavator.
    "company": Question(
        "excavator company", "Which company will do the digging?", NAMES_THE_EXCAVATOR
    ),
    "contact_name": Question(
        "contact name",
        "Who gives this notice for the excavator? First and last name, please.",
        "The notice must name the person giving it (Tex. Util. Code 251.152(1)).",
    ),
    "phone": Question(
        "phone number",
        "Which phone number, with area code, reaches the caller?",
        "The notice must give the excavator's telephone (Tex. Util. Code 251.152(3)).",
    ),
    "phone_extension": Question(
        "phone extension",
        "Which extension reaches the caller?",
        "The notice must give the excavator's telephone (Tex. Util. Code 251.152(3)).",
    ),
    "email": Question(
        "e-mail address",
        "To which e-mail address may operators send their answers?",
        "Operators that will not mark say so electronically (Tex. Util. Code 251.152(5)), and the "
        "notice says how answers are received (16 TAC 18.3(b)).",
    ),
    "address_line_1": Question(
        "excavator's street address",
        "What is the street address of the excavator's office?",
        NAMES_THE_EXCAVATOR,
    ),
    "address_line_2": Question(
        "excavator's suite",
        "Is there a suite or a box in the excavator's address?",
        NAMES_THE_EXCAVATOR,
    ),
    "city_state_zip": Question(
        "excavator's city, state and ZIP",
        "In which city, state and ZIP code is the excavator's office?",
        NAMES_THE_EXCAVATOR,
    ),
    "onsite_contact_name": Question(
        "contact on site", "Who can be asked for on site?", REACHES_THE_FIELD
    ),
    "onsite_phone": Question(
        "on-site phone", "Which number reaches the crew on site?", REACHES_THE_FIELD
    ),
    "onsite_phone_extension": Question(
        "on-site extension", "Which extension reaches the crew on site?", REACHES_THE_FIELD
    ),
    # The work.
    "work_for": Question("client", "For whom is the work done?", ASKED_BY_THE_CENTER),
    "work_for_phone": Question(
        "client's phone",
        "Which number reaches the client?",
        "Texas811 takes it beside the client.",
    ),
    "type_of_work": Question(
        "type of work",
        "What work will be done, for example: replace power pole, install gas service?",
        ASKED_BY_THE_CENTER,
    ),
    "work_category": Question(
        "category of work", "To which category does the work belong?", TOLD_IN_REMARKS
    ),
    "is_trenchless": Question(
        "trenchless work",
        "Will the line be laid without a trench, yes or no?",
        "Texas811 asks for directional boring, which leaves no trench to look into.",
    ),
    "is_blasting": Question(
        "explosives",
        "Will explosives be used, yes or no?",
        "The notice must state whether explosives are used (Tex. Util. Code 251.152(7)).",
    ),
    "is_boring": Question(
        "boring", "Will there be directional boring, yes or no?", ASKED_BY_THE_CENTER
    ),
    "depth_inches": Question(
        "depth",
        "How deep will you dig, in feet or inches?",
        "A ticket is taken at any depth. Utilities Code chapter 251 is about powered digging to "
        "16 inches or more, exactly 16 is in (251.002(5)); 16 TAC chapter 18 about digging that "
        "exceeds 16 inches, exactly 16 is out (18.1(d)(2)). Near pipelines call at any depth.",
    ),
    "depth_description": Question(
        "depth in words", "How deep will you dig, in your own words?", ASKED_BY_THE_CENTER
    ),
    "duration_days": Question(
        "duration", "How many days will the digging take?", GIVES_BOTH_DATES
    ),
    "duration_description": Question(
        "duration in words", "How long will the digging take?", GIVES_BOTH_DATES
    ),
    "planned_start_at": Question(
        "planned start",
        "On which date, and at what time of day, shall the digging start?",
        GIVES_BOTH_DATES,
    ),
    "expected_completion_on": Question(
        "completion date", "On which date will the work be completed?", GIVES_BOTH_DATES
    ),
    "equipment_type": Question(
        "equipment",
        "With which equipment will you dig, for example: backhoe, auger, hand tools?",
        ASKED_BY_THE_CENTER,
    ),
    # The site.
    "county": Question(
        "county",
        "In which Texas county is the site?",
        "Texas811 takes one county per request; work in a second needs its own ticket.",
    ),
    "city": Question(
        "city",
        "In which city is the site, or which is the nearest?",
        "Texas811 asks for the county and the place of each site.",
    ),
    "address": Question("address", "What is the street address of the site?", FINDS_THE_SITE),
    "location": Question(
        "location",
        "Please give a street address or GPS coordinates of the site.",
        "The notice must say where the site is (Tex. Util. Code 251.152(2)).",
    ),
    "cross_street": Question(
        "cross street", "Which street crosses nearest to the site?", FINDS_THE_SITE
    ),
    "nearest_intersection": Question(
        "nearest intersection",
        "Which two streets or roads cross nearest to the site?",
        FINDS_THE_SITE,
    ),
    "driving_directions": Question(
        "driving directions",
        "How does one drive there from the nearest intersection: which way, how far, which side?",
        "Texas811 wants distances and compass directions from a known intersection where no "
        "house number leads to the site.",
    ),
    "subdivision": Question("subdivision", "In which subdivision is it?", FINDS_THE_SITE),
    "lot_block": Question("lot and block", "Which lot and block is it?", FINDS_THE_SITE),
    "section_township_range": Question(
        "survey section", "In which section or survey is it?", FINDS_THE_SITE
    ),
    "work_area_description": Question(
        "work area",
        "Where on the property will you dig: from which point, how far, how wide?",
        "An address alone is not enough (Tex. Util. Code 251.152(2)).",
    ),
    "work_area_size_description": Question(
        "size of the work area",
        "How large is the work area, in feet?",
        "An address alone is not enough (Tex. Util. Code 251.152(2)).",
    ),
    "gps_coordinates": Question(
        "GPS coordinates",
        "What are latitude and longitude of the site, in degrees?",
        "A point helps to find the site; it does not replace the description in words "
        "(Tex. Util. Code 251.152(2)).",
    ),
    "geometry": Question("shape of the site", "Please draw the site.", SHOWS_THE_MAP),
    "pole_id": Question("pole number", "What is the number of the pole?", TOLD_IN_REMARKS),
    "transformer_id": Question(
        "transformer number", "What is the number of the transformer?", TOLD_IN_REMARKS
    ),
    "meter_number": Question(
        "meter number", "What is the number of the meter?", TOLD_IN_REMARKS
    ),
    "service_address": Question("service address", "Which address is served?", TOLD_IN_REMARKS),
    "additional_references": Question(
        "further references", "By what else can the site be found?", TOLD_IN_REMARKS
    ),
    # The marking.
    "marking_instructions": Question(
        "marking instructions",
        "What shall be marked, for example: a 20 ft radius round the pole, the whole lot?",
        "Texas811 asks for detailed marking instructions on every ticket.",
    ),
    "white_lines_painted": Question(
        "white lines",
        "Is the dig site marked in white, yes or no?",
        "White-lining is required where the ticket alone cannot show the site (16 TAC 18.3(c)).",
    ),
    # Special conditions.
    "emergency_justification": Question(
        "emergency justification",
        "What danger or outage makes this an emergency, and is a crew on site?",
        "An emergency is a danger to life, health or property, or an urgent service repair; a "
        "false claim costs 1,000 to 2,000 dollars (Tex. Util. Code 251.155).",
    ),
    "damage_claim_number": Question(
        "damage claim", "What is the number of the damage claim?", TOLD_IN_REMARKS
    ),
    "previous_ticket_number": Question(
        "previous ticket number",
        "What is the number of the earlier ticket at Texas811?",
        REFERS_BACK,
    ),
    "continuation_reference": Question(
        "continued work", "Which work does this ticket continue?", REFERS_BACK
    ),
}


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
# Of a number without its unit nobody knows how much it is.
UNITS = {"depth_inches": "inches", "duration_days": "days"}


def label(field: str) -> str:
    """Return what a person calls this field."""
    question = QUESTIONS.get(field)
    return question.label if question else field.replace("_", " ")


def shown(value: object) -> str:
    """Return a value, or a model of the domain, as a person would write it."""
    if isinstance(value, BaseModel):
        return shown(value.model_dump(mode="json"))
    if isinstance(value, dict):
        parts = (value[name] for name in value if name not in PROVENANCE_FIELDS)
        return ", ".join(str(part) for part in parts if part is not None)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
