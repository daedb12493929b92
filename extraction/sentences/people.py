"""People: who answers for the work in a sentence, with the number and mailbox behind the name."""

import re
from collections.abc import Iterator

from extraction.hinted import Hinted, hinted
from extraction.sentences.told import Told
from extraction.values.normalise import EMAIL
from extraction.values.phones import NUMBER
from extraction.values.trades import is_company

PERSON_IN_CHARGE = 0.76
PERSON = 0.70
REACH = 220  # characters behind a name in which its number stands
PERSON_WORDS_MIN = 2

NAMED = r"(?:[A-Z][a-z\u2019'-]+[A-Za-z'\u2019-]*|[A-Z]\.|[A-Z]{2,16}(?![a-z]))"
PEOPLE = rf"(?:(?:Mr|Ms|Mrs|Dr)\.?\s)?(?P<person>[A-Z][A-Za-z'\u2019.-]{{1,20}}(?:\s[\"\u201c(][A-Z]\w{{1,15}}[\"\u201d)])?(?:\s(?:de|la|van|von|del))?(?:\s{NAMED}){{1,2}})"
CHARGE = (
    r"(?:superintendent|foreman|foreperson|project\smanager|representative|rep|supervisor|crew\slead(?:er)?|coordinator|point\sof\scontact"
    r"|contact(?:\sperson)?|lead(?:man)?|job\s?site\scontact|site\scontact|PM)"
)
IN_CHARGE: tuple[tuple[float, Hinted], ...] = (
    (
        PERSON_IN_CHARGE,
        hinted(
            "superintendent|foreman|foreperson|manager|rep|supervisor|lead|coordinator|contact|pm",
            rf"\b(?i:{CHARGE})(?:(?:\s(?:of|for|in\scharge|on)\b[^.;:]{{0,50}}?)?(?:\s(?:is|will\sbe)|:|,|\s-)\s|\s){PEOPLE}",
        ),
    ),
    (
        PERSON_IN_CHARGE,
        hinted(
            "contact|call|reach|ask for|text",
            rf"\b(?i:contact|call|reach|ask\sfor|text|contact\sis|contact:)\s(?:our\s(?:\w+\s){{1,3}}|is\s)?{PEOPLE}",
        ),
    ),
    (
        PERSON_IN_CHARGE,
        hinted(
            "locate|811|ticket|one-call|one call|onecall",
            rf"{PEOPLE},?\s(?:[^.;:\d]{{0,40}}\s)?(?:arranges?|handles?|handling|requests?|submits?|orders?|calls?\sin|does|turns?\sin)\s(?:(?:all|the|our|your|any|for)\s){{0,2}}(?:utility\s|line\s)?(?:locates?|811|tickets?|one[- ]calls?)\b",
        ),
    ),
    (
        PERSON,
        hinted(
            "be reached|contact|foreman|superintendent",
            rf"{PEOPLE},?\s(?:\([^()\d]{{2,40}}\),?\s)?(?:(?:can|may)\sbe\sreached|is\sthe\s(?:\w+\s){{0,2}}(?:contact|foreman|superintendent))",
        ),
    ),
    (
        PERSON,
        hinted(
            "0|1|2|3|4|5|6|7|8|9",
            rf"{PEOPLE},?\s?(?:at\s|\(|-\s|cell\s|,\s?|\s)?(?=\(?\d{{3}}\)?[ .-]?\d{{3}}[ .-]\d{{4}})",
        ),
    ),
)
NUMBER_WORD = re.compile(
    r"\s(?:ph|phone|cell|mobile|office|tel|fax|email|at)\.?$", re.IGNORECASE
)
TITLE_BEFORE = re.compile(
    rf"^(?:{CHARGE}|hi|hey|thanks|mr|ms|mrs)\.?\s(?=\S+\s\S)", re.IGNORECASE
)
NOT_A_PERSON = re.compile(
    r"\b(?:county|city|inspector|texas|engineer|office|department|street|road|drive|permit|notice|call|locate|service|project|contractor"
    r"|company|inc|llc|programs?|assets?|distribution|transmission|design|division|operations|engineering|planning|services|accounts|payable|management|section|team|center|please|the|our|your|supply|water|gas|electric|fiber|line|one|before|hwy|phone|cell|email|construction|duty|dispatcher|safety|desk|acknowledge|dial)\b",
    re.IGNORECASE,
)
# In a text of capitals each word has one: `CALL IN NEW TICKET`, `CONTACT FOR GATE CODE`.
NO_FIRST_NAME = re.compile(
    r"(?:in|on|off|out|up|at|to|for|from|with|and|or|if|when|as|by|is|not|all|any|this|that|new|first|ahead|again|prior|after|upon|asap"
    r"|immediately|back|them|him|her|us|me|member|owner|customer|gate|access|utility|utilities|it|only|also|until|about|regarding)\b",
    re.IGNORECASE,
)
FAX = re.compile(r"\b(?:f|fax|facsimile)\b[:.\s]{0,3}$", re.IGNORECASE)
ON_SITE = re.compile(
    r"\b(?:foreman|superintendent|crew\slead|site\scontact|on[- ]?site|supervisor|leadman)\b",
    re.IGNORECASE,
)
INSPECTS = re.compile(
    r"\b(?:inspectors?|engineer|surveyor|flagger)\b(?:[^.;]|\b(?:mr|ms|mrs|dr)\.){0,30}$",
    re.IGNORECASE,
)
# Who made the paper is no more asked for than who inspects the work.
PREPARES = re.compile(
    r"\b(?:prepared|drawn|designed|staked|issued|released|reviewed|approved|checked|compiled)\b[^;:]{0,30}\bby\b[^;]{0,40}$",
    re.IGNORECASE,
)
BRACKETS = re.compile(
    r"\s?\((?:(?:contact|attn|c/o)[:.]?\s)?(?P<person>[A-Z][\w'-]{1,20}(?:\s[A-Z][\w'.-]{1,20}){0,2})(?=,|\s?[-@(]|\s\d)",
    re.IGNORECASE,
)
CUSTOMER = re.compile(r"\b(?:customer|homeowner|resident|tenant)\b", re.IGNORECASE)
AFTER_HOURS = re.compile(
    r"\b(?:after[- ]hours|nights?|weekends?|in an emergency|in case of (?:an )?emergency|(?:as a )?back-?up|alternate)\b",
    re.IGNORECASE,
)
QUESTIONS = hinted(
    "question|notified|rsvp|when",
    r"\b(?:with|if you have|any|for)\s(?:any\s)?questions\b|^\W{0,3}questions\s(?:about|on|regarding|concerning|may|should|can)\b|\bshall be notified\b|\brsvp\b|\bwhen\s(?:complete|done|finished|you are done)",
    re.IGNORECASE,
)


