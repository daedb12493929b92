"""Reading a document in a process apart, with a hard end.

Reading is CPU-bound and partly native code that nobody can interrupt. So it runs in a child
that may be killed: a document that hangs or crashes the reader costs that child, and gives
an honest empty extraction with a warning. A child stays warm for the next document.
"""

import ctypes
import ctypes.util
import resource
import signal
import sys
from functools import cache

import anyio
import anyio.to_process
from anyio import BrokenWorkerProcess

from domain.extraction import DocumentKind, Extraction, ExtractionWarning, WarningCode
from extraction import READER_VERSION, read

READ_SECONDS_MAX = 20.0
READER_MEMORY_BYTES_MAX = 2 * 1024**3
PR_SET_PDEATHSIG = 1  # linux/prctl.h


async def read_apart(
    document: bytes, filename: str | None, media_type: str | None
) -> Extraction:
    """Return what the document says; never raises for what a document may hold."""
    try:
        with anyio.fail_after(READ_SECONDS_MAX):
            return await anyio.to_process.run_sync(
                _read_in_child, document, filename, media_type, cancellable=True
            )
    except TimeoutError:
        problem = f"Reading took more than {READ_SECONDS_MAX:.0f} s and was stopped."
        return unreadable(WarningCode.READING_TIMED_OUT, problem)
    except BrokenWorkerProcess:
        return unreadable(WarningCode.UNREADABLE, "The reader died while it read the document.")
    except MemoryError:
        problem = f"Reading needed more than {READER_MEMORY_BYTES_MAX >> 20} MiB of memory."
        return unreadable(WarningCode.UNREADABLE, problem)


async def warm_up() -> None:
    """Start a child and let it load the reader, so that the first document need not wait."""
    await read_apart(b"Work order: none", "warm_up.txt", "text/plain")


def unreadable(code: WarningCode, message: str) -> Extraction:
    """Return the extraction of a document that could not be read: no fields, one warning."""
    return Extraction(
        reader_version=READER_VERSION,
        kind=DocumentKind.UNREADABLE,
        warnings=[ExtractionWarning(code=code, message=message)],
    )


def _read_in_child(document: bytes, filename: str | None, media_type: str | None) -> Extraction:
    _bound_this_process()
    return read(document, filename=filename, media_type=media_type)


@cache
def _bound_this_process() -> None:
    """Limit the child's memory, and let it die with its parent even in the middle of a read."""
    resource.setrlimit(resource.RLIMIT_AS, (READER_MEMORY_BYTES_MAX, READER_MEMORY_BYTES_MAX))
    if sys.platform == "linux":
        libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
