"""How far a work order is, over HTTP: asked, waited for, followed."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import httpx2
import pytest
import uvicorn

from api import progress
from api.app import create_app
from api.progress import Streams, streams_of
from api.server import Server
from config import Config
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from jobs.listening import listen
from jobs.progress_board import RedisBoard
from jobs.queue import connect
from storage.clock import system_clock
from tests.api.listening import Heard, listen_to, listening, progress_of
from tests.conftest import serving
from tests.jobs.orders import DOCUMENT, accepted, bury
from tests.keys import make_key, sent


@pytest.fixture
async def streams(
    config: Config, env: Env, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[httpx2.AsyncClient, Streams]]:
    """A client, and the streams that its server has open."""
    apps = []

    def noted(*given: object, **options: object) -> object:
        apps.append(create_app(*given, **options))  # type: ignore[arg-type]  # what the board keeps to itself, and what is given on
        return apps[-1]

    monkeypatch.setattr("tests.conftest.create_app", noted)
    async with serving(config, env) as client:
        yield client, streams_of(apps[0])


async def ended(streams: Streams) -> bool:
    """Wait until no stream is open."""
    with suppress(TimeoutError):
        async with asyncio.timeout(3):
            while streams.open:
                await asyncio.sleep(0.01)
    return not streams.open


async def test_progress_is_told_from_the_queue_to_the_ticket(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """For a client that can only ask."""
    order = await accepted(env, DOCUMENT)
    before = await progress_of(client, order.id)
    env.board.report(f"extract_ticket:{order.id}", "reading", 0)
    await asyncio.sleep(0.1)
    meanwhile = await progress_of(client, order.id)

    await ExtractTicket(work_order_id=order.id).run(env)
    after = await progress_of(client, order.id)

    assert (before["state"], before["stage"], before["percent"]) == ("accepted", "queued", 0)
    assert (meanwhile["state"], meanwhile["stage"]) == ("accepted", "reading")
    assert before["ticket_id"] is meanwhile["ticket_id"] is None
    assert (after["state"], after["percent"]) == ("extracted", 100)
    assert after["ticket_id"] == order.ticket_id


async def test_a_client_that_waits_is_told_of_the_next_change(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """One request a change, and none in vain."""
    order = await accepted(env, DOCUMENT)
    waiting = asyncio.create_task(progress_of(client, order.id, wait=20))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    started = time.monotonic()

    env.board.report(f"extract_ticket:{order.id}", "reading", 0)
    told = await waiting

    assert time.monotonic() - started < 0.5
    assert (told["state"], told["stage"]) == ("accepted", "reading")


async def test_a_client_whose_time_is_up_is_told_what_is_known(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """Nobody is at work."""
    order = await accepted(env, DOCUMENT)
    started = time.monotonic()

    told = await progress_of(client, order.id, wait=0.4)

    assert 0.4 <= time.monotonic() - started < 2
    assert told["stage"] == "queued"


async def test_a_stream_tells_each_change_and_ends_with_the_end(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """What `EventSource` and curl can read, and no proxy holds back."""
    order, heard = await accepted(env, DOCUMENT), Heard()
    stream = asyncio.create_task(listen_to(client, order.id, heard))
    await asyncio.sleep(0.3)

    await ExtractTicket(work_order_id=order.id).run(env)
    answer = await asyncio.wait_for(stream, 5)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert heard.retries == ["2000"]
    assert heard.stages[:2] == ["queued", "reading"]
    assert heard.states == [*["accepted"] * (len(heard.states) - 1), "extracted"]
    assert heard.events[-1][1]["ticket_id"] == order.ticket_id
    assert len({id_ for id_, _event in heard.events}) == len(heard.events)


async def test_a_stream_of_an_order_that_is_over_tells_it_and_ends(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """Buried, here, with the reason."""
    order, heard = await accepted(env, DOCUMENT), Heard()
    await bury(env, order, reason="OSError: the paper was wet")

    await asyncio.wait_for(listen_to(client, order.id, heard), 5)

    assert heard.states == ["buried"]
    assert heard.events[0][1]["reason"] == "OSError: the paper was wet"


async def test_a_client_that_comes_back_is_not_told_what_it_knows(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """`EventSource` comes back after every end; 204 tells it to stay away."""
    order, first, again = await accepted(env, DOCUMENT), Heard(), Heard()
    async with listening(client, order.id) as known:
        last_known = known.events[-1][0]
    back = asyncio.create_task(
        listen_to(client, order.id, first, **{"Last-Event-ID": last_known})
    )
    await asyncio.sleep(0.3)
    await ExtractTicket(work_order_id=order.id).run(env)
    await asyncio.wait_for(back, 5)

    last_id = first.events[-1][0]
    answer = await listen_to(client, order.id, again, **{"Last-Event-ID": last_id})

    assert "queued" not in first.stages
    assert first.states[-1] == "extracted"
    assert (answer.status_code, again.events) == (204, [])


async def test_a_stream_goes_on_without_redis(config: Config, env: Env) -> None:
    """It tells of the end within about a second, because the store is asked."""
    away = RedisBoard(connect("unix:///nowhere.sock"), system_clock)
    order, heard = await accepted(env, DOCUMENT), Heard()
    deaf = replace(env, board=away)
    async with serving(config, deaf) as client:
        stream = asyncio.create_task(listen_to(client, order.id, heard))
        await asyncio.sleep(0.5)
        await ExtractTicket(work_order_id=order.id).run(deaf)
        started = time.monotonic()
        await asyncio.wait_for(stream, 5)

    assert time.monotonic() - started < 1.5
    assert heard.stages == ["queued", "done"]


async def test_a_quiet_stream_is_kept_alive(
    env: Env, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy ends what says nothing for a minute."""
    monkeypatch.setattr(progress, "HEARTBEAT_SECONDS", 0.5)
    order = await accepted(env, DOCUMENT)

    async with listening(client, order.id) as heard:
        await asyncio.sleep(2.3)

    assert heard.comments
    assert set(heard.comments) == {"still on its way"}
    assert heard.stages == ["queued"]


