"""Doubts: words before or behind a yes or a no that leave it open.

What the law asks is answered only by what is so without a condition. `No, unless rock is hit`,
`Yes, by Friday` for paint, or what others have bored before, answers nothing.
"""

import re

from extraction.values.alternatives import any_of

DOUBT = re.compile(
    r"\b(?:un|(?:not|n't)\s(?:yet\s)?(?:been\s)?)(?:sure|certain|decided|known|determined)\b|\bundetermined\b"
    r"|\b(?:maybe|perhaps|(?<!as soon as )possib(?:le|ly|ilit(?:y|ies))|potential(?:ly)?|probabl[ey]|likely|pending|tb[ad]|depend(?:s|ing))\b"
    r"|\b(?:not|n't)\s(?:yet\s)?(?:been\s)?(?:entered|provided|given|specified|stated|answered|filled\sin|indicated|supplied|recorded|selected|reported)\b"
    r"|\bt\.b\.[ad]\.|\bto\sbe\s(?:determined|decided|confirmed|announced|advised|discussed)\b"
    r"|\b(?:we|i|they)\s(?:think|believe|guess|hope|assume)\b|\bsee\s(?:the\s|attached\s)?(?:notes?|remarks?|comments?|below|above)\b|\(\s?\?{1,3}\s?\)",
    re.IGNORECASE,
)
CONDITION = any_of(
    r"\bif\b|\bwhether\b|\bunless\b|\bexcept\b|\bin case\b|\bin the event\b|\bprovided that\b"
    r"|\bshould (?:we|it|they|the|rock)\b|\bonly (?:when|where|as)\b"
    r"|\bas (?:needed|required|necessary)\b|\bwhen (?:needed|required|necessary)\b"
    r"|\bwhere(?:ver)? (?:needed|required|necessary)\b"
)
# `Bore under Main, call Bob if anything comes up`: the condition is of the call.
OF_A_CALL = re.compile(
    r"\b(?:call|contact|notify|phone|text|ask|stop|e-?mail)\b[^,.;]{0,60}$", re.IGNORECASE
)
MAY_BE = re.compile(r"[^.;,]{0,25}\b(?:may|might|could)\b(?!\s\d)", re.IGNORECASE)
OF_OTHERS = re.compile(
    r"\bby (?:others|(?:an)?other \w+)\b|\bothers will\b|\b(?:previous(?:ly)?|prior|former) (?:contractor|crew|owner|company|bor\w+|blast\w+|project|job)\b"
    r"|\b(?:an)?other (?:contractor|company|crew)\b|\blast (?:year|month|spring|summer|fall|winter)\b|\b(?:years?|months?) ago\b"
    r"|\bnext (?:year|phase)\b|\b(?:in the|a) future\b|\bfuture (?:phase|project|work)\b|\blater (?:date|phase|time)\b",
    re.IGNORECASE,
)
DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
NOT_YET_PAINTED = re.compile(
    rf"\b(?:by|on|this|next|come)\s{DAY}\b|\bby\s(?:noon|eod|cob|end\sof|tonight|\d{{1,2}}[:/-]\d|\d{{1,2}}\s?[ap]m|the\s(?:end|time|start))\b"
    r"|\b(?:tomorrow|tonight|soon|later)\b|\bnext\s(?:week|month)\b|\b(?:before|prior\sto|when)\s(?:the\s|we\s|any\s)?(?:start|dig|work|excavat|locat|crew|mark|arriv)\w*"
    r"|\b(?:will|to\sbe|shall|going\sto)\b",
    re.IGNORECASE,
)
OF_A_NEIGHBOR = re.compile(
    r"\bneighbo\w*|\bnext door\b|\badjoining\b|\b(?:other|another|previous) (?:lot|site|contractor|company|crew|job|ticket)\b",
    re.IGNORECASE,
)
# `Mark the white lined area`: an order that takes the paint for granted, and no statement.
AREA_TO_MARK = re.compile(
    r"\b(?:mark|locate|spot|flag|within|inside)\b[^.;,]{0,40}\bwhite[- ]?lined (?:area|route|path|limits|zone|section|site|portion)",
    re.IGNORECASE,
)
WHITE = "white_lines_painted"


def is_doubtful(text: str) -> bool:
    """Say whether any word here puts it in doubt or under a condition."""
    if DOUBT.search(text):
        return True
    small = text.lower()
    return any(
        not OF_A_CALL.search(small[max(0, found.start() - 80) : found.start()])
        for found in CONDITION.finditer(small)
    )


def is_left_open(field: str, before: str, behind: str) -> bool:
    """Say whether the words around a thing that is stated leave it open."""
    clause = f"{before} {behind}"
    if is_doubtful(clause) or MAY_BE.match(behind):
        return True
    if field != WHITE:
        return OF_OTHERS.search(clause) is not None
    return OF_A_NEIGHBOR.search(clause) is not None or (
        NOT_YET_PAINTED.search(behind.partition(",")[0]) is not None
    )


def is_answer_open(field: str, raw: str) -> bool:
    """Say whether what stands beside a plain yes or no leaves it open."""
    is_later = field == WHITE and NOT_YET_PAINTED.search(raw) is not None
    is_order = field == WHITE and AREA_TO_MARK.search(raw) is not None
    return "?" in raw or is_later or is_order or is_left_open(field, "", raw)
