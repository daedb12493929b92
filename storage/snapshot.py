"""One moment of the whole data directory, taken while others write and without stopping them.

A commit renames the ticket's file, then appends its line to the log; the line is in the log before
that ticket is renamed again. So with the log cut at some moment, a ticket that is as it was then
is at the version that the log tells, or one ahead, and a recovery logs the one. To have it so:

1.  note how far the log reaches; hold every ticket's file by a hard link, which a rename does not
    touch
2.  of the tickets that the log tells of since then hold what lies there now; again, while they
    are many; and look once more for tickets that a directory did not show while it changed
3.  take the lock of the log, which holds up whoever would log just now; do the same for the last
    few; note how far the log reaches: that is the moment. Let go: milliseconds
4.  hold sessions, dead letters and settings, and list the orders, which are read where they lie:
    an order is there before its ticket, and is never changed; nor are the originals of a migration

A ticket that was held before the log told of it is held again in step 2 or 3, so none is behind
the log. None is further ahead than one, because it was held before the lock was let go, when the
line of the version before had to be there. A file that was set aside lies in the quarantine before
it is gone from its place, and one is marked as restored after the log has told of it; so the
quarantine is held last, and under the lock.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from storage.audit_reading import AuditReader
from storage.cancellations import CANCELLED_FILE, decode_cancellation
from storage.clock import Clock
from storage.failures import DamagedFileError
from storage.file_locks import FileLock
from storage.files import TEMPORARY_SUFFIX, Identity, temporary_beside
from storage.held_files import HeldFiles, remove_folder
from storage.layout import TICKET_FILE, Layout
from storage.log_growth import DayEnd, LogGrowth
from storage.manifest import DEPTH_MAX, DERIVED_MEMBERS, MEMBER_NAME
from storage.private_folders import make_private
from storage.tombstones import tombstone_path

FOLDER = "snapshot"
# What is changed by nobody but those who pass the gate. Who sets a damaged one aside does not: then
# there is no backup, and it is tried again.
STILL = ("tickets/",)
FEW = 20  # so many tickets are looked at again while the log is locked
LOOKS_MAX = 20
OLD_NS = 60 * 10**9  # nobody takes as long to log what he has done
NAME_CHARACTERS_MAX = 300


class SourceFile(NamedTuple):
    """A file of a snapshot: its name below the data directory, and where its bytes are read.

    Of a day of the log only its `end` says which writing of it, and how many bytes, belong to
    the moment. `may_be_gone` marks what is read where it lies.
    """

    name: str
    path: str
    end: DayEnd | None = None
    may_be_gone: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was there at one moment (UTC): so many tickets, so many files in all.

    `last_event` says where the last line of the log stands; `left_out` are files that are not
    ours by their names, or no plain files.
    """

    made_at: datetime
    last_event: str | None
    tickets: int
    count: int
    files: Iterator[SourceFile]
    left_out: list[str]


@contextmanager
def snapshot(layout: Layout, clock: Clock, *, is_shut: bool = False) -> Iterator[Snapshot]:
    """Take a snapshot, whose files can be read while the block runs. Blocks.

    The caller holds `locks/backups.lock`. `is_shut`: also the gate of those who write, who would
    replace tickets: these are read where they lie then. Raises NotFoundError if this is no data directory,
    and OSError.
    """
    make_private(layout.backups)
    folder = temporary_beside(layout.backups / FOLDER)
    try:
        with HeldFiles(folder, still=STILL if is_shut else ()) as held:
            yield _Taking(layout, clock, held).take()
    finally:
        remove_folder(folder)


def sweep_snapshots(layout: Layout) -> None:
    """Remove what makers that are dead have left. The caller is the only maker. Blocks."""
    for left in layout.backups.glob(f".{FOLDER}.*{TEMPORARY_SUFFIX}"):
        remove_folder(left)


