"""What a label on a page asks for, without the number of its field and the mark behind it."""

import re
from functools import lru_cache

from extraction.labels.concepts import Label, find_label
from extraction.lines.ambiguous import unit_of

CHARACTERS_MAX = 120  # of a label with its number and its hint
CACHE_MAX = 4_096
# `12. County`, `(4) City`, `3a) Phone`, `Item 7: Depth`, `[9] Remarks`, `B. Company`
NUMBER = re.compile(
    r"(?:(?:item|field|box|line)\s{1,2})?[(\[]?"
    r"(?:\d{1,3}[a-z]?[.):\]]{1,2}\s{0,4}|[a-z][.)\]]{1,2}\s{1,4})(?=[^\W\d](?:[^\W\d]|-))",
    re.IGNORECASE,
)

HINT = re.compile(r"\s{0,3}\((?:[\w #&/,'-]|\.(?=[\s)])){1,40}\)$")  # `Address (no. & street)`

DOTS_BEHIND = re.compile(r"\s[.\u00b7_ -]{1,60}$|[.\u00b7_]{2,60}$")
FALLEN = re.compile(r"\b([B-HJ-Z]) (?=[a-z]{2})")  # `J ob Address`, as pictures are read


def words_of(text: str) -> str:
    """Return the words of a label without its number, the mark behind it, and its hint."""
    words = _trimmed(text)
    if find_label(words) is not None:
        return words
    bare = _without_number(words)
    plain = HINT.sub("", bare)
    return plain if plain != bare and find_label(plain) is not None else bare


def meaning_of(text: str) -> Label | None:
    """Return what a label asks for, or None if it is none that is known."""
    return _meaning(text) if len(text) <= CHARACTERS_MAX else None


@lru_cache(CACHE_MAX)
def _meaning(text: str) -> Label | None:
    words = _trimmed(text)
    found = find_label(words)
    if found is not None:
        return found
    bare = _without_number(words)
    plain = HINT.sub("", bare)
    return find_label(plain) if plain and plain != words else None


def _trimmed(text: str) -> str:
    """Return a label without marks and dots behind it; a first letter that fell off is put back."""
    words = DOTS_BEHIND.sub("", text.strip().rstrip(": "))
    return FALLEN.sub(r"\1", words)


def _without_number(words: str) -> str:
    number = NUMBER.match(words)
    return words[number.end() :] if number else words


def without_repeat(label: str, value: str) -> str:
    """Return a value without the word of its label that it begins with: `Prime / Sub`, `Sub: X`."""
    word, colon, rest = value.partition(": ")
    is_repeat = bool(colon) and word.lower() in label.lower().split() and word.isalpha()
    return rest.strip() if is_repeat and rest.strip() else value


def has_unit(label: str, value: str) -> bool:
    """Is the unit of a bare number in its label: `Depth (ft)`, and 4?

    Both are then one line of text, so that each of them has its place.
    """
    return value[:1].isdigit() and unit_of(find_label(label), label, value) is not None


# `Dist. Off.: TYLER`, `Cell 512-555-0101`: what follows a value and has a name of its own.
NAMED = re.compile(
    r"(?P<words>[A-Za-z][A-Za-z. #/&-]{1,28}?)(?P<mark>:|\s{1,3}(?=[\d(]))\s{0,3}\S"
)


def is_named_within(text: str) -> bool:
    """Do these words begin with a label: with a colon, or a known one before a number?"""
    found = NAMED.match(text)
    return found is not None and (
        found["mark"] == ":" or find_label(found["words"]) is not None
    )
