"""Briefly: what messages and notes tell in few words, without a sentence around it.

`Trench from the pole to the meter base, 24 in deep, one day.`: the work as an order, and how long it takes as a
clause of its own. Weaker than what a sentence says, and heard only where it says nothing.
"""

import re
from collections.abc import Collection, Iterator

from extraction.sentences.prose import is_open_question
from extraction.sentences.told import Told
from extraction.sentences.work import (
    DIGS,
    PERIOD,
    THING_END,
    is_a_rule_of_time,
    is_work,
)

BEGUN_WORK = 0.66
PLAIN_DURATION = 0.66  # no word says that it is how long the work takes

BEGUN = re.compile(  # `Trench from the pole to the meter base`: an order, as a message gives it
    rf"\W{{0,3}}(?P<value>(?:trench|bore|dig|excavate|install|plow|bury|replace|relocate|remove|renew|rebuild|repair|extend|set|hand\sdig|open[- ]cut|trenching|boring|digging|replacing|installing|setting|burying|relocating|removing)\s(?!(?:within|around|only|safely|carefully|by hand)\b)[^\n]{{5,160}}?){THING_END}",
    re.IGNORECASE,
)
# `open cut, 30 in deep, one day.`: a period that is a clause of its own, behind words of the work.
PLAIN_PERIOD = re.compile(
    rf"(?:^|[,;(]\s?|\s-\s)(?:(?:about|approx\.?|approximately|maybe|only|roughly|should be)\s)?(?P<value>(?![^,;.]{{0,14}}\bh(?:ou)?rs?\b){PERIOD})(?=\s?(?:[.,;)]|$|(?:if|max|tops|total|unless|weather|or\s(?:so|less)|at\s(?:the\s)?most)\b))",
    re.IGNORECASE,
)
# `squeeze off & repair main`, `yes, new sprinkler system at Ann's house`: the work as a clause of its own.
CLAUSE = re.compile(
    rf"(?:^|[,;:]\s|\s-\s|\bjob\s(?:coming\sup\s)?(?:next\s\w{{3,9}}\s|tomorrow\s|today\s)?)(?P<value>(?:squeeze\soff|cut\s(?:and|&)\scap|dig\s(?:up|out)|digging\s(?:up|out)|excavate|expose|repair|replace|install|set|bury|tap|pothole|replacing|installing|repairing|trenching|burying|setting)\s[^\n,;]{{4,120}}?)(?:{THING_END}|(?=\s(?:not|no|without)\s))"
    r"|(?:^|\b(?:yes|yep|yeah|it'?s|is|for)[,:]?\s)(?:an?\s|the\s)?(?P<new>new\s(?:[a-z0-9-]{2,14}\s){0,3}?(?:systems?|lines?|services?|fences?|pools?|drops?|meters?|taps?|mains?|poles?|tanks?|signs?|driveways?|conduits?|laterals?))\b",
    re.IGNORECASE,
)
CLAUSE_LOSS = 0.02
NEW_THING = re.compile(r"new\s", re.IGNORECASE)
NEAR_PERIOD = 160  # characters before it in which the work is told


def briefly_told(text: str, start: int, end: int, said: Collection[str]) -> Iterator[Told]:
    """Yield the work and the duration of a sentence that says no more; `said` are its fields."""
    sentence = text[start:end]
    begun = None if "type_of_work" in said else BEGUN.match(sentence)
    if begun and is_work(begun["value"]):
        yield _told("type_of_work", start, begun, BEGUN_WORK, "work_is_ordered")
    elif "type_of_work" not in said:
        yield from _clause(sentence, start)
    is_of_work = DIGS.search(text, max(0, start - NEAR_PERIOD), end) is not None
    is_open = is_of_work and "duration_description" not in said
    period = PLAIN_PERIOD.search(sentence) if is_open else None
    if period and not is_a_rule_of_time(sentence, period):
        rule = "duration_in_a_sentence"
        yield _told("duration_description", start, period, PLAIN_DURATION, rule)


def _clause(sentence: str, start: int) -> Iterator[Told]:
    """Yield the work that is a clause of its own: on a thing of the trade, and no question."""
    for match in CLAUSE.finditer(sentence) if not is_open_question(sentence) else ():
        group = "value" if match["value"] else "new"
        first, last = match.span(group)
        if NEW_THING.match(match[group]) or is_work(match[group]):
            strength = round(BEGUN_WORK - CLAUSE_LOSS, 2)
            yield Told(
                "type_of_work", start + first, start + last, strength, "work_in_a_clause"
            )
            return


def _told(field: str, start: int, match: re.Match[str], strength: float, rule: str) -> Told:
    return Told(field, start + match.start("value"), start + match.end("value"), strength, rule)
