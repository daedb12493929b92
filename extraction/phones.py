"""Telephone numbers: found by shape, judged by the numbering plan, written one way."""

import re

NUMBER = re.compile(
    r"(?<![\d.-])(?:\+?1[\s.-]{0,2})?\(?(\d{3})\)?[\s./-]{0,3}(\d{3})[\s.-]{0,3}(\d{4})(?![\d.]\d)"
    r"(?:\s{0,3}(?:x|ext\.?|extension|#)\s{0,2}:?\s{0,2}(\d{1,6}))?",
    re.IGNORECASE,
)
EXTENSION = re.compile(r"^\D{0,12}(\d{1,6})\b")


def phone_of(raw: str) -> str | None:
    """Return the first number of ten digits as 512-555-0100, be it possible or not."""
    match = NUMBER.search(raw)
    return "-".join(match.groups()[:3]) if match else None


def phone_extension_of(raw: str) -> str | None:
    """Return the extension that is written behind a number."""
    match = NUMBER.search(raw)
    return match.group(4) if match else None


def extension_of(raw: str) -> str | None:
    """Return an extension that has a label of its own."""
    match = EXTENSION.match(raw.strip())
    return match.group(1) if match and set(match.group(1)) != {"0"} else None


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
