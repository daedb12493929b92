"""The fields of a form that is filled in on a screen: their names, values and places."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from extraction.document import Box
from extraction.reading.glyphs import OPEN, TICKED
from extraction.reading.sheet import View
from extraction.reading.text import plain

WIDGETS_MAX = 2_000  # of one page
VALUE_BYTES_MAX = 20_000
TEXTS = frozenset(
    [
        pdfium.FPDF_FORMFIELD_TEXTFIELD,
        pdfium.FPDF_FORMFIELD_COMBOBOX,
        pdfium.FPDF_FORMFIELD_LISTBOX,
    ]
)
TICKS = frozenset([pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON])


@dataclass(frozen=True, slots=True)
class Widget:
    """A field of a form: what it is called, what stands in it, and where it is."""

    names: tuple[str, ...]  # what a screen says of it, then what the program calls it
    value: str
    box: Box
    is_tick: bool = False


def widgets_on(page: Any, form: Any, view: View) -> Iterator[Widget]:
    """Yield the fields of a page that a reader sees, filled in or not."""
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), WIDGETS_MAX)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        try:
            found = _widget(note, form, view)
        finally:
            pdfium.FPDFPage_CloseAnnot(note)
        if found is not None:
            yield found


def _widget(note: Any, form: Any, view: View) -> Widget | None:
    is_field = pdfium.FPDFAnnot_GetSubtype(note) == pdfium.FPDF_ANNOT_WIDGET
    hidden = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
    if not is_field or pdfium.FPDFAnnot_GetFlags(note) & hidden:
        return None
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, note)
    found = pdfium.FS_RECTF()
    if kind not in TEXTS | TICKS or not pdfium.FPDFAnnot_GetRect(note, found):
        return None
    box = view.box(found.left, found.bottom, found.right, found.top)
    names = tuple(
        name
        for of in (
            pdfium.FPDFAnnot_GetFormFieldAlternateName,
            pdfium.FPDFAnnot_GetFormFieldName,
        )
        if (name := _said(of, form, note))
    )
    if kind in TICKS:
        is_on = bool(pdfium.FPDFAnnot_IsChecked(form, note)) or _state(note) not in ("", "Off")
        return Widget(names, TICKED if is_on else OPEN, box, is_tick=True)
    return Widget(names, _said(pdfium.FPDFAnnot_GetFormFieldValue, form, note), box)


def _state(note: Any) -> str:
    """Return which of its looks a tick box shows: pdfium knows it only of loaded forms."""
    return _said(lambda _form, *rest: pdfium.FPDFAnnot_GetStringValue(*rest), None, note, b"AS")


def _said(of: Any, form: Any, note: Any, *key: bytes) -> str:
    """Return a text of a field: pdfium first says how long it is."""
    size = min(of(form, note, *key, None, 0), VALUE_BYTES_MAX)
    if size <= 2:  # noqa: PLR2004 - the zero at its end
        return ""
    said = (ctypes.c_ushort * (size // 2 + 1))()
    of(form, note, *key, said, size)
    return plain(bytes(said)[:size].decode("utf-16-le", errors="ignore")).strip("\x00 \r\n")
