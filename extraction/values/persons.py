"""Persons, as blocks of short lines write them: a name, a title beside it, `Attn:` before it."""

import re

NAME = re.compile(
    r"^(?:(?:Mr|Ms|Mrs|Dr)\.?\s)?(?P<name>[A-Z][\w'\u2019.-]{1,18}(?:\s[\"\u201c(]\w{1,15}[\"\u201d)])?(?:\s(?:[A-Z]\.|de|la|van|von|del))?(?:\s[A-Z][\w'\u2019-]{1,20}){1,2}(?:,?\s(?:Jr|Sr|II|III)\.?)?)(?=\s?,|\s?$|\s?\()"
)
ATTENTION = re.compile(r"^\W{0,3}(?:attn|attention|c/o)\b[:.]?\s{0,3}", re.IGNORECASE)
TITLE = re.compile(
    r"\b(?:manager|supervisor|foreman|superintendent|coordinator|engineer|president|owner|director|dispatcher|estimator|inspector|secretary"
    r"|assistant|administrator|planner|designer|specialist|technician|(?:engineering|field|service|line|design|staking|gis|distribution|operations)\stech|lineman|staker|analyst|scheduler|clerk|lead|officer|p\.?e\.?|agent|representative)\b",
    re.IGNORECASE,
)
