"""One ticket out of the backups: each backup is a source of good versions, the newest first.

An archive is read as a stream, and no further than to what is asked for. Nothing is believed for
lying in it: a ticket's file carries its own digest.
"""

import functools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import aiofiles.os

from domain.errors import NotFoundError, Texas811Error, UnavailableError
from storage.archive_members import members
from storage.backup_notes import BackupNote, BackupNotes
from storage.backup_proof import expect_digest
from storage.files import Identity
from storage.layout import Layout
from storage.manifest import BACKUP_FILE, checked_backup_name
from storage.restorations import Restoration, restorations

LOOKED_THROUGH_MAX = 10  # archives: whoever wants an older one names it
REMEMBERED_ARCHIVES, REMEMBERED_FILES_MAX = 16, 20

Found = bytes | Texas811Error
"""The content of a ticket's file, or why there is none."""


class BackupSource:
    """One archive as a source of tickets."""

    def __init__(self, path: Path, sha256: str | None = None) -> None:
        """`sha256` (hex) is what was noted of it: another file under its name gives nothing."""
        self._path, self._sha256 = path, sha256
        self.name = f"backup {path.name}"
        self._taken = aiofiles.os.wrap(taken_from)
        self._expect = aiofiles.os.wrap(expect_digest)

    async def newest(self, ticket_ids: Collection[str]) -> Mapping[str, Found]:
        """Return these tickets as their files were when the backup was made."""
        names = {ticket_id: f"tickets/ticket_{ticket_id}.json" for ticket_id in ticket_ids}
        try:
            await self._expect(self._path, self._sha256)
            taken = await self._taken(self._path, frozenset(names.values()))
        except Texas811Error as failure:
            return dict.fromkeys(ticket_ids, failure)
        gone = NotFoundError(f"The {self.name} does not hold it.", field="ticket_id")
        return {ticket_id: taken.get(name, gone) for ticket_id, name in names.items()}


def backup_sources(layout: Layout) -> Sequence[BackupSource]:
    """Return the newest good backups of what lies here, the newest first. Blocks.

    None that was made between a backup and the restore of everything from it: what it tells was
    undone by that. Where the list of backups cannot be read, there are none.
    """
    with suppress(UnavailableError):
        notes = [note for note in BackupNotes(layout).list_now() if note.verified_at]
        good = _of_this_past(notes, restorations(layout))
        return [
            BackupSource(layout.daily_backups / note.filename, note.sha256)
            for note in reversed(good[-LOOKED_THROUGH_MAX:])
            if BACKUP_FILE.fullmatch(note.filename)
        ]
    return []


def archive_named(layout: Layout, filename: str) -> Path:
    """Return a backup, or an archive of what was removed because its time was over. Blocks.

    Raises RejectedError for a name that cannot be one, NotFoundError if it is not there.
    """
    retired = layout.retired / Path(filename).name
    if retired.name == filename and retired.is_file() and not retired.is_symlink():
        return retired
    path = layout.daily_backups / checked_backup_name(filename)
    if not path.is_file():
        raise NotFoundError(
            f"There is no backup {filename}.",
            field="from",
            remedy="List the backups to see which there are: `texas811 backups list`.",
        )
    return path


def taken_from(path: Path, names: frozenset[str]) -> Mapping[str, bytes]:
    """Return those of these files that an archive holds. Blocks.

    What was asked for lately is remembered, if it is little: who looks at a list of what is damaged
    looks again soon. Raises NotFoundError, UnavailableError, DamagedFileError, RejectedError.
    """
    with suppress(FileNotFoundError):
        if len(names) <= REMEMBERED_FILES_MAX:
            return _remembered(path, Identity.of(path.stat()), names)
    return files_in(path, names.__contains__, at_most=len(names))


def files_in(
    path: Path, wanted: Callable[[str], bool], *, at_most: int | None = None
) -> dict[str, bytes]:
    """Return the files of an archive whose names are wanted; with `at_most`, so many. Blocks."""
    found: dict[str, bytes] = {}
    for member in members(path):
        if wanted(member.name):
            found[member.name] = member.content()
            if len(found) == at_most:
                break  # the archive is closed with the last one who asks for members
    return found


@functools.lru_cache(maxsize=REMEMBERED_ARCHIVES)
def _remembered(
    path: Path,
    _identity: Identity,  # another archive under the same name is looked through anew
    names: frozenset[str],
) -> Mapping[str, bytes]:
    return files_in(path, names.__contains__, at_most=len(names))


def _of_this_past(
    notes: Sequence[BackupNote], restored: Iterable[Restoration]
) -> list[BackupNote]:
    """Return the backups that are of the past that led to what lies here now.

    The one that was restored may be gone since; then its name says to the second when it was made.
    """
    made_at = {note.filename: note.created for note in notes}
    undone = [
        (start, one.finished_at)
        for one in restored
        if one.problem is None and (start := made_at.get(one.filename, _named(one.filename)))
    ]
    return [
        note for note in notes if not any(start < note.created <= end for start, end in undone)
    ]


def _named(filename: str) -> datetime | None:
    """Return the moment (UTC) after which a backup is named; None if it is no such name."""
    if match := BACKUP_FILE.fullmatch(filename):
        with suppress(ValueError):
            return datetime.strptime(match[1], "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
    return None
