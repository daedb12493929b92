"""Transforms: what may be done to the words of a value before it is read as one of its field."""

import re
from collections.abc import Callable


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _turned(text: str) -> str:
    last, comma, first = text.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else text


def _without_brackets(text: str) -> str:
    return re.sub(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]", " ", text)


def _yes(text: str) -> str:
    return "yes" if text.strip() else ""


# By the name that a template gives.
TRANSFORMS: dict[str, Callable[[str], str]] = {
    "digits": _digits,  # (979) 555-0142 -> 9795550142
    "first_line": lambda text: text.strip().partition("\n")[0],
    "last_name_first": _turned,  # Tovar, Raymond -> Raymond Tovar
    "lower": str.lower,
    "title": str.title,
    "upper": str.upper,
    "without_brackets": _without_brackets,
    "yes": _yes,  # that something stands there says yes, as a cross in a box
}
