"""Places: the words of a document to which a place of a template points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.extraction import Span
from extraction.document import Line
from extraction.lines.columns import columns_of
from extraction.templates.label_index import LabelIndex
from extraction.templates.model import Place, Template
from extraction.templates.patterns import Work, compiled
from extraction.templates.sheet import INDEX, Sheet, squeezed

ROWS_MAX = 50  # of a table, below its labels
VALUES_MAX = 50  # of one place
EDGE = " .-*_|\t"


@dataclass(frozen=True, slots=True)
class Found:
    """Words that a place points to, and where they stand: the number of their line, and spans."""

    text: str
    spans: tuple[Span, ...]
    line: int


class Finder:
    """Finds the values of one template's places in one document."""

    def __init__(self, sheet: Sheet, template: Template, work: Work) -> None:
        self._sheet = sheet
        self._template = template
        self._work = work
        self._within: dict[str | None, Sequence[int]] = {}
        self._labels = LabelIndex(sheet, template.labels)

    def values(self, place: Place) -> list[Found]:
        """Return what stands at a place, in reading order; only the first unless each is asked."""
        if place.section not in self._within:
            self._within[place.section] = self._sheet.within(self._template, place.section)
        within = self._within[place.section]
        found = (
            piece for whole in self._at(place, within) for piece in self._pieces(place, whole)
        )
        values: list[Found] = []
        for one in found:
            if one.text.strip(EDGE):
                values.append(one)
            if values and (not place.each or len(values) >= VALUES_MAX):
                break
        return values

    def _at(self, place: Place, within: Sequence[int]) -> Iterator[Found]:
        if place.label is not None:
            return self._labelled(place, place.label, within)
        if place.path is not None:
            return self._at_path(place.path, within)
        if place.column is not None:
            return self._in_column(place.column, within)
        return (self._whole(number) for number in within)

    def _whole(self, number: int) -> Found:
        line = self._sheet.lines[number]
        return Found(line.text, (line.span(),), number)

    def _at_path(self, path: str, within: Sequence[int]) -> Iterator[Found]:
        for number in within:
            own = self._sheet.lines[number].path
            if own is not None and path in (own, INDEX.sub("[*]", own)):
                yield self._whole(number)

    def _labelled(self, place: Place, label: str, within: Sequence[int]) -> Iterator[Found]:
        inside = set(within)
        for number, start, end in self._labels.places(label):
            if number in inside:
                yield self._behind(number, start, end, place.below)

    def _behind(self, number: int, start: int, end: int, below: int) -> Found:
        """Return what stands behind a label, and on the lines below it."""
        line = self._sheet.lines[number]
        own = line.span(start, end)
        spans = [own] if own.quote.strip(EDGE) else []
        if line.label is None and end >= len(line.text.rstrip()):
            spans += self._below(number, below)
        return Found(" ".join(span.quote for span in spans), tuple(spans), number)

    def _below(self, number: int, below: int) -> Iterator[Span]:
        part = self._sheet.lines[number].part
        for at in range(number + 1, min(number + 1 + below, len(self._sheet.lines))):
            line = self._sheet.lines[at]
            if line.label is not None or not line.text.strip() or line.part != part:
                return
            if self._labels.is_in(at):
                return
            yield line.span()

    def _in_column(self, column: str, within: Sequence[int]) -> Iterator[Found]:
        inside = set(within)
        for number in within:
            head = _cell_of(self._sheet.lines[number], column)
            if head is None:
                continue
            last = min(number + 1 + ROWS_MAX, len(self._sheet.lines))
            for row in range(number + 1, last):
                line = self._sheet.lines[row]
                if line.label is not None or not line.text.strip() or row not in inside:
                    break
                cell = _under(head, line.text)
                if cell is not None:
                    span = line.span(*cell)
                    yield Found(span.quote, (span,), row)

    def _pieces(self, place: Place, whole: Found) -> Iterator[Found]:
        """Yield the whole value, or the pieces of it that the pattern finds."""
        if place.pattern is None:
            yield whole
            return
        ready = compiled(place.pattern)
        for span in whole.spans:
            # Offsets are counted from where this span begins in its line.
            if not self._work.allows(span.quote, ready):
                return
            for start, end in ready.spans(span.quote):
                piece = narrowed(span, start, end)
                yield replace(whole, text=piece.quote, spans=(piece,))


def narrowed(span: Span, start: int, end: int) -> Span:
    """Return a piece of a span, without the blanks around it."""
    piece = span.quote[start:end]
    first = start + len(piece) - len(piece.lstrip())
    last = max(first, start + len(piece.rstrip()))
    return span.model_copy(
        update={
            "quote": span.quote[first:last],
            "start": span.start + first,
            "end": span.start + last,
        }
    )


def _cell_of(line: Line, column: str) -> tuple[int, int] | None:
    """Return where the label of a column stands, if this is the row of labels."""
    if line.label is not None:
        return None
    cells = columns_of(line.text)
    if len(cells) < 2:  # noqa: PLR2004 - one cell alone is no row
        return None
    wanted = squeezed(column)
    return next((c for c in cells if squeezed(line.text[slice(*c)]) == wanted), None)


def _under(head: tuple[int, int], text: str) -> tuple[int, int] | None:
    """Return the cell that overlaps the label above it most, or None."""
    cells = columns_of(text)
    overlaps = [(min(end, head[1]) - max(start, head[0]), start, end) for start, end in cells]
    best = max(overlaps, default=(0, 0, 0), key=lambda found: (found[0], -found[1]))
    return (best[1], best[2]) if best[0] > 0 else None
