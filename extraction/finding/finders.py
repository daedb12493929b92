"""Finders: values that show themselves without a label, and sentences that state one.

They speak with a low voice: a labelled value is always stronger. An address without a label
is looked for only where nothing else could be one.
"""

import re
from collections.abc import Iterator

from domain.extraction import DocumentKind
from domain.texas import find_county
from extraction.candidates import Candidate
from extraction.document import Document, Line
from extraction.pairs import Pair
from extraction.roles import SILENT_ROLES
from extraction.sentences.dispatch import dispatched
from extraction.sentences.greeted import asked_in
from extraction.sentences.letters import numbered_in, remarked_in
from extraction.sentences.messages import newest_first
from extraction.sentences.prose import passages_of
from extraction.sentences.site import OF_A_NAME
from extraction.sentences.written import told_by
from extraction.values.normalise import EMAIL
from extraction.values.phones import NUMBER
from extraction.values.streets import IS_ADDRESS

LINES_MAX = 2_000  # sentences are sought in so many lines
LINE_CHARACTERS_MAX = 20_000
FOUND_MAX = 50  # of one kind
BANNER = 0.90
SENTENCE = 0.72
ALONE = 0.64
SUGGESTION = 0.50
NARRATIVE = frozenset({"nature", "type", "remarks", "description"})
NOTES = frozenset({"remarks", "description"})
REMARKS = frozenset({"extent", "marking", "remarks", "type_of_work", "description", "scope"})
WHOLE_LINE = 60  # a nature of so many characters with an address in it is the whole call
TOLD = frozenset({"emergency_justification"})

BANNER_LINE = re.compile(r"\*\*\s{0,4}([A-Z][A-Z /-]{3,30}?)\s{0,12}\*\*")
COUNTY_IN_TEXT = re.compile(r"\b((?:[A-Z][A-Za-z]+\s){1,3})\s{0,3}(?:County|COUNTY)\b")
NO_REPLY = re.compile(
    r"no[._-]?reply|donotreply|unsubscribe|support@|info@|postmaster|webmaster", re.IGNORECASE
)

# `Gina Tran <gtran@example.com>`: a person who writes
PERSON = re.compile(
    r"[\"' ]{0,3}([A-Z][a-z'-]{1,20}(?: [A-Z]\.?)? [A-Z][A-Za-z'-]{1,24})[\"' ]{0,3}<"
)
ASKS_FOR_A_LOCATE = re.compile(
    r"\b(?:put in|call(?:ed)? in|turn(?:ed)? in|need|request|get)\b[^.;]{0,30}\b(?:locates?|811|dig ticket|line locate)\b",
    re.IGNORECASE,
)
HEADLINES_MAX = 8
HEADED = 0.80
HEADLINE = re.compile(
    r"^\W{0,60}(?P<kind>EMERGENCY|NORMAL|ROUTINE|STANDARD|UPDATE|DESIGN|NO RESPONSE|Emergency|Normal|Routine|Update)"
    r"(?:\s(?:TICKET|NOTICE|REQUEST|LOCATE|Ticket|Notice|Request|Locate)){0,2}(?:\s{0,2}(?:[-\u2013:]|\s{2}).{0,80})?\W{0,20}$"
)
HEAD_ENDS = re.compile(
    r"\d.{0,200}\s{2,}(?P<kind>EMERGENCY|NORMAL|ROUTINE|UPDATE|DESIGN|NO RESPONSE)(?:\s(?:TICKET|NOTICE|REQUEST))?\s{0,20}$"
)
# `OHIO811 -- EMERGENCY - Ticket 12`: the kind between two dashes.
BETWEEN_DASHES = re.compile(
    r"[-\u2013\u2014|:]{1,2}\s{1,3}(?P<kind>EMERGENCY|NORMAL|ROUTINE|UPDATE|NO RESPONSE|Emergency|Normal|Routine|Update)"
    r"\s{1,3}[-\u2013\u2014|]{1,2}\s(?=.{0,20}(?:[Tt]icket|TICKET|[Rr]equest|[Nn]otice))"
)
TICKET = re.compile(r"\bticket\b", re.IGNORECASE)
KIND_IN_SUBJECT = re.compile(
    r"\b(normal|routine|emergency|update|no response|demolition)\b", re.IGNORECASE
)
CENTER_CODES = {"NORM": "Normal", "EMER": "Emergency", "UPDT": "Update", "STRT": "Normal"}
CENTER_CODE = re.compile(r"\b(?:NEW|ORIG|UPDT|REMK|RNEW)\s(NORM|EMER|UPDT|STRT)\b")


