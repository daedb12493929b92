"""`texas811 status`: healthy, degraded or stuck, because ...; beside the volume, without the API."""

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.statuses import Status
from cli.tables import print_json, print_table

if TYPE_CHECKING:
    from jobs.health.verdict import Cause, Verdict

# Whoever asks once can wait for a slow disk; what has not answered then is said not to.
PATIENCE_SECONDS = 4.0
STAMP = "%Y-%m-%d %H:%M:%SZ"
STYLES = {"healthy": "green", "degraded": "yellow", "stuck": "bold red"}


def status(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False
) -> None:
    """Say how the service stands: healthy, degraded or stuck, and for each cause what helps.

    It looks at the data directory and at Redis itself, so it answers also while the API does not.
    Exit status: 0 if healthy, 9 if degraded or stuck, 3 if there is no such data directory.
    """
    verdict = asyncio.run(_verdict())
    if as_json:
        print_json(_shown(verdict))
    else:
        _print(verdict)
    if verdict.level.rank:
        raise typer.Exit(Status.WRONG)


async def _verdict() -> "Verdict":
    from config import Config
    from jobs.health.watching import Watch
    from jobs.wiring import make_env

    env = make_env(Config.from_env(os.environ))
    layout = env.store.quarantine.layout
    layout.existing(layout.config)  # of a directory that is elsewhere nothing can be said
    try:
        return await Watch(env, patience_seconds=PATIENCE_SECONDS, is_outside=True).verdict()
    finally:
        await env.queue.close()


def _shown(verdict: "Verdict") -> dict[str, Any]:
    return {
        "level": verdict.level,
        "sentence": verdict.sentence,
        "causes": [
            {
                "level": cause.level,
                "about": cause.about,
                "said": cause.said,
                "remedy": cause.remedy,
                "since": cause.since.isoformat() if cause.since else None,
            }
            for cause in verdict.causes
        ],
    }


def _print(verdict: "Verdict") -> None:
    sys.stdout.write(f"{verdict.sentence}\n")
    if verdict.causes:
        sys.stdout.flush()
        columns = ("", "about", "since", "what", "what helps")
        print_table(columns, [_row(cause) for cause in verdict.causes])


def _row(cause: "Cause") -> tuple[Any, ...]:
    from rich.text import Text

    level = Text(cause.level, STYLES[cause.level])
    since = f"{cause.since:{STAMP}}" if cause.since else "-"
    return level, cause.about, since, cause.said, cause.remedy
