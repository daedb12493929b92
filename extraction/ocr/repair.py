"""Slips of recognition that can be seen from a word alone, or from the words beside it.

A letter is made a digit only where the word then has the shape of a telephone number, a date
or a coordinate; nothing is made up for words that may be read in more than one way.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from extraction.ocr.engine import SeenWord

WORD_CHARACTERS_MAX = 80  # a longer word is left as it is
QUOTES = "\u2018\u2019\u201c\u201d"
DASHES = "\u2013\u2014-"
SPECKS = QUOTES + "|`_~\\^\u00b0\u00ab\u00bb{}<>\u00a2\u00a9\u00ae\u2122\u00a7"
MARKS = SPECKS + DASHES + "*='\".,:;!"  # at the beginning of a line they are none of the words
LEADING = MARKS.replace("-", "")
PAIRS = {"\u201c": "\u201d", "\u2018": "\u2019", '"': '"', "'": "'"}
DIGITS = str.maketrans("OoQDIl|!SsBZz", "0000111155822")
NUMBERS = re.compile(
    r"\(?\d{3}\)?[-.]?\d{3}[-.]\d{4},?|\(\d{3}\)|\d{3}-\d{4},?"  # telephones
    r"|\d{1,2}/\d{1,2}/\d{2,4},?|\d{1,2}:\d{2}"  # dates and times
    r"|-?\d{2,3}\.\d{4,8},?"  # degrees
)
MAILBOX = re.compile(
    r"([\w.+-]{1,40})[@\u00a9\u00ae\u00a2]([\w-]{1,40}(?:[.,][\w-]{1,20}){0,3})[.,](\w{2,4})"
)
ENDINGS = {"corn": "com", "c0m": "com", "0rg": "org", "qov": "gov"}
KNOWN_ENDINGS = frozenset({"com", "net", "org", "gov", "edu", "us", "biz", "info"})
ROMAN = {
    "Ill": "III",
    "lll": "III",
    "IIl": "III",
    "lII": "III",
    "IlI": "III",
    "lI": "II",
    "Il": "II",
}


def repaired(words: Sequence[SeenWord]) -> list[SeenWord]:
    """Return the words of a piece of a line without what rules and specks were read as."""
    kept = list(words)
    while kept and not kept[0].text.strip(MARKS):
        kept = kept[1:]
    while kept and not kept[-1].text.strip(SPECKS):
        kept = kept[:-1]
    if not kept:
        return []
    first = kept[0].text
    text = " ".join(word.text for word in kept)
    if PAIRS.get(first[:1], first[:1]) not in text[1:] or first[:1] == "|":
        first = first.lstrip(LEADING)
    kept[0] = replace(kept[0], text=first or kept[0].text)
    return [replace(word, text=_mended(word.text)) for word in kept]


def _mended(text: str) -> str:
    if text == "|":
        return "I"
    if len(text) > WORD_CHARACTERS_MAX:
        return text
    text = ROMAN.get(text, text)
    number = text.translate(DIGITS)
    if number != text and any(map(str.isdigit, text)) and NUMBERS.fullmatch(number):
        return number
    return _mailbox(text)


def _mailbox(text: str) -> str:
    found = MAILBOX.fullmatch(text)
    if not found:
        return text
    name, host, ending = found.groups()
    ending = ENDINGS.get(ending, ending)
    if ending.lower() not in KNOWN_ENDINGS:
        return text
    return f"{name}@{host.replace(',', '.')}.{ending}"
