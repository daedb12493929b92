"""The schedules page: what is rung for by itself, in plain words; run now, paused, resumed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from api.auth import needs
from api.dashboard.desk import Desk
from api.dashboard.forms import Deed, deed, done
from api.dashboard.rendering import page
from api.routing import Router
from domain.access import Permission
from domain.errors import ConflictError, NotFoundError, UnavailableError
from domain.plain_schedule import if_it_overlaps, if_missed, plain, when_clocks_change
from domain.recurrence import DailyAt
from domain.runs import EntryState, Run
from domain.timetable import Entry
from jobs import LANE_OF
from jobs.job import Env
from jobs.pausing import NEVER_PAUSED, also_held, pause, resume
from jobs.ringing import due_for_hand, job_of, run_now
from jobs.timetable import TIMETABLE
from storage.pauses import Pause
from storage.telemetry_records import AttemptEnding

PATH = "/dashboard/schedules"
AHEAD = 3  # of the times that come
RUNS_SHOWN = 30
DAY = timedelta(days=1)
FAILED = frozenset({AttemptEnding.BURIED, AttemptEnding.GIVEN_UP})


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of the schedule as the page shows it.

    `runs` are its dated runs, the earliest first; an entry of a short period remembers none, and
    `endings` counts how its attempts of the last day have ended. `lane_pause` is that of its lane,
    which holds it, too. `due_by_hand` is the date that
    a run by hand would be for; None if it is one beside the schedule.
    """

    entry: Entry
    state: EntryState | None
    now: datetime
    pause: Pause | None = None
    endings: Mapping[AttemptEnding, int] | None = None
    lane_pause: Pause | None = None

    @property
    def job(self) -> str:
        return self.entry.job

    @property
    def zone(self) -> str:
        """The zone by whose clocks it is due; UTC where no wall clock matters."""
        return self.entry.when.zone if isinstance(self.entry.when, DailyAt) else "UTC"

    @property
    def next_times(self) -> Sequence[tuple[datetime, datetime]]:
        """The next times, each in UTC and by the clocks of its zone."""
        found, moment = [], self.now
        for _time in range(AHEAD):
            moment = self.entry.when.next_after(moment)
            found.append((moment, moment.astimezone(ZoneInfo(self.zone))))
        return found

    @property
    def said(self) -> str:
        """When it is due, in plain words."""
        said = plain(self.entry.when)
        return said[0].upper() + said[1:]

    @property
    def policies(self) -> Sequence[str]:
        """What becomes of a run that was missed, that meets another, that has no such hour."""
        said = (
            if_missed(self.entry),
            if_it_overlaps(self.entry),
            when_clocks_change(self.entry.when),
        )
        return [one for one in said if one]

    @property
    def runs(self) -> Sequence[Run]:
        runs = self.state.runs if self.state else ()
        return sorted(runs, key=lambda run: run.due_at)[-RUNS_SHOWN:]

    @property
    def last(self) -> Run | None:
        return self.runs[-1] if self.runs else None

    @property
    def failed(self) -> int:
        """How many of the last day's attempts were given up."""
        endings = self.endings or {}
        return sum(count for ending, count in endings.items() if ending in FAILED)

    @property
    def never_paused(self) -> str | None:
        """Why nobody may pause it by itself, if so."""
        return NEVER_PAUSED.get(self.job)

    @property
    def also_held(self) -> str | None:
        """Why it is no harm that it is held with its lane, although nobody may pause it."""
        return also_held(self.lane_pause) if self.lane_pause and self.never_paused else None

    @property
    def last_word(self) -> tuple[str, str]:
        """How the last run ended, in a word, and the tone of it."""
        return word_of(self.runs[-1])

    @property
    def marks(self) -> Sequence[tuple[Run, str, str]]:
        """The runs, each with how it ended in a word, and the tone of it."""
        return [(run, *word_of(run)) for run in self.runs]

    @property
    def due_written(self) -> str:
        """The date of a run by hand as the form carries it."""
        return written(self.due_by_hand)

    @property
    def due_by_hand(self) -> datetime | None:
        return due_for_hand(self.entry, self.state, self.now)


