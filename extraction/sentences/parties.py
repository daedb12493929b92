"""Parties: who digs, for whom, and who answers for it, as sentences say it.

`Our contractor X`, `X will bore`, `the work will be done by X for Y`, `contact Z at 512-...`. The
one who is named as contractor digs; who only proposes the work digs if nobody else is named.
"""

import re
from collections.abc import Iterator

from extraction.sentences.party_rules import RULES
from extraction.sentences.people import in_brackets
from extraction.sentences.told import Told
from extraction.values.trades import digs, is_company, owns

NAME_CHARACTERS_MAX = 80
SHORT_NAME = 3  # a single word of so few letters is no name of a company

ONLY_DIGGERS = frozenset(
    {
        "company_goes_with_it",
        "company_with_its_number",
        "locate_is_asked_for",
        "locate_was_asked_for",
    }
)
NO_COMPANY = re.compile(
    r"^(?:we|our|the|it|they|he|she|you|i|this|that|work|crews?|contractors?|construction|traffic|please|no|all|any|each|boring|trenching"
    r"|excavation|installation|representative|superintendent|foreman|operator|utility|utilities|owner|applicant|permittee|inspector|company"
    r"|line|lines|pole|poles|project|notice|date|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|texas|texas811|811|lone star 811|engineer|department|state|district)$",
    re.IGNORECASE,
)
LEAD = re.compile(
    r"^(?:(?:The|Our|That|If|When|And|By|Contractor|Subcontractor|Then|Also|Please|Next|Crew)\s)+"
)


def companies_in(text: str, start: int, end: int) -> Iterator[Told]:
    """Yield the companies that a sentence names, each as contractor, actor, owner or client.

    The field of an actor or owner is decided when the whole document is known.
    """
    sentence = text[start:end]
    small = sentence.lower()
    for field, strength, rule, pattern in RULES:
        for match in pattern.finditer(sentence, small):
            name = _company(match["name"], is_sure=field in ("contractor", "work_for", "owner"))
            if rule in ONLY_DIGGERS and not (name and digs(name)):
                continue
            if rule == "work_is_for_an_owner" and not (name and owns(name)):
                continue
            is_passive = field == "actor" and match[0].endswith("ed")
            if name and not is_passive:
                at = start + match.start("name") + match["name"].index(name)
                yield Told(field, at, at + len(name), strength, rule)
                if field == "contractor":
                    yield from in_brackets(text, at + len(name))


def _company(raw: str, *, is_sure: bool) -> str | None:
    name = LEAD.sub("", raw).strip(" ,-&")
    name = re.sub(r"\s(?:of|and|the)$", "", name)
    if not re.search(r"\b(?:Inc|Co|Corp|Ltd|L\.P|L\.L\.C|INC|CO|CORP|LTD)\.$", name):
        name = name.rstrip(".")
    words = name.split()
    if not words or len(name) > NAME_CHARACTERS_MAX or NO_COMPANY.match(name):
        return None
    if NO_COMPANY.match(words[0]) and not is_company(name):
        return None
    is_likely = is_company(name) or (is_sure and (len(words) > 1 or len(name) > SHORT_NAME))
    return name if is_likely and re.search(r"[A-Za-z]{2}", name) else None


def told_roles(found: list[tuple[str, str, float]]) -> dict[str, str]:
    """Return which field each kind of party fills, given `(kind, name, strength)` of all of them.

    Who is named as contractor digs; who acts or owns is then whom it is done for.
    """
    has_contractor = any(kind == "contractor" for kind, _name, _strength in found)
    actors = [name for kind, name, _strength in found if kind == "actor"]
    has_digger = has_contractor or any(digs(name) for name in actors)
    return {
        "contractor": "company",
        "actor": "work_for" if has_contractor else "company",
        "owner": "work_for" if has_digger or actors else "company",
        "work_for": "work_for",
    }
