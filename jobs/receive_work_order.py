"""Receive a work order that another program has handed in by way of Redis.

For an API that lives elsewhere and sees neither our disk nor our HTTP: see `jobs.client`. Until
this job has run, the order is in Redis alone; once it has, it is in the inbox like any other.
"""

from base64 import b64decode, b64encode
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from domain.audit import Actor
from domain.errors import ConflictError, RejectedError, TooLargeError
from domain.facts import TicketFacts
from domain.moment import StatedMoment
from domain.work_order import (
    FILENAME_CHARACTERS_MAX,
    IDEMPOTENCY_KEY_CHARACTERS_MAX,
    Submission,
    work_order_id_for,
)
from extraction import check
from jobs.inbox import accept
from jobs.job import Cancel, Done, Env, Job, Outcome

DOCUMENT_BYTES_MAX = 1024 * 1024  # Redis holds it in memory, and a worker several at a time
WORK_ORDER_ID_CHARACTERS_MAX = 47  # with the digest it makes a key that is safe in a file name
MEDIA_TYPE_CHARACTERS_MAX = 255
DIGEST_CHARACTERS = 16
CANCELLED = "the work order was cancelled"
NO_PATH = r"^[^/\\\x00-\x1f\x7f]*$"


def _document(given: Any) -> Any:
    """Return the bytes of a document that came as such, or as base64 in JSON."""
    if isinstance(given, str):
        if len(given) > (DOCUMENT_BYTES_MAX + 2) // 3 * 4:
            raise _too_large()
        given = b64decode(given, validate=True)  # its error is a ValueError
    if isinstance(given, bytes) and len(given) > DOCUMENT_BYTES_MAX:
        raise _too_large()
    return given


def _too_large() -> PydanticCustomError:
    return _refused(
        TooLargeError(
            f"The document is larger than {DOCUMENT_BYTES_MAX // 1024} KB.",
            field="document",
            remedy="Send it to POST /work-orders, which takes larger ones.",
        )
    )


def _refused(error: RejectedError) -> PydanticCustomError:
    """Return a refusal as pydantic wants it, so that all of them are of one kind."""
    said = " ".join(filter(None, (f"{error.field}: {error.problem}", error.remedy)))
    return PydanticCustomError("refused", "{said}", {"said": said})


Document = Annotated[
    bytes,
    BeforeValidator(_document),
    PlainSerializer(lambda document: b64encode(document).decode(), when_used="json"),
]


class ReceiveWorkOrder(Job):
    """Accept one work order: a document of up to `DOCUMENT_BYTES_MAX`, stated facts, or both.

    The order's id follows from the `idempotency_key`, the sender's own number of it; who has none
    gives the `work_order_id`. The same order handed in twice is one order; another under the same
    id is a conflict. `requested_at` is when the work was asked for, with its zone; None means when
    it is received.

    What the API would refuse is refused when it is made: pydantic's ValidationError says which
    field, and what mends it.
    """

    name: ClassVar[str] = "receive_work_order"
    # A disk that takes nothing is asked again for about an hour before a person has to look.
    attempts_max: ClassVar[int] = 30
    retry_on: ClassVar[tuple[type[Exception], ...]] = tuple(
        kind for kind in Job.retry_on if kind is not ConflictError
    )

    work_order_id: str = Field(
        default="", max_length=WORK_ORDER_ID_CHARACTERS_MAX, pattern="^[A-Za-z0-9_-]*$"
    )
    idempotency_key: str | None = Field(
        default=None, min_length=1, max_length=IDEMPOTENCY_KEY_CHARACTERS_MAX
    )
    document: Document = b""
    filename: str | None = Field(
        default=None, max_length=FILENAME_CHARACTERS_MAX, pattern=NO_PATH
    )
    media_type: str | None = Field(default=None, max_length=MEDIA_TYPE_CHARACTERS_MAX)
    stated: TicketFacts = Field(default_factory=TicketFacts)
    requested_at: StatedMoment | None = None
    actor: Actor = Actor.USER

    @model_validator(mode="before")
    @classmethod
    def _has_an_id(cls, given: Any) -> Any:
        """Give the order the id that follows from its key."""
        if not isinstance(given, dict):
            return given
        order, key = given.get("work_order_id"), given.get("idempotency_key")
        if not order and not key:
            raise _refused(
                RejectedError(
                    "Nothing tells this work order from another.",
                    field="idempotency_key",
                    remedy="Give your own number of it, so that a repeat is the same order.",
                )
            )
        if not (key and isinstance(key, str)):
            return given
        if order and order != work_order_id_for(key):
            raise _refused(
                RejectedError(
                    "It does not follow from the idempotency_key.",
                    field="work_order_id",
                    remedy="Give one of the two.",
                )
            )
        return {**given, "work_order_id": work_order_id_for(key)}

    @model_validator(mode="after")
    def _is_an_order(self) -> Self:
        """Refuse what the door of the API would refuse."""
        if not self.document and not self.stated.stated():
            raise _refused(
                RejectedError(
                    "The work order says nothing.",
                    field="stated",
                    remedy="State at least one ticket field, or give a document.",
                )
            )
        if self.document:
            try:
                check(self.document, filename=self.filename, media_type=self.media_type)
            except RejectedError as error:
                raise _refused(error) from None
        return self

    @property
    def key(self) -> str:
        """The order and what it says: another order under the same id must be looked at, too."""
        return f"{self.work_order_id}-{self._submission().fingerprint()[:DIGEST_CHARACTERS]}"

    async def run(self, env: Env) -> Outcome:
        order = await accept(env, self._submission(), work_order_id=self.work_order_id)
        if env.store.work_orders.is_cancelled(order.id):
            return Cancel(CANCELLED)
        return Done(f"work order {order.id} becomes ticket {order.ticket_id}")

    def _submission(self) -> Submission:
        return Submission(
            document=self.document,
            filename=self.filename,
            media_type=self.media_type,
            stated=self.stated,
            requested_at=self.requested_at,
            actor=self.actor,
            idempotency_key=self.idempotency_key,
        )
