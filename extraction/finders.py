"""Finders: values that show themselves without a label, and sentences that state one.

They speak with a low voice: a labelled value is always stronger. An address without a label
is looked for only where nothing else could be one.
"""

import re
from collections.abc import Iterator

from domain.extraction import DocumentKind
from domain.texas import find_county
from extraction.addresses import STREET
from extraction.candidates import Candidate
from extraction.document import Document, Line
from extraction.normalise import EMAIL
from extraction.pairs import Pair
from extraction.phones import NUMBER

LINES_MAX = 2_000  # sentences are sought in so many lines
LINE_CHARACTERS_MAX = 20_000
FOUND_MAX = 50  # of one kind
BANNER = 0.90
SENTENCE = 0.72
ALONE = 0.64
SUGGESTION = 0.50
NARRATIVE_CHARACTERS_MIN = 40

BANNER_LINE = re.compile(r"\*\*\s{0,4}([A-Z][A-Z /-]{3,30}?)\s{0,12}\*\*")
COUNTY_IN_TEXT = re.compile(r"\b((?:[A-Z][A-Za-z]+\s){1,3})(?:County|COUNTY)\b")
NO_REPLY = re.compile(
    r"no[._-]?reply|donotreply|unsubscribe|support@|info@|postmaster|webmaster", re.IGNORECASE
)
COLUMN = re.compile(r"\S+(?: \S+){0,400}")

TICKET = re.compile(r"\bticket\b", re.IGNORECASE)
KIND_IN_SUBJECT = re.compile(
    r"\b(normal|routine|emergency|update|no response|demolition)\b", re.IGNORECASE
)
CENTER_CODES = {"NORM": "Normal", "EMER": "Emergency", "UPDT": "Update", "STRT": "Normal"}
CENTER_CODE = re.compile(r"\b(?:NEW|ORIG|UPDT|REMK|RNEW)\s(NORM|EMER|UPDT|STRT)\b")

NAME = r"([A-Z][\w&.,'-]{1,30}(?:\s[A-Z&][\w&.,'-]{0,30}){0,6})"
SENTENCES: tuple[tuple[str, re.Pattern[str], float], ...] = (
    (
        "company",
        re.compile(r"hereby given that\s{1,3}([A-Z][^\n()]{2,80}?)\s{1,3}proposes to\b"),
        SENTENCE,
    ),
    (
        "type_of_work",
        re.compile(
            r"proposes to ((?:place|install|construct|replace|relocate|bore)[^\n.;]{3,160}?)\s(?:within|along|in|on|under)\b",
            re.IGNORECASE,
        ),
        SENTENCE,
    ),
    ("company", re.compile(r"\b[Cc]ontractor (?:is|will be)\s" + NAME), SENTENCE),
    (
        "nearest_intersection",
        re.compile(
            r"\bat the intersection (?:with|of)\s([A-Z0-9][\w .'-]{2,50}?)(?=[,.;\n]|$)"
        ),
        ALONE,
    ),
)


def found_in(document: Document, pairs: list[Pair], kind: DocumentKind) -> list[Candidate]:
    """Return the candidates that need no label."""
    lines = [line for line in document.lines if line.label is None][:LINES_MAX]
    found = [*_banners(lines), *_subjects(document), *_codes(lines)]
    found += [*_sentences(lines), *_counties(lines)]
    if kind is DocumentKind.CORRESPONDENCE:
        found += _people(document)
    has_address = any(
        pair.label.concept in ("address", "street") and pair.value for pair in pairs
    )
    if kind is DocumentKind.DISPATCH and not has_address:
        found += _addresses(lines)
    if kind is DocumentKind.DISPATCH:
        found += [*_emergency(lines), *_narrative(pairs, lines)]
    found += _sender(document, pairs)
    return found[: 4 * FOUND_MAX]


def _made(
    line: Line, span: tuple[int, int], field: str, strength: float, rule: str
) -> Candidate:
    place = line.span(*span)
    return Candidate(
        field, place.quote, (place,), "finder", strength, rule, order=20_000 + line.number
    )


def _banners(lines: list[Line]) -> Iterator[Candidate]:
    """Take the kind of ticket from a banner such as *** R O U T I N E ***."""
    for line in lines[:60]:
        match = BANNER_LINE.search(line.text[:LINE_CHARACTERS_MAX])
        if match:
            place = line.span(*match.span(1))
            yield Candidate(
                "ticket_type", place.quote, (place,), "finder", BANNER, "banner", line.number
            )


def _subjects(document: Document) -> Iterator[Candidate]:
    """Take the kind of ticket from the subject of a mail that brings one."""
    for line in document.lines:
        if (
            line.label == "Subject"
            and line.part.endswith("header")
            and TICKET.search(line.text)
        ):
            match = KIND_IN_SUBJECT.search(line.text)
            if match:
                yield _made(line, match.span(), "ticket_type", SENTENCE, "subject")


