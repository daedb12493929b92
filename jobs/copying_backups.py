"""Backups carried to the bucket, and back: what is due is copied, what is asked for is fetched."""

import logging
from asyncio import to_thread
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain.errors import ConflictError, NotFoundError, UnavailableError
from storage.backup_notes import BackupNote
from storage.backup_retention import NEWEST_KEPT, RESTORE_POINT
from storage.bucket import Bucket
from storage.bucket_files import archive_of_retired, retired_archives
from storage.bucket_notes import BucketNote
from storage.failures import DamagedFileError
from storage.manifest import checked_backup_name
from storage.sealing import Identities
from storage.store import Store

log = logging.getLogger(__name__)


class Carried(NamedTuple):
    """What was copied into the bucket, and what was removed there because its time was over."""

    copied: Sequence[str]
    removed: Sequence[str]


async def copy_due(store: Store, bucket: Bucket, now: datetime) -> Carried:
    """Copy every good backup that has not left the volume yet, and what was removed from it.

    The newest backups are copied again where the bucket does not hold them: it may be another, or
    was emptied. Twice is once. One that cannot be copied keeps no other from it. Raises
    UnavailableError or ConflictError if it is the newest; the same call goes on from there.
    """
    held = {copy.note.filename for copy in await bucket.list() if copy.problem is None}
    good = [note for note in await store.backups.notes() if note.verified_at]
    due = [
        note
        for place, note in enumerate(reversed(good))
        if note.copied_at is None or (place < NEWEST_KEPT and note.filename not in held)
    ]
    copied = []
    for note in due:
        try:
            copied.append((await copy_backup(store, bucket, note)).filename)
        except (UnavailableError, ConflictError) as failure:
            if note is good[-1]:
                raise
            log.warning("%s is not in the bucket: %s", note.filename, failure.problem)
    copied += await _copy_retired(store, bucket)
    return Carried(copied, await bucket.prune(now))


async def copy_backup(store: Store, bucket: Bucket, note: BackupNote) -> BucketNote:
    """Copy one backup and note that it is copied; return the note on its copy.

    Raises what `Bucket.keep` does, NotFoundError if the backup is not there.
    """
    kept = await bucket.keep(store.backups.path_of(note.filename), note)
    await store.backups.note(note.filename, copied_at=kept.copied_at)
    log.info("copied the backup %s to the bucket %s", note.filename, bucket.place)
    return kept


async def _copy_retired(store: Store, bucket: Bucket) -> list[str]:
    """Copy the archives of what was removed that the bucket does not hold; return which."""
    held = {copy.note.filename for copy in await bucket.list("retired") if not copy.problem}
    copied = []
    for path in await to_thread(retired_archives, store.quarantine.layout):
        if path.name not in held:
            told = await to_thread(archive_of_retired, path)
            copied.append((await bucket.keep(path, told, "retired")).filename)
    return copied


async def fetch_backup(
    store: Store, bucket: Bucket, identities: Identities, filename: str
) -> BackupNote:
    """Fetch a backup out of the bucket, so that it is one of those here; return its note.

    Raises what `Bucket.fetch` does.
    """
    into = store.quarantine.layout.daily_backups / checked_backup_name(filename)
    found = await bucket.fetch(filename, into, identities)
    await store.backups.verify(filename)  # which lists it, too
    return await store.backups.note(filename, copied_at=found.copied_at)


async def fetch_newest(store: Store, bucket: Bucket, identities: Identities) -> BackupNote:
    """Fetch the newest backup out of the bucket that is good, passing over those that are not.

    Passed over are also restore points, which hold what somebody has replaced, and backups without
    a ticket where others have some: a service that was started with nothing has made them. Raises RejectedError if no key opens it, NotFoundError if there is none, UnavailableError.
    """
    usual = [copy for copy in await bucket.list() if copy.note.why != RESTORE_POINT]
    for copy in reversed([copy for copy in usual if copy.note.tickets] or usual):
        try:
            if copy.problem is None:
                return await fetch_backup(store, bucket, identities, copy.note.filename)
        except DamagedFileError as failure:
            log.error("passed over %s: %s", copy.note.filename, failure.problem)  # noqa: TRY400 - it says it all
        else:
            log.error("passed over %s: %s", copy.note.filename, copy.problem)
    raise NotFoundError(
        f"There is no good backup in the bucket {bucket.place}.",
        field="BACKUP_BUCKET_NAME",
        remedy="See BACKUP_BUCKET_NAME and BACKUP_BUCKET_PREFIX, and what else is in there.",
    )
