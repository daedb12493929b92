"""One connection to a client: what does not become a request, or never ends, is cut off.

uvicorn waits for ever for the rest of a head, and for the rest of a body whose answer is sent.
"""

import asyncio
import logging
import sys
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.limits import heads_too_large
from api.problems import FieldProblem, refusal

HEAD_SECONDS_MAX = 30.0  # also for what is left of a body that nobody waits for
CONNECTIONS_MAX = 4_000

log = logging.getLogger(__name__)


class Connection(H11Protocol):
    """uvicorn's own, with a limit on time and number, and our shape of error."""

    _deadline: asyncio.TimerHandle | None = None

    # asyncio speaks of any transport; that of a server can be written to, as uvicorn says too.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # asyncio promises a plainer transport than the one it gives
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX:
            self._refuse(
                HTTPStatus.SERVICE_UNAVAILABLE,
                FieldProblem(
                    field="request",
                    problem="There are too many connections.",
                    remedy="Use one connection for many requests, or come back in a moment.",
                ),
            )
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP; called while h11's own error is handled."""
        error = sys.exception()
        status = HTTPStatus(getattr(error, "error_status_hint", HTTPStatus.BAD_REQUEST))
        if status is HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            self._refuse(status, heads_too_large())
            return
        what = str(error).partition(":")[0]  # what follows is what the client sent
        self._refuse(
            HTTPStatus.BAD_REQUEST,
            FieldProblem(
                field="request",
                problem=f"{msg.rstrip('.')}: {what}.",
                remedy="Send a request as HTTP/1.1 describes it.",
            ),
        )

    def _watch(self) -> None:
        """Keep time while the client owes us the rest of a head, or of a body in vain."""
        if not self._is_owed():
            self._rest()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS_MAX, self._give_up)

    def _is_owed(self) -> bool:
        if self.transport.is_closing():
            return False
        if self.conn.their_state is h11.IDLE:
            # Between two requests it may be silent for longer: that is keep-alive.
            return self.cycle is None or bool(self.conn.trailing_data[0])
        return self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY

    def _rest(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._refuse(
            HTTPStatus.REQUEST_TIMEOUT,
            FieldProblem(
                field="request",
                problem=f"The request did not come within {HEAD_SECONDS_MAX:.0f} seconds.",
                remedy="Send the whole request at once.",
            ),
        )

    def _refuse(self, status: HTTPStatus, problem: FieldProblem) -> None:
        """Close the connection, with a word if an answer is still possible."""
        self._rest()
        if self.cycle and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            answer = refusal(status, problem, {"Connection": "close"})
            reason = status.phrase.encode()
            self._write(
                h11.Response(status_code=status, headers=answer.raw_headers, reason=reason),
                h11.Data(data=bytes(answer.body)),
                h11.EndOfMessage(),
            )
        self.transport.close()

    def _write(self, *events: Any) -> None:
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
