"""Yes and no, not knowing, one of several, a number that rings: what people answer in few words."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from rapidfuzz import fuzz, process

from domain.errors import RejectedError
from domain.facts import PriorityLevel, TicketType
from domain.rules.case import is_placeholder
from domain.rules.notice import is_dialable

Choice = TypeVar("Choice", bound=StrEnum)

LIKENESS_MIN = 85  # percent; below it a word could be a misspelling of something else
SHORT_ANSWER_CHARACTERS_MAX = 200
SENTENCE_WORDS_MIN = 3  # a shorter text that denies could deny anything

YES = frozenset(
    {
        "y", "yes", "yeah", "yep", "yup", "yessir", "sure", "true", "affirmative", "si", "sí",
        "absolutely", "definitely", "certainly", "indeed",
    }
)  # fmt: skip
# These agree to what was said before, which may have been a no.
AGREES = frozenset({"ok", "okay", "correct", "right", "confirmed", "good", "fine", "exactly"})
NO = frozenset({"n", "no", "nope", "nah", "false", "negative", "none", "never"})
NEGATIONS = (NO - {"n"}) | frozenset(
    {
        "not", "won't", "wont", "isn't", "isnt", "aren't", "arent", "don't", "dont", "doesn't",
        "doesnt", "without", "haven't", "havent", "hasn't", "hasnt", "wasn't", "wasnt",
    }
)  # fmt: skip
# Where these are said, nothing was: "no one knows", "we don't think so".
DOUBTS = frozenset(
    {
        "know", "knows", "known", "told", "asked", "said", "idea", "clue", "think", "guess",
        "suppose", "believe", "probably", "likely", "maybe", "perhaps", "hopefully", "decided",
        "decide", "determined", "tell", "say", "certain", "if", "unless", "until", "depends",
    }
)  # fmt: skip
YES_PHRASES = frozenset(
    {"it is", "it will", "they are", "they will", "we are", "we will", "we do", "of course"}
)
NO_PHRASES = frozenset(
    {
        "not at all", "it is not", "it isn't", "it won't", "they are not", "they aren't",
        "we are not", "we aren't", "we will not", "we won't", "we do not", "we don't",
        "of course not", "zero",
    }
)  # fmt: skip
POLITE = frozenset({"sir", "ma'am", "maam", "thanks", "thank", "you", "please", "that's", "thats",
                    "that", "it's", "its", "it", "is", "looks", "sounds", "all"})  # fmt: skip
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
NUMBER = re.compile(
    r"(?<![\d-])(?:\+?1[\s.-]?)?(?:\(\s?\d{3}\s?\)|\d{3})[\s./-]{0,3}\d{3}[\s.-]{0,3}\d{4}(?!\d)"
)
EXTENSION = re.compile(
    r"\b(?:extension|extn?|x)\.?\s?[:#]?\s?(?P<digits>\d{1,10})\b", re.IGNORECASE
)
MAILBOX = re.compile(r"[\w.+'%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


def is_unknown(text: str) -> bool:
    """Is this how somebody says that he does not know, or nothing at all?"""
    said = " ".join(text.replace("\u2019", "'").split()).rstrip(".!")
    return is_placeholder(said) or UNKNOWN.fullmatch(said) is not None


def yes_or_no(text: str) -> bool | None:
    """Return what a text answers to a question of yes or no, or None if it is neither.

    A text that says both is neither; so is one that doubts, or agrees to nothing in particular.
    """
    words = _words(text)
    said, spoken = " ".join(words), frozenset(words)
    if not words or spoken & DOUBTS or "not sure" in said:
        return None
    is_yes = words[0] in YES or said in YES_PHRASES
    is_no = words[0] in NO or said in NO_PHRASES
    denies = bool(spoken & NEGATIONS)
    if is_yes:
        return None if denies else True
    if spoken & YES:
        return None  # "No problem, yes" says both
    return False if is_no or (denies and len(words) >= SENTENCE_WORDS_MIN) else None


def agreed_or_denied(text: str) -> bool | None:
    """Return whether a text is a yes or a no and nothing more; None for one that says more."""
    words = _words(text)
    spoken = frozenset(words)
    if not words or spoken - (YES | NO | AGREES | POLITE):
        return None
    agrees, denies = bool(spoken & (YES | AGREES)), bool(spoken & NO)
    return None if agrees == denies else agrees


def _words(text: str) -> list[str]:
    said = text[:SHORT_ANSWER_CHARACTERS_MAX].lower().replace("\u2019", "'")
    return re.sub(r"[^\w']+", " ", said).split()


def one_of(kind: type[Choice], words: Mapping[str, Choice], text: str, *, field: str) -> Choice:
    """Return the member of an enumeration that is meant, however it is written.

    Raises RejectedError with all of them if it could be two, or is none.
    """
    said = re.sub(r"\b(?:it'?s|it is|an?|the|ticket|type|priority)\b", " ", text.lower())
    key = "".join(filter(str.isalnum, said))
    known = {"".join(filter(str.isalnum, str(one).lower())): one for one in kind} | dict(words)
    if key in known:
        return known[key]
    near = process.extract(key, list(known), scorer=fuzz.ratio, score_cutoff=LIKENESS_MIN)
    meant = {known[name] for name, _likeness, _index in near}
    if len(meant) == 1:
        return meant.pop()
    raise RejectedError(
        f"“{text.strip()[:80]}” is none of those there are.",
        field=field,
        remedy=f"Answer with one of: {', '.join(kind)}.",
        suggested_values=[str(one) for one in kind],
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


def phone_said(text: str, *, field: str) -> dict[str, object]:
    """Return the number, and the extension if there is one.

    Raises RejectedError for none, for two, and for one that cannot be dialled.
    """
    extension = EXTENSION.search(text)
    rest = text[: extension.start()] + text[extension.end() :] if extension else text
    numbers = [found[0].strip() for found in NUMBER.finditer(rest)]
    if len(numbers) != 1 or not is_dialable(numbers[0]):
        problem = "is more than one number" if len(numbers) > 1 else "cannot be dialled"
        raise RejectedError(
            f"“{text.strip()[:80]}” {problem}.",
            field=field,
            remedy="Answer with one number with its area code, like 512-555-0142.",
        )
    if extension is None:
        return {field: numbers[0]}
    if field == "work_for_phone":
        return {field: f"{numbers[0]} x{extension['digits']}"}
    return {field: numbers[0], f"{field}_extension": extension["digits"]}


def mailbox_said(text: str) -> dict[str, object]:
    """Return the one e-mail address in a text. Raises RejectedError for none, and for two."""
    found = set(MAILBOX.findall(text))
    if len(found) != 1:
        problem = "names more than one" if found else "is no"
        raise RejectedError(
            f"“{text.strip()[:80]}” {problem} e-mail address.",
            field="email",
            remedy="Answer with one address, like dana@example.com.",
        )
    return {"email": found.pop().rstrip(".")}
