"""Labels without a mark: in a grid, alone in a column, ticked, numbered, or told by their value."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from extraction.labels.concepts import find_label
from extraction.lines.columns import COLUMNS, Grid, cells_in, columns_of
from extraction.lines.mark import FIELD_NUMBER, UNKNOWN_LABEL, Mark
from extraction.lines.segments import segments_in
from extraction.lines.ticks import BOX, statements_in

LEADING_COLUMNS_MAX = 6
UNKNOWN_WORDS_MAX = 4
PREFIX_WORDS_MAX = 3
PREFIXED_MIN = 2  # labelled columns that make a line a row of a form
DASHED = re.compile(
    r"[\s*\u2022-]{0,40}(?:\d{1,3}[.)]\s)?(?P<label>(?:[12](?:st|nd|ST|ND) )?[A-Z][\w #/.'&-]{1,40}?)\*{0,2}"
    r"(?:\s(?:[-\u2013\u2014]{1,2}|>)|[-\u2013\u2014]{1,2}|\s[;,])\s+(?=\S)"
)
ENCLOSED = re.compile(
    r"\s{0,40}(?:\[(?P<square>[^\[\]]{2,40})\]|\((?P<round>[^()]{2,40})\)|<(?P<angle>[^<>]{2,40})>)[ :]{1,20}(?=\S)"
)
IN_BRACKETS = re.compile(
    r"\s{0,40}(?P<label>[A-Z][\w #/.'&-]{1,40}?)\s?(?=\[[^\[\]]{2,200}\]\s{0,20}$)"
)
QUOTED = re.compile(r"\s{0,40}\"(?P<label>[^\"]{2,40})\"\s{0,3}[,;\t]\s{0,3}(?=\S)")

POINT_LABEL = re.compile(
    r"(?<![A-Za-z])(lat(?:itude)?|lon(?:g|gitude)?|lng)\.?\s{1,3}(?=[NSEW+-]?\s?\d{1,3}\.\d{3})",
    re.IGNORECASE,
)
DIGIT = re.compile(r".{0,20}\d")
NUMBERED = frozenset(
    {"pole", "transformer", "meter", "work_order", "work_request", "incident", "ticket", "lot"}
    | {"previous_ticket", "block", "phone", "mobile", "extension", "zip", "number", "depth"}
    | {"duration", "latitude", "longitude", "point"}
)
FREE_TEXT = frozenset({"extent", "marking", "remarks", "directions", "emergency_reason"})
FREE_WORDS_MIN = 4
ANSWERED = frozenset(
    {"is_boring", "is_blasting", "white_lines", "is_trenchless", "is_emergency"}
)
NUMBER_LABEL = re.compile(
    r"\b((?:work order|work request|wo|wr|job|pole|transformer|xfmr|meter|ticket|incident|service order|so)"
    r"\s{0,2}(?:#|no\.|number))\s{0,3}(?=[A-Z0-9-]{0,20}\d)",
    re.IGNORECASE,
)
# `Request No. FM-26-0871` at the head of a form; in a sentence it may be that of any request.
REQUEST_LABEL = re.compile(
    r"(?:^\s{0,40}|(?<=\s\s))((?:service |locate |work )?request\s{0,2}(?:#|no\.|number))\s{0,3}(?=[A-Z0-9-]{0,20}\d)",
    re.IGNORECASE,
)
CHAIN = re.compile(
    r"\s?(?:>{1,2}|-{1,2}>|[/;,|\u2192])\s?(?P<label>[A-Za-z][A-Za-z. ]{0,18}?(?:\s?#|\sno\.?)?)\s?"
    r"(?=[A-Z]{0,3}-?\d[\w-]{2,20}(?:[\s,;/|>)]|$))"
)
CHAINED = re.compile(
    r"(?P<label>[A-Za-z][A-Za-z. ]{0,18}?(?:\s?#|\sno\.?)?)\s(?=[A-Z]{0,3}-?\d[\w-]{2,20}\s?[>/;,|-])"
)
LEADING = {
    "phone": re.compile(
        r"\s{0,40}((?:[A-Za-z]{2,12}\.?\s){1,3})(?=\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4})"
    ),
    "work_order": re.compile(
        r"[#*\s]{0,40}(?:[A-Za-z]{3,20}\s){0,2}(work order|service order|work request|job order|w\.?o\.?|wr)"
        r"\s{1,3}(?=[A-Z]{0,5}-?\d[\w-]{3,20}\s{0,40}(?:$|[,|/>;(\u2013\u2014]|-{1,2}>|-\s))",
        re.IGNORECASE,
    ),
    "email": re.compile(r"\s{0,40}((?:[A-Za-z-]{4,12}\s){1,2})(?=[\w.+-]{1,64}@)"),
}


def in_grid(text: str, grids: Sequence[Grid]) -> Iterator[Mark]:
    """Yield labels that stand where those of other lines do, with a value where theirs do."""
    for start, value, words in cells_in(text, grids):
        label = find_label(words)
        has_gap = text[value - 2 : value] == "  "
        looks_like_one = (
            has_gap
            and UNKNOWN_LABEL.fullmatch(words)
            and len(words.split()) <= UNKNOWN_WORDS_MAX
        )
        if label is not None or looks_like_one:
            yield Mark(start, value, words, label)


def alone_in_column(text: str) -> Iterator[Mark]:
    """Yield known labels that fill a column of their own with a value in the next."""
    for (start, end), (value, _end) in pairwise(columns_of(text)):
        if BOX.match(text, start):
            continue
        number = FIELD_NUMBER.match(text[start:end])
        first = start + (number.end() if number else 0)
        label = find_label(text[first:end]) if end - first > 1 else None
        if label is not None:
            yield Mark(first, value, text[first:end], label)


def stated(text: str) -> Iterator[Mark]:
    """Yield what is ticked or left open by a box before its name: `[X] Boring  [ ] Blasting`."""
    for box, start, end in statements_in(text):
        yield Mark(
            box[0], box[0], text[start:end], find_label(text[start:end]), value_end=box[1]
        )


def segmented(text: str) -> Iterator[Mark]:
    """Yield the labels of a message of one line, if it is a list of segments."""
    for start, value, end, words, label in segments_in(text):
        yield Mark(start, value, words, label, value_end=end)


def dashed(text: str) -> Iterator[Mark]:
    """Yield a known label that begins the line and is set off by a dash."""
    match = DASHED.match(text)
    label = find_label(match["label"]) if match else None
    if match and label is not None:
        yield Mark(match.start("label"), match.end(), match["label"], label)


def enclosed(text: str) -> Iterator[Mark]:
    """Yield a known label that begins the line in brackets, or whose value is all in brackets."""
    if not any(sign in text for sign in '[(<"'):
        return
    match = ENCLOSED.match(text) or QUOTED.match(text)
    words = next(filter(None, match.groups()), "") if match else ""
    if match and BOX.match(text.lstrip()) is None and (label := find_label(words)):
        yield Mark(match.start(), match.end(), words, label)
        return
    match = IN_BRACKETS.match(text)
    label = find_label(match["label"]) if match else None
    if match and label is not None and BOX.match(text, match.end()) is None:
        yield Mark(match.start("label"), match.end(), match["label"], label)


def leading(text: str) -> Iterator[Mark]:
    """Yield a label that begins a column without a mark, if what follows is of its kind."""
    for column in islice(COLUMNS.finditer(text), LEADING_COLUMNS_MAX):
        for concept, pattern in LEADING.items():
            match = pattern.match(text, column.start())
            label = find_label(match[1].strip()) if match else None
            if match and label is not None and label.concept == concept:
                mark = Mark(match.start(1), match.end(1), match[1].strip(), label, is_bare=True)
                yield from _chained(text, mark, column.end())
                return
        first = CHAINED.match(text, column.start())
        label = find_label(first["label"].strip()) if first else None
        if first and label is not None and label.concept in NUMBERED:
            place = first.span("label")
            mark = Mark(*place, text[slice(*place)].strip(), label, is_bare=True)
            marks = list(_chained(text, mark, column.end()))
            if len(marks) > 1:
                yield from marks
                return


def _chained(text: str, mark: Mark, end: int) -> Iterator[Mark]:
    """Yield a label of a number and those that follow it in a chain: `SR 26-118 >> WO 0551`."""
    for match in CHAIN.finditer(text, mark.value_start, end):
        label = find_label(match["label"].strip())
        if label is None or not {label.concept, mark.label and mark.label.concept} <= NUMBERED:
            continue
        yield replace(mark, value_end=match.start())
        place = match.span("label")
        mark = Mark(*place, text[slice(*place)].strip(), label, is_bare=True)
    yield mark


def numbered(text: str) -> Iterator[Mark]:
    """Yield labels that need no mark because they end in one: `WO# 123`, `Pole # 7`."""
    small = text.lower()
    is_signed = "#" in text or "no." in small or "number" in small
    found = [*NUMBER_LABEL.finditer(text)] if is_signed else []
    if is_signed and "request" in small:
        found += REQUEST_LABEL.finditer(text)
    if "l" in small and "." in text:
        found += POINT_LABEL.finditer(text)
    for match in found:
        label = find_label(match.group(1))
        yield Mark(match.start(1), match.end(1), match.group(1), label, is_bare=True)


def prefixed(text: str, marks: Sequence[Mark]) -> Iterator[Mark]:
    """Yield labels that begin a column and have their value behind one blank: `Acct 44120  Lot 4`.

    Only in a row of a form: a line of several columns of which another is labelled too.
    """
    columns = columns_of(text) if "  " in text.strip() else []
    found = [mark for start, end in columns if (mark := _prefix(text, start, end, marks))]
    others = sum(any(start <= mark.start < end for mark in marks) for start, end in columns)
    if len(columns) > 1 and len(found) + others >= PREFIXED_MIN:
        for mark in found:
            end = next(end for start, end in columns if start <= mark.start < end)
            yield from _chained(text, mark, end)


def _prefix(text: str, start: int, end: int, marks: Sequence[Mark]) -> Mark | None:
    if BOX.match(text, start) or any(_has_it(text, start, end, mark) for mark in marks):
        return None
    words = [
        match.span()
        for match in islice(re.finditer(r"\S+", text[start:end]), PREFIX_WORDS_MAX + 1)
    ]
    for count in range(min(PREFIX_WORDS_MAX, len(words) - 1), 0, -1):
        at = start + words[count - 1][1]
        label = find_label(text[start:at])
        if label is not None:
            fits = _fits(label.concept, text[at:end].strip())
            return Mark(start, at, text[start:at], label, is_bare=True) if fits else None
    return None


def _has_it(text: str, start: int, end: int, mark: Mark) -> bool:
    """Say whether this mark stands in a column, or has its value there."""
    is_its_value = (
        mark.start < mark.value_start < end and not text[mark.value_start : start].strip()
    )
    return start <= mark.start < end or is_its_value


def _fits(concept: str, value: str) -> bool:
    """Is this the kind of value that such a label has, and not the rest of a name?"""
    if concept in NUMBERED:
        return DIGIT.match(value) is not None
    if concept in ANSWERED:
        return value.lower().rstrip(".") in ("y", "n", "yes", "no")
    if concept in FREE_TEXT and len(value.split()) < FREE_WORDS_MIN:
        return False
    return concept != "address_2" and not value.lower().startswith(
        ("(", "of ", "and ", "& ", "or ", "to ", "is ")
    )
