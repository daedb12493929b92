"""The door: nobody is let in without a good key, and not more often than it allows.

It stands before everything that reads a body, looks for a route, or tells what there is.
"""

import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.callers import Callers, StrangerError
from api.edge import is_of_dashboard
from api.problems import answer
from api.rate_limits import RateLimits, headers_of, too_many
from api.visits import SignedOutError, Visits
from domain.errors import Texas811Error, UnknownCallerError
from jobs.rates import Verdict
from logs import bind, masked
from storage.api_keys import ApiKey

# What says nothing of any work order, and is asked for before anybody has a key.
PUBLIC = frozenset(
    {
        "/dashboard/sign-in",
        "/dashboard/static/{name}",
        "/docs",
        "/docs/oauth2-redirect",
        "/gpt/openapi.json",
        "/healthz",
        "/livez",
        "/openapi.json",
        "/readyz",
        "/redoc",
    }
)
SHOWN_TO_ALL = "/dashboard/static/"  # what the sign-in page is dressed in
HOW = "Send a key as `Authorization: Bearer <key>` or as `X-API-Key: <key>`."
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="texas811"'}
POLICY_VIOLATION = 1008  # how a websocket is closed that nobody wants (RFC 6455)

log = logging.getLogger(__name__)


class Door:
    """Lets in who has a good key; the request then has it as `request.state.key`."""

    def __init__(
        self, app: ASGIApp, *, callers: Callers, visits: Visits, limits: RateLimits
    ) -> None:
        self._app = app
        self._callers = callers
        self._visits = visits
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        elif scope["type"] != "http" or is_public(scope["path"]):
            await self._app(scope, receive, send)
        else:
            await self._admit(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = scope["client"][0] if scope.get("client") else None
        try:
            key = await self._entered(scope, address)
        except SignedOutError as refusal:  # no key was tried, so there is nothing to count
            await answer(refusal, CHALLENGE)(scope, receive, send)
            return
        except UnknownCallerError as refusal:
            await (await self._refused(refusal, address))(scope, receive, send)
            return
        except Texas811Error as trouble:
            await _closed(trouble)(scope, receive, send)
            return
        bind(key_id=key.id)
        verdict = await self._limits.of_key(key)
        if not verdict.is_granted:
            await _too_often(f"The key {key.name}", verdict)(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["key"] = key
        # Anybody can write a trace into a request; whoever has a key may be asked why.
        if go_on := state.get("continue_trace"):
            go_on()
        await self._app(scope, receive, _telling(send, verdict))

    async def _refused(self, refusal: UnknownCallerError, address: str | None) -> Response:
        """Return the answer to who has no good key; who asks too often costs no look at the keys."""
        verdict = await self._callers.count_refusal(address)
        if not verdict.is_granted:
            return _too_often("Your address, without a good key,", verdict)
        if isinstance(refusal, StrangerError):
            try:
                refusal = await self._callers.locked_to_all() or refusal
            except Texas811Error as trouble:
                return _closed(trouble)
        return answer(refusal, CHALLENGE | headers_of(verdict))

    async def _entered(self, scope: Scope, address: str | None) -> ApiKey:
        """Return the key that is good for a request; into the dashboard, who is signed in comes.

        Raises UnknownCallerError if there is none, and UnavailableError if nobody can tell.
        """
        headers = Headers(scope=scope)
        if is_of_dashboard(scope["path"]):
            visit = await self._visits.of(headers)
            scope.setdefault("state", {})["visit"] = visit
            bind(by=masked(visit.name))
            return visit.key
        text = presented(headers)
        if text is None:
            raise StrangerError("This request came without a key.", field="key", remedy=HOW)
        return await self._callers.key_of(text, address)


def is_public(path: str) -> bool:
    """Is this shown to all?"""
    return path in PUBLIC or path.startswith(SHOWN_TO_ALL)


def presented(headers: Headers) -> str | None:
    """Return the key that came with a request; None if none did.

    Raises UnknownCallerError for what cannot be one key.
    """
    texts = {text.strip() for text in headers.getlist("x-api-key")}
    for text in headers.getlist("authorization"):
        scheme, _, credentials = text.strip().partition(" ")
        if scheme.lower() != "bearer":
            raise UnknownCallerError(
                "The Authorization is of another kind than Bearer.", field="key", remedy=HOW
            )
        texts.add(credentials.strip())
    if len(texts) > 1:
        raise UnknownCallerError(
            "Two different keys came with this request.", field="key", remedy=HOW
        )
    return next(iter(texts), None) or None


def _closed(trouble: Texas811Error) -> Response:
    log.error("nobody can be let in: %s", trouble.problem)
    return answer(trouble)


def _too_often(who: str, verdict: Verdict) -> Response:
    headers = headers_of(verdict) | {"Retry-After": str(verdict.reset_seconds)}
    return answer(too_many(verdict, who), headers)


def _telling(send: Send, verdict: Verdict) -> Send:
    """Return a `send` that says in the headers how many more requests are granted."""

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers_of(verdict))
        await send(message)

    return tell
