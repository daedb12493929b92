"""Sites: does an order name one place, or several?

A ticket is for one site. Several addresses, several poles or words such as `three locations`
are shown to a person, with every place named.
"""

import re
from collections.abc import Sequence

from domain.extraction import Span
from extraction.candidates import Candidate
from extraction.document import Document, Line
from extraction.values.normalise import normalise
from extraction.values.streets import ADDRESS_IN_TEXT

ADDRESS = re.compile(ADDRESS_IN_TEXT)
LISTED_CHARACTERS_MAX = 200
SURE = 0.70  # a candidate weaker than this is no second site
SPANS_MAX = 10
LINES_MAX = 500
TOO_MANY = 40  # so many names are a list of assets or members

# One of them stands in whatever the patterns of several sites find.
PLACE_WORDS = ("pole", "site", "location", "area", "address", "stop")
ID = r"(?=[A-Z0-9/-]{0,12}\d)[A-Z0-9][A-Z0-9/-]{2,20}"
POLES = re.compile(
    rf"\bpoles?\s(?:#s?|nos?\.?|numbers?|tags?)?\s?{ID}(?:,\s?{ID}){{0,8}},?\s(?:and|&)\s{ID}",
    re.IGNORECASE,
)
SEVERAL = re.compile(
    r"\b(?:multiple|several|various|two|three|four|five|six|seven|eight|nine|ten|[2-9]|[1-4]\d)\s(?:different\s|separate\s|work\s|dig\s|job\s)?(?:locations|sites|addresses)\b",
    re.IGNORECASE,
)
# `Site 1: ...`, `2) 77 CR 12`: places in a list.
LISTED = re.compile(
    r"^\W{0,3}(?:(?:site|location|loc|stop|pole|structure|address|job)\s?#?\s?(?P<named>\d{1,3})\s?[:.)-]|(?P<plain>\d{1,2})[.)]\s{1,4}(?=\d))\s{0,4}(?P<rest>\S.{4,160})$",
    re.IGNORECASE,
)
# `SITE 1 - MARK THE YARD ... SITE 2 - MARK THE DITCH`: a list told in one run of words.
RUN_OF_SITES = re.compile(
    r"\b(?P<word>site|location|area|address)\s?#?\s?(?:1|one)\s?[-:)=].{5,800}?\b(?P=word)\s?#?\s?(?:2|two)\s?[-:)=]",
    re.IGNORECASE,
)
# `SITE 2 (other crew): 77 Elm Rd`: whatever it is called, the first stands elsewhere.
SECOND_SITE = re.compile(
    rf"\b(?i:site|location|address|stop)\s?#?\s?(?:2|[Tt]wo|TWO|B)\b[^:=\n]{{0,60}}[:=-]\s{{0,3}}(?:{ADDRESS_IN_TEXT})"
)
LISTED_SITE = 0.56  # the first of several is only offered
NO_LETTERS = re.compile(r"[^a-z0-9]+")
ROADS = (
    (re.compile(r"\b(?:county road|county rd|co rd|c r)\b"), "cr"),
    (
        re.compile(
            r"\b(?:farm to market(?: road| rd)?|f m|fm road|fm rd|ranch to market(?: road)?|rm)\b"
        ),
        "fm",
    ),
    (re.compile(r"\b(?:highway|state highway|us highway|us hwy|sh|us)\b"), "hwy"),
    (re.compile(r"\b(?:street)\b"), "st"),
    (re.compile(r"\b(?:avenue)\b"), "ave"),
    (re.compile(r"\b(?:road)\b"), "rd"),
    (re.compile(r"\b(?:drive)\b"), "dr"),
    (re.compile(r"\b(?:lane)\b"), "ln"),
    (re.compile(r"\b(?:boulevard)\b"), "blvd"),
    (re.compile(r"\b(?:court)\b"), "ct"),
    (re.compile(r"\b(?:north|n)\b"), "n"),
    (re.compile(r"\b(?:south)\b"), "s"),
    (re.compile(r"\b(?:east)\b"), "e"),
    (re.compile(r"\b(?:west)\b"), "w"),
)


