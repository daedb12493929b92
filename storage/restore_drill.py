"""A trial of a restore, aside: whether the newest good backup could be put back if it had to be.

Everything is done that a restore does before it exchanges anything, and then it is removed. What
one that was killed has left is removed by the next, and at the start of the service.
"""

import time
from typing import NamedTuple

from domain.errors import NotFoundError, RejectedError
from storage.backup import Backups
from storage.backup_retention import RESTORE_POINT
from storage.clock import Clock, system_clock
from storage.failures import DamagedFileError, disk_trouble
from storage.layout import Layout
from storage.restore_tree import remove_tree, unpack_aside

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

    Raises NotFoundError if there is none. One that cannot be restored counts as good no longer:
    DamagedFileError, RejectedError. Raises UnavailableError if the disk has no room, or fails.
    """
    began = time.monotonic()
    backups = Backups(layout, clock=clock)
    good = [note for note in backups.notes_now() if note.verified_at]
    if not good:
        raise NotFoundError(
            "There is no backup that was verified.",
            remedy="Make one: `texas811 backups make`.",
        )
    # What was set aside before a restore goes soon; what is made every night is what counts.
    usual = [note for note in good if note.why != RESTORE_POINT] or good
    filename, aside = usual[-1].filename, layout.root / FOLDER
    remove_tree(aside)
    try:
        with disk_trouble(aside):
            manifest = unpack_aside(
                backups.path_of(filename), aside, accepts_faults=False
            ).manifest
    except (DamagedFileError, RejectedError):
        backups.note_now(filename, verified_at=None, drilled_at=None)
        raise
    finally:
        remove_tree(aside)
    backups.note_now(filename, drilled_at=clock())
    return Drilled(
        filename,
        manifest.tickets,
        len(manifest.members),
        manifest.size,
        round(time.monotonic() - began, 1),
    )
