"""Strays: what was recognised on a page and never printed, by its size and by the room it takes.

A ruled line is read as words far flatter than the type of the page. In type of one width each
letter takes the same room: a dot behind a word that takes none is a speck.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from extraction.ocr.found import PageWord

FLAT = 0.4  # of the usual height: no letter of the same page is so flat
WORDS_MIN = 8  # fewer do not show of what width the letters are
LETTERS_MIN = 3  # of a word by which the width is measured
BEARING = 0.2  # of a letter: the room beside ink is not in its box
SKEW = 0.08  # by which letters of one width may differ
ALIKE_MIN = 0.8  # of the words: so many are of that width, if the type is
GUESSED = 0.5  # a word that was read less surely is doubted
SPECKED = re.compile(r"[A-Za-z]{2,40}\.")


def without_strays(words: Sequence[PageWord]) -> list[PageWord]:
    """Return the words of a page without what rules and specks were read as."""
    if not words:
        return []
    usual = median(_height(word) for word in words)
    kept = [word for word in words if _height(word) >= FLAT * usual or not _says(word)]
    wide = _usual_width(kept)
    if not wide:
        return kept
    return [_without_speck(word, wide) for word in kept if not _is_guessed(word, wide)]


def _height(word: PageWord) -> float:
    return word.box[3] - word.box[1]


def _says(word: PageWord) -> bool:
    return any(map(str.isalnum, word.text))


def _width(word: PageWord, letters: int) -> float:
    """Return how wide a letter of this word is, for the height of its type."""
    return (word.box[2] - word.box[0]) / (letters - BEARING) / max(_height(word), 1.0)


def _usual_width(words: Sequence[PageWord]) -> float:
    """Return how wide letters are if nearly all are of one width, else 0."""
    plain = [w for w in words if len(w.text) >= LETTERS_MIN and w.text[-1:] != "."]
    wides = [_width(word, len(word.text)) for word in plain]
    if len(wides) < WORDS_MIN:
        return 0.0
    usual = median(wides)
    alike = sum(abs(wide - usual) <= SKEW * usual for wide in wides)
    return usual if alike >= ALIKE_MIN * len(wides) else 0.0


def _is_guessed(word: PageWord, wide: float) -> bool:
    """Was a word read with little trust, whose letters take another room than all others?"""
    is_other = abs(_width(word, len(word.text)) - wide) > SKEW * wide
    return word.quality < GUESSED and len(word.text) >= LETTERS_MIN and is_other


def _without_speck(word: PageWord, wide: float) -> PageWord:
    if not SPECKED.fullmatch(word.text):
        return word
    bare, whole = (abs(_width(word, len(word.text) - n) - wide) for n in (1, 0))
    is_speck = bare <= SKEW * wide and bare < whole
    return replace(word, text=word.text[:-1]) if is_speck else word
