"""Files that somebody else has written, read piece by piece: no line is longer than it may be."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from domain.errors import MalformedError, NotFoundError, TooLargeError, WrongKindError
from storage.failures import unreadable
from storage.files import BLOCK_BYTES

STANDARD_INPUT = Path("-")


class RawLine(NamedTuple):
    """A line by its number, without its end; None for one that is too long, which is passed over."""

    number: int
    content: bytes | None


@contextmanager
def opened_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file for reading; `-` is the standard input.

    Raises NotFoundError, WrongKindError for a directory, and UnavailableError.
    """
    if path == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    with unreadable(path):
        try:
            file = path.open("rb", buffering=BLOCK_BYTES)
        except FileNotFoundError:
            raise NotFoundError(f"There is no file {path}.", field="file") from None
        except IsADirectoryError:
            raise WrongKindError(
                f"{path} is a directory.", field="file", remedy="Name a file."
            ) from None
        with file:
            yield file


def lines_of(file: BinaryIO, bytes_max: int) -> Iterator[RawLine]:
    """Yield the lines of a file, also a last one without its end."""
    number = 0
    while line := file.readline(bytes_max + 2):
        number += 1
        if len(line) <= bytes_max + 1 and (line.endswith(b"\n") or len(line) <= bytes_max):
            yield RawLine(number, line.removesuffix(b"\n"))
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(BLOCK_BYTES)
        yield RawLine(number, None)


def too_long(bytes_max: int) -> TooLargeError:
    """Return the refusal of a line that is too long."""
    return TooLargeError(
        f"The line is longer than {bytes_max // 1024} KiB.",
        remedy="Look whether a quotation mark or the end of a line is missing before it.",
    )


def text_of(line: RawLine, bytes_max: int) -> str:
    """Return a line as text. Raises TooLargeError, and MalformedError for what is no UTF-8."""
    if line.content is None:
        raise too_long(bytes_max)
    try:
        return line.content.decode()
    except UnicodeDecodeError as error:
        raise MalformedError(
            f"The line is not UTF-8: see its byte {error.start + 1}.",
            remedy="Save the file as UTF-8, and import it again.",
        ) from None
