"""A ticket made in a conversation: created, updated, answered for, validated, looked at again.

These are the operations that a GPT is given, with those of `api.deciding`; a thin client may use
them as well. Each answers with one `Turn`. What one thing that is said lacks does not lose the
others, so that one turn can settle everything.
"""

import asyncio
import hashlib
import json
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Path, status
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.auth import needs
from api.file_references import Downloader
from api.gpt_bodies import AnswerGap, CreateTicket, UpdateTicket, ValidateTicket
from api.progress import Streams
from api.routing import Router
from api.talking import Exchange, Exchanged, Talk, operation
from api.turns import Turn
from domain.access import Permission
from domain.audit import Actor
from domain.errors import ConflictError, NotFoundError, RejectedError
from domain.facts import TicketFacts
from domain.taking import Refusal, Taken, first_facts
from domain.work_order import Submission, WorkOrder, ticket_id_for, work_order_id_for
from extraction import check
from jobs.inbox import accept
from jobs.job import Env
from jobs.standing import Standing, WorkOrderState, follow, standing
from jobs.taking import take_turn, validate

WAIT_SECONDS = 40.0  # at most, whatever SYNC_WAIT_SECONDS is: ChatGPT gives up at 45
CHECK_AGAIN_SECONDS = 5
PASTED_TYPE = "text/plain"
WAS_THERE = (
    "The same was handed in before, so this is the ticket that was made of it, and no new one."
)

TicketId = Annotated[str, Path(max_length=64, description="The `ticket_id` of an answer.")]


class Reading(BaseModel):
    """A work order that is still being read: ask for the ticket again."""

    ticket_id: str
    work_order_id: str
    state: WorkOrderState
    reason: str | None = None
    check_again_in_seconds: int | None = None
    say: str = Field(description="Tell the user this.")
    session_key: str | None = None
    refused: list[Refusal]


STILL_READING: dict[int | str, dict[str, Any]] = {
    202: {"model": Reading, "description": "The document is still being read."}
}


def routes(env: Env, *, files: Downloader) -> APIRouter:
    """Return the routes of a conversation about a draft; `files` fetches what was attached."""
    router = Router(prefix="/gpt", tags=["gpt"])
    router.include_router(_beginning(env, files))
    router.include_router(_looking(env))
    router.include_router(_saying(env))
    return router


def _beginning(env: Env, files: Downloader) -> APIRouter:
    router = Router(dependencies=[needs(Permission.DRAFT)])

    @router.post(
        "/tickets",
        response_model=Turn,
        status_code=status.HTTP_201_CREATED,
        responses={200: {"model": Turn, "description": "It was there."}, **STILL_READING},
        **operation("createTicket"),
    )
    async def create_ticket(body: CreateTicket, exchange: Exchanged) -> Turn | JSONResponse:
        """Make a ticket of a work order: its file, its pasted text, or fields.

        The same again, in its session or on the same day, is the same ticket. If it is still
        being read, get it after a few seconds.
        """
        taken = first_facts(body.fields_said, now=env.clock())
        submission = await _submission(body, taken, files)
        submission = submission.model_copy(update=exchange.way)
        content = await asyncio.to_thread(_content_of, body, submission)
        talk = exchange.talk(env, body).begun(content)
        key = body.idempotency_key or f"{talk.session_key}/{content}"
        order = await _accepted(env, submission, key, is_derived=not body.idempotency_key)
        told = ""
        if order.request_id != submission.request_id:
            exchange.tell_known()
            told = WAS_THERE
        reached = await _awaited(env, order, exchange.streams)
        if reached.ticket is None:
            await talk.note(order.ticket_id, step="create_ticket")
            return _reading(order, reached, talk, taken)
        exchange.tell_version(reached.ticket)
        return await talk.answer(reached.ticket, step="create_ticket", taken=taken, told=told)

    return router


def _looking(env: Env) -> APIRouter:
    router = Router(dependencies=[needs(Permission.READ)])

    @router.get(
        "/tickets/{ticket_id}",
        response_model=Turn,
        responses=STILL_READING,
        **operation("getTicket"),
    )
    async def get_ticket(ticket_id: TicketId, exchange: Exchanged) -> Turn | JSONResponse:
        """Show a ticket: its facts, its open questions, its dates, its packet.

        Waits for one that is still being read.
        """
        talk = exchange.talk(env)
        ticket = await env.store.tickets.find(ticket_id)
        if ticket is None:
            order = await _order_of(env, ticket_id)
            reached = await _awaited(env, order, exchange.streams)
            if reached.ticket is None:
                return _reading(order, reached, talk, Taken())
            ticket = reached.ticket
        exchange.tell_version(ticket)
        return await talk.shown(ticket)

    return router


