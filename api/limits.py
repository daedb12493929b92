"""The limit on a request's body, kept while it arrives and not after."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import answer
from domain.errors import TooLargeError

MULTIPART_BYTES_BEYOND = 64 * 1024  # headers and boundaries round a document
DISCARDED_BYTES_MAX = 256 * 1024 * 1024


class BodyLimit:
    """Refuses a body that is larger than a document may be, whatever its headers claim.

    What is left of such a body is read and thrown away, within bounds, because many clients
    do not look at the answer before they have sent everything.
    """

    def __init__(self, app: ASGIApp, document_bytes_max: int) -> None:
        self._app = app
        self._document_bytes_max = document_bytes_max
        self._bytes_max = document_bytes_max + MULTIPART_BYTES_BEYOND

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._declared(scope) > self._bytes_max:
            await _discard(receive)
            await answer(too_large(self._document_bytes_max))(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    def _declared(self, scope: Scope) -> int:
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"")
        return int(declared) if declared.isdigit() else 0

    def _counted(self, receive: Receive) -> Receive:
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._bytes_max:
                await _discard(receive)
                raise too_large(self._document_bytes_max)
            return message

        return counted


def too_large(document_bytes_max: int) -> TooLargeError:
    """Return the refusal of a document above the limit."""
    megabytes = document_bytes_max // (1024 * 1024)
    return TooLargeError(
        f"The document is larger than {megabytes} MB.",
        field="file",
        remedy=f"Send at most {megabytes} MB; split the document or leave pictures out.",
    )


async def _discard(receive: Receive) -> None:
    discarded = 0
    while discarded < DISCARDED_BYTES_MAX:
        message = await receive()
        discarded += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return
