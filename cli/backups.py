"""`texas811 backups`: made, listed, read back, removed when their time is over, where the service runs.

What carries them off the volume and what puts one back is in `cli/backup_moves.py`.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cli import backup_key, backup_moves, backup_restoring, completing
from cli.backup_parts import AsJson, bucket_of, said_size, with_env
from cli.statuses import Status
from cli.tables import bar, plain, print_json, print_table
from domain.errors import NotFoundError, RejectedError
from storage.failures import DamagedFileError, NewerFormatError

if TYPE_CHECKING:
    from jobs.job import Env
    from storage.backup_notes import BackupNote, Refused
    from storage.bucket_notes import BucketCopy

COLUMNS = ("backup", "made", "size", "tickets", "why", "read back", "drilled", "copied")
COPY_COLUMNS = ("copy", "made", "sealed", "tickets", "why", "copied", "installation", "problem")
STAMP = "%Y-%m-%d %H:%M:%SZ"
WHOLE = 100  # percent
RENAME = "Rename to letters, digits, `-`, `_` and `.`, or move out of the data directory."

app = typer.Typer(
    help="Make backups, list them, verify them, copy them off the volume, and restore.",
    no_args_is_help=True,
)

InBucket = Annotated[bool, typer.Option("--bucket", help="Of the copies in the bucket.")]

app.command("copy")(backup_moves.copy)
app.command("fetch")(backup_moves.fetch)
app.command("drill")(backup_moves.drill)
app.command("restore")(backup_restoring.restore)
app.command("new-key")(backup_key.new_key)


@app.command("make")
def make_backup(*, as_json: AsJson = False) -> None:
    """Make a backup now, also while the service runs, and read it back before it counts.

    What is not in it, a link or by its name or size, is told: rename it, or move it elsewhere.

    Exit status: 4 if somebody else is at the backups, 5 if the disk does not take it.
    """
    with _progress("backup", is_wanted=not as_json) as on_step:
        note = asyncio.run(with_env(lambda env: env.store.backups.make("asked", on_step)))
    if as_json:
        print_json(note.model_dump(mode="json"))
    else:
        sys.stdout.write(
            f"{note.filename}: {note.tickets} tickets, {note.files} files, "
            f"{said_size(note.size_bytes)}, read back, in {note.seconds:.1f} s.\n{_left_out(note)}"
        )


@app.command("list")
def list_backups(*, bucket: InBucket = False, as_json: AsJson = False) -> None:
    """List the backups, the newest first; what has a problem is no good one."""
    if bucket:
        copies = asyncio.run(with_env(lambda env: bucket_of(env).list()))
        _tell_copies(copies, as_json=as_json)
        return
    notes, refused = asyncio.run(with_env(_listed))
    if as_json:
        told = [{**note.model_dump(mode="json"), "problem": None} for note in notes]
        print_json(told + [{"filename": name, "problem": why} for name, why in refused])
        return
    if notes:
        print_table(COLUMNS, [_row(note) for note in notes])
    else:
        sys.stdout.write("There is no backup. Make one: texas811 backups make\n")
    for name, why in refused:
        sys.stdout.write(f"{name} is none: {plain(why)}\n")


@app.command("verify")
def verify_backup(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="Which.", autocompletion=completing.backups),
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Each of them.")] = False,
    bucket: InBucket = False,
    as_json: AsJson = False,
) -> None:
    """Read a backup to its end and hold it against what was noted when it was made.

    With --all also what lies among the backups and could not be listed is told, with its problem.
    A copy in the bucket is read back as it is sealed; `fetch` opens it, too. Exit status: 0 if all
    are good, 9 if one is not, 3 if there is no such backup, 5 if the disk or the bucket fails.
    """
    if (name is None) != every:
        raise typer.BadParameter("Name a backup, or give --all.")
    told = asyncio.run(with_env(lambda env: _verified(env, name, is_in_bucket=bucket)))
    if as_json:
        print_json([{"filename": one, "problem": problem} for one, problem in told])
    else:
        for one, problem in told:
            sys.stdout.write(f"{one}: {problem or 'good'}\n")
    if any(problem for _one, problem in told):
        raise typer.Exit(Status.WRONG)


@app.command("prune")
def prune_backups(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell which would be removed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove the backups whose time is over, here and in the bucket.

    Kept are the first of each of the last 7 days, 5 weeks and 12 months, the newest three always,
    and all of them where no new ones are made.
    """
    here, there = asyncio.run(with_env(lambda env: _pruned(env, is_rehearsal=dry_run)))
    if as_json:
        print_json({"removed": here, "removed_in_bucket": there, "is_rehearsal": dry_run})
        return
    verb = "would be removed" if dry_run else "removed"
    for place, names in (("here", here), ("in the bucket", there)):
        for name in names:
            sys.stdout.write(f"{name}: {verb} {place}\n")
    if not (here or there):
        sys.stdout.write("None has had its time.\n")


