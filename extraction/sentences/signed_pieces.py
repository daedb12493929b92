"""Signed pieces: what of a piece of a letterhead or signature is the name of a party, and what heads a paper.

`To: Alto Boring Co.` is `Alto Boring Co.`, `Alto Electric Co-op - East District` the co-op; `Work Order` is nobody.
"""

import re

from extraction.values.trades import is_company

SENT_TO = re.compile(r"^\s{0,8}to:\s{1,9}(?=\S)", re.IGNORECASE)
DASH = re.compile(r"\s[-\u2013\u2014]\s")
# What heads papers and mails of systems, and is the name of nobody.
OF_A_PAPER = re.compile(
    r"\b(?:(?:work|service|job|trouble|purchase)\s?(?:orders?|requests?|tickets?|types?|sites?|details?|description)|orders?|requests?|tickets?"
    r"|details|summary|description|comments|attachments?|notifications?|assigned|priority|status|schedul\w+"
    r"|portal|form|permit|notice|subject|(?:lateral|service|drop|main)\s(?:build|install\w*|replacement))\b",
    re.IGNORECASE,
)

# `cc: Ann Lee, City of Alto, 512-...`: below it stands who is told of the letter.
BELOW_BLOCK = re.compile(
    r"\W{0,3}(?:cc|bcc|enclosures?|encl?s?|attachments?|copies|copy to)\s?[:.(]", re.IGNORECASE
)
COPIED = frozenset(
    {"cc", "bcc", "enclosure", "enclosures", "encl", "attachment", "attachments", "copy to"}
)


def own_piece(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where a piece stands without the `To:` before it and the district behind it."""
    end = _without_part(text, start, end)
    sent = SENT_TO.match(text[start:end])
    return (start + sent.end() if sent else start), end


def heads_a_paper(text: str) -> bool:
    """Return whether these are the words of an order or a mail of a system, and of no party."""
    return OF_A_PAPER.search(text) is not None


def _without_part(text: str, start: int, end: int) -> int:
    """Return where the name of a firm ends before its district: `Alto Electric Co-op - East`."""
    dash = DASH.search(text, start, end)
    is_named = dash is not None and is_company(text[start : dash.start()])
    return dash.start() if dash and is_named else end


def is_below_block(text: str, label: str) -> bool:
    """Return whether a line tells who has a copy or what is enclosed, below who has signed."""
    return BELOW_BLOCK.match(text) is not None or label.lower().strip(" :.") in COPIED
