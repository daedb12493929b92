"""The quarantine: files that cannot be believed, kept byte for byte, each with its reason.

A file lies here under the path that it had, with `.2`, `.3` behind its name if that is taken, and
beside it `<name>.reason.json`. Nothing is ever taken out: what somebody saw to is marked as
resolved in its reason. A ticket that lies here unresolved is damaged, and not absent.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from domain.moment import Moment
from storage.clock import Clock, system_clock
from storage.failures import DamagedFileError, damage_in
from storage.files import (
    TEMPORARY_SUFFIX,
    make_directory,
    remove_file,
    rename,
    sync_directory,
    temporary_beside,
    write_atomic,
)
from storage.layout import TICKET_FILE, Layout
from storage.plain_files import is_strange, read_plain
from storage.told_names import meant, told

REASON_SUFFIX = ".reason.json"
PROBLEM_CHARACTERS_MAX = 300


class Quarantined(BaseModel):
    """A file that was set aside: `file` is where it was, `kept_as` where its bytes lie now.

    Both are paths below the data directory. `sha256` (hex) and `size` (bytes) are of the bytes
    as they were found.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    kept_as: str
    problem: str
    found_at: Moment
    sha256: str
    size: int
    resolved_at: Moment | None = None
    resolution: str | None = None

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def ticket_id(self) -> str | None:
        """The id of the ticket whose file this was, or None for another file."""
        folder, _, name = self.file.rpartition("/")
        match = TICKET_FILE.fullmatch(name)
        return match[1] if match and folder == "tickets" else None


