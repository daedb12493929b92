"""What was seen of documents with pictures, for a while: so that a second look is a quick one.

Recognising the letters of a scan takes seconds, and a page of the dashboard is opened again and
again. It is kept in the memory of this process alone, and never written down.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from domain.extraction import WarningCode
from extraction.showing.composing import Looked
from extraction.showing.sheet import Asked

LOOKS_MAX = 32
LINES_MAX = 2_000  # of one document: a page has some sixty
CHARACTERS_MAX = 200_000  # of one document
KEPT_SECONDS = 3_600.0  # as long as a browser keeps the pictures of the pages
# A look that may end otherwise next time.
PASSING = frozenset({WarningCode.OCR_UNAVAILABLE, WarningCode.READING_TIMED_OUT})


@dataclass(frozen=True, slots=True)
class _Kept:
    looked: Looked
    until: float


class Looks:
    """Remembers the last looks at documents. `clock` is in seconds, and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()

    def find(self, asked: Asked) -> Looked | None:
        """Return what was seen of the same bytes under the same name, None if that is gone."""
        now = self._clock()
        for key in [key for key, one in self._kept.items() if one.until <= now]:
            del self._kept[key]
        if (kept := self._kept.get(_key(asked))) is None:
            return None
        self._kept.move_to_end(_key(asked))
        return kept.looked

    def keep(self, asked: Asked, looked: Looked | None) -> None:
        """Remember a look; the one that was asked for longest ago makes room."""
        if looked is None:
            return
        self._kept[_key(asked)] = _Kept(looked, self._clock() + KEPT_SECONDS)
        while len(self._kept) > LOOKS_MAX:
            self._kept.popitem(last=False)


def worth_keeping(looked: Looked) -> Looked | None:
    """Return a look that took long and is small; None if it is quick to look again."""
    if looked.document is None:
        return None
    codes = {warning.code for warning in looked.document.warnings}
    lines = looked.document.lines
    is_small = (
        len(lines) <= LINES_MAX and sum(len(line.text) for line in lines) <= CHARACTERS_MAX
    )
    return (
        looked
        if WarningCode.OCR_USED in codes and codes.isdisjoint(PASSING) and is_small
        else None
    )


def _key(asked: Asked) -> bytes:
    named = f"{asked.filename!r} {asked.media_type!r} ".encode()
    return hashlib.sha256(named + asked.document).digest()
