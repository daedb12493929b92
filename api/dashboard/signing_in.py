"""Signing in and out: a key opens the dashboard, and a person says who uses it.

A key speaks for a program, never for a person, and what is done here is done by a person.
"""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import needs
from api.callers import Callers
from api.dashboard.desk import Desk
from api.dashboard.forms import (
    author_of,
    check_origin,
    line_of,
    local,
    own_form,
    read_form,
)
from api.dashboard.rendering import page, visit_of
from api.edge import DASHBOARD
from api.problems import status_of
from api.rate_limits import headers_of, too_many
from api.routing import Router
from api.visits import SignedOutError
from domain.access import Permission
from domain.errors import (
    RejectedError,
    Texas811Error,
    TooManyRequestsError,
    UnavailableError,
)
from jobs.rates import Verdict
from jobs.visiting import signed_in, signed_out
from logs import bind, masked
from storage.api_keys import PERSON_CHARACTERS_MAX, ApiKey

SIGN_IN_PATH = f"{DASHBOARD}/sign-in"
SIGN_OUT_PATH = f"{DASHBOARD}/sign-out"
ELSEWHERE = frozenset({"cross-site", "same-site"})

log = logging.getLogger(__name__)


def routes(desk: Desk, callers: Callers) -> APIRouter:
    """Return the routes by which people come in and leave."""
    router = Router(include_in_schema=False)
    visits = desk.visits

    @router.get(SIGN_IN_PATH)
    async def get_sign_in(request: Request) -> Response:
        """Ask who comes; whoever is signed in goes on at once."""
        to = local(request.query_params.get("next", ""))
        try:
            await visits.of(request.headers)
        except SignedOutError:
            return _form(request, to, refusal=await callers.locked_to_all())
        return RedirectResponse(to, HTTPStatus.SEE_OTHER)

    @router.post(SIGN_IN_PATH)
    async def post_sign_in(request: Request) -> Response:
        """Sign a person in; a refusal keeps what was typed, but not the key."""
        fields: dict[str, list[str]] = {}
        try:
            check_origin(request)
            fields = await read_form(request)
            name = line_of(fields.get("name", [""])[0], "name", PERSON_CHARACTERS_MAX)
            text = fields.get("key", [""])[0].strip()
            key = await callers.key_of(text, _address(request))
            _check_use(request, key, await callers.count_use(key))
        except (UnavailableError, TooManyRequestsError) as trouble:
            return _refused(request, fields, trouble)
        except RejectedError as refusal:
            return _refused(request, fields, await _counted(request, callers, refusal))
        response = RedirectResponse(_next(fields), HTTPStatus.SEE_OTHER)
        await visits.begin(response, key, name)
        bind(key_id=key.id, by=masked(name))
        log.info("signed in to the dashboard", extra={"address": _address(request)})
        by = author_of(request).model_copy(update={"name": name, "key_id": key.id})
        await signed_in(desk.env, by=by)
        return response

    router.include_router(_leaving(desk))
    return router


def _leaving(desk: Desk) -> APIRouter:
    router = Router(include_in_schema=False, dependencies=[needs(Permission.READ)])

    @router.post(SIGN_OUT_PATH)
    async def post_sign_out(request: Request) -> Response:
        """Sign out: the visit has ended, also where its cookie was copied to."""
        await own_form(request)
        by = author_of(request)
        response: Response = RedirectResponse(SIGN_IN_PATH, HTTPStatus.SEE_OTHER)
        log.info("signed out of the dashboard", extra={"address": _address(request)})
        try:
            if visit := visit_of(request):
                await desk.visits.end(visit)
        except UnavailableError as trouble:  # this browser forgets it all the same
            request.state.visit = None
            response = _form(
                request, DASHBOARD, refusal=trouble, status=HTTPStatus.SERVICE_UNAVAILABLE
            )
        desk.visits.forget(response)
        await signed_out(desk.env, by=by)
        return response

    return router


def _check_use(request: Request, key: ApiKey, verdict: Verdict) -> None:
    """Raise TooManyRequestsError for a key that is used too often: each sign-in is written down."""
    if not verdict.is_granted:
        raise _too_often(request, verdict, f"The key {key.name}")


async def _counted(request: Request, callers: Callers, refusal: RejectedError) -> RejectedError:
    """Count who was refused, and return the refusal; for who comes too often, that he does.

    Whatever was wrong: who sends nonsense is a stranger like any other.
    """
    address = _address(request)
    log.warning("sign-in refused: %s", refusal.problem, extra={"address": address})
    verdict = await callers.count_refusal(address)
    if verdict.is_granted:
        return refusal
    return _too_often(request, verdict, "Your address, without a good key,")


def _too_often(request: Request, verdict: Verdict, who: str) -> TooManyRequestsError:
    request.state.told = headers_of(verdict) | {"Retry-After": str(verdict.reset_seconds)}
    return too_many(verdict, who)


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


def _next(fields: dict[str, list[str]]) -> str:
    return local(fields.get("next", [""])[0])


def _refused(
    request: Request, fields: dict[str, list[str]], refusal: Texas811Error
) -> Response:
    name = fields.get("name", [""])[0]
    response = _form(
        request, _next(fields), refusal=refusal, name=name, status=status_of(refusal)
    )
    response.headers.update(getattr(request.state, "told", {}))
    return response


def _form(
    request: Request,
    to: str,
    *,
    refusal: Texas811Error | None,
    name: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    """Return the page that asks who comes.

    A browser that was led here from elsewhere has kept the cookie back: it is sent once more from
    here, and is let in if it has one.
    """
    from_elsewhere = request.headers.get("sec-fetch-site") in ELSEWHERE
    values: dict[str, Any] = {
        "to": to,
        "refusal": refusal,
        "field": refusal.field if isinstance(refusal, RejectedError) else None,
        "name": name,
        "once_more": to if from_elsewhere and request.method == "GET" else None,
    }
    return page(request, "sign_in.html", status=status, **values)
