"""Dead letters: jobs that were given up, each a file with all that a person needs to replay it.

One that a person has dropped stays beside the others under a name of its own: it is no task any
more, and still holds its job down.
"""

import hashlib
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import aiofiles.os
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.errors import NotFoundError, UnavailableError
from domain.moment import Moment
from storage.failures import damage_in, disk_trouble, unreadable
from storage.files import remove_file, write_atomic
from storage.findings import Finding
from storage.layout import NAME, TICK_NS, Layout, checked_name
from storage.plain_files import read_plain
from storage.threads import in_writers_thread

NAMELESS = "nameless"  # stands in for the kind of a job of which nothing says what it was
DROPPED = "dropped"  # begins the name of a letter that a person has dropped
DIGEST_CHARACTERS = 16
FINGERPRINT_CHARACTERS = 12
NAME_CHARACTERS_MAX = 64
BACKUP = "Restore the file from a backup, or move it out of the data directory."

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_WITH_DIGIT = re.compile(r"[\w./:-]*\d[\w./:-]*")


class Ending(StrEnum):
    """The ways in which a job can end badly.

    Failed: it raised what no further attempt mends, or once too often. Late: its deadline passed
    first. Poison: its process died too often under it. Expired: its payload was gone when its
    turn came. Unreadable: its payload is none of ours.
    """

    FAILED = "failed"
    TIMED_OUT = "timed_out"
    LATE = "late"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    POISON = "poison"
    EXPIRED = "expired"
    UNREADABLE = "unreadable"


class Dropped(BaseModel):
    """Who decided that a job shall not be done any more, when, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    at: Moment
    reason: str | None = None


class DeadLetter(BaseModel):
    """A job that ended badly: what it was, how often it was tried, and why it was given up.

    `job` and `key` are what the letter is filed under; `job_id` is the id as the queue knew it,
    which need not be fit for a file name. `attempts` counts the failures in code,
    `lost_workers` the processes that died under it. `place` is where in our code it failed,
    `trace` the way there, the outermost call first; `payload` what was queued, where it could
    not be read. What letters of earlier releases do not say is None.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    job: str
    key: str
    arguments: dict[str, JsonValue]
    reason: str
    attempts: int
    buried_at: Moment
    job_id: str | None = None
    ending: Ending | None = None
    error: str | None = None
    place: str | None = None
    trace: list[str] = Field(default_factory=list)
    fingerprint: str | None = None
    lost_workers: int = 0
    enqueued_at: Moment | None = None
    payload: str | None = None
    dropped: Dropped | None = None

    @property
    def id(self) -> str:
        """The job's id as the queue knew it."""
        return self.job_id or f"{self.job}:{self.key}"

    @property
    def group(self) -> str:
        """What letters of the same cause have in common; of old ones, as far as they tell."""
        return self.fingerprint or fingerprint_of(self.job, self.reason.partition("\n")[0])

    @property
    def file_name(self) -> str:
        mark = f"{DROPPED}-" if self.dropped else ""
        return f"{mark}{self.job}-{self.key}.json"


@dataclass(frozen=True, slots=True)
class Survey:
    """All dead letters, the latest first, and what lies among them and cannot be read."""

    letters: list[DeadLetter]
    damaged: list[Finding]


