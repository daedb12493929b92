"""PDFs made by hand: words at places, in plain or bold type, and ones that are broken."""

LETTER = (612, 792)

Word = tuple[float, float, str]  # points from the left, points from the top, the words


def pdf(*pages: list[Word], trailer: str = "") -> bytes:
    """Return a PDF with these words on its pages; words that end in * are bold."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
    ]
    for number, words in enumerate(pages):
        bodies.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font"
            f" << /F1 3 0 R /F2 4 0 R >> >> /Contents {6 + 2 * number} 0 R >>"
        )
        drawn = "\n".join(_drawn(word) for word in words)
        bodies.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    return _file(bodies, trailer)


def _drawn(word: Word) -> str:
    left, top, text = word
    font, plain = ("F2", text[:-1]) if text.endswith("*") else ("F1", text)
    escaped = plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} 9 Tf {left} {LETTER[1] - top} Td ({escaped}) Tj ET"


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
