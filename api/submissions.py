"""Parsing what a client hands in: a document as multipart, or facts as JSON."""

import json
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.json_bodies import check_charset, read_json_aside
from api.limits import too_large
from domain.audit import Actor
from domain.errors import RejectedError, WrongKindError
from domain.facts import TicketFacts
from domain.moment import StatedMoment
from domain.open_ticket.reading import is_open_ticket, read_open_ticket
from domain.work_order import Submission, plain_filename
from extraction import check

FORM_PARTS_MAX = 4


class WorkOrderFields(TicketFacts):
    """The ticket fields that a client may state, flat, each optional.

    `requested_at` is when the work was asked for; it needs a zone and defaults to now.
    """

    requested_at: StatedMoment | None = None


async def read_submission(
    request: Request, *, idempotency_key: str | None, document_bytes_max: int
) -> Submission:
    """Return what this request hands in.

    Raises RejectedError, TooLargeError or WrongKindError, naming field, problem and remedy;
    nothing has been kept then.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        if not await request.body():
            raise _not_an_object("The body is empty.", place="body")
        fields, left_out = _fields(request.state.json, place="body")
        if not fields.stated() and not fields.requested_at:
            raise RejectedError(
                "The work order says nothing.",
                field="body",
                remedy="State at least one ticket field, or send a document as `file`.",
            )
        return _submission(
            fields,
            left_out=left_out,
            actor=Actor.CUSTOM_GPT,
            idempotency_key=idempotency_key,
        )
    if media_type == "multipart/form-data":
        check_charset(request.headers)
        return await _from_form(request, idempotency_key, document_bytes_max)
    raise WrongKindError(
        f"A body of type {media_type or 'unknown'} is not read here.",
        field="Content-Type",
        remedy="Send multipart/form-data with a `file`, or application/json with ticket fields.",
    )


async def _from_form(
    request: Request, idempotency_key: str | None, document_bytes_max: int
) -> Submission:
    try:
        async with request.form(max_files=1, max_fields=FORM_PARTS_MAX) as form:
            upload, given = _only_file(form), _only_fields(form)
            document = await upload.read()
    except HTTPException as error:
        raise RejectedError(
            f"The form cannot be read: {error.detail}",
            field="body",
            remedy="Send one `file` and, if you like, `fields` with a JSON object.",
        ) from None
    if len(document) > document_bytes_max:
        raise too_large(document_bytes_max)
    check(document, filename=upload.filename, media_type=upload.content_type)
    said = await read_json_aside(given.encode(), place="fields") if given else {}
    fields, left_out = _fields(said, place="fields")
    return _submission(
        fields,
        left_out=left_out,
        document=document,
        filename=plain_filename(upload.filename),
        media_type=upload.content_type,
        idempotency_key=idempotency_key,
    )


def _only_file(form: FormData) -> UploadFile:
    unknown = sorted(set(form) - {"file", "fields"})
    if unknown:
        raise RejectedError(
            f"There is no form field {unknown[0]}.",
            field=unknown[0],
            remedy="Send the document as `file` and stated facts as a JSON object in `fields`.",
        )
    upload = form.get("file")
    if not isinstance(upload, UploadFile):
        raise RejectedError(
            "There is no document.",
            field="file",
            remedy="Send the work order as a file in the form field `file`.",
        )
    return upload


def _only_fields(form: FormData) -> str:
    given = form.getlist("fields")
    if len(given) > 1 or any(isinstance(part, UploadFile) for part in given):
        raise RejectedError(
            "The stated facts must be one form field.",
            field="fields",
            remedy="Send them once, as a JSON object, and not as a file.",
        )
    return str(given[0]) if given else ""


def _fields(given: object, *, place: str) -> tuple[WorkOrderFields, tuple[str, ...]]:
    """Return the stated facts, and what an Open Ticket says that has no place among them."""
    if not isinstance(given, dict):
        raise _not_an_object("There is no JSON object.", place=place)
    facts, left_out = _read_open_ticket(given) if is_open_ticket(given) else (given, ())
    # A conversation client writes "" and null for what it does not know.
    said = {
        name: value
        for name, value in facts.items()
        if value is not None and not (isinstance(value, str) and not value.strip())
    }
    try:
        return WorkOrderFields.model_validate(said), left_out
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from None


def _not_an_object(problem: str, *, place: str) -> RejectedError:
    return RejectedError(
        problem,
        field=place,
        remedy="Send one JSON object of ticket fields, for example "
        + json.dumps({"company": "Lone Star Boring", "county": "Travis"})
        + ".",
    )


def _read_open_ticket(given: dict[str, Any]) -> tuple[dict[str, object], tuple[str, ...]]:
    read = read_open_ticket(given)
    left_out = tuple(f"open_ticket: {fault.field}: {fault.message}" for fault in read.warnings)
    return read.facts.stated(), left_out


def _submission(fields: WorkOrderFields, **rest: Any) -> Submission:
    stated = TicketFacts.model_validate(fields.stated())
    return Submission(stated=stated, requested_at=fields.requested_at, **rest)
