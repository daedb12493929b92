"""Are the backups as they are listed, and has nobody who made or restored one left something?"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import UnavailableError
from storage.backup_ledger import is_plain_file
from storage.backup_notes import BackupNotes
from storage.file_locks import sole_owner
from storage.files import TEMPORARY_SUFFIX
from storage.findings import Finding, Kind
from storage.layout import Layout
from storage.manifest import BACKUP_FILE
from storage.out_of_place import LEFTOVER_AGE, SWEEP

RESTORE_FOLDERS = ".restore-*"
LIST_AGAIN = "Run `texas811 check --repair`: what is not there is listed no longer."


def backups(layout: Layout, *, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the backups. Blocks.

    What somebody makes or restores just now is left alone: he will tidy up himself.
    """
    if not _faults(layout, now):
        return
    found: list[Finding] = []
    with suppress(OSError), sole_owner(layout.backups_lock) as is_free:
        if is_free:
            found = _faults(layout, now)
    yield from found


def leftovers(layout: Layout) -> Iterator[Path]:
    """Yield what dead makers have left; a restore that is to go on has its journal, and none."""
    for folder in (layout.backups, layout.daily_backups, layout.retired):
        yield from sorted(folder.glob(f".*{TEMPORARY_SUFFIX}"))
    if not layout.restore.exists():
        yield from sorted(layout.root.glob(RESTORE_FOLDERS))


def _faults(layout: Layout, now: datetime) -> list[Finding]:
    return [*_misnoted(layout), *_left_over(layout, now)]


def _misnoted(layout: Layout) -> Iterator[Finding]:
    """Yield that the list of backups cannot be read, or names some that are not there."""
    path = layout.backup_notes
    try:
        missing = [
            note.filename
            for note in BackupNotes(layout).list_now()
            if not BACKUP_FILE.fullmatch(note.filename)
            or not is_plain_file(layout.daily_backups / note.filename)
        ]
    except UnavailableError as error:
        yield Finding.at(path, layout.root, error.problem, LIST_AGAIN, Kind.BACKUPS_MISNOTED)
        return
    if missing:
        problem = f"It lists {len(missing)} that are not there: {', '.join(missing[:3])[:200]}."
        yield Finding.at(path, layout.root, problem, LIST_AGAIN, Kind.BACKUPS_MISNOTED)


def _left_over(layout: Layout, now: datetime) -> Iterator[Finding]:
    for path in leftovers(layout):
        with suppress(FileNotFoundError):
            age = now - datetime.fromtimestamp(path.lstat().st_mtime, UTC)
            if age > LEFTOVER_AGE:
                problem = "Somebody who made or restored a backup has died and left it."
                yield Finding.at(path, layout.root, problem, SWEEP, Kind.LEFTOVER)
