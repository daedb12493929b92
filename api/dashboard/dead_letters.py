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
from api.dashboard.about_jobs.edited_arguments import edited, for_editing
from api.dashboard.about_jobs.letter_groups import AGES, Group, ages_of, grouped
from api.dashboard.about_jobs.letter_plans import (
    DROPPED_MAX,
    Act,
    Choice,
    Plan,
    pauses_of,
    plan,
)
from api.dashboard.desk import Desk
from api.dashboard.forms import Deed, deed, done
from api.dashboard.rendering import page
from api.routing import Router
from domain.access import Permission
from domain.audit import Author
from domain.errors import ConflictError, NotFoundError, RejectedError, UnavailableError
from domain.work_order import ticket_id_for
from jobs.amending import amended, replay_amended
from jobs.job import Env
from jobs.replaying import KINDS, PER_SECOND, drop, letter_of
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
    _add_amends(router, env)
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

    # A dry run reads many letters, and only who may do it needs to know.
    @router.get(f"{PATH}/plan", dependencies=[needs(Permission.OPERATE)])
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
        return done(request, PATH, told_of(batch), tone="ok" if batch.is_clean else "warn")

    @router.post(f"{PATH}/stop", dependencies=operate)
    async def stop(request: Request, deed: Annotated[Deed, Depends(deed)]) -> Response:
        return done(request, PATH, told_of(await replays.stop(by=deed.by, reason=deed.reason)))

    @router.post(f"{PATH}/drop", dependencies=operate)
    async def drop_letters(request: Request, deed: Annotated[Deed, Depends(deed)]) -> Response:
        planned = await _planned(env, Act.DROP, deed)
        return done(request, PATH, await drop_all(env, planned, deed.by, deed.reason))


def _add_amends(router: APIRouter, env: Env) -> None:
    """Add the replay of a letter with other arguments, what would happen first."""
    operate, path = [needs(Permission.OPERATE)], f"{PATH}/letters/{{job}}/{{key:path}}"

    @router.post(f"{path}/amend/plan", dependencies=operate)
    async def plan_amended(
        request: Request, job: str, key: str, deed: Annotated[Deed, Depends(deed)]
    ) -> HTMLResponse:
        letter = await letter_of(env.store.dead_letters, job, key)
        changed = amended(letter, edited(deed.fields.get("arguments", ""), letter.arguments))
        return page(
            request,
            "dead_letter_amend.html",
            letter=letter,
            changed=changed,
            lane=KINDS[changed.job].lane,
            before=shown(letter.arguments),
            after=shown(changed.arguments),
            typed=deed.fields["arguments"],
            reason=deed.reason,
            pauses=await pauses_of(env, {changed.job}),
        )

    @router.post(f"{path}/amend", dependencies=operate)
    async def replay_with(
        request: Request, job: str, key: str, deed: Annotated[Deed, Depends(deed)]
    ) -> Response:
        letter = await letter_of(env.store.dead_letters, job, key)
        arguments = edited(deed.fields.get("arguments", ""), letter.arguments)
        one = await replay_amended(env, letter, arguments, by=deed.by, reason=deed.reason)
        return done(
            request, PATH, f"{one.letter.id}, with the arguments that you gave it: {one.fate}."
        )


def told_of(batch: Batch) -> str:
    """Return how far a replay is, or how it has ended, in one sentence or two."""
    counts = batch.counts
    if batch.trouble:
        return f"The replay ended after {batch.seen} of {batch.total} letters ({counts}). {batch.trouble}"
    if batch.ended_at is None:
        return f"The replay is under way: {batch.seen} of {batch.total} letters ({counts})."
    return f"The replay is done: {counts}."


async def _planned(env: Env, act: Act, deed: Deed) -> Plan:
    choice = Choice.of(deed.fields, deed.lists.get("letter", []))
    return Plan(act, choice, choice.among((await env.store.letter_lines.list()).lines))


async def drop_all(env: Env, planned: Plan, by: Author, reason: str) -> str:
    """Drop these letters, the oldest first, and tell how many.

    What is gone is passed by, and what somebody else has dropped. Raises UnavailableError that
    tells how many were dropped, if the disk takes no more.
    """
    count = 0
    for line in planned.lines[:DROPPED_MAX]:
        try:
            await drop(env, line.job, line.key, by=by, reason=reason)
        except (NotFoundError, ConflictError):
            continue  # its job has succeeded meanwhile, or it is dropped as was wished
        except UnavailableError as error:
            raise UnavailableError(
                f"{count} of {len(planned.lines)} letters were dropped, then it went no further: "
                f"{error.problem}",
                field=error.field,
                remedy=f"{error.remedy or ''} Then do it once more for the rest.".strip(),
            ) from None
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
        "editable": for_editing(letter.arguments) if kind else None,
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
