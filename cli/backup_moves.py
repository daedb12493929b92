"""`texas811 backups copy`, `fetch` and `drill`: off the volume, back, and tried."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli import completing
from cli.backup_parts import AsJson, bucket_of, said_size, with_env
from cli.backup_places import (
    IdentityFile,
    NameOrLatest,
    OfInstallation,
    fetched,
    filename_of,
)
from cli.tables import print_json

if TYPE_CHECKING:
    from jobs.copying_backups import Carried
    from jobs.job import Env
    from storage.restore_drill import Drilled


def copy(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="Which; by default all that are not in the bucket yet.",
            autocompletion=completing.backups,
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Copy backups into the bucket, sealed for BACKUP_RECIPIENTS, and read them back from there.

    Without a name also the archives of what was removed, and copies whose time is over go. Exit
    status: 2 if no bucket is set, 3 if there is no such backup, 5 if the bucket does not take it.
    """
    carried = asyncio.run(with_env(lambda env: _copied(env, name)))
    if as_json:
        print_json({"copied": carried.copied, "removed": carried.removed})
        return
    for one in carried.copied:
        sys.stdout.write(f"{one}: in the bucket, read back\n")
    for one in carried.removed:
        sys.stdout.write(f"{one}: removed in the bucket\n")
    if not (carried.copied or carried.removed):
        sys.stdout.write("Everything is in the bucket.\n")


def fetch(
    name: NameOrLatest,
    *,
    identity: IdentityFile = None,
    installation: OfInstallation = None,
    as_json: AsJson = False,
) -> None:
    """Fetch a backup out of the bucket, open it and read it to its end; then it is one of those here.

    Exit status: 2 if no key in the file opens it, or it is not said whose is meant, 3 if there is no
    such copy, 5 if the bucket fails or the copy was changed.
    """
    note = asyncio.run(with_env(lambda env: fetched(env, name, identity, installation)))
    if as_json:
        print_json(note.model_dump(mode="json"))
    else:
        size = said_size(note.size_bytes)
        sys.stdout.write(f"{note.filename}: {note.tickets} tickets, {size}, whole, and here.\n")


def drill(*, as_json: AsJson = False) -> None:
    """Try whether the newest good backup can be restored: aside, and nothing is replaced.

    Exit status: 3 if there is none, 4 if one is tried already, 2 or 5 if it cannot be restored. Then
    it counts as good no longer, unless it is what was made, of something that was not good.
    """
    drilled = asyncio.run(with_env(_drilled))
    if as_json:
        print_json(drilled._asdict())
    else:
        sys.stdout.write(
            f"{drilled.filename} can be restored: {drilled.tickets} tickets, {drilled.files} files, "
            f"{said_size(drilled.unpacked_bytes)} unpacked, in {drilled.seconds} s.\n"
        )


async def _drilled(env: "Env") -> "Drilled":
    from storage.restore_drill import drill as try_restore

    return await asyncio.to_thread(try_restore, env.store.quarantine.layout)


async def _copied(env: "Env", name: str | None) -> "Carried":
    from jobs.copying_backups import Carried, copy_backup, copy_due

    bucket = bucket_of(env)
    if name is None:
        return await copy_due(env.store, bucket, env.clock())
    note = await env.store.backups.verify(await filename_of(env, name))
    return Carried([(await copy_backup(env.store, bucket, note, env.clock())).filename], [])