async def rows_of(env: Env, timetable: Sequence[Entry] = TIMETABLE) -> Sequence[Row]:
    """Return every entry as it stands. Raises UnavailableError if the disk does not say."""
    now, schedule = env.clock(), env.store.schedule
    known = {**await schedule.ticks.read(), **await schedule.dated.read()}
    paused = {(one.what, one.name): one for one in await env.store.pauses.list()}
    endings = await _endings(env, now)
    return [
        Row(
            entry,
            known.get(entry.job),
            now,
            pause=paused.get(("job", entry.job)),
            endings=endings.get(entry.job),
            lane_pause=paused.get(("lane", LANE_OF[entry.job])),
        )
        for entry in timetable
    ]


async def _endings(env: Env, now: datetime) -> Mapping[str, Mapping[AttemptEnding, int]]:
    """Return how the last day's attempts have ended, by their kind; nothing where that is not known."""
    try:
        tallies = await env.store.telemetry.tallies(now - DAY, now, DAY)
    except UnavailableError:
        return {}
    found: dict[str, dict[AttemptEnding, int]] = {}
    for (kind, ending), counts in tallies.items():
        found.setdefault(kind, {})[ending] = sum(counts)
    return found


def routes(desk: Desk) -> APIRouter:
    """Return the routes of the schedules page."""
    router = Router(include_in_schema=False, dependencies=[needs(Permission.READ)])
    env = desk.env
    operate = [needs(Permission.OPERATE)]

    @router.get(PATH)
    async def show(request: Request) -> HTMLResponse:
        return page(request, "schedules.html", rows=await rows_of(env))

    @router.post(f"{PATH}/{{job}}/run", dependencies=operate)
    async def run(request: Request, job: str, deed: Annotated[Deed, Depends(deed)]) -> Response:
        due_at = await _due_as_seen(env, entry_of(job), deed.fields.get("due", ""))
        rung = await run_now(env, job_of(entry_of(job), due_at), by=deed.by, reason=deed.reason)
        said = "is queued" if rung.is_new else "waits or runs already, and is not queued twice"
        return done(request, PATH, f"{rung.job_id} {said}.")

    @router.post(f"{PATH}/{{job}}/pause", dependencies=operate)
    async def pause_job(
        request: Request, job: str, deed: Annotated[Deed, Depends(deed)]
    ) -> Response:
        held = await pause(env, "job", entry_of(job).job, by=deed.by, reason=deed.reason)
        return done(request, PATH, f"{held.name} is paused. What runs goes on.")

    @router.post(f"{PATH}/{{job}}/resume", dependencies=operate)
    async def resume_job(
        request: Request, job: str, deed: Annotated[Deed, Depends(deed)]
    ) -> Response:
        ended = await resume(env, "job", entry_of(job).job, by=deed.by, reason=deed.reason)
        return done(request, PATH, f"{ended.name} goes on. {ended.by} had paused it.")

    return router


def entry_of(job: str) -> Entry:
    """Return the entry of this job. Raises NotFoundError."""
    for entry in TIMETABLE:
        if entry.job == job:
            return entry
    raise NotFoundError(
        f"The schedule has no job {job!r}.",
        field="job",
        suggested_values=[entry.job for entry in TIMETABLE],
    )


async def _due_as_seen(env: Env, entry: Entry, seen: str) -> datetime | None:
    """Return the date that a run by hand is for.

    Raises ConflictError if it is not the one that the person saw: then it was run meanwhile, or
    the next has come.
    """
    known = (await env.store.schedule.dated.read()).get(entry.job)
    due_at = due_for_hand(entry, known, env.clock())
    if seen != written(due_at):
        raise ConflictError(
            f"Meanwhile the run of {entry.job} that is due is another one.",
            field="due",
            remedy="Look at the schedule again and decide anew.",
        )
    return due_at


def word_of(run: Run) -> tuple[str, str]:
    """Return how a run ended, in a word, and the tone of it."""
    if run.finished_at is None:
        return "under way", "quiet"
    return ("succeeded", "ok") if run.succeeded else ("failed", "bad")


def written(due_at: datetime | None) -> str:
    """Return the date of a run as the form carries it; nothing for a run beside the schedule."""
    return due_at.astimezone(UTC).isoformat() if due_at else ""
