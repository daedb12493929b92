"""Tesseract, called as a program: a page goes in by its standard input, words come out.

No file is written. One thread, so that a page takes the same time on any number of cores.
The seconds are counted by the kernel in time of the processor: how busy the machine is
does not change what is read. The clock only ends what sleeps.
"""

import resource
import signal
import subprocess
from typing import TYPE_CHECKING

from extraction.ocr.engine import (
    EngineFailedError,
    EngineTimedOutError,
    EngineUnavailableError,
    SeenWord,
)

if TYPE_CHECKING:
    from PIL.Image import Image

LANGUAGE = "eng"
SPARSE_TEXT = "11"  # page segmentation: find what text there is; we put it in order ourselves
WALL_FACTOR = 6  # the clock ends what has not got its seconds of the processor in so many times
NOT_FOUND = (126, 127)  # of a shell: there is no such program, or it cannot be run
WORD_LEVEL = "5"  # of a row of the output
COLUMNS = 12
NO_DATA = b"Error opening data file"

# The limit of time and the death with who started it are given by the shell and by setpriv,
# and kept over exec; a machine without setpriv has the limit of time alone.
LAUNCHER = """
ulimit -c 0
ulimit -t "$1"
shift
command -v "$1" >/dev/null || exit 127
export OMP_THREAD_LIMIT=1
if command -v setpriv >/dev/null; then exec setpriv --pdeathsig KILL "$@"; fi
exec "$@"
"""


class Tesseract:
    """The system's tesseract, 4 or newer."""

    def __init__(self, program: str = "tesseract") -> None:
        self._program = program

    def words(self, page: "Image", *, dpi: int, seconds_max: int) -> list[SeenWord]:
        """See `OcrEngine`."""
        options = ("-l", LANGUAGE, "--psm", SPARSE_TEXT, "--dpi", str(dpi), "tsv")
        picture = b"P5 %d %d 255\n" % page.size + page.tobytes()
        return words_in(self._run(("stdin", "stdout", *options), picture, seconds_max))

    def seconds_used(self) -> float:
        """See `OcrEngine`; counts every child of this process, which are few."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    def version(self) -> str:
        """Return its version, as it says it. Raises as `words` does."""
        said = self._run(("--version",), b"", 5).decode(errors="replace").split()
        return said[1] if len(said) > 1 else "unknown"

    def languages(self) -> list[str]:
        """Return the languages that it has the data of. Raises as `words` does."""
        said = self._run(("--list-langs",), b"", 5).decode(errors="replace").splitlines()
        return sorted(line.strip() for line in said[1:] if line.strip())

    def _run(self, options: tuple[str, ...], given: bytes, seconds_max: int) -> bytes:
        launch = ("/bin/sh", "-c", LAUNCHER, "sh", str(seconds_max), self._program)
        try:
            done = subprocess.run(  # noqa: S603 - our own words and numbers, nothing of a document's
                (*launch, *options),
                input=given,
                capture_output=True,
                check=False,
                timeout=WALL_FACTOR * seconds_max,
            )
        except subprocess.TimeoutExpired as late:
            raise EngineTimedOutError from late
        except OSError as failure:
            raise EngineUnavailableError from failure
        _refuse_failure(done.returncode, done.stderr)
        return done.stdout


def _refuse_failure(status: int, said: bytes) -> None:
    if status == 0:
        return
    if status in NOT_FOUND or NO_DATA in said:
        raise EngineUnavailableError
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        raise EngineTimedOutError
    raise EngineFailedError


def words_in(table: bytes) -> list[SeenWord]:
    """Return the words of tesseract's output in columns (TSV). Raises EngineFailedError."""
    words = []
    for row in table.decode("utf-8", errors="replace").splitlines():
        parts = row.split("\t")
        if len(parts) == COLUMNS and parts[0] == WORD_LEVEL and parts[-1].strip():
            words.append(_word(parts))
    return words


def _word(parts: list[str]) -> SeenWord:
    try:
        block, paragraph, line, _word, left, top, width, height = map(int, parts[2:10])
        confidence = float(parts[10])
    except ValueError as failure:
        raise EngineFailedError from failure
    return SeenWord(
        text=parts[11].strip(),
        x0=left,
        top=top,
        x1=left + width,
        bottom=top + height,
        confidence=confidence,
        line=(block, paragraph, line),
    )
