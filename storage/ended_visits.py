"""Visits to the dashboard that somebody has ended: `config/ended_visits.json`.

A visit stands in the cookie of a browser, and whoever has a copy of that would go on with it. So
those that were ended by hand are kept here, for all processes, until they would have ended anyway.
"""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiofiles.os
from pydantic import BaseModel, ConfigDict, Field

from domain.moment import Moment
from storage.failures import disk_trouble, unreadable
from storage.file_locks import FileLock
from storage.files import NO_FILE, Identity, identity_at, write_atomic
from storage.layout import Layout
from storage.plain_files import read_identified

VISIT_LASTS = timedelta(hours=12)
KEPT_MAX = 4_000

log = logging.getLogger(__name__)


class EndedVisits(BaseModel):
    """What stands in the file: when each ended visit had begun, by what tells it from others.

    All visits that had begun by `all_until` have ended too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    begun_at: dict[str, Moment] = Field(default={}, max_length=KEPT_MAX)
    all_until: Moment | None = None

    def have(self, nonce: str, begun_at: datetime) -> bool:
        """Is this visit one of them?"""
        is_of_all = self.all_until is not None and begun_at <= self.all_until
        return is_of_all or nonce in self.begun_at

    def and_also(self, nonce: str, begun_at: datetime, *, now: datetime) -> "EndedVisits":
        """Return them with one more, and without those that have lasted their time.

        Where they are too many, all who came in as early as the earlier half must sign in again:
        to forget them instead would let somebody back in.
        """
        lasting = {
            one: begun
            for one, begun in {**self.begun_at, nonce: begun_at}.items()
            if now - begun < VISIT_LASTS
        }
        if len(lasting) <= KEPT_MAX:
            return EndedVisits(begun_at=lasting, all_until=self.all_until)
        until = sorted(lasting.values())[len(lasting) // 2]
        later = {one: begun for one, begun in lasting.items() if begun > until}
        return EndedVisits(begun_at=later, all_until=until)


class VisitEnds:
    """Ends visits, and tells which have been ended."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.ended_visits
        self._lock_path = layout.ended_visits_lock
        # One value, because several threads may look at once: a file, and what stood in it.
        self._seen: tuple[Identity, EndedVisits] = (NO_FILE, EndedVisits())
        self.known = aiofiles.os.wrap(self._known)
        self.end = aiofiles.os.wrap(self._end)

    def _known(self) -> EndedVisits:
        """Return those that have been ended; looks at the file's name only, unless it has changed.

        Raises UnavailableError if the disk fails.
        """
        seen, ended = self._seen
        with unreadable(self._path):
            found = identity_at(self._path)
            if found != seen:
                ended = _read(self._path)
                self._seen = (found, ended)
        return ended

    def _end(self, nonce: str, begun_at: datetime, now: datetime) -> None:
        """End a visit, durably and for every process. Raises UnavailableError."""
        with disk_trouble(self._path), FileLock(self._lock_path):
            ended = _read(self._path).and_also(nonce, begun_at, now=now)
            write_atomic(self._path, ended.model_dump_json().encode() + b"\n")


def decode(content: bytes) -> EndedVisits:
    """Return what a file says. Raises ValueError for one that cannot be believed."""
    return EndedVisits.model_validate_json(content)


def _read(path: Path) -> EndedVisits:
    """Return what the file says.

    Where it is damaged, every visit that had begun when it was written has ended: nobody is let
    back in, and whoever has a key is not locked out.
    """
    try:
        content, identity = read_identified(path)
    except FileNotFoundError:
        return EndedVisits()
    try:
        return decode(content)
    except ValueError:
        log.error("%s is damaged: everybody has to sign in again", path.name)  # noqa: TRY400 - it says it all
        return EndedVisits(all_until=datetime.fromtimestamp(identity.mtime_ns / 10**9, UTC))
