"""A line for each dead letter, for lists: only what has come since the last look is read.

A letter may hold a whole document, and there may be thousands after a bad night; a page that
lists them must neither read them all nor keep them in memory.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import aiofiles.os

from domain.errors import UnavailableError
from domain.moment import Moment
from storage.dead_letters import BACKUP, DROPPED, DeadLetter, Ending, read_letter
from storage.failures import unreadable
from storage.files import Identity
from storage.findings import Finding
from storage.layout import TICK_NS, Layout

REASON_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True)
class LetterLine:
    """What a list shows of a letter, and what it is filed under: `job` and `key`."""

    job: str
    key: str
    job_id: str
    group: str
    reason: str
    attempts: int
    lost_workers: int
    buried_at: Moment
    ending: Ending | None
    error: str | None
    place: str | None

    @classmethod
    def of(cls, letter: DeadLetter) -> Self:
        return cls(
            job=letter.job,
            key=letter.key,
            job_id=letter.id,
            group=letter.group,
            reason=letter.reason.partition("\n")[0][:REASON_CHARACTERS_MAX],
            attempts=letter.attempts,
            lost_workers=letter.lost_workers,
            buried_at=letter.buried_at,
            ending=letter.ending,
            error=letter.error,
            place=letter.place,
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """All letters but the dropped, the latest first, and what cannot be read among them."""

    lines: tuple[LetterLine, ...] = ()
    damaged: tuple[Finding, ...] = ()


Seen = tuple[Identity, LetterLine | Finding]


class LetterLines:
    """Lists the dead letters of one data directory."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        # One value each, because several threads may look at once.
        self._known: dict[str, Seen] = {}
        self._listed: tuple[int, Listed] | None = None  # when the folder was changed last
        self.list = aiofiles.os.wrap(self._list)

    def _list(self) -> Listed:
        """Return the lines; of a folder that nobody has changed, without a look at its files.

        Raises UnavailableError if the disk fails, NotFoundError if this is no data directory.
        """
        folder = self._layout.existing(self._layout.dead_letters)
        with unreadable(folder):
            looked_at, changed_at = time.time_ns(), folder.stat().st_mtime_ns
            if self._listed and self._listed[0] == changed_at:
                return self._listed[1]
            known = self._known
            now = dict(self._looked_at(folder, known))
        listed = _listed(now)
        self._known = now
        # What came within one tick of the look would not be seen to have come later.
        self._listed = (changed_at, listed) if changed_at + TICK_NS < looked_at else None
        return listed

    def _looked_at(self, folder: Path, known: dict[str, Seen]) -> Iterator[tuple[str, Seen]]:
        with os.scandir(folder) as found:
            for file in found:
                if file.name.endswith(".json") and not file.name.startswith(f"{DROPPED}-"):
                    with suppress(FileNotFoundError):  # gone meanwhile
                        identity = Identity.of(file.stat())
                        seen = known.get(file.name)
                        if seen is None or seen[0] != identity:
                            seen = (identity, self._read(Path(file.path)))
                        yield file.name, seen

    def _read(self, path: Path) -> LetterLine | Finding:
        """Return what is shown of a letter. Raises FileNotFoundError."""
        try:
            return LetterLine.of(read_letter(path))
        except FileNotFoundError:
            raise
        except (UnavailableError, OSError) as error:
            problem = (
                error.problem if isinstance(error, UnavailableError) else str(error.strerror)
            )
            return Finding.at(path, self._layout.root, problem, BACKUP)


def _listed(seen: dict[str, Seen]) -> Listed:
    told = [one for _identity, one in seen.values()]
    lines = [one for one in told if isinstance(one, LetterLine)]
    return Listed(
        tuple(sorted(lines, key=lambda line: line.buried_at, reverse=True)),
        tuple(one for one in told if isinstance(one, Finding)),
    )
