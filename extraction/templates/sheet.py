"""The sheet: a document as templates look at it, its first lines and their sections."""

import re
from collections.abc import Iterable
from functools import cached_property

from extraction.document import Document, Line
from extraction.lines.mark import Mark
from extraction.lines.marks import marks_in
from extraction.templates.model import Template

LINES_MAX = 5_000  # of a document; templates look at no more
TEXT_CHARACTERS_MAX = 400_000
LINE_CHARACTERS_MAX = 4_000
FRAME = " \t-=*_[]|:#.>"
INDEX = re.compile(r"\[\d+\]")


def squeezed(text: str) -> str:
    """Return words as they are compared: small, with single blanks."""
    return " ".join(text[:LINE_CHARACTERS_MAX].casefold().split())


def bare(text: str) -> str:
    """Return a heading or a label as it is compared: without the rules and marks around it."""
    return squeezed(text).strip(FRAME)


class Sheet:
    """The lines of a document that templates look at."""

    def __init__(self, document: Document) -> None:
        self.medium = document.medium
        self.lines: tuple[Line, ...] = document.lines[:LINES_MAX]
        self._marks: dict[int, list[Mark]] = {}

    def marks(self, number: int) -> list[Mark]:
        """Return the labels in a line of running text; a line of structure has none."""
        if number not in self._marks:
            line = self.lines[number]
            self._marks[number] = [] if line.label is not None else marks_in(line.text)
        return self._marks[number]

    @cached_property
    def text(self) -> str:
        """All lines with their labels, as words are compared, a line a line."""
        rows = (
            squeezed(f"{line.label}: {line.text}" if line.label else line.text)
            for line in self.lines
        )
        return "\n".join(rows)[:TEXT_CHARACTERS_MAX]

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of the leaves, each also with any index in the place of its own."""
        found = {line.path for line in self.lines if line.path}
        return frozenset(found | {INDEX.sub("[*]", path) for path in found})

    def within(self, template: Template, section: str | None) -> list[int]:
        """Return which lines stand in a section of the template; without a name, all."""
        if section is None:
            return list(range(len(self.lines)))
        part = template.sections[section]
        begins = bare(part.begins)
        others = {bare(one.begins) for one in template.sections.values()} - {begins}
        return list(self._lines_of(begins, others | {bare(words) for words in part.ends}))

    def _lines_of(self, begins: str, ends: set[str]) -> Iterable[int]:
        is_inside = False
        for number, line in enumerate(self.lines):
            if line.path is not None:
                if any(bare(name) == begins for name in line.trail):
                    yield number
                continue
            heading = heading_of(line)
            if heading == begins or heading in ends:
                is_inside = heading == begins
            elif is_inside:
                yield number


def heading_of(line: Line) -> str:
    """Return a line as it is compared with headings; "" for one that cannot be any."""
    text = line.text or line.label or ""
    return bare(text) if len(text) <= LINE_CHARACTERS_MAX else ""
