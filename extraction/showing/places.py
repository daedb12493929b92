"""Where in a document the spans of an extraction stand: which line, which characters.

A span is believed only where its quote is found: a document may be shown by a later reader than
the one that read it, whose lines are others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.extraction import Extraction, Span
from extraction.document import Line
from extraction.showing.sheet import Ref, Tone
from extraction.showing.words import heading

CLAIMS_MAX = 1_000  # an honest document has some dozens


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that points to a span."""

    ref: Ref
    span: Span


def claims_of(extraction: Extraction) -> Iterator[Claim]:
    """Yield what points into the document: values first, then alternatives, then warnings."""
    named = [*extraction.fields.items(), *extraction.extra.items()]
    for name, finding in named:
        ref = Ref(field_anchor(name), heading(name), Tone.of(finding.confidence))
        yield from (Claim(ref, span) for span in finding.spans)
    for name, finding in named:
        for number, other in enumerate(finding.alternatives, start=1):
            words = f"{heading(name)}, alternative {number}"
            ref = Ref(alternative_anchor(name, number), words, Tone.OTHER)
            yield from (Claim(ref, span) for span in other.spans)
    for number, warning in enumerate(extraction.warnings, start=1):
        ref = Ref(warning_anchor(number), f"Warning {number}", Tone.OTHER)
        yield from (Claim(ref, span) for span in warning.spans)


def field_anchor(name: str) -> str:
    """Return the id of a field on the page, by which others link to it."""
    return f"field-{name}"


def alternative_anchor(name: str, number: int) -> str:
    """Return the id of another value for a field, counted from 1."""
    return f"field-{name}-alternative-{number}"


def warning_anchor(number: int) -> str:
    """Return the id of a warning, counted from 1."""
    return f"warning-{number}"


class Places:
    """The lines of a document by where they stand."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._by_place: dict[tuple[str, int, int], list[int]] = {}
        for index, line in enumerate(lines):
            place = (line.part, line.page, line.number)
            self._by_place.setdefault(place, []).append(index)

    def index_of(self, span: Span) -> int | None:
        """Return which line a span stands in, or None if it says something else today."""
        for index in self._by_place.get((span.part, span.page, span.line), ()):
            line = self._lines[index]
            words = line.text[span.start : span.end]
            if line.path == span.path and words.startswith(span.quote):
                return index
        return None
