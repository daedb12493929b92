"""What `texas811 doctor` thinks of the bucket that keeps copies of the backups, if one is named."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cli.diagnosis import Diagnosis, Group
from config import Config
from domain.errors import Texas811Error, UnavailableError

if TYPE_CHECKING:
    from storage.bucket import Bucket
    from storage.bucket_notes import BucketCopy

BUCKET = Group("bucket")
AGE_NOTED = timedelta(hours=36)  # one a night, and the next has tried again
ANSWER_SECONDS_MAX = 10.0
STAMP = "%Y-%m-%d %H:%M:%SZ"
COPY_NOW = "Run `texas811 backups copy`: it says why the bucket does not take it."
APART = (
    "Give each installation a BACKUP_BUCKET_PREFIX of its own. Of one that is lost, restore the "
    "latest with --installation, or remove its copies from the bucket."
)


async def look_at_bucket(config: Config, now: datetime) -> list[Diagnosis]:
    """Return whether the bucket answers, how old the newest good copy is, and whose others are."""
    from jobs.wiring import make_bucket

    bucket = make_bucket(config)
    if bucket is None:
        return []
    try:
        ours = await asyncio.to_thread(bucket.installation.known_now)
        copies = await _copies(bucket)
    except Texas811Error as failure:
        return [BUCKET.failed("reachable", failure)]
    own = [copy for copy in copies if copy.note.installation == ours]
    return [
        BUCKET.ok("reachable", bucket.place),
        _newest(own, now),
        *_others([copy for copy in copies if copy not in own]),
        *_damaged(own),
    ]


async def _copies(bucket: "Bucket") -> "Sequence[BucketCopy]":
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            return await bucket.list()
    except TimeoutError:
        raise UnavailableError(
            f"The bucket {bucket.place} has not answered within {ANSWER_SECONDS_MAX:g} s.",
            remedy="See BACKUP_BUCKET_ENDPOINT; `texas811 backups list --bucket` waits longer.",
        ) from None


def _newest(own: "Sequence[BucketCopy]", now: datetime) -> Diagnosis:
    good = [copy.note for copy in own if copy.problem is None]
    if not good:
        return BUCKET.note("newest copy", "No backup has left the volume.", COPY_NOW)
    seen = f"{good[-1].filename}, one of {len(good)}, made {good[-1].created:{STAMP}}"
    is_old = now - good[-1].created > AGE_NOTED
    return (
        BUCKET.note("newest copy", seen, COPY_NOW) if is_old else BUCKET.ok("newest copy", seen)
    )


def _others(copies: "Sequence[BucketCopy]") -> Iterator[Diagnosis]:
    from storage.bucket_owners import by_owner, said_of

    if copies:
        seen = f"Copies of another installation lie there, too: {said_of(by_owner(copies))}."
        yield BUCKET.wrong("whose copies", seen, APART)


def _damaged(own: "Sequence[BucketCopy]") -> Iterator[Diagnosis]:
    for copy in own:
        if copy.problem:
            told = f"{copy.note.filename}: {copy.problem}"
            yield BUCKET.note("damaged copy", told, COPY_NOW)
