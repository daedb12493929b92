"""What has been run of the schedule: the dated runs durably, the ticks of short periods not.

Both are changed under one lock, so that of several workers one rings. The dated runs lie in
`config/schedule.json`. The ticks stand in the note of the lock file, which the kernel writes
when it likes: to sync a disk every five seconds, for what is due again in five, would only
wear it out.
"""

import logging
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal

import aiofiles.os
import pydantic_core
from pydantic import BaseModel, ConfigDict

from domain.runs import EntryState
from storage.failures import DamagedFileError, damage_in, disk_trouble, unreadable
from storage.file_locks import FileLock, write_note
from storage.files import write_atomic
from storage.layout import Layout
from storage.quarantine import Quarantine

NOTE_BYTES_MAX = 4096

Known = Mapping[str, EntryState]
Step = Callable[[Known], Known]

log = logging.getLogger(__name__)


class _File(BaseModel):
    """What `config/schedule.json` holds: the entries by the name of their job."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    entries: dict[str, EntryState]


class DatedRuns:
    """How far the dated entries have come. Survives a power cut."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.change = aiofiles.os.wrap(self._change)
        self.read = aiofiles.os.wrap(self._read)

    def _change(self, step: Step) -> None:
        """Make a step from what is known to what is known then, alone; durable on return.

        Raises UnavailableError if the disk does not take it.
        """
        path = self._layout.schedule
        with disk_trouble(path), FileLock(self._layout.schedule_lock):
            before = self._believed()
            after = step(before)
            if after != before:
                file = _File(entries=dict(sorted(after.items())))
                write_atomic(path, file.model_dump_json(indent=2).encode() + b"\n")

    def _read(self) -> Known:
        """Return what is known. Raises DamagedFileError if the file cannot be believed."""
        path = self._layout.schedule
        with unreadable(path):
            if not path.exists():
                return {}
            content = path.read_bytes()
        with damage_in(path.name, "a schedule"):
            return decode(content)

    def _believed(self) -> Known:
        """Return what is known; a file that cannot be believed is set aside.

        With nothing known each entry begins anew with its next instant: a run may be missed, none
        is made twice, and the schedule goes on.
        """
        try:
            return self._read()
        except DamagedFileError as error:
            log.error("the schedule begins anew: %s", error.problem)  # noqa: TRY400 - it says it all
            Quarantine(self._layout).set_aside(self._layout.schedule, error.problem)
            return {}


class Ticks:
    """How far the entries of a short period have come. A hint that a crash may lose."""

    def __init__(self, layout: Layout) -> None:
        self._lock = layout.schedule_lock
        self.change = aiofiles.os.wrap(self._change)
        self.read = aiofiles.os.wrap(self._read)

    def _change(self, step: Step) -> None:
        """Make a step from what is known to what is known then, alone.

        Raises UnavailableError if there can be no lock.
        """
        with disk_trouble(self._lock), FileLock(self._lock) as lock:
            before = _noted(os.pread(lock.descriptor, NOTE_BYTES_MAX, 0))
            after = step(before)
            if after != before:
                write_note(lock.descriptor, _note(after))

    def _read(self) -> Known:
        """Return what is known, without waiting for anybody."""
        try:
            return _noted(self._lock.read_bytes())
        except FileNotFoundError:
            return {}


class ScheduleState:
    """What has been run of the schedule of one data directory."""

    def __init__(self, layout: Layout) -> None:
        self.dated = DatedRuns(layout)
        self.ticks = Ticks(layout)


def decode(content: bytes) -> Known:
    """Return what `config/schedule.json` says. Raises ValueError if it is none."""
    return _File.model_validate_json(content).entries


def _noted(note: bytes) -> Known:
    """Return what a note says; nothing, if a crash has torn it."""
    try:
        told = pydantic_core.from_json(note.partition(b"\n")[0])
        return {
            job: EntryState(decided_until=datetime.fromtimestamp(until, UTC), missed=missed)
            for job, (until, missed) in told.items()
        }
    except (ValueError, TypeError, AttributeError, OverflowError):
        return {}


def _note(known: Known) -> bytes:
    told = {job: (one.decided_until.timestamp(), one.missed) for job, one in known.items()}
    note = pydantic_core.to_json(told) + b"\n"
    if len(note) > NOTE_BYTES_MAX:
        problem = f"a note about {len(known)} entries is longer than is read"
        raise ValueError(problem)
    return note
