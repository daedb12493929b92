"""Blocks: the section that a line stands in, and the party that a label has opened in it.

A heading opens a section, which lasts until the next heading. A label such as `Contractor:`
opens a party within the section, which lasts until a blank line.
"""

from dataclasses import dataclass, replace

from extraction.labels import OF_A_COMPANY, OF_A_PARTY, OPENERS, Label
from extraction.roles import SILENT_ROLES, Role

ENDS_MEMBERS = frozenset({"company", "caller", "county"})
COMPANIES = (Role.EXCAVATOR, Role.WORK_FOR)


@dataclass(frozen=True, slots=True)
class Block:
    """The section that the walk is in, and the party that a label has opened within it."""

    section: Role = Role.NONE
    party: Role | None = None
    number: int = 0
    is_loose: bool = False  # a blank line has passed: a list of members may be over

    def under(self, heading: Role) -> "Block":
        return Block(heading, None, self.number + 1)

    def opened_by(self, concept: str) -> "Block":
        role = OPENERS.get(concept)
        if self.section in SILENT_ROLES:
            is_over = self.section is Role.MEMBER and self.is_loose and concept in ENDS_MEMBERS
            return Block(Role.NONE, role, self.number + 1) if is_over else self
        if role is None:
            return self
        return replace(self, party=role, number=self.number + 1)

    def closed(self) -> "Block":
        """Return the block after a blank line, which ends what a label has opened."""
        number = self.number + (self.party is not None)
        return replace(self, party=None, number=number, is_loose=True)

    def role_for(self, label: Label) -> Role:
        if self.section in SILENT_ROLES:
            return self.section
        claims = OF_A_COMPANY if self.party in COMPANIES else OF_A_PARTY
        party = self.party if label.concept in claims else None
        return label.role or party or self.section
