"""The client of an API that lives elsewhere: a Redis URL, and nothing else of ours."""

import asyncio
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config import Config
from domain.audit import Actor, Author
from domain.errors import ConflictError, RejectedError, UnavailableError
from domain.facts import TicketFacts
from domain.work_order import ticket_id_for
from jobs import client as clients
from jobs.awaiting import Ended, Ring, is_awaited, ring_command
from jobs.cancelling import cancel_order
from jobs.client import Client
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from jobs.queue import ArqQueue, connect, disconnect
from jobs.receive_work_order import DOCUMENT_BYTES_MAX, ReceiveWorkOrder
from storage.clock import system_clock
from tests.jobs.orders import DOCUMENT, queued
from tests.worker.errands import at_work, until

FACTS = TicketFacts(company="Lone Star Boring", county="Travis")
ORDER = ReceiveWorkOrder(idempotency_key="WO-48211", stated=FACTS)
OTHER = ReceiveWorkOrder(idempotency_key="WO-48211", stated=TicketFacts(county="Hays"))
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def client(config: Config) -> AsyncIterator[Client]:
    async with Client(config.redis_address) as client:
        yield client


async def test_an_order_that_is_said_to_be_received_is_on_the_disk(
    client: Client, config: Config, env: Env
) -> None:
    """And its ticket has the address that was told."""
    async with at_work(config, ReceiveWorkOrder):
        received = await client.receive(ORDER)

    kept = await env.store.work_orders.get(received.work_order_id)
    assert received.ticket_id == kept.ticket_id == ticket_id_for(ORDER.work_order_id)
    assert kept.stated == FACTS
    assert ExtractTicket(work_order_id=kept.id).id in await queued(env)


async def test_the_largest_document_comes_through(
    client: Client, config: Config, env: Env
) -> None:
    """Byte for byte; it is all ASCII control, quotes and letters that JSON would escape."""
    document = (DOCUMENT + b'"\\\n' * DOCUMENT_BYTES_MAX)[:DOCUMENT_BYTES_MAX]
    order = ReceiveWorkOrder(idempotency_key="large", document=document)

    async with at_work(config, ReceiveWorkOrder):
        received = await client.receive(order)

    assert await env.store.work_orders.document(received.work_order_id) == document


async def test_an_order_handed_in_twice_at_once_and_once_more_is_one_order(
    client: Client, config: Config, env: Env
) -> None:
    """Each sender hears the same."""
    async with at_work(config, ReceiveWorkOrder):
        both = await asyncio.gather(client.receive(ORDER), client.receive(ORDER))
        again = await client.receive(ORDER)

    assert both == [again, again]
    assert await env.store.work_orders.owed() == [ORDER.work_order_id]


async def test_another_order_under_the_same_key_is_a_conflict_and_kept_as_a_letter(
    client: Client, config: Config, env: Env
) -> None:
    """Nothing is lost: all that was sent stands in the letter."""
    async with at_work(config, ReceiveWorkOrder):
        await client.receive(ORDER)
        with pytest.raises(ConflictError, match="used before") as refused:
            await client.receive(OTHER)

    letter = await env.store.dead_letters.find(OTHER.name, OTHER.key)
    assert refused.value.field == "idempotency_key"
    assert OTHER.key in (refused.value.remedy or "")
    assert letter
    assert ReceiveWorkOrder.model_validate(letter.arguments) == OTHER
    assert letter.attempts == 1
    assert (await env.store.work_orders.get(ORDER.work_order_id)).stated == FACTS


async def test_of_two_orders_under_one_key_at_once_one_is_received(
    client: Client, config: Config, env: Env
) -> None:
    """The queue must not take one for the other: that one would be gone without a word."""
    sent = [asyncio.create_task(client.receive(order)) for order in (ORDER, OTHER)]
    await until(lambda: _is_depth(env, 2))
    async with at_work(config, ReceiveWorkOrder):
        ends = await asyncio.gather(*sent, return_exceptions=True)

    assert sorted(type(end).__name__ for end in ends) == ["ConflictError", "Received"]


