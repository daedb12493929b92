"""What lies in the data directory and is not ours, or was never finished."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.files import TEMPORARY_SUFFIX
from storage.findings import Finding, Kind
from storage.layout import Layout
from storage.migration_notes import FOLDER as MIGRATED
from storage.old_layout import is_old_name
from storage.plain_files import is_strange, strange_name

LEFTOVER_AGE = timedelta(hours=1)  # no writer takes so long
NOBODYS = "It does not belong here, and nobody reads it."
NO_FILE = "It is {} and no file: there are no bytes in it that could be kept."
MOVE = "Move it out of the data directory, or run `texas811 check --repair`."
UNMIGRATED = "The specification's program wrote it, and nobody reads it here."
MIGRATE = "Run `texas811 migrate --by NAME`: it takes over all that is in it, and keeps it."
LINK = "It is a link: what it points to may be gone tomorrow, and is in no backup."
SWEEP = "Restart the service, or run `texas811 check --repair`: it is swept."

# Beside what `Layout` names: what was migrated, what a file system puts on each volume of its own,
# what a restore or a drill has under way, see `storage/backup_checking.py`.
AT_ROOT = re.compile(rf"{MIGRATED}|lost\+found|\.restore-.*")
# As `temporary_beside` calls them. What somebody else calls `.tmp` is not ours to be swept.
TEMPORARY = re.compile(rf"\..+\.\d+\.\d+{re.escape(TEMPORARY_SUFFIX)}", re.DOTALL)


def at_root(layout: Layout, *, now: datetime) -> Iterator[Finding]:
    """Yield what lies beside our folders and is none of them. Blocks. Raises OSError."""
    root = layout.root
    ours = {path.relative_to(root).parts[0] for path in vars(layout).values() if path != root}
    for path in sorted(root.iterdir()):
        if path.name in ours or AT_ROOT.fullmatch(path.name):
            continue
        if TEMPORARY.fullmatch(path.name):
            yield from left_over(path, root, now)
        else:
            yield from foreign(path, root)


def foreign(path: Path, root: Path) -> Iterator[Finding]:
    """Yield that this is not ours, if it is still there; a link is no file that could be kept."""
    with suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        if path.is_symlink():
            yield Finding.at(path, root, LINK, "Put what it points to in its place.", Kind.LINK)
        elif is_old_name(path, root):
            yield Finding.at(path, root, UNMIGRATED, MIGRATE, Kind.UNMIGRATED)
        else:
            is_file = not is_strange(mode)
            problem = NOBODYS if is_file else NO_FILE.format(strange_name(mode))
            yield Finding.at(path, root, problem, MOVE, Kind.FOREIGN)


def left_over(path: Path, root: Path, now: datetime) -> Iterator[Finding]:
    """Yield that nobody will finish this, if it is too old for one who is at it."""
    with suppress(FileNotFoundError):
        age = now - datetime.fromtimestamp(path.lstat().st_mtime, UTC)
        if age > LEFTOVER_AGE:
            problem = f"A writer that died has left it, {age // timedelta(hours=1)} hours ago."
            yield Finding.at(path, root, problem, SWEEP, Kind.LEFTOVER)
