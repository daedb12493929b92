"""Splitting: a key as words. `STADDRNUMBER`, `ctr_nm` and `servAddr` are the same kind of thing.

Words that are run together are told apart by the words that are known; shortened words are
written in full.
"""

import re
from functools import cache, lru_cache

from extraction.keys.contracted import in_full
from extraction.keys.shortened import SHORT
from extraction.keys.vocabulary import IDLE, KEY_NAMES, PARTIES
from extraction.labels.concepts import name_of
from extraction.labels.words import ALIASES
from extraction.roles import NAMES

CACHE_MAX = 8_192
RUN_TOGETHER_MIN = 6  # shorter words are one word
RUN_TOGETHER_MAX = 40
PIECE_MIN = 3
PIECE_MAX = 16
SHORT_PIECES = frozenset(
    ["wo", "wr", "sr", "no", "id", "nm", "st", "ph", "dt", "by", "to", "co"]
)
SHORT_PIECE_COST = 1.6  # a piece of two letters is more often an accident
# `strt` is a street, and before a day or an hour a start.
TWO_WAYS = re.compile(r"\bstreet(?= (?:date|time)\b)")
# `fld` is a field of a form, and before these a field where people work.
IN_THE_FIELD = re.compile(
    r"\bfld(?= (?:contact|representative|rep|supervisor|foreman|person|super)\b)"
)
ACRONYM = re.compile(r"^(wo|wr|sr)([xy])(?= )")  # WOXStreet
# Known words that mislead where words are run together.
NO_PIECES = frozenset(
    ["ing", "loc", "add", "own", "pol", "rem", "sup", "sec", "dep", "the", "cnt"]
)


@cache
def _known_words() -> frozenset[str]:
    tables = (*ALIASES.values(), *NAMES.values(), *KEY_NAMES, *PARTIES, *SHORT.values())
    return frozenset(
        word
        for names in (*tables, " ".join(IDLE))
        for word in names.replace("|", " ").split()
        if word.isalpha()
    )


def is_known(words: str) -> bool:
    """Is one of these words known?"""
    return any(word in _known_words() or word in SHORT for word in words.split())


@cache
def _pieces() -> frozenset[str]:
    words = {word for word in (*_known_words(), *SHORT) if len(word) >= PIECE_MIN}
    return frozenset((words | SHORT_PIECES) - NO_PIECES)


@lru_cache(CACHE_MAX)
def words_of(key: str) -> str:
    """Return a key as words in full with single blanks: `ctr_ph` is `contractor phone`."""
    words: list[str] = []
    for word in name_of(key).split():
        words += _in_full(word)
    whole = ACRONYM.sub(r"\1 \2", " ".join(words))
    words = (
        [part for word in whole.split() for part in _in_full(word)]
        if whole != " ".join(words)
        else words
    )
    found = " ".join(word for part in words for word in part.split())
    return IN_THE_FIELD.sub("field", TWO_WAYS.sub("start", found))


def _in_full(word: str) -> list[str]:
    if word in SHORT:
        return [SHORT[word]]
    if word in _known_words():
        return [word]
    bare = word.rstrip("0123456789")
    if bare and bare != word:
        return [*_in_full(bare), word[len(bare) :]]
    pieces = _apart(word)
    whole = in_full(word) if pieces == [word] else None
    return [whole] if whole else [SHORT.get(piece, piece) for piece in pieces]


def _apart(word: str) -> list[str]:
    """Return the known words that a word is run together from, else the word."""
    if not RUN_TOGETHER_MIN <= len(word) <= RUN_TOGETHER_MAX or not word.isalpha():
        return [word]
    best: list[tuple[float, list[str]] | None] = [(0.0, [])] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - PIECE_MAX), end - 1):
            before, piece = best[start], word[start:end]
            if before is None or piece not in _pieces():
                continue
            cost = before[0] + (SHORT_PIECE_COST if len(piece) < PIECE_MIN else 1.0)
            held = best[end]
            if held is None or cost < held[0]:
                best[end] = (cost, [*before[1], piece])
    found = best[-1]
    return found[1] if found else [word]
