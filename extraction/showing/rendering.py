"""A sheet as HTML: a fragment for a page that has a frame of its own, or a whole file.

Everything from the document is escaped, and made visible where it would steer a browser. There
is no script and no style in the markup, so that the strictest policy for content lets it be.
"""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from extraction.showing.pictures import media_type_of
from extraction.showing.sheet import Frame, Sheet
from extraction.showing.visible import visible

PictureSource = Callable[[Frame], str]
"""Says where the picture of a page is: an address, or the picture itself as a data URI."""


def as_fragment(sheet: Sheet, picture_source: PictureSource) -> str:
    """Return the sheet for the middle of a page that has the style sheet `style`."""
    template = _environment().get_template("sheet.html")
    return template.render(sheet=sheet, picture_source=picture_source)


def as_file(sheet: Sheet, picture_source: PictureSource) -> str:
    """Return the sheet as one HTML file that needs nothing else."""
    template = _environment().get_template("whole.html")
    return template.render(
        sheet=sheet,
        picture_source=picture_source,
        style=Markup(_styles("alone.css") + style()),  # noqa: S704 - our own files
    )


def style() -> str:
    """Return the style sheet of the fragment; the colours of the frame are named outside of it."""
    return _styles("sheet.css")


def as_data_uri(picture: bytes) -> str:
    """Return a picture as an address that holds it."""
    return f"data:{media_type_of(picture)};base64,{b64encode(picture).decode()}"


def _styles(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _made_visible(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("extraction.showing", "html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_made_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
