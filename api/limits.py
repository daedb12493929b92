"""What a request may be: the length of its head, how large its body is, and how slow.

Kept while it arrives and not after, whatever its headers claim.
"""

import asyncio
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.in_flight import BodiesInFlight, Share
from api.problems import FieldProblem, TooSlowError, answer, refusal
from domain.errors import Texas811Error, TooLargeError, UnavailableError, WrongKindError

MULTIPART_BYTES_BEYOND = 64 * 1024  # headers and boundaries round a document
DISCARDED_BYTES_MAX = 256 * 1024 * 1024
# A body may take so long, and longer by what has come of it; never longer than the last.
BODY_SECONDS_GRACE = 20.0
BODY_BYTES_PER_SECOND_MIN = 16 * 1024
BODY_SECONDS_MAX = 600.0
HEAD_BYTES_MAX = 32 * 1024  # what the platform's edge lets through
HEADERS_MAX = 100
ADDRESS_BYTES_MAX = 8 * 1024  # path and query


FAILURES = (TooLargeError, TooSlowError, UnavailableError, WrongKindError)


class BodyLimit:
    """Refuses a body that is too large, too slow, packed, or one too many at once.

    What is left of one that is too large is read and thrown away, within bounds, because many
    clients do not look at the answer before they have sent everything.
    """

    def __init__(self, app: ASGIApp, document_bytes_max: int) -> None:
        self._app = app
        self._document_bytes_max = document_bytes_max
        self._bodies = BodiesInFlight()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if wrong := _wrong_head(scope, headers):
            status, problem = wrong
            await refusal(status, problem, {"Connection": "close"})(scope, receive, send)
            return
        with self._bodies.share() as share:
            exchange = _Exchange(receive, send, self._document_bytes_max, share)
            try:
                await exchange.check(headers)
                await self._app(scope, exchange.receive, exchange.send)
            except FAILURES as error:
                if error is not exchange.failure:
                    raise
        # Whatever the application made of a body that broke off: this is what happened.
        if exchange.failure and not exchange.is_answered:
            await answer(exchange.failure, {"Connection": "close"})(scope, receive, send)


class _Exchange:
    """A body on its way and its answer: how much has come, since when, why it was refused."""

    def __init__(
        self, receive: Receive, send: Send, document_bytes_max: int, share: Share
    ) -> None:
        self.failure: Texas811Error | None = None
        self.is_answered = False
        self._share = share
        self._receive = receive
        self._send = send
        self._document_bytes_max = document_bytes_max
        self._bytes_max = document_bytes_max + MULTIPART_BYTES_BEYOND
        self._began = asyncio.get_running_loop().time()
        self._received = 0
        self._is_whole = False

    async def check(self, headers: Headers) -> None:
        """Raise what can be said of the body before it comes."""
        if headers.get("content-encoding", "identity").lower() != "identity":
            self.failure = WrongKindError(
                "A packed body is not read here.",
                field="Content-Encoding",
                remedy="Send it as it is, without Content-Encoding.",
            )
            raise self.failure
        declared = headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self._bytes_max:
            await discard(self._in_time)
            self.failure = too_large(self._document_bytes_max)
            raise self.failure

    async def receive(self) -> Message:
        """Return the next piece. Raises TooLargeError, TooSlowError or UnavailableError."""
        if not self._is_whole:
            try:
                await self._share.room()
            except UnavailableError as failure:
                self.failure = failure
                raise
        message = await self._in_time()
        self._share.hold(len(message.get("body", b"")))
        if self._received > self._bytes_max:
            await discard(self._in_time)
            self.failure = too_large(self._document_bytes_max)
            raise self.failure
        return message

    async def _in_time(self) -> Message:
        if self._is_whole:
            return await self._receive()
        allowed = BODY_SECONDS_GRACE + self._received / BODY_BYTES_PER_SECOND_MIN
        end = self._began + self._share.seconds_waited + min(allowed, BODY_SECONDS_MAX)
        try:
            async with asyncio.timeout_at(end):
                message = await self._receive()
        except TimeoutError:
            self._is_whole = True
            if self.is_answered:
                return {"type": "http.disconnect"}
            self.failure = too_slow()
            raise self.failure from None
        self._received += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Pass on the application's answer, unless the body was refused before."""
        if self.is_answered or not self.failure:
            self.is_answered = True
            await self._send(message)


def too_large(document_bytes_max: int) -> TooLargeError:
    """Return the refusal of a document above the limit."""
    megabytes = document_bytes_max // (1024 * 1024)
    return TooLargeError(
        f"The document is larger than {megabytes} MB.",
        field="file",
        remedy=f"Send at most {megabytes} MB; split the document or leave pictures out.",
    )


def too_slow() -> TooSlowError:
    """Return the refusal of a body that does not come."""
    return TooSlowError(
        f"The body came slower than {BODY_BYTES_PER_SECOND_MIN // 1024} KB a second.",
        field="body",
        remedy="Send the whole request at once, over a better line.",
    )


def _wrong_head(scope: Scope, headers: Headers) -> tuple[HTTPStatus, FieldProblem] | None:
    """Return what is wrong with a request before its body, and the status that says so."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > ADDRESS_BYTES_MAX:
        return HTTPStatus.REQUEST_URI_TOO_LONG, FieldProblem(
            field="path",
            problem=f"The address is longer than {ADDRESS_BYTES_MAX // 1024} KB.",
            remedy="Ask for less in one request.",
        )
    sizes = [len(name) + len(value) for name, value in scope["headers"]]
    if len(sizes) > HEADERS_MAX or sum(sizes) > HEAD_BYTES_MAX:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, heads_too_large()
    if "content-length" in headers and "transfer-encoding" in headers:
        # Two proxies could differ on where this request ends, and take its rest for another.
        return HTTPStatus.BAD_REQUEST, FieldProblem(
            field="Content-Length",
            problem="There are a Content-Length and a Transfer-Encoding.",
            remedy="Send one of them.",
        )
    return None


def heads_too_large() -> FieldProblem:
    """Return what is said of headers that are too many or too long."""
    return FieldProblem(
        field="headers",
        problem=f"There are more than {HEADERS_MAX} headers, or {HEAD_BYTES_MAX // 1024} KB.",
        remedy="Send fewer and shorter headers.",
    )


async def discard(receive: Receive) -> None:
    """Read what is left of a body and throw it away, within bounds."""
    discarded = 0
    while discarded < DISCARDED_BYTES_MAX:
        message = await receive()
        discarded += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return
