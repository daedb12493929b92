"""A trial of a restore, aside: whether the newest good backup could be put back if it had to be.

Everything is done that a restore does before it exchanges anything, and then it is removed. One
is tried at a time; what a drill that was killed has left is removed by the next, and at the start
of the service.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from domain.errors import ConflictError, NotFoundError, RejectedError
from storage.backup import Backups
from storage.backup_proof import expect_known
from storage.backup_retention import RESTORE_POINT
from storage.clock import Clock, system_clock
from storage.failures import DamagedFileError, disk_trouble
from storage.file_locks import sole_owner
from storage.files import make_directory
from storage.layout import Layout
from storage.restore_tree import FaultyBackupError, remove_tree, unpack_aside

FOLDER = ".restore-drill"


class Drilled(NamedTuple):
    """A trial that went well: of which backup, and how much there was."""

    filename: str
    tickets: int
    files: int
    unpacked_bytes: int
    seconds: float


def drill(layout: Layout, clock: Clock = system_clock) -> Drilled:
    """Try whether the newest good backup can be restored, and note that it can. Blocks.

    Raises NotFoundError if there is none, ConflictError while another drill is under way. Of one
    that cannot be restored it is noted why: DamagedFileError, RejectedError. It counts as good no
    longer, unless it is what was made, byte for byte, of something that was not good then
    (FaultyBackupError). Raises UnavailableError if the disk has no room, or fails.
    """
    began = time.monotonic()
    backups = Backups(layout, clock=clock)
    filename = _newest(backups)
    with disk_trouble(layout.locks), _alone(layout) as aside:
        try:
            with disk_trouble(aside):
                path = backups.path_of(filename)
                expect_known(layout, path)
                manifest = unpack_aside(path, aside, accepts_faults=False).manifest
        except FaultyBackupError as error:
            backups.note_now(filename, drilled_at=None, drill_problem=error.problem)
            raise
        except (DamagedFileError, RejectedError) as error:
            backups.note_now(
                filename, verified_at=None, drilled_at=None, drill_problem=error.problem
            )
            raise
    backups.note_now(filename, drilled_at=clock(), drill_problem=None)
    return Drilled(
        filename,
        manifest.tickets,
        len(manifest.members),
        manifest.size,
        round(time.monotonic() - began, 1),
    )


def sweep_drills(layout: Layout) -> None:
    """Remove what drills that are dead have left; of one under way, nothing. Blocks."""
    if not list(_folders(layout)):
        return
    with disk_trouble(layout.locks), sole_owner(_lock(layout)) as is_free:
        if is_free:
            _remove_all(layout)


def is_of_drill(path: Path) -> bool:
    """Is this what a drill unpacks into?"""
    return path.name.startswith(FOLDER)


def _newest(backups: Backups) -> str:
    good = [note for note in backups.notes_now() if note.verified_at]
    if not good:
        raise NotFoundError(
            "There is no backup that was verified.",
            remedy="Make one: `texas811 backups make`.",
        )
    # What was set aside before a restore goes soon; what is made every night is what counts.
    usual = [note for note in good if note.why != RESTORE_POINT] or good
    return usual[-1].filename


@contextmanager
def _alone(layout: Layout) -> Iterator[Path]:
    """Be the only drill; yields where to unpack, and removes it. Raises ConflictError, OSError."""
    make_directory(layout.locks)
    with sole_owner(_lock(layout)) as is_free:
        if not is_free:
            raise ConflictError(
                "A drill is under way already.", remedy="Wait until it has ended."
            )
        _remove_all(layout)
        try:
            yield layout.root / f"{FOLDER}-{os.getpid()}"
        finally:
            _remove_all(layout)


def _lock(layout: Layout) -> Path:
    return layout.locks / "drill.lock"


def _folders(layout: Layout) -> Iterator[Path]:
    return layout.root.glob(f"{FOLDER}*")


def _remove_all(layout: Layout) -> None:
    for path in _folders(layout):
        remove_tree(path)
