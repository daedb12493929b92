"""Subjects: what the subject of a mail and the `Re:` of a letter name: the work and its number."""

import re
from collections.abc import Iterator

from domain.places import is_town
from extraction.candidates import Candidate
from extraction.document import Document, Line
from extraction.sentences.numbers import numbers_told
from extraction.sentences.site import counties_in
from extraction.sentences.told import ORDER, PRODUCER
from extraction.sentences.work import DIGS
from extraction.values.streets import IS_ADDRESS

WORK = 0.66
LINES_MAX = 60
RE = re.compile(
    r"^\W{0,3}(?:re|subject|reference|regarding)\s?:\s{0,4}(?P<rest>\S.{3,160})$", re.IGNORECASE
)
LEAD = re.compile(
    r"^(?:\s?(?:fwd?|re|aw)\s?:\s{0,3}|\s?\[[^\[\]]{1,20}\]\s{0,3}){1,6}", re.IGNORECASE
)
NUMBERED = re.compile(
    r"\b(?:wo|w\.o\.|work order|wr|work request|job|project|po|permit)\s?(?:no\.?|number|#)?\s?[:#]?\s?(?=[\w-]{0,12}\d)[\w-]{2,20}\s?[-,:]{0,2}\s?",
    re.IGNORECASE,
)
URGENT = re.compile(
    r"^(?:emergency|urgent|rush|asap|locate(?:s)? (?:needed|request))\W{1,4}", re.IGNORECASE
)
BROKEN = re.compile(
    r"\b(?:leak|break|main|repair|service line|cave[- ]?in|outage)\b", re.IGNORECASE
)
WORK_CHARACTERS_MIN = 6
CITY = 0.70
CITY_OF = re.compile(
    r"(?:^|,\s|\bin\s(?:the\s)?)(?:City|Town|Village)\sof\s(?P<value>[A-Z][\w.'-]{1,20}(?:\s[A-Z][\w.'-]{1,20}){0,2}?)(?=\s?,|\s?$|\s-\s)"
)
NO_WORK = re.compile(
    r"\b(?:invoice|luncheon|meeting|invitation|question|automatic reply|out of office|newsletter|training|summary|report|statement|agenda|ticket)\b",
    re.IGNORECASE,
)


def subject_told(document: Document) -> Iterator[Candidate]:
    """Yield the number of the order and the work that the subject names."""
    for line in document.lines[:LINES_MAX]:
        is_header = line.label == "Subject" and line.part == "header"
        match = None if line.label else RE.match(line.text[:200])
        start = 0 if is_header else match.start("rest") if match else None
        if start is not None:
            yield from _subject(line, start)


def _subject(line: Line, start: int) -> Iterator[Candidate]:
    text = line.text[:200]
    for told in numbers_told(text, start, len(text)):
        raw, spans = text[told.start : told.end], (line.span(told.start, told.end),)
        yield Candidate(told.field, raw, spans, PRODUCER, told.strength, told.rule, ORDER)
    yield from _place(line, text, start)
    lead = LEAD.match(text[start:])
    start += lead.end() if lead else 0
    number = NUMBERED.match(text[start:])
    start += number.end() if number else 0
    lead = URGENT.match(text[start:])
    start += lead.end() if lead else 0
    place = IS_ADDRESS.search(text, start)
    end = place.start() if place and place.start() > start + WORK_CHARACTERS_MIN else len(text)
    if (DIGS.search(text[start:end]) or BROKEN.search(text[start:end])) and not NO_WORK.search(
        text[start:end]
    ):
        spans = (line.span(start, end),)
        yield Candidate(
            "type_of_work", spans[0].quote, spans, "finder", WORK, "subject", 29_000
        )


def _place(line: Line, text: str, start: int) -> Iterator[Candidate]:
    """Yield the city and the county in which the subject puts the work: `Elm St, City of Alto, Rusk County`."""
    city = CITY_OF.search(text, start)
    if city and is_town(city["value"]):
        spans = (line.span(*city.span("value")),)
        yield Candidate("city", spans[0].quote, spans, PRODUCER, CITY, "subject", ORDER)
    for told in counties_in(text, start, len(text)):
        spans = (line.span(told.start, told.end),)
        yield Candidate(
            told.field, spans[0].quote, spans, PRODUCER, told.strength, told.rule, ORDER
        )
