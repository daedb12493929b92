"""Reading a document in a process apart, with a hard end.

Reading is CPU-bound and partly native code that nobody can interrupt. So it runs in a child
that may be killed: a document that hangs or crashes the reader costs that child, and gives
an honest empty extraction with a warning. A child stays warm for the next document.
"""

import logging
import resource
import signal
from functools import cache

import anyio
import anyio.to_process
from anyio import BrokenWorkerProcess

from domain.extraction import Extraction, WarningCode
from extraction import read, unreadable
from jobs.kinship import die_with_parent

log = logging.getLogger(__name__)

READ_SECONDS_MAX = 20.0  # for the reading alone; the wait for a free child is not counted
READERS_MAX = 2
READER_MEMORY_BYTES_MAX = 2 * 1024**3


class Readers:
    """Reads documents in at most `READERS_MAX` children at a time."""

    def __init__(self) -> None:
        self._free = anyio.CapacityLimiter(READERS_MAX)

    async def read(
        self, document: bytes, filename: str | None, media_type: str | None
    ) -> Extraction:
        """Return what the document says; never raises for what a document may hold."""
        async with self._free:
            try:
                return await _read_in_time(document, filename, media_type)
            except BrokenWorkerProcess:
                # Somebody else may have killed the child: only a second death is the
                # document's own doing.
                log.warning("a reader died; reading once more")
            try:
                return await _read_in_time(document, filename, media_type)
            except BrokenWorkerProcess:
                problem = "The reader died twice while it read the document."
                return unreadable(problem)


async def _read_in_time(
    document: bytes, filename: str | None, media_type: str | None
) -> Extraction:
    # A limit of its own: the one that is shared by default counts cores, and waits inside our
    # time.
    alone = anyio.CapacityLimiter(1)
    try:
        with anyio.fail_after(READ_SECONDS_MAX):
            return await anyio.to_process.run_sync(
                _read_in_child, document, filename, media_type, cancellable=True, limiter=alone
            )
    except TimeoutError:
        problem = f"Reading took more than {READ_SECONDS_MAX:.0f} s and was stopped."
        return unreadable(problem, code=WarningCode.READING_TIMED_OUT)
    except MemoryError:
        problem = f"Reading needed more than {READER_MEMORY_BYTES_MAX >> 20} MiB of memory."
        return unreadable(problem)


def _read_in_child(document: bytes, filename: str | None, media_type: str | None) -> Extraction:
    _bound_this_process()
    return read(document, filename=filename, media_type=media_type)


@cache
def _bound_this_process() -> None:
    """Limit the child's memory, and let it die with its parent even in the middle of a read."""
    resource.setrlimit(resource.RLIMIT_AS, (READER_MEMORY_BYTES_MAX, READER_MEMORY_BYTES_MAX))
    die_with_parent(signal.SIGKILL)
