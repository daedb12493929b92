"""`texas811 schedules`: what is rung for by itself, when it was and when it will be."""

import asyncio
import os
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.tables import print_json, print_table

if TYPE_CHECKING:
    from domain.runs import EntryState
    from domain.timetable import Entry

COLUMNS = ("job", "when", "next_due_at", "last_run_at", "last_run", "missed", "policy")


def schedules(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """List the schedule: each job, when it is due next, how its last run ended, what was missed.

    Times are in UTC. Exit status: 3 if there is no such data directory, 5 if it cannot be read.
    """
    rows = asyncio.run(_rows())
    if as_json:
        print_json(rows)
    else:
        print_table(COLUMNS, [tuple(str(row[name] or "-") for name in COLUMNS) for row in rows])


async def _rows() -> list[dict[str, Any]]:
    from config import Config
    from jobs.timetable import TIMETABLE
    from storage.clock import system_clock
    from storage.layout import Layout
    from storage.schedule_state import ScheduleState

    layout = Layout(Config.from_env(os.environ).root)
    layout.existing(layout.config)  # "never" would be a lie about a directory that is elsewhere
    state = ScheduleState(layout)
    known = {**await state.ticks.read(), **await state.dated.read()}
    now = system_clock()
    return [row_of(entry, known.get(entry.job), now) for entry in TIMETABLE]


def row_of(entry: "Entry", progress: "EntryState | None", now: datetime) -> dict[str, Any]:
    """Return what is shown of an entry."""
    last_at, how = _last_run(entry, progress)
    return {
        "job": entry.job,
        "when": str(entry.when),
        "next_due_at": _shown(entry.when.next_after(now)),
        "last_run_at": _shown(last_at),
        "last_run": how,
        "missed": progress.missed if progress else 0,
        "policy": policy_of(entry),
    }


def policy_of(entry: "Entry") -> str:
    """Return the policy of an entry as a person reads it."""
    from domain.recurrence import DailyAt
    from domain.timetable import Missed

    up_to = f" up to {entry.missed_max}" if entry.missed is Missed.ALL else ""
    said = f"missed: {entry.missed}{up_to}; overlap: {entry.overlap}"
    if isinstance(entry.when, DailyAt):
        said += f"; no such time: {entry.when.gap}; twice: {entry.when.fold}"
    return said


def _last_run(entry: "Entry", progress: "EntryState | None") -> tuple[datetime | None, str]:
    """Return when the last run was due and how it ended; of a short period only when it was."""
    if progress is None:
        return None, "never"
    if not entry.is_dated:
        return progress.decided_until, "rung"
    if not progress.runs:
        return None, "never"
    last = max(progress.runs, key=lambda run: run.due_at)
    return last.due_at, last.said if last.finished_at else "under way"


def _shown(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d %H:%M:%SZ}" if moment else None
