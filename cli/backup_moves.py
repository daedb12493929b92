"""`texas811 backups copy`, `fetch`, `drill` and `restore`: off the volume, back, tried, and into its place."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import completing
from cli.backup_parts import AsJson, bucket_of, said_size, with_env
from cli.statuses import Status
from cli.tables import print_json
from domain.audit import Actor, Author
from domain.errors import NotFoundError, RejectedError, UnavailableError

if TYPE_CHECKING:
    from jobs.copying_backups import Carried
    from jobs.job import Env
    from storage.backup_notes import BackupNote
    from storage.restorations import Restoration
    from storage.restore_drill import Drilled

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
    name: NameOrLatest, *, identity: IdentityFile = None, as_json: AsJson = False
) -> None:
    """Fetch a backup out of the bucket, open it and read it to its end; then it is one of those here.

    Exit status: 2 if no key in the file opens it, 3 if there is no such copy, 5 if the bucket fails
    or the copy was changed.
    """
    note = asyncio.run(with_env(lambda env: _fetched(env, name, identity)))
    if as_json:
        print_json(note.model_dump(mode="json"))
    else:
        size = said_size(note.size_bytes)
        sys.stdout.write(f"{note.filename}: {note.tickets} tickets, {size}, whole, and here.\n")


def restore(  # noqa: PLR0913 - each is an option of the command
    name: NameOrLatest,
    *,
    by: Annotated[str, typer.Option(help="Who does this.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    keep_orders: Annotated[
        bool,
        typer.Option(
            "--keep-orders", help="Work orders accepted after the backup are done again."
        ),
    ] = False,
    accept_faults: Annotated[
        bool,
        typer.Option("--accept-faults", help="Also a backup in which `check` finds faults."),
    ] = False,
    from_bucket: Annotated[
        bool, typer.Option("--from-bucket", help="Fetch it first; --identity opens it.")
    ] = False,
    identity: IdentityFile = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask in a terminal.")] = False,
    as_json: AsJson = False,
) -> None:
    """Replace everything by what a backup holds; what is there now becomes a restore point.

    A service that runs must have nothing to do: all lanes paused, nothing running. It makes way
    and starts again. Exit status: 2 or 3 if there is no such good backup, 4 if the service works,
    5 if it failed and all is as before, 8 if it was not confirmed.
    """
    author = Author(actor=Actor.USER, name=by)

    async def do(env: "Env") -> "Restoration":
        if from_bucket:
            filename = (await _fetched(env, name, identity)).filename
        else:
            filename = await _filename(env, name)
        if sys.stdin.isatty() and not (yes or _is_confirmed(filename)):
            sys.stdout.write("Nothing was done.\n")
            raise typer.Exit(Status.CANCELLED)
        return await _restored(
            env,
            filename,
            author,
            reason,
            keeps_orders=keep_orders,
            accepts_faults=accept_faults,
        )

    ended = asyncio.run(with_env(do))
    if ended.problem:
        raise UnavailableError(f"Nothing was restored: {ended.problem}", remedy=ended.remedy)
    if as_json:
        print_json(ended.model_dump(mode="json"))
    else:
        sys.stdout.write(
            f"Everything is restored from {ended.filename}: {ended.tickets} tickets.\n"
            f"What was there before is in {ended.restore_point}.\n{_later_orders(ended)}"
        )


def drill(*, as_json: AsJson = False) -> None:
    """Try whether the newest good backup can be restored: aside, and nothing is replaced.

    Exit status: 3 if there is none, 2 or 5 if it cannot be restored; then it counts as good no
    longer.
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
    note = await env.store.backups.verify(await _filename(env, name))
    return Carried([(await copy_backup(env.store, bucket, note)).filename], [])


async def _fetched(env: "Env", name: str, identity: Path | None) -> "BackupNote":
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
        return await fetch_newest(env.store, bucket, identities)
    return await fetch_backup(env.store, bucket, identities, name)


async def _filename(env: "Env", name: str) -> str:
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


async def _restored(  # noqa: PLR0913 - what a person decides, by name
    env: "Env",
    filename: str,
    author: Author,
    reason: str,
    *,
    keeps_orders: bool,
    accepts_faults: bool,
) -> "Restoration":
    from jobs.whole_restoring import restore_everything

    def tell(step: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"{step} ...\n")

    return await restore_everything(
        env,
        filename,
        by=author,
        reason=reason,
        keeps_orders=keeps_orders,
        accepts_faults=accepts_faults,
        on_step=tell,
    )


def _is_confirmed(filename: str) -> bool:
    try:
        return typer.confirm(f"Replace everything by {filename}?", err=True)
    except typer.Abort:  # Ctrl-C
        return False


def _later_orders(ended: "Restoration") -> str:
    if not ended.newer_orders:
        return ""
    kept = "are done again" if ended.keeps_orders else "are only there"
    return f"{len(ended.newer_orders)} work orders that were accepted later {kept}.\n"
