"""Which files of a data directory the specification's program has written, and what each of them is.

It keeps tickets flat and without `_meta`, a day of the audit trail as one JSON array, indexes that
it does not renew, settings in files, and temporaries under names that nobody sweeps.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pydantic_core
from pydantic import BaseModel, ConfigDict

from storage import api_keys
from storage.layout import TICKET_FILE, Layout

AUDIT_ARRAY = re.compile(r"audit_([0-9]{8})\.json")
OLD_NAME = re.compile(
    r"audit/[0-9]{4}-[0-9]{2}/audit_[0-9]{8}\.json|audit/index\.json"
    r"|config/(?:system_config|rate_limits)\.json"
)
# `"` within a text is escaped, so this is never one that somebody has written into a field.
OUR_TICKET = b'"_meta":'
OUR_INDEX = b'{"format":'
# Where the program makes its temporaries; NamedTemporaryFile calls them `tmp` and some letters.
LEFTOVERS = ("tickets/tmp*.tmp", "sessions/**/tmp*.tmp", "audit/**/tmp*.tmp", "config/tmp*.tmp")
HALF_RESTORES = "backups/temp_restore_*"


class OldKind(StrEnum):
    """What a file of the specification's program is."""

    TICKET = "ticket"
    TICKET_FOLDER = "ticket_folder"
    AUDIT_DAY = "audit_day"
    SESSION = "session"
    INDEX = "index"
    SETTINGS = "settings"
    API_KEYS = "api_keys"
    BACKUPS = "backups"
    LEFTOVER = "leftover"
    HALF_RESTORE = "half_restore"


class OldFile(BaseModel):
    """A file as it was found: its path below the data directory, its size (bytes) and SHA-256 (hex).

    There is no digest of a folder, or of a file of keys: from it a weak key could be guessed.
    `within` are the files of a folder that has the name of a ticket's file, the newest first:
    the program's `shutil.move` puts each save of that ticket into it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    kind: OldKind
    size: int
    sha256: str | None = None
    within: list["OldFile"] = []

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def is_ticket(self) -> bool:
        """Becomes a ticket of it?"""
        return self.kind in {OldKind.TICKET, OldKind.TICKET_FOLDER}

    @property
    def is_folder(self) -> bool:
        """Is it moved whole to where the originals are kept?"""
        return self.kind in {OldKind.TICKET_FOLDER, OldKind.HALF_RESTORE}

    def is_still(self, content: bytes) -> bool:
        """Is this what was found?"""
        if self.kind is OldKind.API_KEYS:
            return _is_old_keys(content)
        return hashlib.sha256(content).hexdigest() == self.sha256


def is_old_name(path: Path, root: Path) -> bool:
    """Is this how the specification's program alone calls a file?"""
    return OLD_NAME.fullmatch(path.relative_to(root).as_posix()) is not None


def audit_arrays(layout: Layout) -> list[Path]:
    """Return the days of the audit trail that lie there as arrays, the oldest first. Blocks."""
    paths = layout.audit.glob("*/audit_*.json")
    return sorted(path for path in paths if AUDIT_ARRAY.fullmatch(path.name))


def old_files(layout: Layout) -> list[OldFile]:
    """Return every file of the specification's program, in the order of the work. Blocks.

    Raises OSError.
    """
    return [
        file
        for kind, paths, is_old in (
            (OldKind.AUDIT_DAY, audit_arrays(layout), _always),
            (OldKind.TICKET, layout.tickets.glob("ticket_*.json"), _is_old_ticket),
            (OldKind.SESSION, layout.sessions.glob("**/session_*.json"), _is_old_session),
            (OldKind.API_KEYS, [layout.api_keys], _is_old_keys),
            (OldKind.SETTINGS, _settings(layout), _always),
            (OldKind.BACKUPS, [layout.backup_notes], _is_old_notes),
            (OldKind.LEFTOVER, _leftovers(layout), _always),
            (OldKind.INDEX, [layout.index, layout.audit / "index.json"], _is_old_index),
        )
        for file in _found(layout.root, kind, paths, is_old)
    ] + [*_ticket_folders(layout), *_half_restores(layout)]


