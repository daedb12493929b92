"""Not knowing, and one of several: what people answer in few words."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from rapidfuzz import fuzz, process

from domain.errors import RejectedError
from domain.facts import PriorityLevel, TicketType
from domain.questions import QUESTIONS, label
from domain.rules.case import is_placeholder

Choice = TypeVar("Choice", bound=StrEnum)

SHOWN_CHARACTERS_MAX = 80
LIKENESS_MIN = 75  # percent; from there a name is worth suggesting

UNKNOWN = re.compile(
    r"(?:(?:i|we|he|she|they)\s)?(?:really\s|honestly\s|still\s)?(?:do\s?n['o]?t|do not|does\s?n'?t)"
    r"\s(?:really\s|yet\s)?know\b.*"
    r"|(?:i'?m |i am |we'?re |we are )?not (?:sure|certain|known)\b.*|not that i know\b.*"
    r"|(?:i have |we have )?no (?:idea|clue)\b.*|unsure\b.*|idk|dunno|no answer|maybe|perhaps"
    r"|(?:i )?can'?t say\b.*|cannot say\b.*|skip(?: it| this)?|pass|ask me later|later|\?+"
    r"|(?:no ?one|nobody) (?:knows|has said|said|told)\b.*|(?:i )?don'?t think so|i think so|i guess.*"
    r"|probably\b.*|it depends\b.*|to be determined",
    re.IGNORECASE,
)
BESIDE_A_NAME = re.compile(
    r"\b(?:it'?s|it is|an?|the|ticket|type|priority|request|locate|make it|please)\b"
)
NAME = re.compile(r"[^\W\d_]+(?:\s?[ /&-]\s?[^\W\d_]+)*")  # words, and what joins two of them
DENIAL = re.compile(r"^(?:not|non|no|isnt|ab)")
TYPE_WORDS: Mapping[str, TicketType] = {
    "regular": TicketType.NORMAL,
    "routine": TicketType.NORMAL,
    "standard": TicketType.NORMAL,
    "new": TicketType.NORMAL,
    "design": TicketType.SURVEY_DESIGN,
    "survey": TicketType.SURVEY_DESIGN,
    "updateandremark": TicketType.UPDATE_REMARK,
    "remark": TicketType.UPDATE_REMARK,
    "demo": TicketType.DEMOLITION,
    "norespond": TicketType.NO_RESPONSE,
}
PRIORITY_WORDS: Mapping[str, PriorityLevel] = {
    "normal": PriorityLevel.STANDARD,
    "regular": PriorityLevel.STANDARD,
    "routine": PriorityLevel.STANDARD,
    "noturgent": PriorityLevel.STANDARD,
    "nonurgent": PriorityLevel.STANDARD,
    "urgent": PriorityLevel.RUSH,
    "highpriority": PriorityLevel.RUSH,
}
# Who answers with a question, or will answer another time, has told nothing yet.
TELLS_NOTHING = re.compile(
    r".*\?|(?:please )?(?:ask|check with)\b.*"
    r"|(?:(?:i|we|he|she|they|the \w+)(?: will|'ll| can)|let me) (?:tell|let|send|get|find|check|ask|call|text)\b.*"
    r"|(?:the|that|this|it|your) ?[\w ]{0,40}(?: is|'s) (?:wrong|incorrect|not right|not correct)",
    re.IGNORECASE | re.DOTALL,
)
# In the name of a person or a place these are words about it, not of it.
SAID_ABOUT = re.compile(
    r"\b(?:yes|yeah|yep|yup|nope|nah|not|wrong|incorrect|instead|ask|later|unknown|isn't|don't)\b"
    r"|^no\b",
    re.IGNORECASE,
)
# Where it is asked whether a value is right, these begin or end what is no value.
SAID_OF_ANOTHER = re.compile(
    r"\b(?:yes|yeah|yep|yup|no|nope|nah|not|right|wrong|correct|incorrect|but|instead)\b|n't\b",
    re.IGNORECASE,
)
LEADS_TO_A_VALUE = re.compile(
    r"^(?:it'?s|it is|it should be|should be|that'?s|that is|make it"
    r"|(?:the|my|his|her) (?:name|city|address|contact|street) (?:is|should be))\s+(?=\S)",
    re.IGNORECASE,
)
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5,
}  # fmt: skip
THE_FIRST = re.compile(
    rf"the (?P<a>{'|'.join(ORDINALS)})(?: one)?|(?P<b>{'|'.join(ORDINALS)}) one"
)
NAMES_OF_FIRMS = frozenset({"company", "work_for"})
NAMES_OF_PERSONS_AND_PLACES = frozenset(
    {
        "contact_name", "onsite_contact_name", "city", "city_state_zip", "address_line_1",
        "address_line_2", "address", "service_address", "location", "cross_street",
        "nearest_intersection", "subdivision",
    }
)  # fmt: skip
NAMES = NAMES_OF_FIRMS | NAMES_OF_PERSONS_AND_PLACES


def is_unknown(text: str) -> bool:
    """Is this how somebody says that he does not know, or nothing at all?"""
    said = " ".join(text.replace("\u2019", "'").split()).rstrip(".!")
    return is_placeholder(said) or UNKNOWN.fullmatch(said) is not None


def plain_words(field: str, text: str, *, is_right: bool = False) -> str:
    """Return a value that has no form of its own, without what leads to it.

    `is_right` says that the question was whether the present value is right. Raises RejectedError
    for what tells nothing yet, and for words about a name that are no part of it (`not Main St`).
    """
    said = text.replace("\u2019", "'").strip()
    is_about = (field in NAMES_OF_PERSONS_AND_PLACES and SAID_ABOUT.search(said)) or (
        field in NAMES and is_right and SAID_OF_ANOTHER.search(said)
    )
    if is_about or TELLS_NOTHING.fullmatch(said):
        raise RejectedError(
            f"“{text[:SHOWN_CHARACTERS_MAX]}” says more than the {label(field)}, or does not say it.",
            field=field,
            remedy=f"Say only the {label(field)} that is right."
            if is_about or field not in QUESTIONS
            else QUESTIONS[field].prompt,
        )
    return LEADS_TO_A_VALUE.sub("", said) if field in NAMES_OF_PERSONS_AND_PLACES else text


def one_of(kind: type[Choice], words: Mapping[str, Choice], text: str, *, field: str) -> Choice:
    """Return the member of an enumeration that is meant: its name, or one of these words for it.

    What is only like one of them (`Emergancy`, `non-emergency`, `emergency?`) is not taken. Raises
    RejectedError with the likely ones, or with all of them.
    """
    plain = (
        BESIDE_A_NAME.sub(" ", text.lower().replace("\u2019", "'")).strip(" ,").rstrip(".!, ")
    )
    key = "".join(filter(str.isalnum, plain))
    known = {"".join(filter(str.isalnum, str(one).lower())): one for one in kind} | dict(words)
    if key in known and NAME.fullmatch(plain):
        return known[key]
    denied = known.get(DENIAL.sub("", key))
    near = process.extract(key, list(known), scorer=fuzz.ratio, score_cutoff=LIKENESS_MIN)
    likely = dict.fromkeys(known[name] for name, _likeness, _index in near)
    others = [one for one in kind if one is not denied]
    suggested = [str(one) for one in (others if denied or not likely else likely)]
    raise RejectedError(
        f"“{text.strip()[:SHOWN_CHARACTERS_MAX]}” is none of those there are.",
        field=field,
        remedy=f"Answer with one of: {', '.join(suggested)}.",
        suggested_values=suggested,
    )


def chosen(text: str, values: Sequence[str], *, by_number: bool, by_place: bool) -> str | None:
    """Return the suggested value that an answer names: by its words, its number or its place."""
    said = " ".join(text.split()).casefold().rstrip(".!")
    for value in values:
        if said == " ".join(value.split()).casefold():
            return value
    place = THE_FIRST.fullmatch(said)
    if by_place and place and ORDINALS[place["a"] or place["b"]] <= len(values):
        return values[ORDINALS[place["a"] or place["b"]] - 1]
    number = re.fullmatch(r"(?:number|no\.?|option|#)?\s?(\d{1,2})\)?", said)
    if by_number and number and 1 <= int(number[1]) <= len(values):
        return values[int(number[1]) - 1]
    return None
