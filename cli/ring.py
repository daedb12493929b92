"""`texas811 ring JOB`: ring for a job, and wait until it has succeeded.

For a service of cron beside ours: it needs Redis alone, and imports little, to start at once.
"""

import json
import os
import signal
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cli.completing import jobs_rung_for
from cli.statuses import Status

HARD_SECONDS_BEYOND = 10.0
WAIT_SECONDS_MAX = 86_400.0  # no job that is rung for takes a day


def ring(
    job: Annotated[
        str,
        typer.Argument(
            help="The name of the job.", metavar="JOB", autocompletion=jobs_rung_for
        ),
    ],
    *,
    wait: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="Wait so long, a day at most, until the job has succeeded."
        ),
    ] = None,
    arguments: Annotated[
        str | None, typer.Option(metavar="JSON", help="What the job is to be run with.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Run it also if its latest date has been run.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Ring for a job now. A job that has a date is run once for it, whoever rings.

    With --wait the status is 0 only if the job has succeeded, 7 if it has failed, and 5 if it
    has not ended in time.
    """
    _check(wait)
    _end_at_last((wait or 0.0) + HARD_SECONDS_BEYOND)
    from jobs.awaiting import ring as ring_only
    from jobs.awaiting import ring_and_wait, ring_for
    from jobs.timetable import TIMETABLE
    from storage.clock import system_clock

    given = {} if again and arguments is None else _parsed(arguments)
    what = ring_for(job, given, timetable=TIMETABLE, now=system_clock())
    if wait is None:
        is_new = ring_only(_redis_address(), what)
        _say(what.id, "rung" if is_new else "rung for already", None, as_json=as_json)
        return
    ended = ring_and_wait(_redis_address(), what, seconds=wait)
    _say(what.id, ended.said, ended.succeeded, as_json=as_json)
    if not ended.succeeded:
        raise typer.Exit(Status.JOB_FAILED)


def _say(job: str, said: str, succeeded: bool | None, *, as_json: bool) -> None:  # noqa: FBT001 - what is said
    """Tell what became of a job; whether it succeeded is known only of one waited for."""
    told = {"job": job, "said": said, "succeeded": succeeded}
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else f"{job}: {said}")


def _check(wait: float | None) -> None:
    """Raise RejectedError for a time that nobody can wait; what is no number is in no range."""
    if wait is not None and not 0.0 <= wait <= WAIT_SECONDS_MAX:
        from domain.errors import RejectedError

        raise RejectedError(
            f"{wait:g} s cannot be waited for.",
            field="--wait",
            remedy=f"Give 0 to {WAIT_SECONDS_MAX:.0f} seconds.",
        )


def _end_at_last(seconds: float) -> None:
    """Let the kernel end this process then, whatever it hangs in; each wait has its own limit."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _redis_address() -> str:
    """Return where Redis is. Beside the volume the other settings could not even be read."""
    if named := os.environ.get("REDIS_URL"):
        return named
    from config import Config

    return Config.from_env(os.environ).redis_address


def _parsed(arguments: str | None) -> Mapping[str, Any] | None:
    """Return the arguments as a mapping. Raises RejectedError if they are none."""
    if arguments is None:
        return None
    from domain.errors import RejectedError

    try:
        given = json.loads(arguments)
    except ValueError as error:
        problem = f"These are no arguments in JSON: {error}."
        raise RejectedError(problem, field="arguments") from None
    if not isinstance(given, dict):
        raise RejectedError(
            "The arguments must be a JSON object.",
            field="arguments",
            remedy="""Write them like '{"ticket_id": "ticket-1"}'.""",
        )
    return given
