"""The question: which fields a document is worth asking a language model about.

It is asked about what the rules left empty or weak, and only if that is something that a ticket
cannot do without; a document that the rules have understood is not sent anywhere.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from domain.extraction import ACCEPT_CONFIDENCE, DocumentKind, Extraction
from domain.facts import REQUIRED_FIELDS
from extraction.document import Line

CHARACTERS_MAX = 24_000  # of a document: what is worth knowing stands on its first pages
LINE_CHARACTERS_MAX = 2_000
LINES_MAX = 1_500

# A closed list, with the words for the model. What is not here is never asked: legal statements,
# the kind of ticket, the priority and why it is an emergency, dates, coordinates, numbers of
# other tickets.
ASKED: dict[str, str] = {
    "company": "the company that will dig (the excavator), not the one that ordered the work",
    "contact_name": "the person at the excavator who can be asked about the work",
    "phone": "the telephone number of that person or company",
    "email": "the e-mail address of that person or company",
    "onsite_contact_name": "the person on site, for instance the foreman",
    "onsite_phone": "the telephone number of the person on site",
    "work_for": "the utility, owner or customer for whom the work is done",
    "type_of_work": "what will be done, for instance: replace power pole",
    "equipment_type": "the equipment that will dig",
    "depth_inches": "how deep the dig goes, with its unit",
    "duration_days": "how long the work takes, with its unit",
    "county": "the county of the work site",
    "city": "the city or town of the work site",
    "address": "the street address of the work site",
    "nearest_intersection": "the nearest street that crosses",
    "subdivision": "the subdivision of the work site",
    "lot_block": "lot and block of the work site",
    "driving_directions": "the way to the work site",
    "work_area_description": "where on the property the dig is, and how far it extends",
    "work_area_size_description": "the size of the work area",
    "marking_instructions": "what the locators shall mark",
    "pole_id": "the number of the pole",
    "transformer_id": "the number of the transformer",
    "meter_number": "the number of the meter",
    "work_order_ref": "the number of the work order",
}
# One of these must be open before anything is asked at all.
WORTH_ASKING = frozenset(REQUIRED_FIELDS) | {"address"}
# Nothing is taken from the first two; the last is in our own words, and says what it means.
NEVER_ASKED = frozenset(
    {DocumentKind.UNREADABLE, DocumentKind.NOT_A_WORK_ORDER, DocumentKind.FIELDS}
)


@dataclass(frozen=True, slots=True)
class Question:
    """The fields to ask for, and the lines to look in, numbered from 1 by their order."""

    fields: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def characters(self) -> int:
        """How much text of the document is sent."""
        return sum(len(line.text) + len(line.label or "") for line in self.lines)


def question_of(
    extraction: Extraction, lines: Iterable[Line], *, stated: Collection[str] = ()
) -> Question | None:
    """Return what a language model should be asked, or None if there is no need.

    `stated` are the fields that the client has given by name: they are not in doubt.
    """
    if extraction.kind in NEVER_ASKED:
        return None
    fields = tuple(name for name in ASKED if name not in stated and _is_open(extraction, name))
    seen = excerpt(lines)
    return Question(fields, seen) if seen and not WORTH_ASKING.isdisjoint(fields) else None


def excerpt(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the first lines, as many as are sent; of blank ones, one between two others."""
    seen: list[Line] = []
    left = CHARACTERS_MAX
    for line in _plain(lines):
        is_second_blank = not line.text.strip() and (not seen or not seen[-1].text.strip())
        if is_second_blank:
            continue
        left -= len(line.text) + len(line.label or "")
        if left < 0 or len(seen) == LINES_MAX:
            break
        seen.append(line)
    return tuple(seen)


def _plain(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines cut to length, of letters that can be sent; what stands where is kept."""
    for line in lines:
        text = _sendable(line.text[:LINE_CHARACTERS_MAX])
        label = _sendable(line.label[:LINE_CHARACTERS_MAX]) if line.label else None
        yield replace(line, text=text, label=label)


def _sendable(text: str) -> str:
    # JSON can name halves of letters, which no encoding knows.
    return text.encode("utf-8", "replace").decode("utf-8")


def _is_open(extraction: Extraction, name: str) -> bool:
    found = extraction.fields.get(name)
    return found is None or found.confidence < ACCEPT_CONFIDENCE
