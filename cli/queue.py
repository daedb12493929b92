"""`texas811 queue`: how deep each lane is, what was given up, what is paused; pause and resume."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli import completing
from cli.tables import print_json, print_table
from config import Config
from domain.audit import Actor, Author
from domain.errors import UnavailableError

if TYPE_CHECKING:
    from jobs.job import Env
    from jobs.queue_state import Depth, QueueState
    from storage.pauses import Pause

COLUMNS = ("lane", "waiting", "deferred", "running", "oldest_seconds", "owed", "dead_letters")
PAUSE_COLUMNS = ("paused", "what", "since", "by", "reason")
STAMP = "%Y-%m-%d %H:%M:%SZ"

app = typer.Typer(help="Show the queue, pause parts of it, and resume them.")

Name = Annotated[
    str,
    typer.Argument(
        metavar="LANE_OR_JOB",
        help="A lane, or the name of a job.",
        autocompletion=completing.lanes_and_jobs,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
T = TypeVar("T")


@app.callback(invoke_without_command=True)
def queue(
    context: typer.Context,
    *,
    as_json: AsJson = False,
) -> None:
    """Show how many jobs wait and run in each lane, what is owed and buried, and what is paused.

    Exit status: 5 if some of it cannot be told, with everything else shown.
    """
    if context.invoked_subcommand:
        return
    state = asyncio.run(_with_env(_state))
    if as_json:
        print_json(state.model_dump(mode="json"))
    else:
        _print(state)
    if state.troubles:
        *others, last = state.troubles
        for trouble in others:
            sys.stderr.write(f"{trouble.problem}\n{trouble.remedy or ''}\n")
        raise UnavailableError(last.problem, remedy=last.remedy)


@app.command("pause")
def pause_name(
    name: Name,
    *,
    reason: Annotated[str, typer.Option(help="Why.")],
    by: Annotated[str, typer.Option(help="Who pauses it.")],
    as_json: AsJson = False,
) -> None:
    """Pause a lane or a kind of job: none of its jobs is begun any more, in any worker.

    Jobs that run go on; those that wait keep their places. It needs no Redis, and holds until
    somebody resumes it. Exit status: 4 if somebody else has paused it already.
    """
    from jobs.pausing import pause, what_is

    what = what_is(name)
    author = Author(actor=Actor.USER, name=by)
    paused = asyncio.run(
        _with_env(lambda env: pause(env, what, name, by=author, reason=reason))
    )
    if as_json:
        print_json(paused.model_dump(mode="json"))
        return
    sys.stdout.write(
        f"The {what} {name} is paused by {paused.by} since {paused.since:{STAMP}}: "
        f"{paused.reason}\n"
    )


@app.command("resume")
def resume_name(
    name: Name,
    *,
    by: Annotated[str, typer.Option(help="Who resumes it.")],
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let a lane or a kind of job go on, whoever paused it.

    Exit status: 3 if it is not paused.
    """
    ended = asyncio.run(_with_env(lambda env: _resume(env, name, by, reason)))
    if as_json:
        print_json({"resumed": ended.model_dump(mode="json")})
        return
    sys.stdout.write(
        f"The {ended.what} {name} is resumed. {ended.by} had paused it since "
        f"{ended.since:{STAMP}}: {ended.reason}\n"
    )


async def _resume(env: "Env", name: str, by: str, reason: str | None) -> "Pause":
    from jobs.pausing import resume, what_of

    author = Author(actor=Actor.USER, name=by)
    return await resume(env, await what_of(env, name), name, by=author, reason=reason)


async def _state(env: "Env") -> "QueueState":
    from jobs.queue_state import QueueWatch

    return await QueueWatch(env, patience_seconds=None).look()


async def _with_env(use: "Callable[[Env], Awaitable[T]]") -> T:
    from jobs.wiring import make_env

    env = make_env(Config.from_env(os.environ))
    try:
        return await use(env)
    finally:
        await env.queue.close()


def _print(state: "QueueState") -> None:
    held = {pause.name for pause in state.paused or () if pause.what == "lane"}
    rows = [
        (f"{one.lane} (paused)" if one.lane in held else one.lane, *_depth(one), "", "")
        for one in state.lanes
    ]
    total = ("total", *_depth(state), _shown(state.owed), _shown(state.dead_letters))
    print_table(COLUMNS, [*rows, total])
    if state.paused:
        print_table(PAUSE_COLUMNS, [_pause(one) for one in state.paused])


def _depth(depth: "Depth") -> tuple[str, ...]:
    numbers = (depth.waiting, depth.deferred, depth.running, depth.oldest_seconds)
    return tuple(map(_shown, numbers))


def _pause(pause: "Pause") -> tuple[str, ...]:
    return pause.name, pause.what, f"{pause.since:{STAMP}}", pause.by, pause.reason


def _shown(number: float | None) -> str:
    return "?" if number is None else str(number)
