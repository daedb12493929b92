"""The edge: ids, headers and lines that every request gets, however it ends."""

import asyncio
import json
import logging

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.edge import Edge
from config import Config
from jobs.job import Env
from logs import JsonLines
from tests.builders import STATED
from tests.conftest import serving, working

ID = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/tickets/none"])
async def test_every_answer_names_its_request_and_is_protected(
    client: httpx2.AsyncClient, path: str
) -> None:
    """Also one that refuses: that is the one that somebody asks about."""
    answer = await client.get(path)

    assert len(answer.headers["X-Request-Id"]) == 32
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("header", ["X-Railway-Request-Id", "X-Request-Id"])
async def test_the_id_that_a_request_came_with_is_kept(
    client: httpx2.AsyncClient, header: str
) -> None:
    """By it the platform's own logs are found."""
    answer = await client.get("/healthz", headers={header: ID})

    assert answer.headers["X-Request-Id"] == ID


@pytest.mark.parametrize(
    "given", ["short", "x" * 129, "a b c d e f g", 'quote"quote"', "ünïcödeünïcöde"], ids=ascii
)
async def test_what_cannot_be_an_id_is_replaced(client: httpx2.AsyncClient, given: str) -> None:
    """It would stand in logs and in the audit for ever."""
    answer = await client.get("/healthz", headers={"X-Request-Id": given.encode()})

    assert len(answer.headers["X-Request-Id"]) == 32


async def test_the_id_of_the_request_stands_in_the_order_and_in_the_audit(
    client: httpx2.AsyncClient, config: Config, env: Env
) -> None:
    """The job that makes the ticket runs in another process, maybe after a restart."""
    headers = {"X-Railway-Request-Id": ID}
    async with working(config):
        answer = await client.post(
            "/work-orders", json=STATED, headers=headers, params={"wait": 20}
        )

    receipt = answer.json()
    order = await env.store.work_orders.get(receipt["work_order_id"])
    history = await env.store.history(receipt["ticket_id"])
    assert answer.status_code == 200, receipt
    assert order.request_id == ID
    assert history.events[0].action == "ticket_created"
    assert history.events[0].request_id == ID
    assert history.events[0].key_id == order.key_id is not None


async def test_the_job_logs_the_id_of_its_request(
    client: httpx2.AsyncClient, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    """One search in the logs shows the request and all that came of it."""
    lines: list[dict[str, object]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonLines().format(record)))

    kept = Kept()
    logging.getLogger().addHandler(kept)
    caplog.set_level("INFO")
    try:
        async with working(config):
            await client.post(
                "/work-orders",
                json=STATED,
                headers={"X-Request-Id": ID},
                params={"wait": 20},
            )
            async with asyncio.timeout(10):
                # The ticket is seen before its job has ended.
                while not any(line["logger"] == "worker.run" for line in lines):
                    await asyncio.sleep(0.01)
    finally:
        logging.getLogger().removeHandler(kept)

    told = [line for line in lines if line.get("request_id") == ID]
    assert {line["logger"] for line in told} >= {"api.edge", "worker.run"}
    request = next(line for line in told if line["message"] == "request")
    assert (request["method"], request["path"], request["status"]) == (
        "POST",
        "/work-orders",
        200,
    )


async def test_only_who_has_a_key_goes_on_in_a_trace_of_others(
    config: Config, env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """A stranger could else write his lines into the trace of anybody."""
    caplog.set_level("DEBUG")
    given = {"traceparent": f"00-{ID}-b7ad6b7169203331-01"}
    lines: list[dict[str, object]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonLines().format(record)))

    kept = Kept()
    logging.getLogger().addHandler(kept)
    try:
        async with serving(config, env) as client:
            await client.get("/tickets", headers=given)
            await client.get("/tickets", headers={**given, "Authorization": "Bearer none"})
            await client.get("/healthz", headers=given)
    finally:
        logging.getLogger().removeHandler(kept)

    told = [one for one in lines if one["message"] == "request"][-3:]
    assert [one["status"] for one in told] == [200, 401, 200]
    assert [one["trace_id"] == ID for one in told] == [True, False, False]
    assert all(len(str(one["trace_id"])) == len(ID) for one in told)
    assert "key_id" in told[0]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/sessions/chat-4711-secret", "/sessions/..."),
        ("/sessions/chat-4711-secret/extend", "/sessions/..."),
        ("/sessions/a/b%0Achat-4711-secret", "/sessions/..."),
        ("/Sessions/chat-4711-secret", "/sessions/..."),
        ("/sessions", "/sessions"),
        ("/tickets/ticket-1", "/tickets/ticket-1"),
    ],
)
async def test_the_key_of_a_conversation_stands_in_no_log(
    client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture, path: str, told: str
) -> None:
    """Whoever reads logs could go on with what somebody else has begun."""
    caplog.set_level("DEBUG")

    await client.post(path, json={})

    [request] = [one for one in caplog.records if one.getMessage() == "request"]
    assert request.__dict__["path"] == told
    ours = [one for one in caplog.records if not one.name.startswith(("httpx2", "httpcore2"))]
    assert "4711" not in "".join(JsonLines().format(one) for one in ours)


async def test_an_accident_is_named_and_protected_too(config: Config, env: Env) -> None:
    """It is answered outside of everything else, where such headers are easily forgotten."""
    app = create_app(env, document_bytes_max=config.document_bytes_max)

    async def accident(_request: Request) -> None:
        raise ZeroDivisionError

    app.router.routes.insert(0, Route("/healthz", accident))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/healthz", headers={"X-Request-Id": ID})

    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] == ID
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("is_behind_proxy", "named", "address"),
    [
        (True, "198.51.100.7", "198.51.100.7"),
        (True, "2001:db8::7", "2001:db8::7"),
        (True, "<script>", "127.0.0.1"),
        (False, "198.51.100.7", "127.0.0.1"),
    ],
    ids=["proxy", "proxy, IPv6", "proxy, nonsense", "no proxy"],
)
async def test_only_a_proxy_may_name_the_client(
    *, is_behind_proxy: bool, named: str, address: str
) -> None:
    """Behind it all connections come from one address; without it anybody could lie."""

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(scope["client"][0])(scope, receive, send)

    edge = Edge(echo, is_behind_proxy=is_behind_proxy)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(edge), base_url="http://test"
    ) as client:
        answer = await client.get("/", headers={"X-Real-IP": named})

    assert answer.text == address
    assert ("Strict-Transport-Security" in answer.headers) is is_behind_proxy
