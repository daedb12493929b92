"""How a failure is shown: one shape for every error, RFC 9457 problem details.

Each names the field, the problem and the remedy; where several things are wrong, `errors`
lists them all.
"""

import logging
from collections.abc import Mapping
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from domain.errors import (
    ConflictError,
    NotFoundError,
    RejectedError,
    Texas811Error,
    TooLargeError,
    UnavailableError,
    WrongKindError,
)
from domain.facts import TicketFacts

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
ERRORS_MAX = 20
NAME_CHARACTERS_MAX = 80

STATUS_OF: dict[type[Texas811Error], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    RejectedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    WrongKindError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ConflictError: HTTPStatus.CONFLICT,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}

# What mends a value that pydantic refuses, by its kind of error.
REMEDIES = {
    "extra_forbidden": "Leave it out, or use the name of a ticket field.",
    "timezone_aware": "Write the time with its zone, for example 2026-11-23T08:00:00-06:00.",
    "missing": "Add it.",
    "string_too_long": "Shorten it.",
    "string_too_short": "Write it in full.",
    "enum": "Use one of the values listed in the problem.",
}

log = logging.getLogger(__name__)


class FieldProblem(BaseModel):
    """One thing that is wrong, where, and what mends it."""

    field: str | None = None
    problem: str
    remedy: str | None = None
    suggested_values: list[str] = Field(default_factory=list)


class Problem(FieldProblem):
    """An error: the first problem at the top, all of them in `errors`."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = Field(default_factory=list)


def install(app: FastAPI) -> None:
    """Make every failure of this application answer in the one shape."""
    app.add_exception_handler(Texas811Error, _on_failure)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_accident)


def field_problem(error: ErrorDetails) -> FieldProblem:
    """Return what was refused, in words for the sender; what the sender wrote is cut short."""
    origin, *place = [str(part) for part in error["loc"]] or [""]
    if origin not in ("body", "query", "header", "path"):
        place = [origin, *place]
    if error["type"] == "json_invalid":
        problem = "This is not JSON."
        return FieldProblem(field="body", problem=problem, remedy="Send one JSON object.")
    name = ".".join(place)[:NAME_CHARACTERS_MAX]
    name = name.title() if origin == "header" else name
    if error["type"] == "extra_forbidden":
        near = get_close_matches(name, TicketFacts.model_fields, n=3)
        remedy = f"Did you mean {' or '.join(near)}?" if near else REMEDIES["extra_forbidden"]
        problem = f"There is no field {name}."
        return FieldProblem(field=name, problem=problem, remedy=remedy, suggested_values=near)
    return FieldProblem(
        field=name or None,
        problem=f"{error['msg']}.",
        remedy=REMEDIES.get(error["type"], "Correct the value, or leave the field out."),
    )


def answer(failure: Texas811Error) -> JSONResponse:
    """Return the response for one of the named failures."""
    status = next(STATUS_OF[kind] for kind in type(failure).__mro__ if kind in STATUS_OF)
    first = FieldProblem(
        field=failure.field,
        problem=failure.problem,
        remedy=failure.remedy,
        suggested_values=list(failure.suggested_values),
    )
    waits = status is HTTPStatus.SERVICE_UNAVAILABLE
    return _response(
        status, [first], {"Retry-After": str(RETRY_AFTER_SECONDS)} if waits else None
    )


def _response(
    status: HTTPStatus, errors: list[FieldProblem], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    problem = Problem(
        **errors[0].model_dump(),
        title=status.phrase,
        status=status,
        detail=" ".join(filter(None, (errors[0].problem, errors[0].remedy))),
        errors=errors,
    )
    return JSONResponse(
        problem.model_dump(mode="json"), status, media_type=MEDIA_TYPE, headers=headers
    )


async def _on_failure(_request: Request, failure: Any) -> JSONResponse:
    if isinstance(failure, UnavailableError):
        log.error("unavailable: %s", failure.problem)
    return answer(failure)


async def _on_invalid_request(_request: Request, failure: Any) -> JSONResponse:
    errors = [field_problem(error) for error in failure.errors()[:ERRORS_MAX]]
    return _response(HTTPStatus.UNPROCESSABLE_ENTITY, errors)


async def _on_http_error(request: Request, failure: Any) -> JSONResponse:
    problem = FieldProblem(
        field="path" if failure.status_code in (404, 405) else None,
        problem=f"{request.method} {request.url.path}: {failure.detail}.",
        remedy="See /docs for what there is.",
    )
    return _response(HTTPStatus(failure.status_code), [problem], failure.headers)


async def _on_accident(request: Request, failure: Exception) -> JSONResponse:
    log.error("accident in %s %s", request.method, request.url.path, exc_info=failure)
    problem = FieldProblem(
        problem="Something went wrong on our side; it has been logged.",
        remedy="Send the same request again with its Idempotency-Key: it cannot take effect twice.",
    )
    return _response(HTTPStatus.INTERNAL_SERVER_ERROR, [problem])
