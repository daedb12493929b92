"""Hostile connections: slow, silent, broken off, piled up. Others are served all the same."""

import asyncio
import json
import re
import socket
import struct
from contextlib import ExitStack, suppress

import httpx2
import pytest

from api import connections, limits
from config import Config
from tests.api.hostile import FORM, TICKET, Target, a_form, a_part, read_answer

SHORT_SECONDS = 0.3
IDLE = 1_000
BARRAGE = 300
GROWTH_BYTES_MAX = 60 * 1024 * 1024


@pytest.fixture
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits on time, as short as a test can wait for."""
    monkeypatch.setattr(connections, "HEAD_SECONDS_MAX", SHORT_SECONDS)
    monkeypatch.setattr(limits, "BODY_SECONDS_GRACE", SHORT_SECONDS)


async def sent_slowly(client: httpx2.AsyncClient, first: bytes, piece: bytes) -> bytes:
    """Send a request a piece at a time until the line is cut; return what was answered."""
    base = client.base_url
    reader, writer = await asyncio.open_connection(base.host, base.port)
    sending = asyncio.create_task(_trickle(writer, first, piece))
    answer = b""
    async with asyncio.timeout(10):
        with suppress(ConnectionError):  # cut while we were sending
            while heard := await reader.read(65_536):
                answer += heard
    sending.cancel()
    with suppress(asyncio.CancelledError, ConnectionError):
        await sending
    writer.close()
    return answer


async def _trickle(writer: asyncio.StreamWriter, first: bytes, piece: bytes) -> None:
    writer.write(first)
    while True:
        await writer.drain()
        await asyncio.sleep(SHORT_SECONDS / 10)
        writer.write(piece)


def key_of(client: httpx2.AsyncClient) -> str:
    return f"Authorization: {client.headers['Authorization']}\r\n"


@pytest.mark.usefixtures("in_haste")
@pytest.mark.parametrize(
    ("media_type", "begun"),
    [("application/json", "{"), (FORM, a_part("file", b"", b"a.txt").decode()[:-2])],
    ids=["JSON", "a form"],
)
@pytest.mark.parametrize("path", ["/work-orders", "/tickets/ticket-1/confirm"])
async def test_a_body_that_trickles_in_is_cut_off(
    path: str, media_type: str, begun: str, client: httpx2.AsyncClient, config: Config
) -> None:
    """A thousand such bodies would hold us for nothing."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\n{key_of(client)}"
        f"Content-Type: {media_type}\r\nContent-Length: 900\r\n\r\n{begun}"
    )

    answer = await sent_slowly(client, head.encode(), b" ")

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer
    assert b'"field":"body"' in answer
    assert list((config.root / "work_orders").iterdir()) == []


@pytest.mark.usefixtures("in_haste")
@pytest.mark.parametrize(
    ("first", "answered"),
    [
        (b"", b""),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"HTTP/1.1 408 "),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTT", b"HTTP/1.1 200 "),
        (
            b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
            b"HTTP/1.1 405 ",
        ),
    ],
    ids=["nothing", "half a head", "half a second head", "a body after its answer"],
)
async def test_what_never_becomes_a_request_is_cut_off(
    first: bytes, answered: bytes, client: httpx2.AsyncClient
) -> None:
    """The server that we build on would wait for ever."""
    answer = await sent_slowly(client, first, b"a" if first else b"")

    assert answer.startswith(answered)
    assert (await client.get("/healthz")).status_code == 200


