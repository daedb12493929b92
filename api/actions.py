"""What a person does to a ticket: each action parses its body, acts once, shows the ticket.

One function an action, all of them in `ACTIONS`: the name is the last part of the path. A
refusal is a 422 that says why and what would allow it; the ticket is as it was.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, get_type_hints

from fastapi import APIRouter, Request, Response, status
from pydantic import BaseModel

from api import bodies
from api.auth import needs
from api.routing import Router
from api.tickets import TicketView, view_ticket
from api.versions import IfMatch, agreed_version, etag_of
from domain import digging, drafting, following, refreshing, second_notices, submitting
from domain.access import Permission
from domain.audit import Change
from domain.statements import LifeAgreement, SiteCheck, Standby
from jobs.acting import Scene, act, follow_up
from jobs.job import Env

Model = TypeVar("Model", bound=BaseModel)
Signed = bodies.Action | bodies.Edit
SIGNATURE = frozenset(bodies.Action.model_fields)


def edit_ticket(scene: Scene, body: bodies.Edit) -> Change:
    """State facts of a draft; null unsays one. It is validated at once."""
    stated = {name: getattr(body, name) for name in body.model_fields_set - SIGNATURE}
    return drafting.edit(scene.ticket, stated, scene.extraction, now=scene.now, by=scene.by)


def confirm(scene: Scene, body: bodies.Confirm) -> Change:
    """Confirm the packet; its fields are locked from here on."""
    return submitting.confirm(
        scene.ticket, now=scene.now, by=scene.by, emergency_attested=body.emergency_attested
    )


def reopen(scene: Scene, body: bodies.Reasoned) -> Change:
    """Unlock a ticket that was not submitted yet; its confirmation is withdrawn."""
    return drafting.reopen(
        scene.ticket, scene.extraction, now=scene.now, by=scene.by, reason=body.reason
    )


def submit(scene: Scene, body: bodies.Submit) -> Change:
    """Record that the packet was keyed in: the center's number, the notice, the members."""
    receipt = part(body, submitting.CenterReceipt)
    return submitting.submit(scene.ticket, receipt, now=scene.now, by=scene.by)


def correct_notice(scene: Scene, body: bodies.CorrectNotice) -> Change:
    """Correct the time of the notice; every date is computed anew."""
    return submitting.correct_notice(
        scene.ticket, body.notice_at, now=scene.now, by=scene.by, reason=body.reason
    )


def respond(scene: Scene, body: bodies.Respond) -> Change:
    """Record what a member answered, in our words or by the center's code."""
    answer = part(body, following.Answer)
    codes = scene.codes
    return following.respond(scene.ticket, answer, now=scene.now, by=scene.by, codes=codes)


def members(scene: Scene, body: bodies.Members) -> Change:
    """Record members that the center notified; an answer of each is waited for."""
    return following.amend_members(
        scene.ticket,
        body.members,
        now=scene.now,
        by=scene.by,
        is_whole_list=body.is_whole_list,
    )


def standby(scene: Scene, body: bodies.ArrangeStandby) -> Change:
    """Record that a member's person at the site is arranged."""
    arranged = part(body, Standby, arranged_at=scene.now, arranged_by=body.by)
    return following.arrange_standby(scene.ticket, arranged, now=scene.now, by=scene.by)


def second_notice(scene: Scene, body: bodies.RaiseGround) -> Change:
    """Raise a ground for a second notice; digging stops until it is settled."""
    found = part(body, second_notices.GroundFound)
    return second_notices.raise_ground(scene.ticket, found, now=scene.now, by=scene.by)


def settle(scene: Scene, body: bodies.SettleGround) -> Change:
    """Settle a ground for a second notice, and say how."""
    word = part(body, second_notices.Settlement)
    return second_notices.settle_ground(scene.ticket, word, now=scene.now, by=scene.by)


def check_site(scene: Scene, body: bodies.CheckSite) -> Change:
    """Record what was verified on the site before the digging."""
    check = part(body, SiteCheck, checked_at=scene.now, checked_by=body.by)
    return digging.check_site(scene.ticket, check, now=scene.now, by=scene.by)


def begin_emergency(scene: Scene, _body: bodies.Action) -> Change:
    """Begin an emergency excavation before the answers are in."""
    return digging.begin_emergency(scene.ticket, now=scene.now, by=scene.by)


