"""What the archives of removed things prove: are they here as they were, and is a line in one?"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from domain.audit import AuditEvent
from domain.errors import RejectedError, UnavailableError
from storage.archive_members import members
from storage.audit_anchor import believed_anchor
from storage.chain import BrokenLineError, seal_of
from storage.failures import DamagedFileError, NewerFormatError
from storage.layout import Layout
from storage.retired_archive import RETIRED_FILE, digest_of
from storage.tombstones import retired_ids, tombstone_of

ARCHIVE = re.compile(rf"backups/retired/{RETIRED_FILE.pattern}")


class Tip(NamedTuple):
    """A line on which no other hangs: its UTC day (YYYYMMDD), its number there, its SHA-256."""

    day: str
    number: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.day}/{self.number}:{self.sha256}"


class ArchiveTold(NamedTuple):
    """An archive of which is told what lies in it: its path below the data directory, its SHA-256."""

    name: str
    sha256: str


class LostArchive(NamedTuple):
    """An archive that is not there, or not as it was made."""

    name: str
    problem: str

    @property
    def sentence(self) -> str:
        return f"{self.name}: {self.problem}"


def archive_told(event: AuditEvent) -> ArchiveTold | None:
    """Return the archive in which lies what was removed by this event, if it tells of one."""
    told = event.field_changes.get("retired") if event.action.endswith("_retired") else None
    after = told.get("after") if isinstance(told, dict) else None
    if not isinstance(after, dict):
        return None
    name, digest = after.get("archive"), after.get("archive_sha256")
    return (
        ArchiveTold(name, digest) if isinstance(name, str) and isinstance(digest, str) else None
    )


def lost_archives(layout: Layout, told: Iterable[ArchiveTold]) -> Iterator[LostArchive]:
    """Yield the archives that are told of, there or by tombstones and anchor, and are lost. Blocks.

    Of those in the bucket nothing is known here.
    """
    named = {*told, *_named_here(layout)}
    digests = {one.name: _digest(layout, one.name) for one in named}
    for one in sorted(named):
        if digests[one.name] is None:
            yield LostArchive(one.name, "It is not there, and what was removed lies in it.")
        elif digests[one.name] != one.sha256:
            yield LostArchive(one.name, "It is another file than the one that was made.")


def _named_here(layout: Layout) -> Iterator[ArchiveTold]:
    if anchor := believed_anchor(layout):
        yield ArchiveTold(anchor.archive, anchor.archive_sha256)
    for ticket_id in retired_ids(layout):
        with suppress(UnavailableError):  # a damaged tombstone is told of elsewhere
            if stone := tombstone_of(layout, ticket_id):
                yield ArchiveTold(stone.archive, stone.archive_sha256)


def _digest(layout: Layout, name: str) -> str | None:
    # Who has forged the name must not have another file read.
    return digest_of(layout.root / name) if ARCHIVE.fullmatch(name) else None


def is_archived(layout: Layout, tip: Tip) -> bool | None:
    """Return whether an archive that is here holds this line; None if none holds its day so far.

    The digest says it all: whoever has made the archive, the line is what it was. Blocks.
    """
    wanted = layout.audit_file(tip.day).relative_to(layout.root).as_posix()
    answer = None
    for path in sorted(layout.retired.glob("[!.]*.tar.gz"), reverse=True):
        with suppress(DamagedFileError, NewerFormatError, RejectedError):
            if (digest := _line_in(path, wanted, tip.number)) is not None:
                if digest == tip.sha256:
                    return True
                answer = False
    return answer


def _line_in(path: Path, wanted: str, number: int) -> str | None:
    """Return the SHA-256 of a line of a day as an archive holds it, None if it does not."""
    for member in members(path):
        if member.name == wanted:
            lines = member.content().splitlines()
            if number <= len(lines):
                with suppress(BrokenLineError):
                    return seal_of(lines[number - 1], number=number).head.sha256
            return None
    return None
