"""Questions that no table knows, told by a word in them: `Will there be any blasting? No`."""

import re

# `Yes - flags`: what stands behind a dash only adds to the answer.
ANSWER = re.compile(
    r"(?:yes|no|y|n|true|false)\b(?:.{0,3}|\s{0,2}[,;\u2013\u2014(-]\s{0,2}[A-Za-z].{0,60})$",
    re.IGNORECASE,
)
CHARACTERS_MAX = 120

# Asked with yes or no.
STATEMENTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?:explosives?|blast(?:ing|ed)?|dynamite)\b"), "is_blasting"),
    (
        re.compile(
            r"\bwhite[ -]?(?:lin|paint|mark|flag)|\bin white\b|\bmark(?:ed)? white\b|\bpre[- ]?mark"
        ),
        "white_lines",
    ),
    (re.compile(r"\btrenchless\b"), "is_trenchless"),
    (re.compile(r"\bbor(?:e|es|ed|ing)\b|\bdirectional\b|\bhdd\b"), "is_boring"),
)
# Asked with a question word.
OPEN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bhow deep\b|\bdepth\b"), "depth"),
    (re.compile(r"\bhow (?:long|many days)\b"), "duration"),
    (re.compile(r"\b(?:equipment|machine)"), "equipment"),
    (re.compile(r"\bfor whom\b|\bwho\b.{0,40}\bfor$"), "work_for"),
    (re.compile(r"\bwho\b.{0,40}\b(?:dig|excavat|do(?:ing)? the work)"), "company"),
    (re.compile(r"\bwho\b.{0,30}\bcall"), "caller"),
    (re.compile(r"\bget there\b|\bdirections\b"), "directions"),
    (re.compile(r"\bcross street|\bintersect"), "cross_1"),
    (re.compile(r"\bcounty\b"), "county"),
    (re.compile(r"\b(?:city|town)\b"), "city"),
    (re.compile(r"\bwhat\b.{0,30}\baddress\b"), "address"),
    (re.compile(r"\bwhere\b.{0,40}\b(?:site|property|lot|dig|mark|work|excavat)"), "extent"),
    (re.compile(r"\bwhat\b.{0,40}\b(?:work|doing|done|install|dig)"), "type_of_work"),
)


def stated_by(words: str, answer: str) -> str | None:
    """Return the concept of a question that was answered with yes or no."""
    return _first(STATEMENTS, words) if ANSWER.match(answer.strip()) else None


def asked_by(words: str) -> str | None:
    """Return the concept that an open question asks for; None if these words are no question."""
    text = words.rstrip(" .:")
    return _first(OPEN, text[:-1].rstrip()) if text.endswith("?") else None


def _first(table: tuple[tuple[re.Pattern[str], str], ...], words: str) -> str | None:
    text = words.lower()[-CHARACTERS_MAX:]
    return next((concept for pattern, concept in table if pattern.search(text)), None)