@pytest.mark.usefixtures("in_haste")
async def test_an_answer_that_has_begun_ends_with_the_time_of_its_body(
    client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A stream of events whose request never ends would be followed by nobody."""
    order = (await client.post("/work-orders", json={"company": "A"})).json()["work_order_id"]
    head = (
        f"GET /work-orders/{order}/events HTTP/1.1\r\nHost: x\r\n{key_of(client)}"
        "Content-Length: 900\r\n\r\n"
    )

    answer = await sent_slowly(client, head.encode(), b" ")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert "Traceback" not in caplog.text


@pytest.mark.usefixtures("in_haste")
async def test_a_silent_client_between_two_requests_is_left_alone(
    client: httpx2.AsyncClient,
) -> None:
    """The limits are on what was begun: a pool of connections is no attack."""
    base = client.base_url
    reader, writer = await asyncio.open_connection(base.host, base.port)
    ask = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

    writer.write(ask)
    first = await reader.readuntil(b"}")
    await asyncio.sleep(SHORT_SECONDS * 2)
    writer.write(ask)
    second = await reader.readuntil(b"}")
    writer.close()

    assert first.startswith(b"HTTP/1.1 200 ")
    assert second.startswith(b"HTTP/1.1 200 ")


async def test_one_connection_too_many_is_told_so_and_closed(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that are there go on being served."""
    monkeypatch.setattr(connections, "CONNECTIONS_MAX", 1)
    base = client.base_url

    reader, writer = await asyncio.open_connection(base.host, base.port)
    answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: " in answer.lower()
    assert (await client.get("/healthz")).status_code == 200


def break_off_a_hundred(target: Target) -> None:
    """Leave a hundred requests in the middle, each at another place, in one of two ways."""
    body = a_form(a_part("file", b"A" * 100_000, b"a.txt"))
    form = target.post("/work-orders", body, media_type=FORM)
    typed = target.post(f"/tickets/{TICKET}/confirm", b'{"by": "' + b"A" * 50_000 + b'"}')
    read = target.head("/tickets")
    for number in range(100):
        raw = (form, typed, read)[number % 3]
        with target.connect() as line:
            line.sendall(raw[: len(raw) * (number + 1) // 101])
            if number % 2:
                line.shutdown(socket.SHUT_WR)
            else:  # a reset instead of an end
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_clients_that_go_in_the_middle_leave_nothing(target: Target) -> None:
    """No order that is half there, and no accident in the log."""
    break_off_a_hundred(target)

    assert target.is_alive()
    assert [path for path in target.data.rglob("*") if "work_orders/" in str(path)] == []
    assert target.accidents() == []


def test_pipelined_requests_are_answered_in_their_order(target: Target) -> None:
    """And what follows a bad one is not answered at all."""
    asked = [target.head(path) for path in ("/healthz", "/nothing", "/tickets?limit=1")]
    with target.connect() as line:
        line.sendall(b"".join(asked) + b"?\r\n\r\n" + asked[0])
        whole = b""
        while piece := line.recv(65_536):
            whole += piece

    assert re.findall(rb"HTTP/1.1 (\d+)", whole) == [b"200", b"404", b"200", b"400"]


def test_bad_chunks_in_the_middle_of_a_body_are_refused(target: Target) -> None:
    """The application waits for the rest of it; both must hear that there is none."""
    for path, media_type in (
        ("/work-orders", FORM),
        ("/work-orders", "application/json"),
        (f"/tickets/{TICKET}/confirm", "application/json"),
    ):
        about = ("Transfer-Encoding: chunked", f"Content-Type: {media_type}")
        with target.connect() as line:
            line.sendall(target.head(path, *about, method="POST") + b"3\r\n--x\r\n")
            line.sendall(b"zz\r\n")
            answer = read_answer(line)
        assert answer.status == 400
        assert answer.problem["field"] == "request"
    assert target.accidents() == []


@pytest.mark.slow
def test_a_thousand_idle_connections_keep_nobody_out(target: Target) -> None:
    """An idle connection costs a socket, and no thread or worker."""
    with ExitStack() as held:
        for number in range(IDLE):
            line = held.enter_context(target.connect())
            if number % 2:
                line.sendall(b"GET /tickets HTTP/1.1\r\nHost: x\r\n")
        answer = target.ask(target.post("/work-orders", b'{"company": "A"}'))

    assert answer.status == 202


@pytest.mark.slow
def test_memory_is_flat_under_a_barrage(target: Target) -> None:
    """What grows with each hostile request would end us after enough of them."""
    shots = [
        target.post(f"/tickets/{TICKET}/confirm", b"[" * 200_000),
        target.post("/work-orders", b'{"a": ' * 40_000),
        target.post("/work-orders", b"[" * 5_000_000),
        target.post("/work-orders", a_form(a_part("file", b"", b"a")), media_type=FORM),
        target.post("/work-orders", b"x" * 11_000_000, media_type=FORM),
        target.head("/tickets", *[f"X-{number}: {number}" for number in range(2_000)]),
        target.head("/tickets/" + "a" * 20_000),
        b"\x16\x03\x01" + bytes(1_000),
    ]
    for shot in shots * 5:
        target.ask(shot)
    before = target.resident_bytes()

    statuses = {target.ask(shots[number % len(shots)]).status for number in range(BARRAGE)}

    assert statuses <= {400, 413, 414, 422, 431}
    assert target.resident_bytes() - before < GROWTH_BYTES_MAX
    assert json.loads(target.ask(target.head("/healthz")).content)["status"] == "ok"
