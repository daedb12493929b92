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


QUESTIONS: dict[str, Question] = {
    "company": Question(
        "excavator company",
        "Which company will do the digging?",
        "The notice must name the excavator (Tex. Util. Code 251.152(3)).",
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
    "email": Question(
        "e-mail address",
        "To which e-mail address may operators send their answers?",
        "Operators that will not mark say so electronically (Tex. Util. Code 251.152(5)).",
    ),
    "onsite_phone": Question("on-site phone", "Which number reaches the crew on site?"),
    "work_for_phone": Question("client's phone", "Which number reaches the client?"),
    "type_of_work": Question(
        "type of work",
        "What work will be done, for example: replace power pole, install gas service?",
    ),
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
    "work_area_description": Question(
        "work area",
        "Where on the property will you dig: from which point, how far, how wide?",
        "An address alone is not enough (Tex. Util. Code 251.152(2)).",
    ),
    "location": Question(
        "location",
        "Please give a street address or GPS coordinates of the site.",
        "The notice must say where the site is (Tex. Util. Code 251.152(2)).",
    ),
    "emergency_justification": Question(
        "emergency justification",
        "What danger or outage makes this an emergency, and is a crew on site?",
        "An emergency is a danger to life, health or property, or an urgent service repair; a "
        "false claim costs 1,000 to 2,000 dollars (Tex. Util. Code 251.155).",
    ),
    "is_blasting": Question(
        "explosives",
        "Will explosives be used, yes or no?",
        "The notice must state whether explosives are used (Tex. Util. Code 251.152(7)).",
    ),
    "is_boring": Question("boring", "Will there be directional boring, yes or no?"),
    "white_lines_painted": Question(
        "white lines",
        "Is the dig site marked in white, yes or no?",
        "White-lining is required where the ticket alone cannot show the site (16 TAC 18.3(c)).",
    ),
    "depth_inches": Question("depth", "How deep will you dig, in feet or inches?"),
    "duration_days": Question("duration", "How many days will the digging take?"),
}


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