def unnameable(layout: Layout) -> list[str]:
    """Return the names of its files that no text can hold, as a person can read them. Blocks.

    They are of another encoding; whoever reads them must give them a name first.
    """
    folders = (layout.tickets, layout.sessions, layout.audit, layout.config, layout.backups)
    return [
        os.fsencode(path.relative_to(layout.root)).decode("utf-8", "backslashreplace")
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if not _is_nameable(path)
    ]


def _is_nameable(path: Path) -> bool:
    name = os.fspath(path)
    return name.isascii() or name.encode(errors="replace").decode() == name


def _ticket_folders(layout: Layout) -> Iterator[OldFile]:
    for path in _folders(layout, "tickets/ticket_*.json"):
        saves = sorted(
            path.iterdir(), key=lambda save: (save.lstat().st_mtime_ns, save.name), reverse=True
        )
        yield OldFile(
            path=path.relative_to(layout.root).as_posix(),
            kind=OldKind.TICKET_FOLDER,
            size=0,
            within=[
                file
                for save in saves
                for file in _found(layout.root, OldKind.TICKET, [save], _always)
            ],
        )


def _half_restores(layout: Layout) -> Iterator[OldFile]:
    for path in _folders(layout, HALF_RESTORES):
        name = path.relative_to(layout.root).as_posix()
        yield OldFile(path=name, kind=OldKind.HALF_RESTORE, size=0)


def _folders(layout: Layout, pattern: str) -> Iterator[Path]:
    for path in sorted(layout.root.glob(pattern)):
        if path.is_dir() and not path.is_symlink() and _is_nameable(path):
            yield path


def _found(
    root: Path, kind: OldKind, paths: Iterable[Path], is_old: Callable[[bytes], bool]
) -> Iterator[OldFile]:
    for path in sorted(paths):
        if not path.is_file() or path.is_symlink() or not _is_nameable(path):
            continue
        content = path.read_bytes()
        if is_old(content):
            digest = hashlib.sha256(content).hexdigest()
            yield OldFile(
                path=path.relative_to(root).as_posix(),
                kind=kind,
                size=len(content),
                sha256=None if kind is OldKind.API_KEYS else digest,
            )


def _settings(layout: Layout) -> list[Path]:
    return [layout.config / "system_config.json", layout.config / "rate_limits.json"]


def _leftovers(layout: Layout) -> Iterator[Path]:
    for pattern in LEFTOVERS:
        yield from layout.root.glob(pattern)


def _always(_content: bytes) -> bool:
    return True


def _is_old_ticket(content: bytes) -> bool:
    return OUR_TICKET not in content


def _is_old_index(content: bytes) -> bool:
    return not content.startswith(OUR_INDEX)


def _is_old_session(content: bytes) -> bool:
    """Is it a conversation that does not count its turns, or none at all?"""
    with suppress(ValueError):
        raw = pydantic_core.from_json(content)
        return not isinstance(raw, dict) or "version" not in raw
    return True


def _is_old_keys(content: bytes) -> bool:
    try:
        api_keys.decode(content)
    except ValueError:
        return True
    return False


def _is_old_notes(content: bytes) -> bool:
    """Is it unreadable, or does it say where a file lies on some machine?"""
    try:
        notes = pydantic_core.from_json(content)["backups"]
        return any("file_path" in one and one["file_path"] != place_of(one) for one in notes)
    except (ValueError, KeyError, TypeError):
        return True


def place_of(note: Mapping[str, object]) -> str:
    """Return where the archive of a note lies, below the data directory."""
    return f"backups/daily/{note.get('filename')}"


def ticket_id_of(file: OldFile) -> str | None:
    """Return the id in the name of a ticket's file, None for a name that cannot be one of ours."""
    match = TICKET_FILE.fullmatch(file.name)
    return match[1] if match else None


def day_in(file: OldFile) -> datetime | None:
    """Return when the day (UTC) in the name of an audit file begins; None for what is no day."""
    match = AUDIT_ARRAY.fullmatch(file.name)
    try:
        return datetime.strptime(match[1], "%Y%m%d").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None