def road_key(value: object) -> str:
    """Return an address or a road as it is compared: `County Road 12` is `CR 12`."""
    text = " ".join(NO_LETTERS.sub(" ", str(value).lower()).split())
    for pattern, short in ROADS:
        text = pattern.sub(short, text)
    return text


def is_same_site(left: object, right: object) -> bool:
    """Do two addresses name one site: equal, or one the other with a town behind it?"""
    one, other = road_key(left), road_key(right)
    if one == other or one in other or other in one:
        return True
    numbers = [re.match(r"\d+", key) for key in (one, other)]
    # A road without a number may well be the one on which the numbered house stands.
    return not (numbers[0] and numbers[1])


def _is_same_number(left: object, right: object) -> bool:
    """Do two numbers name one pole: equal, or one the other without its letters?"""
    one, other = (NO_LETTERS.sub("", str(value).lower()) for value in (left, right))
    return one in other or other in one


def is_same_tag(left: object, right: object) -> bool:
    """Do two numbers stand on one pole: are they equal, or one the other with more before it?"""
    one, other = (NO_LETTERS.sub("", str(value).lower()) for value in (left, right))
    return one in other or other in one


MENDED = frozenset({"mended_in_a_reply", "mended_at_once"})


def several_sites(candidates: Sequence[Candidate], document: Document) -> list[Span]:
    """Return where several sites are named, or nothing if there is only one."""
    return (
        _of_field("address", candidates)
        or _of_field("pole_id", candidates)
        or _in_words(document)
    )


def _of_field(field: str, candidates: Sequence[Candidate]) -> list[Span]:
    found: dict[str, Span] = {}
    if any(candidate.rule in MENDED for candidate in candidates):
        return []  # the second is the first, put right
    is_same = is_same_site if field == "address" else _is_same_number
    for candidate in candidates:
        value = normalise(field, candidate.raw) if candidate.field == field else None
        if value is None or candidate.strength < SURE or not candidate.spans:
            continue
        if (
            not re.search(r"[A-Za-z]{2}|\d[A-Za-z]|[A-Za-z]\d", str(value))
            and field == "address"
        ):
            continue  # the number of a house whose street stands elsewhere
        if not any(is_same(value, other) for other in found):
            found[str(value)] = candidate.spans[0]
    is_several = 1 < len(found) <= TOO_MANY
    return list(found.values())[:SPANS_MAX] if is_several else []


def listed_sites(document: Document) -> list[Candidate]:
    """Return the addresses of a list of sites, each only as a suggestion."""
    found = []
    for line in _listed(document):
        match = ADDRESS.search(line.text[:LISTED_CHARACTERS_MAX])
        if match:
            span = line.span(*match.span())
            rule = "one_of_several_sites"
            found.append(
                Candidate("address", span.quote, (span,), "finder", LISTED_SITE, rule, 26_000)
            )
    return found


def _listed(document: Document) -> list[Line]:
    """Return the lines of a list of sites: two of them at least, numbered apart."""
    rows: dict[str, Line] = {}
    for line in document.lines[:LINES_MAX]:
        text = f"{line.label}: {line.text}" if line.label else line.text
        match = LISTED.match(text[:LISTED_CHARACTERS_MAX])
        if match and (match["named"] or ADDRESS.search(match["rest"])):
            rows.setdefault(match["named"] or match["plain"], line)
    return list(rows.values()) if 1 < len(rows) <= TOO_MANY else []


def _in_words(document: Document) -> list[Span]:
    listed = _listed(document)
    if listed:
        return [line.span() for line in listed[:SPANS_MAX]]
    for line in document.lines[:LINES_MAX]:
        if not any(map(line.text.lower().__contains__, PLACE_WORDS)):
            continue
        for pattern in (POLES, SEVERAL, RUN_OF_SITES, SECOND_SITE):
            match = pattern.search(line.text[:4_000])
            if match:
                return [line.span(*match.span())]
    return []
