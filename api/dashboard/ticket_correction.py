"""Correcting the facts of a draft: one form with all that it says; only what was changed is sent."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import Response

from api import actions
from api.auth import needs
from api.bodies import Edit
from api.dashboard.about_tickets.fact_fields import changed, fact_fields, in_sections, stated
from api.dashboard.about_tickets.form_fields import FormField
from api.dashboard.about_tickets.form_problems import problems_of
from api.dashboard.about_tickets.plain_words import in_words
from api.dashboard.about_tickets.ticket_history import since_version
from api.dashboard.about_tickets.ticket_sheet import clocks_of
from api.dashboard.desk import Desk
from api.dashboard.forms import Deed, deed, done
from api.dashboard.rendering import page
from api.dashboard.ticket import NO_ATTEMPT, Attempt
from api.dashboard.ticket_actions import status_of_refusal, version_of
from api.routing import Router
from domain.access import Permission
from domain.drafting import refuse_locked
from domain.errors import ConflictError, RejectedError
from domain.replay import replayed, versions_in
from domain.ticket import Ticket
from jobs.acting import act
from storage.audit_reading import History

PATH = "/dashboard/tickets/{ticket_id}/facts"


def routes(desk: Desk) -> APIRouter:
    """Return the routes of the form, and of what is sent by it."""
    router = Router(include_in_schema=False, dependencies=[needs(Permission.DRAFT)])

    @router.get(PATH)
    async def show_facts(request: Request, ticket_id: str) -> Response:
        """Show every fact of a draft in an input of its own."""
        return await _form(request, desk, ticket_id)

    @router.post(PATH)
    async def correct_facts(
        request: Request, ticket_id: str, doing: Annotated[Deed, Depends(deed)]
    ) -> Response:
        """State what was changed; what was emptied is unsaid. The draft is validated at once."""
        seen = await desk.env.store.tickets.get(ticket_id)
        altered = changed(fact_fields(seen), doing.fields)
        try:
            ticket = await _corrected(desk, seen, altered, doing)
        except (RejectedError, ConflictError, ValidationError) as refusal:
            attempt = Attempt(
                "facts",
                doing.reason,
                doing.fields,
                problems_of(refusal, fact_fields(seen)),
                version_of(doing),
                status_of_refusal(refusal),
            )
            return await _form(request, desk, ticket_id, attempt)
        return done(request, f"/dashboard/tickets/{ticket.id}", _said(altered, ticket))

    return router


async def _corrected(
    desk: Desk, seen: Ticket, altered: Sequence[FormField], doing: Deed
) -> Ticket:
    """State what was changed, and return the ticket.

    Raises RejectedError if nothing was, or for what is refused; ConflictError for another version
    than the one that the form was shown for; ValidationError for what does not fit its field.
    """
    version = version_of(doing) or seen.version
    # Against another version nobody can tell what was changed; `act` refuses it.
    facts = stated(seen, tuple(altered), desk.env.clock()) if version == seen.version else {}
    if not facts and version == seen.version:
        raise RejectedError(
            "Nothing was changed.",
            remedy="Change at least one value, or go back to the ticket.",
        )
    body = Edit.model_validate(facts)
    by = doing.by.model_copy(update={"reason": doing.reason})
    return await act(
        desk.env,
        seen.id,
        lambda scene: actions.edit_ticket(scene, body),
        by=by,
        version=version,
    )


async def _form(
    request: Request, desk: Desk, ticket_id: str, attempt: Attempt = NO_ATTEMPT
) -> Response:
    """Return the form as the ticket is now, with what was typed in one that was refused."""
    ticket = await desk.env.store.tickets.get(ticket_id)
    history = await desk.env.store.history(ticket_id)
    fields, refusal = fact_fields(ticket), _refusal(ticket)
    shown_for = attempt.version
    is_overtaken = shown_for is not None and shown_for < ticket.version
    typed = _typed(ticket, history, attempt) if attempt.problems else {}
    return page(
        request,
        "ticket_facts.html",
        status=attempt.status if attempt.problems else HTTPStatus.OK,
        ticket=ticket,
        refusal=refusal,
        attempt=attempt,
        changed=since_version(ticket, history, shown_for) if is_overtaken and shown_for else (),
        sections=in_sections(
            tuple(replace(one, value=typed.get(one.name, one.value)) for one in fields)
        ),
        zone_words=f"by the clocks of {clocks_of(ticket)}",
    )


def _typed(ticket: Ticket, history: History, attempt: Attempt) -> Mapping[str, str]:
    """Return what a person has changed in the form.

    In a form of an earlier version that is what differs from that version: what others have
    changed since is not to be turned back by whoever never touched it.
    """
    shown = ticket
    if attempt.version is not None and attempt.version < ticket.version:
        # Where the history has a hole, all that was typed is kept.
        with suppress(RejectedError):
            shown = replayed(versions_in(history.events)[: attempt.version])
    return {one.name: one.value for one in changed(fact_fields(shown), attempt.typed)}


def _refusal(ticket: Ticket) -> RejectedError | None:
    """Return why the facts of a ticket cannot be corrected, or None."""
    try:
        refuse_locked(ticket)
    except RejectedError as refusal:
        return refusal
    return None


def _said(altered: Sequence[FormField], ticket: Ticket) -> str:
    """Return what was changed, in a sentence."""
    stated_now = ", ".join(one.label for one in altered if one.value)
    unsaid = ", ".join(one.label for one in altered if not one.value)
    parts = [
        f"Corrected: {stated_now}." if stated_now else "",
        f"Unsaid: {unsaid}." if unsaid else "",
    ]
    return " ".join([*filter(None, parts), f"The ticket stands at: {in_words(ticket.status)}."])
