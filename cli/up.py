"""`texas811 up`: everything under one supervisor."""

import os
import sys
from typing import Annotated

import typer


def up(
    *,
    demo: Annotated[bool, typer.Option(help="Feed the samples that ship with it.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="How many workers, in place of WORKERS.")
    ] = None,
) -> None:
    """Run Redis (if REDIS_URL names none), the API and the workers, until Ctrl-C."""
    # The supervisor takes the place of this process, so that signals reach it directly.
    wanted = ["--demo"] if demo else []
    wanted += ["--workers", str(workers)] if workers else []
    os.execv(sys.executable, [sys.executable, "-m", "worker", "up", *wanted])  # noqa: S606 - our own interpreter
