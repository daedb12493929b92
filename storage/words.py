"""Free text: which tickets hold which words."""

import re
import unicodedata
from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping

# A shorter one must stand by itself: half of all words have an `e` in them.
PART_CHARACTERS_MIN = 3

_WORD = re.compile(r"\w+")


def words_in(text: str) -> list[str]:
    """Return the words of a text, each once, in whatever case and form they are written."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return list(dict.fromkeys(_WORD.findall(plain)))


class Words:
    """Tells which tickets hold a word, or a part of one.

    The words of a ticket are given and taken as one string with spaces between them.
    """

    def __init__(self, words_of: Mapping[str, str]) -> None:
        """Take in tickets: the words of each by its id."""
        self._holders: dict[str, list[str]] = {}  # word -> ids in their order
        self._spelled = ""  # all words, a line each
        self._spelled_count = 0
        for ticket_id in sorted(words_of):
            for word in words_of[ticket_id].split():
                self._holders.setdefault(word, []).append(ticket_id)

    def change(self, ticket_id: str, before: str, after: str) -> None:
        """Take note that a ticket has other words now."""
        if before == after:
            return
        old, new = set(before.split()), set(after.split())
        for word in new - old:
            insort(self._holders.setdefault(word, []), ticket_id)
        for word in old - new:
            holders = self._holders[word]
            del holders[bisect_left(holders, ticket_id)]

    def holders(self, part: str) -> list[list[str]]:
        """Return for each word that this is, or is a part of, the tickets that have it."""
        words = self._words_with(part) if len(part) >= PART_CHARACTERS_MIN else [part]
        return [self._holders[word] for word in words if word in self._holders]

    def _words_with(self, part: str) -> Iterator[str]:
        # No word is ever forgotten, so their number tells whether there are new ones.
        if len(self._holders) != self._spelled_count:
            self._spelled = "\n".join(["", *self._holders, ""])
            self._spelled_count = len(self._holders)
        place = self._spelled.find(part)
        while place >= 0:
            end = self._spelled.index("\n", place)
            yield self._spelled[self._spelled.rindex("\n", 0, place) + 1 : end]
            place = self._spelled.find(part, end)
