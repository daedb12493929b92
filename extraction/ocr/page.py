"""One page: made ready, given to the engine, its words brought back to where they stand.

A page whose lines seem to run upwards is turned first. One that gives little is tried again
the other ways round; the try that gives most is kept.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from statistics import median

from extraction.ocr.boxes import fitted
from extraction.ocr.engine import EngineFailedError, OcrEngine, SeenWord
from extraction.ocr.found import PageWord, PageWords, Rule
from extraction.ocr.limits import OCR_PAGE_SECONDS_MAX, POINTS_PER_INCH
from extraction.ocr.lines import Piece, pieces_of, says
from extraction.ocr.scans import Scan
from extraction.ocr.straight import Straight, straightened
from extraction.ocr.strays import without_strays
from extraction.ocr.upright import lies_on_its_side
from extraction.ocr.weight import bold_words, thickness

INK_SHARE_MIN = 0.0001  # of a page; with less there is nothing on it
CONFIDENCE_MIN = 30.0  # of a word; less is a guess at a picture
LONG_LETTERS_MIN, LONG_CONFIDENCE_MIN = 5, 15.0  # so many letters seldom come by chance
SIGN_CONFIDENCE_MIN = 60.0  # of what has no letter or digit
POOR = 0.70  # a page that is read no surer than this may lie the wrong way up
GOOD = 0.80  # and one that is read so surely does not
LARGE = 2.2  # times the usual type: a letter or two of that size are part of a drawing
LARGE_LETTERS_MAX = 2

SecondsLeft = Callable[[], float]


def words_of(scan: Scan, engine: OcrEngine, seconds_left: SecondsLeft) -> PageWords:
    """Return the words of a page. Raises what the engine raises at the first try."""
    straight = straightened(scan, 0)
    if straight.ink.mean() < INK_SHARE_MIN:
        return PageWords()
    if lies_on_its_side(straight.ink):
        straight, others = straightened(scan, 1), (3, 0, 2)
    else:
        others = (2, 1, 3)
    best = _read(straight, engine, seconds_left)
    for quarters in others if best.quality < POOR else ():
        if seconds_left() < 1 or best.quality >= GOOD:
            break
        with suppress(EngineFailedError):  # the first try stands
            other = _read(straightened(scan, quarters), engine, seconds_left)
            best = max(best, other, key=lambda words: words.worth)
    return best


def _read(straight: Straight, engine: OcrEngine, seconds_left: SecondsLeft) -> PageWords:
    seconds = max(1, min(OCR_PAGE_SECONDS_MAX, round(seconds_left())))
    seen = engine.words(straight.image, dpi=round(straight.dpi), seconds_max=seconds)
    kept = fitted([w for w in seen if _is_worth_keeping(w)], straight.ink, straight.uprights)
    pieces = _without_drawings(pieces_of(kept, straight.uprights))
    return PageWords(
        words=tuple(without_strays([*_page_words(pieces, straight)])),
        levels=_in_points(straight.levels, straight.dpi),
        uprights=_in_points(straight.uprights, straight.dpi),
        way_back=straight.way_back,
    )


def _in_points(rules: Sequence[Rule], dpi: float) -> tuple[Rule, ...]:
    scale = POINTS_PER_INCH / dpi
    return tuple(Rule(r.at * scale, r.start * scale, r.end * scale) for r in rules)


def _is_worth_keeping(word: SeenWord) -> bool:
    if not says(word):
        return word.confidence >= SIGN_CONFIDENCE_MIN
    is_long = sum(map(str.isalnum, word.text)) >= LONG_LETTERS_MIN
    return word.confidence >= (LONG_CONFIDENCE_MIN if is_long else CONFIDENCE_MIN)


def _without_drawings(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces without letters that are far larger than the type of the page."""
    if not pieces:
        return []
    usual = median(piece.size for piece in pieces for _word in piece.words)
    return [
        piece
        for piece in pieces
        if piece.size <= LARGE * usual
        or sum(len(word.text) for word in piece.words) > LARGE_LETTERS_MAX
    ]


def _page_words(pieces: Sequence[Piece], straight: Straight) -> Iterator[PageWord]:
    placed = [(piece, at, word) for piece in pieces for at, word in enumerate(piece.words)]
    thick = [thickness(straight.pixels, _pixels(word), piece.size) for piece, _, word in placed]
    texts = [word.text for _piece, _at, word in placed]
    bold = bold_words(thick, texts, [at > 0 for _piece, at, _word in placed])
    scale = POINTS_PER_INCH / straight.dpi
    for (piece, _at, word), is_bold in zip(placed, bold, strict=True):
        box = (word.x0 * scale, piece.top * scale, word.x1 * scale, piece.bottom * scale)
        yield PageWord(
            text=word.text,
            box=box,
            quality=word.confidence / 100,
            is_bold=is_bold,
        )


def _pixels(word: SeenWord) -> tuple[int, int, int, int]:
    return (int(word.x0), int(word.top), int(word.x1), int(word.bottom))
