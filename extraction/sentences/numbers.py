"""Numbers, as sentences name them: of orders, poles, transformers, meters and claims."""

import re
from collections.abc import Iterator

from extraction.hinted import Hinted, hinted
from extraction.sentences.told import Told

REF = 0.72
PROJECT_LOSS = 0.14  # a project may hold many orders
NUMBERED_LOSS = 0.04  # `our project no.`
NUMBER_OF_THING = 0.74
ORDER_NO = re.compile(
    r"\b(?P<kind>work\sorder|wo|w\.o\.|work\srequest|wr|service\sorder|job|project|po|order|ord|(?:work\s)?assignment)(?P<sign>\s?(?:no\.?|number|num|#|nbr))?\s?[:#]?\s?(?P<value>(?=[A-Z0-9/-]{0,12}\d)[A-Z0-9][A-Z0-9/-]{2,20}(?:\.\d{1,4}(?![\d,]))?)\b",
    re.IGNORECASE,
)
# `job # on our side is 26-014`
ORDER_IS = re.compile(
    r"\b(?P<kind>work\sorder|wo|work\srequest|wr|service\sorder|job|project|order)(?P<sign>\s?(?:no\.?|number|num|#|nbr))\s(?:\w+\s){0,4}is\s#?(?P<value>(?=[A-Z0-9/-]{0,12}\d)[A-Z0-9][A-Z0-9/-]{2,20})\b",
    re.IGNORECASE,
)
# `the work order is W-118`; a job is often something else.
WORK_ORDER_IS = re.compile(
    r"\b(?P<kind>work\sorder|wo|work\srequest|wr|service\sorder)(?P<sign>\s(?:on|for)\s(?:this|it|our\sside)(?:\sone)?)?\sis\s#?(?P<value>(?=[A-Z0-9/-]{0,12}\d)[A-Z0-9][A-Z0-9/-]{2,20})\b",
    re.IGNORECASE,
)
# `transformer 100 kVA`: how large it is, and no number of it.
NOT_RATED = r"(?!\s?(?:kva|kv|volts?|amps?|ft|feet|foot)\b)"
THINGS: tuple[tuple[str, Hinted], ...] = (
    (
        "pole_id",
        hinted(
            "pole",
            r"\bpoles?(?:\s(?:no\.?|number|num|id|tag|#))?\s?[#:]?\s?(?P<value>(?=[A-Z0-9/-]{0,12}\d)[A-Z0-9][A-Z0-9/-]{2,20})\b"
            + NOT_RATED,
            re.IGNORECASE,
        ),
    ),
    (
        "pole_id",
        hinted(
            "pole",
            r"\bpole\b(?:(?!\b(?:jobs?|orders?|wo|tickets?|permits?|projects?|meters?|accounts?)\b)[^.;/]){0,40}?\b(?:tag(?:ged)?|no\.?|#|number)\s?#?(?:\s(?:says|reads|shows|is))?\s?(?P<value>(?=[A-Z0-9/-]{0,12}\d)[A-Z0-9][A-Z0-9/-]{2,20})\b"
            + NOT_RATED,
            re.IGNORECASE,
        ),
    ),
    (
        "transformer_id",
        hinted(
            "transformer|xfmr|mount",
            r"\b(?:transformer|xfmr|padmount|pad\smount)(?:\s(?:no\.?|number|id|tag|#))?\s?[#:]?\s?(?P<value>(?=[A-Z0-9/-]{0,12}\d)[A-Z0-9][A-Z0-9/-]{2,20})\b"
            + NOT_RATED,
            re.IGNORECASE,
        ),
    ),
    (
        "meter_number",
        hinted(
            "meter",
            r"\bmeter(?:\s(?:no\.?|number|id|#))\s?[#:]?\s?(?P<value>(?=[A-Z0-9-]{0,12}\d)[A-Z0-9][A-Z0-9-]{3,20})\b",
            re.IGNORECASE,
        ),
    ),
    (
        "meter_number",
        hinted(
            "meter",
            r"\bmeter(?:\s(?:no\.?|number|id|#))?\s(?:is|reads|says)\s(?P<value>(?=[\d -]{6})\d[\d-]{0,10}(?:\s\d{2,6}){0,3})(?![\d-]|\s?(?:ft|feet|in|inches|yards|days)\b)",
            re.IGNORECASE,
        ),
    ),
    (
        "damage_claim_number",
        hinted(
            "claim",
            r"\bclaim(?:\s(?:no\.?|number|#))?\s?[#:]?\s?(?P<value>(?=[A-Z0-9-]{0,12}\d)[A-Z0-9][A-Z0-9-]{4,20})\b",
            re.IGNORECASE,
        ),
    ),
)
SIZE = re.compile(r"^\d{1,3}(?:/\d{1,2})?$|^\d{1,4}(?:ft|in|kva|kv|lf|'|v)$", re.IGNORECASE)


def numbers_told(text: str, start: int, end: int) -> Iterator[Told]:
    """Yield the numbers of orders and things that a sentence names."""
    sentence = text[start:end]
    if not any(map(str.isdigit, sentence)):
        return
    for pattern in (ORDER_NO, ORDER_IS, WORK_ORDER_IS):
        for match in pattern.finditer(sentence):
            kind = match["kind"].lower()
            is_order = kind.startswith(("w", "service")) or kind == "ord"
            is_signed = match["sign"] or match["kind"].lower().endswith("assignment")
            loss = 0.0 if is_order else NUMBERED_LOSS if is_signed else PROJECT_LOSS
            yield _told("work_order_ref", start, match, REF - loss, "order_in_a_sentence")
    small = sentence.lower()
    for field, named in THINGS:
        thing = named.search(sentence, small)
        if thing and not SIZE.match(thing["value"]):
            yield _told(field, start, thing, NUMBER_OF_THING, "number_in_a_sentence")


def _told(field: str, start: int, match: re.Match[str], strength: float, rule: str) -> Told:
    return Told(field, start + match.start("value"), start + match.end("value"), strength, rule)
