"""How a failure is shown: one shape for every error, RFC 9457 problem details.

Each names the field, the problem and the remedy; where several things are wrong, `errors`
lists them all.
"""

import logging
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.edge import told_path
from domain.errors import (
    ConflictError,
    ForbiddenError,
    MalformedError,
    NotFoundError,
    RejectedError,
    Texas811Error,
    TooLargeError,
    TooManyRequestsError,
    UnavailableError,
    UnknownCallerError,
    WrongKindError,
)
from domain.facts import TicketFacts

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
ERRORS_MAX = 20
NAME_CHARACTERS_MAX = 80
PATH_CHARACTERS_MAX = 200


class TooSlowError(RejectedError):
    """The request did not come within a named time: send it at once."""


STATUS_OF: dict[type[Texas811Error], HTTPStatus] = {
    UnknownCallerError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    NotFoundError: HTTPStatus.NOT_FOUND,
    RejectedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooSlowError: HTTPStatus.REQUEST_TIMEOUT,
    WrongKindError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    MalformedError: HTTPStatus.BAD_REQUEST,
    ConflictError: HTTPStatus.CONFLICT,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}

# What mends a value that pydantic refuses, by its kind of error.
REMEDIES = {
    "extra_forbidden": "Leave it out, or use the name of a field that there is.",
    "timezone_aware": "Write the time with its zone, for example 2026-11-23T08:00:00-06:00.",
    "missing": "Add it.",
    "string_too_long": "Shorten it.",
    "string_too_short": "Write it in full.",
    "enum": "Use one of the values listed in the problem.",
    "literal_error": "Use one of the values listed in the problem.",
}
CORRECT = "Correct the value; a field that is not required may also be left out."
QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")  # a value, as pydantic lists what it expected

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


# What any operation may answer.
RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Problem, "description": "The request is refused."},
    "503": {
        "model": Problem,
        "description": "Something that is needed does not answer; nothing was changed.",
        "headers": {
            "Retry-After": {
                "description": "Seconds after which to send the same request again.",
                "required": True,
                "schema": {"type": "integer"},
            }
        },
    },
}


def install(app: FastAPI) -> None:
    """Make every failure of this application answer in the one shape."""
    app.add_exception_handler(Texas811Error, _on_failure)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)
    app.add_exception_handler(Exception, _on_accident)


def documented(document: dict[str, Any]) -> dict[str, Any]:
    """Give the problems in the API's document the media type with which they are sent."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                _name_media_type(response.get("content", {}))
    return document


def _name_media_type(content: dict[str, Any]) -> None:
    shown = content.get("application/json", {}).get("schema", {})
    either = shown.get("anyOf", [shown])
    problems = [one for one in either if str(one.get("$ref")).endswith(f"/{Problem.__name__}")]
    if not problems:
        return
    content[MEDIA_TYPE] = {"schema": problems[0]}
    others = [one for one in either if one not in problems]
    if others:
        content["application/json"]["schema"] = {"anyOf": others}
    else:
        del content["application/json"]


def field_problem(
    error: ErrorDetails, names: Collection[str] = TicketFacts.model_fields
) -> FieldProblem:
    """Return what was refused, in words for the sender; what the sender wrote is cut short.

    `names` are those of the fields that there are, where one is not.
    """
    origin, *place = [str(part) for part in error["loc"]] or [""]
    if origin not in ("body", "query", "header", "path"):
        place = [origin, *place]
    if error["type"] == "json_invalid":
        problem = "This is not JSON."
        return FieldProblem(field="body", problem=problem, remedy="Send one JSON object.")
    if origin in ("query", "header"):
        place = place[:1]  # of a list, too, the client knows only the name
    name = ".".join(place)[:NAME_CHARACTERS_MAX]
    name = name.title() if origin == "header" else name
    if error["type"] == "extra_forbidden":
        near = get_close_matches(name, names, n=3)
        remedy = f"Did you mean {' or '.join(near)}?" if near else REMEDIES["extra_forbidden"]
        problem = f"There is no field {name}."
        return FieldProblem(field=name, problem=problem, remedy=remedy, suggested_values=near)
    return FieldProblem(
        field=name or ("body" if origin == "body" else None),
        problem=f"{error['msg']}.",
        remedy=REMEDIES.get(error["type"], CORRECT),
        suggested_values=_expected(error),
    )


def _expected(error: ErrorDetails) -> list[str]:
    """Return the values of which one was expected, where they can be listed."""
    if error["type"] not in ("enum", "literal_error"):
        return []
    listed = QUOTED.findall(error["ctx"]["expected"])
    return [single or double for single, double in listed]


def status_of(failure: Texas811Error) -> HTTPStatus:
    """Return the status of one of the named failures."""
    return next(STATUS_OF[kind] for kind in type(failure).__mro__ if kind in STATUS_OF)


def answer(failure: Texas811Error, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the response for one of the named failures."""
    status = status_of(failure)
    first = FieldProblem(
        field=failure.field,
        problem=failure.problem,
        remedy=failure.remedy,
        suggested_values=list(failure.suggested_values),
    )
    return _response(status, [first], headers)


