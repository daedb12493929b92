"""What all steps of a conversation share: who speaks, in which session, and the answer to it."""

import hashlib
import logging
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, Self

from fastapi import Depends, Request, Response, status

from api.bodies import Edit, author_of, way_of
from api.progress import Streams, streams_of
from api.turns import Turn, turn_of
from api.versions import IfMatch, agreed_version, etag_of
from domain.audit import Actor, Author
from domain.errors import UnavailableError
from domain.moving import as_of
from domain.session import session_fingerprint
from domain.taking import Taken
from domain.texas import CENTER_ZONE, zone_named
from domain.ticket import Ticket
from jobs.conversing import remember
from jobs.job import Env
from jobs.turning import extraction_of
from storage.layout import checked_name

CONVERSATION_HEADER = "openai-conversation-id"
KEY_CHARACTERS = 40

log = logging.getLogger(__name__)


class Spoken(Protocol):
    """A body that may name its session."""

    @property
    def session_key(self) -> str | None: ...


class Versioned(Protocol):
    """A body that may name the version of the ticket that was seen."""

    @property
    def version(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Talk:
    """One turn of a conversation: the session that it belongs to, if any, and who speaks."""

    env: Env
    session_key: str | None
    by: Author

    @classmethod
    def of(
        cls, env: Env, request: Request, session_key: str | None, *, by: str | None = None
    ) -> Self:
        """Return the turn that a request makes; `by` names who speaks.

        Without a key, ChatGPT's id of the conversation leads back to its session: a hint, and no
        identity. Raises RejectedError for a key that cannot be one.
        """
        key = checked_name("session_key", session_key) if session_key else _hinted(request)
        author = author_of(request, Edit(by=by, actor=Actor.CUSTOM_GPT))
        told = session_fingerprint(key) if key else None
        return cls(env, key, author.model_copy(update={"session_id": told}))

    def begun(self, content: str) -> "Talk":
        """Return this turn in a session; if it had none, in that of this content today.

        Who has not heard the answer knows no session and sends the same again: by the same API key,
        on the same day in Texas, it is the same session.
        """
        if self.session_key:
            return self
        day = self.env.clock().astimezone(zone_named(CENTER_ZONE)).date()
        return Talk(self.env, _session_of(f"{self.by.key_id}/{day}/{content}"), self.by)

    async def answer(
        self,
        ticket: Ticket,
        *,
        step: str,
        said: str | None = None,
        taken: Taken | None = None,
        told: str = "",
    ) -> Turn:
        """Return what the conversation is answered, after the session has noted the step.

        `told` is what the user should be told before all else.
        """
        await self.note(ticket.id, step=step, said=said)
        turn = await self.shown(ticket, taken)
        return turn.model_copy(update={"say": f"{told} {turn.say}"}) if told else turn

    async def shown(self, ticket: Ticket, taken: Taken | None = None) -> Turn:
        """Return what a conversation is shown of a ticket, as it is now."""
        now = self.env.clock()
        return turn_of(
            as_of(ticket, now),
            await extraction_of(self.env, ticket),
            now=now,
            session_key=self.session_key,
            taken=taken,
        )

    async def note(self, ticket_id: str, *, step: str, said: str | None = None) -> None:
        """Note in the session what this turn has done, if it has one.

        What was done stands in the ticket: a session that cannot be written takes nothing back.
        """
        if self.session_key is None:
            return
        try:
            await remember(
                self.env, self.session_key, ticket_id=ticket_id, step=step, message=said
            )
        except UnavailableError as error:
            log.warning("not remembered: %s", error.problem, extra={"ticket": ticket_id})


class Exchange:
    """The request and the answer of a turn, beside its body."""

    def __init__(self, request: Request, response: Response, if_match: IfMatch = None) -> None:
        self._request = request
        self._response = response
        self._if_match = if_match

    @property
    def way(self) -> dict[str, str | None]:
        """The ids of the request and of its key."""
        return way_of(self._request)

    @property
    def streams(self) -> Streams:
        """What waits in this process."""
        return streams_of(self._request.app)

    def talk(self, env: Env, body: Spoken | None = None) -> Talk:
        """Return who speaks, and in which session."""
        by: str | None = getattr(body, "by", None)
        return Talk.of(env, self._request, body.session_key if body else None, by=by)

    def version(self, body: Versioned) -> int | None:
        """Return the version of the ticket that was seen, if one is named."""
        return agreed_version(self._if_match, body.version)

    def tell_version(self, ticket: Ticket) -> None:
        """Name the version of the ticket in the answer."""
        self._response.headers["ETag"] = etag_of(ticket)

    def tell_known(self) -> None:
        """Say that what was asked for was there already."""
        self._response.status_code = status.HTTP_200_OK


Exchanged = Annotated[Exchange, Depends()]


def operation(name: str, *, asks_first: bool = False) -> dict[str, Any]:
    """Return how an operation is registered: under this id, for ever.

    `asks_first`: whether ChatGPT must ask the user each time. What is not known is left out of an
    answer, because ChatGPT is told of no nulls.
    """
    return {
        "operation_id": name,
        "openapi_extra": {"x-openai-isConsequential": asks_first},
        "response_model_exclude_none": True,
    }


def _hinted(request: Request) -> str | None:
    hint = request.headers.get(CONVERSATION_HEADER)
    return _session_of(hint) if hint else None


def _session_of(text: str) -> str:
    return f"gpt-{hashlib.sha256(text.encode()).hexdigest()[:KEY_CHARACTERS]}"
