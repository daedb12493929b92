"""Headings: lines that open a section, whatever they are dressed in.

`EXCAVATOR`, `--- Dig site ---`, `[CALLER]`, `SECTION B - LOCATION`, `== Members ==`, `2. Work`, boxed or
underlined. A heading that is dressed as one and names no party still ends the section before it.
"""

import re
from collections.abc import Sequence

from extraction.document import Line
from extraction.labels.claims import OF_THE_SITE
from extraction.labels.concepts import closed_up, find_label, name_of
from extraction.lines.columns import COLUMNS
from extraction.lines.mark import Mark
from extraction.lines.marks import MARK
from extraction.lines.tables import is_header
from extraction.roles import Role, role_in_row, role_of_heading

HEADING_CHARACTERS_MAX = 300  # of a line that may be a row of headings
HEADING_LETTERS_MIN = 4
OF_A_PLACE = OF_THE_SITE | {"city", "state", "zip", "street", "number", "city_state_zip"}
COLUMNS_MIN = 2  # of a row of headings
OPEN_WORDS_MAX = 5  # of a heading that names nobody
IN_BRACKETS = re.compile(r"\s?\([A-Za-z][^()\d]{1,30}\)$")
# `PERMITTEE (FACILITY OWNER)`: whoever applies, the line is his and another digs.
OF_AN_OWNER = re.compile(
    r"(?:permittee|applicant|company|utility|owner)\s?\((?:the )?(?:(?:facility|utility|line|pipeline|system|project)\s)?(?:owner|utility)\)",
    re.IGNORECASE,
)
DRESSED = re.compile(
    r"^\s{0,60}(?:[-=*_#~<>+\u2500-\u257f]{2,200}\s?|\[{1,2}\s?|#{1,4}\s)(?P<words>[A-Za-z][^:=]{2,50}?)"
    r"(?:\s?[-=*_#~<>+\u2500-\u257f]{2,200}|\s?\]{1,2}|\s?:)?\s{0,60}$"
)
PAGE_EDGE = re.compile(
    r"(?:^|\s{2})[\s(\[-]{0,40}(?:page|pg\.?|sheet)\s{1,3}\d{1,3}(?:\s{0,2}(?:of|/)\s{0,2}\d{1,3})?[\s)\]-]{0,40}$",
    re.IGNORECASE,
)
KEYWORDS: tuple[tuple[re.Pattern[str], Role], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), role)
    for pattern, role in (
        (
            r"\b(?:members?|notified|recipients?|operators?|stations?|facility owners?)\b",
            Role.MEMBER,
        ),
        (r"\b(?:disclaimer|legal|confidential|terms|history|office use)\b", Role.FOOTER),
        (
            r"\b(?:on-?site|field|foreman|superintendent)\b.{0,20}\bcontact\b|\bforeman\b",
            Role.ONSITE,
        ),
        (
            r"\b(?:dig|work|job|excavation)\s?-?(?:site|location|area)\b|\blocation\b|\bsite\b",
            Role.SITE,
        ),
        (r"\b(?:excavator|contractor|excavating|permittee|crew)\b", Role.EXCAVATOR),
        (r"\b(?:caller|calling|requestor|requester)\b", Role.CALLER),
        (r"\b(?:customer|owner|consumer|done for|working for)\b", Role.WORK_FOR),
        (r"\b(?:work|excavation|scope|schedule|digging)\b", Role.WORK),
    )
)


def headings_of(line: Line, marks: Sequence[Mark], beneath: str = "") -> list[tuple[int, Role]]:
    """Return the headings of a line, each with where it begins: one, or one a column."""
    alone = heading_of(line, marks)
    if alone is not None:
        return [(0, alone)]
    columns = [match.span() for match in COLUMNS.finditer(line.text[:HEADING_CHARACTERS_MAX])]
    if line.label is not None or len(columns) < COLUMNS_MIN:
        return []
    roles = [_role_in_row(line.text[start:end]) for start, end in columns]
    if None in roles or MARK.search(line.text) or is_header(line.text, columns, beneath):
        return []
    return [
        (start, role)
        for (start, _end), role in zip(columns, roles, strict=True)
        if role is not None
    ]


def heading_of(line: Line, marks: Sequence[Mark] = ()) -> Role | None:
    """Return the role that a whole line opens, or None if it is no heading."""
    text = line.label if line.label is not None and not line.text else line.text
    bare = bare_of(text)
    if line.label is not None and (line.text or _is_blank_field(line.label)):
        return None
    if len(marks) > 1 or (
        marks and text.rstrip()[-1:] not in (":", "=", "]", "-", "*", "|", "+")
    ):
        return None
    role = _role_in(bare)
    return role if role is not None else _dressed(text)


def _is_blank_field(label: str) -> bool:
    """Is this a label of a place without its value, and no heading: `County:`, `Sub:`?"""
    found = find_label(label)
    if found is not None and found.more and _role_in(label) is not None:
        return False  # `Location and work` asks for two things, and heads them
    return len(name_of(label)) < HEADING_LETTERS_MIN or (
        found is not None and found.concept in OF_A_PLACE
    )


def _dressed(text: str) -> Role | None:
    """Return the role of what is dressed as a heading: by a word in it, else nobody's."""
    match = DRESSED.match(text[:HEADING_CHARACTERS_MAX])
    words = match["words"].strip(" -=*_.") if match else ""
    if not words or len(words.split()) > OPEN_WORDS_MAX or find_label(words) is not None:
        return None
    return next((role for pattern, role in KEYWORDS if pattern.search(words)), Role.NONE)


def _role_in(text: str) -> Role | None:
    bare = bare_of(text)
    if OF_AN_OWNER.search(bare) and len(bare) <= HEADING_CHARACTERS_MAX:
        return Role.WORK_FOR
    role = role_of_heading(bare, name_of(bare.rstrip(":= ")))
    plain = IN_BRACKETS.sub("", bare)
    if role is None and plain != bare:  # `Requested by (campus)`
        return role_of_heading(plain, name_of(plain))
    return role


def _role_in_row(text: str) -> Role | None:
    bare = bare_of(text)
    return role_in_row(bare, name_of(bare.rstrip(":= ")))


def bare_of(text: str) -> str:
    """Return the words of a heading without what it is dressed in."""
    return closed_up(text).strip(" -=*_[]|\t#~<>+.\u2500\u2501\u2550\u2502\u2551")


def is_page_edge(text: str) -> bool:
    """Is this the head or foot of a page, which only interrupts what is said?"""
    return len(text) <= HEADING_CHARACTERS_MAX and PAGE_EDGE.search(text) is not None


def is_ruler(text: str) -> bool:
    """Is this a line that is only drawn?"""
    return bool(text.strip()) and not text.strip(" -=*_|+~.#\u2500\u2501\u2550\u2502\u2551\t")
