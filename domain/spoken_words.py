"""Not knowing, and one of several: what people answer in few words."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from rapidfuzz import fuzz, process

from domain.errors import RejectedError
from domain.facts import PriorityLevel, TicketType
from domain.rules.case import is_placeholder

Choice = TypeVar("Choice", bound=StrEnum)

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
    r"\b(?:it'?s|it is|an?|the|ticket|type|priority|request|make it|please)\b"
)
NAME = re.compile(r"[^\W\d_]+(?:\s?[ /&-]\s?[^\W\d_]+)*")  # words, and what joins two of them
DENIAL = re.compile(r"^(?:not|non|no|isnt|ab)")
TYPE_WORDS: Mapping[str, TicketType] = {
    "regular": TicketType.NORMAL,
    "routine": TicketType.NORMAL,
    "standard": TicketType.NORMAL,
    "newticket": TicketType.NORMAL,
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
    "urgent": PriorityLevel.RUSH,
    "highpriority": PriorityLevel.RUSH,
}


def is_unknown(text: str) -> bool:
    """Is this how somebody says that he does not know, or nothing at all?"""
    said = " ".join(text.replace("\u2019", "'").split()).rstrip(".!")
    return is_placeholder(said) or UNKNOWN.fullmatch(said) is not None


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
        f"“{text.strip()[:80]}” is none of those there are.",
        field=field,
        remedy=f"Answer with one of: {', '.join(suggested)}.",
        suggested_values=suggested,
    )


def chosen(text: str, values: Sequence[str], *, by_number: bool) -> str | None:
    """Return the suggested value that an answer names, by its words or its number, if one."""
    said = " ".join(text.split()).casefold().rstrip(".!")
    for value in values:
        if said == " ".join(value.split()).casefold():
            return value
    number = re.fullmatch(r"(?:number|no\.?|option|#)?\s?(\d{1,2})\)?", said)
    if by_number and number and 1 <= int(number[1]) <= len(values):
        return values[int(number[1]) - 1]
    return None
