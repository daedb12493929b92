"""Letters that a font draws but does not name: tick boxes, and ligatures that were lost."""

from collections.abc import Sequence
from functools import cache

from extraction.labels.words import ALIASES

TICKED, OPEN = "\u2612", "\u2610"
PRIVATE = range(0xE000, 0xF900)  # where symbol fonts put what has no letter
SYMBOLS = 0xF000  # what symbol fonts add to the byte that stands in the file

# Fonts of symbols, each with the bytes by which it draws a box with a mark, and one without.
TICKS: dict[str, tuple[frozenset[int], frozenset[int]]] = {
    "wingdings2": (frozenset([0x50, 0x51, 0x52, 0x53, 0x54]), frozenset([0x2A, 0xA3])),
    "wingdings": (
        frozenset([0x78, 0xFB, 0xFC, 0xFD, 0xFE]),
        frozenset([0x6F, 0x71, 0x72, 0xA8]),
    ),
    "dingbats": (
        frozenset([0x33, 0x34, 0x35, 0x36, 0x37, 0x38]),
        frozenset([0x6F, 0x70, 0x71, 0x72]),
    ),
    "webdings": (frozenset([0x61, 0x72]), frozenset([0x63])),
}
TICK_LETTERS = frozenset("\u2611\u2612\u2713\u2714\u2715\u2716\u2717\u2718\U0001f5f8\U0001f5f9")
OPEN_LETTERS = frozenset("\u2610\u25a1\u25a2\u2b1c\u274f\u2750\u2751\u2752\u25fb\u25fd")

LIGATURES = ("fi", "fl", "ff", "ffi", "ffl", "ti", "tt")
# Words of work orders in which fonts join letters, beside those of the labels that are known.
JOINED = """fi: field file final fiber fibre fire first five fifty fifteen find fit specific
 specified certified verified notified notification identification verification confirm
 confirmed office officer finish benefit figure filed fixture profile identified
fl: flag flags flagged flow floor flush conflict conflicts reflect flat fleet fluid influence
ff: off offset effect effective traffic staff affected sheriff difficult
ffi: office officer official traffic sufficient efficient difficult affidavit
tt: attached attention cutting setting potting letter better butte cottage
ti: action station utilities location section notification"""
UNKNOWN = "\ufffd"


def tick_of(code: int, font: str) -> str | None:
    """Return the tick box that this code draws, or None if it draws something else."""
    if chr(code) in TICK_LETTERS:
        return TICKED
    if chr(code) in OPEN_LETTERS:
        return OPEN
    name = _bare(font)
    for known, (ticked, open_ones) in TICKS.items():
        if known in name:
            byte = code - SYMBOLS if code >= SYMBOLS else code
            return TICKED if byte in ticked else OPEN if byte in open_ones else None
    return None


def may_draw_ticks(font: str) -> bool:
    """Is this a font of symbols, whose letters may be tick boxes?"""
    return any(known in _bare(font) for known in TICKS)


def _bare(font: str) -> str:
    return font.replace(" ", "").replace("-", "")


def mended(letters: Sequence[str]) -> str:
    """Return the word that these letters are; one that no font names is a lost ligature."""
    if not any(_is_lost(letter) for letter in letters):
        return "".join(letters)
    word = "".join(UNKNOWN if _is_lost(letter) else letter for letter in letters)
    return _guessed(word) if word.strip(UNKNOWN) else ""


def _is_lost(letter: str) -> bool:
    return letter == UNKNOWN or letter < " " or ord(letter[0]) in PRIVATE


def _guessed(word: str) -> str:
    """Return the word with its hole filled: as a known word if there is one, else as `fi`."""
    if not (any(letter.isalpha() for letter in word)):
        return word.replace(UNKNOWN, "")
    tries = [word.replace(UNKNOWN, ligature) for ligature in LIGATURES]
    known = (one for one in tries if one.lower().strip(".,;:()") in _known())
    return next(known, tries[0])


@cache
def _known() -> frozenset[str]:
    labels = " ".join(ALIASES.values()).replace("|", " ").split()
    return frozenset([*labels, *JOINED.replace(":", "").split()])
