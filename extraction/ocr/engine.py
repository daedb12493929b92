"""The port to whatever recognises letters, and what it gives back.

An engine is handed a page that stands upright, grey, dark on light. It knows nothing of
documents; its words are in pixels of the picture it was given.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A word as an engine saw it: box in pixels, confidence 0 to 100, which line it is of."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float
    line: tuple[int, ...] = ()


class EngineUnavailableError(Exception):
    """The engine is not installed, or lacks its data: no page can be read."""


class EngineFailedError(Exception):
    """The engine gave nothing for this page: it crashed, or its output makes no sense."""


class EngineTimedOutError(EngineFailedError):
    """The engine used up the seconds it had for this page."""


class OcrEngine(Protocol):
    """Recognises the words of one page."""

    def words(self, page: "Image", *, dpi: int, seconds_max: int) -> list[SeenWord]:
        """Return the words of a grey page, in the engine's reading order.

        `seconds_max` is of the processor, not of the clock. Raises EngineUnavailableError,
        EngineTimedOutError or EngineFailedError.
        """
        ...

    def seconds_used(self) -> float:
        """Return how many seconds of the processor it has used so far, all pages together."""
        ...
