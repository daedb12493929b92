"""The door: nobody is let in without a good key, and not more often than it allows.

It stands before everything that reads a body, looks for a route, or tells what there is.
"""

import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import answer
from api.rate_limits import RateLimits, headers_of, too_many
from domain.errors import Texas811Error, UnknownCallerError
from jobs.job import Env
from jobs.rates import Verdict
from storage.api_keys import ApiKey

# What says nothing of any work order, and is asked for before anybody has a key.
PUBLIC = frozenset(
    {
        "/docs",
        "/docs/oauth2-redirect",
        "/gpt/openapi.json",
        "/healthz",
        "/openapi.json",
        "/redoc",
    }
)
HOW = "Send a key as `Authorization: Bearer <key>` or as `X-API-Key: <key>`."
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="texas811"'}
POLICY_VIOLATION = 1008  # how a websocket is closed that nobody wants (RFC 6455)

log = logging.getLogger(__name__)


class StrangerError(UnknownCallerError):
    """Who asks has no key, or one that nobody here has made: come with one."""


class Door:
    """Lets in who has a good key; the request then has it as `request.state.key`."""

    def __init__(self, app: ASGIApp, *, env: Env, limits: RateLimits) -> None:
        self._app = app
        self._env = env
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        elif scope["type"] != "http" or scope["path"] in PUBLIC:
            await self._app(scope, receive, send)
        else:
            await self._admit(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = scope["client"][0] if scope.get("client") else None
        try:
            key = await self._key(Headers(scope=scope), address)
        except UnknownCallerError as refusal:
            await (await self._refused(refusal, address))(scope, receive, send)
            return
        except Texas811Error as trouble:
            await _closed(trouble)(scope, receive, send)
            return
        verdict = await self._limits.of_key(key)
        if not verdict.is_granted:
            await _too_often(f"The key {key.name}", verdict)(scope, receive, send)
            return
        scope.setdefault("state", {})["key"] = key
        await self._app(scope, receive, _telling(send, verdict))

    async def _refused(self, refusal: UnknownCallerError, address: str | None) -> Response:
        """Return the answer to who has no good key; who asks too often costs no look at the keys."""
        verdict = await self._limits.of_stranger(address, refused=1)
        if not verdict.is_granted:
            return _too_often("Your address, without a good key,", verdict)
        if isinstance(refusal, StrangerError):
            try:
                refusal = await self._locked_to_all() or refusal
            except Texas811Error as trouble:
                return _closed(trouble)
        return answer(refusal, CHALLENGE | headers_of(verdict))

    async def _key(self, headers: Headers, address: str | None) -> ApiKey:
        """Return whose key came with a request.

        Raises UnknownCallerError if it is not good for anything, and UnavailableError if nobody
        can tell.
        """
        proofs = self._env.store.key_proofs
        text = presented(headers)
        key = await proofs.recall(text) if text else None
        if text and key is None and await self._may_be_proven(text, address):
            key = await proofs.prove(text)
        if text is None:
            raise StrangerError("This request came without a key.", field="key", remedy=HOW)
        if key is None:
            raise StrangerError(
                "This key is not known.",
                field="key",
                remedy="Send the whole key, as it was shown when it was made.",
            )
        if key.has_ended(self._env.clock()):
            how = "has expired" if key.revoked_at is None else "was revoked"
            raise UnknownCallerError(
                f"This key {how}.", field="key", remedy="Ask for a new one, and use that."
            )
        return key

    async def _may_be_proven(self, text: str, address: str | None) -> bool:
        """May it cost a proof? An address that tries many keys is granted none by itself.

        Who has a key that there is shall come in from there all the same: each key has a number
        of proofs of its own, which nobody uses up who does not know its id.
        """
        if (await self._limits.of_stranger(address)).is_granted:
            return True
        key_id = await self._env.store.key_proofs.claimed(text)
        return key_id is not None and (await self._limits.of_proofs(key_id)).is_granted

    async def _locked_to_all(self) -> UnknownCallerError | None:
        """Return the refusal where no key would open; None if some would."""
        now, keys = self._env.clock(), await self._env.store.api_keys.known()
        if any(not key.has_ended(now) for key in keys.values()):
            return None
        return UnknownCallerError(
            "No API key is good any more, so nobody is let in."
            if keys
            else "There is no API key yet, so nobody is let in.",
            field="key",
            remedy="Make one where the service runs: `texas811 keys create NAME --role client`.",
        )


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
