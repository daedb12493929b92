"""Contracted words: `excv`, `trnchls`, `inters`, as programs write words that no table has so.

A word without its vowels, or only its beginning. It is taken for a word of the trade if no
other of them can be meant.
"""

from functools import cache

from extraction.keys.tables import words_in

WORDS = words_in(
    """excavator contractor subcontractor contact caller requester foreman supervisor
    superintendent company customer owner address street direction county subdivision
    intersection location latitude longitude postal trenchless explosives blasting boring
    equipment duration description remarks comments instructions marking member transformer
    previous original project permit telephone extension municipality"""
)
LETTERS_MIN = 4  # of a contraction; three letters stand for too much
VOWELS = frozenset("aeiou")


def in_full(word: str) -> str | None:
    """Return the one word of the trade that this is short for, or None."""
    if len(word) < LETTERS_MIN or not word.isalpha():
        return None
    found = _contractions().get(word)
    return found or None


@cache
def _contractions() -> dict[str, str]:
    """Return each contraction with its word; with no word if it may stand for two."""
    found: dict[str, str] = {}
    for word in sorted(WORDS):
        bare = _without_vowels(word)
        shorts = {word[:n] for n in range(LETTERS_MIN, len(word))}
        shorts |= {bare[:n] for n in range(LETTERS_MIN, len(bare) + 1)}
        for short in sorted(shorts):
            found[short] = "" if found.get(short, word) != word else word
    return found


def _without_vowels(word: str) -> str:
    """Return a word without vowels but for the first letter, and of two equal letters one."""
    kept = word[0]
    for letter in word[1:]:
        if letter not in VOWELS and letter != kept[-1]:
            kept += letter
    return kept
