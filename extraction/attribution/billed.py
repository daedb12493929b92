"""Billed: whose number follows `Bill to Acme Water  Ph 512-555-0100`, where no mark opens a party.

Who pays, a member of a cooperative and a customer do not dig: what reaches them is not what
reaches the digger.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from extraction.document import Document
from extraction.labels.claims import OF_A_PARTY
from extraction.lines.pair import Pair
from extraction.roles import Role

CHARACTERS_MAX = 300
# The party, its name, and no mark of another label up to what reaches it.
PARTY = re.compile(
    r"^\W{0,4}(?:(?P<other>(?:bill|billed|invoice|remit|ship|sold)\s?to|accounts\spayable)"
    r"|(?P<member>(?:co-?op\s)?member)|(?P<work_for>customer|homeowner|property\sowner))\b"
    r"[^:=]{0,80}$",
    re.IGNORECASE,
)
MARK = re.compile(r"\s{0,3}[:=.#-]{0,2}\s{0,20}$")


def with_billed(pairs: Sequence[Pair], document: Document) -> list[Pair]:
    """Return the pairs; what reaches a party that its line begins with is that party's."""
    lines = {
        (line.part, line.page, line.number): line.text[:CHARACTERS_MAX]
        for line in document.lines
        if line.label is None
    }
    roles = [(pair, _role(pair, lines)) for pair in pairs]
    return [replace(pair, role=role) if role else pair for pair, role in roles]


def _role(pair: Pair, lines: dict[tuple[str, int, int], str]) -> Role | None:
    if pair.label.concept not in OF_A_PARTY or pair.label.role is not None or not pair.spans:
        return None
    span = pair.spans[0]
    before = lines.get((span.part, span.page, span.line or 0), "")[: span.start or 0]
    lead = MARK.sub("", before).removesuffix(pair.words)
    match = PARTY.match(lead) if lead != before else None
    return Role(match.lastgroup) if match and match.lastgroup else None
