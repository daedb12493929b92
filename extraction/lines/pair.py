"""A pair: a label with its value, and whose block it stands in."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from domain.extraction import Span
from extraction.labels.concepts import Label
from extraction.lines.reach import CONTINUATION_LINES_MAX, FREE_TEXT
from extraction.roles import Role
from extraction.value import value


@value
class Pair:
    """A label with its value and where the value stands."""

    label: Label
    words: str  # the label as written
    value: str
    spans: tuple[Span, ...]
    role: Role = Role.NONE
    trail: tuple[str, ...] = ()
    path: str | None = None
    is_next_line: bool = False
    is_bare: bool = False  # the label ends in a number sign and has no mark
    is_structured: bool = False
    is_opened: bool = False  # a label, not a heading, said whose this is
    block: int = 0  # of lines that no blank line or heading divides, by number
    at: float = 0.0  # where it stands in its line or on its page, from the left


def joined(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Yield the pairs; running text whose label is repeated in each line is one."""
    last: Pair | None = None
    for pair in pairs:
        if last is not None and _goes_on(last, pair):
            value = f"{last.value} {pair.value}"
            last = replace(last, value=value, spans=(*last.spans, *pair.spans))
            continue
        if last is not None:
            yield last
        last = pair
    if last is not None:
        yield last


def _goes_on(last: Pair, pair: Pair) -> bool:
    """Say whether this pair repeats the label of the line right above."""
    if pair.label.concept not in FREE_TEXT or pair.words != last.words or not pair.spans:
        return False
    if len(last.spans) >= CONTINUATION_LINES_MAX:
        return False
    above, below = last.spans[-1] if last.spans else None, pair.spans[0]
    is_next = above is not None and (above.line or 0) + 1 == below.line
    return is_next and pair.path is None and pair.role is last.role and pair.at == last.at
