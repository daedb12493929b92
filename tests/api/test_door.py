"""Nobody comes in without a good key; whoever has one comes in until the moment that it ends."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from starlette.datastructures import Headers

from api.door import PUBLIC, SHOWN_TO_ALL, presented
from config import Config
from domain.access import Role
from domain.errors import UnknownCallerError
from jobs.job import Env
from jobs.wiring import make_env
from storage.clock import system_clock
from tests.conftest import serving
from tests.keys import make_key, sent

UNKNOWN = "t811_0123456789ab_" + "A" * 43


@pytest.fixture
async def stranger(config: Config, env: Env) -> AsyncIterator[httpx2.AsyncClient]:
    """A client without a key, of a service that has some."""
    await make_key(env)
    async with serving(config, env, key=None) as client:
        yield client


def problem_of(answer: httpx2.Response, status: int = 401) -> dict[str, object]:
    """Return the problem of a refusal, which is in the shape of all the others."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = dict(answer.json())
    assert problem["status"] == status
    assert problem["errors"]
    assert problem["remedy"]
    return problem


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer {key}"},
        {"Authorization": "bearer   {key}"},
        {"X-API-Key": "{key}"},
        {"x-api-key": "{key}", "authorization": "BEARER {key}"},
    ],
    ids=["bearer", "in other letters", "header", "both"],
)
async def test_a_key_may_come_in_either_header(
    env: Env, stranger: httpx2.AsyncClient, headers: dict[str, str]
) -> None:
    """CustomGPTs send one, tools of integration the other."""
    key = await make_key(env, Role.VIEWER)
    sending = {name: value.format(key=key) for name, value in headers.items()}

    assert (await stranger.get("/tickets", headers=sending)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"X-API-Key": ""},
        {"Authorization": f"Basic {UNKNOWN}"},
        {"Authorization": UNKNOWN},
        {"Authorization": f"Bearer {UNKNOWN}"},
        {"Authorization": f"Bearer {UNKNOWN} {UNKNOWN}"},
        {"X-API-Key": UNKNOWN},
        {"X-API-Key": "x" * 10_000},
        {"X-API-Key": "' OR 1=1 --"},
        {"Authorization": "Bearer ../../config/api_keys.json"},
        {"X-API-Key": b"\xff\xfe\x80"},
    ],
    ids=[
        "none",
        "empty",
        "no credentials",
        "an empty key",
        "basic",
        "no scheme",
        "unknown",
        "two in one",
        "unknown in the header",
        "long",
        "a query",
        "a path",
        "bytes",
    ],
)
async def test_whoever_has_no_good_key_is_refused(
    stranger: httpx2.AsyncClient, headers: dict[str, str]
) -> None:
    """And told how to send one."""
    answer = await stranger.get("/tickets", headers=headers)

    assert problem_of(answer)["field"] == "key"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_wrong_secret_is_refused_in_the_words_of_an_unknown_key(
    env: Env, stranger: httpx2.AsyncClient
) -> None:
    """Nobody learns which ids there are."""
    key = await make_key(env)
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")

    answers = [
        await stranger.get("/tickets", headers=sent(one))
        for one in (wrong, UNKNOWN, "nonsense")
    ]
    told = [problem_of(answer) for answer in answers]
    assert told[0] == told[1] == told[2]
    assert (await stranger.get("/tickets", headers=sent(key))).status_code == 200


async def test_a_key_that_is_revoked_elsewhere_opens_nothing_any_more(
    config: Config, env: Env
) -> None:
    """From the next request on: whoever revokes a key has a reason."""
    key = await make_key(env)
    elsewhere = make_env(config)
    async with serving(config, env, key=key) as client:
        before = await client.get("/tickets")
        await elsewhere.store.api_keys.revoke(key.split("_")[1], at=elsewhere.clock(), by="Bob")
        after = await client.get("/tickets")
        still = await client.get("/tickets")

    assert before.status_code == 200
    assert "revoked" in str(problem_of(after)["problem"])
    assert still.status_code == 401


async def test_a_key_that_has_expired_opens_nothing_any_more(
    env: Env, stranger: httpx2.AsyncClient
) -> None:
    """Nobody has to remember it."""
    now = system_clock()
    gone = {"created_at": now - timedelta(days=2), "expires_at": now - timedelta(days=1)}
    key = await make_key(env, **gone)

    answer = await stranger.get("/tickets", headers=sent(key))
    assert "expired" in str(problem_of(answer)["problem"])


