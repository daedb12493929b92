"""What `texas811 doctor` thinks of the bucket that keeps copies of the backups, if one is named."""

from datetime import datetime, timedelta

from cli.diagnosis import Diagnosis, Group
from config import Config
from domain.errors import Texas811Error

BUCKET = Group("bucket")
AGE_NOTED = timedelta(hours=36)  # one a night, and the next has tried again
STAMP = "%Y-%m-%d %H:%M:%SZ"
COPY_NOW = "Run `texas811 backups copy`: it says why the bucket does not take it."


async def look_at_bucket(config: Config, now: datetime) -> list[Diagnosis]:
    """Return whether the bucket answers, and how old the newest good copy in it is."""
    from jobs.wiring import make_bucket

    bucket = make_bucket(config)
    if bucket is None:
        return []
    try:
        copies = await bucket.list()
    except Texas811Error as failure:
        return [BUCKET.failed("reachable", failure)]
    found = [BUCKET.ok("reachable", bucket.place)]
    good = [copy.note for copy in copies if copy.problem is None]
    if not good:
        found.append(BUCKET.note("newest copy", "No backup has left the volume.", COPY_NOW))
    else:
        seen = f"{good[-1].filename}, one of {len(good)}, made {good[-1].created:{STAMP}}"
        is_old = now - good[-1].created > AGE_NOTED
        found.append(
            BUCKET.note("newest copy", seen, COPY_NOW)
            if is_old
            else BUCKET.ok("newest copy", seen)
        )
    for copy in copies:
        if copy.problem:
            told = f"{copy.note.filename}: {copy.problem}"
            found.append(BUCKET.note("damaged copy", told, COPY_NOW))
    return found
