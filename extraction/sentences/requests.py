"""Requests: does a text ask for lines to be marked, or plan to dig, and not only speak of it?

`Put another one in for us`, `we ask that facilities be marked`, `crew has to replace a service`: the
wording is anybody's. What is said to everybody (`call 811 before you dig`), what only might be and
what has been done asks for nothing.
"""

import re
from collections.abc import Iterator

from extraction.document import Document
from extraction.intake import Medium
from extraction.values.alternatives import any_of

TEXT_CHARACTERS_MAX = 60_000
SENTENCE_CHARACTERS_MAX = 1_000  # before and behind the words, in which their sentence stands

ENTERS = (
    r"(?:put|turn|send|get|enter|submit|need|want|schedule|set\sup|arrange|require|renew|refresh)(?:ed|s|ing)?|(?:call|phone)(?:ed|ing)?\s(?:in|for)"
    r"|(?:open|file|place|create|call|phone)\s(?:an?|another|the|new|this|your|our)|(?<!work\s)(?:request|order)|appreciate|like"
)
LOCATE = (
    r"(?:(?:line\s|utility\s)?locates?|locating|811|(?:dig|locate|locating|one[- ]?call|811|emergency)\stickets?|mark[- ]?outs?|marks|markings"
    r"|design\s(?:locates?|tickets?|requests?))"
)
LINES = r"(?:lines?|utilit(?:y|ies)|facilities|services?|mains?|cables?|pipes?|everything|area|site|yard|property|them|it|(?:gas|water|electric|sewer|fiber))"
MARKED = r"(?:marked|located|spotted|flagged|painted)"
TICKET_IN = (
    r"(?:put|call|turn|get|enter|send|phone)(?:ed|ing)?\s(?:(?:me|us|in|up)\s){0,2}(?:an?|the|this|that|it|another|one|new)\s(?:\w+\s){0,3}?"
    r"(?:ticket|locate|request|one|in)\b"
)
# Of these one stands in whatever asks; a text without any is looked through no further.
WORDS_OF_ASKING = (
    "locat",
    "811",
    "ticket",
    "mark",
    "spot",
    "flag",
    "paint",
    "request",
    " one",
    " in",
)
ASKS = re.compile(
    rf"\b(?:{ENTERS})\b[^.;\n]{{0,40}}?\b{LOCATE}\b"
    r"|\b(?:need|want|get|have)\b[^.;\n]{0,30}?\b(?:one|another|ticket|it|this)\b[^.;\n]{0,12}?\bcalled\sin\b"
    rf"|\b{LOCATE}\b[^.;\n]{{0,24}}?\b(?:needed|wanted|please|asap|(?<!been\s)(?<!were\s)(?<!be\s)requested(?!\sby\b)|required(?!\sby\slaw))\b"
    r"|\b(?:dig|new|locate)\stickets?\s(?:please|needed)\b"
    rf"|\b(?:have|get|want|like|need|appreciate|request|ask)\b[^.;]{{0,80}}?\b(?:{LINES})\b[^.;]{{0,40}}?\b{MARKED}\b"
    rf"|\b(?:request|ask)(?:s|ing)?\sthat\b[^.;]{{0,80}}?\bbe\s(?:\w+\s)?{MARKED}\b"
    rf"|\b(?:please|kindly|to|can\syou|could\syou|someone|somebody)\s(?:come\s|go\s)?(?:out\sand\s|by\sand\s|and\s)?(?:have\s(?:them|someone|your\s\w+)\s)?(?:mark|locate|spot)\s"
    rf"(?=[^.;]{{0,60}}?\b(?:{LINES})\b)"
    rf"|\b(?:can|could|would|will)\s(?:you|someone|somebody|y'?all)\b[^.;?]{{0,12}}?\b{TICKET_IN}"
    rf"|\bplease\s{TICKET_IN}",
    re.IGNORECASE,
)
ACTS = (
    r"(?:bor(?:e|ing)|trench|excavat|dig|install|plac(?:e|ing)|replac|relocat|widen|auger|set(?:ting)?\b|repair|construct|plow|bury|burying|lower|remov|drill|lay|extend"
    r"|pothol|expos|tap\b|renew|rebuild|reconstruct|open[- ]?cut|hydro|cut\sin|tie\sin|run(?:ning)?\s(?:a|the|new|\d)|put(?:ting)?\sin)"
)
DONE_LATER = r"(?:scheduled|planned|set|slated|to\s(?:start|begin)|will\s(?:start|begin|take)|expected|starts?|begins?)"
PLANS = re.compile(
    r"\b(?:will|shall|must|proposes?\sto|plan(?:s|ning)?\sto|intend(?:s|ing)?\sto|going\sto|need(?:s|ed)?(?:\sy'?all|\syou|\sthem)?\sto|gonna|wants?\sto|scheduled\sto|set\sto"
    r"|we'll|they'll|i'll|is\sto|are\sto|ha(?:s|ve)\s(?:got\s)?to|'ve\sgot\sto|got\sto|about\sto|looking\sto|getting\sready\sto|supposed\sto|please(?:\sgo\sahead\sand)?|(?:authorized|directed|released|approved|ordered)\sto)\b"
    rf"[^.;]{{0,40}}?\b{ACTS}"
    rf"|\b(?:we|i|crews?|they|contractor)(?:'re|'m|\sare|\sam|\sis)\s(?:\w+\s)?(?:{ACTS}\w{{0,4}}ing|setting|boring|digging|placing|laying)\b"
    rf"|\b(?:requests?|requires?|directs?|asks?)\s(?:that\s)?(?:your?|the|its)\b[^.;]{{0,40}}?\b{ACTS}"
    r"|\b(?:relocation|work|installation|construction)\smust\sbe\s(?:complete|finished|done)"
    r"|\b(?:installation|replacement|construction|relocation|repair|excavation|boring|trenching|removal|placement|extension)\s(?:of\s)?"
    rf"[^.;]{{0,120}}?\b(?:is|are)?\s?{DONE_LATER}\b",
    re.IGNORECASE,
)
# What is said to everybody, what something costs, and what only might be.
OF_NOBODY = any_of(
    r"before (?:you|they|anyone|any) (?:dig|digs|start|begin|will dig|digging)|before digging|always call|\bremember to\b|\bremind(?:ed|er|s)?\b|don't forget|every time you|know what'?s below"
    r"|for free\b|\bfree service|\bat no cost|required by law|state law requires|how much\b|\bcost to\b|price for|do (?:i|we|you) (?:need|have) to|if you (?:need|plan|want|are)"
    r"|\bhow to\b|whether\b|\bhow to\b|\banyone who\b|anyone planning|homeowners? (?:should|must|can)|thank you for (?:requesting|calling|submitting|your)|no need to|does not need|do not need|don't need",
)
NOTE_LINES_MAX = 30
SIGNED = re.compile(
    r"\W{0,3}(?:dear|to whom|sincerely|regards|thank(?:s| you))\b.{0,30}[,:.]?\s{0,9}$",
    re.IGNORECASE,
)
ENDS = re.compile(r"[.!?;]\s|\n\s{0,20}\n")


