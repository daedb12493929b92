"""The dead letters pages: what was given up, by its cause; replayed or dropped, a dry run first.

The dry run is a page that shows what would happen, and changes nothing. The form on it does just
that: to the letters that were looked at, and to none that came after.
"""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from api.auth import needs
from api.dashboard.about_jobs.arguments import shown
from api.dashboard.about_jobs.letter_groups import AGES, Group, ages_of, grouped
from api.dashboard.about_jobs.letter_plans import DROPPED_MAX, Act, Choice, Plan, plan
from api.dashboard.desk import Desk
from api.dashboard.forms import Deed, deed, done
from api.dashboard.rendering import page
from api.routing import Router
from domain.access import Permission
from domain.audit import Author
from domain.errors import NotFoundError, RejectedError
from domain.work_order import ticket_id_for
from jobs.job import Env
from jobs.replaying import KINDS, PER_SECOND, Fate, drop, letter_of
from jobs.replays import Batch, Replays
from logs import masked
from storage.dead_letters import DeadLetter

PATH = "/dashboard/dead-letters"
SHOWN_MAX = 50  # letters of a group on a page
PLANNED_SHOWN_MAX = 50  # of those that a dry run lists one by one


def routes(desk: Desk) -> APIRouter:
    """Return the routes of the pages of dead letters."""
    router = Router(include_in_schema=False, dependencies=[needs(Permission.READ)])
    env, replays = desk.env, Replays(desk.env)

    @router.get(PATH)
    async def show(request: Request) -> HTMLResponse:
        listed = await env.store.letter_lines.list()
        now = env.clock()
        return page(
            request,
            "dead_letters.html",
            groups=grouped(listed.lines, now),
            ages=AGES,
            totals=ages_of(listed.lines, now),
            damaged=listed.damaged,
            batch=replays.latest,
            told=told_of(replays.latest) if replays.latest else "",
            masked=masked,
        )

    _add_looks(router, env)
    _add_acts(router, env, replays)
    return router


def _add_looks(router: APIRouter, env: Env) -> None:
    """Add the pages of one cause, of one letter, and of what would be done."""

    @router.get(f"{PATH}/causes/{{fingerprint}}")
    async def show_group(request: Request, fingerprint: str) -> HTMLResponse:
        group = await _group(env, fingerprint)
        start = _start(request.query_params.get("from", "0"))
        return page(
            request,
            "dead_letter_cause.html",
            group=group,
            ages=AGES,
            lines=group.lines[start : start + SHOWN_MAX],
            start=start,
            step=SHOWN_MAX,
            masked=masked,
        )

    @router.get(f"{PATH}/letters/{{job}}/{{key:path}}")
    async def show_letter(request: Request, job: str, key: str) -> HTMLResponse:
        letter = await letter_of(env.store.dead_letters, job, key)
        return page(request, "dead_letter.html", **_told(letter))

    @router.get(f"{PATH}/plan")
    async def show_plan(request: Request) -> HTMLResponse:
        asked = request.query_params
        choice = Choice.of(asked, asked.getlist("letter"))
        choice = replace(choice, until=choice.until or env.clock())
        planned = await plan(env, _act(asked.get("do", "")), choice)
        return page(
            request,
            "dead_letters_plan.html",
            plan=planned,
            shown_max=PLANNED_SHOWN_MAX,
            dropped_max=DROPPED_MAX,
            per_second=PER_SECOND,
            masked=masked,
        )


def _add_acts(router: APIRouter, env: Env, replays: Replays) -> None:
    """Add what a person does to letters, who has looked at a plan of it before."""
    operate = [needs(Permission.OPERATE)]

    @router.post(f"{PATH}/replay", dependencies=operate)
    async def replay(request: Request, deed: Annotated[Deed, Depends(deed)]) -> Response:
        planned = await _planned(env, Act.REPLAY, deed)
        filed = [(line.job, line.key) for line in planned.lines]
        batch = await replays.begin(filed, by=deed.by, reason=deed.reason)
        return done(request, PATH, told_of(batch), tone="warn" if batch.trouble else "ok")

    @router.post(f"{PATH}/stop", dependencies=operate)
    async def stop(request: Request, deed: Annotated[Deed, Depends(deed)]) -> Response:
        return done(request, PATH, told_of(await replays.stop(by=deed.by, reason=deed.reason)))

    @router.post(f"{PATH}/drop", dependencies=operate)
    async def drop_letters(request: Request, deed: Annotated[Deed, Depends(deed)]) -> Response:
        planned = await _planned(env, Act.DROP, deed)
        return done(request, PATH, await _dropped(env, planned, deed.by, deed.reason))


def told_of(batch: Batch) -> str:
    """Return how far a replay is, or how it has ended, in one sentence or two."""
    parts = [f"{batch.fates[fate]} {fate}" for fate in Fate if batch.fates[fate]]
    counts = ", ".join(parts) or "none yet"
    if batch.trouble:
        return f"The replay ended after {batch.seen} of {batch.total} letters ({counts}). {batch.trouble}"
    if batch.ended_at is None:
        return f"The replay is under way: {batch.seen} of {batch.total} letters ({counts})."
    return f"The replay is done: {counts}."


async def _planned(env: Env, act: Act, deed: Deed) -> Plan:
    choice = Choice.of(deed.fields, deed.lists.get("letter", []))
    return Plan(act, choice, choice.among((await env.store.letter_lines.list()).lines))


async def _dropped(env: Env, planned: Plan, by: Author, reason: str) -> str:
    """Drop these letters, the oldest first, and tell how many; what is gone is passed by."""
    count = 0
    for line in planned.lines[:DROPPED_MAX]:
        try:
            await drop(env, line.job, line.key, by=by, reason=reason)
        except NotFoundError:
            continue  # its job has succeeded meanwhile
        count += 1
    left = len(planned.lines) - DROPPED_MAX
    more = f" {left} are left: do it once more." if left > 0 else ""
    return f"{count} dropped; each is kept out of sight, with your reason.{more}"


async def _group(env: Env, fingerprint: str) -> Group:
    listed = await env.store.letter_lines.list()
    alike = [line for line in listed.lines if line.group == fingerprint]
    if not alike:
        raise NotFoundError(
            f"There is no dead letter of the cause {fingerprint[:40]}.",
            field="fingerprint",
            remedy="Their jobs have succeeded since, or somebody has dropped them.",
        )
    [group] = grouped(alike, env.clock())
    return group


def _told(letter: DeadLetter) -> dict[str, Any]:
    """Return what the page of a letter shows of it."""
    order = letter.arguments.get("work_order_id")
    ticket = letter.arguments.get("ticket_id")
    if isinstance(order, str) and not ticket and letter.job == "extract_ticket":
        ticket = ticket_id_for(order)
    kind = KINDS.get(letter.job)
    return {
        "letter": letter,
        "arguments": shown(letter.arguments),
        "reason": shown(letter.reason),
        "payload": shown(letter.payload) if letter.payload else None,
        "trace": [shown(line) for line in letter.trace],
        "work_order_id": order if isinstance(order, str) else None,
        "ticket_id": ticket if isinstance(ticket, str) else None,
        "lane": kind.lane if kind else None,
    }


def _act(text: str) -> Act:
    """Return what is to be planned. Raises RejectedError for anything else."""
    if text not in set(Act):
        raise RejectedError(
            "It is not said what shall be done.", field="do", suggested_values=list(Act)
        )
    return Act(text)


def _start(text: str) -> int:
    """Return from which letter on a page shows them; what is no number is the first."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004 - a billion letters
