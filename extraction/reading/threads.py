"""Threads: messages between people, each with its sender and time, made into plain paragraphs.

`Ann Lee   Tue 7:14 AM` over its words, or `[11/18/26, 7:14 AM] Ann Lee: ...`. The sender becomes a line with
a label, what one person sends in a row one paragraph, and the answer to `Cross street?` its value.
Every line keeps its number, and its words the place where they stand.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extraction.document import Document, Line
from extraction.labels.concepts import find_label

SENDER = "Texted by"  # the label of a line that names who sent what follows
LINES_MAX = 2_000
LINE_CHARACTERS_MAX = 2_000
MESSAGES_MIN = 3
SENDERS_MIN = 2
ANSWER_WORDS_MAX = 7
QUESTION_WORDS_MAX = 8
MEASURE_FIRST = re.compile(
    r"\s{0,200}(?:about\s|maybe\s)?\d[\w.'\"-]{0,6}(?:\s[\w'\"-]{1,10}){0,2}(?=,\s)"
)
QUESTION = re.compile(
    r"(?:(?:ok|okay|and|so|also|then|now)[\s,.]{1,3}){0,3}(?:what|which|where|how|who)(?:'?s)?\b",
    re.IGNORECASE,
)
NEXT_SENTENCE = re.compile(
    r"(?<!\b[A-Z])(?<!\b(?:St|Dr|Rd|Ln|Ct|Mr|Ms|ft|in))[.!;]\s(?=\S)|\.\s(?=[a-z]{2,12}\sis\s)"
)

DAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|today|yesterday)"
DATE = rf"(?:(?:{DAY},?\s)?(?:\d{{1,2}}[/.-]\d{{1,2}}(?:[/.-]\d{{2,4}})?|[A-Z][a-z]{{2,8}}\s\d{{1,2}}(?:,?\s\d{{4}})?)|{DAY})"
WHEN = rf"(?:{DATE},?\s(?:at\s)?)?\d{{1,2}}:\d{{2}}(?::\d{{2}})?\s?(?:[ap]\.?m\.?)?"
WHO = r"(?P<who>[A-Z][\w.'\u2019-]{0,20}(?:\s[A-Z][\w.'\u2019-]{0,20}){0,3}(?:\s?\([^()]{2,24}\))?)"
HEADS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\s{{0,3}}{WHO}[\s,|\u2022-]{{1,20}}[\[(]?(?i:{WHEN})[\])]?\s{{0,3}}:?$",
        rf"\s{{0,3}}[\[(]?(?i:{WHEN})[\])]?[\s,|\u2022-]{{1,20}}{WHO}\s{{0,3}}:?$",
        rf"\s{{0,3}}[\[(](?i:{WHEN})[\])]\s{{0,3}}{WHO}\s?:\s",
        rf"\s{{0,3}}(?i:{WHEN})\s{{1,3}}(?:-\s)?{WHO}\s?:\s",
        rf"\s{{0,3}}{WHO}\s{{1,3}}[\[(]?(?i:{WHEN})[\])]?\s?:\s",
    )
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a thread: who sent it, where that stands, and its lines."""

    sender: Line
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return " ".join(line.text.strip() for line in self.lines)


def with_threads(document: Document) -> Document:
    """Return the document with a thread of messages read as paragraphs; any other as it is."""
    lines = document.lines[:LINES_MAX]
    heads = _heads_in(lines)
    if not heads:
        return document
    before = lines[: min(heads)]
    rest = document.lines[LINES_MAX:]
    return replace(document, lines=(*before, *_told(_messages(lines, heads)), *rest))


def is_thread(document: Document) -> bool:
    """Say whether this was read as a thread of messages."""
    return any(line.label == SENDER for line in document.lines)


def _heads_in(lines: Sequence[Line]) -> dict[int, re.Match[str]]:
    """Return the lines that begin a message, by the form that most of them have; none if few."""
    for form in HEADS:
        found = {
            n: match
            for n, line in enumerate(lines)
            if line.label is None
            and line.box is None
            and ":" in line.text
            and (match := form.match(line.text[:LINE_CHARACTERS_MAX]))
        }
        senders = {match["who"] for match in found.values()}
        if len(found) >= MESSAGES_MIN and len(senders) >= SENDERS_MIN:
            return found
    return {}


def _messages(lines: Sequence[Line], heads: dict[int, re.Match[str]]) -> Iterator[Message]:
    """Yield the messages, what one person sends in a row as one."""
    held: Message | None = None
    starts = sorted(heads)
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        match, line = heads[start], lines[start]
        sender = replace(line, text=_only(line.text, *match.span("who")), label=SENDER)
        first = replace(line, text=_only(line.text, match.end(), len(line.text)))
        words = tuple(one for one in (first, *lines[start + 1 : stop]) if one.text.strip())
        if held is not None and held.sender.text.strip() == sender.text.strip():
            held = Message(held.sender, (*held.lines, *words))
            continue
        if held is not None:
            yield held
        held = Message(sender, words)
    if held is not None:
        yield held


def _only(text: str, start: int, end: int) -> str:
    """Return a piece of a line where it stands, with blanks before it."""
    return " " * start + text[start:end]


def _told(messages: Iterator[Message]) -> Iterator[Line]:
    """Yield the lines of the messages; what answers a label is its value."""
    asked = ""
    for message in messages:
        yield message.sender
        is_answer = asked and len(message.lines) == 1
        cut = _end_of_answer(message.lines[0].text) if is_answer else 0
        if cut and len(message.lines[0].text[:cut].split()) <= ANSWER_WORDS_MAX:
            line = message.lines[0]
            yield replace(line, text=line.text[:cut], label=asked)
            if line.text[cut:].strip():
                yield replace(line, text=_only(line.text, cut, len(line.text)))
        else:
            yield from message.lines
        asked = _asked(message.text)


def _end_of_answer(text: str) -> int:
    """Return where the first sentence ends: `Tom Green. Closest corner is ...`."""
    stop = NEXT_SENTENCE.search(text)
    end = stop.start() if stop else len(text)
    if len(text[:end].split()) > ANSWER_WORDS_MAX:  # `30 inches, replacing the line from ...`
        measure = MEASURE_FIRST.match(text)
        return measure.end() if measure else end
    return end


def _is_question(text: str) -> bool:
    """Tell if a short message asks although it has no mark: `how many days`."""
    words = re.split(r"[.!?]\s", text.strip())[-1]
    return len(words.split()) <= QUESTION_WORDS_MAX and QUESTION.match(words) is not None


def _asked(text: str) -> str:
    """Return the label that a message asks for: `Cross street?`, `Ok and the depth?`."""
    if not text.rstrip().endswith("?") and not _is_question(text):
        return ""
    words = re.split(r"[.!?]\s", text.rstrip(" ?"))[-1].split()
    return next(
        (
            " ".join(words[at:])
            for at in range(max(0, len(words) - 4), len(words))
            if len(words) - at <= len(words) and find_label(" ".join(words[at:])) is not None
        ),
        "",
    )
