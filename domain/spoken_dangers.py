"""What makes an emergency, as people say it: a danger or an outage, and not the denial of one.

By law an emergency is a danger to life, health or property, or an urgent repair of a service (Tex.
Util. Code 251.155); a false claim costs money, so a text that names neither is asked for it.
"""

import re

from domain.errors import RejectedError

SERVICE = r"(?:gas|water|power|electric(?:ity|al)?|phones?|fiber|internet|sewer|heat|lights?|911|signals?)"
# `No gas in the street` may be good news; `no power` never is.
MISSED = r"(?:water|power|electric(?:ity)?|phones?|internet|heat|lights?|911|(?:gas )?service)"
SERVED = rf"(?:{SERVICE}|services?|lines?|cables?|mains?|customers?|houses?|homes?|pumps?|lift stations?)"
IS = r"(?:is|are|was|were|been|went|gone|got|still)"
UNDENIED = r"(?:(?!\bno[tr]?\b|\bnever\b|n't\b)[^.;?]){0,40}?"
# `No water` is an outage; in `no gas leak` and `no power problem` nothing is out.
OUT_OF_SERVICE = re.compile(
    rf"\b(?:no|without) (?:\w+ (?:or|and) )?{MISSED}(?: service)?"
    r"(?=\s*[,.;:!]|\s*$|\s+(?:to|at|in|for|on|since|and|here|anywhere)\b)"
    rf"|\b(?:out of|loss of|lost|losing) (?:\w+ )?(?:{SERVICE}|service)\b"
    rf"|\b{SERVED}\b{UNDENIED}\b{IS} (?:(?!not|never)\w+ )?(?:out|down|off|interrupted|cut|lost)\b(?! of)"
    r"|\b(?:lines?|wires?) down(?=[,.;!]|$)"
    rf"|\b{SERVED}(?: service)? (?:out|off|interrupted|without|cut)\b(?! of)",
    re.IGNORECASE,
)
DANGER = re.compile(
    r"\b(?:leak\w*|breaks?(?! (?:ground|up|out)\b)|broke|broken|burst\w*|ruptur\w*|outages?|hit|struck|severed|damaged?"
    r"|fires?(?! (?:hydrant|dep|lane|line|main|station)\w*)"
    r"|burn(?:ing|s)|explo(?:sion|ded|ding)|flood\w*|sink ?holes?|collaps\w*|cave[- ]?in|wash(?:ed)? ?out"
    r"|downed|fallen|fell|live wires?|exposed|sparks?|sparking|arcing|odor|smells?(?: of| like)? gas|blow(?:s|ing)"
    r"|carbon monoxide|smoke(?! test)|sewage|spills?|spilling|overflow\w*"
    r"|back(?:ed|ing)[- ]?up|dangers?|dangerous|endanger\w*|hazard\w*"
    r"|unsafe|threat\w*|injur\w*|trapped|electrocut\w*|evacuat\w*|leaning|urgent(?:ly)? repairs?)\b",
    re.IGNORECASE,
)
BEFORE_CHARACTERS = 80  # a denial stands no farther away
# Up to three words may stand between a negation and what it denies: `no sign of a leak`.
DENIED = re.compile(
    r"(?:\b(?:no|not|non|never|nothing|nobody|without|cannot|zero|avoid\w*|prevent\w*|before)\b|n't\b)"
    r"[\s-]*(?:\w+[\s-]+){0,3}$",
    re.IGNORECASE,
)
# What is over, or was planned, is none.
NONE_NOW = re.compile(
    r"\b(?:planned|scheduled|false|drill|practice|hypothetical\w*|just (?:want|need)|nothing|not really"
    r"|non-?emergency|not (?:an? |really an? )?emergency"
    r"|(?:was|been|is|got|already) (?:fixed|repaired|stopped))\b|\?",
    re.IGNORECASE,
)


def emergency_said(text: str) -> dict[str, object]:
    """Return the justification of an emergency, as it was said.

    Raises RejectedError unless a danger or an outage is named that is neither denied nor over.
    """
    plain = " ".join(text.replace("\u2019", "'").split())
    named = (
        found.start() for kind in (DANGER, OUT_OF_SERVICE) for found in kind.finditer(plain)
    )
    is_named = any(
        not DENIED.search(plain[max(0, start - BEFORE_CHARACTERS) : start]) for start in named
    )
    if not is_named or NONE_NOW.search(plain):
        raise RejectedError(
            f"“{text.strip()[:80]}” names no danger and no outage that makes an emergency.",
            field="emergency_justification",
            remedy="Say which danger or outage there is now, like: gas leak in the street, crew on "
            "site. If there is none, state the ticket type Normal.",
        )
    return {"emergency_justification": text}
