"""The jobs page: every attempt that was made, the newest first, and what waits; found by an index."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.auth import needs
from api.dashboard.about_jobs.job_counts import counts_of
from api.dashboard.about_jobs.lost_attempts import why_lost
from api.dashboard.about_jobs.states import RUNNING, SCHEDULED, STATES, TONES, WAITING
from api.dashboard.about_jobs.subjects import subjects_of
from api.dashboard.desk import Desk
from api.dashboard.rendering import page
from api.routing import Router
from domain.access import Permission
from domain.errors import RejectedError, UnavailableError
from jobs import LANE_OF
from jobs.job import Env
from jobs.lanes import LANES
from jobs.waiting import QueuedJob, QueuedState
from logs import masked
from storage.telemetry_records import AttemptEnding, AttemptRecord

PATH = "/dashboard/jobs"
ROWS_MAX = 50
QUEUED_ROWS_MAX = 100  # of each lane: more of the queue is not looked at
TEXT_CHARACTERS_MAX = 300
SAID_CHARACTERS_MAX = 160
TOKEN_DIGITS_MAX = 18


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is asked for; an empty text asks for anything.

    `about` is a work order or a ticket, `job` the id of a job, `before` the token of the attempt
    that stood last on the page before.
    """

    state: str = ""
    kind: str = ""
    lane: str = ""
    about: str = ""
    job: str = ""
    before: int | None = None

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Self:
        """Return what a query asks. Raises RejectedError for what nothing could be found by."""
        before = said.get("before", "")
        if (before and not (before.isascii() and before.isdigit())) or len(
            before
        ) > TOKEN_DIGITS_MAX:
            raise RejectedError("This is no place in the list.", field="before")
        return cls(
            state=_one_of("state", said, STATES),
            kind=_one_of("kind", said, sorted(LANE_OF)),
            lane=_one_of("lane", said, LANES),
            about=said.get("about", "").strip()[:TEXT_CHARACTERS_MAX],
            job=said.get("job", "").strip()[:TEXT_CHARACTERS_MAX],
            before=int(before) if before else None,
        )

    @property
    def is_about_queue(self) -> bool:
        return self.state in {WAITING, SCHEDULED}

    def address(self, before: int | None = None) -> str:
        """Return the address of this list, from there on."""
        told = {name: getattr(self, name) for name in ("state", "kind", "lane", "about", "job")}
        query = urlencode({name: text for name, text in told.items() if text})
        place = f"before={before}" if before else ""
        return f"{PATH}?{'&'.join(filter(None, (query, place)))}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: an attempt, or a job in the queue, which has none of the times yet."""

    job_id: str
    kind: str
    lane: str
    state: str
    at: datetime
    said: str = ""
    number: int = 0
    worker: str = ""
    wait: timedelta | None = None
    took: timedelta | None = None

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "quiet")

    @classmethod
    def of_attempt(cls, made: AttemptRecord, why: str = "") -> Self:
        """Return the line of an attempt; `why` it was lost."""
        return cls(
            job_id=made.job_id,
            kind=made.kind,
            lane=made.lane,
            state=made.ending or RUNNING,
            at=made.started_at,
            said=masked(made.said.partition("\n")[0])[:SAID_CHARACTERS_MAX] or why,
            number=made.number,
            worker=made.worker,
            wait=made.wait,
            took=made.ended_at - made.started_at if made.ended_at else None,
        )

    @classmethod
    def of_queued(cls, job: QueuedJob) -> Self:
        return cls(job.job_id, job.kind, job.lane, job.state, job.due_at, number=job.tries)


def routes(desk: Desk) -> APIRouter:
    """Return the route of the list of jobs."""
    router = Router(include_in_schema=False, dependencies=[needs(Permission.READ)])

    @router.get(PATH)
    async def show(request: Request) -> HTMLResponse:
        asked = Asked.of(request.query_params)
        values = await (_queued if asked.is_about_queue else _attempted)(desk.env, asked)
        return page(
            request,
            "jobs.html",
            asked=asked,
            states=STATES,
            kinds=sorted(LANE_OF),
            lanes=LANES,
            counts=await counts_of(desk),
            queued_max=QUEUED_ROWS_MAX,
            **values,
        )

    return router


async def _attempted(env: Env, asked: Asked) -> dict[str, Any]:
    """Return the attempts that were asked for, the newest first."""
    subjects = await subjects_of(env, asked.about) if asked.about else [None]
    found: dict[int, AttemptRecord] = {}
    for about in subjects:
        made = await env.store.telemetry.attempts(
            kind=asked.kind or None,
            lane=asked.lane or None,
            ending=AttemptEnding(asked.state) if asked.state in set(AttemptEnding) else None,
            is_running=True if asked.state == RUNNING else None,
            about=about,
            job_id=asked.job or None,
            before=asked.before,
            limit=ROWS_MAX + 1,
        )
        found |= {one.token: one for one in made}
    newest = [found[token] for token in sorted(found, reverse=True)[: ROWS_MAX + 1]]
    shown = newest[:ROWS_MAX]
    older = asked.address(shown[-1].token) if len(newest) > ROWS_MAX else None
    why = await why_lost(env, shown)
    rows = [Row.of_attempt(one, why.get(one.token, "")) for one in shown]
    return {"rows": rows, "older": older, "trouble": None}


async def _queued(env: Env, asked: Asked) -> dict[str, Any]:
    """Return the jobs that wait, or are scheduled, those that are due first as the first."""
    try:
        first = await env.queue.first(QUEUED_ROWS_MAX)
    except UnavailableError as error:
        return {"rows": [], "older": None, "trouble": error}
    subjects = await subjects_of(env, asked.about) if asked.about else []
    rows = [Row.of_queued(one) for one in first if _is_asked_for(one, asked, subjects)]
    return {"rows": sorted(rows, key=lambda row: row.at), "older": None, "trouble": None}


def _is_asked_for(job: QueuedJob, asked: Asked, subjects: Iterable[str | None]) -> bool:
    states = (
        {QueuedState.SCHEDULED}
        if asked.state == SCHEDULED
        else {QueuedState.WAITING, QueuedState.PUT_OFF}
    )
    return (
        job.state in states
        and asked.kind in ("", job.kind)
        and asked.lane in ("", job.lane)
        and asked.job in ("", job.job_id)
        and (not asked.about or any(one and one in job.job_id for one in subjects))
    )


def _one_of(name: str, said: Mapping[str, str], known: Sequence[str]) -> str:
    """Return what is asked by this name. Raises RejectedError for what there is none of."""
    text = said.get(name, "")
    if text and text not in known:
        raise RejectedError(
            f"There is no {name} {text[:80]!r}.", field=name, suggested_values=known
        )
    return text