def in_brackets(text: str, start: int) -> Iterator[Told]:
    """Yield the person behind the name of a company: `Acme Boring (Cody, 512-...)`."""
    match = BRACKETS.match(text, start, start + REACH)
    if match:
        yield Told("contact_name", *match.span("person"), PERSON, "person_in_brackets")
        yield from _reached(text, match.end("person"), PERSON - 0.02)


def people_in(text: str, start: int, end: int) -> Iterator[Told]:
    """Yield who answers for the work in a sentence, with the number and address behind the name."""
    sentence = text[start:end]
    small = sentence.lower()
    if QUESTIONS.search(sentence, small):
        return
    small = sentence.lower()
    for strength, pattern in IN_CHARGE:
        for match in pattern.finditer(sentence, small):
            lead = TITLE_BEFORE.match(match["person"])
            skipped = lead.end() if lead else 0
            person = NUMBER_WORD.sub("", match["person"][skipped:].strip(" ,."))
            words = person.split()
            is_name = all(
                word[0].isupper()
                or word[0] in '"\u201c('
                or word in ("de", "la", "van", "von", "del")
                for word in words
            )
            if CUSTOMER.search(
                match[0][: match.start("person") - match.start() + len("Customer ")]
            ):
                continue
            if INSPECTS.search(sentence[: match.start("person")]) or PREPARES.search(
                sentence[: match.start("person")]
            ):
                continue
            if (
                not is_name
                or len(words) < PERSON_WORDS_MIN
                or NOT_A_PERSON.search(person)
                or NO_FIRST_NAME.match(person)
                or is_company(person)
            ):
                continue
            if AFTER_HOURS.search(sentence[: match.start("person")]):
                continue  # who answers if nobody else does
            at = start + match.start("person") + skipped
            yield Told("contact_name", at, at + len(person), strength, "person_in_charge")
            yield from _reached(text, at + len(person), strength - 0.02)


def _reached(text: str, start: int, strength: float) -> Iterator[Told]:
    behind = text[start : start + REACH]
    for match in NUMBER.finditer(behind):
        if not FAX.search(behind[: match.start()]):
            yield Told(
                "phone",
                start + match.start(),
                start + match.end(),
                strength,
                "number_of_person",
            )
            break
    email = EMAIL.search(behind)
    if email:
        yield Told(
            "email", start + email.start(), start + email.end(), strength, "mailbox_of_person"
        )