class DeadLetters:
    """Buries jobs and lists the buried."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._start = f"{layout.dead_letters}{os.sep}"  # every job asks: a Path would be slow
        self._empty_since = -1  # when the folder was changed last, if it was empty after that
        self.bury = in_writers_thread(self._bury)
        self.find = aiofiles.os.wrap(self._find)
        self.list = aiofiles.os.wrap(self._list)
        self.survey = aiofiles.os.wrap(self._survey)
        self.keys = aiofiles.os.wrap(self._keys)
        self.count = aiofiles.os.wrap(self._count)
        self.drop = in_writers_thread(self._drop)
        self.forget = in_writers_thread(self._forget)

    def has_any(self) -> bool:
        """Is there perhaps a letter? One look, unless the folder has changed of late."""
        try:
            looked_at, changed_at = time.time_ns(), os.stat(self._start).st_mtime_ns  # noqa: PTH116 - every job asks
            if changed_at == self._empty_since:
                return False
            with os.scandir(self._start) as found:
                if any(one.name.endswith(".json") for one in found):
                    return True
        except OSError:
            return True
        if changed_at + TICK_NS < looked_at:
            self._empty_since = changed_at
        return False

    def is_kept(self, job: str, key: str) -> bool:
        """Is there a letter of this job, dropped or not? Two looks, too quick to need a thread."""
        name = f"{checked_name('job', job)}-{checked_name('key', key)}.json"
        return any(os.path.lexists(self._start + mark + name) for mark in ("", f"{DROPPED}-"))

    def _bury(self, letter: DeadLetter) -> None:
        """Keep the letter of a job that was given up. Raises UnavailableError."""
        path = self._layout.dead_letter(letter.job, letter.key)
        with disk_trouble(path):
            write_atomic(path, _encoded(letter))

    def _find(self, job: str, key: str) -> DeadLetter | None:
        """Return the letter of this job; one that was dropped if there is no other."""
        path = self._layout.dead_letter(job, key)
        for kept in (path, _dropped(path)):
            with suppress(FileNotFoundError):
                return read_letter(kept)
        return None

    def _list(self) -> list[DeadLetter]:
        """Return all dead letters but the dropped, the latest first."""
        return _latest_first(read_letter(path) for path in self._paths())

    def _survey(self, *, dropped: bool = False) -> Survey:
        """Return all letters, or all that were dropped; one that is damaged is passed by.

        Raises NotFoundError if this is no data directory.
        """
        letters, damaged = [], []
        self._layout.existing(self._layout.dead_letters)
        for path in self._paths(dropped=dropped):
            try:
                # One that is gone meanwhile is as good as not there.
                with unreadable(path), suppress(FileNotFoundError):
                    letters.append(read_letter(path))
            except UnavailableError as error:
                damaged.append(Finding.at(path, self._layout.root, error.problem, BACKUP))
        return Survey(_latest_first(letters), damaged)

    def _keys(self, job: str) -> set[str]:
        """Return the keys of the buried jobs of this name, dropped or not.

        From the names of the files alone, so that a damaged letter still holds its job down.
        """
        job = checked_name("job", job)
        return {
            path.stem.removeprefix(start)
            for start in (f"{job}-", f"{DROPPED}-{job}-")
            for path in self._layout.dead_letters.glob(f"{start}*.json")
        }

    def _count(self) -> int:
        return sum(1 for _path in self._paths())

    def _drop(self, job: str, key: str, dropped: Dropped) -> DeadLetter:
        """Mark a letter as no task any more and return it so marked.

        Raises NotFoundError if there is none, and UnavailableError.
        """
        path = self._layout.dead_letter(job, key)
        try:
            letter = read_letter(path).model_copy(update={"dropped": dropped})
        except FileNotFoundError:
            raise NotFoundError(
                f"There is no dead letter of {job} {key}.",
                field="key",
                remedy="See `texas811 dead-letters list`.",
            ) from None
        with disk_trouble(path):
            # In this order a crash leaves both, and the letter is a task still.
            write_atomic(_dropped(path), _encoded(letter))
            remove_file(path)
        return letter

    def _forget(self, job: str, key: str) -> None:
        """Remove the letter of a job that has succeeded after all, if there is one.

        Durably also if it is gone already: whoever removed it may have been killed before he
        could see to that. Raises UnavailableError.
        """
        path = self._layout.dead_letter(job, key)
        with disk_trouble(path):
            if os.path.lexists(_dropped(path)):
                remove_file(_dropped(path))
            remove_file(path)

    def _paths(self, *, dropped: bool = False) -> Iterator[Path]:
        found = self._layout.dead_letters.glob("*.json")
        return (path for path in found if path.name.startswith(f"{DROPPED}-") is dropped)


def safe_key(key: str) -> str:
    """Return what a letter with this key is filed under: the key itself, if it may be a name.

    Else what is left of it, and a digest that tells it from others of which the same is left.
    """
    return key if NAME.fullmatch(key) else _shortened(key, "-")


def safe_job(job: str) -> str:
    """Return what letters of this kind of job are filed under.

    Without a hyphen, so that a file's name tells where its key begins.
    """
    is_fit = NAME.fullmatch(job) and "-" not in job and job not in {NAMELESS, DROPPED}
    return job if is_fit else _shortened(job.replace("-", "_"), "_", job)


def normalised(text: str) -> str:
    """Return a text without what differs from case to case: quotations, numbers, ids."""
    return _WITH_DIGIT.sub("#", _QUOTED.sub("'…'", text))


def fingerprint_of(*parts: str) -> str:
    """Return a short name for what these texts have in common with others of their like."""
    told = "\n".join(map(normalised, parts))
    return hashlib.sha256(_bytes(told)).hexdigest()[:FINGERPRINT_CHARACTERS]


def _shortened(name: str, hyphen: str, whole: str | None = None) -> str:
    digest = hashlib.sha256(_bytes(whole or name)).hexdigest()[:DIGEST_CHARACTERS]
    room = NAME_CHARACTERS_MAX - DIGEST_CHARACTERS - 1
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)[:room] + hyphen + digest


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _dropped(path: Path) -> Path:
    return path.with_name(f"{DROPPED}-{path.name}")


def _latest_first(letters: Iterator[DeadLetter] | list[DeadLetter]) -> list[DeadLetter]:
    return sorted(letters, key=lambda letter: letter.buried_at, reverse=True)


def _encoded(letter: DeadLetter) -> bytes:
    return letter.model_dump_json(indent=2, exclude_none=True).encode() + b"\n"


def read_letter(path: Path) -> DeadLetter:
    """Return the letter in this file. Raises FileNotFoundError, OSError, DamagedFileError."""
    with damage_in(path.name, "a dead letter"):
        letter = DeadLetter.model_validate_json(read_plain(path))
        if letter.file_name != path.name:
            problem = f"it is the letter of {letter.job} {letter.key}"
            raise ValueError(problem)
        return letter
