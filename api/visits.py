"""A visit to the dashboard: a named person with a key, from the sign-in to its end.

All of it stands in a signed cookie. The key is looked up anew for each request, so what ends the
key ends the visit with it. Who signs out ends the visit wherever its cookie has been copied to.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, Signer, URLSafeSerializer
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

from domain.errors import UnknownCallerError
from jobs.job import Env
from storage.api_keys import ApiKey
from storage.ended_visits import VISIT_LASTS

NOTE_SECONDS = 60  # how long a message waits for the page that shows it
NONCE_BYTES = 16
SIGN_IN = "Sign in with a key and your name."


class SignedOutError(UnknownCallerError):
    """Nobody is signed in here, or not any more: sign in."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Signs what a browser keeps for us, each use apart from the others."""

    _secret: bytes = field(repr=False)

    def signed(self, use: str, value: Any) -> str:
        """Return a text that holds the value and cannot be forged."""
        return str(URLSafeSerializer(self._secret, salt=use).dumps(value))

    def opened(self, use: str, text: str) -> Any:
        """Return the value of a text that was signed for this use; None if it was not."""
        try:
            return URLSafeSerializer(self._secret, salt=use).loads(text)
        except BadSignature:
            return None

    def mark(self, use: str, text: str) -> str:
        """Return the signature of a text that its reader has got anyway."""
        return Signer(self._secret, salt=use).get_signature(text).decode()


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is signed in: a person by name, with a key that is good now."""

    key: ApiKey
    name: str
    begun_at: datetime
    nonce: str = field(repr=False)
    seal: Seal = field(repr=False)

    def csrf_token(self) -> str:
        """Return what a form of this visit carries.

        It is another each time, because a page is compressed: what stays the same in one could
        be guessed by the length of many (the BREACH attack).
        """
        chance = secrets.token_hex(8)
        return f"{chance}.{self.seal.mark('csrf', f'{self.nonce}.{chance}')}"

    def is_own_form(self, token: str) -> bool:
        """Was this token made for this visit?"""
        chance, _, mark = token.partition(".")
        right = self.seal.mark("csrf", f"{self.nonce}.{chance}")
        return hmac.compare_digest(mark.encode(), right.encode())


class Visits:
    """Begins visits, and tells by a request's cookie whose it is.

    `is_https`: browsers reach the service by https alone, so the cookie never goes another way.
    """

    def __init__(self, env: Env, *, is_https: bool) -> None:
        self._env = env
        self._is_https = is_https
        prefix = "__Host-" if is_https else ""
        self._cookie, self._note = f"{prefix}texas811", f"{prefix}texas811-note"

    async def of(self, headers: Headers) -> Visit:
        """Return the visit that a request belongs to.

        Raises SignedOutError if there is none any more, and UnavailableError if nobody can tell.
        """
        text = cookies_in(headers).get(self._cookie)
        if not text:
            raise SignedOutError("Nobody is signed in.", field="key", remedy=SIGN_IN)
        seal = await self._seal()
        match seal.opened("visit", text):
            case [str(key_id), str(name), int(begun), str(nonce)]:
                began = datetime.fromtimestamp(begun, UTC)
                return await self._living(key_id, name, began, nonce, seal)
        raise SignedOutError("This sign-in is not known.", field="key", remedy=SIGN_IN)

    async def _living(
        self, key_id: str, name: str, begun_at: datetime, nonce: str, seal: Seal
    ) -> Visit:
        now = self._env.clock()
        key = (await self._env.store.api_keys.known()).get(key_id)
        if key is None or key.has_ended(now):
            problem = "The key of this sign-in has ended."
            raise SignedOutError(problem, field="key", remedy="Sign in with another key.")
        if not timedelta() <= now - begun_at < VISIT_LASTS:
            problem = "This sign-in has lasted its 12 hours."
            raise SignedOutError(problem, field="key", remedy=SIGN_IN)
        if (await self._env.store.visit_ends.known()).have(nonce, begun_at):
            raise SignedOutError("This sign-in was ended.", field="key", remedy=SIGN_IN)
        return Visit(key, name, begun_at, nonce, seal)

    async def is_on(self, visit: Visit) -> bool:
        """Is a visit still going on? Raises UnavailableError if nobody can tell."""
        if await self._seal() != visit.seal:
            return False
        try:
            await self._living(
                visit.key.id, visit.name, visit.begun_at, visit.nonce, visit.seal
            )
        except SignedOutError:
            return False
        return True

    async def begin(self, response: Response, key: ApiKey, name: str) -> None:
        """Sign a person in. Raises UnavailableError if there is no secret to sign with."""
        begun = int(self._env.clock().timestamp())
        value = [key.id, name, begun, secrets.token_hex(NONCE_BYTES)]
        signed = (await self._seal()).signed("visit", value)
        self._set(response, self._cookie, signed, int(VISIT_LASTS.total_seconds()))

    async def end(self, visit: Visit) -> None:
        """End a visit in every browser, and for good. Raises UnavailableError."""
        await self._env.store.visit_ends.end(visit.nonce, visit.begun_at, self._env.clock())

    def forget(self, response: Response) -> None:
        """Have the browser forget a visit."""
        self._set(response, self._cookie, "", 0)

    def leave_note(self, response: Response, visit: Visit, said: str, tone: str) -> None:
        """Leave a message for the next page of this visit."""
        signed = visit.seal.signed("note", [visit.nonce, said, tone])
        self._set(response, self._note, signed, NOTE_SECONDS)

    def note(self, headers: Headers, visit: Visit) -> tuple[str, str] | None:
        """Return the message that was left for this visit, and its tone."""
        text = cookies_in(headers).get(self._note)
        match visit.seal.opened("note", text) if text else None:
            case [visit.nonce, str(said), str(tone)]:
                return said, tone
        return None

    def drop_note(self, response: Response) -> None:
        """Have the browser forget the message: it is shown."""
        self._set(response, self._note, "", 0)

    async def _seal(self) -> Seal:
        return Seal(await self._env.store.cookie_secret.current())

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=self._is_https,
            httponly=True,
            samesite="strict",
        )


def cookies_in(headers: Headers) -> dict[str, str]:
    """Return the cookies that came with a request."""
    return cookie_parser("; ".join(headers.getlist("cookie")))
