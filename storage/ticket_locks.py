"""The lock of one ticket, and the note that its holder leaves for the next.

One writer at a time, across tasks, threads and processes. The note says which version lies on
the disk and where its event stands in the log, so that a commit need not read the file before
it. It is a hint: it is believed only by the boot that wrote it and for the file that it names.
"""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple, Self

from storage.boot import boot_id
from storage.chain import Position
from storage.file_locks import FileLock, write_note
from storage.files import Identity

NOTE_BYTES_MAX = 256
_NONE = "-"


class Note(NamedTuple):
    """What the last holder of the lock knew.

    `line` is where the event of this version stands in the log, `last` where the last line
    about this ticket does; None where that is not known. `number` stands for the center's number
    that the ticket has, see `number_key`.
    """

    version: int
    identity: Identity
    line: Position | None
    last: Position | None
    number: str | None = None

    @classmethod
    def parsed(cls, text: bytes, *, of_any_boot: bool = False) -> Self | None:
        """Return the note, or None for one that is of another boot, torn or none at all."""
        words = text.partition(b"\n")[0].decode("ascii", "replace").split()
        try:
            boot, version, inode, size, mtime_ns, line, last, number = words
            note = cls(
                int(version),
                Identity(int(inode), int(size), int(mtime_ns)),
                _position(line),
                _position(last),
                None if number == _NONE else number,
            )
        except ValueError:
            return None
        return note if of_any_boot or boot == boot_id() else None

    def __bytes__(self) -> bytes:
        words = (boot_id(), self.version, *self.identity, self.line, self.last, self.number)
        return " ".join(_NONE if word is None else str(word) for word in words).encode() + b"\n"


def number_key(number: str | None) -> str | None:
    """Return what stands for a number in a note: a digest, because it may hold any character."""
    return hashlib.sha256(number.encode()).hexdigest()[:32] if number else None


class TicketLock(FileLock):
    """The lock of a ticket; the path is that of its lock file."""

    def note_for(self, identity: Identity) -> Note | None:
        """Return the note if it speaks of this file as it lies on the disk."""
        note = Note.parsed(os.pread(self.descriptor, NOTE_BYTES_MAX, 0))
        return note if note and note.identity == identity else None

    def leave(self, note: Note) -> None:
        write_note(self.descriptor, bytes(note))


def note_in(path: Path, identity: Identity) -> Note | None:
    """Return the note of a lock that is not held, if it speaks of this file. Blocks."""
    try:
        note = Note.parsed(path.read_bytes())
    except FileNotFoundError:
        return None
    return note if note and note.identity == identity else None


def noted_version(path: Path) -> int:
    """Return the version that a lock file knows of, whichever boot wrote it; 0 if none. Blocks.

    A version is noted after it is durable: where the ticket has no file, one was taken away.
    """
    try:
        note = Note.parsed(path.read_bytes(), of_any_boot=True)
    except FileNotFoundError:
        return 0
    return note.version if note else 0


def _position(text: str) -> Position | None:
    return None if text == _NONE else Position.parsed(text)