def extend_life(scene: Scene, body: bodies.Agree) -> Change:
    """Record a signed agreement with one operator on a longer life."""
    agreement = part(body, LifeAgreement)
    return digging.extend_life(scene.ticket, agreement, now=scene.now, by=scene.by)


def damage(scene: Scene, body: bodies.ReportDamage) -> Change:
    """Report a damage or an exposed line; the ticket is held."""
    found = part(body, digging.DamageFound)
    return digging.report_damage(scene.ticket, found, now=scene.now, by=scene.by)


def release(scene: Scene, body: bodies.ReleaseSite) -> Change:
    """Record that the operator released a damage."""
    word = part(body, digging.Release)
    return digging.release(scene.ticket, word, now=scene.now, by=scene.by)


def cancel(scene: Scene, body: bodies.Cancel) -> Change:
    """Give the ticket up, with the reason."""
    return submitting.cancel(
        scene.ticket,
        now=scene.now,
        by=scene.by,
        reason=body.reason,
        sent_to_center=body.sent_to_center,
    )


def supersede(scene: Scene, body: bodies.Supersede) -> Change:
    """Record that the center has a newer ticket in the place of this one."""
    number = body.superseded_by_number
    return submitting.supersede(scene.ticket, number, now=scene.now, by=scene.by)


def close(scene: Scene, _body: bodies.Action) -> Change:
    """Close finished work; reminders are silenced."""
    return submitting.close(scene.ticket, now=scene.now, by=scene.by)


def refresh(scene: Scene, body: bodies.Refresh) -> Change:
    """Make a further ticket for the same site, chained to this one."""
    wanted = refreshing.FollowUp(body.ticket_type, scene.follow_ups)
    return refreshing.refresh(
        scene.ticket, wanted, scene.extraction, now=scene.now, by=scene.by
    )


ACTIONS: tuple[Callable[[Scene, Any], Change], ...] = (
    confirm,
    reopen,
    submit,
    correct_notice,
    respond,
    members,
    standby,
    second_notice,
    settle,
    check_site,
    begin_emergency,
    extend_life,
    damage,
    release,
    cancel,
    supersede,
    close,
)
# What a draft is brought to its submission by, or given up; the others come after it.
BEFOREHAND = frozenset({confirm, reopen, cancel})


def routes(env: Env) -> APIRouter:
    """Return the routes of actions over this store and queue."""
    router = Router(tags=["actions"])
    for action in ACTIONS:
        path = f"/tickets/{{ticket_id:path}}/{action.__name__.replace('_', '-')}"
        granted = [needs(Permission.DRAFT if action in BEFOREHAND else Permission.FOLLOW)]
        router.post(path, name=action.__name__, dependencies=granted)(_endpoint(env, action))
    router.post(
        "/tickets/{ticket_id:path}/refresh",
        name=refresh.__name__,
        status_code=status.HTTP_201_CREATED,
        dependencies=[needs(Permission.FOLLOW)],
    )(_endpoint(env, refresh))
    router.patch(
        "/tickets/{ticket_id:path}",
        name=edit_ticket.__name__,
        dependencies=[needs(Permission.DRAFT)],
    )(_endpoint(env, edit_ticket))
    return router


def part(body: BaseModel, kind: type[Model], **more: object) -> Model:
    """Return the domain's own value out of a body that carries its fields."""
    given = kind.model_fields.keys() & body.model_fields_set
    return kind.model_validate({**{name: getattr(body, name) for name in given}, **more})


def _endpoint(
    env: Env, action: Callable[[Scene, Any], Change]
) -> Callable[..., Awaitable[TicketView]]:
    """Return the coroutine function that serves an action, with the types of its body."""

    async def endpoint(
        ticket_id: str,
        body: Any,
        request: Request,
        response: Response,
        if_match: IfMatch = None,
    ) -> TicketView:
        make = follow_up if action is refresh else act
        ticket = await make(
            env,
            ticket_id,
            lambda scene: action(scene, body),
            by=bodies.author_of(request, body),
            version=agreed_version(if_match, body.version),
        )
        response.headers["ETag"] = etag_of(ticket)
        if ticket.id != ticket_id:
            response.headers["Location"] = f"/tickets/{ticket.id}"
        return await view_ticket(env, ticket)

    endpoint.__name__ = action.__name__
    endpoint.__doc__ = action.__doc__
    hints = get_type_hints(action)
    endpoint.__annotations__["body"] = hints.get("body", hints.get("_body"))
    return endpoint
