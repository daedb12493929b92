"""`texas811 dead-letters`: what was given up, looked at, replayed, dropped."""

import asyncio
import json
import os
import sys
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from cli import completing
from cli.statuses import Status
from cli.tables import bar, print_json, print_table
from cli.telling import Telling
from config import Config
from domain.audit import SYSTEM, Actor, Author
from domain.errors import NotFoundError, RejectedError
from storage.dead_letters import DeadLetter, Survey
from storage.store import Store

ROWS_MAX = 100
STAMP = "%Y-%m-%dT%H:%M:%SZ"
PER_SECOND = 20.0
TEXT_CHARACTERS_MAX = 5_000  # a traceback is not cut
SHOWN_CHARACTERS = 200  # of what is

app = typer.Typer(help="List, show, replay and drop dead letters.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Job = Annotated[
    str,
    typer.Argument(
        metavar="JOB", help="The kind of job.", autocompletion=completing.buried_jobs
    ),
]
Key = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="What tells it from others.",
        autocompletion=completing.buried_keys,
    ),
]


@app.command("list")
def list_letters(
    *,
    group: Annotated[bool, typer.Option("--group", help="One line for each cause.")] = False,
    dropped: Annotated[bool, typer.Option("--dropped", help="Those dropped.")] = False,
    as_json: AsJson = False,
) -> None:
    """List dead letters, the latest first; those of the same cause have one fingerprint.

    A letter that cannot be read is named and passed by.
    """
    survey = asyncio.run(_survey(dropped=dropped))
    rows = _groups(survey.letters) if group else [_line(one) for one in survey.letters]
    if as_json:
        damaged = [finding.model_dump(mode="json") for finding in survey.damaged]
        print_json({"groups" if group else "letters": rows, "damaged": damaged})
    elif rows:
        shown = [[_shown(value or "-") for value in row.values()] for row in rows[:ROWS_MAX]]
        print_table(tuple(rows[0]), shown)
        if len(rows) > ROWS_MAX:
            sys.stdout.write(f"And {len(rows) - ROWS_MAX} more: see --json.\n")
    else:
        sys.stdout.write("There are no dead letters.\n")
    _tell_of_damage(survey)


@app.command("show")
def show_letter(job: Job, key: Key, *, as_json: AsJson = False) -> None:
    """Show all that a dead letter says; of a long argument its beginning, and all of it in JSON."""
    letter = asyncio.run(_find(job, key))
    told = letter.model_dump(mode="json", exclude_none=True) | {"fingerprint": letter.group}
    if as_json:
        print_json(told)
    else:
        print_table(("field", "value"), [(name, _shown(_cut(told[name]))) for name in told])


