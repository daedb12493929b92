"""Quoted: lines that a mail quotes, each behind a `>`, read as if they stood alone.

The mark is made a blank, so that every word stays where it is.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from extraction.document import Line

MARK = re.compile(r"\s{0,3}(?:[>|]\s?){0,4}>(?=\s|$|[A-Za-z0-9])")


def unquoted_lines(lines: Iterable[Line]) -> list[Line]:
    """Return the lines without the marks of quoting."""
    return [_unquoted(line) for line in lines]


def _unquoted(line: Line) -> Line:
    if line.label is not None or ">" not in line.text[:12]:
        return line
    mark = MARK.match(line.text)
    if mark is None:
        return line
    return replace(line, text=(" " * mark.end() + line.text[mark.end() :]).rstrip())
