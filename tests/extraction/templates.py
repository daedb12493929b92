"""Templates for the tests of templates: small ones, as TOML."""

from extraction.document import Document, lines_of
from extraction.intake import Medium
from extraction.templates import Template, load

SHEET = """\
FEEDER SHEET
Baustelle: Dry Creek Line Builders LLC      Gate: 7
Rufnummer: (979) 555-0142
  LAGE
Stadt: Brenham
Land  TX
Pfad: left at the barn
   then right
Tag     Mast     Hoehe
M       88-1     40
M       88-2     45
"""
HEAD = """\
name = "feeder"
[match]
all = ["Feeder Sheet"]
"""


def a_template(*lines: str, head: str = HEAD) -> Template:
    """Return the template of these lines below a head."""
    return load((head + "\n".join(lines)).encode())


def a_document(text: str = SHEET, medium: Medium = Medium.TEXT) -> Document:
    return Document(medium, lines_of(text))
