"""Reading a document in a process apart, with a hard end.

Reading is CPU-bound and partly native code that nobody can interrupt. So it runs in a child
that may be killed: a document that hangs or crashes the reader costs that child, and gives
an honest empty extraction with a warning. A child stays warm for the next document.
"""

import logging
import resource
import signal
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TypeVar, TypeVarTuple, Unpack

import anyio
import anyio.to_process
from anyio import BrokenWorkerProcess

from domain.extraction import Extraction, WarningCode
from extraction import read, read_with_lines, unreadable
from extraction.document import Line
from extraction.intake import Medium, sniff
from extraction.llm.question import excerpt
from extraction.showing.composing import Looked
from extraction.showing.sheet import Asked
from extraction.showing.showing import fragment, look, picture, quotes_alone
from extraction.templates import loaded
from jobs.kinship import die_with_parent
from jobs.looks import Looks, worth_keeping

log = logging.getLogger(__name__)

READ_SECONDS_MAX = 20.0  # for the reading alone; the wait for a free child is not counted
# For what may hold pictures. They are read for OCR_SECONDS_MAX of the processor, of which a busy
# machine gives a fifth: this is for what hangs, and no scan becomes an empty ticket by it.
PICTURES_SECONDS_MAX = 150.0
DRAW_SECONDS_MAX = 60.0  # for one page, which nobody reads
MAY_HOLD_PICTURES = frozenset({Medium.PDF, Medium.IMAGE, Medium.MAIL})
READERS_MAX = 2
READER_MEMORY_BYTES_MAX = 2 * 1024**3

T = TypeVar("T")
Given = TypeVarTuple("Given")


Templates = Callable[[], Awaitable[tuple[bytes, ...]]]


async def no_templates() -> tuple[bytes, ...]:
    """Return the templates of whoever has none."""
    return ()


class ReaderStoppedError(Exception):
    """The child was stopped, or died, over a document; `code` says by what."""

    def __init__(self, problem: str, code: WarningCode = WarningCode.UNREADABLE) -> None:
        super().__init__(problem)
        self.problem = problem
        self.code = code


class Readers:
    """Reads documents in at most `READERS_MAX` children at a time."""

    def __init__(self, templates: Templates | None = None) -> None:
        """`templates` gives the bytes of the customer's own, each of them good."""
        self._free = anyio.CapacityLimiter(READERS_MAX)
        # Scans that are looked at leave a child to the pages that are drawn in no time.
        self._long_looks = anyio.CapacityLimiter(max(1, READERS_MAX - 1))
        self._templates = templates or no_templates
        self._looks = Looks()

    async def read(
        self, document: bytes, filename: str | None, media_type: str | None
    ) -> Extraction:
        """Return what the document says; never raises for what a document may hold."""
        try:
            return await self._apart(
                _read_in_child,
                *(document, filename, media_type, await self._templates()),
                seconds_max=_seconds_for(document),
            )
        except ReaderStoppedError as stopped:
            return unreadable(stopped.problem, code=stopped.code)

    async def read_with_lines(
        self, document: bytes, filename: str | None, media_type: str | None
    ) -> tuple[Extraction, tuple[Line, ...]]:
        """Return the same with the first lines of the document, for whoever reads it next."""
        try:
            return await self._apart(
                _read_lines_in_child,
                *(document, filename, media_type, await self._templates()),
                seconds_max=_seconds_for(document),
            )
        except ReaderStoppedError as stopped:
            return unreadable(stopped.problem, code=stopped.code), ()

    async def show(self, asked: Asked, picture_path: str) -> str:
        """Return the document with what was read from it marked, as HTML; never raises likewise.

        The pictures of its pages are at `picture_path`. What cannot be read again is shown by
        its quotes alone. A scan is read once, and for a while not again: only one at a time, so
        that no other document waits for it, nor this one when it is shown again.
        """
        try:
            if (looked := self._looks.find(asked)) or not _may_hold_pictures(asked.document):
                return await self._shown(asked, picture_path, looked)
            async with self._long_looks:
                # Whoever was before us may have looked at the same.
                return await self._shown(asked, picture_path, self._looks.find(asked))
        except ReaderStoppedError as stopped:
            return quotes_alone(asked, stopped.problem)

    async def _shown(self, asked: Asked, picture_path: str, looked: Looked | None) -> str:
        seconds_max = DRAW_SECONDS_MAX if looked else _seconds_for(asked.document)
        html, seen = await self._apart(
            _show_in_child, asked, picture_path, looked, seconds_max=seconds_max
        )
        self._looks.keep(asked, seen)
        return html

    async def picture(self, asked: Asked, part: str, page: int) -> bytes | None:
        """Return a page as PNG or JPEG; None if there is none, or it cannot be drawn."""
        try:
            return await self._apart(
                _draw_in_child, asked, part, page, seconds_max=DRAW_SECONDS_MAX
            )
        except ReaderStoppedError:
            return None

    async def _apart(
        self, work: Callable[[Unpack[Given]], T], *given: *Given, seconds_max: float
    ) -> T:
        """Return what the work gives in a child. Raises ReaderStoppedError."""
        async with self._free:
            try:
                return await _in_time(work, *given, seconds_max=seconds_max)
            except BrokenWorkerProcess:
                # Somebody else may have killed the child: only a second death is the
                # document's own doing.
                log.warning("a reader died; reading once more")
            try:
                return await _in_time(work, *given, seconds_max=seconds_max)
            except BrokenWorkerProcess as death:
                problem = "The reader died twice while it read the document."
                raise ReaderStoppedError(problem) from death


