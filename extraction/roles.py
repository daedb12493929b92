"""Sections of a document: whose block is this? The role decides which phone is which.

A role comes from a heading ("Excavator Information"), from the first words of a label
("Excavator Phone"), from the name of an object in JSON or XML, or from a label that opens a
block ("Working For: ..."). What belongs to a member or a footer never fills a field.
"""

import re
from enum import StrEnum
from functools import cache


class Role(StrEnum):
    """Who or what a block of a document speaks about."""

    NONE = "none"
    MEMBER = "member"
    EXCAVATOR = "excavator"
    CALLER = "caller"
    ONSITE = "onsite"
    WORK_FOR = "work_for"
    SITE = "site"
    WORK = "work"
    JOB = "job"
    MAIL = "mail"
    FOOTER = "footer"


SILENT_ROLES = frozenset({Role.MEMBER, Role.FOOTER})

ABOUT_THE_WORK = frozenset({Role.SITE, Role.WORK, Role.JOB})

HEADING_WORDS_MAX = 8
HEADING_CHARACTERS_MAX = 60

# Names of a party or a thing, as they stand in headings, before labels and in keys.
NAMES: dict[Role, str] = {
    Role.MEMBER: """member|members|member operator|member operators|member operators notified|operators
        notified|members notified|member utilities|utilities notified|notified utilities|utility list|utilities
        |stations notified|station list|stations|district|districts|facility operators|utility owners notified
        |facility owners|notified members|responses|response|response history|positive response|positive
        responses|receiving terminal|utility|utility company|facility owner|recipient|sent to|send to|addressed to|members contacted|facilities
        notified|underground facilities|affected members|facility owner notified|utility notified|last response
        |member list|code list|service areas|service area|notification list|utility companies notified""",
    Role.EXCAVATOR: """excavator|contractor|excavation company|company|excavator company|contracting
        company|excavating company|crew|sub contractor|subcontractor|excavator contractor|digger|firm|co
        |prime contractor|general contractor|office|applicant|permittee|company performing work
        |construction company|performed by|performing company|digging company|assigned contractor""",
    Role.CALLER: """caller|requester|requestor|requested by|called in by|contact|contact person
        |primary contact|main contact|caller contact|submitted by|submitter|ticket contact|originator|alt
        contact|reporter|prepared by|dispatcher contact|project manager|coordinator""",
    Role.ONSITE: """onsite contact|on site contact|site contact|field contact|job site contact|jobsite
        contact|onsite|on site|field|foreman|site foreman|crew foreman|field supervisor|superintendent|site
        superintendent|crew leader|crew lead|crew chief|field rep|field representative|alternate contact
        |alt contact on site|dig site contact|job contact|supervisor|site supervisor|field foreman""",
    Role.WORK_FOR: """work for|working for|work done for|work being done for|work is being done for|done for|owner
        |property owner|project owner|customer|client|homeowner|account holder|subscriber|work
        performed for|on behalf of|being done for|resident|home owner|tenant""",
    Role.SITE: """site|work site|worksite|job site|jobsite|dig site|digsite|dig location|dig site location|location
        |work location|job location|excavation site|excavation area|site location|work area|dig area
        |locate|locate area|location of work|excavation location|place of work|project location|premise
        |premises|service|work site location|dig|site address|geography|position|location of dig""",
    Role.WORK: """work|excavation|dig information|work order details|ticket|header|work description|dates|schedule|time line|timeline|referral|scope|scope of work
        |reference|job description|project details|excavation work|work type|locate request|request""",
    Role.JOB: "project|projects|job|jobs|work order|work orders|workorder|service order|order|work request",
    Role.FOOTER: """additional information|disclaimer|footer|revision history|ticket revision history
        |legend|notes to excavator|important information|important notice|terms and conditions|end of
        request|end of ticket|end request|end of transmission|history|instructions to members|map link
        |confidentiality notice|unsubscribe|privacy notice|audit trail|legal notice""",
}
HEADING_TAILS = re.compile(
    r" (?:information|info|details?|section|data|block|location|notified|record)$"
)
FILLERS = re.compile(r"^(?:the|section [a-z0-9]+|part [a-z0-9]+|[a-z0-9]) ")


@cache
def _roles() -> dict[str, Role]:
    return {
        " ".join(name.split()): role
        for role, names in NAMES.items()
        for name in names.replace("\n", " ").split("|")
    }


def role_of_name(name: str) -> Role | None:
    """Return whose name a normalised key or heading is: `excavator information` -> excavator."""
    plain = FILLERS.sub("", name)
    while plain:
        if plain in _roles():
            return _roles()[plain]
        shorter = HEADING_TAILS.sub("", plain)
        if shorter == plain:
            return _role_of_several(plain)
        plain = shorter
    return None


def _role_of_several(name: str) -> Role | None:
    """Return the role of `dig site and ticket`: the work, where no single party is meant."""
    first, _and, second = name.partition(" and ")
    roles = {role_of_name(first), role_of_name(second)} if second else {None}
    if None in roles:
        return None
    if len(roles) == 1:
        return roles.pop()
    return Role.WORK if roles <= ABOUT_THE_WORK else Role.NONE


def split_role(label: str) -> tuple[Role, str] | None:
    """Split a normalised label into the party it begins with and what remains.

    `site contact phone` is the on-site contact and `phone`: the longest name wins.
    """
    words = label.split()
    for count in range(min(len(words) - 1, 6), 0, -1):
        role = _roles().get(" ".join(words[:count]))
        if role is not None:
            return role, " ".join(words[count:])
    return None


def role_of_heading(text: str, name: str) -> Role | None:
    """Return the role that a line opens if it is a heading, else None.

    `name` is the line normalised. A heading has few words and no value after a colon.
    """
    words = name.split()
    if not words or len(words) > HEADING_WORDS_MAX or len(text) > HEADING_CHARACTERS_MAX:
        return None
    return role_of_name(name)
