"""A PDF opened by pdfium: each page as cells, with what is filled into the fields of its form."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pypdfium2
import pypdfium2.raw as pdfium

from extraction.document import Box
from extraction.labels.concepts import find_label
from extraction.reading.cells import Cell, cells_of
from extraction.reading.frames import Frames
from extraction.reading.pictured import drawing_of
from extraction.reading.sheet import View, words_of
from extraction.reading.strokes import drawn_on, with_ticks
from extraction.reading.widgets import Widget, widgets_on

if TYPE_CHECKING:
    from extraction.ocr.scans import Scan

WORDS_PER_PAGE_MAX = 20_000
FIELD_HEIGHT_MAX, LINE_HEIGHT = 20.0, 12.0  # points: of a field of one line, of a line


class LockedError(Exception):
    """The PDF does not open without a password."""


class BrokenError(Exception):
    """The PDF does not open at all: it is damaged, or was cut off."""


@dataclass(slots=True)
class Page:
    """What stands on a page: its cells, and the fields whose names say what they hold.

    `draw` is there if the page is a picture: while the page is open, it gives that picture.
    """

    cells: list[Cell]
    height: float  # in points
    fields: list[tuple[str, Cell]] = field(default_factory=list)
    draw: "Callable[[], Scan] | None" = None
    shown: Callable[[Box], Box] | None = None  # where a box lies on the page as it is


class Opened:
    """A PDF that pdfium has opened."""

    def __init__(self, pdf: Any, form: Any) -> None:
        self._pdf = pdf
        self._form = form

    @property
    def page_count(self) -> int:
        return len(self._pdf)

    def pages(self, limit: int) -> Iterator[Page | None]:
        """Yield the first pages; None for one that is broken."""
        for index in range(min(limit, len(self._pdf))):
            page = pdfium.FPDF_LoadPage(self._pdf, index)
            if not page:
                yield None
                continue
            try:
                yield _page(page, self._form)
            finally:
                pdfium.FPDF_ClosePage(page)


@contextmanager
def opened(document: bytes) -> Iterator[Opened]:
    """Open a PDF. Raises LockedError, or BrokenError for what is none, or none any more."""
    try:
        pdf = pypdfium2.PdfDocument(document)
    except pypdfium2.PdfiumError as failure:
        if failure.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise LockedError from failure
        raise BrokenError from failure
    try:
        has_form = pdf.get_formtype() != pdfium.FORMTYPE_NONE
        if has_form:
            pdf.init_forms()
        yield Opened(pdf, pdf.formenv if has_form else None)
    finally:
        pdf.close()


def _page(page: Any, form: Any) -> Page:
    plain = view = View.of(page)
    drawn = drawn_on(page, view)
    words, turns = words_of(page, view, drawn.ground)
    if turns:  # it lies on its side: it is read as a reader would turn it
        view = view.turned(-turns)
        drawn = drawn_on(page, view)
        words, _turns = words_of(page, view, drawn.ground)
    words = words[:WORDS_PER_PAGE_MAX]
    draw = drawing_of(page, view, words, drawn)
    fields: list[tuple[str, Cell]] = []
    if form is not None:
        widgets = list(widgets_on(page, form, view))
        fields = [*_named(widgets)]
        words += _placed(widgets)
        squares = [widget.box for widget in widgets]
        drawn.squares = [box for box in drawn.squares if not _is_over(box, squares)]
    frames = Frames(drawn.levels, drawn.uprights)
    cells = cells_of(with_ticks(words, drawn), frames.uprights)
    shown = partial(view.back, view=plain) if turns else None
    return Page(frames.framed(cells), view.size[1], fields, draw, shown)


def _is_over(box: tuple[float, float, float, float], others: Sequence[Any]) -> bool:
    """Is the middle of a box in one of the others?"""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in others)


def _name_of(widget: Widget) -> str | None:
    """Return the name of a field if it is a label that is known."""
    for name in widget.names:
        for words in (name, name.rpartition(".")[2].split("[")[0]):
            if find_label(words) is not None:
                return words
    return None


def _named(widgets: Sequence[Widget]) -> Iterator[tuple[str, Cell]]:
    for widget in widgets:
        name = _name_of(widget)
        if name is not None and widget.value.strip():
            yield name, Cell(" ".join(widget.value.split()), *widget.box)


def _placed(widgets: Sequence[Widget]) -> Iterator[Cell]:
    """Yield the values of fields whose names say nothing, where they stand on the page."""
    for widget in widgets:
        text = " ".join(widget.value.split())
        if text and _name_of(widget) is None:
            cell = Cell(text, *widget.box)
            is_tall = cell.height > FIELD_HEIGHT_MAX  # of many lines: the first is its place
            yield replace(cell, bottom=cell.top + LINE_HEIGHT) if is_tall else cell
