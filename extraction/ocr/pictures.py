"""All pictures of pages in one document: read within its limits, one warning for each trouble.

No trouble with a picture is a failure: what the other pages say is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.extraction import ExtractionWarning, WarningCode
from extraction.ocr.engine import (
    EngineFailedError,
    EngineTimedOutError,
    EngineUnavailableError,
    OcrEngine,
)
from extraction.ocr.found import PageWords
from extraction.ocr.limits import OCR_PAGES_MAX, OCR_SECONDS_MAX, TooLargeError

if TYPE_CHECKING:
    from extraction.ocr.scans import Scan

LOW_QUALITY = 0.80  # clean scans are read at .90 and more; a bad fax at .75, half of it wrong
PAGES_NAMED_MAX = 12

MESSAGES = {
    WarningCode.OCR_USED: "{pages} read from a picture: look at what was read before trusting it.",
    WarningCode.LOW_TEXT_QUALITY: "{pages} hard to read; a better scan would help.",
    WarningCode.OCR_UNAVAILABLE: "{pages} not read: tesseract, which reads pictures, is not"
    " installed.",
    WarningCode.READING_TIMED_OUT: "{pages} not read: the picture took too long.",
    WarningCode.UNREADABLE: "{pages} not read: the picture is broken or beyond reading.",
    WarningCode.TRUNCATED: "{pages} not read: too large, or beyond what is read of a document"
    f" ({OCR_PAGES_MAX} pictures, {OCR_SECONDS_MAX:.0f} s).",
}

_CODES: dict[type[Exception], WarningCode] = {
    EngineUnavailableError: WarningCode.OCR_UNAVAILABLE,
    EngineTimedOutError: WarningCode.READING_TIMED_OUT,
    EngineFailedError: WarningCode.UNREADABLE,
    TooLargeError: WarningCode.TRUNCATED,
}


@dataclass(frozen=True, slots=True)
class _Place:
    part: str
    page: int

    def __str__(self) -> str:
        return f"page {self.page}" + ("" if self.part == "body" else f" of {self.part}")


class Pictures:
    """Reads the pictures of one document, in their order."""

    def __init__(self, engine: OcrEngine) -> None:
        self._engine = engine
        self._begun_at = engine.seconds_used()
        self._tried = 0
        self._is_spent = False
        self._is_unavailable = False
        self._told: dict[WarningCode, list[_Place]] = {}

    def read(self, draw: Callable[[], "Scan"], *, page: int, part: str) -> PageWords:
        """Return the words of a picture, none if it cannot be read; `draw` gives the picture.

        It is not asked for a picture that would not be read.
        """
        words, code = self._read(draw)
        if code:
            self.note(code, page=page, part=part)
        if words.words:
            self.note(WarningCode.OCR_USED, page=page, part=part)
            if words.quality < LOW_QUALITY:
                self.note(WarningCode.LOW_TEXT_QUALITY, page=page, part=part)
        return words

    def note(self, code: WarningCode, *, page: int, part: str) -> None:
        """Note what became of a picture."""
        place, places = _Place(part, page), self._told.setdefault(code, [])
        if place not in places:  # a mail may be read twice
            places.append(place)

    @property
    def troubles(self) -> bool:
        """Has anything been noted of a picture?"""
        return bool(self._told)

    def warnings(self) -> tuple[ExtractionWarning, ...]:
        """Return what a reader of the document should know of its pictures."""
        return tuple(
            ExtractionWarning(code=code, message=message.format(pages=_named(places)))
            for code, message in MESSAGES.items()
            if (places := self._told.get(code))
        )

    def _read(self, draw: Callable[[], "Scan"]) -> tuple[PageWords, WarningCode | None]:
        if self._is_unavailable:
            return PageWords(), WarningCode.OCR_UNAVAILABLE
        if self._is_spent or self._tried >= OCR_PAGES_MAX or self._seconds_left() <= 0:
            return PageWords(), WarningCode.TRUNCATED
        from extraction.ocr.page import words_of  # only a picture pays for it

        self._tried += 1
        try:
            return words_of(draw(), self._engine, self._seconds_left), None
        except (EngineUnavailableError, EngineFailedError, TooLargeError) as trouble:
            self._is_unavailable = isinstance(trouble, EngineUnavailableError)
            self._is_spent = isinstance(trouble, EngineTimedOutError)  # as the next would be
            return PageWords(), _CODES[type(trouble)]

    def _seconds_left(self) -> float:
        return OCR_SECONDS_MAX - (self._engine.seconds_used() - self._begun_at)


def _named(places: list[_Place]) -> str:
    """Return "Page 2 was" or "Page 2, page 3 and 4 more were"."""
    shown = [str(place) for place in places[:PAGES_NAMED_MAX]]
    more = len(places) - len(shown)
    listed = ", ".join(shown) + (f" and {more} more" if more else "")
    return f"{listed[0].upper()}{listed[1:]} {'was' if len(places) == 1 else 'were'}"
