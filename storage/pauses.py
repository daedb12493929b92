"""Pauses: which lanes and kinds of job are not to be started, by whom, since when and why.

They are kept in one file, `config/pauses.json`, so that a pause outlives Redis, every worker, and
a deploy.
"""

from collections.abc import Iterable
from typing import Literal

import aiofiles.os
from pydantic import BaseModel, ConfigDict, Field

from domain.moment import Moment
from storage.failures import DamagedFileError, damage_in, disk_trouble, unreadable
from storage.file_locks import FileLock
from storage.files import NO_FILE, Identity, identity_at, write_atomic
from storage.layout import Layout

REASON_CHARACTERS_MAX = 500
PERSON_CHARACTERS_MAX = 200
PAUSES_MAX = 100
REMEDY = (
    "What was paused stays so where a worker knows it. Restore config/pauses.json from a backup; "
    "or remove it, which resumes everything, and pause anew what must wait."
)

What = Literal["lane", "job"]


class Pause(BaseModel):
    """A lane or a kind of job that is paused until somebody resumes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: What
    name: str = Field(min_length=1, max_length=64)
    reason: str = Field(min_length=1, max_length=REASON_CHARACTERS_MAX)
    by: str = Field(min_length=1, max_length=PERSON_CHARACTERS_MAX)
    since: Moment


class _Paused(BaseModel):
    """What stands in the file."""

    model_config = ConfigDict(extra="forbid")

    pauses: list[Pause] = Field(default=[], max_length=PAUSES_MAX)


class Pauses:
    """Pauses, resumes, and tells what is paused."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._path = layout.pauses
        self._lock_path = layout.pauses_lock
        # One value, because several threads may look at once: a file, and what stood in it.
        self._seen: tuple[Identity, tuple[Pause, ...]] = (NO_FILE, ())
        self.list = aiofiles.os.wrap(self._list)
        self.find = aiofiles.os.wrap(self._find)
        self.pause = aiofiles.os.wrap(self._pause)
        self.resume = aiofiles.os.wrap(self._resume)

    def _list(self) -> tuple[Pause, ...]:
        """Return what is paused; looks at the file's name only, unless it has changed.

        Raises UnavailableError; DamagedFileError if nobody can tell.
        """
        seen, known = self._seen
        with unreadable(self._path):
            found = identity_at(self._path)
            if found != seen:
                known = self._read()
                self._seen = (found, known)
        return known

    def _find(self, name: str) -> Pause | None:
        """Return the pause of this name: a lane and a job never have the same.

        Raises UnavailableError; NotFoundError if this is no data directory.
        """
        self._layout.existing(self._layout.config)
        return next((pause for pause in self._list() if pause.name == name), None)

    def _pause(self, pause: Pause) -> Pause:
        """Pause a lane or kind; return the pause, the earlier one if it was paused already.

        Raises UnavailableError.
        """
        with disk_trouble(self._path), FileLock(self._lock_path):
            paused = self._read()
            if earlier := _of(paused, pause.what, pause.name):
                return earlier
            self._write([*paused, pause])
        return pause

    def _resume(self, what: What, name: str, *, seen: Pause | None = None) -> Pause | None:
        """End a pause and return it; None if there was none. Raises UnavailableError.

        With `seen` that very pause is ended, and not another that has come in its place.
        """
        with disk_trouble(self._path), FileLock(self._lock_path):
            paused = self._read()
            ended = _of(paused, what, name)
            if ended and seen in (None, ended):
                self._write([pause for pause in paused if pause != ended])
                return ended
        return None

    def _read(self) -> tuple[Pause, ...]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return ()
        try:
            with damage_in(self._path.name, "a list of pauses"):
                return decode(content)
        except DamagedFileError as error:
            error.remedy = REMEDY
            raise

    def _write(self, paused: Iterable[Pause]) -> None:
        content = _Paused(pauses=list(paused)).model_dump_json(indent=2)
        write_atomic(self._path, content.encode() + b"\n")


def decode(content: bytes) -> tuple[Pause, ...]:
    """Return what a file of pauses says. Raises ValueError for one that cannot be believed."""
    return tuple(_Paused.model_validate_json(content).pauses)


def _of(paused: Iterable[Pause], what: str, name: str) -> Pause | None:
    return next((one for one in paused if (one.what, one.name) == (what, name)), None)
