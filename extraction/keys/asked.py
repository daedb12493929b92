"""Asked: keys that are whole questions, as forms on the web have them.

Only where no table knows the key as a whole: one strong word and what surrounds it decide.
"""

import re
from functools import lru_cache

from extraction.labels.concepts import Label
from extraction.roles import Role

CACHE_MAX = 4_096
WORDS_MIN = 3
CHARACTERS_MAX = 160
ASKED: tuple[tuple[re.Pattern[str], Label], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), label)
    for pattern, label in (
        (
            r"\b(?:for whom|who is (?:the|this) (?:work|job) (?:being )?(?:done )?for|work(?:ing)? for)\b",
            Label("work_for"),
        ),
        (r"\b(?:e-?mail)\b", Label("email")),
        (
            r"\b(?:on[- ]?site|foreman|field|crew)\b.{0,40}\b(?:phone|cell|number)\b",
            Label("phone", Role.ONSITE),
        ),
        (
            r"\b(?:phone|telephone|cell)\b.{0,40}\b(?:reach|you|contact)\b|\b(?:reach|contact) you\b.{0,30}\b(?:phone|number)\b",
            Label("phone", Role.CALLER),
        ),
        (
            r"^(?:who|(?:which|what) (?:company|contractor|firm))\b.{0,40}\b(?:dig\w*|excavat\w*|perform\w*|doing the work)\b",
            Label("company"),
        ),
        (
            r"^(?:company|contractor|firm)\b.{0,20}\b(?:doing|performing|that (?:is|will)|who (?:is|will))\b.{0,30}\b(?:dig\w*|excavat\w*|work)\b",
            Label("company"),
        ),
        (
            r"\baddress\b.{0,40}\b(?:dig|work|job) ?(?:site|location|area)?\b|\b(?:dig|work|job) ?(?:site|location)\b.{0,20}\baddress\b",
            Label("address", Role.SITE),
        ),
        (
            r"\b(?:nearest|closest|intersecting|cross(?:ing)?)\b.{0,20}\b(?:street|road|intersection)\b",
            Label("cross_1"),
        ),
        (r"\bhow deep\b|\bdepth\b.{0,30}\b(?:dig|excavation|hole|trench)\b", Label("depth")),
        (
            r"\bhow (?:long|many (?:working )?days)\b.{0,40}\b(?:work|job|project|take|last)\b",
            Label("duration"),
        ),
        (
            r"\b(?:what|which)\b.{0,20}\b(?:kind|type|sort)\b.{0,12}\bwork\b|\bwhat work\b|\bwhat are you (?:doing|installing|digging for)\b",
            Label("type_of_work"),
        ),
        (r"\bwhere\b.{0,40}\b(?:mark|locate|dig\w*)\b", Label("marking")),
        (
            r"\b(?:white (?:paint|lin)\w*|marked (?:in|with) white|pre-?marked)\b",
            Label("white_lines"),
        ),
        (r"\b(?:explosives?|blasting)\b", Label("is_blasting")),
        (r"\b(?:directional|boring|bore)\b", Label("is_boring")),
    )
)


@lru_cache(CACHE_MAX)
def asked_by(key: str) -> Label | None:
    """Return what a question asks for, or None if the key is none, or is not understood."""
    if len(key.split()) < WORDS_MIN or len(key) > CHARACTERS_MAX:
        return None
    return next((label for pattern, label in ASKED if pattern.search(key)), None)
