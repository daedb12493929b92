"""Labels that only their row completes: `Addr: From: 12`, `Between: Elm St  and: Ash St`."""

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.extraction import Span
from extraction.document import Line
from extraction.labels.concepts import Label, find_label, name_of
from extraction.labels.questions import stated_by
from extraction.lines.blocks import LEVEL_SLACK
from extraction.lines.mark import Mark
from extraction.lines.marks import PLAIN_WORDS
from extraction.values.trades import is_company

AND = re.compile(r"\s{0,9}(?:and|&)\s{2,40}(?P<street>\S.{2,60})", re.IGNORECASE)
KIND_OF_TICKET = re.compile(
    r"(?:emergency|routine|normal|standard|update|no response|demolition|design)"
    r"(?: (?:ticket|request|locate|notice))?",
    re.IGNORECASE,
)
OF_A_PLACE = frozenset(["city", "state", "zip"])
NAME_OF_COUNTY = re.compile(r"[A-Za-z][A-Za-z .'-]{2,30}")
ROW_REACH = 4  # labels before one in which that which it belongs to is sought


def completed(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """Return the marks of a line; `CO` beside a state, a town or a ZIP code is the county."""
    places = {mark.label.concept for mark in marks if mark.label is not None}
    if places.isdisjoint(OF_A_PLACE):
        return list(marks)
    ends = [*(mark.start for mark in marks[1:]), len(text)]
    return [
        replace(mark, label=Label("county"))
        if mark.label is None
        and name_of(mark.words) == "co"
        and NAME_OF_COUNTY.fullmatch(text[mark.value_start : end].strip())
        and not is_company(text[mark.value_start : end].strip())
        else mark
        for mark, end in zip(marks, ends, strict=True)
    ]


def level_of(line: Line) -> float:
    """Return how far down the document a line stands: headings at one level are one row."""
    # Pages lie far apart, so that the top of one is never level with the top of another.
    return line.page * 1e6 + (line.box[1] if line.box else line.number * 100)


def qualified(lines: Sequence[Line], index: int) -> Label | None:
    """Read a plain label with that before it in its row, if that has no value: `Addr: From: 12`."""
    line = lines[index]
    if line.box is None or (line.label or "").lower().strip(" :") not in PLAIN_WORDS:
        return None
    for before in reversed(lines[max(0, index - ROW_REACH) : index]):
        if before.label is None or level_of(before) + LEVEL_SLACK < level_of(line):
            return None
        if not before.text.strip(" :") and before.label.lower() not in PLAIN_WORDS:
            return find_label(f"{before.label} {line.label}")
    return None


def street_behind_and(lines: Sequence[Line], index: int) -> Span | None:
    """Return the street of `and    Ash St` below `Between: Elm St`."""
    before = lines[index - 1].label if index else None
    found = AND.fullmatch(lines[index].text) if before and lines[index].label is None else None
    first = find_label(before) if found and before else None
    is_second = first is not None and first.concept == "cross_1"
    return lines[index].span(*found.span("street")) if found and is_second else None


def second_of_two(lines: Sequence[Line], index: int) -> Label | None:
    """Return what `and` asks for behind `between`: the other street."""
    before = lines[index - 1].label if index else None
    is_and = name_of(lines[index].label or "") in ("and", "to")
    first = find_label(before) if is_and and before else None
    return Label("cross_2") if first and first.concept == "cross_1" else None


def stated_of(line: Line) -> Label | None:
    """Return what a label that no table knows asks, by its answer: yes or no, a kind of ticket."""
    concept = stated_by(line.label or "", line.text)
    if concept is not None:
        return Label(concept)
    is_kind = name_of(line.label or "") == "kind" and KIND_OF_TICKET.fullmatch(
        line.text.strip()
    )
    return Label("ticket_type", is_guessed=True) if is_kind else None
