"""A start with nothing but the bucket and the key: everything is fetched and put into its place."""

import asyncio
import logging
from pathlib import Path

from config import Config
from domain.audit import Actor, Author
from domain.errors import RejectedError, UnavailableError
from jobs.copying_backups import fetch_newest_and_owner
from jobs.wiring import make_bucket
from storage.backup_notes import BackupNote
from storage.bucket import Bucket
from storage.bucket_files import first_kept
from storage.layout import Layout
from storage.sealing import Identities, read_identities
from storage.store import Store
from storage.whole_restore import WholeRestore

BY = Author(actor=Actor.SYSTEM, name="the start with --restore-from-bucket")
REASON = "There was nothing on the volume."

log = logging.getLogger(__name__)


def restore_from_bucket(
    config: Config, identity: Path, installation: str | None = None
) -> None:
    """Put the newest good backup in the bucket into its place, on a volume where there is nothing.

    The caller owns the data directory. One that was cut off is ended. This is then the installation
    whose backup it was. Raises RejectedError if there is something already, no bucket is named, no
    key opens what is in it, or there are backups of several installations and none is named;
    NotFoundError if it holds no good backup; UnavailableError if it failed. Then the service must
    not start: it would begin anew where there was a past.
    """
    layout = Layout(config.root)
    restoring = WholeRestore(layout)
    if restoring.pending_now():
        _end(restoring)
        return
    if kept := first_kept(layout):
        raise RejectedError(
            f"There is something in {config.root} already, such as {kept}.",
            field="restore-from-bucket",
            remedy="Start without it; to replace what is there, see `texas811 backups restore`.",
        )
    bucket = make_bucket(config)
    if bucket is None:
        raise RejectedError(
            "No bucket is named.",
            field="BACKUP_BUCKET_NAME",
            remedy="Set the variables that begin with BACKUP_BUCKET_, and BACKUP_RECIPIENTS.",
        )
    identities = read_identities(identity)
    store = Store(config.root)
    log.info("fetching the newest good backup out of the bucket %s", bucket.place)
    found, owner = asyncio.run(_fetched(store, bucket, identities, installation))
    bucket.installation.take_over_now(owner)
    restoring.ask_now(found.filename, by=BY, reason=REASON)
    _end(restoring)


async def _fetched(
    store: Store, bucket: Bucket, identities: Identities, installation: str | None
) -> tuple[BackupNote, str]:
    await store.open()
    return await fetch_newest_and_owner(store, bucket, identities, installation)


def _end(restoring: WholeRestore) -> None:
    ended = restoring.run_now(lambda step: log.info("restoring: %s", step))
    restoring.tidy_now()
    if ended and ended.problem:
        raise UnavailableError(f"Nothing was restored: {ended.problem}", remedy=ended.remedy)
