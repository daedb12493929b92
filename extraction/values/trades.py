"""Trades: by its name, does a company dig, own lines, or plan?

Only a hint, used where a document does not say who is who.
"""

import re

DIGS = re.compile(
    r"\b(?:excavat\w*|construct\w*|contract\w*|directional|drill\w*|bor(?:e[sd]?|ers?|ing)|underground|trench\w*|dirt|dozer|backhoe"
    r"|powerline|power line|line services?|line builders?|utilities construction|utility services?|plumb\w*|fence|fencing"
    r"|landscap\w*|irrigation|sprinkler|paving|paver|pipeline services?|pipe services|septic|foundation|pools?|sign company"
    r"|tree|pole|splicing|cable (?:services|construction)|telecom services|builders?|grading|digging|demolition|installers?"
    r"|electrical services|hydro\s?vac|services)\b",
    re.IGNORECASE,
)
OWNS = re.compile(
    r"\b(?:electric\w*|energy|power|gas|water|wastewater|telephone|telecom\w*|fiber|cable\w*|cablevision|broadband|communications?"
    r"|utilit(?:y|ies)|city of|town of|county|district|mud|wsc|cooperative|co-?op|delivery|department|dept|municipal\w*|networks?"
    r"|transmission|pipeline|midstream|authority|isd)\b",
    re.IGNORECASE,
)
PLANS = re.compile(
    r"\b(?:engineer\w*|engineering|architect\w*|survey\w*|consult\w*|design|associates|planning|insurance|law|council)\b",
    re.IGNORECASE,
)
# What a firm of planners calls itself; `Design` alone is a department.
FIRM = re.compile(
    r"\b(?:engineers|engineering|architects?|survey(?:ing|ors)|consult\w*|associates|council|insurance)\b",
    re.IGNORECASE,
)
LEGAL = re.compile(
    r"\b(?:inc|llc|l\.l\.c|lp|l\.p|llp|ltd|co|company|corp|corporation|pllc|coop|cooperative)\b\.?$",
    re.IGNORECASE,
)


# A part of a utility, not its name: `Water Operations`, but `Hays County Road Department` is one.
DEPARTMENT = re.compile(
    r"\b(?:operations|division|department|dept|section|group|team|office|locates?|desk)\b\.?$",
    re.IGNORECASE,
)
OF_A_PLACE = re.compile(r"\b(?:city|town|county|village|district)\b", re.IGNORECASE)


def is_department(name: str) -> bool:
    """Return whether this is a part of a company rather than its name."""
    return DEPARTMENT.search(name) is not None and OF_A_PLACE.search(name) is None


def digs(name: str) -> bool:
    """Is this the name of a company that digs for a living?"""
    return DIGS.search(name) is not None and PLANS.search(name) is None


def owns(name: str) -> bool:
    """Is this the name of a utility or of a public body, and not of one that digs for it?"""
    return OWNS.search(name) is not None and not digs(name) and PLANS.search(name) is None


def is_company(name: str) -> bool:
    """Return whether a name reads like a company and not like a person."""
    return bool(
        LEGAL.search(name) or DIGS.search(name) or OWNS.search(name) or FIRM.search(name)
    )
