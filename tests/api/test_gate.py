"""A key that may not do what it asks for is told so before its body is read."""

import asyncio

import httpx2
import pytest

from api.auth import Gate
from config import Config
from domain.access import Role
from jobs.job import Env
from tests.api.test_access import application, needed
from tests.conftest import serving
from tests.keys import make_key, sent


class Names(dict[str, str]):
    """Whatever a path names."""

    def __missing__(self, _name: str) -> str:
        return "nothing-here"


def test_what_a_request_needs_is_known_from_its_method_and_path(
    config: Config, env: Env
) -> None:
    """For every operation; what a route of many parts is asked for makes no other of it."""
    app = application(config, env)
    gate = Gate(app, routed=app)

    for (method, path), permission in needed(app).items():
        needs = gate.needed(method.upper(), path.format_map(Names()))
        assert needs, (method, path)
        assert needs.permission is permission, (method, path)
    for path, permission in {"a/b": "draft", "a/b/submit": "follow"}.items():
        needs = gate.needed("PATCH" if path == "a/b" else "POST", f"/tickets/{path}")
        assert needs
        assert needs.permission == permission
    assert gate.needed("GET", "/healthz") is None
    assert gate.needed("GET", "/nowhere") is None
    assert gate.needed("BREW", "/tickets") is None


@pytest.mark.parametrize(
    "path", ["/work-orders", "/tickets/ticket-1/submit", "/positive-responses/batch"]
)
async def test_of_a_key_that_may_not_do_it_no_body_is_read(
    config: Config, env: Env, path: str
) -> None:
    """It is answered before it sends one, and whatever the body would be refused for."""
    viewer = await make_key(env, Role.VIEWER)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {viewer}\r\n"
        "Content-Type: application/json\r\nContent-Length: 5000000\r\n\r\n"
    )
    async with serving(config, env, key=None) as client:
        url: httpx2.URL = client.base_url
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(head.encode())
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        writer.close()
        malformed = await client.post(path, content=b"{", headers=sent(viewer))

    assert answer.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b"ratelimit-remaining" in answer.lower()
    assert malformed.status_code == 403
