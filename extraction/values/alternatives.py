r"""Alternatives: patterns of many words, compiled so that a search skips to where one can begin.

A pattern is searched ten times faster if each of its words begins with a letter. `\bdig` does not:
it begins with an edge, so that every word is tried at every place. The same is said by `d` with no
letter before it.
"""

import re

EDGE_FIRST = re.compile(r"\\b([a-z0-9])(?![?*{+])")


def any_of(words: str) -> re.Pattern[str]:
    """Compile words in small letters, divided by bars, for a text in small letters."""
    return re.compile(EDGE_FIRST.sub(r"\1(?<!\\w\1)", words))
