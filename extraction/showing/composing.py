"""From a document and what was read from it to the sheet that shows both."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.extraction import STATED, Alternative, Extraction, ExtractionWarning, Finding, Span
from domain.questions import shown
from extraction.document import Document, Line
from extraction.intake import Medium
from extraction.showing.choosing import CHARACTERS_SHOWN_MAX, LINES_SHOWN_MAX, chosen
from extraction.showing.marking import Stretch, in_order, pieces_of
from extraction.showing.pictures import PICTURES_MAX
from extraction.showing.places import (
    CLAIMS_MAX,
    Claim,
    Places,
    alternative_anchor,
    claims_of,
    field_anchor,
    warning_anchor,
)
from extraction.showing.sheet import (
    AlternativeShown,
    Asked,
    FieldShown,
    Frame,
    OnTicket,
    Outline,
    PageShown,
    PartShown,
    Quote,
    Ref,
    Row,
    Sheet,
    Tone,
    WarningShown,
)
from extraction.showing.words import KINDS, TRUST, heading, origin_of

STRUCTURED = frozenset({Medium.JSON, Medium.XML})


@dataclass(frozen=True, slots=True)
class Looked:
    """A document as it was read again: its lines, its pages; the problem is why there are none.

    `frame_count` is how many pages it has, drawn or not.
    """

    document: Document | None
    frames: Sequence[Frame] = ()
    frame_count: int = 0
    problem: str = ""


def sheet_of(asked: Asked, looked: Looked) -> Sheet:
    """Return the sheet; of a document that could not be read it has the quotes alone."""
    medium = looked.document.medium if looked.document else None
    claims = list(claims_of(asked.extraction))
    layout = _Layout(looked.document.lines if looked.document else (), claims[:CLAIMS_MAX])
    said = _Said(asked, layout)
    return Sheet(
        title=asked.filename or "A document without a name",
        medium=medium.value if medium else "",
        kind=KINDS[asked.extraction.kind],
        reader_version=asked.extraction.reader_version,
        percent=_percent(asked.extraction.confidence),
        fields=tuple(said.fields(asked.extraction.fields)),
        extra=tuple(said.fields(asked.extraction.extra)),
        unread=tuple(said.unread()),
        warnings=tuple(said.warnings()),
        parts=tuple(layout.parts(looked.frames, is_structured=medium in STRUCTURED)),
        notes=tuple(_notes(looked, layout, len(claims))),
    )


def _notes(looked: Looked, layout: "_Layout", claim_count: int) -> Iterator[str]:
    """Yield what is not shown, and why."""
    if looked.problem:
        yield looked.problem
    if layout.left_out:
        yield (
            f"{layout.left_out:,} lines are not shown: what is marked comes first, and at most "
            f"{LINES_SHOWN_MAX:,} lines or {CHARACTERS_SHOWN_MAX:,} characters are."
        )
    if looked.frame_count > len(looked.frames):
        yield (
            f"{len(looked.frames)} of {looked.frame_count} pages are shown as pictures: at most "
            f"{PICTURES_MAX} are."
        )
    if claim_count > CLAIMS_MAX:
        yield f"{CLAIMS_MAX:,} of {claim_count:,} places are marked."


class _Layout:
    """The lines of a document with what points to them, and the places to link to."""

    def __init__(self, lines: Sequence[Line], claims: Iterable[Claim]) -> None:
        self._lines = lines
        self._places = Places(lines)
        self._by_line: dict[int, list[Claim]] = {}
        for claim in claims:
            index = self._places.index_of(claim.span)
            if index is not None:
                self._by_line.setdefault(index, []).append(claim)
        self._kept = chosen(lines, self._by_line)
        self._rows = {row.anchor: row for row in self._all_rows()}

    def quote(self, span: Span) -> Quote:
        """Return the words of a span with a link to the mark that shows them."""
        index = self._places.index_of(span) if self._lines else None
        row = self._rows.get(_anchor(index)) if index is not None else None
        return Quote(span.quote, _where(span), f"#{_mark(row, span)}" if row else "")

    @property
    def left_out(self) -> int:
        """How many lines are not shown."""
        return len(self._lines) - len(self._kept)

    def parts(self, frames: Sequence[Frame], *, is_structured: bool) -> Iterator[PartShown]:
        """Yield the parts in their order, each with its pages, those without text too."""
        pictures = {(frame.part, frame.page): frame for frame in frames}
        on_page: dict[tuple[str, int], list[int]] = {place: [] for place in pictures}
        for index in self._kept:
            line = self._lines[index]
            on_page.setdefault((line.part, line.page), []).append(index)
        names = dict.fromkeys(
            [*(line.part for line in self._lines), *(p for p, _n in pictures)]
        )
        for name in names:
            pages = sorted(page for part, page in on_page if part == name)
            shown_pages = tuple(
                self._page(page, pictures.get((name, page)), on_page[name, page])
                for page in pages
            )
            if shown_pages:
                yield PartShown(name, shown_pages, is_structured)

    def _page(self, number: int, frame: Frame | None, indexes: Sequence[int]) -> PageShown:
        claims = [claim for index in indexes for claim in self._by_line.get(index, ())]
        rows = (self._rows.get(_anchor(index)) for index in indexes)
        return PageShown(
            number, frame, tuple(_outlines(claims)), tuple(row for row in rows if row)
        )

    def _all_rows(self) -> Iterator[Row]:
        before = -1
        for index in self._kept:
            line = self._lines[index]
            skipped, before = index - before - 1, index
            if line.number or line.text:  # a line without number only ends a page
                yield self._row(index, line, skipped)

    def _row(self, index: int, line: Line, skipped: int) -> Row:
        claims = self._by_line.get(index, ())
        stretches = [Stretch(one.span.start, one.span.end, one.ref) for one in claims]
        return Row(
            anchor=_anchor(index),
            number=line.number,
            name=_name(line),
            pieces=pieces_of(line.text, stretches, f"mark-{index}"),
            refs=tuple(dict.fromkeys(one.ref for one in claims)),
            skipped=skipped,
        )


class _Said:
    """What was read and warned about, with links to where it stands."""

    def __init__(self, asked: Asked, layout: _Layout) -> None:
        self._asked = asked
        self._layout = layout

    def fields(self, found: dict[str, Finding]) -> Iterator[FieldShown]:
        for name, finding in found.items():
            is_stated = finding.producer == STATED
            tone = Tone.STATED if is_stated else Tone.of(finding.confidence)
            yield FieldShown(
                anchor=field_anchor(name),
                label=heading(name),
                value=shown(finding.value),
                percent=_percent(finding.confidence),
                word=TRUST[tone],
                tone=tone,
                origin=origin_of(finding),
                quotes=self._quotes(finding.spans),
                alternatives=tuple(self._alternatives(name, finding.alternatives)),
                on_ticket=self._asked.on_ticket.get(name),
            )

    def unread(self) -> Iterator[tuple[str, OnTicket]]:
        """Yield what the ticket says in fields for which nothing was read."""
        for name, said in self._asked.on_ticket.items():
            if name not in self._asked.extraction.fields:
                yield heading(name), said

    def warnings(self) -> Iterator[WarningShown]:
        extraction = self._asked.extraction
        for number, warning in enumerate(extraction.warnings, start=1):
            yield WarningShown(
                anchor=warning_anchor(number),
                message=warning.message,
                field_link=_field_link(warning, extraction),
                field_label=heading(warning.field) if warning.field else "",
                quotes=self._quotes(warning.spans),
            )

    def _alternatives(
        self, name: str, others: Sequence[Alternative]
    ) -> Iterator[AlternativeShown]:
        for number, other in enumerate(others, start=1):
            yield AlternativeShown(
                anchor=alternative_anchor(name, number),
                value=shown(other.value),
                percent=_percent(other.confidence),
                word="alternative",
                tone=Tone.of(other.confidence),
                quotes=self._quotes(other.spans),
            )

    def _quotes(self, spans: Sequence[Span]) -> tuple[Quote, ...]:
        return tuple(map(self._layout.quote, spans))


def _field_link(warning: ExtractionWarning, extraction: Extraction) -> str:
    if warning.field is None:
        return ""
    is_shown = warning.field in extraction.fields or warning.field in extraction.extra
    return f"#{field_anchor(warning.field)}" if is_shown else ""


def _outlines(claims: Sequence[Claim]) -> Iterator[Outline]:
    """Yield the boxes of a page; values in one box share it."""
    boxes: dict[tuple[float, float, float, float], list[Ref]] = {}
    for claim in claims:
        if claim.span.box:
            boxes.setdefault(claim.span.box, []).append(claim.ref)
    for (x0, top, x1, bottom), refs in boxes.items():
        yield Outline(x0, top, max(1.0, x1 - x0), max(1.0, bottom - top), in_order(refs))


def _anchor(index: int) -> str:
    return f"line-{index}"


def _mark(row: Row, span: Span) -> str:
    """Return the id of the piece that a span begins with; of the line, if it is empty."""
    at = 0
    for piece in row.pieces:
        if piece.anchor and at == span.start:
            return piece.anchor
        at += len(piece.text) + piece.left_out + len(piece.rest)
    return row.anchor


def _name(line: Line) -> str:
    """Return what structure says the text of a line is called: the path, or the label."""
    return line.path or line.label or ""


def _where(span: Span) -> str:
    part = "" if span.part == "body" else f"{span.part}, "
    place = f"page {span.page}, line {span.line}" if span.page > 1 else f"line {span.line}"
    return f"{part}{span.path}" if span.path else f"{part}{place}"


def _percent(confidence: float) -> int:
    """Return a confidence in percent, never more than it is: 89.9 % is not enough for 90 %."""
    return math.floor(confidence * 100 + 1e-9)
