"""On the job: whom a letter or mail sends to the site, often by first name, and its writer's number.

`Ana will be on the job, her number is 512-555-0171`; `use my cell, 512-555-0172`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.extraction import Span
from extraction.candidates import Candidate
from extraction.hinted import Hinted, hinted
from extraction.pairs import Pair
from extraction.roles import Role
from extraction.sentences.people import QUESTIONS
from extraction.sentences.reporters import is_reporter
from extraction.sentences.told import Told
from extraction.values.phones import NUMBER

ON_SITE = 0.76
OWN_NUMBER = 0.80
BEHIND_WRITER = 0.50
CALLS = frozenset({"caller", "contact"})
OF_A_PERSON = frozenset({"person_in_charge", "number_of_person"})
REACH = 90  # characters behind a name in which the number of that person stands

FIRST = (
    r"(?P<person>(?:[A-Z]\.\s?)?[A-Z][a-z'\u2019-]{1,15}(?:\s[A-Z][A-Za-z'\u2019-]{1,20}){0,2})"
)
AT_WORK = r"(?:the\s|this\s)?(?:job(?:\s?site)?|site|location|work\s?site|dig(?:\ssite)?)\b"
THERE: tuple[Hinted, ...] = (
    hinted(
        "job|site|location|dig",
        rf"\b{FIRST}(?:\s?\([^()]{{2,30}}\)|,\s(?:our|the|my)\s[\w\s]{{3,25}},)?(?:\s(?:will|is\sgoing\sto)\sbe|['\u2019]ll\sbe|\sis)\s(?:out\s|there\s)?(?:on|at)\s{AT_WORK}",
    ),
    hinted(
        "run|lead|head|has",
        rf"\b{FIRST}\s(?:(?:(?:will\sbe|is)\s)?(?:running|leading|heading\sup)|(?:will\s)?(?:runs?|leads?|heads?(?:\sup)?|has))\s(?:the\s|this\s|our\s|that\s)?(?:crew|job|work|dig)\b",
    ),
    hinted(
        " meet ",
        rf"\b{FIRST}\s(?:will|can|['\u2019]ll)\smeet\s(?:the\slocators?|them|you|y'all)\b",
    ),
    hinted(
        "site|field|crew|foreman|ask for|chief",
        rf"\b(?i:on[- ]?site(?:\s(?:contact|person|foreman))?|(?:site|field|crew)(?:\s#?\d{{1,3}})?\s(?:contact|lead(?:er)?|foreman|chief|supervisor)|(?:party|rod)\schief|foreman|ask\sfor)(?:\son\s(?:this|it|this\sone|the\sjob))?(?:\s(?:is|will\sbe)|:|,)?\s{FIRST}(?=\s?[,.(@:-]|\s(?:at|cell|on|\(?\d)|\s?$)",
    ),
)
NO_NAME = re.compile(
    r"^(?:he|she|it|they|we|i|you|crews?|work|someone|nobody|no|this|that|there|who|locators?|inspectors?|contractors?|traffic|all|any"
    r"|equipment|everyone|our|the|your|utility|texas|city|county|one|call|please|same|job|backhoe|foreman|mr|mrs|ms|contact)\b",
    re.IGNORECASE,
)
HIS_NUMBER = re.compile(
    r"\b(?:his|her|their|cell|phone|mobile|number|at)\b|[-(,:]\s?$", re.IGNORECASE
)
ANOTHER = re.compile(r"\b(?:my|our|office|fax|me)\b", re.IGNORECASE)
OWN = re.compile(
    r"\b(?:my\s(?:cell|mobile|phone|direct|number|office|desk)|our\s(?:cell|phone|number))(?:\s(?:number|phone|line|no\.?|#|down|is|at|in|on|there|for\s(?:it|this)|as\sthe\scontact|contact)){0,4}\s?[,:-]?\s?(?=\(?\d{3})"
    r"|\b(?:put|list)\s(?:me|us)\s(?:down\s)?(?:as\s(?:the\s)?(?:contact|caller))?\s?[,:-]?\s?(?:at\s)?(?=\(?\d{3})"
    r"|\b(?:call|reach|text|ring|get(?:\sa)?\shold\sof)\s(?:me|us|the\sundersigned)(?:\s(?:back|anytime|direct(?:ly)?|on\smy\scell)){0,2}\s(?:at|on|@)\s?(?=\(?\d{3})"
    r"|\bthe\s(?:undersigned|writer)\s(?:at|on)\s(?=\(?\d{3})",
    re.IGNORECASE,
)


def on_the_job(text: str, start: int, end: int) -> Iterator[Told]:
    """Yield who will be on the site, with the number behind the name."""
    sentence = text[start:end]
    small = sentence.lower()
    for pattern in THERE:
        match = pattern.search(sentence, small)
        if match and not NO_NAME.match(match["person"]):
            rule = "person_on_the_job"
            at = start + match.start("person")
            yield Told("onsite_contact_name", at, at + len(match["person"]), ON_SITE, rule)
            yield from _number(text, start + match.end(), rule)
            return


def _number(text: str, start: int, rule: str) -> Iterator[Told]:
    behind = text[start : start + REACH]
    number = NUMBER.search(behind)
    before = behind[: number.start()] if number else ""
    is_his = not before.strip(" ,(:-@") or HIS_NUMBER.search(before)
    if number and is_his and not ANOTHER.search(before):
        yield Told("onsite_phone", start + number.start(), start + number.end(), ON_SITE, rule)


def behind_the_writer(found: Sequence[Candidate], pairs: Sequence[Pair]) -> list[Candidate]:
    """Return the candidates; who is met on the site is no contact where another is named.

    He has signed, or a label gives him with his number: `811 caller: Ann Lee, 512-...`.
    """
    signed = {c.field for c in found if c.rule == "signature"}
    if any(p.label.concept in CALLS and NUMBER.search(p.value) for p in pairs) or any(
        p.label.concept == "phone" and p.role is Role.CALLER and not is_reporter(p)
        for p in pairs
    ):
        signed |= {"contact_name", "phone"}
    met = {
        field: {_place(c) for c in found if c.field == there}
        for field, there in (("contact_name", "onsite_contact_name"), ("phone", "onsite_phone"))
        if field in signed
    }
    return [
        replace(c, strength=min(c.strength, BEHIND_WRITER))
        if c.rule in OF_A_PERSON and _place(c) in met.get(c.field, ())
        else c
        for c in found
    ]


def _place(candidate: Candidate) -> tuple[Span, ...]:
    return candidate.spans


def own_number(text: str, start: int, end: int) -> Iterator[Told]:
    """Yield the number at which the writer wants to be called."""
    lead = OWN.search(text, start, end)
    number = NUMBER.match(text, lead.end()) if lead else None
    if number and not QUESTIONS.pattern.search(text, start, end):
        yield Told("phone", number.start(), number.end(), OWN_NUMBER, "number_of_the_writer")
