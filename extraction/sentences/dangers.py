"""Dangers: that a sentence asks for an emergency, and what it says is broken, leaks or hangs down."""

import re
from collections.abc import Iterator

from extraction.sentences.told import Told
from extraction.sentences.work import NOT_PLANNED

EMERGENCY_ASKED = 0.76
DANGER_TOLD = 0.70
EMERGENCY = re.compile(
    r"\bemerg(?:ency)?\.?\s(?:locates?|tickets?|dig|excavation|repair|request|work|order|811|one[- ]call)\b|\b(?:this|it) is an emergency\b",
    re.IGNORECASE,
)
DANGER = re.compile(
    r"\b(?:leak(?:s|ing)?|blown|blowing|flood(?:ing|ed)?|ruptur\w*|burst|broke(?:n)?|out of service|outage|without (?:water|power|service|gas)|arcing"
    r"|washing out|back(?:ing|ed) up|sewage|undermin\w*|hazard\w*|danger\w*|sink ?hole|collaps\w*|down(?:ed)? (?:line|wire|pole)s?|interrupt\w*|no (?:water|power|service))\b",
    re.IGNORECASE,
)


def emergency_told(text: str, start: int, end: int) -> Iterator[Told]:
    """Yield that a sentence asks for an emergency locate, and what endangers or fails."""
    sentence = text[start:end]
    asked = EMERGENCY.search(sentence)
    if asked and not NOT_PLANNED.search(sentence[: asked.start()]):
        at = start + asked.start()
        yield Told(
            "ticket_type", at, start + asked.end(), EMERGENCY_ASKED, "emergency_is_asked"
        )
    if DANGER.search(sentence):
        yield Told("danger", start, end, DANGER_TOLD, "danger_in_a_sentence")
