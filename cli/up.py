"""`texas811 up`: everything under one supervisor."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def up(
    *,
    demo: Annotated[bool, typer.Option(help="Feed the samples that ship with it.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="How many workers, in place of WORKERS.")
    ] = None,
    restore_from_bucket: Annotated[
        bool,
        typer.Option(
            "--restore-from-bucket", help="Where there is nothing: first fetch the backup."
        ),
    ] = False,
    identity: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With the key that opens the backups in the bucket."),
    ] = None,
    installation: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Whose backup, if the bucket holds those of more than one."
        ),
    ] = None,
) -> None:
    """Run Redis (if REDIS_URL names none), the API and the workers, until Ctrl-C.

    With --restore-from-bucket --identity FILE a machine that has nothing but the bucket and the key
    is first brought to the newest good backup; where there is something already, it is refused.
    """
    if restore_from_bucket != (identity is not None):
        raise typer.BadParameter("--restore-from-bucket and --identity FILE go together.")
    # The supervisor takes the place of this process, so that signals reach it directly.
    wanted = ["--demo"] if demo else []
    wanted += ["--workers", str(workers)] if workers else []
    wanted += ["--restore-from-bucket", str(identity)] if identity else []
    wanted += ["--installation", installation] if installation else []
    os.execv(sys.executable, [sys.executable, "-m", "worker", "up", *wanted])  # noqa: S606 - our own interpreter
