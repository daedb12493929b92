"""`texas811 retention`: what is over for long enough to be removed, and why the rest stays."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cli.tables import print_json, print_table
from config import Config
from domain.audit import Actor, Author
from domain.errors import RejectedError

if TYPE_CHECKING:
    from storage.retention_plan import Going, KeptBack, RetentionPlan
    from storage.retiring import Retired, Retiring

GOING = ("what", "name", "over since")
KEPT = ("what", "name", "kept", "why")

By = Annotated[
    str | None, typer.Option(metavar="NAME", help="Who removes; without it nothing is.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would go, and remove nothing.")
]
AlthoughIdle = Annotated[
    bool,
    typer.Option(
        "--although-idle",
        help="Also where the log stood still for so long: the clock is right.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def retention(
    *,
    dry_run: DryRun = False,
    by: By = None,
    although_idle: AlthoughIdle = False,
    as_json: AsJson = False,
) -> None:
    """Archive and remove what is over for longer than it is kept, as the nightly job does.

    Kept are tickets with their work orders, conversations and dropped dead letters for
    DATA_RETENTION_DAYS after their end, days of the audit log for AUDIT_RETENTION_MONTHS. What
    is held by law, is needed by its chain, waits for a person or is damaged is kept back.

    What goes lies in backups/retired/ before it is removed. To run it again changes nothing. It
    may run beside the service. Where the audit log has no line from 31 to 3 days ago, the clock
    may be wrong, and nothing is removed without --although-idle. Exit status: 4 for that, and
    while a backup is being made; 5 if the disk does not take the archive: then nothing was
    removed.
    """
    if dry_run:
        _show_plan(_retiring().plan_now(), as_json=as_json)
    elif by:
        author = Author(actor=Actor.USER, name=by)
        _show_retired(
            _retiring().retire_now(author, although_idle=although_idle), as_json=as_json
        )
    else:
        raise RejectedError(
            "Nobody is named who removes it.",
            field="by",
            remedy="See first what would go, with --dry-run; then add --by NAME.",
        )


def _show_plan(plan: "RetentionPlan", *, as_json: bool) -> None:
    if as_json:
        print_json(plan.model_dump(mode="json"))
        return
    sys.stdout.write(
        f"Of {plan.tickets} tickets and what lies beside them, {len(plan.going)} would go: "
        f"what was over before {plan.data_before:%Y-%m-%d %H:%M} UTC, and days of the audit log "
        f"before {plan.audit_before}.\n"
    )
    if plan.doubt:
        sys.stdout.write(f"{plan.doubt} Nothing goes without --although-idle.\n")
    _show(plan.going, plan.kept)


def _show_retired(retired: "Retired", *, as_json: bool) -> None:
    if as_json:
        print_json(retired.model_dump(mode="json"))
        return
    kept_in = f", kept in {', '.join(retired.archives)}" if retired.archives else ""
    sys.stdout.write(f"{len(retired.removed)} removed{kept_in}.\n")
    if retired.changed:
        sys.stdout.write(f"{len(retired.changed)} were changed or held meanwhile, and stay.\n")
    _show(retired.removed, retired.kept)


def _retiring() -> "Retiring":
    from storage.retiring import Retiring
    from storage.store import Store

    config = Config.from_env(os.environ)
    return Retiring(Store(config.root), config.keeping)


def _show(going: "Sequence[Going]", kept: "Sequence[KeptBack]") -> None:
    if going:
        rows = [(one.kind, one.name, f"{one.over_since:%Y-%m-%d}") for one in going]
        print_table(GOING, rows)
    if kept:
        sys.stdout.write(f"{len(kept)} are old enough, and kept back:\n")
        print_table(KEPT, [(one.kind, one.name, one.why, one.problem) for one in kept])
