"""Texted: who of a thread of messages calls the locate in, and at which number.

`I'll call it in under me, 361-555-0119`: the sender is the caller, and the number behind is his.
"""

import re
from collections.abc import Iterator, Sequence

from extraction.candidates import Candidate
from extraction.document import Document, Line
from extraction.reading.threads import SENDER
from extraction.values.phones import NUMBER

CALLER = 0.74
ORDER = 24_000
REACH = 80  # characters behind the words in which the number of that person stands
YOU_CALL = re.compile(
    r"\b(?:with\s)?you\s(?:as|for)\s(?:the\s|our\s)?(?:site\s)?(?:contact|caller)\b|\b(?:put|list)\syou\s(?:down|as)\b|\bunder\syour\sname\b",
    re.IGNORECASE,
)
YOUR_NUMBER = re.compile(r"\byour\s(?:cell|number|phone|mobile)\b[^.?\d]{0,24}$", re.IGNORECASE)
DENIES = re.compile(r"\W{0,3}(?:no\b|nope|nah|new\b|not\b|it'?s\b|changed)", re.IGNORECASE)
WORDS_MIN = 2  # of the name of a person
CALLS_IN = re.compile(
    r"\b(?:i\s?['\u2019]?ll|i\swill|i\scan|i['\u2019]?m\s(?:going\sto|gonna)|let\sme)\s(?:\w+\s){0,2}?(?:call|put|turn|get|enter|submit)\s"
    r"(?:it|this|that|them|one|the\s(?:ticket|locates?))\s?(?:in|up)?\b"
    r"|\bunder\s(?:me|my\sname)\b|\bput\s(?:it\s(?:in\s)?under\s)?(?:me|my\sname)\b|\buse\smy\sname\b",
    re.IGNORECASE,
)


def texted(document: Document) -> Iterator[Candidate]:
    """Yield the person who calls the locate in, with his number."""
    sender: Line | None = None
    yield from _put_down(document)
    for line in document.lines:
        if line.label == SENDER:
            sender = line
            continue
        said = CALLS_IN.search(line.text) if sender is not None and line.label is None else None
        if said is None or sender is None or YOU_CALL.search(line.text):
            continue
        if len(sender.text.split()) >= WORDS_MIN:
            yield _made("contact_name", sender, 0, len(sender.text))
        number = NUMBER.search(line.text, said.start(), said.end() + REACH)
        if number:
            yield _made("phone", line, *number.span())


def _put_down(document: Document) -> Iterator[Candidate]:
    """Yield the one who is put down by the other as the contact, with the number asked about."""
    senders = [line for line in document.lines if line.label == SENDER]
    told = [line for line in document.lines if line.label != SENDER]
    line = next((one for one in told if senders and YOU_CALL.search(one.text)), None)
    if line is None:
        return
    writer = {s.text.strip() for s in [s for s in senders if s.number <= line.number][-1:]}
    other = next((s for s in senders if s.text.strip() not in writer), None)
    if other is not None and len(other.text.split()) >= WORDS_MIN:
        yield _made("contact_name", other, 0, len(other.text))
    yield from _asked_number(line, told)


def _asked_number(line: Line, told: Sequence[Line]) -> Iterator[Candidate]:
    """Yield the number of `your cell still 512-...?`; that of the answer, if the answer is no."""
    asked = [
        m for m in NUMBER.finditer(line.text) if YOUR_NUMBER.search(line.text[: m.start()])
    ]
    answer = next((one for one in told if one.number > line.number and one.text.strip()), None)
    if answer is not None and DENIES.match(answer.text.strip()):
        number = NUMBER.search(answer.text)
        line = answer
    else:
        number = asked[0] if asked else None
    if asked and number:
        yield _made("phone", line, *number.span())


def _made(field: str, line: Line, start: int, end: int) -> Candidate:
    place = line.span(start, end)
    return Candidate(
        field, place.quote, (place,), "finder", CALLER, "caller_of_a_thread", ORDER
    )
