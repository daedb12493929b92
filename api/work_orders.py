"""Work orders: accepted here, durably, before anything is answered; cancelled, while there is time."""

import asyncio
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Header, Query, Request, Response, status
from pydantic import BaseModel

from api import progress
from api.auth import needs
from api.bodies import Acting, Reason, author_of, way_of
from api.routing import Router
from api.submissions import WorkOrderFields, read_submission
from api.tickets import TicketView, view_ticket
from domain.access import Permission
from domain.cancellation import OrderCancellation
from domain.moment import Moment
from domain.work_order import IDEMPOTENCY_KEY_CHARACTERS_MAX, WorkOrder, work_order_id_for
from jobs.cancelling import cancel_order
from jobs.inbox import accept
from jobs.job import Env
from jobs.standing import WorkOrderState, standing

WAIT_SECONDS_MAX = 25.0  # below what a conversation client will wait for
LOOK_SECONDS_FIRST = 0.005
LOOK_SECONDS_MAX = 0.1


def _whole(schema: Any, named: dict[str, Any]) -> Any:
    """Return a JSON schema with what it refers to by name in place.

    In the API's document the names of a part would be looked for in the whole, and not found.
    """
    if isinstance(schema, list):
        return [_whole(part, named) for part in schema]
    if not isinstance(schema, dict):
        return schema
    known = named.get(schema.get("$ref", "").rpartition("/")[2], {})
    parts = {name: part for name, part in {**known, **schema}.items() if name != "$ref"}
    return {name: _whole(part, named) for name, part in parts.items() if name != "$defs"}


_FIELDS = WorkOrderFields.model_json_schema()

# The body is parsed by hand, because it may be either; this is what the document says of it.
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "Text, e-mail, HTML, JSON, XML, PDF, or a picture of "
                            "a page (PNG, JPEG, TIFF, GIF, BMP, WebP).",
                        },
                        "fields": {"type": "string", "description": "JSON object of facts"},
                    },
                }
            },
            "application/json": {"schema": _whole(_FIELDS, _FIELDS.get("$defs", {}))},
        },
    }
}


class Receipt(BaseModel):
    """What became of a work order so far.

    `ticket` is there once it exists, `cancellation` if the order was cancelled before.
    """

    work_order_id: str
    ticket_id: str
    received_at: Moment
    state: WorkOrderState
    reason: str | None = None
    ticket: TicketView | None = None
    cancellation: OrderCancellation | None = None


class CancelWorkOrder(Acting):
    """Who cancels a work order that is no ticket yet, and why."""

    reason: Reason


IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=IDEMPOTENCY_KEY_CHARACTERS_MAX,
        description="The same key gives the same answer for ever; another body under it, 409.",
    ),
]
Wait = Annotated[
    float,
    Query(ge=0, le=WAIT_SECONDS_MAX, description="Seconds to wait for the ticket."),
]


def routes(env: Env, *, document_bytes_max: int) -> APIRouter:
    """Return the routes of work orders over this store and queue."""
    router = Router()

    @router.post(
        "/work-orders",
        tags=["work orders"],
        dependencies=[needs(Permission.DRAFT)],
        status_code=status.HTTP_202_ACCEPTED,
        responses={status.HTTP_200_OK: {"model": Receipt, "description": "It is a ticket."}},
        openapi_extra=BODY,
    )
    async def accept_work_order(
        request: Request,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        wait: Wait = 0,
    ) -> Receipt:
        """Accept a work order: a document, or ticket fields as far as they are known.

        When this answers 202, the order is on the disk and becomes exactly one ticket.
        """
        submission = await read_submission(
            request, idempotency_key=idempotency_key, document_bytes_max=document_bytes_max
        )
        submission = submission.model_copy(update=way_of(request))
        order_id = work_order_id_for(idempotency_key) if idempotency_key else str(uuid4())
        order = await accept(env, submission, work_order_id=order_id)
        response.headers["Location"] = f"/tickets/{order.ticket_id}"
        if env.store.work_orders.is_cancelled(order.id):
            return await _receipt(env, order)
        receipt = _accepted(order)
        if wait:
            receipt = await _awaited(env, order, progress.streams_of(request.app), seconds=wait)
        if receipt.ticket:
            response.status_code = status.HTTP_200_OK
        return receipt

    router.include_router(progress.routes(env))  # the last path below would swallow them
    router.include_router(_routes_of_one(env))
    return router


def _routes_of_one(env: Env) -> APIRouter:
    """Return the routes of a work order that was accepted."""
    router = Router(tags=["work orders"])

    @router.post(
        "/work-orders/{work_order_id:path}/cancel", dependencies=[needs(Permission.DRAFT)]
    )
    async def cancel_work_order(
        work_order_id: str, body: CancelWorkOrder, request: Request
    ) -> Receipt:
        """Cancel a work order: it becomes no ticket. Once it is one, cancel the ticket.

        To cancel it again changes nothing; the first decision is shown.
        """
        by = author_of(request, body)
        await cancel_order(env, work_order_id, by=by, reason=body.reason)
        return await _receipt(env, await env.store.work_orders.get(work_order_id))

    @router.get("/work-orders/{work_order_id:path}", dependencies=[needs(Permission.READ)])
    async def get_work_order(work_order_id: str) -> Receipt:
        """Tell what became of a work order."""
        return await _receipt(env, await env.store.work_orders.get(work_order_id))

    return router


def _accepted(order: WorkOrder) -> Receipt:
    return Receipt(
        work_order_id=order.id,
        ticket_id=order.ticket_id,
        received_at=order.received_at,
        state=WorkOrderState.ACCEPTED,
    )


async def _receipt(env: Env, order: WorkOrder) -> Receipt:
    accepted = _accepted(order)
    now = await standing(env, order)
    told: dict[str, Any] = {"state": now.state, "reason": now.reason}
    if now.ticket:
        told["ticket"] = await view_ticket(env, now.ticket)
    return accepted.model_copy(update={**told, "cancellation": now.cancellation})


async def _awaited(
    env: Env, order: WorkOrder, streams: progress.Streams, *, seconds: float
) -> Receipt:
    """Return the receipt as soon as the order is no longer on its way, or when time is up."""
    pause = LOOK_SECONDS_FIRST
    receipt = await _receipt(env, order)
    async with streams.waiting(seconds):
        while receipt.state is WorkOrderState.ACCEPTED:
            await asyncio.sleep(pause)
            receipt = await _receipt(env, order)
            pause = min(LOOK_SECONDS_MAX, pause * 1.5)
    return receipt
