"""PDFs made by hand: words at places, in plain or bold type, and ones that are broken."""

from collections.abc import Sequence

from extraction.reading.any import read_document

LETTER = (612, 792)

# Points from the left, points from the top, the words, and the size of their type if not 9.
Word = tuple[float, float, str] | tuple[float, float, str, float]


def pdf(
    *pages: Sequence[Word],
    trailer: str = "",
    strokes: str = "",
    fields: list[str] | None = None,
) -> bytes:
    """Return a PDF with these words on its pages; words that end in * are bold.

    `strokes` are drawn below the words of each page. `fields` are those of a form, on the
    first page, as PDF writes them.
    """
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    first_field = 5 + 2 * len(pages)
    count = len(fields or [])
    refs = " ".join(f"{first_field + number} 0 R" for number in range(count))
    form = f" /AcroForm << /Fields [{refs}] >>" if fields else ""
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R{form} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
    ]
    for number, words in enumerate(pages):
        bodies.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font"
            f" << /F1 3 0 R /F2 4 0 R >> >> /Contents {6 + 2 * number} 0 R"
            f" /Annots [{refs if number == 0 else ''}] >>"
        )
        drawn = "\n".join([strokes, *(_drawn(word) for word in words)])
        bodies.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    return _file([*bodies, *(fields or [])], trailer)


def _drawn(word: Word) -> str:
    left, top, text = word[:3]
    size = word[3] if len(word) > 3 else 9
    font, plain = ("F2", text[:-1]) if text.endswith("*") else ("F1", text)
    escaped = plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf {left} {LETTER[1] - top} Td ({escaped}) Tj ET"


def lines_on(document: bytes) -> list[tuple[str | None, str]]:
    """Return label and text of each line of a PDF that says something."""
    found = read_document(document, filename="order.pdf", media_type=None)
    assert found is not None
    return [(one.label, one.text) for one in found.lines if one.text or one.label]


def box(left: float, top: float, right: float, bottom: float, ink: str = "S") -> str:
    """Return a rectangle as a PDF draws it: outlined, or filled with `r g b rg`."""
    how = "S" if ink == "S" else "f"
    place = f"{left} {LETTER[1] - bottom} {right - left} {bottom - top} re"
    return f"{'' if ink == 'S' else ink} {place} {how} 0 0 0 rg\n"


def line(left: float, top: float, right: float, bottom: float) -> str:
    """Return a line as a PDF draws it."""
    return f"{left} {LETTER[1] - top} m {right} {LETTER[1] - bottom} l S\n"


def field(name: str, value: str, left: float, top: float, *, is_tick: bool = False) -> str:
    """Return a field of a form that is filled in; a tick box is ticked by the value Yes."""
    size = 10 if is_tick else 120
    place = f"[{left} {LETTER[1] - top - 10} {left + size} {LETTER[1] - top}]"
    said = f"/FT /Btn /V /{value} /AS /{value}" if is_tick else f"/FT /Tx /V ({value})"
    return f"<< /Type /Annot /Subtype /Widget /T ({name}) {said} /Rect {place} /F 4 >>"


def _file(bodies: list[str], trailer: str) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(bodies) + 1
    end = f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()


def locked_pdf() -> bytes:
    """Return a PDF that opens with no password that anybody knows."""
    key = "<" + "5a" * 32 + ">"
    lock = f"<< /Filter /Standard /V 1 /R 2 /P -4 /O {key} /U {key} >>"
    return pdf([(50, 50, "Work Order: 60417")], trailer=f"/Encrypt {lock} /ID [<00> <00>]")


FORM = [
    (40, 50, "Work order form*"),
    (430, 50, "Work Order No: 60417"),
    (44, 90, "CONTRACTOR*"),
    (310, 90, "SITE*"),
    (44, 106, "Contractor:"),
    (130, 106, "Mesa Trenching LLC"),
    (310, 106, "Address:"),
    (400, 106, "410 Bluebonnet Ln"),
    (44, 122, "Foreman:"),
    (130, 122, "Bill Tate"),
    (310, 122, "City:"),
    (400, 122, "Lockhart"),
    (44, 138, "Phone:"),
    (130, 138, "(512) 555-0177"),
    (310, 138, "County:"),
    (400, 138, "Caldwell"),
    (44, 154, "Address:"),
    (130, 154, "12 Depot St"),
    (44, 180, "Type of Work:"),
    (130, 180, "Set new pole"),
    (44, 196, "Depth:"),
    (130, 196, "6 ft"),
]
