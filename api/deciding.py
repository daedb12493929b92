"""What a named person decides in a conversation, and what became of a ticket afterwards.

Each of these may be sent again: what was done stays done, and is shown. The other operations of a
conversation are in `api.conversation`.
"""

from collections.abc import Sequence
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.auth import needs
from api.conversation import TicketId
from api.deeds import Deed, cancellation, confirmation, site_of, submission
from api.gpt_bodies import (
    SESSION_KEY_CHARACTERS_MAX,
    AnswerSaid,
    CancelTicket,
    ConfirmTicket,
    RecordResponses,
    RecordSubmission,
)
from api.routing import Router
from api.sentences import by_both_clocks
from api.talking import Exchange, Exchanged, operation
from api.turns import Cut, Turn
from domain.access import Permission
from domain.errors import RejectedError, Texas811Error
from domain.following import Answer
from domain.moment import Moment
from domain.responding import Respondent
from domain.responses import MemberResponse
from domain.spoken_days import Here
from domain.taking import Refusal, Taken
from domain.ticket import Ticket, TicketStatus
from jobs.acting import act
from jobs.finding import Search, find_tickets
from jobs.job import Env
from jobs.responding import record_answers
from storage.entry import Entry
from storage.queries import TicketQuery

FOUND_MAX = 10
TOLD_MAX = 5
TEXT_CHARACTERS_MAX = 200


class FoundTicket(BaseModel):
    """One ticket in a short list."""

    ticket_id: str
    status: TicketStatus
    gap_count: int
    company: str | None = None
    county: str | None = None
    city: str | None = None
    type_of_work: str | None = None
    work_order_ref: str | None = None
    updated_at: Moment

    @classmethod
    def of(cls, ticket: Ticket | Entry) -> Self:
        cut = Cut(TEXT_CHARACTERS_MAX)
        names = set(cls.model_fields) - {"ticket_id"}
        return cls.model_validate(
            {
                "ticket_id": ticket.id,
                **{name: cut.value(getattr(ticket, name)) for name in names},
            }
        )


class FoundTickets(BaseModel):
    """The latest changed tickets that were asked for; `total` says how many there are in all."""

    tickets: list[FoundTicket]
    total: int
    next_offset: int | None = None


class Wanted(BaseModel):
    """Which tickets are asked for; all that is asked must be true of a ticket."""

    model_config = ConfigDict(extra="forbid")

    session_key: str | None = Field(
        None,
        max_length=SESSION_KEY_CHARACTERS_MAX,
        description="Finds the one ticket of this session, whatever else is asked.",
    )
    status: TicketStatus | None = Field(None, description="Where the ticket stands.")
    county: str | None = Field(
        None, max_length=TEXT_CHARACTERS_MAX, description="A county of Texas."
    )
    text: str | None = Field(
        None,
        max_length=TEXT_CHARACTERS_MAX,
        description="Words that all stand in the ticket, as a work order number or a street.",
    )
    limit: int = Field(FOUND_MAX, ge=1, le=FOUND_MAX, description="How many to show.")
    offset: int = Field(0, ge=0, le=2**53, description="The `next_offset` of the page before.")


Decision = ConfirmTicket | CancelTicket | RecordSubmission | RecordResponses


def routes(env: Env) -> APIRouter:
    """Return the routes of decisions over this store."""
    router = Router(prefix="/gpt", tags=["gpt"])
    router.include_router(_drafting(env))
    router.include_router(_following(env))

    @router.get(
        "/tickets",
        summary="Find Tickets",
        **operation("findTickets"),
        dependencies=[needs(Permission.READ)],
    )
    async def find(asked: Annotated[Wanted, Query()]) -> FoundTickets:
        """Find tickets, or the one that this conversation is about."""
        if asked.session_key:
            return await _of_session(env, asked.session_key)
        query = TicketQuery(status=asked.status, county=asked.county, text=asked.text)
        page = await find_tickets(
            env.store, Search(query), env.clock(), limit=asked.limit, offset=asked.offset
        )
        seen = asked.offset + len(page.entries)
        return FoundTickets(
            tickets=[FoundTicket.of(entry) for entry in page.entries],
            total=page.total,
            next_offset=seen if page.entries and seen < page.total else None,
        )

    return router


