"""A leaf: a value of a structured document with what it means."""

from domain.extraction import Span
from extraction.document import Line
from extraction.labels.concepts import Label
from extraction.roles import Role
from extraction.value import value


@value
class Leaf:
    """A value of a structured document, what it means and whose it is."""

    line: Line
    label: Label
    role: Role
    value: str
    spans: tuple[Span, ...]
    block: tuple[str, ...]  # the object it stands in, and the party that its key names
