"""Pairs of a label and its value, each with the role of its block.

Labels stand before a colon or an equals sign, alone in a column, or come with the line from
the structure of the document. The value ends where the next label begins, known or not; a
blank label has no value.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extraction.document import Document, Line
from extraction.keys import Leaf, pairs_of_leaves
from extraction.labels.claims import OF_A_PARTY, OF_A_RECIPIENT, OPENERS
from extraction.labels.concepts import Label, find_label, name_of
from extraction.labels.questions import stated_by
from extraction.lines.ambiguous import meant, unit_of
from extraction.lines.blocks import Blocks
from extraction.lines.mark import Mark
from extraction.lines.marked import Text
from extraction.lines.pair import Pair, joined
from extraction.lines.quoted import unquoted_lines
from extraction.lines.reach import Piece, Reach, below, in_its_line, kind_of_more, place_below
from extraction.lines.row_labels import (
    level_of,
    qualified,
    second_of_two,
    stated_of,
    street_behind_and,
)
from extraction.lines.spacing import closed_up_lines
from extraction.lines.tables import Cell, Tables
from extraction.roles import Role, role_of_name

__all__ = ["Pair", "pairs_of"]

OF_ONE_OBJECT = frozenset({"id", "name", "type", "number"})
AT_A_SITE = (Role.SITE, Role.ONSITE)
SENT_ON = OF_A_PARTY | OF_A_RECIPIENT
DIGGER = re.compile(
    r"contractor|excavator|digger|installer|\b(?:your|our) (?:company|firm|business)\b",
    re.IGNORECASE,
)
RECIPIENT = re.compile(
    r"\W{0,3}(?:recipient|receiving|sent|send|station|terminal)", re.IGNORECASE
)


def pairs_of(document: Document) -> list[Pair]:
    """Return all pairs in reading order."""
    return list(joined(_walk(closed_up_lines(unquoted_lines(document.lines)))))


def _walk(lines: Sequence[Line]) -> Iterator[Pair]:
    text, leaves = Text.of(lines), pairs_of_leaves(lines)
    blocks, tables = Blocks(), Tables()
    for index, line in enumerate(lines):
        if line.label is not None and (line.trail or line.path):
            yield from _of_leaves(leaves[index]) if index in leaves else _structured(line)
            continue
        if index and (line.part != lines[index - 1].part or index in text.parties.past):
            blocks.begin()
        yield from _owned(_spoken(text, index, blocks, tables), blocks)
        yield from text.parties.pairs.get(index, ())
        blocks.passed(is_blank=line.label is None and not line.text.strip())


def _spoken(text: Text, index: int, blocks: Blocks, tables: Tables) -> Iterator[Pair]:
    """Yield the pairs of one line; headings only open their blocks."""
    line = text.lines[index]
    if index in text.captions:
        for pair in _in_row(text.captions[index]):
            yield from _as_meant(pair)
        return
    headings = text.headings_at(index)
    for start, heading in headings:
        at = _left(line, start) if line.box or start else 0.0
        blocks.head(heading, at=at, level=level_of(line))
    if index in text.parties.below:
        tables = Tables()
    if len(headings) <= 1 and index not in text.parties.headings:
        yield from _at(text, index, tables)


def _owned(pairs: Iterable[Pair], blocks: Blocks) -> Iterator[Pair]:
    """Yield the pairs of one line with the role that their block gives them."""
    is_sent = False
    for pair in pairs:
        role, is_opened = blocks.role_of(pair.label, at=pair.at)
        if is_sent and pair.label.concept in SENT_ON:
            role = Role.MEMBER
        is_sent = is_sent or pair.label.concept == "recipient" or _is_sent_to(pair)
        if pair.label.concept == "company" and role in AT_A_SITE and DIGGER.search(pair.words):
            role = Role.EXCAVATOR  # who is called the contractor is no shop at the site
        yield _of_party(replace(pair, role=role, is_opened=is_opened, block=blocks.number))


def _is_sent_to(pair: Pair) -> bool:
    """Is this the member that a ticket is sent to, so that its contact follows in the line?"""
    return pair.label.concept == "member_name" and RECIPIENT.match(pair.words) is not None


def _of_party(pair: Pair) -> Pair:
    """Return a mailing address as the address of the company that it belongs to, or as nothing."""
    concept = OF_MAIL.get(pair.label.concept)
    if concept is None:
        return pair
    if pair.role in (Role.EXCAVATOR, Role.CALLER):
        return replace(pair, label=replace(pair.label, concept=concept))
    return replace(pair, label=replace(pair.label, concept="nothing"))


OF_MAIL = {"mailing_address": "address", "mailing_place": "city_state_zip"}


def _at(text: Text, index: int, tables: Tables) -> Iterator[Pair]:
    """Yield the pairs of one line of text or of a page, their roles yet unknown."""
    line = text.lines[index]
    if line.label is not None:
        found = qualified(text.lines, index) or find_label(line.label, is_fuzzy=True)
        found = found or second_of_two(text.lines, index) or stated_of(line)
        if found is not None:
            yield from _as_meant(_placed(found, line))
        return
    other = street_behind_and(text.lines, index)
    if other is not None:
        yield Pair(Label("cross_2"), "and", other.quote, (other,), at=_left(line, 0))
        return
    cells = None
    if index not in text.stacked:
        cells = tables.cells(line, text.marks[index], text.beneath(index))
    if cells is not None:
        yield from _in_row(cells)
        return
    for pair in _in_line(text, index):
        yield from _as_meant(pair)


def _as_meant(pair: Pair) -> Iterator[Pair]:
    for one in meant(pair.label, pair.value, pair.spans):
        if one.label is pair.label and one.value == pair.value:
            yield pair
        else:
            yield replace(pair, label=one.label, value=one.value, spans=one.spans)


def _left(line: Line, start: int) -> float:
    """Return how far to the right a character stands: in points on a page, else as counted."""
    if line.box is None:
        return float(start)
    return line.box[0] + (line.box[2] - line.box[0]) * start / max(1, len(line.text))


def _of_leaves(leaves: Iterable[Leaf]) -> Iterator[Pair]:
    """Pair the leaves of JSON or XML: their keys and siblings have told what they mean."""
    for leaf in leaves:
        yield Pair(
            leaf.label,
            leaf.line.label or "",
            leaf.value,
            leaf.spans,
            role=leaf.role,
            trail=leaf.block,
            path=leaf.line.path,
            is_structured=True,
        )


def _structured(line: Line) -> Iterator[Pair]:
    """Pair a leaf of JSON or XML: the names around it tell the role."""
    label = find_label(line.label or "", is_fuzzy=True)
    if label is None:
        return
    role = label.role or _role_of_trail(line.trail)
    if role is Role.JOB and label.concept in OF_ONE_OBJECT and line.trail:
        # `id` and `name` speak of the object right around them, not of one further out.
        role = role_of_name(name_of(line.trail[-1])) or Role.NONE
    yield replace(_placed(label, line), role=role, is_structured=True)


def _role_of_trail(trail: Iterable[str]) -> Role:
    """Return the role of the innermost named party; a member or footer anywhere wins."""
    roles = [role for name in trail if (role := role_of_name(name_of(name))) is not None]
    silent = next((role for role in roles if role in (Role.MEMBER, Role.FOOTER)), None)
    return silent or (roles[-1] if roles else Role.NONE)


def _placed(label: Label, line: Line) -> Pair:
    """Pair a value whose line came with its label."""
    return Pair(
        label,
        line.label or "",
        line.text.strip(),
        (line.span(),),
        trail=line.trail,
        path=line.path,
        at=_left(line, 0),
    )


def _in_row(cells: Iterable[Cell]) -> Iterator[Pair]:
    """Pair the cells of a row; below a party its street, city and number may stand, too."""
    for label, words, span in cells:
        more = kind_of_more(label.concept, span.quote)
        if more is not None:
            role = label.role or OPENERS.get(label.concept)
            label = Label(more, role, is_guessed=True)  # noqa: PLW2901 - what it is by its look
        yield Pair(label, words, span.quote, (span,), is_next_line=True)


def _in_line(text: Text, index: int) -> Iterator[Pair]:
    lines, marks, is_stacked = text.lines, text.marks, index in text.stacked
    line, found = lines[index], marks[index]
    ends = [mark.start for mark in found[1:]] + [len(line.text)]
    for mark, stop in zip(found, ends, strict=False):
        end = stop if mark.value_end is None else mark.value_end
        pieces = in_its_line(line, mark, end)
        more = []
        if end == len(line.text) and (mark.label or is_stacked):
            more = below(
                lines, marks, index, Reach.of(line, mark, pieces, is_stacked=is_stacked)
            )
        elif mark.label and pieces:
            more = place_below(
                lines, marks, index, Reach.of(line, mark, pieces, is_stacked=False)
            )
        label = mark.label or _stated(mark, [*pieces, *more])
        if label is None:
            continue
        mark = mark if mark.label else replace(mark, label=label)  # noqa: PLW2901 - understood
        pair = _paired(line, mark, pieces, more)
        yield _with_unit(pair, line, mark)
        for piece in [*pieces, *more]:
            if piece.concept is not None:
                yield replace(
                    pair,
                    label=Label(piece.concept, label.role),
                    value=piece.span.quote,
                    spans=(piece.span,),
                )


def _stated(mark: Mark, pieces: Sequence[Piece]) -> Label | None:
    """Return what a question asks that no table knows, if it was answered with yes or no."""
    concept = stated_by(mark.words, pieces[0].span.quote) if len(pieces) == 1 else None
    return Label(concept) if concept else None


def _paired(line: Line, mark: Mark, pieces: Sequence[Piece], more: Sequence[Piece]) -> Pair:
    own = tuple(piece.span for piece in (*pieces, *more) if piece.concept is None)
    return Pair(
        mark.label or Label("nothing"),
        mark.words,
        " ".join(span.quote for span in own),
        own,
        at=_left(line, mark.start),
        is_next_line=bool(more) and not pieces,
        is_bare=mark.is_bare,
    )


def _with_unit(pair: Pair, line: Line, mark: Mark) -> Pair:
    """Return a bare number with the unit that its label names: `Depth (ft): 4`."""
    words = line.text[mark.start : mark.value_start]
    unit = unit_of(pair.label, words.rstrip(" :=.|\u2502"), pair.value)
    if unit is None:
        return pair
    span = line.span(mark.start + unit.start("unit"), mark.start + unit.end("unit"))
    return replace(pair, value=f"{pair.value} {span.quote}", spans=(*pair.spans, span))