@app.command("replay")
def replay_letters(  # noqa: PLR0913 - each is an option of the command line
    job: Annotated[
        str | None,
        typer.Argument(
            metavar="JOB", help="The kind of job.", autocompletion=completing.buried_jobs
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Argument(
            metavar="KEY", help="Which of them.", autocompletion=completing.buried_keys
        ),
    ] = None,
    *,
    fingerprint: Annotated[
        str | None,
        typer.Option(
            help="All of one cause, as `list` names it.",
            autocompletion=completing.fingerprints,
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All there are.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would become of each.")
    ] = False,
    rate: Annotated[
        float, typer.Option(min=0.01, max=10_000, help="At most so many a second.")
    ] = PER_SECOND,
    by: Annotated[str | None, typer.Option(help="Who replays them.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object for each letter, a line each.")
    ] = False,
) -> None:
    """Queue jobs that were given up once more, each with its own arguments and fresh tries.

    A letter stays until its job has succeeded, so to do this twice is harmless. Exit status: 0 if
    each was queued or is already, 2 if one cannot be, 3 if there is no such letter, 5 if the
    queue does not answer; what was queued until then is.
    """
    named = [job is not None, fingerprint is not None, every]
    if sum(named) != 1 or (job is None) != (key is None):
        raise RejectedError(
            "It must be said which letters, and in one way.",
            remedy="Give JOB and KEY, or --fingerprint, or --all.",
        )
    author = Author(actor=Actor.USER, name=by) if by else SYSTEM
    telling = Telling(is_rehearsal=dry_run, as_json=as_json)
    if not asyncio.run(_replay(job, key, fingerprint, by=author, rate=rate, telling=telling)):
        raise typer.Exit(Status.REJECTED)  # some cannot be replayed; all others were


@app.command("drop")
def drop_letter(
    job: Job,
    key: Key,
    *,
    by: Annotated[str, typer.Option(help="Who drops it.")],
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    as_json: AsJson = False,
) -> None:
    """Decide that a job shall not be done any more; what was owed is no longer rung for."""
    author = Author(actor=Actor.USER, name=by)
    letter = asyncio.run(_drop(job, key, author, reason))
    if as_json:
        print_json(letter.model_dump(mode="json", exclude_none=True))
        return
    sys.stdout.write(f"{letter.id} is dropped. Its letter is kept: see list --dropped.\n")


async def _find(job: str, key: str) -> DeadLetter:
    from jobs.replaying import letter_of

    return await letter_of(_store().dead_letters, job, key)


async def _replay(  # noqa: PLR0913 - options passed on
    job: str | None,
    key: str | None,
    fingerprint: str | None,
    *,
    by: Author,
    rate: float,
    telling: Telling,
) -> bool:
    """Replay these letters, the oldest first, and tell of each; was none refused?"""
    from jobs.replaying import Fate, rehearse, replay
    from jobs.wiring import make_env

    letters = [await _find(job, key)] if job and key else await _all(fingerprint)
    env = make_env(Config.from_env(os.environ))
    # In a terminal the lines themselves say how far it is.
    is_silent = not (telling.as_json or sys.stdout.isatty())
    try:
        fated = (
            rehearse(letters)
            if telling.is_rehearsal
            else replay(env, letters, by=by, per_second=rate)
        )
        with bar("replaying", total=len(letters), is_wanted=is_silent) as step:
            async for one in fated:
                telling.tell(one)
                step()
    finally:
        await env.queue.close()
        telling.sum_up()
    return Fate.REFUSED not in telling.fates


async def _drop(job: str, key: str, by: Author, reason: str | None) -> DeadLetter:
    from jobs.replaying import drop
    from jobs.wiring import make_env

    env = make_env(Config.from_env(os.environ))
    try:
        return await drop(env, job, key, by=by, reason=reason)
    finally:
        await env.queue.close()


async def _all(fingerprint: str | None) -> list[DeadLetter]:
    """Return the letters of this cause, or all; the oldest first.

    Raises NotFoundError if there are none of this cause.
    """
    survey = await _survey()
    _tell_of_damage(survey)
    letters = [one for one in reversed(survey.letters) if fingerprint in (None, one.group)]
    if fingerprint is not None and not letters:
        raise NotFoundError(
            f"There is no dead letter with the fingerprint {fingerprint}.",
            field="fingerprint",
            remedy="See `texas811 dead-letters list --group`.",
        )
    return letters


async def _survey(*, dropped: bool = False) -> Survey:
    return await _store().dead_letters.survey(dropped=dropped)


def _store() -> Store:
    return Store(Config.from_env(os.environ).root)


def _line(letter: DeadLetter) -> dict[str, Any]:
    return {
        "job": letter.job,
        "key": letter.key,
        "ending": letter.ending,
        "fingerprint": letter.group,
        "buried_at": f"{letter.buried_at:{STAMP}}",
        "reason": letter.reason.partition("\n")[0],
    }


def _groups(letters: Iterable[DeadLetter]) -> list[dict[str, Any]]:
    """Return a line for each cause, that of the most letters first; letters the latest first."""
    members: dict[str, list[DeadLetter]] = {}
    for letter in letters:
        members.setdefault(letter.group, []).append(letter)
    return [
        {
            "fingerprint": group,
            "letters": len(alike),
            "jobs": ", ".join(sorted({letter.job for letter in alike})),
            "ending": alike[0].ending,
            "place": alike[0].place,
            "first_at": f"{alike[-1].buried_at:{STAMP}}",
            "last_at": f"{alike[0].buried_at:{STAMP}}",
            "latest_reason": alike[0].reason.partition("\n")[0],
        }
        for group, alike in sorted(members.items(), key=lambda one: -len(one[1]))
    ]


def _cut(value: Any) -> Any:
    """Return a value whose texts are cut where they are longer than a person reads."""
    if isinstance(value, dict):
        return {name: _cut(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_cut(one) for one in value]
    if isinstance(value, str) and len(value) > TEXT_CHARACTERS_MAX:
        return f"{value[:SHOWN_CHARACTERS]}... ({len(value):,} characters: see --json)"
    return value


def _shown(value: Any) -> str:
    """Return a value of a letter as a person reads it."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def _tell_of_damage(survey: Survey) -> None:
    for finding in survey.damaged:
        sys.stderr.write(f"{finding.file}: {finding.problem}\n")
