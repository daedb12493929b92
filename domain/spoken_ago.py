"""How long ago something happened, as people say it: `just now`, `10 minutes ago`, `an hour ago`.

What is said exactly is taken exactly, and only when nothing else is said.
"""

import re
from datetime import datetime, timedelta

NOW = re.compile(r"(?:just|right) now|now|just this minute")
AGO = re.compile(
    r"(?:(?P<minutes>\d{1,3}) (?:minutes?|mins?)|(?P<hours>\d{1,2}) (?:hours?|hrs?)) ago"
)
INEXACT = re.compile(
    r"\b(?:about|around|approx\w*|roughly|almost|nearly|circa|some ?time|or so|-?ish)\b|~"
)


def is_now(text: str) -> bool:
    """Is this how somebody says that it has happened just now?"""
    return NOW.fullmatch(" ".join(text.lower().split()).rstrip(".!")) is not None


def ago_said(plain: str, now: datetime) -> datetime | None:
    """Return the moment that a text, with its numbers in digits, names by how long ago it was."""
    if is_now(plain):
        return now
    found = AGO.fullmatch(plain)
    if found is None:
        return None
    return now - timedelta(minutes=int(found["minutes"] or 0), hours=int(found["hours"] or 0))


def is_relative(text: str) -> bool:
    """Is a moment named by how long ago it was, so that the words mean another one each time?"""
    words = text.lower().split()
    return is_now(text) or (bool(words) and words[-1].rstrip(".!") == "ago")
