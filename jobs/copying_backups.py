"""Backups carried to the bucket, and back: what is due is copied, what is asked for is fetched."""

import logging
from asyncio import to_thread
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.errors import NotFoundError, Texas811Error
from storage.backup_notes import BackupNote
from storage.backup_retention import NEWEST_KEPT, RESTORE_POINT
from storage.bucket import Bucket
from storage.bucket_files import archive_of_retired, retired_archives
from storage.bucket_notes import BucketCopy, BucketNote
from storage.bucket_owners import owner_of
from storage.failures import DamagedFileError
from storage.manifest import checked_backup_name
from storage.sealing import Identities
from storage.store import Store

PROVED_EVERY = timedelta(days=7)

log = logging.getLogger(__name__)


class Carried(NamedTuple):
    """What was copied into the bucket, and what was removed there because its time was over."""

    copied: Sequence[str]
    removed: Sequence[str]


async def copy_due(store: Store, bucket: Bucket, now: datetime) -> Carried:
    """Copy every good backup that has not left the volume yet, and what was removed from it.

    The newest backups are copied again where the bucket does not hold them: it may be another, or
    was emptied. Of the others the one is read back that was not for longest, if that is a week ago.
    Twice is once. One that cannot be copied keeps no other from it, nor what has had its time from
    going. Raises what `Bucket.keep` does if it is the newest; the same call goes on from there.
    """
    held = {
        copy.note.filename: copy.note.sha256
        for copy in await bucket.list()
        if copy.problem is None
    }
    good = [note for note in await store.backups.notes() if note.verified_at]
    due = [
        note
        for place, note in enumerate(reversed(good))
        if note.copied_at is None or (place < NEWEST_KEPT and not _is_held(note, held))
    ]
    others = [note for note in good if note not in due and _is_held(note, held)]
    copied, failures = [], {}
    for note in (*due, *_longest_unproved(others, now)):
        try:
            kept = await copy_backup(store, bucket, note, now)
        except Texas811Error as failure:
            log.warning("%s is not in the bucket: %s", note.filename, failure.problem)
            failures[note.filename] = failure
        else:
            if kept.copied_at != note.copied_at:
                copied.append(kept.filename)
    copied += await _copy_retired(store, bucket)
    removed = await bucket.prune(now)
    if good and good[-1].filename in failures:
        raise failures[good[-1].filename]
    return Carried(copied, removed)


async def copy_backup(
    store: Store, bucket: Bucket, note: BackupNote, now: datetime
) -> BucketNote:
    """Copy one backup, or read its copy back; note that, and return the note on the copy.

    Raises what `Bucket.keep` does, NotFoundError if the backup is not there.
    """
    kept = await bucket.keep(store.backups.path_of(note.filename), note)
    await store.backups.note(note.filename, copied_at=kept.copied_at, proved_at=now)
    log.info("the backup %s is in the bucket %s, read back", note.filename, bucket.place)
    return kept


def _is_held(note: BackupNote, held: Mapping[str, str]) -> bool:
    """Is it this backup that the bucket holds, and no other of its name?"""
    there = held.get(note.filename)
    return there is not None and note.sha256 in {None, there}


def _longest_unproved(held: Sequence[BackupNote], now: datetime) -> Sequence[BackupNote]:
    """Return the one whose copy was not read back for longest; none if that is not long ago."""
    told = [(note.proved_at or note.copied_at or note.created, note) for note in held]
    long_ago = [(at, note) for at, note in told if now - at >= PROVED_EVERY]
    return [note for _at, note in sorted(long_ago, key=lambda pair: pair[0])[:1]]


async def _copy_retired(store: Store, bucket: Bucket) -> list[str]:
    """Copy the archives of what was removed that the bucket does not hold; return which.

    One that cannot be copied keeps no other from it.
    """
    held = {copy.note.filename for copy in await bucket.list("retired") if not copy.problem}
    copied = []
    for path in await to_thread(retired_archives, store.quarantine.layout):
        if path.name in held:
            continue
        try:
            told = await to_thread(archive_of_retired, path)
            copied.append((await bucket.keep(path, told, "retired")).filename)
        except Texas811Error as failure:
            log.warning("%s is not in the bucket: %s", path.name, failure.problem)
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


async def fetch_newest(
    store: Store, bucket: Bucket, identities: Identities, installation: str | None = None
) -> BackupNote:
    """Fetch the newest backup of one installation that is good, passing over those that are not.

    Passed over are also restore points, which hold what somebody has replaced, and backups without
    a ticket where others have some: a service that was started with nothing has made them. Raises
    RejectedError if no key opens it, or there are backups of several installations and none is
    named; NotFoundError if there is none, UnavailableError.
    """
    return (await fetch_newest_and_owner(store, bucket, identities, installation))[0]


async def fetch_newest_and_owner(
    store: Store, bucket: Bucket, identities: Identities, installation: str | None
) -> tuple[BackupNote, str]:
    """Fetch as `fetch_newest` does; return also the id of the installation whose it is."""
    copies = await bucket.list()
    owner = owner_of(copies, installation)
    for copy in _newest_first(copies, owner):
        try:
            if copy.problem is None:
                note = await fetch_backup(store, bucket, identities, copy.note.filename)
                return note, copy.note.installation
        except DamagedFileError as failure:
            log.error("passed over %s: %s", copy.note.filename, failure.problem)  # noqa: TRY400 - it says it all
        else:
            log.error("passed over %s: %s", copy.note.filename, copy.problem)
    raise NotFoundError(
        f"There is no good backup in the bucket {bucket.place}.",
        field="BACKUP_BUCKET_NAME",
        remedy="See BACKUP_BUCKET_NAME and BACKUP_BUCKET_PREFIX, and what else is in there.",
    )


def _newest_first(copies: Sequence[BucketCopy], owner: str | None) -> Sequence[BucketCopy]:
    """Return which copies to take, the best first."""
    usual = [
        copy
        for copy in reversed(copies)
        if copy.note.installation == owner and copy.note.why != RESTORE_POINT
    ]
    return [copy for copy in usual if copy.note.tickets] or usual
