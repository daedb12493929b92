"""The archive of what is to be removed: `backups/retired/retired_<stamp>.tar.gz`, in the form of a backup.

Every file lies in it under its own name; of each ticket also the lines of the audit log, as
`audit/events/ticket_<id>.jsonl`. It counts when it was read back and is durable; nothing is removed
before, and nothing but what it holds byte for byte.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from uuid import uuid5

from pydantic import JsonValue

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author
from domain.errors import RejectedError, UnavailableError
from domain.moment import as_utc
from storage.archive_reading import verify
from storage.audit_anchor import Anchor
from storage.failures import DamagedFileError, NewerFormatError
from storage.files import (
    TEMPORARY_SUFFIX,
    discard,
    rename,
    stage,
    sync_directory,
    temporary_beside,
    unlink,
)
from storage.layout import Layout
from storage.manifest import Manifest
from storage.packing import Packed, Packer
from storage.private_folders import make_private
from storage.retention_plan import Going, Kind, RetentionPlan
from storage.snapshot import SourceFile
from storage.trail import trail

RETIRED_FILE = re.compile(r"retired_[0-9]{8}_[0-9]{6}(?:_[0-9]{1,3})?\.tar\.gz")
MAKING = "making"  # an archive that has no name yet


class RetiredArchive(NamedTuple):
    """An archive that was read back: its path below the data directory, its SHA-256 (hex).

    `digests` gives the SHA-256 of each file in it.
    """

    name: str
    sha256: str
    digests: Mapping[str, str]

    def holds(self, root: Path, file: str) -> bool:
        """Return whether it holds this file as it lies there now. Raises OSError."""
        digest = self.digests.get(file)
        return digest is not None and digest == digest_of(root / file)


class Removal(NamedTuple):
    """A removal: the archive that holds what goes, the plan by which it goes, whose word it is."""

    archive: RetiredArchive
    plan: RetentionPlan
    by: Author

    @property
    def who(self) -> str:
        return self.by.name or self.by.actor

    def event(
        self, what: str, names: Sequence[str], notes: str, anchor: Anchor | None = None
    ) -> AuditEvent:
        """Return the event that names what is removed; done again with this archive, the same.

        Of days of the log it also says to the letter what the anchor says.
        """
        archive = {"archive": self.archive.name, "archive_sha256": self.archive.sha256}
        after: dict[str, JsonValue] = {"names": [*names], **archive}
        told: JsonValue = {"before": None, "after": after | (anchor.told if anchor else {})}
        which = f"{self.archive.sha256}/{what}/retired"
        return AuditEvent(
            id=anchor.event_id if anchor else str(uuid5(EVENT_NAMESPACE, which)),
            timestamp=self.plan.made_at,
            actor=self.by.actor,
            action=f"{what}_retired",
            changed_fields=["retired"],
            field_changes={"retired": told},
            notes=f"{self.who}: {notes} Kept in {self.archive.name} "
            f"(SHA-256 {self.archive.sha256}).",
            compliance_relevant=True,
            **self.by.way,
        )


def digest_of(path: Path) -> str | None:
    """Return the SHA-256 (hex) of a file, None if it is not there. Raises OSError."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def archived(layout: Layout, going: Sequence[Going], now: datetime) -> RetiredArchive:
    """Return an archive that holds all these: a new one, or the newest if that does. Blocks.

    So a run that was killed leaves no second copy to the next. The caller holds
    `locks/backups.lock`. Raises OSError, leaving nothing, and UnavailableError if it is not read
    back as it was written, or a file was changed meanwhile.
    """
    make_private(layout.backups)
    make_private(layout.retired)
    for left in layout.retired.glob(f".*{TEMPORARY_SUFFIX}"):
        unlink(left)
    files = sorted({file for one in going for file in one.files})
    newest = _newest(layout)
    if newest and all(newest.holds(layout.root, file) for file in files):
        return newest
    return _made(layout, files, {one.name for one in going if one.kind is Kind.TICKET}, now)


def _newest(layout: Layout) -> RetiredArchive | None:
    """Return the archive that was made last, if it can be believed."""
    names = [path for path in layout.retired.iterdir() if RETIRED_FILE.fullmatch(path.name)]
    if not names:
        return None
    path = max(names, key=lambda path: path.name)
    try:
        return _read(layout, path, path)
    except (DamagedFileError, NewerFormatError, RejectedError):
        return None


def _made(
    layout: Layout, files: Sequence[str], ticket_ids: Collection[str], now: datetime
) -> RetiredArchive:
    making = Path(temporary_beside(layout.retired / MAKING))
    path = _free_name(layout.retired, now)
    try:
        packed = _pack(layout, making, files, ticket_ids, now)
        read = _read(layout, making, path)
        if read.sha256 != packed.sha256 or any(file not in read.digests for file in files):
            raise UnavailableError(
                f"The archive {path.name} was not read back as it was written.",
                remedy="Nothing was removed. Check the volume, then try again.",
            )
        rename(making, path)
    finally:
        unlink(making)  # if it has not got its name
    sync_directory(layout.retired)
    return read


def _pack(
    layout: Layout,
    path: Path,
    files: Sequence[str],
    ticket_ids: Collection[str],
    now: datetime,
) -> Packed:
    with Packer(path) as packer:
        for file in files:
            packer.add(SourceFile(file, f"{layout.root}/{file}"))
        for ticket_id, lines in _lines_about(layout, ticket_ids).items():
            with _as_file(layout, lines) as aside:
                packer.add(SourceFile(f"audit/events/ticket_{ticket_id}.jsonl", aside))
        about = Manifest(
            made_at=now,
            made_by=version("texas811"),
            why="retired",
            tickets=len(ticket_ids),
            left_out=packer.left_out,
            members=[],
        )
        return packer.finish(about)


def _lines_about(layout: Layout, ticket_ids: Collection[str]) -> dict[str, bytearray]:
    """Return the lines of the log about each of these tickets, as they stand there."""
    told: dict[str, bytearray] = {ticket_id: bytearray() for ticket_id in ticket_ids}
    if told:
        for line in trail(layout):
            if line.ticket_id in told:
                told[line.ticket_id] += line.content + b"\n"
    return told


@contextmanager
def _as_file(layout: Layout, content: bytes | bytearray) -> Iterator[str]:
    """Lay some bytes aside as a file, for as long as the block runs."""
    staged = stage(layout.retired / "events", bytes(content), is_synced=False)
    try:
        yield staged.name
    finally:
        discard(staged)


def _read(layout: Layout, path: Path, named: Path) -> RetiredArchive:
    """Return what an archive holds, read to its end; `named` is where it lies in the end."""
    manifest = verify(path)
    digests = {member.name: member.sha256 for member in manifest.members}
    name = named.relative_to(layout.root).as_posix()
    return RetiredArchive(name, str(digest_of(path)), digests)


def _free_name(folder: Path, now: datetime) -> Path:
    """Return where an archive of this moment goes; of those of one second each has a number."""
    stamp, serial = f"retired_{as_utc(now):%Y%m%d_%H%M%S}", 0
    path = folder / f"{stamp}.tar.gz"
    while path.exists():
        serial += 1
        path = folder / f"{stamp}_{serial}.tar.gz"
    return path
