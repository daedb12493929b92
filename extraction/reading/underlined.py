"""Underlined: on a form to be filled in by hand or machine, a value stands on a line of its own.

`Street address ____________  City ________`: what stands on one rule is one value, however wide
its blanks are, and what stands before the rule is the label. A rule counts if words that name
something stand right before it; the edges of boxes and the lines under headings do not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from extraction.labels.concepts import LABEL_WORDS_MAX
from extraction.reading.cells import Cell, Edge
from extraction.reading.titles import meaning_of

SHORT, LONG = 24.0, 520.0  # points: of a line to write on
ABOVE, UNDER = 0.35, 0.6  # of the height of a word: how far its foot may be from the line
SIDE = 4.0  # points by which a word may stand out beyond the ends of the line
BEFORE = 90.0  # points between a label and the line that it stands before
NAME_WORDS_MAX = 3  # of a label that is not known; more are a sentence with blanks to fill in
BLANK = 0.9  # of the height: words of a label are no further apart
RULES_MIN = 2  # lines behind known labels that make a page a form of this kind
RULES_MAX = 400
WORDS_MAX = 4_000

Slot = tuple[list[Cell], list[Cell]]  # the words of a label, and those on the line behind it


def parted_by_lines(
    words: Iterable[Cell], levels: Sequence[Edge], uprights: Sequence[Edge]
) -> tuple[list[Cell], list[Cell]]:
    """Return the words that stand on no line, and the values of lines, each as one cell.

    A label that has a line gets the colon that the line stands for.
    """
    given = list(words)
    rules = [r for r in levels[:RULES_MAX] if SHORT <= r.end - r.start <= LONG]
    rules = [r for r in rules if not _is_edge(r, uprights)]
    if not rules or len(given) > WORDS_MAX:
        return given, []
    slots = [slot for rule in rules if (slot := _slot(rule, given))]
    filled = [slot for slot in slots if slot[1]]
    known = [slot for slot in filled if _is_known(slot[0])]
    # Where most lines stand behind no label that is known, they rule off and are not written on.
    if len(known) < RULES_MIN or 2 * len(known) < len(filled):
        return given, []
    slots += _short_slots(slots, given)
    taken: set[int] = set()
    values, ends = [], set()
    for label, written in slots:
        own = [word for word in written if id(word) not in taken]
        taken |= {id(word) for word in own}
        if own:
            values.append(_joined(own))
        if _is_known(label) or (own and _is_name(label)):
            ends.add(id(label[-1]))
    rest = [word for word in given if id(word) not in taken]
    return [_with_colon(word) if id(word) in ends else word for word in rest], values


def _is_edge(rule: Edge, uprights: Sequence[Edge]) -> bool:
    """Is this rule a side of a box: does an upright rule meet one of its ends?"""
    return any(
        min(abs(one.at - rule.start), abs(one.at - rule.end)) <= SIDE
        and one.start - SIDE <= rule.at <= one.end + SIDE
        for one in uprights
    )


def _slot(rule: Edge, words: Sequence[Cell]) -> Slot | None:
    """Return the label before a rule and the words on it, if there is a label."""
    level = [w for w in words if -ABOVE * w.height <= rule.at - w.bottom <= UNDER * w.height]
    written = [w for w in level if rule.start - SIDE <= w.x0 and w.x1 <= rule.end + SIDE]
    if any(w.x0 < rule.start - SIDE < w.x1 - SIDE for w in level):
        return None
    before = sorted((w for w in level if w.x1 <= rule.start + SIDE), key=_right)
    label: list[Cell] = []
    for word in reversed(before):
        reach = BEFORE if not label else BLANK * word.height
        edge = label[-1].x0 if label else rule.start
        if edge - word.x1 > reach:
            break
        label.append(word)
    return (label[::-1], sorted(written, key=_left)) if label else None


def _short_slots(slots: Sequence[Slot], words: Sequence[Cell]) -> list[Slot]:
    """Return the labels further on in a row with their numbers: too short a line was not seen."""
    held = {id(word) for label, written in slots for word in (*label, *written)}
    found: list[Slot] = []
    for _label, written in slots:
        if not written:
            continue
        last = written[-1]
        run = [w for w in words if w.x0 > last.x1 and _is_level(last, w)]
        run = _first_run([w for w in sorted(run, key=_left) if id(w) not in held])
        for count in range(min(LABEL_WORDS_MAX, len(run)), 0, -1):
            value = run[count:]
            is_number = len(value) <= NAME_WORDS_MAX and (
                not value or value[0].text[:1].isdigit()
            )
            if is_number and meaning_of(" ".join(w.text for w in run[:count])) is not None:
                found.append((run[:count], value))
                held |= {id(word) for word in run}
                break
    return found


def _is_level(one: Cell, other: Cell) -> bool:
    return abs(one.middle - other.middle) <= ABOVE * one.height


def _first_run(words: Sequence[Cell]) -> list[Cell]:
    """Return the first words of a row that stand together."""
    run = list(words[:1])
    for word in words[1:]:
        if word.x0 - run[-1].x1 > BLANK * word.height:
            break
        run.append(word)
    return run


def _is_known(label: Sequence[Cell]) -> bool:
    """Do the last words before a rule name what is written on it?"""
    texts = [word.text for word in label[-LABEL_WORDS_MAX:]]
    names = (" ".join(texts[at:]).rstrip(": ") for at in range(len(texts)))
    return any(meaning_of(name) is not None for name in names)


def _is_name(label: Sequence[Cell]) -> bool:
    first = label[0].text[:1]
    return len(label) <= NAME_WORDS_MAX and (first.isupper() or first.isdigit())


def _with_colon(word: Cell) -> Cell:
    return word if word.text.endswith((":", "?")) else replace(word, text=f"{word.text}:")


def _joined(words: Sequence[Cell]) -> Cell:
    cell = words[0]
    for word in words[1:]:
        cell = cell.joined(word)
    return replace(cell, is_bold=all(word.is_bold for word in words))


def _left(word: Cell) -> float:
    return word.x0


def _right(word: Cell) -> float:
    return word.x1