async def _listed(env: "Env") -> "tuple[list[BackupNote], list[tuple[str, str]]]":
    """Return the notes, the newest first, and what lies among the backups and is none."""
    backups = env.store.backups
    refused = [(one.filename, one.problem) for one in await backups.refused()]
    return list(reversed(await backups.notes())), refused


async def _verified(
    env: "Env", name: str | None, *, is_in_bucket: bool
) -> list[tuple[str, str | None]]:
    """Return what was read back, and what is wrong with it; None if nothing is."""
    refused: Sequence[Refused] = ()
    if is_in_bucket:
        bucket = bucket_of(env)
        names = [name] if name else [copy.note.filename for copy in await bucket.list()]
        verify: Callable[[str], Awaitable[object]] = bucket.verify
    else:
        backups = env.store.backups
        refused = () if name else await backups.settle()
        names = [name] if name else [note.filename for note in await backups.notes()]
        verify = backups.verify
    told: list[tuple[str, str | None]] = []
    for one in names:
        try:
            await verify(one)
        except (
            DamagedFileError,
            NewerFormatError,
            NotFoundError,
            RejectedError,
        ) as failure:
            if isinstance(failure, NotFoundError) and name:
                raise
            told.append((one, failure.problem))
        else:
            told.append((one, None))
    return told + [(one.filename, one.problem) for one in refused]


async def _pruned(env: "Env", *, is_rehearsal: bool) -> tuple[list[str], list[str]]:
    """Return what is removed here and in the bucket, or would be."""
    from storage.backup_retention import past_their_time

    now, backups, bucket = env.clock(), env.store.backups, env.bucket
    if is_rehearsal:
        here = [note.filename for note in past_their_time(await backups.notes(), now)]
        gone = await bucket.past_their_time(now) if bucket else ()
        return here, [note.filename for note in gone]
    return await backups.prune(now), list(await bucket.prune(now)) if bucket else []


@contextmanager
def _progress(what: str, *, is_wanted: bool) -> Iterator[Callable[[str, int], None]]:
    """Show how far a backup is; yields what is told each stage and the percents behind it."""
    reached = 0
    with bar(what, total=WHOLE, is_wanted=is_wanted) as advance:

        def on_step(_stage: str, percent: int) -> None:
            nonlocal reached
            for _each in range(reached, percent):
                advance()
            reached = max(reached, percent)

        yield on_step


def _tell_copies(copies: "Sequence[BucketCopy]", *, as_json: bool) -> None:
    newest_first = list(reversed(copies))
    if as_json:
        print_json(
            [
                {**copy.note.model_dump(mode="json"), "problem": copy.problem}
                for copy in newest_first
            ]
        )
    elif copies:
        print_table(COPY_COLUMNS, [_copy_row(copy) for copy in newest_first])
    else:
        sys.stdout.write("The bucket holds no backup. Copy one: texas811 backups copy\n")


def _left_out(note: "BackupNote") -> str:
    """Return what is said of the files that are not in a backup."""
    if not note.left_out:
        return ""
    names = plain(", ".join(note.left_out_first))
    return f"Not in it: {note.left_out}, such as {names}. {RENAME}\n"


def _row(note: "BackupNote") -> tuple[str, ...]:
    verified, drilled, copied = (
        f"{at:{STAMP}}" if at else "never"
        for at in (note.verified_at, note.drilled_at, note.copied_at)
    )
    return (
        note.filename,
        f"{note.created:{STAMP}}",
        said_size(note.size_bytes),
        str(note.tickets),
        note.why,
        verified,
        plain(f"failed: {note.drill_problem}") if note.drill_problem else drilled,
        copied,
    )


def _copy_row(copy: "BucketCopy") -> tuple[str, ...]:
    note = copy.note
    return (
        note.filename,
        f"{note.created:{STAMP}}",
        said_size(note.sealed_bytes),
        str(note.tickets),
        note.why or "",
        f"{note.copied_at:{STAMP}}",
        note.installation,
        copy.problem or "",
    )
