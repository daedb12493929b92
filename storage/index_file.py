"""The file of the index: what it knew at some moment, so that an opening need not read all tickets.

One JSON object with an entry a line, and a digest of all that stands before it. It is derived:
what is missing, damaged or of another shape is ignored, and the tickets are read instead.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pydantic_core

from storage.entry import COLUMNS, Entry, entry_from, row_of
from storage.files import write_atomic

FORMAT = 3  # of what the entries mean; which columns there are stands in the file
BLOCK_BYTES = 64 * 1024  # as much is parsed at a time: meanwhile no other thread runs

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the index knew: the entries, the latest change last, and how long the audit files were.

    The event of every entry stands in the audit log before these ends (UTC day -> bytes).
    """

    entries: list[Entry] = field(default_factory=list)
    audit_ends: dict[str, int] = field(default_factory=dict)


def read_snapshot(path: Path) -> Snapshot:
    """Return what was saved; nothing, if it is not there or cannot be believed. Blocks."""
    try:
        return _read(path)
    except FileNotFoundError:
        return Snapshot()
    except (OSError, ValueError, LookupError, TypeError) as error:
        log.warning("%s is ignored, all tickets are read instead: %s", path.name, error)
        return Snapshot()


def is_believed(path: Path) -> bool:
    """Is what was saved as it was saved, or nothing? Blocks."""
    try:
        _read(path)
    except FileNotFoundError:
        return True
    except (OSError, ValueError, LookupError, TypeError):
        return False
    return True


def write_snapshot(path: Path, entries: Iterable[Entry], audit_ends: Mapping[str, int]) -> None:
    """Save what the index knows, durably. Blocks. Raises OSError."""
    digest = hashlib.sha256()
    lines: list[bytes] = []
    for line in _lines(entries, audit_ends):
        digest.update(line)
        lines.append(line)
    lines.append(_end_of(digest.hexdigest()))
    write_atomic(path, b"".join(lines))


def _lines(entries: Iterable[Entry], audit_ends: Mapping[str, int]) -> Iterator[bytes]:
    """Yield all lines but the last, with their ends."""
    head = {"format": FORMAT, "columns": COLUMNS, "audit_ends": audit_ends}
    line = pydantic_core.to_json(head)[:-1] + b',"entries":['
    separator = b""
    for entry in entries:
        yield line + separator + b"\n"
        line, separator = pydantic_core.to_json(row_of(entry)), b","
    yield line + b"\n"


def _read(path: Path) -> Snapshot:
    """Return what a file says. Raises OSError, or what a parser raises."""
    entries: list[Entry] = []
    end = b""
    with path.open("rb") as file:
        first = file.readline()
        head = pydantic_core.from_json(first.rstrip() + b"]}")
        if (head["format"], tuple(head["columns"])) != (FORMAT, COLUMNS):
            problem = "it is of another format"
            raise ValueError(problem)
        digest = hashlib.sha256(first)
        while lines := file.readlines(BLOCK_BYTES):
            if lines[-1].startswith(b"]"):
                end = lines.pop()
            block = b"".join(lines)
            digest.update(block)
            entries += map(entry_from, pydantic_core.from_json(b"[%s]" % block.rstrip(b",\n")))
    if end != _end_of(digest.hexdigest()):
        problem = "it is not what its digest says"
        raise ValueError(problem)
    return Snapshot(entries, head["audit_ends"])


def _end_of(digest: str) -> bytes:
    return b'],"sha256":"%s"}\n' % digest.encode()
