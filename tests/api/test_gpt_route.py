"""The GPT's document over HTTP: open to whoever imports it, and true about where it came from."""

import asyncio
import json
from typing import Any

import httpx2

from api.app import create_app
from config import Config
from jobs.job import Env
from tests.conftest import serving


async def raw(client: httpx2.AsyncClient, host: bytes) -> tuple[int, dict[str, Any]]:
    """Ask for the document with this Host, whatever it is."""
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(
        b"GET /gpt/openapi.json HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % host
    )
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return int(head.split()[1]), json.loads(body)


async def test_it_is_given_to_whoever_asks(config: Config, env: Env) -> None:
    """The importer of ChatGPT has no key; what is in it opens nothing."""
    async with serving(config, env, key=None) as client:
        answer = await client.get("/gpt/openapi.json")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["openapi"] == "3.1.0"


async def test_tried_at_home_it_leads_to_where_it_was_asked_for(
    client: httpx2.AsyncClient,
) -> None:
    document = (await client.get("/gpt/openapi.json")).json()

    assert document["servers"] == [{"url": str(client.base_url).rstrip("/")}]


async def test_without_a_public_address_nobody_elses_is_believed(
    client: httpx2.AsyncClient,
) -> None:
    """Whoever sends the Host could otherwise have the GPT send its key to a server of his own."""
    for host in (b"tickets.example.com", b"localhost.evil.test", b"10.0.0.1", b"[fd12::1]:80"):
        status, problem = await raw(client, host)

        assert status == 422, host
        assert problem["field"] == "PUBLIC_URL"
        assert "https" in problem["remedy"]


async def test_a_host_that_is_none_is_not_repeated(client: httpx2.AsyncClient) -> None:
    """Then the address is the one at which the request arrived."""
    here = {"url": str(client.base_url).rstrip("/")}

    for host in (b"[::1", b"localhost:port", b"a b", b"\xff", b"evil.test/a?", b""):
        status, document = await raw(client, host)

        assert (status, document["servers"]) == (200, [here]), host


async def test_with_a_public_address_that_is_the_one(config: Config, env: Env) -> None:
    app = create_app(
        env,
        document_bytes_max=config.document_bytes_max,
        public_url="https://tickets.example.com",
    )
    transport = httpx2.ASGITransport(app=app)

    async with httpx2.AsyncClient(transport=transport, base_url="http://evil.test") as client:
        document = (await client.get("/gpt/openapi.json")).json()

    assert document["servers"] == [{"url": "https://tickets.example.com"}]
