"""Blocks: the section that a line stands in, and the party that a label has opened in it.

A heading opens a section, which lasts until the next heading. Headings that stand side by side
open one section a column. A label such as `Contractor:` opens a party within its section,
which lasts until a blank line.
"""

from dataclasses import dataclass, replace

from extraction.labels.claims import OF_A_COMPANY, OF_A_PARTY, OF_THE_SITE, OPENERS
from extraction.labels.concepts import Label
from extraction.roles import SILENT_ROLES, Role

ENDS_MEMBERS = frozenset({"company", "caller", "county"})
COMPANIES = (Role.EXCAVATOR, Role.WORK_FOR)
COLUMN_SLACK = 2.0  # characters or points that a label may begin before its heading
LEVEL_SLACK = 3.0  # points by which headings of one row may differ in height


@dataclass(frozen=True, slots=True)
class Block:
    """The section that the walk is in, and the party that a label has opened within it."""

    section: Role = Role.NONE
    party: Role | None = None
    is_loose: bool = False  # a blank line has passed: a list of members may be over
    is_at_site: bool = False  # a label has spoken of the site: the places after it are its too

    def opened_by(self, label: Label) -> "Block":
        """Return the block after this label."""
        role = OPENERS.get(label.concept)
        if self.section is Role.OTHER and (role or label.concept in OF_THE_SITE):
            return Block(party=role, is_at_site=role is None)
        if self.section in SILENT_ROLES:
            is_over = self.section is Role.MEMBER and self.is_loose
            return Block(party=role) if is_over and label.concept in ENDS_MEMBERS else self
        if role is not None:
            return replace(self, party=role, is_at_site=False)
        if label.concept in OF_THE_SITE or label.role is Role.SITE:
            return replace(self, is_at_site=True)
        return self

    def closed(self) -> "Block":
        """Return the block after a blank line, which ends what a label has opened."""
        return replace(self, party=None, is_loose=True, is_at_site=False)

    def role_for(self, label: Label) -> Role:
        """Return whose value this label has here."""
        if self.section in SILENT_ROLES:
            return self.section
        if label.role is Role.MEMBER and Role.WORK_FOR in (self.section, self.party):
            return Role.WORK_FOR  # the utility that the work is done for
        is_company = self.party in COMPANIES and not self.is_at_site
        party = (
            self.party
            if label.concept in (OF_A_COMPANY if is_company else OF_A_PARTY)
            else None
        )
        return label.role or party or self.section


class Blocks:
    """The blocks that are open, one for each column of the page."""

    def __init__(self) -> None:
        self._columns: list[tuple[float, Block]] = [(0.0, Block())]
        self._level: float | None = None
        self._was_blank = False
        self.number = 0  # of the block, counted over blank lines and headings

    def begin(self) -> None:
        """Begin a new part of the document, in which nothing is open."""
        self._columns = [(0.0, Block())]
        self._level = None

    def head(self, role: Role, *, at: float, level: float) -> None:
        """Begin a section: beside the one whose heading is level with this, else anew."""
        if role is Role.NONE and self._columns[0][1].section in SILENT_ROLES:
            return  # what is headed within a list of members is still one of them
        self.number += 1
        is_beside = self._level is not None and abs(level - self._level) <= LEVEL_SLACK
        if is_beside and at > self._columns[-1][0]:
            self._columns.append((at, Block(role)))
        else:
            self._columns = [(0.0, Block(role))]
        self._level = level

    def passed(self, *, is_blank: bool) -> None:
        """Go on to the next line; the first blank one ends what a label has opened."""
        if is_blank and not self._was_blank:
            self._columns = [(at, block.closed()) for at, block in self._columns]
            self.number += 1
        self._was_blank = is_blank

    def role_of(self, label: Label, *, at: float) -> tuple[Role, bool]:
        """Return whose value this is, and whether only a label has told so."""
        place = max(
            (n for n, (left, _) in enumerate(self._columns) if left - COLUMN_SLACK <= at),
            default=0,
        )
        left, before = self._columns[place]
        block = before.opened_by(label)
        self._columns[place] = (left, block)
        role = block.role_for(label)
        return role, block.section is Role.NONE and role is block.party
