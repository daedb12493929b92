"""Texted: who of a thread of messages calls the locate in, and at which number.

`I'll call it in under me, 361-555-0119`: the sender is the caller, and the number behind is his.
"""

import re
from collections.abc import Iterator

from extraction.candidates import Candidate
from extraction.document import Document, Line
from extraction.reading.threads import SENDER
from extraction.values.phones import NUMBER

CALLER = 0.74
ORDER = 24_000
REACH = 80  # characters behind the words in which the number of that person stands
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
    for line in document.lines:
        if line.label == SENDER:
            sender = line
            continue
        said = CALLS_IN.search(line.text) if sender is not None and line.label is None else None
        if said is None or sender is None:
            continue
        if len(sender.text.split()) >= WORDS_MIN:
            yield _made("contact_name", sender, 0, len(sender.text))
        number = NUMBER.search(line.text, said.start(), said.end() + REACH)
        if number:
            yield _made("phone", line, *number.span())


def _made(field: str, line: Line, start: int, end: int) -> Candidate:
    place = line.span(start, end)
    return Candidate(
        field, place.quote, (place,), "finder", CALLER, "caller_of_a_thread", ORDER
    )
