"""Files of lines, which are only ever added to."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from storage.files import BLOCK_BYTES, FILE_MODE, Identity
from storage.timings import fsync

SEARCH_BYTES = 1024 * 1024
LINE_BYTES = 4096  # most lines are shorter


class Lines:
    """An open file of lines; whoever appends to it holds the lock that goes with it.

    What follows the last line end was torn by a crash or is being written: it is no line.
    """

    def __init__(self, path: Path, *, is_read_only: bool = False) -> None:
        self.path = path
        flags = os.O_RDONLY if is_read_only else os.O_RDWR | os.O_CREAT
        self._descriptor = os.open(path, flags | os.O_CLOEXEC, FILE_MODE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._descriptor)

    @property
    def identity(self) -> Identity:
        return Identity.of(os.fstat(self._descriptor))

    def cut_torn_end(self) -> int:
        """Cut off what follows the last line end; return the length that is left."""
        size = os.fstat(self._descriptor).st_size
        end = self.end_of_last_line(size)
        if end != size:
            self.cut(end)
        return end

    def cut(self, end: int) -> None:
        os.ftruncate(self._descriptor, end)

    def end_of_last_line(self, size: int) -> int:
        """Return the offset just behind the last line end before `size`."""
        end = size
        while end > 0:
            start = max(0, end - BLOCK_BYTES)
            found = os.pread(self._descriptor, end - start, start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
        return 0

    def line_before(self, end: int) -> bytes:
        """Return the line that ends at `end`, without its line end."""
        start = self.end_of_last_line(end - 1)
        return os.pread(self._descriptor, end - 1 - start, start)

    def count_before(self, end: int) -> int:
        """Return the number of lines before `end`, reading them all."""
        starts = range(0, end, BLOCK_BYTES)
        return sum(
            os.pread(self._descriptor, min(BLOCK_BYTES, end - start), start).count(b"\n")
            for start in starts
        )

    def line_from(self, start: int) -> bytes:
        """Return the line that begins at `start`, without its line end; empty if none does."""
        line = bytearray()
        while block := os.pread(self._descriptor, LINE_BYTES, start + len(line)):
            before, found, _ = block.partition(b"\n")
            line += before
            if found:
                return bytes(line)
        return b""

    def found_backwards(self, wanted: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the lines that hold these bytes, the last first, and where each begins."""
        end = self.end_of_last_line(os.fstat(self._descriptor).st_size)
        while end > 0:
            first = max(0, end - SEARCH_BYTES)
            # A block of whole lines; one that is longer than a block is read whole.
            start = 0 if first == 0 else self._start_of_block(first, end)
            block = os.pread(self._descriptor, end - start, start)
            place = block.rfind(wanted)
            while place >= 0:
                begin = block.rfind(b"\n", 0, place) + 1
                yield start + begin, block[begin : block.find(b"\n", place)]
                place = block.rfind(wanted, 0, begin)
            end = start

    def _start_of_block(self, first: int, end: int) -> int:
        """Return where the first whole line at or behind `first` begins; before it, if none does."""
        behind = os.pread(self._descriptor, end - first, first).find(b"\n") + 1
        return first + behind if first + behind < end else self.end_of_last_line(first)

    def append(self, content: bytes, *, end: int) -> None:
        """Write whole lines at `end`; what cannot be written whole is not to be seen."""
        try:
            _write_all_at(self._descriptor, content, end)
        except OSError:
            os.ftruncate(self._descriptor, end)
            raise

    def sync(self) -> None:
        fsync(self._descriptor)


def _write_all_at(descriptor: int, content: bytes, offset: int) -> None:
    rest = memoryview(content)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written
