"""Which backup is meant: by its name, or the newest good one, here or in the bucket."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import completing
from cli.backup_parts import bucket_of
from domain.errors import NotFoundError, RejectedError

if TYPE_CHECKING:
    from jobs.job import Env
    from storage.backup_notes import BackupNote

LATEST = "latest"

NameOrLatest = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="Which, or latest.", autocompletion=completing.backups_or_latest
    ),
]
IdentityFile = Annotated[
    Path | None,
    typer.Option("--identity", metavar="FILE", help="With the key that opens it."),
]
OfInstallation = Annotated[
    str | None,
    typer.Option(
        "--installation",
        metavar="ID",
        help="Whose latest, if the bucket holds more than one's.",
    ),
]


async def fetched(
    env: "Env", name: str, identity: Path | None, installation: str | None = None
) -> "BackupNote":
    """Fetch a backup out of the bucket."""
    from jobs.copying_backups import fetch_backup, fetch_newest
    from storage.sealing import read_identities

    bucket = bucket_of(env)
    if identity is None:
        raise RejectedError(
            "A backup in the bucket is sealed.",
            field="identity",
            remedy="Give the file with the key that opens it: --identity FILE.",
        )
    identities = await asyncio.to_thread(read_identities, identity)
    if name == LATEST:
        return await fetch_newest(env.store, bucket, identities, installation)
    return await fetch_backup(env.store, bucket, identities, name)


async def filename_of(env: "Env", name: str) -> str:
    """Return the name of a backup here; `latest` is the newest good one, and no restore point."""
    from storage.backup_retention import RESTORE_POINT

    if name != LATEST:
        return name
    notes = await env.store.backups.notes()
    good = [note for note in notes if note.verified_at and note.why != RESTORE_POINT]
    if not good:
        raise NotFoundError(
            "There is no good backup here.",
            field="filename",
            remedy="Make one, or fetch one out of the bucket: --from-bucket.",
        )
    return good[-1].filename
