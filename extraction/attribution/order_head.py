"""The head of a work order: the utility that gave it, and the number in its title.

The contractor works for the utility whose name heads the order; its customer is only where the
work is done. Where its own crew digs, it is the company. A name counts if it stands in the first
lines, has the words of a utility and none of a form; a number if it ends a title.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.extraction import DocumentKind
from extraction.attribution.letterhead import HIRED, county_of_issuer, own_crew
from extraction.candidates import Candidate
from extraction.document import Document, Line
from extraction.labels.concepts import find_label, name_of
from extraction.lines.columns import columns_of
from extraction.lines.pair import Pair
from extraction.lines.told_by_value import OWN_CREW
from extraction.roles import Role
from extraction.values.plain import plain_text
from extraction.values.trades import LEGAL, PLANS, digs, is_company, owns

HEAD_LINES_MAX = 5
TITLE_LINES_MAX = 8  # a letterhead may stand over the title
NAME_CHARACTERS_MAX = 60
TITLE_CHARACTERS_MAX = 120
ISSUER = 0.85
OWN_CREW_STRENGTH = 0.8
CUSTOMER_WORTH = 0.5  # of the customer of the utility that heads the order
UTILITY_RULE = "work_is_for_the_utility"
RULE = "issuer_heads_the_order"
UTILITY = re.compile(
    r"\b(?:electric(?:ity)?|power|energy|gas|water|light|utilit(?:y|ies)|co-?op(?:erative)?|telephone"
    r"|telecom\w{0,12}|communications|fiber|broadband|cable|midstream|pipelines?|public works"
    r"|isd|school district|aep|oncor|centerpoint|entergy|swepco|tnmp|xcel|cps|atmos|coserv"
    r"|(?:city|town|village) of)\b",
    re.IGNORECASE,
)
# Utilities of Texas that are called by one word.
BY_ONE_WORD = re.compile(
    r"(?:aep|oncor|centerpoint|entergy|swepco|tnmp|xcel|atmos|coserv)", re.IGNORECASE
)
FOOT_LINES_MAX = 12
FOOT_CHARACTERS_MAX = 1_000
OWNER = 0.78
OWNER_RULE = "utility_owns_the_page"
COPYRIGHT = re.compile(
    r"(?:\u00a9|\([cC]\)|\b[Cc]opyright)\s{1,3}(?:[12]\d{3}(?:\s?[-\u2013]\s?\d{4})?,?\s)?"
    r"(?P<name>[A-Z][\w&'-]{1,24}(?:\s[A-Za-z][\w&'-]{1,24}){1,6})(?=\s?[,.|;]|\s{2}|\s?$)"
)
FORM = re.compile(
    r"\b(?:orders?|requests?|tickets?|form|report|notice|sheet|packet|permit|application|page|copy|authorization"
    r"|jobs?|work|queue|details?|service card|replacement|repair|leak|make-?ready|system|center|details"
    r"|installation|extension|line|export|invoice|update|emergency)\b",
    re.IGNORECASE,
)
NAME = re.compile(
    r"(?:[A-Z][\w.&',-]{0,24}|of|and|the|&)(?: (?:[A-Z][\w.&',-]{0,24}|of|and|the|&)){1,7}"
)
DASH = re.compile(r"\s(?:[-\u2013\u2014|/]|[-=]?>)\s")
CUSTOMERS = frozenset(
    [
        "customer",
        "customer name",
        "cust",
        "cust name",
        "account name",
        "account holder",
        "tenant",
        "resident",
        "occupant",
        "consumer",
        "consumer name",
        "member consumer",
        "subscriber",
        "service for",
        "customer of record",
        "patron",
    ]
)
ISSUED = re.compile(r"^(?:issued|released|assigned|authorized|dispatched|ordered) (?:by|from)$")
TITLE_NUMBER = 0.72
TITLE_RULE = "number_in_the_title"
TITLE = re.compile(
    r"\s{0,60}(?P<words>[A-Za-z][A-Za-z&/' -]{2,50}?)[\s:-]{1,60}(?:(?:#|[Nn][Oo]\.?|[Nn]umber)\s{0,2})?"
    r"(?P<number>(?:[A-Z]{1,5}-){0,2}(?:[A-Z]{1,5}[ -]?)?\d[\dA-Z]{0,6}(?:-[\dA-Z]{1,9}){0,2})(?:\s{2,60}\S.{0,40}|\s[A-Z]{4,12})?\s{0,60}$"
)
ORDERED = re.compile(
    r"\b(?:order|(?:trouble|service|work) ticket|job|authorization|assignment|build|drop|project)\b",
    re.IGNORECASE,
)
DIGITS_MIN = 4
PLAIN_YEAR = re.compile(r"(?:19|20)\d\d")


def with_head(
    document: Document,
    candidates: Sequence[Candidate],
    pairs: Sequence[Pair],
    kind: DocumentKind,
) -> list[Candidate]:
    """Return the candidates with what the head of a work order tells."""
    if kind is not DocumentKind.WORK_ORDER:
        return list(candidates)
    head = [line for line in document.lines[: 4 * HEAD_LINES_MAX] if line.text.strip()]
    titles = [line for line in head[:TITLE_LINES_MAX] if line.label is None]
    head = [line for line in head[:HEAD_LINES_MAX] if line.label is None]
    found = _with_issuer(document, head, candidates, pairs)
    is_numbered = any(
        c.field == "work_order_ref" and plain_text(c.raw) and re.search(r"\d", c.raw)
        for c in candidates
    )
    found += county_of_issuer(head, found)
    return found if is_numbered else [*found, *_numbers_in(titles)]


def has_numbered_title(document: Document) -> bool:
    """Say whether one of the first lines is the title of an order with its number."""
    head = [line for line in document.lines[: 4 * HEAD_LINES_MAX] if line.text.strip()]
    titles = [line for line in head[:TITLE_LINES_MAX] if line.label is None]
    return next(_numbers_in(titles), None) is not None


def _numbers_in(head: Sequence[Line]) -> Iterator[Candidate]:
    """Yield the number that ends the title of an order: `Emergency Order EO 77-0031`."""
    for line in head:
        text = line.text[:TITLE_CHARACTERS_MAX]
        for start in [0, *(start for start, _end in columns_of(text)[1:])]:
            match = TITLE.fullmatch(text, start)
            if match and _is_title(match):
                place = line.span(*match.span("number"))
                yield Candidate(
                    "work_order_ref", place.quote, (place,), "finder", TITLE_NUMBER, TITLE_RULE
                )
                return


def _is_title(match: re.Match[str]) -> bool:
    """Say whether these are the words of an order, and its number is long and no year."""
    number = match["number"]
    is_long = sum(map(str.isdigit, number)) >= DIGITS_MIN
    is_number = is_long and not PLAIN_YEAR.fullmatch(number)
    return is_number and ORDERED.search(match["words"]) is not None


def _with_issuer(
    document: Document,
    head: Sequence[Line],
    candidates: Sequence[Candidate],
    pairs: Sequence[Pair],
) -> list[Candidate]:
    issuer = _issuer_of(head) or _owner_of_page(document, candidates)
    if issuer is None:
        return [*_for_utility(candidates, pairs)]
    if any(_is_own_crew(pair) for pair in pairs):
        return [*candidates, replace(issuer, field="company", strength=OWN_CREW_STRENGTH)]
    diggers = {_key(c.raw) for c in candidates if c.field == "company" and plain_text(c.raw)}
    if not diggers and any(_is_open(pair) for pair in pairs):
        # Somebody will be hired, and nobody is yet: it is the utility that he will work for.
        return [*_without_customers(candidates, pairs), issuer]
    if not diggers:
        return [*candidates, *own_crew(issuer, head, candidates, pairs)]
    if _key(issuer.raw) in diggers:
        return list(candidates)
    return [*_without_customers(candidates, pairs), issuer]


def _is_open(pair: Pair) -> bool:
    """Is this the place of a company that is still to be hired?"""
    is_asked = pair.label.concept == "company" or HIRED.search(name_of(pair.words)) is not None
    return is_asked and plain_text(pair.value) is None


def _for_utility(candidates: Sequence[Candidate], pairs: Sequence[Pair]) -> Iterator[Candidate]:
    """Yield the candidates; where a label names the utility, its customer is not who pays."""
    named = [c for c in candidates if c.field == "utility_name" and _is_utility(c.raw.strip())]
    named = named or [*_issued_by(pairs)]
    diggers = {_key(c.raw) for c in candidates if c.field == "company" and plain_text(c.raw)}
    owners = [p for p in pairs if p.label.concept == "utility" and p.role is Role.WORK_FOR]
    if diggers and any(owner.value.strip() for owner in owners):
        yield from _without_customers(candidates, pairs)
        return
    is_open = not diggers and any(_is_open(pair) for pair in pairs)
    if (
        not named
        or not (diggers or is_open)
        or _key(named[0].raw) in diggers
        or any(map(_is_own_crew, pairs))
    ):
        yield from candidates
        return
    yield from _without_customers(candidates, pairs)
    yield replace(named[0], field="work_for", strength=ISSUER, rule=UTILITY_RULE)


def _is_utility(raw: str) -> bool:
    return (" " in raw and is_company(raw)) or BY_ONE_WORD.fullmatch(raw) is not None


def _issued_by(pairs: Sequence[Pair]) -> Iterator[Candidate]:
    """Yield the utility that an order says it was issued by; a person has no such words."""
    for order, pair in enumerate(pairs):
        is_issuer = pair.label.concept == "other_party" and ISSUED.search(name_of(pair.words))
        if is_issuer and UTILITY.search(pair.value) and owns(pair.value):
            producer = "structure" if pair.is_structured else "label"
            yield Candidate("work_for", pair.value, pair.spans, producer, ISSUER, "", order)


def _issuer_of(head: Sequence[Line]) -> Candidate | None:
    for line in head:
        for start, end in _names_in(line):
            place = line.span(start, end)
            return Candidate("work_for", place.quote, (place,), "finder", ISSUER, RULE)
    return None


def _owner_of_page(document: Document, candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the utility that owns the page of a portal: `(c) 2026 Heart Gas`, if a firm digs."""
    if not any(c.field == "company" and plain_text(c.raw) for c in candidates):
        return None
    for line in document.lines[-FOOT_LINES_MAX:]:
        match = COPYRIGHT.search(line.text[:FOOT_CHARACTERS_MAX]) if not line.label else None
        name = match["name"] if match else ""
        if match and UTILITY.search(name) and not FORM.search(name) and owns(name):
            place = line.span(*match.span("name"))
            return Candidate("work_for", place.quote, (place,), "finder", OWNER, OWNER_RULE)
    return None


