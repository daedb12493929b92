"""Answers of members: one or many, by the center's number or by our own id of the ticket.

What a center or a member sends has the shape of Open Positive Response, and is answered by its
statuses: 201 taken, 202 taken in part, 400 malformed, 409 invalid or a duplicate, 422 no such
ticket, member or facility. A body that is no JSON at all is 422 here, as at every other route,
where the standard would have 400.
"""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.auth import needs
from api.bodies import Acting, Action, PersonName, author_of
from api.problems import Problem, answer, status_of
from api.routing import Router
from domain.access import Permission
from domain.audit import Actor
from domain.errors import (
    DuplicateError,
    MalformedError,
    NotFoundError,
    Texas811Error,
    TooLargeError,
)
from domain.following import Answer
from domain.moment import Moment
from domain.positive_response import PositiveResponse, read_positive_response
from domain.responding import Respondent
from domain.responses import MemberResponse, Outcome
from jobs.job import Env
from jobs.responding import Fate, record_answers, record_responses

RESPONSES_MAX = 500  # of one batch
SENDER = "Open Positive Response"  # who acts, where the sender names nobody

# What a client program may branch on; the sentences are for people.
CODES = {
    HTTPStatus.CREATED: "TAKEN",
    HTTPStatus.ACCEPTED: "TAKEN_IN_PART",
    HTTPStatus.BAD_REQUEST: "MALFORMED",
    HTTPStatus.CONFLICT: "INVALID",
    HTTPStatus.UNPROCESSABLE_ENTITY: "UNPROCESSABLE",
    HTTPStatus.SERVICE_UNAVAILABLE: "UNAVAILABLE",
}
DUPLICATE = "DUPLICATE"


class RecordedAnswer(BaseModel):
    """An answer as it was recorded."""

    id: str
    member_code: str
    facility: str | None
    outcome: Outcome
    is_late: bool
    response_date: Moment


class ResponseResult(BaseModel):
    """What became of one response: recorded, or why it was not, and what mends it.

    `status` is what it would have been answered with alone. Where a part of it was refused or not
    applied, `messages` says which.
    """

    status: int
    code: str
    field: str | None = None
    problem: str | None = None
    remedy: str | None = None
    suggested_values: list[str] = Field(default_factory=list)
    recorded: list[RecordedAnswer] = Field(default_factory=list)
    messages: list[str] = Field(default_factory=list)


class BatchResult(BaseModel):
    """What became of each response, in the order in which they were sent."""

    taken: int
    refused: int
    results: list[ResponseResult]


class RecordAnswers(Action):
    """Answers to one ticket, each judged as if it came alone."""

    responses: list[Answer] = Field(min_length=1, max_length=RESPONSES_MAX)


Sender = Annotated[
    PersonName | None,
    Query(description="Who hands this in; where nobody is named, the member itself."),
]
ONE: dict[int | str, dict[str, Any]] = {
    201: {"model": ResponseResult},
    202: {"model": ResponseResult, "description": "Taken in part; `messages` says what not."},
    **{status: {"model": Problem} for status in (400, 409, 422, 503)},
}
MANY: dict[int | str, dict[str, Any]] = {
    201: {"model": BatchResult, "description": "All were taken."},
    202: {"model": BatchResult, "description": "Each was taken in part."},
    207: {"model": BatchResult, "description": "They fared differently: see each."},
    **{
        status: {"model": BatchResult | Problem, "description": "None was taken."}
        for status in (400, 409, 422, 503)
    },
}


def routes(env: Env) -> APIRouter:
    """Return the routes of answers over this store."""
    router = Router(tags=["responses"], dependencies=[needs(Permission.FOLLOW)])

    @router.post("/positive-responses", responses=ONE, status_code=HTTPStatus.CREATED)
    async def record_positive_response(
        body: Annotated[Any, Body(json_schema_extra=_schema())],
        request: Request,
        by: Sender = None,
    ) -> JSONResponse:
        """Record one Open Positive Response; the ticket is found by the center's number."""
        response = read_positive_response(body)
        [result] = await _recorded(env, request, [response], by)
        if isinstance(result, Texas811Error):
            return answer(result)
        return JSONResponse(result.model_dump(mode="json"), result.status)

    @router.post("/positive-responses/batch", responses=MANY, status_code=HTTPStatus.CREATED)
    async def record_positive_responses(
        body: Annotated[Any, Body(json_schema_extra=_schema(are_many=True))],
        request: Request,
        by: Sender = None,
    ) -> JSONResponse:
        """Record many Open Positive Responses, each on its own, in their order.

        The same batch can be sent again: what was recorded is a DUPLICATE then, and stands. Only
        what stops the digging is taken anew where the same batch has taken it back.
        """
        read = [_read(one) for one in _listed(body)]
        good = [one for one in read if isinstance(one, PositiveResponse)]
        recorded = iter(await _recorded(env, request, good, by))
        return _answer_to_all(
            next(recorded) if isinstance(one, PositiveResponse) else one for one in read
        )

    router.include_router(_routes_of_a_ticket(env))
    return router


