"""Where the labels of a template stand in a document, and where the values behind them end."""

import re
from collections.abc import Iterator, Sequence

from extraction.lines.mark import Mark
from extraction.templates.sheet import LINE_CHARACTERS_MAX, Sheet, bare

Place = tuple[int, int, int]  # the number of a line, and where a value begins and ends in it


class LabelIndex:
    """Finds every label of one template once, in one pass over the lines."""

    def __init__(self, sheet: Sheet, labels: Sequence[str]) -> None:
        self._sheet = sheet
        # The longest first: of two labels that begin at one place it is meant.
        self._names = sorted(
            {bare(label) for label in labels}, key=lambda name: (-len(name), name)
        )
        self._pattern = _pattern_of(labels) if labels else None
        self._places: dict[str, list[Place]] = {name: [] for name in self._names}
        for number, line in enumerate(sheet.lines if labels else ()):
            if line.label is not None:
                self._places.get(bare(line.label), []).append((number, 0, len(line.text)))
            else:
                self._index(number)

    def places(self, label: str) -> Sequence[Place]:
        """Return where values behind this label stand, in reading order."""
        return self._places[bare(label)]

    def is_in(self, number: int) -> bool:
        """Is there a label in this line: one of the template, or one that is known anyway?"""
        return bool(self._sheet.marks(number)) or any(True for _one in self._found(number))

    def _index(self, number: int) -> None:
        text, marks = self._sheet.lines[number].text, self._sheet.marks(number)
        found = sorted({*self._marked(marks), *self._found(number)})
        starts = [start for start, *_rest in found] + [mark.start for mark in marks]
        for _start, value_start, value_end, name in found:
            end = min((at for at in starts if at >= value_start), default=len(text))
            self._places[name].append((number, value_start, value_end or end))

    def _marked(self, marks: Sequence[Mark]) -> Iterator[tuple[int, int, int, str]]:
        """Yield the labels that are known by their mark: where they begin, and their values."""
        for mark in marks:
            if (name := bare(mark.words)) in self._places:
                yield mark.start, mark.value_start, mark.value_end or 0, name

    def _found(self, number: int) -> Iterator[tuple[int, int, int, str]]:
        """Yield the labels that no mark shows, unless they are a part of another label."""
        if self._pattern is None:
            return
        marks = self._sheet.marks(number)
        text = self._sheet.lines[number].text[:LINE_CHARACTERS_MAX]
        for match in self._pattern.finditer(text):
            name = bare(match.group())
            is_part = any(mark.start < match.end() <= mark.value_start for mark in marks)
            if name in self._places and not is_part:
                yield match.start(), match.end(), 0, name


def _pattern_of(labels: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern of labels in running text: their words, and what shows that it is one.

    That is a colon or an equals sign behind them, or a column of their own; a label that ends
    in a sign, such as `WO#`, needs neither. Only literals and bounded blanks: nothing can run
    away.
    """
    spellings = sorted(labels, key=lambda label: (-len(label), label))
    words = [
        r"[ \t]{1,8}".join(map(re.escape, label.strip(" \t:=").split())) for label in spellings
    ]
    signed = [word for word, label in zip(words, spellings, strict=True) if label[-1:] in "#.)"]
    either = "|".join(words)
    parts = [
        rf"(?<![A-Za-z0-9])(?:{either})[ \t]{{0,8}}[:=](?!//)",
        rf"(?:^[ \t]{{0,80}}|(?<=  )|(?<=\t))(?:{either})(?=[ \t]{{2}}|\t|$)",
    ]
    parts += [rf"(?<![A-Za-z0-9])(?:{'|'.join(signed)})"] if signed else []
    return re.compile("|".join(parts), re.IGNORECASE)
