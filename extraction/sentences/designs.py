"""Designs: that lines shall be marked for a survey or a design, and what is designed.

Nobody digs for such a request. The work is what is planned: `to design a 16-inch water line`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extraction.candidates import Candidate
from extraction.hinted import hinted
from extraction.sentences.told import Told
from extraction.sentences.work import NOT_PLANNED, THING, THING_END

ASKED = 0.76
DESIGNED = 0.72
KIND_RULE = "design_is_asked"
WORK = "designed"  # stands for the work, if lines are asked for by this kind of request
WORK_RULE = "work_is_designed"

KIND = hinted(
    "design|survey|planning",
    r"\b(?P<value>(?:design|survey(?:\sand\s|/)design|planning)\s(?:locates?|tickets?|markings?|mark[- ]?outs?))\b"
    r"|\b(?:mark(?:ed|ing|s)?|locat(?:e|es|ed|ing|ion)|flagged|request(?:ed)?)\b[^.;]{0,80}?\b(?P<purpose>for\s(?:the\s)?(?:our\s)?(?:preliminary\s)?"
    r"(?:survey|design|planning)(?:(?:\sand\s|\sor\s|/|\s&\s)(?:survey|design|planning|engineering))?(?:\s(?:purposes?|only|work|use))?)\b",
    re.IGNORECASE,
)
DESIGN = hinted(
    "design|survey",
    rf"\b(?:to|will|shall)\s(?:be\s)?(?P<value>(?:design|survey|designing|surveying|conducting\sa\s[\w\s]{{0,20}}?survey)\s[^\n]{{3,140}}?){THING_END}"
    rf"|\b(?P<other>(?:(?:topographic|boundary|utility|land|route|engineering|subsurface)\s(?:survey|design)\s(?:of|for)|design\sof)\s[^\n]{{3,140}}?){THING_END}",
    re.IGNORECASE,
)


def designs_told(text: str, start: int, end: int) -> Iterator[Told]:
    """Yield that a sentence asks for marks for a design, and what it says is designed."""
    sentence = text[start:end]
    small = sentence.lower()
    asked = KIND.search(sentence, small)
    if asked and not NOT_PLANNED.search(sentence[: asked.start()]):
        first, last = asked.span("value" if asked["value"] else "purpose")
        yield Told("ticket_type", start + first, start + last, ASKED, KIND_RULE)
    work = DESIGN.search(sentence, small)
    if work and THING.search(work[0]):
        first, last = work.span("value" if work["value"] else "other")
        yield Told(WORK, start + first, start + last, DESIGNED, WORK_RULE)


def with_designs(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates; what is designed is the work where marks are asked for it."""
    is_asked = any(c.rule == KIND_RULE for c in found)
    works = [c for c in found if c.field == WORK]
    kept = [c for c in found if c.field != WORK]
    return [*kept, replace(works[0], field="type_of_work")] if is_asked and works else kept