def _saying(env: Env) -> APIRouter:
    router = Router(dependencies=[needs(Permission.DRAFT)])

    @router.patch("/tickets/{ticket_id}", **operation("updateTicket"))
    async def update_ticket(
        ticket_id: TicketId, body: UpdateTicket, exchange: Exchanged
    ) -> Turn:
        """State fields and answer gaps, as many at once as the user has told.

        What could not be read is in `refused`; the rest is taken.
        """
        return await _turned(env, ticket_id, body, exchange, step="update_ticket")

    @router.post("/tickets/{ticket_id}/answers", **operation("answerGap"))
    async def answer_gap(ticket_id: TicketId, body: AnswerGap, exchange: Exchanged) -> Turn:
        """Answer one open question in the user's own words. To answer several, update the ticket."""
        return await _turned(env, ticket_id, body, exchange, step="answer_gap")

    @router.post("/tickets/{ticket_id}/validate", **operation("validateTicket"))
    async def validate_ticket(
        ticket_id: TicketId, body: ValidateTicket, exchange: Exchanged
    ) -> Turn:
        """Validate a ticket by the rules of today and show what it still needs."""
        talk = exchange.talk(env, body)
        ticket = await validate(env, ticket_id, by=talk.by)
        exchange.tell_version(ticket)
        return await talk.answer(ticket, step="validate_ticket")

    return router


async def _turned(
    env: Env, ticket_id: str, body: UpdateTicket | AnswerGap, exchange: Exchange, *, step: str
) -> Turn:
    """Take what is said in this turn, and return the next."""
    talk, said = exchange.talk(env, body), body.all_said
    version = exchange.version(body)
    ticket, taken = await take_turn(env, ticket_id, said, by=talk.by, version=version)
    exchange.tell_version(ticket)
    words = "; ".join(f"{one.name}: {one.value}" for one in said)
    return await talk.answer(ticket, step=step, said=words, taken=taken)


async def _submission(body: CreateTicket, taken: Taken, files: Downloader) -> Submission:
    """Return what a conversation hands in. Raises RejectedError if it says nothing."""
    document, filename, media_type = b"", None, None
    if body.openaiFileIdRefs and body.document_text:
        raise RejectedError(
            "There is a file and a text.",
            field="document_text",
            remedy="Send the file alone: its text is in it.",
        )
    if body.openaiFileIdRefs:
        fetched = await files.download(body.openaiFileIdRefs)
        document, filename, media_type = fetched.content, fetched.filename, fetched.media_type
    elif body.document_text:
        document, media_type = body.document_text.encode(), PASTED_TYPE
    if document:
        check(document, filename=filename, media_type=media_type)
    elif not taken.facts:
        raise _nothing(taken)
    return Submission(
        document=document,
        filename=filename,
        media_type=media_type,
        stated=TicketFacts.model_validate(taken.facts),
        actor=Actor.CUSTOM_GPT,
        idempotency_key=body.idempotency_key,
    )


def _content_of(body: CreateTicket, submission: Submission) -> str:
    """Return the SHA-256 of what was said, word for word, and of the document."""
    said = json.dumps({one.name: one.value for one in body.fields_said}, sort_keys=True)
    return hashlib.sha256(said.encode() + b"\0" + submission.document).hexdigest()


async def _accepted(
    env: Env, submission: Submission, key: str, *, is_derived: bool
) -> WorkOrder:
    """Return the order of this key, accepted now or before.

    Where the key `is_derived` from the words, these may be read as another moment by now (`as
    soon as possible`): what was accepted first stands.
    """
    order_id = work_order_id_for(key)
    try:
        return await accept(env, submission, work_order_id=order_id)
    except ConflictError:
        if not is_derived:
            raise
        return await env.store.work_orders.get(order_id)


def _nothing(taken: Taken) -> RejectedError:
    if not taken.refused:
        return RejectedError(
            "The work order says nothing.",
            field="body",
            remedy="State at least one ticket field, or send the document.",
        )
    return taken.refused[0].as_error()


async def _awaited(env: Env, order: WorkOrder, streams: Streams) -> Standing:
    """Return how an order stands as soon as it is no longer on its way, or when time is up."""
    now = await standing(env, order)
    if now.is_over:
        return now
    async with streams.waiting(WAIT_SECONDS), aclosing(follow(env, order)) as standings:
        async for one in standings:
            now = one
    return now


async def _order_of(env: Env, ticket_id: str) -> WorkOrder:
    """Return the order that is on its way to this ticket. Raises NotFoundError if none is."""
    for order_id in await env.store.work_orders.owed():
        if ticket_id_for(order_id) == ticket_id:
            return await env.store.work_orders.get(order_id)
    raise NotFoundError(
        f"There is no ticket {ticket_id}.",
        field="ticket_id",
        remedy="Use the ticket_id of an answer, or find the ticket.",
    )


def _reading(order: WorkOrder, now: Standing, talk: Talk, taken: Taken) -> JSONResponse:
    is_over = now.is_over
    reading = Reading(
        ticket_id=order.ticket_id,
        work_order_id=order.id,
        state=now.state,
        reason=now.reason,
        check_again_in_seconds=None if is_over else CHECK_AGAIN_SECONDS,
        say="There will be no ticket of this work order as it is: a person must look at it."
        if is_over
        else "The work order is kept safely and is still being read.",
        session_key=talk.session_key,
        refused=taken.refused,
    )
    return JSONResponse(
        reading.model_dump(mode="json", exclude_none=True), status.HTTP_202_ACCEPTED
    )