async def _in_time(work: Callable[[Unpack[Given]], T], *given: *Given, seconds_max: float) -> T:
    # A limit of its own: the one that is shared by default counts cores, and waits inside our
    # time.
    alone = anyio.CapacityLimiter(1)
    try:
        with anyio.fail_after(seconds_max):
            return await anyio.to_process.run_sync(
                work, *given, cancellable=True, limiter=alone
            )
    except TimeoutError as late:
        problem = f"Reading took more than {seconds_max:.0f} s and was stopped."
        raise ReaderStoppedError(problem, WarningCode.READING_TIMED_OUT) from late
    except MemoryError as full:
        problem = f"Reading needed more than {READER_MEMORY_BYTES_MAX >> 20} MiB of memory."
        raise ReaderStoppedError(problem) from full


def _seconds_for(document: bytes) -> float:
    """Return how long a document may be read, in seconds by the clock.

    What may hold pictures ends by the seconds of the processor that `extraction.ocr` allows it,
    with the pages that were read until then. Were the clock to end it first, a good scan on a
    machine that has much to do would become an empty ticket; so that limit is a wide one.
    """
    return PICTURES_SECONDS_MAX if _may_hold_pictures(document) else READ_SECONDS_MAX


def _may_hold_pictures(document: bytes) -> bool:
    return sniff(document, filename=None, media_type=None) in MAY_HOLD_PICTURES


def _read_in_child(
    document: bytes, filename: str | None, media_type: str | None, templates: tuple[bytes, ...]
) -> Extraction:
    _bound_this_process()
    # Sent with each document, and parsed anew only when they have changed.
    own = loaded(templates)
    return read(document, filename=filename, media_type=media_type, templates=own)


def _read_lines_in_child(
    document: bytes, filename: str | None, media_type: str | None, templates: tuple[bytes, ...]
) -> tuple[Extraction, tuple[Line, ...]]:
    _bound_this_process()
    extraction, lines = read_with_lines(
        document, filename=filename, media_type=media_type, templates=loaded(templates)
    )
    return extraction, excerpt(lines)


def _show_in_child(
    asked: Asked, picture_path: str, looked: Looked | None
) -> tuple[str, Looked | None]:
    """Return the HTML, and what was seen if that is new and worth keeping."""
    _bound_this_process()
    seen = looked or look(asked)
    html = fragment(asked, picture_path=picture_path, looked=seen)
    return html, None if looked else worth_keeping(seen)


def _draw_in_child(asked: Asked, part: str, page: int) -> bytes | None:
    _bound_this_process()
    return picture(asked.document, asked.filename, asked.media_type, part=part, page=page)


@cache
def _bound_this_process() -> None:
    """Limit the child's memory, and let it die with its parent even in the middle of a read."""
    resource.setrlimit(resource.RLIMIT_AS, (READER_MEMORY_BYTES_MAX, READER_MEMORY_BYTES_MAX))
    die_with_parent(signal.SIGKILL)
