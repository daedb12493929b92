"""Sections of a document: whose block is this? The role decides which phone is which.

A role comes from a heading ("Excavator Information"), from the first words of a label
("Excavator Phone"), from the name of an object in JSON or XML, or from a label that opens a
block ("Working For: ..."). What belongs to a member or a footer never fills a field.
"""

import re
from enum import StrEnum
from functools import cache, lru_cache


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
    OTHER = "other"  # someone whom the ticket has no field for: an engineer, an inspector


SILENT_ROLES = frozenset({Role.MEMBER, Role.FOOTER, Role.OTHER})

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
        |member list|code list|service areas|service area|notification list|utility companies notified
        |members to notify|notified|notifications|to be notified|utilities to notify|utilities to be notified
        |utilities on ticket|utilities affected|affected utilities|utilities involved|member codes|members sent
        |sent to members|distribution list|recipients|receiver|receiving member|receiving utility
        |receiving utilities|delivered to|transmitted to|destination|destinations|destination codes
        |underground operators|owners notified|facility operators notified|member companies|companies notified
        |notified companies|operator list|stations sent|terminals|terminal|ticket recipients|locators
        |participants notified|participants|notified parties|parties notified|locate responses|utility responses
        |clearances|utility contact|utility contacts|member contact|member contacts|cdc|cdcs""",
    Role.OTHER: """engineer|project engineer|design engineer|designer|planner|inspector|staker|staked by|locator
        |billing|billing contact|bill to|ship to|sold to|remit to|deliver to|invoice to|approver|approved by|surveyor|architect|developer|insurance
        |emergency contact|after hours contact|after hours|dispatcher|call taker|calltaker|operator|agent
        |office use only|for office use only|office use|accounting|released by|issued by|checked by|reviewed by
        |city contact|permit office|traffic control|safety contact|right of way agent|row agent|warehouse
        |material|materials|bill of materials|item list|witness|responding officer|officer|hospital|pager""",
    Role.EXCAVATOR: """excavator|contractor|excavation company|company|excavator company|contracting
        company|excavating company|sub contractor|subcontractor|sub|excavator contractor|digger|firm|co
        |prime contractor|general contractor|office|applicant|permittee|company performing work
        |construction company|performed by|performing company|digging company|assigned contractor|vendor
        |contractor crew|assigned crew|excavation contractor|who will dig|who digs|who does the digging|who is digging|party excavating
        |person excavating|contr|cont|excavator caller|company doing the work|company doing work|installer
        |excavator company|excavating contractor|digging contractor|construction contractor|contracted to
        |excavator office|contractor office|crew company|service provider|drilling contractor|bore contractor
        |exc|sub|sub office|assigned sub|civil contractor|underground contractor|utility contractor""",
    Role.CALLER: """caller|requester|requestor|requested by|called in by|contact|contact person
        |primary contact|main contact|caller contact|submitted by|submitter|ticket contact|originator|alt
        contact|reporter|prepared by|dispatcher contact|project manager|coordinator|person calling|who is calling
        |person making request|person requesting|person requesting locate|requesting party|requestor contact
        |company contact|contractor contact|excavator contact|office contact|company rep|company
        representative|permit coordinator|locate coordinator|pm|ticket caller|applicant contact
        |locate contact|locates contact|line locate contact|locate caller|811 contact|811 caller|one call contact
        |contact for locates|contact for line locates""",
    Role.ONSITE: """onsite contact|on site contact|site contact|field contact|job site contact|jobsite
        contact|onsite|on site|field|foreman|lead|site foreman|crew foreman|field supervisor|superintendent|site
        superintendent|crew leader|crew lead|crew chief|field rep|field representative|alternate contact
        |alt contact on site|dig site contact|job contact|supervisor|site supervisor|field foreman
        |supt|site supt|site super|general foreman|gf|crew supt""",
    Role.WORK_FOR: """work for|working for|work done for|work being done for|work is being done for|done for|owner
        |property owner|project owner|customer|client|homeowner|account holder|subscriber|work
        performed for|on behalf of|being done for|resident|home owner|tenant|consumer|applicant for service
        |requesting utility|project sponsor|facility being installed for|customer of record|service for""",
    Role.SITE: """site|work site|worksite|job site|jobsite|dig site|digsite|dig location|dig site location|location
        |work location|job location|excavation site|excavation area|site location|work area|dig area
        |locate|locate area|location of work|excavation location|place of work|project location|premise
        |premises|service|work site location|dig|site address|geography|position|location of dig|where|where is the work|where
        you will dig|where is the dig|place|places|property|property to be dug|job location info|about the site
        |excavation site location|site info|dig site info|location of excavation|location of job|job address
        |service location|service address|incident location|loc|locations|site and location|dig point|digging
        location|proposed excavation site|project site|construction site|address of work|map|mapping|gps""",
    Role.WORK: """work|excavation|dig information|work order details|ticket|header|work description|dates|schedule|time line|timeline|referral|scope|scope of work
        |reference|job description|project details|excavation work|work type|locate request|request|about the work|what|type of work|type and extent of work|nature of work
        |scope and schedule|proposed work|work to be done|work to be performed|work requested|description of
        work|extent of work|excavation information|excavation details|dig details|method|method of excavation
        |digging|the work|task|tasks|instructions|work instructions|work information|date and time|dates and
        times|work dates|when|ticket info|notice|notice information|request information|incident|incident
        information|call|call information|event|problem|complaint|service requested|asset|assets|facilities
        |facility|equipment""",
    Role.JOB: "project|projects|job|jobs|work order|work orders|workorder|service order|order|work request|work package|work packet|assignment",
    Role.FOOTER: """additional information|disclaimer|footer|revision history|ticket revision history
        |legend|notes to excavator|important information|important notice|terms and conditions|end of
        request|end of ticket|end request|end of transmission|history|instructions to members|map link
        |confidentiality notice|unsubscribe|privacy notice|audit trail|legal notice|for assistance|questions
        |help|about this notice|about this message|notice to excavator|excavator notice|excavator
        responsibilities|your responsibilities|law|legal|terms|fine print|call center|one call
        center|notification center|center information|center contact|prior tickets|ticket history""",
}
HEADING_TAILS = re.compile(
    r" (?:information|info|details?|section|data|block|location|notified|record|particulars|party"
    r"|parties|list|only|s"
    r"|(?:performing|doing|responsible for)(?: the)? (?:work|excavat\w+|construction|digging|installation|boring))$"
)
NUMERAL = r"(?:[a-z]|[ivx]{1,4}|\d{1,2}[a-z]?|one|two|three|four|five|six)"
FILLERS = re.compile(
    r"^(?:the|about the|about|your|(?:section|part|block|step|item) "
    + NUMERAL
    + r"|"
    + NUMERAL
    + r") "
)
ASKS = frozenset({Role.EXCAVATOR, Role.CALLER, Role.ONSITE})


# `Gas company coordinator`, `City inspector`: a person of who gives the work, not of who does it.
OF_A_UTILITY = re.compile(
    r"(?:(?:gas|electric|power|water|sewer|utility|telephone|cable|fiber|city|county|state|co op|coop|cooperative|district)\s)"
    r"(?:(?:company|co|utility|department|dept)\s)?"
    r"(?:coordinator|contact|contact person|rep|representative|inspector|engineer|planner|designer|project manager|pm|liaison)"
)


@cache
def _roles() -> dict[str, Role]:
    return {
        " ".join(name.split()): role
        for role, names in NAMES.items()
        for name in names.replace("\n", " ").split("|")
    }


@lru_cache(4_096)
def role_of_name(name: str) -> Role | None:
    """Return whose name a normalised key or heading is: `excavator information` -> excavator."""
    plain = FILLERS.sub("", name)
    while plain:
        if plain in _roles():
            return _roles()[plain]
        shorter = HEADING_TAILS.sub("", plain)
        if shorter == plain:
            return Role.OTHER if OF_A_UTILITY.fullmatch(plain) else _role_of_several(plain)
        plain = shorter
    return None


def _role_of_several(name: str) -> Role | None:
    """Return the role of `dig site and ticket`: the work, where no single party is meant."""
    words = name.replace(" and ", " ").split()
    for cut in range(1, len(words)):
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        roles = {_roles().get(first), _plainly(second)}
        if None not in roles:
            return _common(roles)
    return None


def _plainly(name: str) -> Role | None:
    shorter = HEADING_TAILS.sub("", name)
    return _roles().get(name) or _roles().get(shorter)


def _common(roles: set[Role | None]) -> Role:
    """Return the one role, the work of several that speak of it, or the company of its people."""
    if len(roles) == 1:
        return next(iter(roles)) or Role.NONE
    if roles <= ABOUT_THE_WORK:
        return Role.WORK
    return Role.EXCAVATOR if roles <= ASKS else Role.NONE


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


def role_in_row(text: str, name: str) -> Role | None:
    """Return the role of a heading beside others: of `UTILITY DESIGNER` the last word says it."""
    role = role_of_heading(text, name)
    last = name.rpartition(" ")[2]
    is_other = role in (Role.NONE, Role.MEMBER) and _roles().get(last) is Role.OTHER
    return Role.OTHER if is_other else role
