"""Plain words: text with single blanks, and what stands where nothing was filled in."""

import re

from extraction.remembered import remembered

TEXT_CHARACTERS_MAX = 20_000
EDGE = " \t\r\n,;:|*_=\u00b7\u2022"

# What forms and exports write where nothing was filled in.
PLACEHOLDERS = frozenset(
    """n/a|na|none|null|nil|value|string|not supplied|not listed|not provided|not applicable|not available
    |not specified|not given|not entered|not known|unknown|unk|undefined|unspecified|nan|tbd|tba|blank|select
    |please select|no data|no value|no entry|no name|none provided|none given|same|varies|see attached
    |-none-|(none)|<none>|n.a.|--not listed--|--none--|name|pending|empty|enter text here|click here to enter text
    |to be determined|to be advised|see above|see below|same as above|n / a|not assigned|unassigned|not set
    |none listed|none specified|none noted|not recorded|no information|information not available""".replace(
        "\n    ", ""
    ).split("|")
)
# `TBD (RFP 26-114 closes 11/20/2026)`, `(to be assigned at bid opening)`, `by others`: who or what
# it will be is open, and what stands behind it says only until when.
OPEN = re.compile(
    r"[(\[<*\s]{0,3}(?:(?:tbd|tba|tbn|unassigned|not (?:yet )?(?:assigned|awarded|selected|determined|known|named|hired|entered|provided|given|specified|stated|answered|supplied|recorded)|none (?:yet|assigned|selected)"
    r"|(?:to be|will be|shall be) (?:determined|assigned|announced|named|selected|decided|awarded|advised)"
    r"|(?:pending|awaiting) (?:award|assignment|bids?|selection|approval|contract)|(?:open|out) (?:for|to) bids?(?:ding)?)"
    r"(?:[\s(,;:/\u2013\u2014-][^\n]{0,70})?|by others?|others)[)\]>*\s.]{0,3}",
    re.IGNORECASE,
)
OPEN_CHARACTERS_MAX = 110
RUBBISH = re.compile(r"^[\W_xX0]*$")


@remembered
def plain_text(raw: str) -> str | None:
    """Return the words with single blanks, or None if they are a placeholder."""
    text = " ".join(raw.split()).strip(EDGE)
    return None if _is_blank(text) else text[:TEXT_CHARACTERS_MAX]


@remembered
def is_placeholder(raw: str) -> bool:
    """Is this what stands where nothing was filled in?"""
    return _is_blank(" ".join(raw.split()).strip(EDGE))


def _is_blank(text: str) -> bool:
    if not text or text.lower() in PLACEHOLDERS or RUBBISH.match(text):
        return True
    return len(text) <= OPEN_CHARACTERS_MAX and OPEN.fullmatch(text) is not None
