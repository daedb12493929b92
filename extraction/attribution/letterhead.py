"""Letterheads: the utility that heads an order digs itself, where no other firm is named.

Its name, office and number stand in the first lines, cut by bullets or wide gaps. Only a crew
or its leader makes it so: a sheet that leaves open who digs names nobody.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.extraction import Span
from domain.places import is_town
from extraction.candidates import Candidate
from extraction.document import Line
from extraction.labels.concepts import name_of
from extraction.lines.pair import Pair
from extraction.sentences.signatures import block_of
from extraction.values.plain import plain_text

OWN_CREW = 0.78
TOLD_CREW = 0.74  # only the notes tell of a crew
CITY = 0.70
WORKS_FOR_ITSELF = 0.74
OFFICE = 0.76
RULE = "utility_digs_itself"
OFFICE_RULE = "office_in_the_letterhead"
PARTS = {"street": "address_line_1", "place": "city_state_zip", "phone": "phone"}
CREW = re.compile(r"\b(?:crew|lead man|foreman|assigned)\b")
HIRED = re.compile(r"\b(?:contract(?:or|ed)?|contr|excavator|sub(?:contractor)?|vendor|firm)\b")
NOTES = frozenset({"remarks", "description", "scope", "extent", "type_of_work"})
CREW_COMES = re.compile(
    r"\bcrew\s?#?\s?\d{1,3}[a-z]?\b|\b(?:our|city)\s(?:own\s)?crews?\b"
    r"|\bcrews?\s(?:(?:is|are|will|now|be)\s){0,2}(?:en\s?route|enrt|on\s?site|on\s(?:the\s)?scene|responding|dispatched|excavat\w+|dig\w*|to\s(?:dig|excavate|repair))",
    re.IGNORECASE,
)
SENT_TO_CREW = re.compile(r"(?:[-=]?>|\bto:?)\s{1,4}crew\s?#?\s?\d", re.IGNORECASE)
CITY_OF = re.compile(
    r"(?:city|town|village) of (?P<city>[A-Za-z][A-Za-z .'-]{2,30})", re.IGNORECASE
)
HEAD_CHARACTERS_MAX = 160
COUNTY_RULE = "county_heads_the_order"
COUNTY_NAME = r"[^\W\d_][^\W\d_'.]{2,15}(?:\s[^\W\d_][^\W\d_'.]{2,15}){0,2}"
# `HAYS COUNTY ROAD AND BRIDGE` is the county; `Hays County Electric Cooperative` only has its name.
COUNTY_HEADS = re.compile(
    rf"\s{{0,80}}(?:the\s)?(?:(?P<before>{COUNTY_NAME}?)\s(?i:county)|(?i:county\sof)\s(?P<of>{COUNTY_NAME}?))"
    r"(?=\s?$|\s?[,|\u2013\u2014-]|\s{2}|\s(?i:road|roads|bridge|public\sworks|engineer|engineering|commissioners|development"
    r"|permit|permits|precinct|highway|planning|right[- ]of[- ]way|transportation|department)\b)"
)
PUBLIC = re.compile(r"\b(?:city|town|village) of\b", re.IGNORECASE)


def own_crew(
    issuer: Candidate,
    head: Sequence[Line],
    candidates: Sequence[Candidate],
    pairs: Sequence[Pair],
) -> Iterator[Candidate]:
    """Yield the utility as the company and who it works for, with its office, if its crew digs."""
    is_told = _is_told_of(pairs) or any(map(_is_sent_to_crew, head))
    if not is_told and not _is_of_own(candidates, pairs):
        return
    said = {c.field for c in candidates if plain_text(c.raw)}
    strength = TOLD_CREW if is_told else OWN_CREW
    yield replace(issuer, field="company", strength=strength, rule=RULE)
    if "city" not in said:
        yield from _city(issuer)
    if "work_for" not in said and not PUBLIC.search(issuer.raw):
        yield replace(issuer, field="work_for", strength=WORKS_FOR_ITSELF, rule=RULE)
    for part, (raw, span) in sorted(block_of(head).parts.items()):
        field = PARTS.get(part)
        if field and field not in said and not _is_taken(span, candidates):
            yield Candidate(field, raw, (span,), "finder", OFFICE, OFFICE_RULE)


def _is_of_own(candidates: Sequence[Candidate], pairs: Sequence[Pair]) -> bool:
    """Say whether a crew is named, and no firm that was or will be hired."""
    names = [(name_of(pair.words), pair) for pair in pairs]
    has_crew = any(
        (CREW.search(name) or pair.label.concept == "onsite") and plain_text(pair.value)
        for name, pair in names
    )
    has_firm = any(c.field == "company" and plain_text(c.raw) for c in candidates)
    return has_crew and not has_firm and not any(HIRED.search(name) for name, _pair in names)


def _is_told_of(pairs: Sequence[Pair]) -> bool:
    """Say whether notes tell of a crew that comes or digs: `CREW 12 EN ROUTE`; a hired one is another's."""
    told = [pair.value for pair in pairs if pair.label.concept in NOTES]
    has_crew = any(CREW_COMES.search(value) for value in told)
    is_hired = any(HIRED.search(value.lower()) for value in told)
    return has_crew and not is_hired and not any(HIRED.search(name_of(p.words)) for p in pairs)


def _is_sent_to_crew(line: Line) -> bool:
    """Say whether a line of the head sends the order to a crew of its own: `GAS CO -> CREW 14`."""
    return SENT_TO_CREW.search(line.text[:HEAD_CHARACTERS_MAX]) is not None


def _city(issuer: Candidate) -> Iterator[Candidate]:
    """Yield the city that heads the order as the city of the site: its crews dig in its streets."""
    match = CITY_OF.fullmatch(issuer.raw)
    if match and is_town(match["city"]) and len(issuer.spans) == 1:
        span = issuer.spans[0]
        place = span.model_copy(
            update={
                "quote": match["city"],
                "start": span.start + match.start("city"),
                "end": span.start + match.end("city"),
            }
        )
        yield replace(
            issuer,
            field="city",
            raw=match["city"],
            spans=(place,),
            strength=CITY,
            rule="city_digs_itself",
        )


def county_of_issuer(
    head: Sequence[Line], candidates: Sequence[Candidate]
) -> Iterator[Candidate]:
    """Yield the county that heads an order or a permit as that of the site: its roads lie there."""
    if any(c.field == "county" and plain_text(c.raw) for c in candidates):
        return
    for line in head:
        match = COUNTY_HEADS.match(line.text[:HEAD_CHARACTERS_MAX])
        if match and not line.label:
            place = line.span(*match.span("before" if match["before"] else "of"))
            yield Candidate("county", place.quote, (place,), "finder", CITY, COUNTY_RULE)
            return


def _is_taken(span: Span, candidates: Sequence[Candidate]) -> bool:
    """Say whether the site was read from these words."""
    return any(
        (c.producer == "label" or c.field == "address")
        and any(
            (s.line, s.part, s.start) == (span.line, span.part, span.start) for s in c.spans
        )
        for c in candidates
    )