def _drafting(env: Env) -> APIRouter:
    router = Router(dependencies=[needs(Permission.DRAFT)])

    @router.post(
        "/tickets/{ticket_id}/confirm",
        **operation("confirmTicket", asks_first=True),
    )
    async def confirm_ticket(
        ticket_id: TicketId, body: ConfirmTicket, exchange: Exchanged
    ) -> Turn:
        """Confirm the packet, as `version` has it, in the name of the person who read it.

        Its fields are locked from here on. An emergency must be attested by that person.
        """
        return await _once(env, ticket_id, body, confirmation(body), exchange)

    @router.post(
        "/tickets/{ticket_id}/cancel",
        **operation("cancelTicket", asks_first=True),
    )
    async def cancel_ticket(
        ticket_id: TicketId, body: CancelTicket, exchange: Exchanged
    ) -> Turn:
        """Give a ticket up for good, in the name of the person who decided it, and say why.

        Once the center knows the ticket, `sent_to_center` must say whether it was told.
        """
        return await _once(env, ticket_id, body, cancellation(body), exchange)

    return router


def _following(env: Env) -> APIRouter:
    router = Router(dependencies=[needs(Permission.FOLLOW)])

    @router.post(
        "/tickets/{ticket_id}/submission",
        **operation("recordSubmission", asks_first=True),
    )
    async def record_submission(
        ticket_id: TicketId, body: RecordSubmission, exchange: Exchanged
    ) -> Turn:
        """Record that a person keyed the packet in: the center's number, the notice, the members.

        Every legal date follows from the time of the notice. Send it again with members that
        were missing.
        """
        return await _once(env, ticket_id, body, submission(body), exchange)

    @router.post(
        "/tickets/{ticket_id}/responses",
        **operation("recordResponses"),
    )
    async def record_responses(
        ticket_id: TicketId, body: RecordResponses, exchange: Exchanged
    ) -> Turn:
        """Record what members answered, each on its own; what could not be taken is in `refused`."""
        return await _answered(env, ticket_id, body, exchange)

    return router


async def _answered(
    env: Env, ticket_id: str, body: RecordResponses, exchange: Exchange
) -> Turn:
    """Record answers, each on its own, and return the turn that reads them back."""
    talk = exchange.talk(env, body)
    version = exchange.version(body)
    place = site_of(await env.store.tickets.get(ticket_id), env.clock())
    read = [_read(one, place) for one in body.responses]
    said = [Respondent(one, talk.by) for one in read if isinstance(one, Answer)]
    outcomes = await record_answers(env, ticket_id, said, by=talk.by, version=version)
    unread = [one for one in read if isinstance(one, RejectedError)]
    failures = [*unread, *(one for one in outcomes if isinstance(one, Texas811Error))]
    if len(failures) == len(read):
        raise failures[0]
    ticket = await env.store.tickets.get(ticket_id)
    exchange.tell_version(ticket)
    return await talk.answer(
        ticket,
        step="record_responses",
        taken=Taken(refused=[Refusal.of("responses", one) for one in failures]),
        told=_told(ticket, [one for one in outcomes if isinstance(one, MemberResponse)]),
    )


def _read(said: AnswerSaid, place: Here) -> Answer | RejectedError:
    """Return an answer, or why its time was not read."""
    try:
        return said.answer(place)
    except RejectedError as refusal:
        return refusal


def _told(ticket: Ticket, recorded: Sequence[MemberResponse]) -> str:
    """Return which answers were recorded, and when each was given, to be read back."""
    lines = [
        f"{one.member_code}{f' ({one.facility})' if one.facility else ''} answered {one.outcome}, "
        f"{by_both_clocks(one.response_date, ticket)}"
        for one in recorded[:TOLD_MAX]
    ]
    more = len(recorded) - len(lines)
    return f"Recorded: {'; '.join(lines)}{f'; and {more} more' if more else ''}."


async def _once(
    env: Env, ticket_id: str, body: Decision, deed: Deed, exchange: Exchange
) -> Turn:
    """Make a step that a named person makes once; sent again, it is found done and shown."""
    talk, version = exchange.talk(env, body), exchange.version(body)
    ticket = await env.store.tickets.get(ticket_id)
    if not deed.is_done(ticket, env.clock()):
        ticket = await act(env, ticket_id, deed.step, by=talk.by, version=version)
    exchange.tell_version(ticket)
    return await talk.answer(ticket, step=deed.name)


async def _of_session(env: Env, key: str) -> FoundTickets:
    """Return the ticket of a session. Raises NotFoundError if there is no such session."""
    session = await env.sessions.get(key, now=env.clock())
    ticket = await env.store.tickets.find(session.ticket_id) if session.ticket_id else None
    found = [FoundTicket.of(ticket)] if ticket else []
    return FoundTickets(tickets=found, total=len(found), next_offset=None)
