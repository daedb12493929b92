"""How far a restore of everything has come: `restore.json`, there as long as one is under way.

It makes one step of many: before the phase `exchanging` a restore that was cut off is begun anew
and may fail, from then on it only goes forward.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.audit import Author
from domain.errors import ConflictError, UnavailableError
from domain.moment import Moment
from storage.failures import DamagedFileError, damage_in, disk_trouble, unreadable
from storage.file_locks import FileLock
from storage.files import make_directory, remove_file, write_atomic
from storage.layout import Layout

Phase = Literal["asked", "unpacked", "saved", "exchanging", "done"]

REMEDY_DAMAGED = (
    "It says how far a restore had come. If the directory .restore-... beside it holds the state "
    "that you want, ask for help before anything is started; if backups/restores.json says that "
    "the restore has ended, remove restore.json."
)


class CalledOffError(ConflictError):
    """Somebody does not want the restore any more, and nothing was replaced yet."""


class RestoreJournal(BaseModel):
    """A restore that was asked for, and how far it has come.

    `asked`: it may be `prepared` while the service still works, unpacked and proved in the
    directory of this device and inode.
    `unpacked`: it was unpacked and proved. From then on nothing is written into what lies there,
    because the restore point is made: `saved`. `exchanging`: `places` says device and inode of
    each new directory. `done`: all of them lie in their places, since `exchanged_at`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    filename: str
    by: Author
    reason: str
    asked_at: Moment
    keeps_orders: bool = False
    accepts_faults: bool = False
    phase: Phase = "asked"
    tries: int = 0
    prepared: tuple[int, int] | None = None
    restore_point: str | None = None
    tickets: int = 0
    settled: int = 0
    newer_orders: list[str] = []
    places: dict[str, tuple[int, int]] = {}
    exchanged_at: Moment | None = None

    @property
    def folder(self) -> str:
        """The name of the directory in which it is unpacked, below the data directory."""
        return f".restore-{self.id}"

    @property
    def is_only_forward(self) -> bool:
        return self.phase in ("exchanging", "done")


def read_journal(layout: Layout) -> RestoreJournal | None:
    """Return how far a restore has come; None if none is under way. Blocks.

    Raises DamagedFileError if nobody can tell, UnavailableError for the disk.
    """
    with unreadable(layout.restore):
        try:
            content = layout.restore.read_bytes()
        except FileNotFoundError:
            return None
    try:
        with damage_in(layout.restore.name, "the journal of a restore"):
            return RestoreJournal.model_validate_json(content)
    except DamagedFileError as error:
        error.remedy = REMEDY_DAMAGED
        raise


@contextmanager
def deciding(layout: Layout) -> Iterator[None]:
    """Be the only one who decides how it goes on with a restore. Blocks. Raises UnavailableError.

    It is asked for, taken a step further, or called off: each is a look and a deed.
    """
    with disk_trouble(layout.restore):
        make_directory(layout.locks)
        with FileLock(layout.locks / "restore_journal.lock"):
            yield


def write_journal(layout: Layout, journal: RestoreJournal) -> RestoreJournal:
    """Make this durable and return it. Blocks. Raises UnavailableError."""
    with disk_trouble(layout.restore):
        # Without what is not said: the release before this one has fewer words, and must end it.
        content = journal.model_dump_json(indent=2, exclude_none=True)
        write_atomic(layout.restore, content.encode() + b"\n")
    return journal


def remove_journal(layout: Layout) -> None:
    """Say that no restore is under way. Blocks. Raises UnavailableError."""
    with disk_trouble(layout.restore):
        remove_file(layout.restore)


def asked_for(layout: Layout) -> RestoreJournal | None:
    """Return the restore that was asked for and is not begun. One look, if there is none.

    Raises what `read_journal` does.
    """
    journal = read_journal(layout) if os.path.lexists(layout.restore) else None
    return journal if journal and journal.phase == "asked" else None


def refuse_while_restoring(layout: Layout) -> None:
    """Raise UnavailableError while everything is being replaced. One look, if nothing is.

    What was written now would be lost: it is in no backup, and not in the new state either.
    """
    if not os.path.lexists(layout.restore):
        return
    journal = read_journal(layout)
    if journal and journal.phase in ("unpacked", "saved", "exchanging"):
        raise UnavailableError(
            f"Everything is being restored from {journal.filename}.",
            remedy="Wait until it has ended. If no service runs here, start it: it goes on with it.",
        )
