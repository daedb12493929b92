"""Sentences of a page: rows whose words follow each other, and lines that go on in the next."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extraction.reading.cells import Cell
from extraction.reading.grids import rows_of

FULL_SHARE = 0.82  # of the column: a line that reaches so far goes on in the next
SENTENCE_WORDS_MIN = 6
LINE_GAP = 0.95  # of the height: lines of one paragraph are no further apart
ALIGNED = 3.0  # points by which lines of one paragraph may begin apart
INDENT = 40.0  # points by which the first line of a paragraph may be moved
BLANK_MAX = 1.3  # of the height: gaps in a sentence, where something was filled in
JOINING_MIN = 3  # words that only a sentence has
JOINING = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "by",
        "for",
        "from",
        "has",
        "have",
        "in",
        "into",
        "is",
        "it",
        "its",
        "no",
        "not",
        "of",
        "on",
        "or",
        "shall",
        "that",
        "the",
        "their",
        "this",
        "through",
        "to",
        "upon",
        "was",
        "were",
        "will",
        "with",
        "within",
        "you",
        "your",
        "which",
    ]
)


def with_sentences(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells; those of a row that read as a sentence are one."""
    found: list[Cell] = []
    for row in rows_of(cells):
        is_open = bool(found) and _is_below_sentence(found[-1], row[0])
        run = [row[0]]
        for cell in row[1:]:
            if cell.x0 - run[-1].x1 <= BLANK_MAX * cell.height and cell.frame == run[-1].frame:
                run.append(cell)
            else:
                found += _whole(run, JOINING_MIN - 2 * is_open)
                run = [cell]
        found += _whole(run, JOINING_MIN - 2 * is_open)
    return sorted(found, key=lambda cell: (cell.top, cell.x0, cell.text))


def _is_below_sentence(above: Cell, cell: Cell) -> bool:
    """Is a row right below a sentence that goes on?"""
    gap = cell.top - above.bottom
    is_near = gap <= LINE_GAP * above.height and -INDENT <= cell.x0 - above.x0 <= ALIGNED
    return is_near and _joining(above.text) >= JOINING_MIN


def _joining(text: str) -> int:
    return sum(word in JOINING for word in text.split())


def _whole(run: Sequence[Cell], least: int) -> list[Cell]:
    joining = sum(_joining(cell.text) for cell in run)
    if len(run) == 1 or joining < least or run[0].text.endswith(":"):
        return list(run)
    whole = run[0]
    for cell in run[1:]:
        whole = whole.joined(cell)
    return [replace(whole, is_bold=all(cell.is_bold for cell in run))]


def paragraphs(rows: Iterable[tuple[Cell, bool]]) -> Iterator[Cell]:
    """Yield lines; those that fill their width are one with the line below."""
    lines = list(rows)
    right = max((line.x1 for line, _ in lines), default=0.0)
    open_line: Cell | None = None
    last: Cell | None = None
    for line, is_alone in lines:
        if (
            open_line is not None
            and last is not None
            and is_alone
            and _goes_on(last, line, right)
        ):
            open_line = open_line.joined(line)
        else:
            if open_line is not None:
                yield open_line
            open_line = line
        last = line if is_alone else None
    if open_line is not None:
        yield open_line


def _goes_on(last: Cell, line: Cell, right: float) -> bool:
    """Is a line so full that its sentence goes on in the next?"""
    is_full = last.x1 - last.x0 >= FULL_SHARE * (right - last.x0)
    is_worded = len(last.text.split()) >= SENTENCE_WORDS_MIN
    gap = line.top - last.bottom
    is_near = -0.5 * last.height <= gap <= LINE_GAP * last.height
    is_alike = abs(last.type_size - line.type_size) <= 0.12 * last.type_size
    return (
        is_full
        and is_worded
        and is_near
        and is_alike
        and last.frame == line.frame
        and -INDENT <= line.x0 - last.x0 <= ALIGNED
    )