async def test_a_client_that_goes_frees_its_stream(
    env: Env, streams: tuple[httpx2.AsyncClient, Streams]
) -> None:
    """Nobody says good-bye."""
    client, open_ = streams
    order = await accepted(env, DOCUMENT)
    async with listening(client, order.id), listening(client, order.id):
        while_there = open_.open

    assert while_there == 2
    assert await ended(open_)
    assert env.board._ears == {}  # type: ignore[attr-defined]  # what the board keeps to itself, and what is given on


async def test_there_are_not_more_streams_than_the_limit(
    env: Env,
    streams: tuple[httpx2.AsyncClient, Streams],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each costs a look a second; who comes too late is told what else there is."""
    monkeypatch.setattr(progress, "STREAMS_MAX", 2)
    client, open_ = streams
    order = await accepted(env, DOCUMENT)
    async with listening(client, order.id), listening(client, order.id):
        refused = await client.get(f"/work-orders/{order.id}/events")
    await ended(open_)
    async with listening(client, order.id) as heard:
        pass

    assert refused.status_code == 503
    assert "wait" in refused.json()["remedy"]
    assert refused.headers["Retry-After"]
    assert heard.stages == ["queued"]


async def test_a_server_that_stops_does_not_wait_for_those_who_listen(
    config: Config, env: Env
) -> None:
    """They come back to the next one."""
    order, heard = await accepted(env, DOCUMENT), Heard()
    socket = listen("127.0.0.1", 0)
    app = create_app(env, document_bytes_max=config.document_bytes_max)
    server = Server(uvicorn.Config(app, log_config=None))
    running = asyncio.create_task(server.serve(sockets=[socket]))
    base = f"http://127.0.0.1:{socket.getsockname()[1]}"
    async with httpx2.AsyncClient(base_url=base, timeout=30, trust_env=False) as client:
        client.headers.update(sent(await make_key(env)))
        stream = asyncio.create_task(listen_to(client, order.id, heard))
        while not heard.events:
            await asyncio.sleep(0.01)
        started = time.monotonic()
        server.should_exit = True
        await asyncio.wait_for(running, 10)
        spent = time.monotonic() - started
        await stream

    assert spent < 3
    assert heard.stages == ["queued"]


@pytest.mark.parametrize("view", ["progress", "events"])
async def test_an_order_that_nobody_accepted_is_not_found(
    client: httpx2.AsyncClient, view: str
) -> None:
    """Before a stream has begun there is still a status to say it with."""
    answer = await client.get(f"/work-orders/order-none/{view}")

    assert answer.status_code == 404
    assert answer.json()["field"] == "work_order_id"
