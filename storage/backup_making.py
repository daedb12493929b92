"""One archive, made under a name that nobody reads, read back, and only then put into its place."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from domain.errors import RejectedError, UnavailableError
from storage.archive_members import members
from storage.backup_notes import BackupNote, first_of
from storage.backup_retention import RESTORE_POINT
from storage.clock import Clock
from storage.failures import DamagedFileError
from storage.files import (
    TEMPORARY_SUFFIX,
    rename,
    sync_directory,
    temporary_beside,
    unlink,
)
from storage.layout import Layout
from storage.manifest import MANIFEST_FILE, Manifest, Why, backup_name
from storage.packing import Packed, Packer, member_line
from storage.private_folders import close_files, make_private
from storage.snapshot import Snapshot, snapshot, sweep_snapshots

MAKING = "making"  # an archive that has no name yet: `.making.<pid>.<n>.tmp`
LEFT_OUT_MAX = 1_000  # so many names are told
# How far a backup is when a stage begins; they take about so long.
PACKING_FROM, READING_FROM, DONE = 10, 65, 100

OnStep = Callable[[str, int], None]
"""Is told what is being done, and how much of all is surely behind it (percent)."""

log = logging.getLogger(__name__)


def make_archive(layout: Layout, clock: Clock, why: Why, step: OnStep) -> BackupNote:
    """Put a backup into its place, whole and durable, and return what there is to note. Blocks.

    The caller holds `locks/backups.lock`; for a restore point the gate is shut, too. Raises NotFoundError if there is no data directory,
    UnavailableError if the archive is not read back as it was written, and OSError; then nothing
    is left.
    """
    folder = layout.daily_backups
    make_private(layout.backups)
    make_private(folder)
    making = Path(temporary_beside(folder / MAKING))
    try:
        step("taking a snapshot", 0)
        with snapshot(layout, clock, is_shut=why == RESTORE_POINT) as taken:
            packed, left_out = _pack(taken, making, why, step)
        _read_back(making, packed, step)
        verified_at, path = clock(), _free_name(folder, taken.made_at)
        _put_in_place(making, path)
    except BaseException:
        unlink(making)
        raise
    return BackupNote(
        filename=path.name,
        created=taken.made_at,
        size_bytes=packed.size,
        verified_at=verified_at,
        sha256=packed.sha256,
        why=why,
        tickets=taken.tickets,
        files=packed.files,
        unpacked_bytes=packed.unpacked_bytes,
        left_out=len(left_out),
        left_out_first=first_of(left_out),
    )


def sweep(layout: Layout) -> None:
    """Remove what makers that are dead have left, and close what older ones have left open.

    The caller is the only maker. Blocks. Raises OSError.
    """
    sweep_snapshots(layout)
    close_files(layout.daily_backups.glob("backup_*.tar.gz"))
    close_files(layout.retired.glob("retired_*.tar.gz"))
    for path in (layout.daily_backups / MAKING, layout.backup_notes):
        for left in path.parent.glob(f".{path.name}.*{TEMPORARY_SUFFIX}"):
            unlink(left)


def _put_in_place(making: Path, path: Path) -> None:
    """Give an archive its name, durably; one whose name may be lost is not left. Raises OSError."""
    rename(making, path)
    try:
        sync_directory(path.parent)
    except OSError:
        unlink(path)
        raise


def _free_name(folder: Path, made_at: datetime) -> Path:
    """Return where a backup of this moment goes; of those of one second each has a number."""
    serial = 0
    while (path := folder / backup_name(made_at, serial)).exists():
        serial += 1
    return path


def _pack(taken: Snapshot, path: Path, why: Why, step: OnStep) -> tuple[Packed, Sequence[str]]:
    """Write a snapshot to a new file, durably; return what it is, and what is not in it.

    Raises OSError, UnavailableError.
    """
    with Packer(path) as packer:
        told = -1
        for number, source in enumerate(taken.files):
            packer.add(source)
            percent = PACKING_FROM + (READING_FROM - PACKING_FROM) * number // taken.count
            if percent != told:
                step("packing", told := percent)
        left_out = [*taken.left_out, *packer.left_out]
        if left_out:
            log.warning("%d files are in no backup, such as %r", len(left_out), left_out[0])
        about = Manifest(
            made_at=taken.made_at,
            made_by=version("texas811"),
            why=why,
            tickets=taken.tickets,
            last_event=taken.last_event,
            left_out=left_out[:LEFT_OUT_MAX],
            members=[],
        )
        return packer.finish(about), left_out


def _read_back(path: Path, packed: Packed, step: OnStep) -> None:
    """Read an archive that was just written, as a restore would, to its end.

    Raises UnavailableError if anything is not what was written.
    """
    try:
        found = _found_in(path, packed.unpacked_bytes, step)
    except (DamagedFileError, RejectedError) as error:
        raise _not_read_back(error.problem) from error
    if found != (packed.members_sha256, packed.manifest_sha256):
        raise _not_read_back("It is not what was written.")


def _found_in(path: Path, size: int, step: OnStep) -> tuple[str, str]:
    """Return the digests of what an archive holds, and of what its manifest says.

    Not a list of it, which would take as much memory as all the rest. Raises what `members` does.
    """
    lines, manifest, read, told = hashlib.sha256(), "", 0, -1
    for member in members(path):
        digest = hashlib.sha256()
        for piece in member.pieces():
            digest.update(piece)
        if member.name == MANIFEST_FILE:
            manifest = digest.hexdigest()
            continue
        lines.update(member_line(member.name, member.size, digest.hexdigest()))
        read += member.size
        percent = READING_FROM + (DONE - 1 - READING_FROM) * read // max(1, size)
        if percent != told:
            step("reading it back", told := percent)
    return lines.hexdigest(), manifest


def _not_read_back(why: str) -> UnavailableError:
    return UnavailableError(
        f"The backup could not be read back, and was removed: {why}",
        remedy="Look for the reason in the kernel's log; check or replace the volume.",
    )
