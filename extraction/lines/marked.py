"""Marked: the lines of a document with all that was found in them before they are paired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extraction.document import Line
from extraction.lines.captions import captions_in
from extraction.lines.columns import columns_of, grids_of
from extraction.lines.headings import headings_of
from extraction.lines.mark import Mark
from extraction.lines.marks import marks_in
from extraction.lines.party_blocks import PartyBlocks, party_blocks_in
from extraction.lines.party_rows import party_of_row
from extraction.lines.row_labels import completed
from extraction.lines.stacked import stacked_in
from extraction.lines.tables import TABLE_COLUMNS_LEAST, Cell, is_drawn
from extraction.roles import Role


@dataclass(frozen=True, slots=True)
class Text:
    """The lines of a document with the labels that were found in them."""

    lines: Sequence[Line]
    marks: Sequence[Sequence[Mark]]
    stacked: frozenset[int]  # the lines that are a label above its value
    captions: Mapping[int, list[Cell]]  # the lines that name what stands above them
    parties: PartyBlocks  # below a heading, as a letter writes an address

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Text":
        marks, stacked = _marks_of(lines)
        parties = party_blocks_in(lines, marks, stacked)
        return cls(lines, marks, stacked, captions_in(lines), parties)

    def headings_at(self, index: int) -> list[tuple[int, Role]]:
        """Return the headings of a line, each with where it begins and whose it is."""
        if index in self.parties.headings:
            return [(head.start, head.role) for head in self.parties.headings[index]]
        if index in self.stacked:
            return []
        party = party_of_row(self.lines, index)
        if party is not None:
            return [(0, party)]
        return headings_of(self.lines[index], self.marks[index], self.beneath(index))

    def beneath(self, index: int) -> str:
        """Return the text below a row of columns; what a form draws in between does not count."""
        if len(columns_of(self.lines[index].text)) < TABLE_COLUMNS_LEAST:
            return ""  # no row of a table: what is below does not matter
        following = self.lines[index + 1 : index + 3]
        return next((line.text for line in following if not is_drawn(line.text)), "")


def _marks_of(lines: Sequence[Line]) -> tuple[list[tuple[Mark, ...]], frozenset[int]]:
    """Return the marks of each line, and which lines are a label above its value."""
    grids = grids_of(lines)
    marks: list[tuple[Mark, ...]] = [
        ()
        if line.label is not None
        else tuple(
            completed(
                line.text, marks_in(line.text, () if line.box else grids.get(line.part, ()))
            )
        )
        for line in lines
    ]
    stacked = stacked_in(lines, marks)
    for index, mark in stacked.items():
        marks[index] = (mark,)
    return marks, frozenset(stacked)
