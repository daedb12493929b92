"""Messages: a mail with the mails that it quotes or brings along, the newest first.

What the newest says goes before what an older one said; an older one that is forwarded is
still read, for it often is the order.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extraction.candidates import Candidate
from extraction.document import Document, Line
from extraction.intake import Medium

LINES_MAX = 3_000
FORWARDED_LOSS = 0.04  # for each mail that lies above it
ANSWERED_LOSS = 0.22  # what somebody once wrote, and has been answered
HEADER_REACH = 5
AMENDMENT_CHARACTERS_MAX = 800

AMENDS = re.compile(
    r"\bcorrection\b|\bmy (?:mistake|bad)\b|\bi meant\b|\btypo\b|\b(?:it|that|address|number|street|depth|it'?s) (?:is|should be|should read|should have been)\b[^.]{0,60}\bnot\b"
    r"|\bsorry\b[^.]{0,60}\b(?:is|not|should|meant|wrong)\b|\b(?:everything|all|the rest)(?: else)? (?:is|stays|remains) (?:right|the same|correct|as before|good)\b|\bchange (?:that|the \w+|it) to\b",
    re.IGNORECASE,
)
BANNER = re.compile(
    r"^\W{0,6}-{2,}\s?(?:original|forwarded) message\b|^\W{0,3}begin forwarded message",
    re.IGNORECASE,
)
FROM = re.compile(r"^[>\s*]{0,6}from:\*?\s{0,4}(?P<who>\S.{0,160})$", re.IGNORECASE)
BESIDE_FROM = re.compile(r"^[>\s*]{0,6}(?:sent|date|to|subject):", re.IGNORECASE)
WROTE = re.compile(r"^[>\s]{0,6}on\s.{5,140}\swrote:\s{0,4}$", re.IGNORECASE)
REPLY = re.compile(r"\W{0,3}(?:re|aw|fwd?)\s?:", re.IGNORECASE)
QUOTED = re.compile(r"^\s{0,3}>")

Place = tuple[str, int, int]  # part, page, line


@dataclass(frozen=True, slots=True)
class Message:
    """One of the mails: who wrote it, its lines, and what its values lose for their age."""

    sender: str
    lines: tuple[Line, ...]
    loss: float = 0.0


def messages_of(document: Document) -> list[Message]:
    """Return the mails of a document, the newest first; a letter is one message."""
    sender = next(
        (line.text for line in document.lines if line.label == "From" and _is_header(line)), ""
    )
    lines = [line for line in document.lines[:LINES_MAX] if not _is_header(line)]
    messages, held, loss, answered = [], list[Line](), 0.0, ANSWERED_LOSS
    for index, line in enumerate(lines):
        begun = _begins(lines, index)
        if begun is not None:
            messages.append(Message(sender, tuple(held), loss))
            answered = FORWARDED_LOSS if len(messages) == 1 and amends(held) else answered
            held, sender = [], begun
            loss += answered if WROTE.match(line.text[:200]) else FORWARDED_LOSS
        held.append(line)
    return [*messages, Message(sender, tuple(held), loss)]


def amends(lines: Sequence[Line]) -> bool:
    """Tell if a mail mends what was asked for before, so that the rest of it still holds."""
    text = " ".join(line.text for line in lines if not QUOTED.match(line.text[:10]))
    return len(text) <= AMENDMENT_CHARACTERS_MAX and AMENDS.search(text) is not None


def _is_header(line: Line) -> bool:
    return line.label is not None and line.part.endswith("header")


def _begins(lines: Sequence[Line], index: int) -> str | None:
    """Return who wrote the mail that begins on this line, or None."""
    line = lines[index]
    text = f"{line.label}: {line.text}" if line.label else line.text
    text = text[:300]
    if WROTE.match(text):
        return text
    match = FROM.match(text)
    near = lines[index + 1 : index + 1 + HEADER_REACH]
    beside = [f"{one.label}: {one.text}" if one.label else one.text for one in near]
    if match and sum(BESIDE_FROM.match(one[:60]) is not None for one in beside) > 1:
        return match["who"]
    return None


def newest_first(candidates: Sequence[Candidate], document: Document) -> list[Candidate]:
    """Return the candidates with those from older mails made weaker."""
    if document.medium not in (Medium.MAIL, Medium.TEXT, Medium.HTML):
        return list(candidates)
    losses = _losses(document)
    if not losses:
        return list(candidates)
    return [_aged(candidate, losses) for candidate in candidates]


def _losses(document: Document) -> dict[Place, float]:
    found: dict[Place, float] = {}
    messages = messages_of(document)
    is_amended = len(messages) > 1 and amends(messages[0].lines)
    is_answer = _is_reply(document) or _is_answer(messages)
    quoted_loss = ANSWERED_LOSS if is_answer else FORWARDED_LOSS
    for message in messages:
        for line in message.lines:
            loss = message.loss
            if QUOTED.match(line.text[:10]) and not is_amended:
                loss = max(loss, quoted_loss)
            if loss:
                found[line.part, line.page, line.number] = loss
    return found


def _is_reply(document: Document) -> bool:
    """Say whether the subject tells that this answers an older mail."""
    return any(
        line.label == "Subject" and _is_header(line) and REPLY.match(line.text)
        for line in document.lines
    )


def _is_answer(messages: Sequence[Message]) -> bool:
    """Tell if what is quoted is an older mail, because some line says who wrote it.

    A notice that quotes what it is about, such as the ticket that was answered, does not.
    """
    if len(messages) > 1:
        return True
    lines = messages[0].lines
    return any(WROTE.match(line.text[:200]) or FROM.match(line.text[:200]) for line in lines)


def _aged(candidate: Candidate, losses: dict[Place, float]) -> Candidate:
    places = [(span.part, span.page, span.line) for span in candidate.spans]
    loss = max((losses.get(place, 0.0) for place in places), default=0.0)
    return replace(candidate, strength=candidate.strength - loss) if loss else candidate
