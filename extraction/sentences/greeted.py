"""Greeted: to whom a notice about a locate request is written: the one who asked for it.

`Dear Dora Whitlock, ... locate request 5691, which you entered` names the caller nowhere else.
A letter that asks somebody to place a ticket says nothing of who will.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extraction.candidates import Candidate
from extraction.document import Document
from extraction.pairs import Pair
from extraction.roles import SILENT_ROLES
from extraction.sentences.parties import companies_in
from extraction.sentences.people import NOT_A_PERSON
from extraction.sentences.prose import passages_of
from extraction.sentences.told import candidate_of
from extraction.values.plain import plain_text
from extraction.values.trades import is_company

GREETED = 0.70
LINES_MAX = 200
LINE_CHARACTERS_MAX = 80
ORDER = 25_500
RULE = "who_asked_is_greeted"
OF_WHO_ASKED = frozenset({"locate_is_asked_for", "locate_was_asked_for"})
GREETING = re.compile(
    r"\s{0,40}(?:[>|]\s?){0,3}(?:dear|hello|hi|good (?:morning|afternoon))\s{1,3}"
    r"(?P<person>(?:(?:mr|ms|mrs|dr)\.?\s)?[A-Z][\w'\u2019.-]{1,20}(?:\s[A-Z][\w'\u2019.-]{0,20}){1,2})\s{0,2}[,:;-]?\s{0,40}",
    re.IGNORECASE,
)
NO_NAME = re.compile(
    r"\b(?:sir|madam|excavators?|customers?|members?|callers?|homeowners?|valued|team|all|everyone|there"
    r"|sirs|contractors?|applicants?|partners?|users?|colleagues?|requesters?)\b",
    re.IGNORECASE,
)
ASKED = re.compile(
    r"\byou\s(?:have\s|had\s|recently\s|just\s){0,2}(?:entered|submitted|placed|requested|filed|created|opened|called\sin|made)\b"
    r"|\byour\s(?:recent\s)?(?:locate|dig|one[- ]?call|excavation|811|line\slocate)\s(?:request|ticket|notice)\b"
    r"|\bthank\syou\sfor\s(?:calling|contacting|submitting|entering|placing|your\s(?:locate|dig|request))\b",
    re.IGNORECASE,
)


def asked_in(document: Document, pairs: Sequence[Pair]) -> Iterator[Candidate]:
    """Yield who has asked for a locate, as a notice about it says it in sentences.

    Where labels name the company or the caller, sentences have nothing to add.
    """
    named = {
        pair.label.concept
        for pair in pairs
        if pair.role not in SILENT_ROLES and plain_text(pair.value)
    }
    if "caller" not in named:
        yield from greeted(document)
    if "company" not in named:
        for passage in passages_of(document, is_told=False):
            for start, end in passage.sentences() if passage.is_running else ():
                for told in companies_in(passage.text, start, end):
                    if told.rule in OF_WHO_ASKED:
                        yield replace(candidate_of(told, passage), field="company")


def greeted(document: Document) -> Iterator[Candidate]:
    """Yield who is greeted, if he is told that he has asked for a locate."""
    lines = [line for line in document.lines[:LINES_MAX] if line.label is None]
    text = " ".join(line.text.strip(" >|") for line in lines)
    if not ASKED.search(text):
        return
    for line in lines:
        match = GREETING.fullmatch(line.text[: LINE_CHARACTERS_MAX + 1])
        person = match["person"] if match else ""
        if match and not (
            NO_NAME.search(person) or NOT_A_PERSON.search(person) or is_company(person)
        ):
            span = line.span(*match.span("person"))
            yield Candidate("contact_name", span.quote, (span,), "finder", GREETED, RULE, ORDER)
            return