async def test_two_different_keys_are_none(env: Env, stranger: httpx2.AsyncClient) -> None:
    """Whose request it is would depend on who looks."""
    one, other = await make_key(env), await make_key(env)

    answer = await stranger.get(
        "/tickets", headers={"Authorization": f"Bearer {one}", "X-API-Key": other}
    )
    assert "Two different keys" in str(problem_of(answer)["problem"])


def test_a_header_that_comes_twice_is_read_twice() -> None:
    """A proxy may add one to that of the client."""
    raw = [(b"x-api-key", b"one"), (b"x-api-key", b"two")]

    with pytest.raises(UnknownCallerError):
        presented(Headers(raw=raw))
    assert presented(Headers(raw=raw[:1] * 2)) == "one"


async def test_where_there_is_no_key_it_is_said_how_to_make_one(
    config: Config, env: Env
) -> None:
    """It is what somebody meets in the first minute, or on the day when the last one expires."""
    async with serving(config, env, key=None) as client:
        first = problem_of(await client.get("/tickets"))
        now = system_clock()
        await make_key(env, expires_at=now, created_at=now - timedelta(days=1))
        second = problem_of(await client.get("/tickets", headers=sent(UNKNOWN)))

    assert "texas811 keys create" in str(first["remedy"])
    assert first["remedy"] == second["remedy"]
    assert first["problem"] == "There is no API key yet, so nobody is let in."
    assert second["problem"] == "No API key is good any more, so nobody is let in."


@pytest.mark.parametrize(
    "path", sorted(PUBLIC - {"/docs/oauth2-redirect", SHOWN_TO_ALL + "{name}"})
)
async def test_what_says_nothing_of_a_work_order_needs_no_key(
    stranger: httpx2.AsyncClient, path: str
) -> None:
    """The platform asks for the one, and whoever writes a client for the others."""
    assert (await stranger.get(path)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/healthz/",
        "/healthz/../tickets",
        "/docs/../tickets",
        "//healthz",
        "/HEALTHZ",
        "/docs/",
        "/openapi.json/tickets",
        "/%2e/healthz",
    ],
)
async def test_only_the_very_paths_are_open(stranger: httpx2.AsyncClient, path: str) -> None:
    """Also what does not exist: nobody finds out without a key what there is."""
    url = stranger.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    request = f"GET {path} HTTP/1.1\r\nHost: {url.host}\r\nConnection: close\r\n\r\n"
    writer.write(request.encode())
    answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 401 ")


async def test_nothing_is_read_of_whoever_is_not_let_in(
    stranger: httpx2.AsyncClient,
) -> None:
    """He is answered before his body comes: nobody fills our memory from the street."""
    url = stranger.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(
        b"POST /work-orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 5000000\r\n\r\n"
    )
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 10)
    writer.close()

    assert answer == b"HTTP/1.1 401 Unauthorized\r\n"


async def test_a_large_body_without_a_key_ends_in_the_refusal(
    stranger: httpx2.AsyncClient,
) -> None:
    """Many clients look for the answer only after they have sent everything."""
    answer = await stranger.post("/work-orders", content=b"x" * 5_000_000)

    problem_of(answer)


async def test_a_websocket_is_not_a_way_in(stranger: httpx2.AsyncClient) -> None:
    """There is none, so there is no second door to guard."""
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    answer = await stranger.get("/tickets", headers=upgrade)

    assert answer.status_code in (401, 403)


@pytest.mark.parametrize("content", [b"{", b"", b'{"keys": [{}]}'], ids=["cut", "empty", "bad"])
async def test_a_damaged_list_of_keys_lets_nobody_in(
    config: Config, client: httpx2.AsyncClient, content: bytes
) -> None:
    """Not even who was in a moment ago; the health check and the documents still answer."""
    assert (await client.get("/tickets")).status_code == 200
    path = config.root / "config" / "api_keys.json"
    good = path.read_bytes()
    path.write_bytes(content)

    known = await client.get("/tickets")
    unknown = await client.get("/tickets", headers=sent(UNKNOWN))
    healthy = await client.get("/healthz")
    path.write_bytes(good)
    later = await client.get("/tickets")

    for answer in (known, unknown):
        assert "api_keys.json" in str(problem_of(answer, 503)["problem"])
        assert answer.headers["Retry-After"]
    assert healthy.status_code == 200
    assert later.status_code == 200


async def test_a_key_is_good_in_every_process_that_serves(config: Config, env: Env) -> None:
    """Whichever the platform sends a request to; proofs are each process's own."""
    key = await make_key(env)
    async with (
        serving(config, make_env(config), key=key) as one,
        serving(config, make_env(config), key=key) as other,
    ):
        answers = [(await client.get("/tickets")).status_code for client in (one, other, one)]

    assert answers == [200, 200, 200]
