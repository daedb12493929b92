"""A child that reads documents and says what else it did: files it touched, whom it called.

The interpreter tells each such deed to an audit hook. Native code does not ask it, so whoever runs
the child looks at its folders too.
"""

import os
import socket
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from time import perf_counter

from domain.extraction import Extraction
from jobs.reader import _read_in_child

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = [
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.utime",
    "os.mkfifo",
    "os.setxattr",
    "os.removexattr",
    "shutil.",
    "tempfile.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.getaddrinfo",
    "urllib.Request",
    "ftplib.",
    "smtplib.",
    "os.kill",
]

_deeds: list[str] = []


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one reading: how long it took by the clock, and what the child did beside it."""

    reading: Extraction
    seconds: float
    deeds: list[str] = field(default_factory=list)


def read_watched(document: bytes, name: str) -> Seen:
    """Read a document as the service's own child does, and watch it."""
    _watch()
    _deeds.clear()
    begun = perf_counter()
    reading = _read_in_child(document, name, None, ())
    return Seen(reading, perf_counter() - begun, list(_deeds))


def misbehave(folder: str) -> list[str]:
    """Do what no reading may do: were the watch blind, all that it sees were worth nothing."""
    _watch()
    _deeds.clear()
    stray = Path(folder) / "stray"
    stray.write_bytes(b"")
    stray.unlink()
    with socket.socket() as line:
        line.connect_ex(("127.0.0.1", 9))
    return list(_deeds)


@cache
def _watch() -> None:
    sys.addaudithook(_note)


def _note(event: str, told: tuple[object, ...]) -> None:
    if event == "open":
        path, _mode, flags = told
        is_pipe = isinstance(path, int)  # what is open already, such as the way to tesseract
        if isinstance(flags, int) and flags & WRITING and not is_pipe and path != os.devnull:
            _deeds.append(f"open for writing: {path!r}")
    elif event == "subprocess.Popen":
        words = [str(word) for word in told[1]]  # type: ignore[attr-defined]  # a list, as the library says
        if not any(Path(word).name == "tesseract" for word in words):
            _deeds.append(f"program: {words[:3]}")
    elif event.startswith(tuple(CHANGING)):
        _deeds.append(f"{event}: {told[:2]!r}"[:200])