def refusal(
    status: HTTPStatus, problem: FieldProblem, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return the response for what HTTP itself does not admit."""
    return _response(status, [problem], headers)


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
    waits = status is HTTPStatus.SERVICE_UNAVAILABLE
    retry = {"Retry-After": str(RETRY_AFTER_SECONDS)} if waits else {}
    return JSONResponse(
        problem.model_dump(mode="json"),
        status,
        media_type=MEDIA_TYPE,
        headers={**retry, **(headers or {})},
    )


async def _on_failure(_request: Request, failure: Any) -> JSONResponse:
    if isinstance(failure, UnavailableError):
        log.error("unavailable: %s", failure.problem)
    return answer(failure)


async def _on_invalid_request(request: Request, failure: Any) -> JSONResponse:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if isinstance(failure.body, bytes):  # it was not taken for JSON
        return answer(
            WrongKindError(
                f"A body of type {media_type[:NAME_CHARACTERS_MAX] or 'unknown'} is not read here.",
                field="Content-Type",
                remedy="Send application/json.",
            )
        )
    errors = [
        field_problem(error, _asked_of(request))
        if error["loc"][:1] == ("query",)
        else field_problem(error)
        for error in failure.errors()[:ERRORS_MAX]
    ]
    return _response(HTTPStatus.UNPROCESSABLE_ENTITY, errors)


def _asked_of(request: Request) -> Collection[str]:
    """Return what can be asked of a route that takes its query as one model."""
    asked = request.scope["route"].dependant.query_params
    models = [one.field_info.annotation for one in asked]
    return [name for one in models for name in getattr(one, "model_fields", ())]


async def _on_http_error(request: Request, failure: Any) -> JSONResponse:
    problem = FieldProblem(
        field="path" if failure.status_code in (404, 405) else None,
        problem=f"{request.method} {_path(request)}: {failure.detail}.",
        remedy="See /docs for what there is.",
    )
    return _response(HTTPStatus(failure.status_code), [problem], failure.headers)


async def _on_disconnect(_request: Request, _failure: Any) -> Response:
    return Response(status_code=HTTPStatus.BAD_REQUEST)  # nobody is there to read it


async def _on_accident(request: Request, failure: Exception) -> JSONResponse:
    path = told_path(request.scope["path"])
    log.error("accident in %s %s", request.method, path, exc_info=failure)
    problem = FieldProblem(
        problem="Something went wrong on our side; it has been logged.",
        remedy="Send the same request again with its Idempotency-Key: it cannot take effect twice.",
    )
    return _response(HTTPStatus.INTERNAL_SERVER_ERROR, [problem])


def _path(request: Request) -> str:
    """Return what was asked for, cut short; `request.url` would fail on an odd Host header."""
    path: str = request.scope["path"]
    return path[:PATH_CHARACTERS_MAX]
