"""Dead letters: jobs that were given up, each a file with all that a person needs to replay it."""

from pathlib import Path

import aiofiles.os
from pydantic import BaseModel, ConfigDict, JsonValue

from domain.moment import Moment
from storage.failures import damage_in, disk_trouble
from storage.files import remove_file, write_atomic
from storage.layout import Layout, checked_name
from storage.threads import in_writers_thread


class DeadLetter(BaseModel):
    """A job that ended badly: what it was, how often it was tried, and why it was given up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: str
    key: str
    arguments: dict[str, JsonValue]
    reason: str
    attempts: int
    buried_at: Moment


class DeadLetters:
    """Buries jobs and lists the buried."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.bury = in_writers_thread(self._bury)
        self.find = aiofiles.os.wrap(self._find)
        self.list = aiofiles.os.wrap(self._list)
        self.keys = aiofiles.os.wrap(self._keys)
        self.count = aiofiles.os.wrap(self._count)
        self.forget = in_writers_thread(self._forget)

    def _bury(self, letter: DeadLetter) -> None:
        """Keep the letter of a job that was given up. Raises UnavailableError."""
        path = self._layout.dead_letter(letter.job, letter.key)
        with disk_trouble(path):
            write_atomic(path, letter.model_dump_json(indent=2).encode() + b"\n")

    def _find(self, job: str, key: str) -> DeadLetter | None:
        try:
            return _read(self._layout.dead_letter(job, key))
        except FileNotFoundError:
            return None

    def _list(self) -> list[DeadLetter]:
        """Return all dead letters, the latest first."""
        letters = map(_read, self._layout.dead_letters.glob("*.json"))
        return sorted(letters, key=lambda letter: letter.buried_at, reverse=True)

    def _keys(self, job: str) -> set[str]:
        """Return the keys of the buried jobs of this name.

        From the names of the files alone, so that a damaged letter still holds its job down.
        """
        files = self._layout.dead_letters.glob(f"{checked_name('job', job)}-*.json")
        return {path.stem.removeprefix(f"{job}-") for path in files}

    def _count(self) -> int:
        return sum(1 for _path in self._layout.dead_letters.glob("*.json"))

    def _forget(self, job: str, key: str) -> None:
        """Remove the letter of a job that has succeeded after all, if there is one.

        Durably also if it is gone already: whoever removed it may have been killed before he
        could see to that. Raises UnavailableError.
        """
        path = self._layout.dead_letter(job, key)
        with disk_trouble(path):
            remove_file(path)


def _read(path: Path) -> DeadLetter:
    with damage_in(path.name, "a dead letter"):
        return DeadLetter.model_validate_json(path.read_bytes())