def asks_for_a_locate(text: str) -> bool:
    """Tell if somebody asks in this text for lines to be marked or a ticket to be placed."""
    text = text[:TEXT_CHARACTERS_MAX]
    if not any(map(text.lower().__contains__, WORDS_OF_ASKING)):
        return False
    return any(not _is_of_nobody(text, match) for match in ASKS.finditer(text))


def is_noted(document: Document) -> bool:
    """Tell if this is a short note in which somebody asks for a locate: each line of it counts."""
    lines = [line for line in document.lines if line.text.strip()]
    if document.medium is not Medium.TEXT or not 0 < len(lines) <= NOTE_LINES_MAX:
        return False
    is_signed = any(SIGNED.match(line.text[:SENTENCE_CHARACTERS_MAX]) for line in lines)
    return not is_signed and asks_for_a_locate(document.text)


def plans_to_dig(text: str) -> bool:
    """Tell if somebody is going to work in the ground: a plan, and no report or rule."""
    text = text[:TEXT_CHARACTERS_MAX]
    return any(not _is_of_nobody(text, match) for match in PLANS.finditer(text))


def _is_of_nobody(text: str, match: re.Match[str]) -> bool:
    """Tell if the sentence in which this stands is said to everybody, or only supposes."""
    return OF_NOBODY.search(" ".join(_sentence(text, match)).lower()) is not None


def _sentence(text: str, match: re.Match[str]) -> Iterator[str]:
    first = max(0, match.start() - SENTENCE_CHARACTERS_MAX)
    starts = [end.end() for end in ENDS.finditer(text, first, match.start())]
    stop = ENDS.search(text, match.end(), match.end() + SENTENCE_CHARACTERS_MAX)
    begin = starts[-1] if starts else first
    yield from text[begin : stop.start() if stop else match.end()].split()
