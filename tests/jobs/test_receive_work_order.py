"""Receiving a work order that came by way of Redis: as the door of the API would."""

import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from domain.audit import Actor, Author
from domain.errors import ConflictError
from domain.facts import TicketFacts
from domain.work_order import ticket_id_for, work_order_id_for
from jobs.cancelling import cancel_order
from jobs.extract_ticket import ExtractTicket
from jobs.inbox import accept
from jobs.job import Cancel, Done, Env
from jobs.receive_work_order import DOCUMENT_BYTES_MAX, ReceiveWorkOrder
from storage.layout import NAME
from tests.jobs.orders import DOCUMENT, queued

FACTS = TicketFacts(company="Lone Star Boring", county="Travis")
ORDER = ReceiveWorkOrder(idempotency_key="WO-48211", stated=FACTS)


async def test_an_order_is_in_the_inbox_and_rung_for(env: Env) -> None:
    """From here on it goes the way of any other."""
    job = ReceiveWorkOrder(
        idempotency_key="WO-1",
        document=DOCUMENT,
        filename="order.txt",
        media_type="text/plain",
        stated=FACTS,
        requested_at=datetime(2026, 11, 2, 14, tzinfo=UTC),
        actor=Actor.CUSTOM_GPT,
    )

    outcome = await job.run(env)

    kept = await env.store.work_orders.get(work_order_id_for("WO-1"))
    assert isinstance(outcome, Done)
    assert kept.ticket_id in outcome.note
    assert (kept.stated, kept.filename, kept.media_type) == (FACTS, "order.txt", "text/plain")
    assert (kept.requested_at, kept.actor) == (job.requested_at, Actor.CUSTOM_GPT)
    assert kept.idempotency_key == "WO-1"
    assert await env.store.work_orders.document(kept.id) == DOCUMENT
    assert await queued(env) == {ExtractTicket(work_order_id=kept.id).id}


async def test_to_receive_it_twice_makes_one_order(env: Env) -> None:
    """The worker may die between the rename and the end of the job."""
    first, second = await ORDER.run(env), await ORDER.run(env)

    assert first == second
    assert await env.store.work_orders.owed() == [ORDER.work_order_id]


async def test_another_order_under_the_same_id_is_a_conflict(env: Env) -> None:
    """And it is not tried again: nothing would come of it."""
    other = ReceiveWorkOrder(idempotency_key="WO-48211", stated=TicketFacts(county="Hays"))
    await ORDER.run(env)

    with pytest.raises(ConflictError):
        await other.run(env)

    assert ConflictError not in ReceiveWorkOrder.retry_on
    assert other.id != ORDER.id  # or the queue would take it for the first, and drop it


async def test_it_is_the_same_order_by_whichever_door_it_comes(env: Env) -> None:
    """A client that changes from HTTP to Redis may repeat what it has sent before."""
    theirs = await accept(env, ORDER._submission(), work_order_id=ORDER.work_order_id)

    await ORDER.run(env)

    assert await env.store.work_orders.get(ORDER.work_order_id) == theirs


async def test_an_order_that_was_cancelled_is_received_and_rung_for_by_nobody(env: Env) -> None:
    """The decision stands, also if the sender tries again."""
    await ORDER.run(env)
    by = Author(actor=Actor.USER, name="Dana Ruiz")
    await cancel_order(env, ORDER.work_order_id, by=by, reason="a duplicate")

    assert await ORDER.run(env) == Cancel("the work order was cancelled")


def test_a_document_goes_through_json_as_base64() -> None:
    """What the queue holds can be read by any program, and comes back byte for byte."""
    document = bytes(DOCUMENT) + "Überland".encode()
    job = ReceiveWorkOrder(idempotency_key="WO-2", document=document)

    sent = json.loads(json.dumps(job.model_dump(mode="json", exclude_none=True)))

    assert sent["document"] == b64encode(document).decode()
    assert ReceiveWorkOrder.model_validate(sent) == job
    assert ReceiveWorkOrder.model_validate(sent).id == job.id


@pytest.mark.parametrize("as_base64", [False, True], ids=["bytes", "base64"])
def test_a_document_beyond_the_limit_is_refused_when_it_is_made(*, as_base64: bool) -> None:
    """Before anything goes to Redis; and the way that is open is named."""
    exact = b"a" * DOCUMENT_BYTES_MAX

    def order(document: bytes) -> ReceiveWorkOrder:
        given = b64encode(document).decode() if as_base64 else document
        return ReceiveWorkOrder.model_validate({"idempotency_key": "1", "document": given})

    assert order(exact).document == exact
    with pytest.raises(ValidationError) as refused:
        order(exact + b"a")

    [error] = refused.value.errors()
    assert error["loc"] == ("document",)
    assert "larger than 1024 KB. Send it to POST /work-orders" in error["msg"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"stated": FACTS}, "idempotency_key: Nothing tells .* Give your own number"),
        ({"idempotency_key": "1"}, "stated: The work order says nothing. State at least one"),
        (
            {"idempotency_key": "1", "work_order_id": "mine", "stated": FACTS},
            "work_order_id: It does not follow .* Give one of the two",
        ),
        ({"idempotency_key": "1", "document": b"PK\x03\x04"}, "file: .*zip.*"),
        ({"idempotency_key": "1", "document": b"  "}, "file: The document is empty"),
    ],
    ids=["no id", "nothing said", "another id", "another kind", "an empty document"],
)
def test_what_is_no_order_is_refused_with_field_and_remedy(
    given: dict[str, object], said: str
) -> None:
    """As the door of the API would have refused it."""
    with pytest.raises(ValidationError, match=said):
        ReceiveWorkOrder.model_validate(given)


@pytest.mark.parametrize(
    "given",
    [
        {"work_order_id": "../etc"},
        {"work_order_id": "a" * 48},
        {"filename": "../../order.txt"},
        {"filename": "order\x1b[2J.txt"},
        {"document": "not base64!"},
        {"requested_at": "2026-11-02T14:00:00"},
        {"idempotency_key": "k" * 256},
        {"stated": {"no_such_field": 1}},
    ],
    ids=[
        "an id that is a path",
        "a long id",
        "a name that is a path",
        "a name with control characters",
        "no base64",
        "a time without zone",
        "a long key",
        "an unknown fact",
    ],
)
def test_an_argument_that_cannot_be_used_is_refused(given: dict[str, object]) -> None:
    """A worker buries it, where a person will see it."""
    with pytest.raises(ValidationError):
        ReceiveWorkOrder.model_validate({"work_order_id": "mine", "stated": FACTS, **given})


def test_its_key_is_safe_in_the_name_of_a_file() -> None:
    """Its letter must lie under its own key."""
    own = ReceiveWorkOrder(work_order_id="a" * 47, stated=FACTS)

    assert all(NAME.fullmatch(job.key) for job in (own, ORDER))
    assert own.work_order_id == "a" * 47
    assert ticket_id_for(ORDER.work_order_id) == ticket_id_for(work_order_id_for("WO-48211"))
