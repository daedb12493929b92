"""What leaves the dashboard: a refusal as a page, and all of it packed."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.dashboard.broadcast import LIVE_PATH
from api.dashboard.forms import local
from api.dashboard.rendering import page
from api.dashboard.signing_in import SIGN_IN_PATH
from api.edge import DASHBOARD, is_of_dashboard
from api.problems import MEDIA_TYPE

PACKED_LEVEL = 6
BODY_HEADERS = frozenset({b"content-length", b"content-type"})


class Pages:
    """Shows each refusal under /dashboard as a page, whoever in the application has refused."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packed = GZipMiddleware(self._shown, compresslevel=PACKED_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")  # the lifespan has none
        if scope["type"] != "http" or not is_of_dashboard(path) or path == LIVE_PATH:
            await self._app(scope, receive, send)
        elif path == f"{DASHBOARD}/":
            await _without_slash(scope)(scope, receive, send)
        elif scope["method"] == "HEAD":  # as GET; the server leaves the body out
            await self._packed({**scope, "method": "GET"}, receive, send)
        else:
            await self._packed(scope, receive, send)

    async def _shown(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal: Message | None = None
        told = bytearray()

        async def send_on(message: Message) -> None:
            nonlocal refusal
            if message["type"] == "http.response.start" and _is_refusal(message):
                refusal = message
            elif refusal is None:
                await send(message)
            elif message["type"] == "http.response.body":
                told.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    answer = _answer(Request(scope), json.loads(told), refusal)
                    await answer(scope, receive, send)

        await self._app(scope, receive, send_on)


def _without_slash(scope: Scope) -> Response:
    query = scope["query_string"].decode("latin-1")
    to = f"{DASHBOARD}?{query}" if query else DASHBOARD
    return RedirectResponse(to, HTTPStatus.PERMANENT_REDIRECT)


def _is_refusal(start: Message) -> bool:
    media_type = dict(start["headers"]).get(b"content-type", b"")
    return bool(media_type == MEDIA_TYPE.encode())


def _answer(request: Request, problem: dict[str, Any], start: Message) -> Response:
    """Return the page in place of a refusal; who only has to sign in is led there."""
    status = start["status"]
    if status == HTTPStatus.UNAUTHORIZED and request.method in ("GET", "HEAD"):
        return to_sign_in(request)
    answer = page(
        request,
        "problem.html",
        status=status,
        problems=problem["errors"],
        title=TITLES.get(status, "Not done"),
        remedy=REMEDIES.get(status),
        typed=getattr(request.state, "typed", {}),
        action=request.url.path if request.method == "POST" else None,
        back=_back(request),
        needs_sign_in=status == HTTPStatus.UNAUTHORIZED,
    )
    kept = [(name, value) for name, value in start["headers"] if name not in BODY_HEADERS]
    answer.raw_headers.extend(kept)
    return answer


TITLES = {
    HTTPStatus.NOT_FOUND: "There is no such page",
    HTTPStatus.METHOD_NOT_ALLOWED: "There is no such page",
    HTTPStatus.UNAUTHORIZED: "Sign in first",
    HTTPStatus.FORBIDDEN: "Not allowed",
    HTTPStatus.TOO_MANY_REQUESTS: "Too often",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong here",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not available now",
}
# Where the API's own words would not help a person with a browser.
REMEDIES = {
    HTTPStatus.METHOD_NOT_ALLOWED: "Use the links above.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Load the page again. If it stays, look for the request's "
    "id in the logs.",
}


def to_sign_in(request: Request) -> Response:
    """Lead to the sign-in, and from there back to where the request was going."""
    query = f"?{request.url.query}" if request.url.query else ""
    asked = urlencode({"next": f"{request.url.path}{query}"})
    return RedirectResponse(f"{SIGN_IN_PATH}?{asked}", HTTPStatus.SEE_OTHER)


def _back(request: Request) -> str:
    """Return the page on which a form stood, as its browser says; else the first one."""
    came_from = request.headers.get("referer", "")
    start = came_from.find(DASHBOARD)
    return local(came_from[start:]) if start > 0 else DASHBOARD