class Quarantine:
    """Sets files aside and tells of them. Everything here blocks and may raise OSError.

    Who sets a file aside, or resolves it, holds the lock that the file's writers hold.
    """

    def __init__(self, layout: Layout, clock: Clock = system_clock) -> None:
        self.layout = layout
        self._clock = clock

    def set_aside(self, path: Path, problem: str, *, keep: bool = False) -> Quarantined:
        """Move a file here and say why; with `keep`, copy it and leave it where it is.

        Bytes and reason are durable before the file is removed. Done again after a crash in
        between, it finds its copy and goes on from there. Raises DamagedFileError for what is no
        plain file, of which there are no bytes.
        """
        content = read_plain(path)
        kept = self._place_for(path, content)
        entry = Quarantined(
            file=self._below_root(path),
            kept_as=self._below_root(kept),
            problem=_in_one_line(problem),
            found_at=self._clock(),
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
        )
        make_directory(kept.parent)
        write_atomic(kept, content)
        self._write_reason(entry)
        if not keep:
            self._remove(path, content)
        return entry

    def take_away(self, path: Path, problem: str, resolution: str) -> Quarantined:
        """Move a file here that nobody reads, however large, marked as seen to.

        It is never copied and never gone: a crash leaves it where it was or here, here perhaps
        without its reason.
        """
        kept = next(kept for kept in self._names_for(path) if not _is_taken(kept))
        size, digest = _measured(path)
        make_directory(kept.parent)
        rename(path, kept)
        sync_directory(kept.parent)
        sync_directory(path.parent)
        now = self._clock()
        entry = Quarantined(
            file=self._below_root(path),
            kept_as=self._below_root(kept),
            problem=_in_one_line(problem),
            found_at=now,
            sha256=digest,
            size=size,
            resolved_at=now,
            resolution=resolution,
        )
        self._write_reason(entry)
        return entry

    def _remove(self, path: Path, content: bytes) -> None:
        """Remove a file if it is still the one that was copied.

        Somebody may be putting a good one in its place: what is taken away is looked at first.
        """
        taken = Path(temporary_beside(path))
        rename(path, taken)
        if read_plain(taken) == content:
            remove_file(taken)
        elif path.exists():
            self.set_aside(taken, "It was replaced while it was looked at.")
        else:
            rename(taken, path)

    def of_ticket(self, ticket_id: str) -> Quarantined | None:
        """Return how this ticket was damaged, the latest time; None if nothing is unresolved."""
        entries = self.entries_of(self.layout.ticket(ticket_id))
        return next((entry for entry in reversed(entries) if entry.is_open), None)

    def entries_of(self, path: Path) -> list[Quarantined]:
        """Return what was set aside of this file, the first time first."""
        first, file = next(self._names_for(path)), self._below_root(path)
        entries = self._entries_in(first.parent, first.name)
        return [entry for entry in entries if entry.file == file]

    def of_tickets(self) -> dict[str, Quarantined]:
        """Return each ticket that is unresolved: its id, and how it was damaged the latest time."""
        entries = self._entries_in(self.layout.quarantine / self.layout.tickets.name)
        return {
            entry.ticket_id: entry for entry in entries if entry.is_open and entry.ticket_id
        }

    def entries(self) -> list[Quarantined]:
        """Return everything that was ever set aside, the latest first."""
        folders = [self.layout.quarantine, *self.layout.quarantine.rglob("*")]
        found = [entry for folder in folders for entry in self._entries_in(folder)]
        return sorted(found, key=lambda entry: (entry.found_at, entry.kept_as), reverse=True)

    def content(self, entry: Quarantined) -> bytes:
        """Return the bytes that were set aside; none if somebody has taken them away."""
        return _content(meant(entry.kept_as, self.layout.root))

    def resolve(self, path: Path, resolution: str) -> int:
        """Mark what was set aside of this file as seen to, and say how; return how much was."""
        unresolved = [entry for entry in self.entries_of(path) if entry.is_open]
        for entry in unresolved:
            told = {"resolved_at": self._clock(), "resolution": resolution}
            self._write_reason(entry.model_copy(update=told))
        return len(unresolved)

    def _place_for(self, path: Path, content: bytes) -> Path:
        """Return where this content of this file lies already, unresolved; else a free name."""
        for entry in self.entries_of(path):
            if entry.is_open and self.content(entry) == content:
                return meant(entry.kept_as, self.layout.root)
        return next(kept for kept in self._names_for(path) if not _is_taken(kept))

    def _names_for(self, path: Path) -> Iterator[Path]:
        first = self.layout.quarantine / self._below_root(path)
        yield first
        yield from (first.with_name(f"{first.name}.{number}") for number in count(2))

    def _entries_in(self, folder: Path, start: str = "") -> Iterator[Quarantined]:
        """Yield what lies in one folder of the quarantine under names that start so."""
        if not folder.is_dir():
            return
        names = {
            name.removesuffix(REASON_SUFFIX)
            for name in os.listdir(folder)  # noqa: PTH208 - of very many names few are wanted
            if name.startswith(start)
            and not name.endswith(TEMPORARY_SUFFIX)
            and (folder / name).is_file()
        }
        for name in sorted(names, key=lambda name: (len(name), name)):
            yield self._entry(folder / name)

    def _entry(self, kept: Path) -> Quarantined:
        """Return what is known of a file here; without its reason it is unresolved."""
        reason = _reason_of(kept)
        try:
            with damage_in(reason.name, "a reason"):
                said = Quarantined.model_validate_json(reason.read_bytes())
                return said.model_copy(update={"kept_as": self._below_root(kept)})
        except FileNotFoundError:
            problem = "It was set aside; why, is not written down."
        except DamagedFileError as error:
            problem = error.problem
        content = _content(kept)
        status = (kept if kept.exists() else reason).stat()
        return Quarantined(
            file=told(kept.with_name(_without_number(kept.name)), self.layout.quarantine),
            kept_as=self._below_root(kept),
            problem=problem,
            found_at=datetime.fromtimestamp(status.st_mtime, UTC),
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
        )

    def _write_reason(self, entry: Quarantined) -> None:
        path = _reason_of(meant(entry.kept_as, self.layout.root))
        write_atomic(path, entry.model_dump_json(indent=2, exclude_none=True).encode() + b"\n")

    def _below_root(self, path: Path) -> str:
        return told(path, self.layout.root)


def _content(path: Path) -> bytes:
    """Return the bytes of a file here; none if it is gone, or is no file."""
    with suppress(FileNotFoundError, DamagedFileError):
        return read_plain(path)
    return b""


def _measured(path: Path) -> tuple[int, str]:
    """Return how many bytes there are, and their SHA-256 (hex); in a pipe or a device are none."""
    if is_strange(path.lstat().st_mode):
        return 0, hashlib.sha256().hexdigest()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def _reason_of(kept: Path) -> Path:
    return kept.with_name(kept.name + REASON_SUFFIX)


def _is_taken(kept: Path) -> bool:
    return kept.exists() or _reason_of(kept).exists()


def _without_number(name: str) -> str:
    """Return the name that a file had before it was set aside."""
    stem, _, number = name.rpartition(".")
    return stem if number.isdigit() else name


def _in_one_line(problem: str) -> str:
    """Return a problem short and printable: it may quote what a damaged file holds."""
    said = "".join(letter if letter.isprintable() else "?" for letter in problem)
    return said[:PROBLEM_CHARACTERS_MAX]
