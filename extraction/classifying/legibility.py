"""Legibility: was this text recognised from a picture, and badly?

Such text holds words that nobody writes: a figure amid letters (`regu1ations`), a letter amid
figures (`2O17`), `l` for `I` (`lnstallation`), `rn` for `m` (`frorn`). A few of them are a slip; many
mean that any value may be misread.
"""

import re

TEXT_CHARACTERS_MAX = 60_000
MISREAD_MIN = 4  # different words
MISREAD_SHARE_MIN = 0.01  # of all words

MISREAD = re.compile(
    r"\b[A-Za-z]?[a-z]{2,14}[01][a-z]{1,12}\b|\b[A-Z][a-z]{3,12}1\b(?!\.\d)|\b\d{1,4}[OolI]\d{1,4}\b|(?<=\d-)\d?[OolI]\d{2,3}\b"
    r"|\bl[nmrtsc][a-z]{3,14}\b|\b\w{0,8}(?:frorn|rnent|cornp|rnain|firrn|inirni|nurnb|cornm)\w{0,10}\b"
    r"|\b[A-Za-z]{1,10}[~\u00a6\ufffd][A-Za-z]{1,10}\b",
)
LINE = re.compile(r"[^\n]+")
# In a line without any of these no word is misread: most are looked through once, and fast.
SUSPECT = re.compile(
    r"[01lOoI](?:(?<=[a-z][01])[a-z]|(?<=[a-z]1)\b|(?<=[\d-][OolI])\d|(?<!\wl)(?<=l)[nmrtsc][a-z]{3})"
)
SUSPECT_LETTERS = (
    *("frorn", "rnent", "cornp", "rnain", "firrn", "inirni", "nurnb", "cornm"),
    *("~", "\u00a6", "\ufffd"),
)


def misread_words(text: str) -> list[re.Match[str]]:
    """Return the words that no hand wrote, if there are so many that all values are doubtful."""
    seen = text[:TEXT_CHARACTERS_MAX]
    is_joined = any(map(seen.__contains__, SUSPECT_LETTERS))
    lines = [line.span() for line in LINE.finditer(seen)]
    suspect = [place for place in lines if is_joined or SUSPECT.search(seen, *place)]
    matches = [match for place in suspect for match in MISREAD.finditer(seen, *place)]
    found = {match[0].lower(): match for match in reversed(matches)}
    is_bad = len(found) >= max(MISREAD_MIN, MISREAD_SHARE_MIN * len(seen.split()))
    return sorted(found.values(), key=lambda match: match.start()) if is_bad else []