def _codes(lines: list[Line]) -> Iterator[Candidate]:
    """Take the kind of ticket from a code such as NEW NORM in the first lines."""
    for line in lines[:6]:
        match = CENTER_CODE.search(line.text[:LINE_CHARACTERS_MAX])
        if match:
            place = line.span(*match.span())
            raw = CENTER_CODES[match[1]]
            yield Candidate(
                "ticket_type", raw, (place,), "finder", SENTENCE, "center_code", 9_000
            )


def _sentences(lines: list[Line]) -> Iterator[Candidate]:
    for line in lines:
        for field, pattern, strength in SENTENCES:
            match = pattern.search(line.text[:LINE_CHARACTERS_MAX])
            if match:
                yield _made(line, match.span(1), field, strength, "sentence")


def _counties(lines: list[Line]) -> Iterator[Candidate]:
    """`in Bexar County`: only a county that Texas has."""
    for line in lines:
        match = COUNTY_IN_TEXT.search(line.text[:LINE_CHARACTERS_MAX])
        words = match[1].split() if match else []
        for count in range(min(3, len(words)), 0, -1):
            name = " ".join(words[-count:])
            if match and find_county(name):
                start = match.end(1) - len(match[1]) + match[1].rfind(name)
                yield _made(line, (start, match.end()), "county", SENTENCE, "sentence")
                break


def _people(document: Document) -> Iterator[Candidate]:
    """Take the first address and number in a letter: most often they are the writer's."""
    header = [
        line for line in document.lines if line.label == "From" and line.part.endswith("header")
    ]
    for line in [*header, *(line for line in document.lines if line.label is None)]:
        match = EMAIL.search(line.text[:LINE_CHARACTERS_MAX])
        if match and not NO_REPLY.search(match.group()):
            yield _made(line, match.span(), "email", ALONE, "first_address_in_letter")
            break
    for line in document.lines:
        match = NUMBER.search(line.text[:LINE_CHARACTERS_MAX]) if line.label is None else None
        if match:
            yield _made(line, match.span(), "phone", SUGGESTION, "first_number_in_letter")
            break


def _addresses(lines: list[Line]) -> Iterator[Candidate]:
    for line in lines[:60]:
        for column in COLUMN.finditer(line.text[:LINE_CHARACTERS_MAX]):
            match = STREET.match(column.group())
            if match:
                span = (column.start(), column.start() + match.end("street"))
                yield _made(line, span, "address", ALONE, "looks_like_an_address")


def _narrative(pairs: list[Pair], lines: list[Line]) -> Iterator[Candidate]:
    """Tell what happened: the nature of the call with its notes, or the longest line."""
    told = [
        pair
        for pair in pairs
        if pair.label.concept in ("nature", "type", "remarks", "description")
        and pair.value.strip()
    ]
    spans = tuple(span for pair in told for span in pair.spans)
    if not spans and lines:
        longest = max(lines, key=lambda line: len(line.text))
        columns = [
            match.span() for match in COLUMN.finditer(longest.text[:LINE_CHARACTERS_MAX])
        ]
        spans = tuple(
            longest.span(*column)
            for column in columns
            if column[1] - column[0] >= NARRATIVE_CHARACTERS_MIN
        )
    if spans:
        raw = " ".join(span.quote for span in spans)
        yield Candidate(
            "emergency_justification",
            raw,
            spans,
            "finder",
            ALONE,
            "narrative_of_dispatch",
            30_000,
        )
        if not told:
            yield Candidate(
                "work_area_description",
                raw,
                spans,
                "finder",
                ALONE,
                "narrative_of_dispatch",
                30_000,
            )


def _sender(document: Document, pairs: list[Pair]) -> Iterator[Candidate]:
    """Take the sender of a mail, more surely if the order names that person as its contact."""
    for line in document.lines:
        if line.label != "From" or not line.part.endswith("header"):
            continue
        match = EMAIL.search(line.text)
        name = line.text.partition("<")[0].strip(' "').lower()
        people = {
            pair.value.strip().lower()
            for pair in pairs
            if pair.label.concept in ("contact", "caller", "onsite")
        }
        if match and not NO_REPLY.search(match.group()):
            strength = SENTENCE if name and name in people else SUGGESTION
            yield _made(line, match.span(), "email", strength, "sender")


def _emergency(lines: list[Line]) -> Iterator[Candidate]:
    """Call it an emergency: what a dispatcher sends out is one by its nature."""
    for line in lines:
        if line.text.strip():
            place = line.span(0, 60)
            for field in ("ticket_type", "priority_level"):
                yield Candidate(
                    field,
                    "Emergency",
                    (place,),
                    "finder",
                    SENTENCE,
                    "dispatch_is_an_emergency",
                    30_000,
                )
            return
