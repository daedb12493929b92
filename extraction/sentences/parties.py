"""Parties: who digs, for whom, and who answers for it, as sentences say it.

`Our contractor X`, `X will bore`, `the work will be done by X for Y`, `contact Z at 512-...`. The
one who is named as contractor digs; who only proposes the work digs if nobody else is named.
"""

import re
from collections.abc import Iterator

from extraction.hinted import Hinted, hinted
from extraction.sentences.people import in_brackets
from extraction.sentences.told import Told
from extraction.values.trades import digs, is_company, owns

CONTRACTOR = 0.80
ACTOR = 0.68
CLIENT = 0.72
OWNER = 0.70
NAME_CHARACTERS_MAX = 80
SHORT_NAME = 3  # a single word of so few letters is no name of a company

LEGAL = r"(?:,?\s(?:Inc|INC|LLC|L\.L\.C|LP|L\.P|LLP|Ltd|LTD|Co|CO|Corp|CORP|PLLC)\b\.?)"
NAME_PART = r"(?:[A-Z0-9][\w&'\u2019./-]{0,24})"
NAME = rf"(?P<name>[A-Z][\w&'\u2019.-]{{0,24}}(?:\s(?:{NAME_PART}|&|(?:of|and|the)(?=\s[A-Z]))){{0,7}}?{LEGAL}?)"
ENDS = r"(?=\s?[,.;:()\"]|\s(?:for|will|to|at|in|on|of|has|have|is|are|was|who|and|with|shall|proposes?|plans?|under|from|as|by|this|along|through|that|needs?|today|yesterday|\d)\b|\s?$)"
DOES = (
    r"(?:bor(?:e|ing)|trench\w*|excavat\w*|dig(?:ging)?|install\w*|plac(?:e|ing)|replac\w*|relocat\w*|auger\w*|set(?:ting)?"
    r"|repair\w*|construct\w*|directional\w*|plow\w*|pothol\w*|bury\w*|lower\w*|remov\w*|drill\w*|lay(?:ing)?|extend\w*"
    r"|rehab\w*|perform\w*|begin\w*|start\w*|do(?:ing)? the|expos\w*|tap\w*|upgrad\w*|run(?:ning)?)\b"
)
PLANS = (  # `will`, `plans to`, `is` before `replacing`
    r"(?:will|shall|plans?\sto|intends?\sto|proposes?\sto|is\s(?:going|planning|scheduled)\sto|are\s(?:going|planning|scheduled)\sto|is\sto|(?:is|are)(?=\s\w{3,14}ing\s))"
    r"(?:\s(?:also|be|then|soon))?"
)
ONLY_DIGGERS = frozenset(
    {"company_goes_with_it", "locate_is_asked_for", "locate_was_asked_for"}
)
RULES: tuple[tuple[str, float, str, Hinted], ...] = (
    (
        "contractor",
        CONTRACTOR,
        "contractor_is_named",
        hinted(
            "contractor",
            rf"\b(?:sub-?)?[Cc]ontractor(?:,|\sis|\swill\sbe|\sfor\sth(?:is|e)\s\w+(?:\swill\sbe|\sis)|\son\sth(?:is|e)\s\w+\sis)?\s{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR,
        "work_is_done_by",
        hinted(
            " by ",
            rf"\b(?:done|performed|completed|handled|installed|made|excavated|dug|undertaken|constructed|bored|trenched|carried\sout)\sby\s(?:our\s(?:sub)?contractor,?\s|the\s)?{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR,
        "company_acts_for_another",
        hinted(
            "acting |behalf of |under contract |contractor to |contractor for |working for ",
            rf"{NAME},?\s(?:acting\s(?:on\sbehalf\sof|for|as)|on\sbehalf\sof|under\scontract\s(?:to|with)|(?:sub)?contractor\s(?:to|for)|working\s(?:for|on\sbehalf\sof))\s(?:the\s)?[A-Z]",
        ),
    ),
    (
        "contractor",
        CONTRACTOR,
        "company_of_the_writer",
        hinted(
            "us|we|our",
            rf"\b(?:us|we|our\s(?:company|crew|outfit))\s?(?:\(|-\s|,\s){NAME}\s?(?:\)|,|-)",
        ),
    ),
    (
        "actor",
        ACTOR,
        "writer_is_with",
        hinted(
            "this is |i am |i'm |my name is |it's ",
            rf"\b(?:[Tt]his\sis|I\sam|I'm|[Mm]y\sname\sis|[Ii]t's)\s(?:[A-Z][a-z]+\s){{1,2}}(?:with|from|at|over\sat)\s{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR - 0.04,
        "contractor_is_hired",
        hinted(
            "hired|retained|engaged|contracted|awarded|assign|releas|issued|subbed",
            rf"\b(?:hired|retained|engaged|contracted(?:\swith)?|awarded\s(?:[\w\s]{{1,30}}?\s)?to|(?:assign(?:ed|s)|[Rr]eleas(?:ed|es|ing)|issued|subbed)\s(?:\w+\s){{0,4}}?to)\s{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR - 0.04,
        "permit_is_given_to",
        hinted(
            "authoriz|permission is |permit is |hereby granted |permits ",
            rf"\b(?:authoriz(?:es|ing|ed)|(?:permission|permit)\sis\s(?:hereby\s)?(?:granted|issued)\sto|hereby\sgranted\sto|permits)\s{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR - 0.12,
        "company_goes_with_it",
        hinted("w/ |with |using |by ", rf"\b(?:w/|with|using|by)\s{NAME}{ENDS}"),
    ),
    (
        "actor",
        ACTOR,
        "locate_is_asked_for",
        hinted(
            "locate|ticket|811",
            rf"\b(?:locates?|tickets?|811|line\slocates?)\s(?:request\s)?for\s{NAME}{ENDS}",
        ),
    ),
    (
        "actor",
        ACTOR + 0.04,
        "locate_was_asked_for",
        hinted(
            "entered|submitted|placed|filed|opened|created|called in|made|requested",
            r"\b(?:locates?|tickets?|requests?|notices?|[Ii]t)\s(?:[^.;]{0,60}?\s)?(?:entered|submitted|placed|filed|opened|created|called\sin|made|requested)"
            rf"\s(?:by\syou\s|online\s|today\s)?(?:for|on\sbehalf\sof)\s{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR - 0.04,
        "crew_is_named",
        hinted(
            ":",
            rf"\b(?:[Cc]rew|[Ss]ub|[Ee]xcavator|[Dd]riller|[Bb]orer)(?:\sis)?\s?:\s?{NAME}{ENDS}",
        ),
    ),
    (
        "work_for",
        CLIENT - 0.06,
        "work_is_for_an_owner",
        hinted("for ", rf"\bfor\s(?:the\s)?{NAME}(?=\s?[,.;]|\s?$|\s(?:at|in|on|is)\b)"),
    ),
    (
        "work_for",
        CLIENT - 0.04,
        "work_is_for_the_customer",
        hinted(
            "customer|homeowner|resident",
            r"\b(?:[Cc]ustomer|CUSTOMER|[Hh]omeowner|[Rr]esident)(?:\sis|:|,)?\s(?P<name>(?:(?:Mr|Ms|Mrs|Dr)\.?\s)?[A-Z][\w'.-]{1,20}(?:\s[A-Z][\w'.-]{1,20}){1,3}?)(?=[,.;(]|\s[a-z(#\d]|$)",
        ),
    ),
    (
        "work_for",
        CLIENT - 0.04,
        "work_is_for_the_owner",
        hinted(
            "owner",
            r"\bfor\s(?:the\s)?(?:property\s|home\s?)?owner,?\s(?P<name>(?:(?:Mr|Ms|Mrs|Dr)\.?\s)?[A-Z][\w'.-]{1,20}(?:\s[A-Z][\w'.-]{1,20}){1,2}?)(?=[,.;]|\s[a-z(]|$)",
        ),
    ),
    (
        "actor",
        ACTOR,
        "company_will_do_it",
        hinted(
            " will | shall | plan| intend| propose| is | are ",
            rf"{NAME}(?:'s)?(?:\s?\([^()]{{1,80}}\))?,?(?:\s(?:crews?|personnel|forces)(?:\s\w+)?)?\s{PLANS}\s{DOES}",
        ),
    ),
    (
        "work_for",
        CLIENT,
        "work_is_for_a_person",
        hinted(
            "for dr|for mr|for ms|for mi",
            r"\bfor\s(?P<name>(?:Dr|Mr|Mrs|Ms|Miss)\.?\s[A-Z][\w-]{1,20}(?:\s[A-Z][\w-]{1,20})?)(?=['\u2019]s\b|[,.;(]|\s[a-z(]|\s?$)",
        ),
    ),
    (
        "work_for",
        CLIENT,
        "work_is_for",
        hinted(
            "behalf of |work|contractor to |contractor for |crew for |our client",
            rf"\b(?:[Oo]n\sbehalf\sof|[Ww]ork(?:ing)?\s(?:is\s)?(?:being\s)?(?:done\s|performed\s)?for|(?:sub)?contractor\s(?:to|for)|crew\sfor|our\sclient,?)\s(?:the\s)?{NAME}{ENDS}",
        ),
    ),
    (
        "work_for",
        CLIENT,
        "work_is_done_by_one_for_another",
        hinted("by ", r"\bby\s[A-Z][\w&'.\s-]{2,60}?\sfor\s(?:the\s)?" + NAME + ENDS),
    ),
    (
        "owner",
        OWNER,
        "owner_is_named",
        hinted(
            "(",
            rf"{NAME}\s?,?\s?\((?:hereinafter\s|the\s)*[\"\u201c]?(?:the\s)?(?:Owner|OWNER|Utility|UTILITY|Company)[\"\u201d]?\)",
        ),
    ),
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
