"""The edge of the application: each request gets its id, each answer its headers, each a line.

Outermost, so that it also holds for what is refused further in.
"""

import logging
import re
import secrets
import time
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.latency import Latencies
from jobs import traces
from logs import bind, bound

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
# The platform's own name for it first: by that its logs of the edge are found.
REQUEST_ID_HEADERS = ("x-railway-request-id", "x-request-id")
ADDRESS_HEADER = "x-real-ip"
ADDRESS = re.compile(r"[0-9A-Fa-f.:]{2,45}")

# Source: OWASP, HTTP Headers Cheat Sheet and REST Security Cheat Sheet.
SECURITY_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# The pages for people: what they show comes from here alone, and nothing of it is inline. A form
# tells us by its Origin where it stands, which `no-referrer` would take out.
DASHBOARD = "/dashboard"
PAGE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}
HTTPS_ONLY = "max-age=31536000; includeSubDomains"
# These show a page, whose parts they name themselves.
PAGES = ("/docs", "/redoc")
TOLD_CHARACTERS_MAX = 200
PATH_CHARACTERS_MAX = 200
# Whoever knows the key of a conversation can go on with it.
SESSION_PATH = re.compile("/sessions/.+", re.DOTALL | re.IGNORECASE)
READING = frozenset({"GET", "HEAD", "OPTIONS"})

log = logging.getLogger(__name__)


class Edge:
    """Names, protects and logs. `is_behind_proxy`: what the proxy says of the client is true.

    How soon each answer begins is added to the `latencies`.
    """

    def __init__(
        self, app: ASGIApp, *, is_behind_proxy: bool, latencies: Latencies | None = None
    ) -> None:
        self._app = app
        self._latencies = latencies or Latencies()
        self._is_behind_proxy = is_behind_proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        if self._is_behind_proxy and ADDRESS.fullmatch(headers.get(ADDRESS_HEADER, "")):
            scope["client"] = (headers[ADDRESS_HEADER], 0)
        entered = traces.span(scope["method"], traces.Kind.SERVER)
        if given := _trace(headers):  # for who lets the request in
            scope["state"]["continue_trace"] = partial(_follow, entered, scope["method"], given)
        status, started = 0, time.perf_counter()

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._latencies.note(scope, status, time.perf_counter() - started)
                self._protect(MutableHeaders(scope=message), scope["path"], request_id)
            await send(message)

        with (
            entered,
            bound(request_id=request_id, trace_id=entered.trace.trace_id),
        ):
            try:
                await self._app(scope, receive, send_on)
            finally:
                _tell(scope, status, (time.perf_counter() - started) * 1000)
                _describe(entered.span, scope, status)

    def _protect(self, headers: MutableHeaders, path: str, request_id: str) -> None:
        headers["X-Request-Id"] = request_id
        if is_of_dashboard(path):
            headers.update(PAGE_HEADERS)
        for name, value in SECURITY_HEADERS.items():
            if not (name == "Content-Security-Policy" and path.startswith(PAGES)):
                headers.setdefault(name, value)
        if self._is_behind_proxy:
            headers.setdefault("Strict-Transport-Security", HTTPS_ONLY)


def is_of_dashboard(path: str) -> bool:
    """Is this one of the pages for people?"""
    return path == DASHBOARD or path.startswith(f"{DASHBOARD}/")


def told_path(path: str) -> str:
    """Return a path as it may be told: cut short, and without the key of a conversation."""
    return SESSION_PATH.sub("/sessions/...", path)[:PATH_CHARACTERS_MAX]


def _request_id(headers: Headers) -> str:
    """Return the id that the request came with, if it can be one, else a new one."""
    given = (headers.get(name, "") for name in REQUEST_ID_HEADERS)
    return next(filter(REQUEST_ID.fullmatch, given), None) or secrets.token_hex(16)


def _trace(headers: Headers) -> traces.Trace | None:
    """Return the trace that the request belongs to, if it says one, and not several."""
    given = headers.getlist("traceparent")
    return traces.read(given[0]) if len(given) == 1 else None


def _follow(entered: traces.span, method: str, trace: traces.Trace) -> None:
    """Go on in the trace that a request says it belongs to."""
    entered.follow(method, traces.Kind.SERVER, trace)
    bind(trace_id=trace.trace_id)


def _describe(span: traces.Span, scope: Scope, status: int) -> None:
    """Say of a request what the semantic conventions of OpenTelemetry for HTTP ask."""
    route = getattr(scope.get("route"), "path", None)
    if route:
        span.name(f"{scope['method']} {route}")
    span.say(
        lambda: {
            "http.request.method": scope["method"],
            "http.route": route,
            "url.path": told_path(scope["path"]),
            "url.scheme": scope["scheme"],
            "http.response.status_code": status or None,
        }
    )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        span.fail(str(status))


def _tell(scope: Scope, status: int, milliseconds: float) -> None:
    """Log what was changed or went wrong; what was only read, where everything is logged."""
    is_told = scope["method"] not in READING or status >= HTTPStatus.BAD_REQUEST
    told = {
        "method": scope["method"],
        "path": told_path(scope["path"]),  # without the query, which may name people
        "status": status,
        "ms": round(milliseconds, 1),
        "address": scope["client"][0] if scope.get("client") else None,
        **{
            name: str(value)[:TOLD_CHARACTERS_MAX]
            for name, value in scope.get("path_params", {}).items()
            if name.endswith("_id")  # a log record has a `name` of its own
        },
    }
    log.log(logging.INFO if is_told else logging.DEBUG, "request", extra=told)
