"""Callers: who of several people of a company gives the notice, and who is on the site.

A role in a list (`PROJECT_MANAGER`, `LOCATE_REQUESTER`) or a flag beside a name
(`callsTickets: true`, `onSite: yes`) tells it; of two who may be called, the one whose role
speaks of locates goes before the one who manages the whole.
"""

import re
from collections.abc import Mapping, Sequence

from extraction.document import Line
from extraction.keys.splitting import words_of
from extraction.keys.tables import words_in
from extraction.labels.concepts import name_of
from extraction.roles import Role

PEOPLE = words_in(
    """contact contacts person people persons rep reps representative representatives personnel
    staff employee employees crew member members"""
)
OF_A_FIRM = frozenset(["office", "lead", "coordinator", "foreman", "manager"])
NAMES = frozenset(["name", "full name", "first name", "last name", "display name"])
FLAGS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        Role.ONSITE,
        re.compile(
            r"\b(?:onsite|on site|on location|on (?:the )?job|in (?:the )?field|site contact|field contact|foreman)\b"
        ),
    ),
    (
        Role.CALLER,
        re.compile(
            r"\b(?:calls?|caller|requests?|requester|requestor|locates?|tickets?|811|primary|main|default)\b"
        ),
    ),
)
PLAINLY = re.compile(r"\b(?:primary|main|default)\b")
STRANGERS = re.compile(
    r"\b(?:bill\w*|account\w*|payable|remit\w*|invoic\w*|sales|engineer\w*|inspect\w*|design\w*|survey\w*|insur\w*"
    r"|emergency|after hours|customer|owner|homeowner|tenant)\b"
)
YES = re.compile(r"(?:yes|y|true|x)\.?", re.IGNORECASE)
FLAG_CHARACTERS_MAX = 5
ITEM = re.compile(r"(?P<list>.*)\[\d{1,6}\]")
# From what tells most surely that this one gives the notice, down.
SURER = (
    re.compile(r"\b(?:locates?|ticket|tickets|811|one call|dig|calls)\b"),
    re.compile(r"\b(?:caller|request\w*|submitt\w*|primary|main|contact)\b"),
)


def flagged(lines: Sequence[Line], told: Mapping[str, str]) -> dict[str, tuple[Role, str]]:
    """Return the roles that flags give to the people beside whose names they stand, with their words.

    `told` is what the objects say of their role in words: the first among those who send bills
    gives no notice.
    """
    named = {line.within[-1] for line in lines if name_of(line.label or "") in NAMES}
    found: dict[str, tuple[Role, str]] = {}
    for line in lines:
        text = line.text.strip()
        if len(text) > FLAG_CHARACTERS_MAX or not YES.fullmatch(text):
            continue
        if line.within[-1] in named and _is_of_people(line):
            words = words_of(line.label or "")
            role = next((role for role, told in FLAGS if told.search(words)), None)
            is_stranger = PLAINLY.search(words) and STRANGERS.search(
                told.get(line.within[-1], "")
            )
            if role is not None and not is_stranger:
                found.setdefault(line.within[-1], (role, words))
    return found


def _is_of_people(line: Line) -> bool:
    holder = words_of(line.trail[-1]).split() if line.trail else []
    return not (PEOPLE | OF_A_FIRM).isdisjoint(holder)


def passed_over(told: Mapping[str, tuple[Role, str]]) -> set[str]:
    """Return the callers of a list who are not the one that gives the notice."""
    lists: dict[str, list[tuple[int, str]]] = {}
    for path, (role, words) in told.items():
        item = ITEM.fullmatch(path)
        if item is not None and role is Role.CALLER:
            lists.setdefault(item["list"], []).append((_rank(words), path))
    return {
        path
        for callers in lists.values()
        for rank, path in callers
        if rank > min(one for one, _path in callers)
    }


def _rank(words: str) -> int:
    found = (n for n, pattern in enumerate(SURER) if pattern.search(words))
    return next(found, len(SURER))
