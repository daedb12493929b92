"""Standard output as a tool of a pipeline has it: when it takes no more, the tool ends."""

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from cli.statuses import Status

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Piped(io.FileIO):
    """A file that ends this process when it can write no more: quietly, if its reader has gone.

    Not by the signal SIGPIPE: that would also end it where a server closes a connection.
    """

    def write(self, content: "ReadableBuffer", /) -> int:
        try:
            return super().write(content)
        except BrokenPipeError:
            self._go_nowhere()
            raise SystemExit(Status.UNREAD) from None
        except OSError as error:  # the disk of the file that it is led to is full
            self._go_nowhere()
            sys.stderr.write(
                f"Standard output does not take what is printed: {error.strerror}.\n"
                "Free space there, or lead it elsewhere.\n"
            )
            raise SystemExit(Status.UNAVAILABLE) from None

    def _go_nowhere(self) -> None:
        # What is still to be written, nobody misses; whoever cleans up may go on.
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())


def end_when_unread() -> None:
    """Let `texas811 ... | head` end as `yes | head` does: without a word, with status 141.

    What the encoding of the terminal does not have is shown escaped.
    """
    given: TextIO | None = sys.stdout
    if given is None:  # the shell has closed it: `>&-`
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - for as long as we live
        return
    given.flush()
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Piped(given.fileno(), "wb", closefd=False)),
        encoding=given.encoding,
        errors="backslashreplace",
        line_buffering=given.isatty(),
    )
