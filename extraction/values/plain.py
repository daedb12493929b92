"""Plain words: text with single blanks, and what stands where nothing was filled in."""

import re

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
RUBBISH = re.compile(r"^[\W_xX0]*$")


def plain_text(raw: str) -> str | None:
    """Return the words with single blanks, or None if they are a placeholder."""
    text = " ".join(raw.split()).strip(EDGE)
    return None if _is_blank(text) else text[:TEXT_CHARACTERS_MAX]


def is_placeholder(raw: str) -> bool:
    """Is this what stands where nothing was filled in?"""
    return _is_blank(" ".join(raw.split()).strip(EDGE))


def _is_blank(text: str) -> bool:
    return not text or text.lower() in PLACEHOLDERS or RUBBISH.match(text) is not None