def _names_in(line: Line) -> Iterator[tuple[int, int]]:
    for start, end in columns_of(line.text):
        piece = line.text[start:end]
        cut = DASH.search(piece)
        words = (piece[: cut.start()] if cut else piece).strip(" ,")
        is_name = len(words) <= NAME_CHARACTERS_MAX and NAME.fullmatch(words) is not None
        is_owner = UTILITY.search(words) or (
            LEGAL.search(words) and not (digs(words) or PLANS.search(words))
        )
        if is_name and is_owner and not FORM.search(words):
            yield start, start + len(words)


def _is_own_crew(pair: Pair) -> bool:
    label = find_label(pair.words)
    is_digger = label is not None and label.concept == "company"
    return is_digger and OWN_CREW.fullmatch(pair.value.strip()) is not None


def _without_customers(
    candidates: Sequence[Candidate], pairs: Sequence[Pair]
) -> Iterator[Candidate]:
    """Yield the candidates; a customer is not who the contractor works for."""
    customers = {pair.spans for pair in pairs if _is_customer(pair)}
    for one in candidates:
        is_customer = one.field == "work_for" and one.spans in customers
        is_number = one.field == "work_for_phone" and customers
        yield replace(one, strength=CUSTOMER_WORTH) if is_customer or is_number else one


def _is_customer(pair: Pair) -> bool:
    """Is this the customer of the utility, by its label or the object that it stands in?"""
    around = name_of((pair.path or "").rpartition(".")[0].rpartition(".")[2])
    if name_of(pair.words) in CUSTOMERS or around in CUSTOMERS:
        return True
    # A row of partners that is told to be the customer, and is no utility; or a person in the
    # section of the customer.
    is_told = pair.label.concept == "name" and pair.role is Role.WORK_FOR
    return is_told and not (owns if pair.is_structured else is_company)(pair.value)


def _key(raw: str) -> str:
    return " ".join(raw.lower().split()).strip(" .,")
