"""`texas811 migrate`: a data directory of the specification's program becomes ours, in place."""

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.statuses import Status
from cli.tables import bar, plain, print_json, print_table
from config import Config
from domain.audit import Actor, Author
from domain.errors import ConflictError

if TYPE_CHECKING:
    from storage.migration import Migration
    from storage.migration_notes import MigrationReport
    from storage.store import Store

ROWS_MAX = 100
NOTHING = "There is nothing to migrate: no file here is of the specification's program.\n"


def migrate(
    *,
    by: Annotated[str, typer.Option(envvar="USER", help="Who does this.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Turn a data directory of the specification's program into one of ours, in place.

    The service must not run. Every original is kept below migrated/, byte for byte; stopped at any
    moment, the same command goes on. Exit status: 0 if it is done, or there was nothing to do; 9 if
    a person must look at something; 3 if this is no data directory, 4 if something runs on it.
    """
    author = Author(actor=Actor.USER, name=by)
    report = asyncio.run(_migrated(author, dry_run=dry_run, shows_bar=not as_json))
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        _tell(report)
    if report.needs_a_person:
        raise typer.Exit(Status.WRONG)


async def _migrated(by: Author, *, dry_run: bool, shows_bar: bool) -> "MigrationReport":
    from storage.migration import Migration
    from storage.store import Store

    store = Store(Config.from_env(os.environ).root)
    store.quarantine.layout.existing(store.quarantine.layout.tickets)
    migration = Migration(store)
    if dry_run:
        return await migration.look(by)
    with store.owned() as is_free:
        if not is_free or _is_worked_on(store):
            raise ConflictError(
                "The service runs on this data directory.",
                field="DATA_DIR",
                remedy="Stop it, and the program that wrote the directory; then try again.",
            )
        return await _done(store, migration, by, shows_bar=shows_bar)


async def _done(
    store: "Store", migration: "Migration", by: Author, *, shows_bar: bool
) -> "MigrationReport":
    await store.open()
    planned = await migration.look(by)
    total = planned.tickets + planned.days + planned.sessions + planned.others
    with bar("migrating", total=total + len(planned.set_aside), is_wanted=shows_bar) as step:
        report = await migration.run(by, step)
    await store.close()
    return report


def _is_worked_on(store: "Store") -> bool:
    """Return whether a worker or an API lives that was started without a supervisor."""
    from storage.examining import is_held, living_workers

    is_served = is_held(store.telemetry.sampler_lock)  # of all APIs one samples
    return is_served or bool(living_workers(store.quarantine.layout.root))


def _tell(report: "MigrationReport") -> None:
    if report.is_empty:
        sys.stdout.write(NOTHING)
        return
    rows = [("set aside", one.file, one.problem) for one in report.set_aside]
    rows += [("note", one.file, one.problem) for one in report.noted]
    if rows:
        print_table(("", "file", "what to know"), rows[:ROWS_MAX])
    if len(rows) > ROWS_MAX:
        sys.stdout.write(f"And {len(rows) - ROWS_MAX} more: see the report.\n")
    twice = f" ({report.duplicates} were there twice)" if report.duplicates else ""
    done = "would be" if report.is_dry_run else "are"
    sys.stdout.write(
        f"{report.tickets} tickets, {report.events} events of {report.days} days{twice}, "
        f"{report.sessions} conversations and {report.others} other files {done} migrated; "
        f"{len(report.set_aside)} files {done} set aside in quarantine/.\n"
    )
    if not report.is_dry_run:
        sys.stdout.write(
            f"The originals are in {plain(str(report.kept_in))}/, and so is the report. "
            "Now run `texas811 check`.\n"
        )
