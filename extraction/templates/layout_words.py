"""Which words are layout and which are content: a template may hold the first alone.

Layout are the words by which labels and headings are known here, a closed list of the trade
without a name of anybody. Any other word of a label is admitted only if it stands nowhere in
the document where values stand, is none of the confirmed values' and has no digit; and whoever
adds the template is shown it.
"""

import re
from collections.abc import Iterable
from functools import cache

from extraction.labels.words import ALIASES
from extraction.roles import NAMES

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
LABEL_WORDS_MAX = 6
NUMBERS = "number|num|nbr|nr|no|numbers|nos|id"  # written `#` where labels are compared
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def words_of(text: str) -> list[str]:
    """Return the words of a text, small: `jobSite-county` has three."""
    return WORD.findall(CAMEL.sub(" ", text).replace("_", " ").casefold())


@cache
def vocabulary() -> frozenset[str]:
    """Return every word by which a label or a heading is known here."""
    return frozenset(words_of("|".join([NUMBERS, *ALIASES.values(), *NAMES.values()])))


def is_known(text: str) -> bool:
    """Is every word of this one of the trade?"""
    words = words_of(text)
    return bool(words) and all(word in vocabulary() for word in words)


class LayoutWords:
    """Tells layout from content in one document."""

    def __init__(self, contents: Iterable[str]) -> None:
        """Learn what stands where values stand, and the confirmed values themselves."""
        self._content = frozenset(word for text in contents for word in words_of(text))

    def admits(self, text: str) -> bool:
        """May this stand in a template?"""
        words = words_of(text)
        return (
            0 < len(words) <= LABEL_WORDS_MAX
            and text.isprintable()
            and all(word.isalpha() and word not in self._content for word in strange_in(text))
        )


def strange_in(text: str) -> list[str]:
    """Return the words that are not of the trade, which a person alone can judge."""
    return [word for word in words_of(text) if word not in vocabulary()]
