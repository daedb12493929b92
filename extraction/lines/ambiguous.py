"""What a value tells about its label: one label may ask for two things, or mean either of two.

`City / County: Kyle / Hays` is two pairs; `ST: TX` is a state, `ST: Main` a street; `Depth (ft): 4` is
four feet; `Location: 410 Oak Ln` is an address and no description.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from domain.extraction import Span
from extraction.labels.concepts import Label
from extraction.lines.block_in_value import block_in
from extraction.lines.told_by_value import MEANINGS, PARTY_PHONE, PEOPLE
from extraction.roles import Role
from extraction.value import value
from extraction.values.normalise import EMAIL
from extraction.values.phones import NUMBER
from extraction.values.shapes import (
    BEHIND_ZIP,
    IN_COUNTY,
    KIND_OF_FIRM,
    LOT_BEHIND,
    OF_FIRM,
    OFFICE_BEHIND,
)

SPACED = re.compile(r"\s{1,3}[/|]\s{1,3}")  # `06/09/2026 / 4`: the date is one piece
PARTS = re.compile(r"\s{0,3}[/|]\s{0,3}")
COMMAS = re.compile(r"\s{0,3}[,;]\s{0,3}")
GAPS = re.compile(r"\s{2,20}")
SLASHED = re.compile(r"[A-Za-z .]{2,30}\s?/\s?[A-Za-z]{2}\s?/\s?\d{5}(?:-\d{4})?")
VALUE_CHARACTERS_MAX = 300

# What finds its own part of a value that is not divided.
SELF_FINDING = frozenset(
    ["phone", "mobile", "email", "extension", "caller", "contact", "onsite", "name", "point"]
)
UNIT_IN_LABEL = re.compile(
    r"(?<![A-Za-z])(?P<unit>ft|feet|foot|in|inch|inches|yds?|yards|hrs?|hours|days?|weeks?|wks?)\.?\)?\s{0,3}[?:.]{0,3}$",
    re.IGNORECASE,
)
# `Days on job: 2`, `Start / days`
TIME_IN_LABEL = re.compile(r"(?<![A-Za-z])(?P<unit>days|hours|hrs|weeks)\b", re.IGNORECASE)
BARE_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,2})?(?:\s?(?:-|to)\s?\d{1,4}(?:\.\d{1,2})?)?\+?")
MEASURED = frozenset({"depth", "duration"})
BEFORE_NUMBER = re.compile(
    r"[\s,;:@(<\[/|-]{0,6}(?:\b(?:cell|ph|phone|tel|telephone|mobile|office|ofc|at|c|o|m|p|t)\b[\s.:#-]{0,4})?$",
    re.IGNORECASE,
)
CREW = re.compile(r"(?:crew|unit|truck|gang)\s?#?\s?\w{1,6}\s{0,2}[/,-]\s{0,2}", re.IGNORECASE)


@value
class Meant:
    """A label with its value, as they are meant."""

    label: Label
    value: str
    spans: tuple[Span, ...]


def meant(label: Label, value: str, spans: tuple[Span, ...]) -> Iterator[Meant]:
    """Yield what a label and its value say: once, or once for each thing that it asks for."""
    if label.concept == "city_state_zip" and SLASHED.fullmatch(value.strip()):
        more = (Label("state", label.role), Label("zip", label.role))
        label = replace(label, concept="city", more=more)
    if (
        label.more
        and value
        and not (label.concept == "subdivision" and LOT_BEHIND.search(value))
    ):
        yield from _divided(label, value, spans)
        return
    block = block_in(label, value) if len(spans) == 1 else []
    if block:
        for part, start, end in block:
            span = _part_of(spans[0], value, start, end)
            yield Meant(part, span.quote, (span,))
        return
    one = Meant(_label_of(label, value.strip()), value, spans)
    behind = list(_behind(one))
    if one.label.concept in ("phone", "mobile"):
        behind = [one, *behind]
    yield from _with_number(one) if one.label.concept in PEOPLE else behind or [one]


def _behind(one: Meant) -> Iterator[Meant]:
    """Yield the value without what stands behind it in brackets, and what that is."""
    span, concept = one.spans[0] if len(one.spans) == 1 else None, one.label.concept
    if span is None:
        return
    kind = KIND_OF_FIRM.search(one.value) if concept == "company" else None
    is_place = concept in ("address", "city", "service_address", "city_state_zip")
    county = (IN_COUNTY.search(one.value) or BEHIND_ZIP.search(one.value)) if is_place else None
    lot = LOT_BEHIND.search(one.value) if concept == "subdivision" else None
    mail = EMAIL.search(one.value) if concept in ("phone", "mobile") else None
    office = OFFICE_BEHIND.search(one.value) if concept == "company" else None
    if found := kind or county or office or lot:
        place = _part_of(span, one.value, 0, found.start())
        yield Meant(one.label, place.quote, (place,))
    if county:
        place = _part_of(span, one.value, *county.span("county"))
        yield Meant(Label("county", one.label.role), place.quote, (place,))
    if lot:
        place = _part_of(span, one.value, *lot.span("lot"))
        yield Meant(Label("lot_block", one.label.role), place.quote, (place,))
    if office:
        place = _part_of(span, one.value, *office.span("office"))
        yield Meant(Label("mailing_address", Role.EXCAVATOR), place.quote, (place,))
    if mail:
        place = _part_of(span, one.value, *mail.span())
        yield Meant(Label("email", one.label.role), place.quote, (place,))


def _with_number(one: Meant) -> Iterator[Meant]:
    """Yield a person without the number, mailbox and company that stand behind the name, and those."""
    name, label, span = one.value, one.label, one.spans[0] if len(one.spans) == 1 else None
    first = crew.end() if (crew := CREW.match(name)) else 0
    reached = [found for found in (NUMBER.search(name), EMAIL.search(name)) if found]
    stop = min((found.start() for found in reached), default=len(name))
    head = BEFORE_NUMBER.sub("", name[:stop]) if reached else name
    firm = OF_FIRM.search(head) if label.concept != "work_for" else None
    end = firm.start() if firm else len(head)
    is_whole = not reached and firm is None and not first
    if span is None or not head[first:].strip() or is_whole:
        yield one
        return
    person = _part_of(span, name, first, end)
    yield Meant(label, person.quote, (person,))
    role = label.role or PARTY_PHONE.get(label.concept)
    for found in reached:
        is_mail = found.re is EMAIL
        place = _part_of(span, name, found.start(), found.end() if is_mail else len(name))
        yield Meant(Label("email" if is_mail else "phone", role), place.quote, (place,))
    if firm:
        company = _part_of(span, name, firm.end(), len(head))
        yield Meant(Label("company", is_guessed=True), company.quote, (company,))


def _divided(label: Label, value: str, spans: tuple[Span, ...]) -> Iterator[Meant]:
    labels = (replace(label, more=()), *label.more)
    pieces = _pieces(value, len(labels)) if len(spans) == 1 else []
    concepts = [one.concept for one in labels]
    if not pieces and sorted(concepts) == ["city", "county"]:
        # Where a city is a county of its own, forms ask for either.
        labels = tuple(one for one in labels if one.concept == "county")
    for place, one in enumerate(labels):
        if pieces:
            start, end = pieces[place]
            span = _part_of(spans[0], value, start, end)
            yield Meant(_label_of(one, span.quote), span.quote, (span,))
        elif place == 0 or (one.concept in SELF_FINDING and _may_hold(one.concept, value)):
            yield Meant(_label_of(one, value), value, spans)


def _may_hold(concept: str, value: str) -> bool:
    """Say whether a value that is not divided may name a person, if one is asked for."""
    return concept not in PARTY_PHONE or re.search(r"[A-Za-z]{2}", value) is not None


def _pieces(value: str, count: int) -> list[tuple[int, int]]:
    """Return where the pieces of a value stand if it has as many as its label."""
    for divider in (SPACED, PARTS, COMMAS, GAPS):
        cuts = [match.span() for match in divider.finditer(value[:VALUE_CHARACTERS_MAX])]
        if len(cuts) == count - 1:
            starts = [0, *(end for _start, end in cuts)]
            return list(
                zip(starts, [*(start for start, _end in cuts), len(value)], strict=True)
            )
    return []


def _part_of(span: Span, value: str, start: int, end: int) -> Span:
    first = (span.start or 0) + start
    quote = value[start:end].strip()
    first += len(value[start:end]) - len(value[start:end].lstrip())
    return span.model_copy(update={"quote": quote, "start": first, "end": first + len(quote)})


def _label_of(label: Label, value: str) -> Label:
    """Return the label that is meant where its words alone leave two meanings."""
    if not value:
        return label
    for concepts, is_so, concept, role in MEANINGS:
        if label.concept in concepts and is_so(value):
            own = PARTY_PHONE.get(label.concept) if concept == "phone" else role
            is_guessed = label.is_guessed or (concept == "company" and label.concept in PEOPLE)
            return replace(
                label, concept=concept, role=label.role or own, is_guessed=is_guessed
            )
    return label


def unit_of(label: Label | None, words: str, value: str) -> re.Match[str] | None:
    """Return the unit that stands in the label of a bare number."""
    if label is None or label.concept not in MEASURED or not BARE_NUMBER.fullmatch(value):
        return None
    found = UNIT_IN_LABEL.search(words)
    return found or (TIME_IN_LABEL.search(words) if label.concept == "duration" else None)
