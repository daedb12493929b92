"""Telephone numbers: found by shape, judged by the numbering plan, written one way."""

import re
from functools import lru_cache

NUMBER = re.compile(
    r"(?<![\d.-])(?:\+?1[\s.\u2010-\u2015-]{0,2}|001[\s.-])?\(?\s?(\d{3})\s?\)?[\s./\u2010-\u2015-]{0,3}(\d{3})[\s.\u2010-\u2015-]{0,3}(\d{4})(?![\d.]\d|\d)"
    r"(?:[\s,;]{0,3}\(?(?:xt?n?\b|x(?=\d)|ext(?:ension|n)?\b\.?|ext(?=\d)|#|\boption|\bopt\.?|\bpress)\s{0,2}[.:#]?\s{0,2}(\d{1,6})(?!\d)\)?)?",
    re.IGNORECASE,
)
# Letters on the keys: 1-800-DIG-TESS. Only behind an area code, in capitals, of seven keys.
VANITY = re.compile(
    r"(?<![\w.-])(?:\+?1[\s.-]{0,2})?\(?([2-9]\d{2})\)?[\s.-]{1,3}((?=[A-Z0-9-]{0,8}[A-Z]{2})[A-Z0-9](?:-?[A-Z0-9]){6})(?![\w-])"
)
CACHE_MAX = 1_024  # numbers whose verdict is remembered
KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
EXTENSION = re.compile(r"^\D{0,12}(\d{1,6})\b")
# A blank or a dot between all digits, or letters that recognising has put for digits.
SPACED = re.compile(r"(?<![\w.])(?:\d[ .]){9}\d(?![\w.])")


# `555-0l72`: letters that recognising has put for figures, in what else has the shape of a number.
MISREAD = re.compile(
    r"(?<![\w-])\(?([2-9][\dOolI]{2})\)?[ .-]{1,3}([\dOolI]{3})[ .-]{1,2}([\dOolI]{4})(?![\w-])"
)
MISREAD_KEYS = str.maketrans("OolI", "0011")
FIGURES_MIN = 7  # of the ten that must be figures


def _misread(raw: str) -> str | None:
    match = MISREAD.search(raw)
    if match is None or sum(map(str.isdigit, match.group())) < FIGURES_MIN:
        return None
    return "-".join(part.translate(MISREAD_KEYS) for part in match.groups())


def phone_of(raw: str) -> str | None:
    """Return the first number of ten digits as 512-555-0100, be it possible or not."""
    match = NUMBER.search(raw)
    if match:
        return "-".join(match.groups()[:3])
    misread = _misread(raw)
    if misread:
        return misread
    spaced = SPACED.search(raw)
    vanity = None if spaced else VANITY.search(raw)
    digits = re.sub(r"\D", "", spaced.group()) if spaced else ""
    if vanity:
        digits = vanity[1] + vanity[2].replace("-", "").translate(KEYS)
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if digits else None


def phone_extension_of(raw: str) -> str | None:
    """Return the extension that is written behind a number."""
    match = NUMBER.search(raw)
    return match.group(4) if match else None


def extension_of(raw: str) -> str | None:
    """Return an extension that has a label of its own."""
    match = EXTENSION.match(raw.strip())
    return match.group(1) if match and set(match.group(1)) != {"0"} else None


@lru_cache(CACHE_MAX)
def is_possible(phone: str) -> bool:
    """Can a number of this area and exchange ring in North America?"""
    # The tables of the plan take a moment to load: only a document with a number pays for it.
    from phonenumbers import NumberParseException, is_valid_number, parse

    try:
        number = parse(phone, "US")
    except NumberParseException:
        return False
    return is_valid_number(number) or _is_fictitious(phone)


def _is_fictitious(phone: str) -> bool:
    """Is this one of the numbers kept for examples (555-01xx) in a real area?"""
    return phone[4:10] == "555-01"
