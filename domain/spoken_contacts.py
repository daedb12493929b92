"""A number that rings and an address for mail, as people give them.

What is not understood beside them (a second extension, a `not`, half of another number) refuses.
"""

import re

from domain.errors import RejectedError
from domain.rules.notice import is_dialable

NUMBER = re.compile(
    r"(?<![\d-])(?:\+?1[\s.-]?)?(?:\(\s?\d{3}\s?\)|\d{3})[\s./-]{0,3}\d{3}[\s.-]{0,3}\d{4}(?!\d)",
    re.ASCII,
)
EXTENSION = re.compile(
    r"(?:(?<![a-z])(?:extension|extn?|x)\.?\s?[:#]?|#)\s?(?P<digits>\d{1,10})(?!\d)",
    re.IGNORECASE | re.ASCII,
)
MAILBOX = re.compile(r"[\w.+'%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# What may stand beside a number or a mailbox and changes nothing.
BESIDE = re.compile(
    r"(?<![\w'])(?:it'?s|its|it is|that'?s|that is|is|at|my|our|his|her|their|the|call(?: me)?(?: at)?"
    r"|reach (?:me|him|her|us|them)|me|tel|telephone|phone|cell|mobile|office|desk|main|direct|work"
    r"|line|number|with|and|e-?mail|mail|address|send (?:it )?to|mailto|sure|yes|please|thanks)"
    r"(?![\w'])",
    re.IGNORECASE,
)
# `Dana Ruiz <dana@example.com>`: whose mailbox it is, as mail programs write it.
OWNER = re.compile(
    r"\"?(?!(?:not|no|nor|old|wrong|former|was|or|maybe|never|instead)\b)[^\W\d_][^\W\d_.'-]*(?: [^\W\d_]+){0,2}\"?\s?(?=<)",
    re.IGNORECASE,
)
DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
PUNCTUATION = re.compile(r"[\s,;:.()<>]*")


def phone_said(text: str, *, field: str) -> dict[str, object]:
    """Return the number, and the extension if there is one.

    Raises RejectedError for none, for two, for one that cannot be dialled, and for anything beside
    it that is not understood.
    """
    text = text.translate(DASHES)
    numbers = [found[0].strip() for found in NUMBER.finditer(text)]
    if len(numbers) != 1 or not is_dialable(numbers[0]):
        raise _no_number(
            text, field, "is more than one number" if numbers[1:] else "cannot be dialled"
        )
    rest = NUMBER.sub(" ", text)
    extension = EXTENSION.search(rest)
    if extension:
        rest = f"{rest[: extension.start()]} {rest[extension.end() :]}"
    if not _is_nothing(rest):
        raise _no_number(text, field, "says more than one number and its extension")
    if extension is None:
        return {field: numbers[0]}
    if field == "work_for_phone":
        return {field: f"{numbers[0]} x{extension['digits']}"}
    return {field: numbers[0], f"{field}_extension": extension["digits"]}


def mailbox_said(text: str) -> dict[str, object]:
    """Return the one e-mail address in a text.

    Raises RejectedError for none, for two, and for anything beside it that is not understood.
    """
    found = set(MAILBOX.findall(text))
    beside = OWNER.sub("", text, count=1) if OWNER.match(text) else text
    if len(found) != 1 or not _is_nothing(MAILBOX.sub(" ", beside)):
        problem = (
            "names more than one"
            if len(found) > 1
            else "says more than one"
            if found
            else "is no"
        )
        raise RejectedError(
            f"“{text.strip()[:80]}” {problem} e-mail address.",
            field="email",
            remedy="Answer with one address alone, like dana@example.com.",
        )
    return {"email": found.pop().rstrip(".")}


def _is_nothing(rest: str) -> bool:
    plain = BESIDE.sub(" ", rest.replace("\u2019", "'"))
    return PUNCTUATION.fullmatch(plain) is not None


def _no_number(text: str, field: str, problem: str) -> RejectedError:
    return RejectedError(
        f"“{text.strip()[:80]}” {problem}.",
        field=field,
        remedy="Answer with one number with its area code, like 512-555-0142 or "
        "512-555-0142 ext 12, and nothing else.",
    )
