"""Kinds: the words and codes of the centers for the type of a ticket, and how urgent it is.

What has no counterpart in Texas is not forced into one: it gives nothing, and a warning says so.
"""

import re
from collections.abc import Callable

from extraction.labels.concepts import closed_up
from extraction.values.plain import EDGE

Table = tuple[tuple[str, str], ...]

# The first row whose pattern is in the words decides.
DENIED = r"\b(?:not|no longer) (?:an? |considered |really |deemed ){0,2}emerg(?:ency)?\b|non[- ]?emerg\b"
TYPES: Table = (
    (r"\bcancel|\bvoid(?:ed)?\b", ""),
    (rf"non[- ]?emergency|{DENIED}|emergency\W{{1,3}}no?\b(?! \w)", "Normal"),
    (r"emergency|emerg\b|emgcy|\bemer\b|^(?:em|emr|emg|e)$", "Emergency"),
    (
        (
            r"no[- ]?response|no[- ]?shows?\b|non[- ]?response|(?:second|2nd|third|3rd) (?:request|notice)"
            r"|not marked|failed to (?:mark|respond)"
        ),
        "No Response",
    ),
    (r"\bre-?mark\b|re-?mark(?:ing)?s?\b(?= (?:request|ticket))|\bremk\b", "Update & Remark"),
    (r"\bupd(?:ate|t)?\b|update|renew|rnew|refresh|extension|extend|\bcontinu", "Update"),
    (r"dig[- ]?up|damage|\bdmg\b|hit line|dug up|cut line|line (?:hit|cut|strike)", "Dig Up"),
    (r"demolition|\bdemo\b", "Demolition"),
    (r"\bre-?call\b", "Recall"),
    (r"\bdesign|\bsurvey|\bplanning\b|pre-?engineering|\bdsgn\b|\bsurv\b", "Survey/Design"),
    (r"short notice|insufficient|late notice", ""),
    (r"\b(?:normal|routine|regular|standard|norm|rout|reg|std|non-?urgent)\b", "Normal"),
    (r"\b(?:24|48|72)[- ]?h(?:ou)?rs?\b", "Normal"),
    (r"\b(?:two|2|three|3)[- ](?:full |business |working )?days?\b", "Normal"),
    (
        r"^(?:new|original|new ticket|locate|locate request|new locate|dig notice|excavation(?: notice)?|new notice)$",
        "Normal",
    ),
)
PRIORITIES: Table = (
    (rf"{DENIED}|emergency\W{{1,3}}no?\b(?! \w)", "Standard"),
    (r"non[- ]?emergency|normal|standard|routine|^low$|^medium$|regular|^norm$", "Standard"),
    (r"emergency|emerg\b|critical|immediate|^p1$|^e$|^emer$", "Emergency"),
    (r"rush|urgent|expedite|high|asap|short notice|same day|priority$", "Rush"),
)


def by_table(table: Table) -> Callable[[str], str | None]:
    """Return a normaliser that maps words to the first row whose pattern is in them."""
    rows = [(re.compile(pattern), value) for pattern, value in table]

    def mapped(raw: str) -> str | None:
        text = " ".join(closed_up(raw[:200]).lower().replace("*", " ").split()).strip(EDGE)
        return next((value for pattern, value in rows if pattern.search(text)), None) or None

    return mapped