async def test_an_order_of_another_program_that_cannot_be_one_is_kept_as_a_letter(
    client: Client, config: Config, env: Env
) -> None:
    """Ours refuses it at once; a client in another language learns it from the worker."""
    given = {"work_order_id": "mine", "stated": {"county": "Hays"}}
    large = b64encode(b"a" * (DOCUMENT_BYTES_MAX + 1)).decode()
    for number, wrong in enumerate(({"document": large}, {"stated": {"county": 7}})):
        what = Ring(
            "receive_work_order",
            f"receive_work_order:foreign-{number}",
            {**given, **wrong},
        )
        await client._ask(ring_command(what, is_anew=True), 5)

        async with at_work(config, ReceiveWorkOrder):
            ended = await client._heard(what, time.monotonic() + 5)

        assert ended
        with pytest.raises(RejectedError):
            clients._received(ORDER, ended)
        [letter] = [one for one in await env.store.dead_letters.list() if one.id == what.id]
        assert letter.arguments == what.arguments


async def test_an_order_that_was_cancelled_is_said_to_be(
    client: Client, config: Config, env: Env
) -> None:
    """It is on the disk, and becomes no ticket."""
    async with at_work(config, ReceiveWorkOrder):
        await client.receive(ORDER)
        by = Author(actor=Actor.USER, name="Dana Ruiz")
        await cancel_order(env, ORDER.work_order_id, by=by, reason="a duplicate")
        again = await client.receive(ORDER)

    assert again.said == "the work order was cancelled"


def test_what_is_no_redis_is_refused_at_once() -> None:
    """Before anything is handed in."""
    with pytest.raises(RejectedError) as refused:
        Client("http://example.com")

    assert refused.value.field == "REDIS_URL"


async def test_an_order_is_followed_until_it_is_a_ticket(
    client: Client, config: Config, env: Env
) -> None:
    """In stages, and the last is the end. The id is known before anything is handed in."""

    async def follow() -> list[str]:
        return [progress.stage async for progress in client.follow(ORDER.work_order_id)]

    following = asyncio.create_task(follow())
    async with at_work(config, ReceiveWorkOrder, ExtractTicket):
        received = await client.receive(ORDER)
        stages = await following

    assert stages[-1] == "done"
    assert await env.store.tickets.find(received.ticket_id)


async def test_the_queue_alone_is_enough_to_hand_in(config: Config, env: Env) -> None:
    """For whoever does not wait: it is only as durable as Redis then."""
    redis = connect(config.redis_address)
    try:
        assert await ArqQueue(redis, system_clock).put(ORDER) == 1
    finally:
        await disconnect(redis)

    async with at_work(config, ReceiveWorkOrder):
        await until(env.store.work_orders.owed)


def test_neither_client_nor_queue_reads_settings_or_makes_a_file(tmp_path: Path) -> None:
    """They live where there is no volume, and no environment of ours."""
    program = (
        "import sys\n"
        "from jobs.client import Client\n"
        "from jobs.queue import ArqQueue, connect\n"
        "Client('redis://127.0.0.1:1'), connect('redis://127.0.0.1:1')\n"
        "assert 'config' not in sys.modules and 'fastapi' not in sys.modules\n"
    )

    subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        timeout=30,
    )

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "said",
    [
        "cancel: Dana Ruiz has dropped it",
        "buried: ValueError: no",
        "given up: the engine failed",
    ],
    ids=["dropped", "buried", "given up"],
)
def test_an_order_that_never_reached_the_disk_is_not_said_to_be_received(said: str) -> None:
    """For the worker a dropped job is done with; for the sender the order is not."""
    with pytest.raises(UnavailableError, match="was given up"):
        clients._received(ORDER, Ended(succeeded=said.startswith("cancel"), said=said))


def test_the_end_of_a_received_order_is_told() -> None:
    """By its id alone the worker knows that somebody may wait."""
    assert is_awaited(ORDER.id)


async def _is_depth(env: Env, count: int) -> bool:
    return len(await queued(env)) == count