def _routes_of_a_ticket(env: Env) -> APIRouter:
    """Return the route of answers to a ticket that is named by its id."""
    router = Router()

    @router.post(
        "/tickets/{ticket_id:path}/responses", responses=MANY, status_code=HTTPStatus.CREATED
    )
    async def record_answers_to_ticket(
        ticket_id: str, body: RecordAnswers, request: Request
    ) -> JSONResponse:
        """Record answers to a ticket, each on its own, in their order; all in one change."""
        by = author_of(request, body)
        said = [Respondent(one, by) for one in body.responses]
        fates = await record_answers(env, ticket_id, said, by=by, version=body.version)
        return _answer_to_all(_result([one], []) for one in fates)

    return router


def _schema(*, are_many: bool = False) -> dict[str, Any]:
    """Return what the API's document says of a body that is parsed by hand."""
    fields = {
        name: {"type": "string"} for name in ("ticketNumber", "memberCode", "action", "comment")
    }
    one: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["ticketNumber", "memberCode", "facilityList", "action"],
        "properties": {
            **fields,
            "facilityList": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            "session": {"type": "string"},
            "attachmentList": {"type": "array", "items": {"type": "object"}},
            "geometry": {"type": "object"},
        },
    }
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": RESPONSES_MAX}
    return many if are_many else one


def _listed(body: Any) -> list[Any]:
    """Return the responses of a batch: a list, or an object that has it as `responses`."""
    wrapped = isinstance(body, dict) and body.keys() == {"responses"}
    listed = body["responses"] if wrapped else body
    if not isinstance(listed, list) or not listed:
        raise MalformedError(
            "A batch is a list of responses.",
            field="body",
            remedy='Send a JSON array of responses, or {"responses": [...]}.',
        )
    if len(listed) > RESPONSES_MAX:
        raise TooLargeError(
            f"A batch holds at most {RESPONSES_MAX} responses.",
            field="body",
            remedy="Send the rest in another batch.",
        )
    return listed


def _read(value: Any) -> PositiveResponse | Texas811Error:
    try:
        return read_positive_response(value)
    except Texas811Error as refusal:
        return refusal


async def _recorded(
    env: Env, request: Request, responses: Sequence[PositiveResponse], by: str | None
) -> list[ResponseResult | Texas811Error]:
    """Record responses of any tickets; what is taken is a result, what is not the reason.

    `by` is who hands them in; where nobody is named, each is its member's own.
    """
    acting = Acting(by=by or SENDER, actor=Actor.TEXAS811_PORTAL)
    sender = author_of(request, acting)
    said = []
    for one in responses:
        author = sender if by else sender.model_copy(update={"name": one.member_code})
        said.append((one.ticket_number, [Respondent(each, author) for each in one.answers()]))
    found = await record_responses(env, said, by=sender)
    return [
        _result(fates, [*one.not_applied(env.codes)])
        for one, fates in zip(responses, found, strict=True)
    ]


def _result(
    fates: Sequence[Fate], not_applied: Iterable[str]
) -> ResponseResult | Texas811Error:
    """Return what became of a response whose answers fared so; nothing taken is a failure."""
    taken = [one for one in fates if isinstance(one, MemberResponse)]
    failures = [one for one in fates if isinstance(one, Texas811Error)]
    if not taken:
        return failures[0]
    messages = [*not_applied, *(one.problem for one in failures)]
    status = HTTPStatus.ACCEPTED if messages else HTTPStatus.CREATED
    recorded = [
        RecordedAnswer.model_validate(one.model_dump(include=set(RecordedAnswer.model_fields)))
        for one in taken
    ]
    return ResponseResult(
        status=status, code=CODES[status], recorded=recorded, messages=messages
    )


def _told(result: ResponseResult | Texas811Error) -> ResponseResult:
    if isinstance(result, ResponseResult):
        return result
    # A ticket that is not there is, to a batch, a response that cannot be processed.
    is_gone = isinstance(result, NotFoundError)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_gone else status_of(result)
    return ResponseResult(
        status=status,
        code=DUPLICATE if isinstance(result, DuplicateError) else CODES[status],
        field=result.field,
        problem=result.problem,
        remedy=result.remedy,
        suggested_values=list(result.suggested_values),
    )


def _answer_to_all(fared: Iterable[ResponseResult | Texas811Error]) -> JSONResponse:
    results = [_told(one) for one in fared]
    statuses = {one.status for one in results}
    taken = sum(one.status < HTTPStatus.BAD_REQUEST for one in results)
    batch = BatchResult(taken=taken, refused=len(results) - taken, results=results)
    [status] = statuses if len(statuses) == 1 else {HTTPStatus.MULTI_STATUS}
    return JSONResponse(batch.model_dump(mode="json"), status)
