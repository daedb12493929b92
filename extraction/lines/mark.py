"""A mark: a label in a line of text, and where its value begins."""

import re

from extraction.labels.concepts import Label
from extraction.value import value

UNKNOWN_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9 /#&.,'()_-]{0,44}$")
FIELD_NUMBER = re.compile(
    r"^[\s*>\u2022-]{0,40}\(?\d{1,3}[a-z]?[.):]\s{0,4}(?=[A-Za-z#])", re.IGNORECASE
)


@value
class Mark:
    """A label in a line: where it begins, where its value begins, and what it means."""

    start: int
    value_start: int
    words: str
    label: Label | None
    is_bare: bool = False
    value_end: int | None = None  # where its value ends, if not where the next mark begins
