"""The room for bodies: shared by all that come at once, waited for, and never for long."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from api import in_flight
from api.in_flight import FREE_BYTES, BodiesInFlight, Share
from config import Config
from domain.errors import UnavailableError
from jobs.job import Env
from tests.conftest import serving

ROOM = 4 * FREE_BYTES
HALF = ROOM // 2
START = b'--x\r\nContent-Disposition: form-data; name="file"; filename="order.txt"\r\n\r\n'
END = b"\r\n--x--\r\n"


@pytest.fixture(autouse=True)
def _little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_flight, "BODIES_BYTES_MAX", ROOM)


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_flight, "WAIT_SECONDS_MAX", 0.05)


async def receive(share: Share, size: int, piece: int = FREE_BYTES // 2) -> None:
    """Receive so much, piece by piece, as it is done of a connection."""
    for _ in range(size // piece):
        await share.room()
        share.hold(piece)
        await asyncio.sleep(0)


async def test_what_fits_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)
    bodies = BodiesInFlight()
    with bodies.share() as one, bodies.share() as other:
        await receive(one, HALF)
        await receive(other, HALF)

    assert (one.seconds_waited, other.seconds_waited) == (0, 0)


async def test_who_has_no_room_waits_until_there_is_some() -> None:
    """A piece that nobody takes off the connection stays with its sender."""
    bodies = BodiesInFlight()
    with bodies.share() as second:
        with bodies.share() as first:
            await receive(first, ROOM)
            waiting = asyncio.create_task(receive(second, HALF))
            for _ in range(50):
                await asyncio.sleep(0)
            held = second.size
        await waiting

    assert held == FREE_BYTES + FREE_BYTES // 2
    assert second.size == HALF


async def test_who_waits_too_long_is_turned_away_and_gives_back_his_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever waited his time once is turned away at once when he has to wait again."""
    impatient(monkeypatch)
    bodies = BodiesInFlight()
    with bodies.share() as first, bodies.share() as second:
        await receive(first, ROOM)
        for _ in range(2):
            with pytest.raises(UnavailableError, match="at once"):
                await receive(second, HALF)

    assert bodies._held == 0
    assert not bodies._large


async def test_who_came_first_always_gets_on() -> None:
    """Or the beginnings of many could fill the room, and none would ever be whole."""
    bodies = BodiesInFlight()

    async def upload() -> int:
        with bodies.share() as share:
            await receive(share, ROOM)
            return share.size

    assert await asyncio.gather(*(upload() for _ in range(8))) == [ROOM] * 8
    assert bodies._held == 0


async def test_a_small_body_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a conversation says, or a member answers, is no matter of documents."""
    impatient(monkeypatch)
    bodies = BodiesInFlight()
    with bodies.share() as first, bodies.share() as large, bodies.share() as small:
        await receive(first, HALF)
        await receive(large, HALF)
        await receive(small, FREE_BYTES)

    assert small.seconds_waited == 0


@pytest.fixture
async def client(config: Config, env: Env) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(config, env) as client:
        yield client


async def upload(client: httpx2.AsyncClient, goes_on: asyncio.Event | None = None) -> int:
    """Send a document that fills the room, the last of it when this goes on; return the status."""

    async def content() -> AsyncIterator[bytes]:
        yield START
        for _ in range(ROOM // FREE_BYTES):
            yield b"Company: Caprock\n".ljust(FREE_BYTES)
        if goes_on:
            await goes_on.wait()
        yield END

    form = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await client.post("/work-orders", content=content(), headers=form)
    if answer.status_code == 503:
        assert answer.headers["Retry-After"]
        assert answer.json()["remedy"]
    return answer.status_code


async def test_one_document_too_many_is_asked_to_come_again(
    client: httpx2.AsyncClient, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first goes through; the other has left nothing, and comes through later."""
    impatient(monkeypatch)
    goes_on = asyncio.Event()
    first = asyncio.create_task(upload(client, goes_on))
    taken = 0
    async with asyncio.timeout(20):
        while await upload(client) != 503:  # the first has not come far yet
            taken += 1
    small = await client.post("/work-orders", json={"company": "Caprock Line Builders"})
    goes_on.set()

    assert small.status_code == 202
    assert await first == 202
    assert await upload(client) == 202
    assert len(list((config.root / "work_orders").iterdir())) == 3 + taken


async def test_a_document_that_waits_in_line_is_taken(client: httpx2.AsyncClient) -> None:
    """Ten at once, where there is room for one: each comes in its turn."""
    assert await asyncio.gather(*(upload(client) for _ in range(10))) == [202] * 10