def found_in(document: Document, pairs: list[Pair], kind: DocumentKind) -> list[Candidate]:
    """Return the candidates that need no label."""
    lines = [line for line in document.lines if line.label is None][:LINES_MAX]
    found = [*_banners(lines), *_subjects(document), *_codes(lines)]
    if kind in (DocumentKind.LOCATE_TICKET, DocumentKind.WORK_ORDER):
        found += _headlines(lines)
    if kind is DocumentKind.DISPATCH:
        has_narrative = any(_is_told(p) for p in pairs if p.label.concept in NOTES)
        found += [c for c in dispatched(lines) if not has_narrative or c.field not in TOLD]
        found += [
            *_emergency(lines or list(document.lines)),
            *(_narrative(pairs) if has_narrative else ()),
        ]
        found += numbered_in(passages_of(document))
    elif kind in (DocumentKind.LOCATE_TICKET, DocumentKind.FIELDS):
        found += [*_remarks(document, pairs), *_counties(lines)]
        found += asked_in(document, pairs)
    else:
        found += told_by(document, pairs, kind)
    if kind is DocumentKind.PERMIT:
        found += _counties(lines)
    if kind is DocumentKind.CORRESPONDENCE:
        found += _people(document)
    found += _sender(document, pairs)
    return newest_first(found, document)[: 4 * FOUND_MAX]


def _remarks(document: Document, pairs: list[Pair]) -> list[Candidate]:
    """Read what the remarks of a ticket state; what its members or its footer say is left out."""
    silent = {
        (span.part, span.page, span.line)
        for pair in pairs
        if pair.role in SILENT_ROLES
        for span in pair.spans
    }
    free = {
        (span.part, span.page, span.line)
        for pair in pairs
        if pair.label.concept in REMARKS
        for span in pair.spans
    }
    return [
        c
        for c in remarked_in(
            [p for p in passages_of(document) if not free.isdisjoint(p.places)]
        )
        if all((s.part, s.page, s.line) in free - silent for s in c.spans)
    ]


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


def _headlines(lines: list[Line]) -> Iterator[Candidate]:
    """Take the kind of ticket from a line of the head that says nothing else."""
    head = [line for line in lines if line.text.strip()][:HEADLINES_MAX]
    for line in head:
        text = line.text[:LINE_CHARACTERS_MAX]
        match = HEADLINE.match(text) or HEAD_ENDS.search(text) or BETWEEN_DASHES.search(text)
        if match:
            yield _made(line, match.span("kind"), "ticket_type", HEADED, "headline")
            return


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


def _counties(lines: list[Line]) -> Iterator[Candidate]:
    """`in Bexar County`: only a county that Texas has."""
    for line in lines:
        # A form that was filled in underlines what was written: `in _Bexar_ County`.
        text = line.text[:LINE_CHARACTERS_MAX].replace("_", " ")
        match = COUNTY_IN_TEXT.search(text)
        if match and OF_A_NAME.match(text, match.end()):
            continue
        words = match[1].split() if match else []
        for count in range(min(3, len(words)), 0, -1):
            name = " ".join(words[-count:])
            if match and find_county(name):
                start = match.end(1) - len(match[1]) + match[1].rfind(name)
                end = start + len(name)
                yield _made(line, (start, end), "county", SENTENCE, "sentence")
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


def _is_told(pair: Pair) -> bool:
    value = pair.value.strip()
    is_call = pair.label.concept in ("nature", "type")
    is_whole_line = is_call and len(value) > WHOLE_LINE and IS_ADDRESS.search(value) is not None
    return pair.label.concept in NARRATIVE and bool(value) and not is_whole_line


def _narrative(pairs: list[Pair]) -> Iterator[Candidate]:
    """Tell what happened: the nature of the call with its notes."""
    told = [pair for pair in pairs if _is_told(pair)]
    spans = tuple(span for pair in told for span in pair.spans)
    if spans:
        raw = " ".join(span.quote for span in spans)
        rule = "narrative_of_dispatch"
        yield Candidate("emergency_justification", raw, spans, "finder", ALONE, rule, 30_000)


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
            person = PERSON.match(line.text)
            if person and ASKS_FOR_A_LOCATE.search(document.text[:LINE_CHARACTERS_MAX]):
                yield _made(line, person.span(1), "contact_name", SUGGESTION, "sender")
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
