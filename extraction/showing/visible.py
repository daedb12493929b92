"""Text that cannot do anything: what would steer a browser or hide itself is made visible.

Each such character becomes one other character, so that places in the text stay true.
"""

import re

CONTROL_PICTURES = 0x2400  # U+2400 is the picture of NUL, and so on up to that of the blank
DELETE, DELETE_PICTURE = 0x7F, 0x2421
UNKNOWN = "\ufffd"
KEPT = frozenset("\t\n")
BIDI = (
    "\u061c",
    "\u200e",
    "\u200f",
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
)
# Halves of letters, which no encoding can hold, and what is no character at all.
LOOSE = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def _stand_ins() -> dict[int, str]:
    pictures = {code: chr(CONTROL_PICTURES + code) for code in range(32)}
    unknown = [*range(0x80, 0xA0), *map(ord, BIDI), 0x2028, 0x2029]
    stand_ins = pictures | {DELETE: chr(DELETE_PICTURE)} | dict.fromkeys(unknown, UNKNOWN)
    return {code: shown for code, shown in stand_ins.items() if chr(code) not in KEPT}


_STAND_INS = _stand_ins()


def visible(text: str) -> str:
    """Return the text with controls, marks of direction and halves of letters replaced."""
    return LOOSE.sub(UNKNOWN, text.translate(_STAND_INS))