class _Taking:
    """The steps, as the head of this file tells them."""

    def __init__(self, layout: Layout, clock: Clock, held: HeldFiles) -> None:
        self._layout, self._clock, self._held = layout, clock, held
        self._log = LogGrowth(layout)
        self._reader = AuditReader(layout)
        self._began_ns = time.time_ns()
        self._root_length = len(os.fspath(layout.root)) + 1
        self._left_out: list[str] = []

    def take(self) -> Snapshot:
        layout = self._layout
        self._hold_tickets()
        self._catch_up()
        self._hold_tickets()
        self._hold_below(layout.quarantine)
        self._catch_up()
        with FileLock(layout.audit_lock):
            self._hold_news()
            self._hold_below(layout.quarantine)
            # Which days were removed is told by the anchor, and which are left by the ends.
            self._held.hold(self._name_of(layout.audit_anchor), os.fspath(layout.audit_anchor))
            made_at, ends = self._clock(), dict(self._log.ends)
        tickets = sum(map(_is_ticket, self._held.names()))
        # Sessions before those that were put aside: for a moment one lies in both.
        settings = (layout.config, layout.templates)
        for directory in (layout.sessions, layout.dead_letters, *settings):
            self._hold_below(directory)
        orders = list(self._orders(ends))
        orders += [name for name, _entry in self._entries_below(layout.migrated)]
        return Snapshot(
            made_at=made_at,
            last_event=self._log.last_event(),
            tickets=tickets,
            count=len(self._held.names()) + len(ends) + len(orders),
            files=self._files(ends, orders),
            left_out=sorted(set(self._left_out)),
        )

    def _catch_up(self) -> None:
        """Hold anew what was changed meanwhile, until it is little."""
        for _look in range(LOOKS_MAX):
            if self._hold_news() <= FEW:
                return

    def _hold_news(self) -> int:
        """Hold the tickets that the log tells of since the last look; return how many."""
        told = self._log.news()
        if told is None:
            self._hold_tickets()
            return FEW + 1
        for ticket_id in told:
            for path in (
                self._layout.ticket(ticket_id),
                tombstone_path(self._layout, ticket_id),
            ):
                self._held.hold(self._name_of(path), os.fspath(path))
        return len(told)

    def _hold_tickets(self) -> None:
        """Hold every ticket as it lies there now; one that was taken away is let go."""
        before = {name for name in self._held.names() if name.startswith("tickets/")}
        for name in before - self._hold_below(self._layout.tickets):
            self._held.hold(name, f"{self._layout.root}/{name}")

    def _hold_below(self, directory: Path) -> set[str]:
        """Hold every file below a folder of ours as it is now; return what was seen there."""
        seen = set()
        for name, entry in self._entries_below(directory):
            with suppress(FileNotFoundError):  # put aside since the folder was read
                identity = Identity.of(entry.stat(follow_symlinks=False))
                self._held.hold(name, entry.path, identity)
                seen.add(name)
        return seen

    def _orders(self, ends: Mapping[str, DayEnd]) -> Iterator[str]:
        """Yield the files of all orders, but no cancellation that came after the moment."""
        for name, entry in self._entries_below(self._layout.work_orders):
            if entry.name != CANCELLED_FILE or self._is_told(entry, ends):
                yield name

    def _is_told(self, entry: "os.DirEntry[str]", ends: Mapping[str, DayEnd]) -> bool:
        """Tell whether the log tells of this cancellation, as far as it belongs to the moment.

        The file is written first and the line just after. An old one is not looked for: it was
        told of, or never will be.
        """
        path = Path(entry.path)
        try:
            if entry.stat(follow_symlinks=False).st_mtime_ns < self._began_ns - OLD_NS:
                return True
            event = decode_cancellation(path.read_bytes(), path).event()
        except (FileNotFoundError, DamagedFileError):
            return True
        line = self._reader.find(event)
        return line is not None and line.day in ends and line.offset < ends[line.day].size

    def _entries_below(self, directory: Path | str) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
        """Yield the plain files below a folder that are ours by their names."""
        try:
            with os.scandir(directory) as found:
                # Files before folders: what is put aside is put there before it is gone here.
                entries = sorted(found, key=lambda entry: (entry.is_dir(), entry.name))
        except FileNotFoundError:
            return  # nobody has needed it yet
        for entry in entries:
            name = entry.path[self._root_length :]
            if _is_temporary(entry.name) or name in DERIVED_MEMBERS:
                continue
            if entry.is_dir(follow_symlinks=False) and name.count("/") < DEPTH_MAX:
                yield from self._entries_below(entry.path)
            elif MEMBER_NAME.fullmatch(name) and entry.is_file(follow_symlinks=False):
                yield name, entry
            else:
                self._left_out.append(_printable(name))

    def _files(self, ends: Mapping[str, DayEnd], orders: Sequence[str]) -> Iterator[SourceFile]:
        """Yield everything, the log as far as it reached; what is together in a folder together."""
        for name in sorted(self._held.names()):
            yield SourceFile(name, self._held.path(name))
        for day, end in sorted(ends.items()):
            path = self._layout.audit_file(day)
            yield SourceFile(self._name_of(path), os.fspath(path), end)
        for name in orders:
            yield SourceFile(name, f"{self._layout.root}/{name}", may_be_gone=True)

    def _name_of(self, path: Path) -> str:
        return os.fspath(path)[self._root_length :]


def _is_ticket(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    return folder == "tickets" and TICKET_FILE.fullmatch(file) is not None


def _is_temporary(name: str) -> bool:
    """Is this what a writer has not given its name yet?"""
    return name.startswith(".") and name.endswith(TEMPORARY_SUFFIX)


def _printable(name: str) -> str:
    """Return a name that may be any bytes, as text."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")[:NAME_CHARACTERS_MAX]
